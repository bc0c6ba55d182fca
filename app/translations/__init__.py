"""The languages of the pages: gettext catalogues, and how numbers and times are written in them.

English is the source language and stands in templates and code; `it.po` says it in Italian.
May import: runtime and below. Owns no table.
"""

from app.translations.catalogue import (
    N_,
    day,
    gettext,
    install,
    languages,
    moment,
    money,
    number,
    percent,
)

__all__ = ["N_", "day", "gettext", "install", "languages", "moment", "money", "number", "percent"]
