"""Cuts a mail down to what the person wrote now: a quoted "Disiscriviti" is never an opt-out."""

import re
from functools import cache
from html.parser import HTMLParser

from mailparser_reply import EmailReplyParser

from app.language.normal import normalise

_LINE = 1000
_READ = 50_000  # characters; the library's patterns cost more than the length
_MARK = r"(?:> ?)*[* ]*"
_OPENS = r"(?:Il(?: giorno)?|In data|Nel giorno|Am|Le|On)"
# What the library misses: headers it does not know, in the styles of Italian and English clients.
_QUOTE_STARTS = re.compile(
    rf"^{_MARK}(?:"
    rf"{_OPENS} (?:(?!\n\n|\n{_MARK}{_OPENS} )[\s\S]){{0,240}}?(?:"
    r"(?:ha\s+scritto|scrive|wrote|writes|a\s+écrit) ?(?::[^\n]*)?$|"
    r"schrieb[^\n]{0,80}?(?:<\n[^\n]{1,80})?:? *$)|"
    r"[^\n]{0,120}(?:@[^\n]{1,80}|\d{4}[^\n]{0,30}|\d{1,2}:\d{2}[^\n]{0,30})(?:ha scritto|wrote|"
    r"scrive)[^\n]{0,40}: *$|"
    r"(?:Begin forwarded message|Inizio (?:del )?messaggio inoltrato|"
    r"Anfang der weitergeleiteten (?:E-Mail|Nachricht)|"
    r"Début du message (?:réexpédié|transféré)) ?:?|"
    r"-{2,} ?(?:Messaggio [Oo]riginale|Weitergeleitete Nachricht|Message (?:transféré|d'origine)|"
    r"Original [Mm]essage|Messaggio inoltrato|Forwarded message|"
    r"Original-Nachricht|Messaggio originale|Reply message|Risposta al messaggio)[^\n]*|"
    r"-{2,} ?(?:Il|On|Attivo|Am|Le) [^\n]{0,200}(?:ha scritto|wrote|schrieb|a écrit) ?-{2,}|"
    r"[^\n]{0,160}(?:@|\d{4}|\d{1,2}:\d{2})[^\n]{0,120}: *\n(?: *\n)?(?=>)|"
    r"_{10,} *\n+(?=[* ]*(?:Da|From|De|Von) ?:)|"
    r"(?:Da|From|Von|De) ?:\*? [^\n]+\n(?:[^\n]*\n){0,2}?[*> ]*(?:Inviato|Sent|Data|Date|A|To|Gesendet|"
    r"Oggetto|Subject|Ricevuto|Envoyé) ?:|"
    r"(?:Inviato|Sent|Data|Date) ?:\*? [^\n]+\n[*> ]*(?:Da|From|A|To|Oggetto|Subject) ?:|"
    r"(?:##-|={3,} ?)[^\n]*(?:reply above|rispondi sopra|scrivi sopra)[^\n]*)",
    re.MULTILINE | re.IGNORECASE,
)
_SENT_FROM = (
    r"Von meinem [^\n]{1,40} gesendet|(?:Inviato|Sent|Spedito|Scritto|Gesendet|Envoyé|"
    r"Messaggio inviato) (?:da(?:l|lla|i)?|from|with|via|"
    r"using|con|tramite|von|de(?:puis)?)\b[^\n]{0,80}"
    r"|(?:Ottieni|Scarica|Get|Download) (?:Outlook|BlueMail|Yahoo|TypeApp|Libero|la app|l'app|the app|"
    r"die App|l'application)[^\n]{0,80}|"
    r"Libero Mail[^\n]{0,60}|Yahoo Mail: [^\n]*"
)
_CLOSING = (
    r"(?:(?:Cordiali|Distinti|Cari|Tanti|Un) (?:cordiale )?salut[oi]|Cordialmente|Cordialit[àa]|Saluti|"
    r"Un saluto|(?:Kind|Best|Warm)(?:est)? regards|Regards|"
    r"Mit (?:freundlichen|besten|lieben|herzlichen) Grü(?:ß|ss)en|(?:Viele|Beste|Liebe|Herzliche|"
    r"Freundliche) Grü(?:ß|ss)e|"
    r"Cordialement|Bien (?:à vous|cordialement)|(?:Sincères |Meilleures )?[Ss]alutations(?: distinguées)?|"
    r"Sincerely|Yours (?:sincerely|faithfully|truly)|In fede|Best wishes|Many thanks and regards)[ ,.!]*"
)
# A footer cites the law to call itself confidential; a person cites it to ask for something.
_LAW = (
    r"Ai sensi (?=(?:[^\n]+\n){0,3}?[^\n]*(?:riservat|confidenzial|destinatari|per errore|"
    r"si precisa|si informa|informativa))"
)
_SIGNATURE = re.compile(
    rf"^(?:-- ?$|[_-]{{10,}}|{_SENT_FROM}|{_CLOSING}(?:\n|$)|(?:{_LAW}|Le informazioni contenute|"
    rf"Questo messaggio (?:e-mail |di posta )?(?:e|ed|è|contiene)|"
    r"(?:This|The) (?:e-?mail|message|information)[^\n]{0,60}(?:confidential|intended (?:for|only|solely)|"
    r"privileged)|AVVISO DI RISERVATEZZA|Avvertenze|DISCLAIMER|"
    r"CONFIDENTIALITY|Privacy notice|Informativa privacy|Rispetta l.ambiente|"
    r"Please consider the environment|"
    r"(?:Mail |Email )?(?:priva di virus|virus-free)|Nessun virus|Prima di stampare)[\s\S]*)[\s\S]*",
    re.MULTILINE | re.IGNORECASE,
)
_QUOTED_LINE = re.compile(r"^[ \t]*[>|][^\n]*\n?", re.MULTILINE)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_WRAPPED = 60  # characters: a quoted line that long may have lost its end to the next line
_TELLING = 20  # characters: so long a line of ours is nobody else's by chance


@cache
def _parser(lang: str) -> EmailReplyParser:
    return EmailReplyParser(languages=list(dict.fromkeys([lang, "it", "en"])))


def strip_reply(text: str, lang: str = "it", ours: str = "") -> str:
    """The newest words of a plain-text mail: no quoted text, signature, "sent from" line or legal footer.

    `lang` is the contact's language (header styles are tried in it, Italian and English); `ours` the text of the
    letter that is answered, where it is known: what stands in it is not the sender's, however it is quoted. An
    answer written below the quotation or between its lines is kept. A mail of nothing but a signature keeps it;
    one of nothing but a quotation is "", so that a footer of our own is never taken for the contact's words.
    """
    whole = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").translate(_INVISIBLE)
    whole = whole.strip()[:_READ]
    start = _QUOTE_STARTS.search(whole)
    top = whole[: start.start()] if start else whole
    own = _QUOTED_LINE.sub("", _newest(top, lang)).strip()
    if "\n>" in "\n" + whole:
        # Headers of nested quotations stand unmarked now and then: what follows the next one is not theirs.
        below = whole[start.end() :].partition("\n")[2] if start else whole
        own = _joined(own, _between(below)) if own and start else own or _answers(below)
    own = _without_ours(own, ours) if ours else own
    return re.sub(r"\n{3,}", "\n\n", _without_signature(own) or own)


def _joined(above: str, between: str) -> str:
    return f"{above}\n\n{between}".strip()


def _between(below: str) -> str:
    """The answers that have quoted lines before and after them; what ends the mail is a footer."""
    last = below.rfind("\n>")
    return _answers(below[: last + 1]) if last >= 0 and ">" in below[:last] else ""


def _answers(below: str) -> str:
    """The lines without a mark, but for the ends of quoted lines that were too long for some program."""
    kept, before = [], ""
    for line in below.split("\n"):
        quoted = line.lstrip()[:1] in (">", "|") and bool(line.strip())
        cut_off = len(before) >= _WRAPPED and before[-1] not in ".?!:;"
        if not quoted and not cut_off:
            kept.append(line)
        before = line.rstrip() if quoted else ""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _without_ours(text: str, ours: str) -> str:
    known = f" {_plain(ours)} "
    lines = text.split("\n")
    own = [bool(plain := _plain(line)) and f" {plain} " in known for line in lines]
    telling = [at for at, line in enumerate(lines) if own[at] and len(line) >= _TELLING]
    if not telling:
        return text
    first, last = telling[0], telling[-1]
    whole = {_plain(line) for line in ours.split("\n")}
    # The greeting above is ours too; a short word may be their whole answer, and stand in our question.
    while first and (
        not lines[first - 1].strip()
        or (own[first - 1] and (len(lines[first - 1]) >= _TELLING // 2 or _plain(lines[first - 1]) in whole))
    ):
        first -= 1
    above = "\n".join(lines[:first]).strip()
    return above or "\n".join(line for at, line in enumerate(lines) if at > last and not own[at]).strip()


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", normalise(text).text))


def _newest(text: str, lang: str) -> str:
    # The library's header patterns take the square of a line's length; no header is that long.
    if any(len(line) > _LINE for line in text.split("\n")):
        return text
    first = _parser(lang).read(text).replies[0]
    return "" if first.headers else str(first.content)


def _without_signature(text: str) -> str:
    return _SIGNATURE.sub("", text, count=1).strip()


class _Reader(HTMLParser):
    """Collects the visible words; quotations get ">", so that they are stripped like plain text."""

    _BREAKS = frozenset(
        {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote", "hr", "ul", "ol"}
    )
    _SILENT = frozenset({"script", "style", "head", "title", "template"})
    _VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "wbr"})
    # Not Gmail's own wrapper: whoever answers between the lines writes inside it.
    _QUOTES = (
        "gmail_attr",
        "yahoo_quoted",
        "moz-cite-prefix",
        "divrplyfwdmsg",
        "appendonsend",
        "protonmail_quote",
        "mail-editor-reference-message",
        "zmail_extra",
        "tutanota_quote",
    )
    _SIGNATURES = (
        "gmail_signature",
        "moz-signature",
        "applemailsignature",
        "ms-outlook-mobile-signature",
        "io-ox-signature",
        "protonmail_signature",
        "composer_signature",
        "ymail_android_signature",
    )

    def __init__(self, *, signatures: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.signatures = signatures
        self.lines: list[str] = [""]
        self.open: list[tuple[str, bool, bool]] = []  # tag, silent, quoted
        self.rest_quoted = False

    def _state(self) -> tuple[bool, bool]:
        _, silent, quoted = self.open[-1] if self.open else ("", False, False)
        return silent, quoted or self.rest_quoted

    def _break(self) -> None:
        self.lines.append("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BREAKS:
            self._break()
        given = {name: (value or "").lower() for name, value in attrs}
        values = f"{given.get('class', '')} {given.get('id', '')}"
        if "divrplyfwdmsg" in values or "appendonsend" in values:
            self.rest_quoted = True
        if tag in self._VOID:
            return
        silent, quoted = self._state()
        style = given.get("style", "").replace(" ", "")
        signed = given.get("id") == "signature" or any(mark in values for mark in self._SIGNATURES)
        hidden = (signed and not self.signatures) or "display:none" in style or "mso-hide:all" in style
        # Indented by the writer, in Gmail: a quotation has a line at its side.
        indented = "type" not in given and "class" not in given and "border:none" in style
        quote = (tag == "blockquote" and not indented) or any(mark in values for mark in self._QUOTES)
        self.open.append((tag, silent or hidden or tag in self._SILENT, quoted or quote))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._BREAKS:
            self._break()
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth][0] == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        silent, quoted = self._state()
        words = re.sub(r"[ \t\n\r\f]+", " ", data)
        if silent or (not words.strip() and not self.lines[-1]):
            return
        if quoted and not self.lines[-1]:
            self.lines[-1] = "> "
        self.lines[-1] += words


def html_to_text(html: str) -> str:
    """The visible words of an HTML mail, a line per block; quoted parts become lines that begin with ">".

    Signatures are left out where there is anything else: some write their answer into the field of theirs.
    """
    text = _visible(html, signatures=False)
    return text if re.search(r"^[^>\n]", text, re.MULTILINE) else _visible(html, signatures=True)


def _visible(html: str, *, signatures: bool) -> str:
    reader = _Reader(signatures=signatures)
    reader.feed(html)
    reader.close()
    lines = [line.strip() for line in reader.lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
