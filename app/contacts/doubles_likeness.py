"""How surely two contacts are one person: what is compared, what each likeness weighs, and the reasons. Pure."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import token_sort_ratio

from app.contacts.identity import KNOWN, is_role, strangers
from app.contacts.models import PhoneKind
from app.contacts.names import OTHER, Given, likeness, misspelt, sound, words

PROPOSED = 3.4
"""The evidence from which a pair goes to the review list: a whole name and one thing more, or an address."""

_LEGAL = frozenset(KNOWN["legal_forms"].split())
_MAILBOXES = frozenset(KNOWN["mail_providers"].split())
_FACT_OF = {name: fact for fact, names in KNOWN["attributes"].items() for name in names.split()}
_PLACE_WEIGHTS = {"street": 1.2, "postcode": 0.9, "city": 0.7, "province": 0.4}


class Verdict(NamedTuple):
    """0 to 1, whether that is proof, and the reasons as (code, the one's value, the other's)."""

    score: float
    certain: bool
    reasons: list[list[str]]


@dataclass(frozen=True, slots=True)
class Email:
    """An address in the parts that are compared."""

    key: str
    box: str
    """Without what mailboxes ignore: a +tag, and at Gmail the dots."""
    local: str
    domain: str
    role: bool

    @property
    def personal_box(self) -> bool:
        """Whether the domain is a mail provider's, so that it says nothing of the company."""
        return self.domain.partition(".")[0] in _MAILBOXES


@dataclass(frozen=True, slots=True)
class Look:
    """One contact as it is compared."""

    id: str
    name: Given
    company: tuple[str, ...]
    emails: tuple[Email, ...]
    mobiles: frozenset[str]
    lines: frozenset[str]
    """Landlines and numbers of an unknown kind."""
    facts: Mapping[str, str]
    """postcode, city, province, street, born, tax_code: what is known of them."""
    job: str
    shown: Mapping[str, str]


@lru_cache(20_000)
def email_of(key: str) -> Email:
    """The parts of an address as contacts.email_key has it."""
    local, _, domain = key.rpartition("@")
    bare = local.partition("+")[0]
    google = domain in ("gmail.com", "googlemail.com")
    box = f"{bare.replace('.', '')}@gmail.com" if google else f"{bare}@{domain}"
    return Email(key, box, re.sub(r"[._\-']", "", bare), domain, is_role(key))


@lru_cache(20_000)
def company_words(company: str | None) -> tuple[str, ...]:
    """The words of a company that tell it from others: no legal form, no `& C.`, no partners after it."""
    if not company:
        return ()
    found: list[str] = []
    run = ""
    for word in (*words(company), ""):
        if len(word) == 1:  # S.r.l. is three letters, and one word
            run += word
            continue
        found += [run, word] if run else [word]
        run = ""
    kept: list[str] = []
    for place, word in enumerate(found):
        if word in ("di", "de") and place and found[place - 1] in _LEGAL and kept:
            break
        if word and word not in _LEGAL:
            kept.append({"flli": "fratelli", "f": "fratelli"}.get(word, word))
    return tuple(kept) or words(company)


def look(row: Mapping[str, Any], keys: list[tuple[str, str]]) -> Look:
    """A contact (columns of contacts by name) and its (source, key)s, as they are compared."""
    attributes = row["attributes"] or {}
    emails = {row["email_key"]} | {key for source, key in keys if source == "email"}
    numbers = {key for source, key in keys if source == "phone"}
    mobile = row["phone_kind"] == PhoneKind.MOBILE
    own = {row["phone"]} if row["phone"] else set()
    lines = {str(attributes["landline"])} if attributes.get("landline") else set()
    facts: dict[str, str] = {}
    for name, value in attributes.items():
        if (fact := _FACT_OF.get(name)) and value not in (None, ""):
            facts.setdefault(fact, " ".join(words(str(value))))
    return Look(
        id=row["id"],
        name=(row["first_name"], row["last_name"]),
        company=company_words(row["company"]),
        emails=tuple(email_of(email) for email in sorted(filter(None, emails))),
        mobiles=frozenset(numbers | own if mobile else numbers),
        lines=frozenset(lines if mobile else lines | own),
        facts=facts,
        job=" ".join(words(row["job_title"] or "")),
        shown={
            "name": " ".join(part for part in (row["first_name"], row["last_name"]) if part),
            "company": row["company"] or "",
        },
    )


def compare(one: Look, other: Look, *, namesakes: int = 0) -> Verdict:
    """What speaks for and against these two being one person.

    `namesakes` is how many contacts share their rough name (0: unknown): the more, the less it says.
    """
    name = likeness(one.name, other.name)
    weight, reasons = name.weight, []
    if name.code not in ("name_missing",) or weight:
        reasons.append((abs(weight), [name.code, one.shown["name"], other.shown["name"]]))
    if name.code == "name_same" and namesakes:
        weight -= 0.0 if namesakes <= 3 else 0.4 if namesakes <= 20 else 1.0
    agree = weight > 0 or name.code == "name_missing"
    floor = 0.0
    best_email, certain = _emails(one, other, agree=agree)
    if best_email:
        weight += best_email[0]
        reasons.append(best_email)
        if best_email[1][0] in ("same_email", "same_mailbox"):
            floor = PROPOSED
    if shared := one.mobiles & other.mobiles:
        number = min(shared)
        weight += 4.0
        reasons.append((4.0, ["same_mobile", number, number]))
        certain = certain or agree
        floor = PROPOSED
    elif one.mobiles and other.mobiles:
        weight -= 1.0
    if shared := one.lines & other.lines:
        number = min(shared)
        weight += 1.6
        reasons.append((1.6, ["same_landline", number, number]))
    for found in (_companies(one, other, best_email), _facts(one, other), _job(one, other)):
        for said in found:
            weight += said[0]
            if said[0] > 0 or said[1][0] in ("other_birth", "other_tax_code"):
                reasons.append(said)
    if any(said[1][0] in ("other_birth", "other_tax_code") for said in reasons):
        certain = False
    weight = max(weight, floor)
    reasons.sort(key=lambda said: -said[0])
    score = 0.99 if certain else min(_probability(weight), 0.95)
    return Verdict(round(score, 3), certain, [said for _, said in reasons])


def _probability(weight: float) -> float:
    return 1 / (1 + math.exp(-(weight - PROPOSED) * 0.8))


PROPOSED_SCORE = 0.5
"""The score of a pair with just that evidence."""


_Said = tuple[float, list[str]]


def _emails(one: Look, other: Look, *, agree: bool) -> tuple[_Said | None, bool]:
    best: _Said | None = None
    certain = False
    known = not strangers(one.name, other.name)
    for a in one.emails:
        for b in other.emails:
            said, proof = _email_pair(a, b, known=known, agree=agree)
            certain = certain or proof
            if said and (best is None or said[0] > best[0]):
                best = said
    return best, certain


def _email_pair(a: Email, b: Email, *, known: bool, agree: bool) -> tuple[_Said | None, bool]:
    if a.role or b.role:
        if a.key == b.key:
            return (1.5, ["same_role_email", a.key, b.key]), False
        return ((1.3, ["same_domain", a.key, b.key]), False) if _same_house(a, b) else (None, False)
    if a.key == b.key:
        return (6.0, ["same_email", a.key, b.key]), known
    if a.box == b.box:
        return (5.0, ["same_mailbox", a.key, b.key]), agree
    if a.local == b.local and len(a.local) >= 3:
        if domains_alike(a.domain, b.domain):
            return (4.2, ["email_domain_typo", a.key, b.key]), False
        telling = len(a.local) >= 10 or (any(c.isdigit() for c in a.local) and len(a.local) >= 6)
        return (1.8 if telling else 0.8, ["same_local", a.key, b.key]), False
    if (a.domain == b.domain or domains_alike(a.domain, b.domain)) and _locals_alike(a.local, b.local):
        return (3.0, ["email_typo", a.key, b.key]), False
    if _same_house(a, b):
        return (1.3, ["same_domain", a.key, b.key]), False
    return None, False


def _same_house(a: Email, b: Email) -> bool:
    return a.domain == b.domain and not a.personal_box


@lru_cache(20_000)
def domains_alike(one: str, other: str) -> bool:
    """gmial.com, gmail.it, libero.ti, dittait for ditta.it: one domain and a slip of the hand."""
    if one == other:
        return True
    a, b = sorted((one, other))
    left, right = a.rpartition("."), b.rpartition(".")
    if left[0] == right[0] and left[0]:
        return True
    if a.replace(".", "") == b.replace(".", ""):
        return True
    return OSA.distance(a, b, score_cutoff=2) <= (2 if min(len(a), len(b)) >= 8 else 1)


def _locals_alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 5 or re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    return OSA.distance(one, other, score_cutoff=2) <= (2 if min(len(one), len(other)) >= 10 else 1)


def _companies(one: Look, other: Look, email: _Said | None) -> list[_Said]:
    if not one.company or not other.company:
        return []
    shown = [one.shown["company"], other.shown["company"]]
    alike = companies_alike(one.company, other.company)
    if alike:
        # A domain says the same thing again.
        again = 1.0 if email and email[1][0] == "same_domain" else 0.0
        return [(alike - again, ["same_company" if alike >= 2 else "company_alike", *shown])]
    return [(-1.0, ["other_company", *shown])]


@lru_cache(20_000)
def companies_alike(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """2 for one company, 1.6 for names that are likely one's, 0 for two companies."""
    a, b = "".join(one), "".join(other)
    if a == b or sound(a) == sound(b) or sorted(one) == sorted(other):
        return 2.0
    if (
        misspelt(a, b) not in (OTHER,)
        and abs(len(a) - len(b)) <= 2
        and OSA.distance(a, b) <= max(1, min(len(a), len(b)) // 6)
    ):
        return 1.8
    short, long = sorted((one, other), key=len)
    whole = {word for word in short if len(word) > 2}
    if whole and whole <= set(long) and len("".join(whole)) >= 5:
        return 1.6
    if "".join(w[0] for w in long) == "".join(short) and len(long) >= 3:
        return 1.6
    return 1.6 if token_sort_ratio(" ".join(one), " ".join(other)) >= 87 else 0.0


def _facts(one: Look, other: Look) -> list[_Said]:
    said: list[_Said] = []
    for fact, weight in _PLACE_WEIGHTS.items():
        mine, theirs = one.facts.get(fact), other.facts.get(fact)
        if mine and theirs and mine == theirs:
            said.append((weight, [f"same_{fact}", mine, theirs]))
            break  # a street lies in its town: once is enough
        if mine and theirs and fact in ("postcode", "city"):
            said.append((-0.3, [f"other_{fact}", mine, theirs]))
            break
    for fact, code, same, differs in (("born", "birth", 2.5, -2.5), ("tax_code", "tax_code", 5.0, -6.0)):
        mine, theirs = one.facts.get(fact), other.facts.get(fact)
        if mine and theirs:
            if mine == theirs:
                said.append((same, [f"same_{code}", mine, theirs]))
            else:
                said.append((differs, [f"other_{code}", mine, theirs]))
    return said


def _job(one: Look, other: Look) -> list[_Said]:
    return [(0.3, ["same_job", one.job, other.job])] if one.job and one.job == other.job else []
