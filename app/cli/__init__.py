"""The `riattiva` command: each verb parses its words, calls one verb of a room, and says what came of it.

May import: every room. Owns no table.
"""

from app.cli.main import main

__all__ = ["main"]
