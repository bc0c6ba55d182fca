"""The marketer's pages: log-in, waves and contacts, rendered here and working without JavaScript.

May import: reports, waves and below. Owns no table.
"""

from app.web import (
    contacts,
    doubles,
    exports,
    feedback,
    imports,
    login,
    plan,
    providers,
    segments,
    sources,
    stop,
    waves,
)
from app.web.guard import bp

__all__ = [
    "bp",
    "contacts",
    "doubles",
    "exports",
    "feedback",
    "imports",
    "login",
    "plan",
    "providers",
    "segments",
    "sources",
    "stop",
    "waves",
]
