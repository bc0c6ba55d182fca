"""The contact's pages: the survey, preferences, one-click unsubscribe. No cookie, no JavaScript, no log-in.

May import: intake and below. Owns no table.
"""

from app.public.routes import bp

__all__ = ["bp"]
