"""What can go wrong with a source. Each message says what happened, to what, and what to do next.

StarError
├── WrongName       this is no owner/name
├── WrongAddress    a source cannot be asked at such an address
├── Unanswered      no whole answer within the time
│   └── Unreachable nobody is there: no network, a refused connection
├── Refused         the source answered that it cannot: 5xx, or a status that means nothing to us
├── LimitReached    one request more would be one too many; says until when
├── NotFound        GitHub knows no such repository
├── UnknownThere    the source knows the repository under none of its names, or has no rows for it: unknown, never zero
├── Withheld        the source says itself that it cannot compute this now
├── BadBody         the answer is not what was agreed on; it was set aside
└── AnotherOne      the name now belongs to another repository than the one whose data is kept
"""

from __future__ import annotations

from datetime import datetime

LATER = "Ask again later."  # what to do about most of it


class StarError(Exception):
    """Anything that is told to people without a traceback."""


class WrongName(StarError):
    """This is no owner/name."""


class WrongAddress(StarError):
    """A source cannot be asked at such an address."""


class Unanswered(StarError):
    """No whole answer came within the time."""


class Unreachable(Unanswered):
    """Nobody is there."""


class Refused(StarError):
    """The source answered that it cannot."""


class LimitReached(StarError):
    """The hour's requests are spent."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class NotFound(StarError):
    """GitHub knows no such repository."""


class UnknownThere(StarError):
    """The source knows the repository under none of its names."""


class Withheld(StarError):
    """The source says itself that it cannot compute this now."""


class BadBody(StarError):
    """The answer is not what was agreed on."""


class AnotherOne(StarError):
    """The name belongs to another repository now."""
