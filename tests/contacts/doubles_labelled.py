# ruff: noqa: E501 - the kinds are a table, one line each
"""Contacts whose doubles are known, of many kinds, imported and searched: how many are found, how many wrongly."""

import csv
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import col, select

from app import runtime, schema, settings
from app.contacts.imports.plan import plan
from app.contacts.models import ContactKey, Double, DoubleState
from app.dossier import settle as settling
from tests.contacts.importing import KEY, ROME, take

FIRST = """Mario Luca Giuseppe Antonio Francesco Giovanni Alessandro Roberto Vincenzo Domenico Salvatore Pietro
Lorenzo Federico Stefano Maurizio Riccardo Daniele Enrico Massimo Anna Giulia Francesca Elena Chiara
Caterina Elisabetta Teresa Margherita Raffaella Valentina Maddalena Isabella Silvia Laura Federica
Giovanna Vittoria Robert William Elizabeth Margaret Michael Katherine Thomas Jürgen Zoë José Nicolò
André""".split()  # noqa: SIM905 - a list to read
SHORT = {
    "Giuseppe": "Beppe", "Antonio": "Tonino", "Francesco": "Ciccio", "Giovanni": "Gianni", "Alessandro": "Sandro",
    "Vincenzo": "Enzo", "Domenico": "Mimmo", "Salvatore": "Totò", "Lorenzo": "Renzo", "Caterina": "Cate",
    "Elisabetta": "Betta", "Margherita": "Rita", "Robert": "Bob", "William": "Bill", "Elizabeth": "Liz",
    "Margaret": "Peggy", "Michael": "Mike", "Katherine": "Kate", "Thomas": "Tom", "Roberto": "Roby",
}  # fmt: skip
HALF = """Bel Cal Cam Car Cast Col Cor Dal Fal Fer Gal Gar Ghis Lan Lom Mal Man Mar Mel Mon Mor Nav Pal Pel
Per Pol Rav Rin Sal San Sar Scar Tor Tram Val Ven Ver Vis Zam Zan""".split()  # noqa: SIM905 - a list to read
TAIL = """aggio ani anti ardo asco ati azzi eghin elli enghi eri essi etti ezzo ieri igli inotti isano oldi
olin ondi onese orini oso ucci uzzo""".split()  # noqa: SIM905 - a list to read
REAL = [
    "Rossi",
    "Bianchi",
    "Russo",
    "Ferrari",
    "Esposito",
    "D'Amico",
    "De Luca",
    "Müller",
    "García",
    "Brown",
    "Lo Bianco",
]
TRADE = """Meccanica Logistica Alimentari Tessuti Impianti Software Edilizia Arredi Ottica Chimica Servizi
Trasporti""".split()  # noqa: SIM905 - a list to read
LEGAL = [
    "S.r.l.",
    "SRL",
    "S.p.A.",
    "SpA",
    "snc",
    "s.a.s. di {last} & C.",
    "Srl unipersonale",
    "",
    "Ltd",
    "GmbH",
]
CITY = [("20121", "Milano"), ("10121", "Torino"), ("40121", "Bologna"), ("35121", "Padova"), ("50122", "Firenze"), ("80121", "Napoli")]  # fmt: skip
MAIL = ["gmail.com", "libero.it", "hotmail.it", "yahoo.it", "virgilio.it", "outlook.com"]
NO_DOUBLE = "-"


@dataclass(frozen=True)
class Record:
    """One line of a file; lines of one `person` are doubles."""

    person: int
    kind: str
    key: str
    first: str
    last: str
    company: str
    email: str
    mobile: str
    landline: str
    cap: str
    city: str


class Maker:
    """Seeded people, their doubles, and people who only look like doubles."""

    def __init__(self, seed: int) -> None:
        self.throw = random.Random(seed)
        self.people = self.lines = 0
        self.firms = [f"{self.last()} {self.throw.choice(TRADE)}" for _ in range(400)]

    def last(self) -> str:
        if self.throw.random() < 0.12:
            return self.throw.choice(REAL)
        return self.throw.choice(HALF) + self.throw.choice(TAIL)

    def mobile(self) -> str:
        return f"+393{self.throw.randrange(20, 99)}{self.throw.randrange(10**6, 10**7)}"

    def landline(self) -> str:
        return f"+3902{self.throw.randrange(10**6, 10**7)}"

    def key(self) -> str:
        self.lines += 1
        return f"K{self.lines:06}"

    def someone(self, *, private: bool = False, first: str = "") -> Record:
        self.people += 1
        first, last = first or self.throw.choice(FIRST), self.last()
        firm = "" if private else self.throw.choice(self.firms)
        # Two people must never be given one address by chance: the labels would be wrong.
        number = str(self.people)
        local = f"{slug(first)}.{slug(last)}{number}"
        domain = self.throw.choice(MAIL) if private else slug(firm) + ".it"
        cap, city = self.throw.choice(CITY)
        legal = self.throw.choice(LEGAL).format(last=last)
        return Record(
            self.people, "", self.key(), first, last, f"{firm} {legal}".strip() if firm else "",
            f"{local}@{domain}", self.mobile(), "", cap, city,
        )  # fmt: skip

    def again(self, base: Record, kind: str, **changed: str) -> Record:
        return replace(base, key=self.key(), kind=kind, **changed)

    def slip(self, word: str) -> str:
        """One slip of the hand, not at the ends."""
        at = self.throw.randrange(1, max(2, len(word) - 1))
        how = self.throw.randrange(4)
        if how == 0:
            return word[:at] + word[at] + word[at:]
        if how == 1 and len(word) > 5:
            return word[:at] + word[at + 1 :]
        if how == 2 and word[at : at + 1] != word[at - 1 : at]:
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at > 1 else word + word[-1]
        return word[:at] + self.throw.choice("bdgmnprstu") + word[at + 1 :]


def slug(text: str) -> str:
    plain = str.maketrans("àèéìòùüöäíñçë", "aeeiouuoaince")
    return "".join(c for c in text.lower().translate(plain) if c.isalnum())


def _other_firm_name(maker: Maker, base: Record) -> str:
    firm = base.company.split(" s.a.s")[0]
    words = [
        w
        for w in firm.split()
        if w not in ("S.r.l.", "SRL", "S.p.A.", "SpA", "snc", "Srl", "unipersonale", "Ltd", "GmbH")
    ]
    return f"{' '.join(words)} {maker.throw.choice(['s.r.l', 'S.R.L.', 'SPA', '', 'S.n.c.'])}".strip().upper()


SHARING: dict[str, Callable[[Maker, Record], Record]] = {
    "email in other case": lambda m, b: m.again(b, "email in other case", email=b.email.upper(), mobile=""),
    "phone only, other format": lambda m, b: m.again(
        b, "phone only, other format", email="", mobile=f"0039 {b.mobile[3:6]} {b.mobile[6:9]}-{b.mobile[9:]}"
    ),
    "same mobile, surname typo": lambda m, b: m.again(b, "same mobile, surname typo", last=m.slip(b.last), email=""),
    "same mobile, diminutive": lambda m, b: m.again(b, "same mobile, diminutive", first=SHORT.get(b.first, b.first), email=""),
    "same mobile, initial": lambda m, b: m.again(b, "same mobile, initial", first=b.first[0] + ".", email=""),
    "same mobile, swapped": lambda m, b: m.again(b, "same mobile, swapped", first=b.last, last=b.first, email=""),
    "same mobile, other email": lambda m, b: m.again(b, "same mobile, other email", email=f"{slug(b.last)}{m.throw.randrange(999)}@{m.throw.choice(MAIL)}"),
    "same email, married": lambda m, b: m.again(b, "same email, married", last=m.last(), mobile=""),
    "same email, no name": lambda m, b: m.again(b, "same email, no name", first="", last="", company="", mobile=""),
    "gmail dots": lambda m, b: m.again(b, "gmail dots", email=b.email.replace(".", "", 1), mobile=""),
    "plus tag": lambda m, b: m.again(b, "plus tag", email=b.email.replace("@", "+news@"), mobile=""),
}  # fmt: skip
REST: dict[str, Callable[[Maker, Record], Record]] = {
    "domain typo": lambda m, b: m.again(b, "domain typo", email=_wrong_domain(m, b.email), mobile=""),
    "domain typo, no name": lambda m, b: m.again(b, "domain typo, no name", email=_wrong_domain(m, b.email), mobile="", first="", last=""),
    "local part typo": lambda m, b: m.again(b, "local part typo", email=m.slip(b.email.split("@")[0]) + "@" + b.email.split("@")[1], mobile=""),
    "surname typo, same company": lambda m, b: m.again(b, "surname typo, same company", last=m.slip(b.last), email=_free(m, b), mobile=""),
    "swapped, same company": lambda m, b: m.again(b, "swapped, same company", first=b.last, last=b.first, email=_free(m, b), mobile=""),
    "initial, same company": lambda m, b: m.again(b, "initial, same company", first=b.first[0] + ".", email=_free(m, b), mobile=""),
    "diminutive, same company": lambda m, b: m.again(b, "diminutive, same company", first=SHORT.get(b.first, b.first), email=_free(m, b), mobile=m.mobile()),
    "double surname, same company": lambda m, b: m.again(b, "double surname, same company", last=f"{b.last} {m.last()}", email=_free(m, b), mobile=""),
    "company's legal form": lambda m, b: m.again(b, "company's legal form", company=_other_firm_name(m, b), email=_free(m, b), mobile=m.mobile()),
    "company typo": lambda m, b: m.again(b, "company typo", company=m.slip(b.company.split()[0]) + " " + " ".join(b.company.split()[1:]), email=_free(m, b), mobile=""),
    "whole name in one column": lambda m, b: m.again(b, "whole name in one column", first=f"{b.first} {b.last}", last="", email=_free(m, b), mobile=""),
    "accents and umlauts": lambda m, b: m.again(b, "accents and umlauts", first=_ascii(b.first), last=_ascii(b.last), email=_free(m, b), mobile=""),
    "role address, same name": lambda m, b: m.again(b, "role address, same name", email="info@" + b.email.split("@")[1], mobile=""),
    "company's landline, same name": lambda m, b: m.again(b, "company's landline, same name", email="", mobile="", landline=m.landline()),
    "private, same name and town": lambda m, b: m.again(b, "private, same name and town", email=_free(m, b), mobile=""),
}  # fmt: skip
PRIVATE = {"gmail dots", "private, same name and town"}


def _free(maker: Maker, base: Record) -> str:
    return f"{slug(base.last)}.{slug(base.first)[:1]}{maker.throw.randrange(1000)}@{maker.throw.choice(MAIL)}"


def _wrong_domain(maker: Maker, email: str) -> str:
    local, _, domain = email.partition("@")
    name, _, end = domain.rpartition(".")
    at = maker.throw.randrange(1, len(name) - 1)
    turned = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    wrong = [f"{turned}.{end}", f"{name}.{end[::-1]}", f"{name}{end}.com", f"{name[:at]}{name[at + 1 :]}.{end}", f"{name}.com" if end != "com" else f"{name}.it"]  # fmt: skip
    return f"{local}@{maker.throw.choice(wrong)}"


def _ascii(text: str) -> str:
    for letter, written in {"ü": "ue", "ö": "oe", "é": "e", "ò": "o'", "ñ": "n", "í": "i", "ë": "e"}.items():
        text = text.replace(letter, written)
    return text


def lookalikes(maker: Maker) -> list[Record]:
    """Pairs of two people each: what must not be merged."""
    base = maker.someone()
    other = replace(maker.someone(), company=base.company, email="", kind=NO_DOUBLE)
    domain = base.email.split("@")[1]
    house = replace(other, email=f"{slug(other.first)}.{slug(other.last)}@{domain}")
    pick = maker.throw.randrange(8)
    if pick == 0:  # colleagues at one switchboard
        line = maker.landline()
        return [replace(base, mobile="", landline=line), replace(house, mobile="", landline=line)]
    if pick == 1:  # colleagues behind one office address
        return [replace(base, email=f"info@{domain}"), replace(house, email=f"info@{domain}")]
    if pick == 2:  # brother and sister in the family's firm
        boy, girl = maker.throw.choice(
            [("Mario", "Maria"), ("Paolo", "Paola"), ("Franco", "Franca"), ("Marco", "Mario")]
        )
        return [
            replace(base, first=boy, email=f"{boy.lower()}{base.person}@{domain}"),
            replace(house, first=girl, last=base.last, email=f"{girl.lower()}{base.person}@{domain}"),
        ]
    if pick == 3:  # father and son on one mobile
        return [
            replace(base, first="Giovanni"),
            replace(house, first="Luca", last=base.last, mobile=base.mobile),
        ]
    if pick == 4:  # husband and wife on one mobile
        return [replace(base, first="Stefano"), replace(house, first="Silvia", mobile=base.mobile)]
    if pick == 5:  # namesakes in two firms and two towns
        other = maker.someone()
        return [base, replace(other, first=base.first, last=base.last, kind=NO_DOUBLE)]
    if pick == 6:  # the same local part at two companies
        other = maker.someone()
        return [replace(base, email=f"direzione.nord@{domain}"), replace(other, email=f"direzione.nord@{other.email.split('@')[1]}", kind=NO_DOUBLE)]  # fmt: skip
    # a mobile of the firm, carried by whoever is on call
    return [replace(base, email=""), replace(house, mobile=base.mobile, email="")]


def labelled(seed: int, size: int) -> tuple[list[Record], list[Record]]:
    """`size` people, and as many again: a third doubles that share an address, a third that share none, and
    people who only look alike."""
    maker = Maker(seed)
    base: list[Record] = []
    more: list[Record] = []
    kinds = [*SHARING.items(), *REST.items()]
    for number in range(size):
        if number % 3 == 0:
            one, other = lookalikes(maker)
            base.append(one)
            more.append(other)
            continue
        kind, make = kinds[number % len(kinds)]
        needs = {"same mobile, diminutive", "diminutive, same company"}
        first = (
            maker.throw.choice(list(SHORT))
            if kind in needs
            else "Jürgen"
            if kind.startswith("accents")
            else ""
        )
        one = maker.someone(private=kind in PRIVATE, first=first)
        if kind == "gmail dots":
            one = replace(one, email=one.email.split("@")[0] + "@gmail.com")
        base.append(one)
        more.append(make(maker, one))
    maker.throw.shuffle(more)
    return base, more


ITALIAN = ["Codice", "Nome", "Cognome", "Ragione sociale", "E-mail", "Cellulare", "Telefono", "CAP", "Città"]
ENGLISH = ["Record ID", "First Name", "Last Name", "Company name", "Email", "Mobile Phone Number", "Phone Number", "Postal Code", "City"]  # fmt: skip


def write(file: Path, header: Sequence[str], records: Iterable[Record]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(header)
        for r in records:
            lines.writerow([r.key, r.first, r.last, r.company, r.email, r.mobile, r.landline, r.cap, r.city])


def bring_in(folder: Path, files: Sequence[tuple[str, Sequence[str], Sequence[Record]]]) -> None:
    """Import the files one after the other, then find and carry out, as the product does after an import."""
    for name, header, records in files:
        write(folder / f"{name}.csv", header, records)
        take(plan(folder / f"{name}.csv", source=name, country="IT", zone=ROME), folder)
        settle()


def settle() -> None:
    """Compare everybody who is new or changed and merge what is certain, as the product does after an import."""
    settling.settle(runtime.session, hash_key=KEY, now=runtime.now())


@dataclass
class Found:
    """By kind: how many doubles were planted, merged and proposed; and what went wrong."""

    planted: Counter[str]
    merged: Counter[str]
    proposed: Counter[str]
    false_merges: int
    merges: int
    false_proposals: int
    proposals: int

    def recall(self, kinds: Iterable[str], *, merged_only: bool) -> float:
        kinds = list(kinds)
        hits = sum(self.merged[k] + (0 if merged_only else self.proposed[k]) for k in kinds)
        return hits / max(1, sum(self.planted[k] for k in kinds))

    @property
    def false_share(self) -> float:
        return self.false_merges / max(1, self.merges)


def judge(base: Sequence[Record], more: Sequence[Record], sources: tuple[str, str]) -> Found:
    """Compare what became of the records with what is known of them."""
    with runtime.reading() as db:
        held = {(k.source, k.key): k.contact_id for k in db.exec(select(ContactKey))}
        pairs = {
            (d.one, d.other)
            for d in db.exec(select(Double).where(col(Double.state) == DoubleState.OPEN))
        }  # fmt: skip
    became = {
        r.key: held.get((source, r.key)) for source, rs in zip(sources, (base, more), strict=True) for r in rs
    }
    people: dict[str | None, set[int]] = defaultdict(set)
    lines: Counter[str | None] = Counter()
    for r in (*base, *more):
        people[became[r.key]].add(r.person)
        lines[became[r.key]] += 1
    planted, merged, proposed = Counter[str](), Counter[str](), Counter[str]()
    first = {r.person: r for r in base}
    for r in more:
        if r.kind == NO_DOUBLE:
            continue
        mine, theirs = str(became[first[r.person].key]), str(became[r.key])
        planted[r.kind] += 1
        merged[r.kind] += mine == theirs
        proposed[r.kind] += (min(mine, theirs), max(mine, theirs)) in pairs
    false = sum(len(persons) - 1 for id_, persons in people.items() if id_)
    return Found(
        planted, merged, proposed, false, sum(n - 1 for n in lines.values()),
        sum(not people[one] & people[other] for one, other in pairs), len(pairs),
    )  # fmt: skip


def table(found: Found) -> str:
    """The figures by kind, for people."""
    out = [f"{'kind':34} planted  merged  proposed  missed"]
    for kind, planted in found.planted.items():
        merged, proposed = found.merged[kind], found.proposed[kind]
        out.append(f"{kind:34} {planted:7} {merged:7} {proposed:9} {planted - merged - proposed:7}")
    out += [
        f"sharing an address, merged: {found.recall(SHARING, merged_only=True):.1%} (at least 95 % wanted)",
        f"the others, merged or proposed: {found.recall(REST, merged_only=False):.1%} (at least 80 %)",
        f"false merges: {found.false_merges} of {found.merges} = {found.false_share:.2%} (below 1 %)",
        f"proposals that are two people: {found.false_proposals} of {found.proposals}",
    ]
    return "\n".join(out)


def measure(folder: Path, *, seed: int, size: int, files: int) -> Found:
    """Bring labelled people in by one file or by two of different sources, into the installed runtime."""
    base, more = labelled(seed, size)
    if files == 1:
        both = [*base, *more]
        random.Random(seed).shuffle(both)
        bring_in(folder, [("gestionale", ITALIAN, both)])
        return judge(base, more, ("gestionale", "gestionale"))
    bring_in(folder, [("gestionale", ITALIAN, base), ("hubspot", ENGLISH, more)])
    return judge(base, more, ("gestionale", "hubspot"))


def main() -> None:
    seed, size = (
        (int(sys.argv[1]) if len(sys.argv) > 1 else 7),
        (int(sys.argv[2]) if len(sys.argv) > 2 else 3000),
    )
    for files in (1, 2):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            opened = runtime.open_runtime(
                settings.load(folder / "data", make_secrets=True, database_url=f"sqlite:///{folder}/x.db")
            )
            schema.upgrade(opened.engine)
            runtime.install(opened)
            found = measure(folder, seed=seed, size=size, files=files)
            sys.stdout.write(f"\n{2 * size} rows in {files} file(s), seed {seed}\n{table(found)}\n")
            opened.engine.dispose()


if __name__ == "__main__":
    main()
