"""The languages of the pages: gettext catalogues, and how numbers and times are written in them.

English is the source language and stands in templates and code; `it.po` says it in Italian, `de.po` and `fr.po`
what contacts see in German and French.
May import: runtime and below. Owns no table.
"""

from app.translations.catalogue import (
    N_,
    contact_languages,
    day,
    days,
    gettext,
    install,
    languages,
    moment,
    money,
    number,
    percent,
)

__all__ = [
    "N_",
    "contact_languages",
    "day",
    "days",
    "gettext",
    "install",
    "languages",
    "moment",
    "money",
    "number",
    "percent",
]
