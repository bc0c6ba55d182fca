"""The contact's pages: the survey, preferences, one-click unsubscribe. No cookie, no JavaScript, no log-in.

A GET shows, only a POST changes anything. May import: intake and below. Owns no table.
"""

from app.public import answering, confirming, stopping
from app.public.pages import bp

__all__ = ["answering", "bp", "confirming", "stopping"]
