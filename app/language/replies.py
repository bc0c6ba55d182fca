"""Cuts a mail down to what the person wrote now: a quoted "Disiscriviti" is never an opt-out."""

import re
from functools import cache
from html.parser import HTMLParser

from mailparser_reply import EmailReplyParser

_LINE = 1000
_READ = 50_000  # characters; the library's patterns cost more than the length
_MARK = r"(?:> ?)*[* ]*"
# What the library misses: headers it does not know, in the styles of Italian and English clients.
_QUOTE_STARTS = re.compile(
    rf"^{_MARK}(?:"
    r"(?:Il(?: giorno)?|In data|Nel giorno|Am|Le|On) (?:(?!\n\n)[\s\S]){0,240}?(?:ha\s+scritto|scrive|wrote|"
    r"writes|schrieb|a\s+écrit)[^\n]{0,80}?:? *$|"
    r"[^\n]{0,120}(?:@[^\n]{1,80}|\d{4}[^\n]{0,30}|\d{1,2}:\d{2}[^\n]{0,30})(?:ha scritto|wrote|"
    r"scrive)[^\n]{0,40}: *$|"
    r"(?:Begin forwarded message|Inizio (?:del )?messaggio inoltrato|"
    r"Anfang der weitergeleiteten (?:E-Mail|Nachricht)|"
    r"Début du message (?:réexpédié|transféré)) ?:?|"
    r"-{2,} ?(?:Messaggio [Oo]riginale|Weitergeleitete Nachricht|Message (?:transféré|d'origine)|"
    r"Original [Mm]essage|Messaggio inoltrato|Forwarded message|"
    r"Original-Nachricht|Messaggio originale|Reply message|Risposta al messaggio)[^\n]*|"
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


@cache
def _parser(lang: str) -> EmailReplyParser:
    return EmailReplyParser(languages=list(dict.fromkeys([lang, "it", "en"])))


def strip_reply(text: str, lang: str = "it") -> str:
    """The newest words of a plain-text mail: no quoted text, signature, "sent from" line or legal footer.

    `lang` is the contact's language (header styles are tried in it, Italian and English). An answer
    written below the quotation is kept. A mail of nothing but a signature keeps it; one of nothing but
    a quotation is "", so that a footer of our own is never taken for the contact's words.
    """
    whole = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").strip()[:_READ]
    start = _QUOTE_STARTS.search(whole)
    top = whole[: start.start()] if start else whole
    own = _QUOTED_LINE.sub("", _newest(top, lang)).strip()
    if not own and "\n>" in "\n" + whole:
        own = _QUOTED_LINE.sub("", whole[start.end() :] if start else whole).strip()
    return re.sub(r"\n{3,}", "\n\n", _without_signature(own) or own)


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
    _QUOTES = (
        "gmail_quote",
        "yahoo_quoted",
        "moz-cite-prefix",
        "divrplyfwdmsg",
        "appendonsend",
        "protonmail_quote",
    )
    _SIGNATURES = ("gmail_signature", "moz-signature", "applemailsignature", "ms-outlook-mobile-signature")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
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
        values = " ".join(value or "" for name, value in attrs if name in ("class", "id")).lower()
        if "divrplyfwdmsg" in values or "appendonsend" in values:
            self.rest_quoted = True
        if tag in self._VOID:
            return
        silent, quoted = self._state()
        signed = any(mark in values for mark in self._SIGNATURES)
        hidden = signed or any(
            name == "style" and "display:none" in (value or "").replace(" ", "") for name, value in attrs
        )
        quote = tag == "blockquote" or any(mark in values for mark in self._QUOTES)
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
    """The visible words of an HTML mail, a line per block; quoted parts become lines that begin with ">"."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [line.strip() for line in reader.lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
