"""Says everything a page says in the reader's language, and gives a template environment the means to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent
from babel.support import Translations
from jinja2 import Environment

from app import runtime

languages = ("it", "en")
"""Of the marketer's pages."""
contact_languages = (*languages, "de", "fr")
"""Of the pages a contact sees; de.po and fr.po hold only those."""
FOLDER = Path(__file__).resolve().parent


def N_(text: str) -> str:
    """Marks a text in code as one that a page will say, so that the catalogues must hold it."""
    return text


def gettext(lang: str, text: str, **values: object) -> str:
    """`text` in this language, with every `%(name)s` filled; a text nobody translated stays English."""
    said = str(_catalogue(lang).ugettext(text))
    return said % values if values else said


def days(lang: str, count: int) -> str:
    """A number of days with its word: "1 day", "400 giorni"."""
    never = 10**9  # of a longer unit: weeks and months would hide the exact number
    return format_timedelta(timedelta(days=count), granularity="day", threshold=never, locale=lang)


def span(lang: str, seconds: float, form: Literal["long", "short"] = "long") -> str:
    """About how long, in one unit: "45 seconds", "3 minuti", or "3 min" where there is little room."""
    return format_timedelta(timedelta(seconds=round(seconds)), format=form, locale=lang)


def number(lang: str, value: Decimal | float | None) -> str:
    """With the language's thousands and decimals; a dash for what is not known."""
    return "–" if value is None else format_decimal(value, locale=lang)


def percent(lang: str, part: float, whole: float) -> str:
    """`part` of `whole` with at most one decimal; a dash when there is no whole."""
    return format_percent(part / whole, format="#,##0.#%", locale=lang) if whole else "–"


def money(lang: str, amount: Decimal, currency: str) -> str:
    """An amount in its currency; without one (points, stars) the bare number."""
    return format_currency(amount, currency, locale=lang) if currency else number(lang, amount)


def language_name(lang: str, code: str | None) -> str | None:
    """What a language (ISO 639-1) is called in `lang`; an unknown code stays as it is."""
    return code and Locale(lang).languages.get(code, code)


def country_name(lang: str, code: str | None) -> str | None:
    """What a country (ISO 3166-1 alpha-2) is called in `lang`; an unknown code stays as it is."""
    return code and Locale(lang).territories.get(code, code)


def day(lang: str, at: datetime | None) -> str:
    """The day in the installation's time zone; a dash for never."""
    return "–" if at is None else format_date(at.astimezone(_zone()), "medium", locale=lang)


def moment(lang: str, at: datetime | None) -> str:
    """Day, hour and minute in the installation's time zone; a dash for never."""
    return "–" if at is None else format_datetime(at, "d MMM y, HH:mm", tzinfo=_zone(), locale=lang)


def hour(lang: str, at: datetime) -> str:
    """The day of the week and the hour in the installation's time zone: what tells the hours of two days apart."""
    return format_datetime(at, "EEE HH:mm", tzinfo=_zone(), locale=lang)


def install(environment: Environment, language: Callable[[], str]) -> None:
    """Give templates `_()`, `ngettext()` and a filter for each way of writing a value here.

    `language` is asked whenever something is said, so one environment serves readers of both languages.
    """
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _catalogue(language()).ugettext(text),
        lambda one, many, count: _catalogue(language()).ungettext(one, many, count),
        newstyle=True,
    )
    environment.filters["number"] = lambda value: number(language(), value)
    environment.filters["percent_of"] = lambda part, whole: percent(language(), part, whole)
    environment.filters["money"] = lambda amount, currency: money(language(), amount, currency)
    environment.filters["language_name"] = lambda code: language_name(language(), code)
    environment.filters["country_name"] = lambda code: country_name(language(), code)
    environment.filters["span"] = lambda seconds, form="long": span(language(), seconds, form)
    environment.filters["hour"] = lambda at: hour(language(), at)
    environment.filters["day"] = lambda at: day(language(), at)
    environment.filters["moment"] = lambda at: moment(language(), at)


@cache
def _catalogue(lang: str) -> Translations:
    known = lang if lang in contact_languages else "en"
    with (FOLDER / f"{known}.po").open("rb") as source:
        catalogue = read_po(source, locale=known)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def _zone() -> ZoneInfo:
    return runtime.current().settings.zone
