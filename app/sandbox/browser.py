"""A person's browser: finds links in an email and walks a survey knowing only HTML."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

MAX_PAGES = 8
TIMEOUT = 10.0
SCANNER = "Mozilla/5.0 (compatible; MailGateway-LinkScan/3.1)"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
TEXT_INPUTS = frozenset({"text", "search", "number", "tel", "email"})


@dataclass(slots=True)
class Form:
    """A `<form method=post>`: what to keep, what its `answer` fields allow, and its first button by name.

    `stands` is what it sends when nobody touches it and no button is pressed.
    """

    action: str
    kept: list[tuple[str, str]] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    free: bool = False
    button: tuple[str, str] | None = None
    stands: list[tuple[str, str]] = field(default_factory=list)


Answer = Callable[[Sequence[str]], str]  # the offered values, none for free text -> what to send


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and values.get("href", "").startswith(("http://", "https://")):
            self.links.append(values["href"])
        elif tag == "form" and values.get("method", "").lower() == "post":
            self._form = Form(values.get("action", ""))
        elif tag == "select":
            self._select = values.get("name", "")
        elif self._form is not None:
            self._field(self._form, tag, values, checked="checked" in values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form is not None:
            self.forms.append(self._form)
            self._form = None
        elif tag == "select":
            self._select = ""

    def _field(self, form: Form, tag: str, values: dict[str, str], *, checked: bool) -> None:
        kind = values.get("type", "text" if tag == "input" else "submit").lower()
        name, value = values.get("name", ""), values.get("value", "")
        asks = name == "answer"
        if tag == "button" or (tag == "input" and kind in ("submit", "image")):
            pressed = kind == "submit" and name and not asks and form.button is None
            form.button = (name, value) if pressed else form.button
        elif name and (tag in ("input", "textarea")) and (kind not in ("radio", "checkbox") or checked):
            form.stands.append((name, value or ("on" if checked else "")))
        if tag == "textarea" or (tag == "input" and kind in TEXT_INPUTS):
            if asks:
                form.free = True
            elif name:
                form.kept.append((name, value))
        elif (tag == "option" and self._select == "answer") or (
            asks and tag in ("input", "button") and kind != "hidden"
        ):
            form.choices += [value] if value else []
        elif tag == "input" and name and (kind == "hidden" or (kind in ("radio", "checkbox") and checked)):
            form.kept.append((name, value or ("" if kind == "hidden" else "on")))


def links(html: str) -> list[str]:
    """Every http(s) link, in order, once."""
    page = _Page()
    page.feed(html)
    return list(dict.fromkeys(page.links))


def rating_links(urls: Sequence[str]) -> dict[int, str]:
    """Links whose query holds a whole number 0-10, by that number; nothing unless three or more ask alike."""
    found: dict[str, dict[int, str]] = {}
    for url in urls:
        for name, value in parse_qsl(urlsplit(url).query):
            if value.isdecimal() and int(value) <= 10:
                found.setdefault(name, {})[int(value)] = url
    widest: dict[int, str] = max(found.values(), key=len, default={})
    return widest if len(widest) >= 3 else {}


def survey_form(html: str) -> Form | None:
    """The page's first posting form that asks for an `answer`."""
    return next((form for form in forms(html) if form.choices or form.free), None)


def forms(html: str) -> list[Form]:
    """The page's posting forms."""
    page = _Page()
    page.feed(html)
    page.close()
    return page.forms


def walk(url: str, answer: Answer) -> int:
    """Open `url` and fill in its forms like a person, up to 8 pages; returns how many were sent.

    Raises requests.RequestException when the site cannot be reached.
    """
    with requests.Session() as session:
        session.trust_env = False
        session.headers["User-Agent"] = CHROME
        page = session.get(url, timeout=TIMEOUT)
        for sent in range(MAX_PAGES):
            form = survey_form(page.text) if page.ok else None
            if form is None:
                return sent
            fields = [*form.kept, ("answer", answer(form.choices)), *([form.button] if form.button else [])]
            page = session.post(urljoin(page.url, form.action), data=fields, timeout=TIMEOUT)
        return MAX_PAGES


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("style", "script", "head", "title")
        if tag in ("p", "br", "tr", "div", "h1", "h2", "li"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script", "head", "title")

    def handle_data(self, data: str) -> None:
        if self._hidden <= 0 and data.strip():
            self.parts.append(" ".join(data.split()) + " ")


def plain_text(html: str) -> str:
    """The words of a page, a line per block: what a mail program quotes when there is no text part."""
    text = _Text()
    text.feed(html)
    lines = (line.strip() for line in "".join(text.parts).splitlines())
    return "\n".join(line for line in lines if line)
