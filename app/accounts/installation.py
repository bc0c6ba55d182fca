"""What the installation remembers about itself, checked at every start."""

import hashlib
import hmac

from app.accounts.models import Installation
from app.db import Session
from app.errors import BadInput
from app.settings import Settings

_CHECK = "suppression_key_check"


def check_suppression_key(db: Session, settings: Settings) -> None:
    """Refuse to start with another SUPPRESSION_KEY than the first: every stop would be forgotten.

    Raises BadInput; stores the check value on the very first start.
    """
    if not settings.suppression_key:
        raise BadInput(
            "SUPPRESSION_KEY is not set", where="settings", mend="Make one and keep it with backups."
        )
    value = hmac.new(settings.suppression_key.encode(), b"riattiva check value", hashlib.sha256).hexdigest()
    known = db.get(Installation, _CHECK)
    if known is None:
        db.add(Installation(name=_CHECK, value=value))
    elif not hmac.compare_digest(known.value, value):
        raise BadInput(
            "SUPPRESSION_KEY is not the one this database was made with",
            where="settings",
            mend="Put the old key back: with another one every opt-out would be forgotten.",
        )
