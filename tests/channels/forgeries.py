"""Requests that the providers signed, and what becomes of them in other hands: none of it is theirs any more."""

import base64
import hashlib
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, unquote

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from tests.webhooks.doors import FORM, PUBLIC_URL, TOKEN, sendgrid_headers, twilio_signature

SECRET = "parola-Segreta_lunga~24"
SHARED = "chiave-condivisa"
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
SIGNATURES = ("X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Signature")
STAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
SHARED_KEY = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
_MAIL = (
    '--xYzZY\r\nContent-Disposition: form-data; name="text"\r\n\r\n{words}\r\n--xYzZY\r\n'
    'Content-Disposition: form-data; name="envelope"\r\n\r\n{{"to":["reply+{n}@in.example"]}}\r\n--xYzZY--\r\n'
)


@dataclass(frozen=True, slots=True)
class Post:
    """One request: `target` is path and query as they go over the wire."""

    target: str
    body: bytes
    headers: tuple[tuple[str, str], ...]
    content_type: str
    method: str = "POST"

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def header(self, name: str) -> str:
        return ", ".join(value for known, value in self.headers if known == name)

    def having(self, name: str, value: str) -> "Post":
        others = tuple(pair for pair in self.headers if pair[0] != name)
        return replace(self, headers=(*others, (name, value)))

    def meaning(self) -> object:
        """What is the same for two spellings of one request; nothing else may be."""
        form: object = self.body
        if self.path.startswith("/webhooks/twilio") and "bodySHA256=" not in self.target:
            pairs = parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)
            form = frozenset(pairs)
        target = unquote(self.path)
        if not target.startswith("/webhooks/sendgrid"):  # Twilio signs the address as it is spelt
            target = self.target
        if "/inbound/" in self.path:  # there the secret is all that is looked at
            target, form = unquote(self.path), b""
        signed = tuple(self.header(name) for name in (*SIGNATURES, STAMP, SETTINGS))
        return self.method, target, form, () if "/inbound/" in self.path else signed


def events(dice: random.Random) -> Post:
    body = (
        f'[{{"email":"a{dice.randrange(10**6)}@b.example","event":"delivered","sg_event_id":'
        f'"{dice.randrange(10**9)}","timestamp":1600112492}},\r\n{{"event":"click"}}]\r\n'
    ).encode()
    return _by_sendgrid("/webhooks/sendgrid/events", body, "application/json")


def inbound(dice: random.Random) -> Post:
    return _by_sendgrid("/webhooks/sendgrid/inbound", _mail(dice), "multipart/form-data; boundary=xYzZY")


def inbound_by_secret(dice: random.Random) -> Post:
    kind = "multipart/form-data; boundary=xYzZY"
    return Post(f"/webhooks/sendgrid/inbound/{quote(SECRET)}", _mail(dice), (), kind)


def text(dice: random.Random) -> Post:
    said = dice.choice(["STOP", "perch%C3%A9+no%3F+%F0%9F%98%80", "8%0A%26", ""])
    body = f"MessageSid=SM{dice.randrange(10**9)}&From=%2B39347000111&To=%2B39331&Body={said}&FromCity=&NumMedia=0"
    return _by_twilio(f"/webhooks/twilio/messages{dice.choice(['', '?x=%27%7Eb&y='])}", body)


def status(dice: random.Random) -> Post:
    sid = dice.randrange(10**9)
    body = f"MessageSid=SM{sid}&MessageStatus=failed&ErrorCode=30003&X=2&X=1&To=%2B39347000111"
    return _by_twilio(f"/webhooks/twilio/status?m=0192-{sid}%2fz", body)


def status_by_shared_key(dice: random.Random) -> Post:
    post = status(dice)
    signature = twilio_signature(PUBLIC_URL + post.target, post.body.decode(), SHARED, "sha256")
    return post.having("X-Twilio-Signature", signature).having(SETTINGS, SHARED_KEY)


def status_in_json(dice: random.Random) -> Post:
    body = f'{{"MessageSid": "SM{dice.randrange(10**9)}", "MessageStatus": "sent"}}'.encode()
    target = f"/webhooks/twilio/status?m=0192&bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = (("X-Twilio-Signature", twilio_signature(PUBLIC_URL + target)),)
    return Post(target, body, headers, "application/json")


DOORS: Mapping[str, Callable[[random.Random], Post]] = {
    "events": events,
    "inbound": inbound,
    "inbound by secret": inbound_by_secret,
    "text": text,
    "status": status,
    "status by shared key": status_by_shared_key,
    "status in json": status_in_json,
}


def _mail(dice: random.Random) -> bytes:
    return _MAIL.format(words="ciao è", n=dice.randrange(10**9)).encode()


def _by_sendgrid(path: str, body: bytes, content_type: str) -> Post:
    return Post(path, body, tuple(sendgrid_headers(body).items()), content_type)


def _by_twilio(target: str, body: str) -> Post:
    headers = (("X-Twilio-Signature", twilio_signature(PUBLIC_URL + target, body)),)
    return Post(target, body.encode(), headers, FORM)


def forged(dice: random.Random, post: Post) -> Post:
    """The request with one thing about it changed, so that it means something else or is proven otherwise."""
    if "/inbound/" in post.path:
        changes = _OF_SECRETS
    else:
        changes = _OF_EACH + (_OF_SENDGRID if "sendgrid" in post.path else _OF_TWILIO)
    while True:
        changed = dice.choice(changes)(dice, post)
        if changed.meaning() != post.meaning():
            return changed


def _flip(dice: random.Random, raw: bytes) -> bytes:
    at = dice.randrange(len(raw)) if raw else 0
    return raw[:at] + bytes([raw[at] ^ 1 << dice.randrange(8)]) + raw[at + 1 :] if raw else b"\x01"


def _splice(dice: random.Random, raw: bytes) -> bytes:
    """Shorter, longer, or with a piece moved, doubled or taken out."""
    a, b = sorted(dice.randrange(len(raw) + 1) for _ in range(2))
    extra = dice.choice([b" ", b"\n", b"\r\n", b"&", b"&a=b", b"]", b"\x00", b"0", b"\xff", b"\xef\xbb\xbf"])
    return dice.choice(
        [
            raw[:a],
            raw[a:],
            raw[:a] + raw[b:],
            raw[:b] + raw[a:],
            raw + extra,
            extra + raw,
            raw[:a] + extra + raw[a:],
            b"",
        ]
    )


def _body_flipped(dice: random.Random, post: Post) -> Post:
    return replace(post, body=_flip(dice, post.body))


def _body_spliced(dice: random.Random, post: Post) -> Post:
    return replace(post, body=_splice(dice, post.body))


def _body_in_other_case(dice: random.Random, post: Post) -> Post:
    return replace(post, body=dice.choice([post.body.upper(), post.body.lower(), post.body.swapcase()]))


def _signature_name(post: Post) -> str:
    return next(name for name, _ in post.headers if name in SIGNATURES)


def _signature(dice: random.Random, post: Post) -> Post:
    name = _signature_name(post)
    good = post.header(name)
    at = dice.randrange(len(good))
    letter = dice.choice("ABCZabcz0189+/=-_ ,\t")
    spellings = [
        good[:at] + letter + good[at + 1 :],
        good[:at],
        good + letter,
        letter + good,
        good.rstrip("="),
        good + "=",
        good + "====",
        good.replace("+", "-").replace("/", "_"),
        quote(good),
        good.lower(),
        good.swapcase(),
        f'"{good}"',
        f"{good},{good}",
        _loose_bits(good),
        base64.b64encode(base64.b64decode(good) + b"\x00").decode(),
        base64.b64encode(_flip(dice, base64.b64decode(good))).decode(),
        base64.b64decode(good).hex(),
        "",
        "null",
        "AAAA",
    ]
    return post.having(name, dice.choice(spellings))


def _loose_bits(good: str) -> str:
    """The last letter before the padding holds bits that nobody reads."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    bare = good.rstrip("=")
    if bare == good:
        return good[:-1] + "!"
    return bare[:-1] + alphabet[alphabet.index(bare[-1]) ^ 1] + "=" * (len(good) - len(bare))


def _no_header(dice: random.Random, post: Post) -> Post:
    gone = dice.choice([name for name, _ in post.headers])
    return replace(post, headers=tuple(pair for pair in post.headers if pair[0] != gone))


def _doubled_header(dice: random.Random, post: Post) -> Post:
    name, good = dice.choice(post.headers)
    other = (name, dice.choice([good, "AAAA", "", good[::-1]]))
    return replace(post, headers=dice.choice([(*post.headers, other), (other, *post.headers)]))


def _other_target(dice: random.Random, post: Post) -> Post:
    path, mark, query = post.target.partition("?")
    a = dice.randrange(len(path))
    hexed = path[:a] + f"%{ord(path[a]):02X}" + path[a + 1 :]
    choices = [
        hexed + mark + query,
        path + "/" + mark + query,
        "/" + path + mark + query,
        path.upper() + mark + query,
        path.replace("twilio", "sendgrid") + mark + query,
        dice.choice(list(_PATHS - {path})) + mark + query,
    ]
    if "twilio" in path:  # SendGrid signs the body alone
        choices += [
            path + "?" if not mark else path,
            f"{post.target}&m=1" if mark else f"{path}?m=1",
            f"{hexed}?m=1{post.target}",
            unquote(post.target) if unquote(post.target) != post.target else path + "?%20",
            re.sub("%[0-9a-fA-F]{2}", lambda found: found[0].swapcase(), post.target),
            path + mark + "&".join(reversed(query.split("&"))),
            path + mark + _splice(dice, query.encode()).decode("latin-1").replace("\x00", "").strip(),
            path + mark + quote(query, safe=""),
            path + mark + query.replace("%", "%25"),
        ]
    return replace(post, target=quote(dice.choice(choices), safe="/?&=%+~'!-_.:;,@#[]\""))


_PATHS = {
    "/webhooks/twilio/status",
    "/webhooks/twilio/messages",
    "/webhooks/sendgrid/events",
    "/webhooks/sendgrid/inbound",
}


def _other_method(dice: random.Random, post: Post) -> Post:
    return replace(post, method=dice.choice(["GET", "PUT", "PATCH", "DELETE"]))


def _other_time(dice: random.Random, post: Post) -> Post:
    good = post.header(STAMP)
    step = dice.choice([-1, 1]) * dice.choice([1, 60, 3600, 86_400, 10**7])
    spellings = [
        str(int(good) + step),
        good + "0",
        "0" + good,
        "+" + good,
        f" {good}",
        f"{good}.0",
        good[:-1],
        "",
        "0",
    ]
    return post.having(
        STAMP, dice.choice([*spellings, f"{int(good):x}", good.translate(_ARABIC), "-" + good])
    )


_ARABIC = {ord(str(digit)): "٠١٢٣٤٥٦٧٨٩"[digit] for digit in range(10)}


def _time_into_body(dice: random.Random, post: Post) -> Post:
    """What is signed is both, one after the other: the border between them must not move."""
    stamp, digits = post.header(STAMP), dice.randrange(1, 10)
    return replace(post.having(STAMP, stamp[:-digits]), body=stamp[-digits:].encode() + post.body)


def _signed_by_another(dice: random.Random, post: Post) -> Post:
    signed = post.header(STAMP).encode() + post.body
    return post.having(SIGNATURES[0], base64.b64encode(OTHER_KEY.sign(signed, ec.ECDSA(SHA256()))).decode())


def _signed_with_nothing(dice: random.Random, post: Post) -> Post:
    """Numbers that no signature has, and encodings that DER does not know."""
    raw = base64.b64decode(post.header(SIGNATURES[0]))
    r, s = utils.decode_dss_signature(raw)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    numbers = dice.choice(
        [
            (0, 0),
            (0, s),
            (r, 0),
            (1, 1),
            (r + order, s),
            (r, s + order),
            (s, r),
            (order, order),
            (order - r, s),
        ]
    )
    loose = [
        raw[:1] + b"\x81" + raw[1:],
        raw + b"\x00\x00",
        raw[:2] + b"\x02" + bytes([raw[3] + 1]) + b"\x00" + raw[4:],
        b"\x30\x80" + raw[2:] + b"\x00\x00",
        r.to_bytes(32, "big") + s.to_bytes(32, "big"),
        b"\x30\x00",
    ]
    made = dice.choice([utils.encode_dss_signature(*numbers), *loose])
    return post.having(SIGNATURES[0], base64.b64encode(made).decode())


def _parameters(dice: random.Random, post: Post) -> Post:
    pairs = post.body.decode().split("&")
    at, other = dice.randrange(len(pairs)), dice.randrange(len(pairs))
    name, _, value = pairs[at].partition("=")
    second = pairs[other].partition("=")[0]
    changed = [
        pairs[:at] + pairs[at + 1 :],
        [*pairs, "ErrorCode=21610"],
        [*pairs, "Extra="],
        [*pairs, f"{name}=other"],
        [f"{name}=other", *pairs],
        [*pairs[:at], f"{name}=", *pairs[at + 1 :]],
        [*pairs[:at], f"{name.lower()}={value}", *pairs[at + 1 :]],
        [*pairs[:at], f"{name}={value}+", *pairs[at + 1 :]],
        [*pairs[:at], f"{second}={value}", *pairs[at + 1 :]],
        [*pairs[:at], f"{name}={quote(value)}", *pairs[at + 1 :]],
        [*pairs[:at], f"{name}[]={value}", *pairs[at + 1 :]],
        [";".join(pairs)],
    ]
    return replace(post, body="&".join(dice.choice(changed)).encode())


def _keys_and_algorithms(dice: random.Random, post: Post) -> Post:
    """Downgrades: another algorithm, an empty key, the key of the other kind."""
    url, body = PUBLIC_URL + post.target, post.body.decode()
    told = [
        "algorithm=HMAC_SHA1",
        "algorithm=HMAC_SHA256",
        "algorithm=hmac_sha256",
        "algorithm=HMAC_MD5",
        "algorithm=none",
        "algorithm=",
        "key=",
        "key=webhooks_sharedkey_1",
        "key=webhooks_sharedkey_1,algorithm=HMAC_SHA1",
        f"{SHARED_KEY},algorithm=HMAC_SHA1",
        f"algorithm=HMAC_SHA1,{SHARED_KEY}",
        ",",
        "null",
    ]
    if dice.random() < 0.5:
        return post.having(SETTINGS, dice.choice(told))
    key = dice.choice(
        ["", " ", "None", "null", "another", TOKEN + " ", SHARED, TOKEN, post.header("X-Twilio-Signature")]
    )
    digest = dice.choice(["sha1", "sha256", "md5", "sha512"])
    settings = dice.choice([*told, ""])
    own = (
        (SHARED, "sha256", True) if "algorithm=HMAC_SHA256" in settings else (SHARED, "sha1", bool(settings))
    )
    if not settings:
        own = (TOKEN, "sha1", False)
    if (key, digest) == own[:2]:
        key = "another"
    signed = post.having("X-Twilio-Signature", twilio_signature(url, body, key, digest))
    if settings:
        return signed.having(SETTINGS, settings)
    return replace(signed, headers=tuple(pair for pair in signed.headers if pair[0] != SETTINGS))


def _other_secret(dice: random.Random, post: Post) -> Post:
    at = dice.randrange(len(SECRET))
    wrong = [
        SECRET[:at],
        SECRET[at + 1 :],
        SECRET[:at] + dice.choice("abcXYZ019-_~.% é\x00/") + SECRET[at + 1 :],
        SECRET.lower(),
        SECRET.swapcase(),
        SECRET + " ",
        SECRET + "\x00",
        SECRET * 2,
        SECRET[::-1],
        quote(quote(SECRET[:at] + "é", safe=""), safe=""),
        "%25" + SECRET,
        "None",
        "",
        SECRET + "/",
        f"{SECRET}/x",
        f"x/{SECRET}",
        _flip(dice, SECRET.encode()).decode("latin-1"),
    ]
    target = f"/webhooks/sendgrid/inbound/{quote(dice.choice(wrong))}"
    return replace(post, target=target + dice.choice(["", f"?secret={quote(SECRET)}"]))


def _secret_elsewhere(dice: random.Random, post: Post) -> Post:
    places = (SIGNATURES[0], "Authorization", "X-Secret", "Cookie")
    return replace(post, target="/webhooks/sendgrid/inbound", headers=((dice.choice(places), SECRET),))


Change = Callable[[random.Random, Post], Post]
_OF_EACH: tuple[Change, ...] = (
    *(_body_flipped, _body_spliced, _body_in_other_case, _signature, _signature),
    *(_no_header, _doubled_header, _other_target, _other_method),
)
_OF_SENDGRID: tuple[Change, ...] = (_other_time, _time_into_body, _signed_by_another, _signed_with_nothing)
_OF_TWILIO: tuple[Change, ...] = (_parameters, _parameters, _keys_and_algorithms, _other_target)
_OF_SECRETS: tuple[Change, ...] = (_other_secret, _secret_elsewhere, _other_method)
