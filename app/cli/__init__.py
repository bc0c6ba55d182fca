"""The `riattiva` command: each verb parses its words, calls one verb of a room, and says what came of it.

May import: every room. Owns no table.
"""

import logging

from app.cli.main import main as commands


def main() -> None:
    """The console script."""
    # A doorbell nobody hears is no fault of a command: the sweep rings again, and `waves launch` says so.
    logging.getLogger("app.queue").setLevel(logging.ERROR)
    commands()


__all__ = ["main"]
