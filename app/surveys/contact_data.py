"""Takes contact data out of a sentence, as written: email addresses, phone numbers, names, companies."""

import re
from collections.abc import Mapping

from app.surveys.survey import Question, Whose
from app.surveys.words import plain

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w@.])(?:\+|00)?\d(?:[ ./()-]{0,2}\d){6,14}(?!\w)")
_DIGITS = re.compile(r"\d")
# "It is all right as it is", in whole words of the reply.
_RIGHT = re.compile(
    r"(?:(?:si|yes|ja|oui|ok|okay|certo|sure)[ ,.!]*)?(?:(?:e |it's |its |is |das |ist |c'est |sono |i dati )*"
    r"(?:ok|okay|confermo|confermato|tutto (?:giusto|ok|corretto|bene|a posto|confermato)|va(?:nno)? bene(?: cosi)?|"
    r"giust[oiae]|esatt[oiae]|corrett[oiae]|a posto|invariat[oiae]|nessun(?:a)? (?:modifica|cambiamento|variazione)|"
    r"non (?:e )?cambia(?:to)? niente|sempre (?:quell[oiae]|gli stessi|lo stesso)|come prima|"
    r"(?:all |that's |that is |they are |everything is |still )?(?:correct|right|good|fine|the same)|confirm(?:ed)?|"
    r"i confirm|no changes?|unchanged|nothing changed|"
    r"(?:alles |das |so )?(?:stimmt|passt|richtig|korrekt|gut|in ordnung|unverandert)|bestatigt|ich bestatige|"
    r"keine anderung(?:en)?|(?:tout est )?(?:bon|correct|exact|juste|inchange)|je confirme|confirme|"
    r"rien a changer|rien n'a change|aucun changement))(?:[ ,.!]+(?:so|cosi|grazie|thanks|thank you|danke|merci|ok))*"
    r"|si|yes|ja|oui"
)
_ANNOUNCED = (
    r"mi chiamo|il mio nome [eè]|si chiama|il nome [eè]|nome|(?:ora|adesso) (?:c['’]è|ce|è)|contatt\w+(?: pure)?|"
    r"sentite|chiedete di|scrivete a|rivolgetevi a|parlate con|chiamate|"
    r"(?:il|la) (?:(?:mi[oa]|nuov[oa]) )?(?:collega|responsabile|referente)(?: è)?|sig\.(?:ra)?|signora?|"
    r"dott\.(?:ssa)?|ing\.",
    r"my name is|name|(?:his|her|their) name is|(?:ask|call|contact|write to)(?: for)?|speak (?:to|with)|"
    r"it(?:'s| is) now|now it(?:'s| is)|my (?:colleague|successor)(?: is)?|m(?:r|rs|s)\.?",
    r"ich heiße|mein name ist|heißt|frau|herrn?|meine? (?:kolleg(?:e|in)|nachfolger(?:in)?)(?: ist)?",
    r"je m['’]appelle|s['’]appelle|contactez|madame|monsieur|mme|m\.|(?:mon|ma) (?:collègue|remplaçante?)(?: est)?",
)
_NAMED = re.compile(rf"\b(?:{'|'.join(_ANNOUNCED)})[\s:,]+", re.IGNORECASE)
_CAPITAL, _PARTICLE = r"[A-ZÀ-Ý][\w'’.-]*", r"(?:d[aei]l?|de|von|van|di|la|lo|le|del|della)(?=\s+[A-ZÀ-Ý])"
_NAME = re.compile(rf"(?:{_CAPITAL}|{_PARTICLE})(?:\s+(?:{_CAPITAL}|{_PARTICLE})){{0,4}}")
_WORKPLACE = (
    r"(?:(?:la|mia|nuova) )*(?:azienda|società|ditta|impresa)(?: (?:è|si chiama|ora è))?|ragione sociale|"
    r"lavoro (?:in|per|alla?|da|presso)",
    r"company(?: name)?(?: is)?|work (?:for|at)",
    r"firma(?: ist)?|unternehmen|arbeite (?:bei|für)",
    r"(?:(?:ma|notre) )?(?:société|entreprise)(?: est)?|travaille (?:chez|pour)",
)
_COMPANY = re.compile(
    rf"\b(?:{'|'.join(_WORKPLACE)})[\s:]+(?P<name>[^,;\n@]{{2,60}}?)(?=\s*(?:[,;.\n]|$))", re.IGNORECASE
)
# What may stand beside a name without being one.
_LABELS = (
    "email mail e-mail tel telefono cell cellulare cel phone mobile numero number nummer numéro telefon handy "
    "indirizzo address adresse adresse: il la è e ok no sì si ora adesso io lui lei non ciao buongiorno salve "
    "grazie hi hello thanks please contact write ask call now his her my new hallo danke bitte neue neuer "
    "bonjour merci scrivete contattate chiamate sentite nuova nuovo mia mio sua suo and und et mailto"
)
_NO_NAME = frozenset(_LABELS.split())


def found_in(question: Question, text: str) -> dict[str, str] | None:
    """The fields a reply tells, {} when it says that ours are right, None when it tells nothing."""
    rest, fields = text, {}
    if match := _EMAIL.search(rest):
        fields["email"] = match.group().rstrip(".'-")
        rest = _EMAIL.sub(" ", rest)
    if match := _phone(rest):
        fields["phone"] = match.group().strip()
        rest = rest.replace(match.group(), " ")
    if "company" in question.fields and (match := _COMPANY.search(rest)):
        fields["company"] = match["name"].strip()
        rest = rest.replace(match.group(), " ")
    if "name" in question.fields and (
        name := _name(rest, alone=bool(fields) or question.of is Whose.SUCCESSOR)
    ):
        fields["name"] = name
    kept = _in_order(question, fields)
    if kept or question.of is not Whose.SELF:
        return kept or None
    return {} if _RIGHT.fullmatch(plain(text).strip(" .!,\U0001f44d")) else None


def _in_order(question: Question, fields: Mapping[str, str]) -> dict[str, str]:
    return {name: fields[name] for name in question.fields if name in fields}


def _phone(text: str) -> re.Match[str] | None:
    return next(
        (match for match in _PHONE.finditer(text) if 7 <= len(_DIGITS.findall(match.group())) <= 15), None
    )


def _name(text: str, *, alone: bool) -> str | None:
    """The name after a word that announces one; `alone`: else what little is left of the reply."""
    if announced := _NAMED.search(text):
        name = _NAME.match(text[announced.end() :])
        if name:
            return _trimmed(name.group())
    if not alone:
        return None
    words = [word for word in re.split(r"[\s,;:()]+", text) if word.casefold().strip(".!?-") not in _NO_NAME]
    words = [word for word in (word.strip(".!?-") for word in words) if word]
    likely = 1 <= len(words) <= 4 and all(word.replace("'", "").replace("’", "").isalpha() for word in words)
    capitals = [word for word in words if word[0].isupper()]
    if likely and (len(words) in (2, 3) or capitals == words):
        return " ".join(words)
    told = (_trimmed(match.group()) for match in _NAME.finditer(text))
    return next((name for name in told if name and " " in name), None)


def _trimmed(name: str) -> str | None:
    words = name.split()
    while words and words[-1].casefold().strip(".") in _NO_NAME:
        words.pop()
    while words and words[0].casefold().strip(".") in _NO_NAME:
        words.pop(0)
    return " ".join(words).strip(" .,-") or None
