"""Puts a mail together byte by byte, as no library of good manners would: charsets, encodings, odd structure."""

import base64
import quopri
from collections.abc import Mapping
from dataclasses import dataclass, field
from zlib import crc32

OURS = """\
Buongiorno Mario,

è passato un po' di tempo: quanto consiglieresti Officine Rossi a un amico, da 0 a 10?

Rispondi: https://officinerossi.example/s/WyIwMTkyIl0.abc
Scegli cosa ricevere o disiscriviti: https://officinerossi.example/p/WyIwMTkyIl0.def

Ricevi questa email perché sei cliente di Officine Rossi, Via Roma 1, 31100 Treviso.
"""
OURS_EN = """\
Hello Mario,

it has been a while: how likely are you to recommend Officine Rossi to a friend, from 0 to 10?

Answer: https://officinerossi.example/s/WyIwMTkyIl0.abc
Choose what to receive or unsubscribe: https://officinerossi.example/p/WyIwMTkyIl0.def

You receive this because you are a customer of Officine Rossi, Via Roma 1, 31100 Treviso.
"""
OURS_HTML = (
    "<div><p>Buongiorno Mario,</p><p>è passato un po' di tempo: quanto consiglieresti Officine Rossi a un amico, "
    'da 0 a 10?</p><table><tr><td><a href="https://officinerossi.example/s/x?a=0">0</a></td><td><a '
    'href="https://officinerossi.example/s/x?a=10">10</a></td></tr></table><p><a href="https://officinerossi.example/p/x">'
    "Scegli cosa ricevere o disiscriviti</a></p><p>Ricevi questa email perché sei cliente di Officine Rossi, "
    "Via Roma 1, 31100 Treviso.</p></div>"
)
QUOTED = "".join(f"> {line}\n" for line in OURS.splitlines())
QUOTED_EN = "".join(f"> {line}\n" for line in OURS_EN.splitlines())
SMTP_ID = "<wrfRRvF7Q0GgwUo2CvDmEA@geopod-ismtpd-1-0>"
REPLY_TO = "reply+0192aabbccdd@risposte.officinerossi.example"


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a mail; `cte` is 7bit, 8bit, quoted-printable or base64."""

    body: str | bytes
    kind: str = "text/plain"
    charset: str = "utf-8"
    cte: str = "8bit"
    headers: tuple[str, ...] = ()
    labelled: str | None = None
    """The charset it claims, where that is not the true one."""

    def lines(self) -> bytes:
        raw = self.body if isinstance(self.body, bytes) else self.body.encode(self.charset)
        if self.cte == "base64":
            raw = base64.encodebytes(raw)
        elif self.cte == "quoted-printable":
            raw = quopri.encodestring(raw)
        kind = self.kind
        if self.kind.startswith("text/"):
            kind += f'; charset="{self.charset if self.labelled is None else self.labelled}"'
        head = [f"Content-Type: {kind}", f"Content-Transfer-Encoding: {self.cte}", *self.headers]
        return "\n".join(head).encode() + b"\n\n" + raw


@dataclass(frozen=True, slots=True)
class Example:
    """A mail and what should be understood of it: `words` are the writer's own; `verdict` is None for a person's
    answer, else auto_reply, delivery_report or no_words; `back` the day an absent one returns (ISO)."""

    name: str
    raw: bytes
    words: str
    verdict: str | None = None
    back: str | None = None
    language: str = "it"
    facts: Mapping[str, str] = field(default_factory=dict)


def mail(
    *parts: Part,
    subject: str = "Re: Ci manchi",
    kind: str = "alternative",
    headers: Mapping[str, str] | None = None,
    sender: str = "Mario Bianchi <m.bianchi@ditta.example>",
) -> bytes:
    """The whole message with CRLF line ends; several parts make a multipart of this kind."""
    given = {
        "From": sender,
        "To": REPLY_TO,
        "Subject": subject,
        "Date": "Mon, 3 Nov 2025 14:05:06 +0100",
        "Message-ID": f"<{crc32(repr(parts).encode())}.1@ditta.example>",
        "In-Reply-To": SMTP_ID,
        "References": SMTP_ID,
        "MIME-Version": "1.0",
    } | dict(headers or {})
    head = "".join(f"{name}: {value}\n" for name, value in given.items() if value).encode()
    if len(parts) == 1:
        whole = head + parts[0].lines()
    else:
        mark = b"----=_Part_17"
        inner = b"".join(b"--" + mark + b"\n" + part.lines() + b"\n" for part in parts)
        top = f'Content-Type: multipart/{kind}; boundary="{mark.decode()}"\n\n'.encode()
        whole = head + top + inner + b"--" + mark + b"--\n"
    return whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def text(
    name: str,
    body: str,
    words: str,
    language: str = "it",
    *,
    charset: str = "utf-8",
    cte: str = "8bit",
    labelled: str | None = None,
) -> Example:
    """A plain-text mail."""
    part = Part(body, charset=charset, cte=cte, labelled=labelled)
    return Example(name, mail(part), words, language=language)


def html(
    name: str, body: str, words: str, language: str = "it", *, charset: str = "utf-8", cte: str = "8bit"
) -> Example:
    """A mail of HTML alone."""
    page = f"<html><head><style>p {{margin:0}}</style></head><body>{body}</body></html>"
    return Example(name, mail(Part(page, "text/html", charset, cte)), words, language=language)
