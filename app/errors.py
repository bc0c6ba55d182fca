"""What can go wrong in words a person can act on; every door turns these into its own kind of answer."""


class RiattivaError(Exception):
    """Base of the errors whose text is meant for the person in front of the screen."""


class BadInput(RiattivaError):
    """Something given to us is wrong: `what` is wrong, `where` it stands, and how to `mend` it."""

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what, self.where, self.mend = what, where, mend
        said = f"{what.rstrip('.')}." if mend else what
        super().__init__(" ".join(part for part in (f"{where}:" if where else "", said, mend) if part))


class NotFound(RiattivaError):
    """There is no such thing; the text names it."""


class NotAvailable(RiattivaError):
    """A part we need (database, queue, provider) cannot be reached or used now."""


class Conflict(RiattivaError):
    """What was asked for does not fit the present state, for instance launching a wave twice."""
