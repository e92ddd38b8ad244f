"""Which stretch of time is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from star_history.months import month_of

CHARTS = ("cumulative", "cumulative-log", "monthly", "cumulative-by-age", "monthly-by-age")  # in the order shown


@dataclass(frozen=True)
class View:
    """From the start to the end, both included; None is as far as the data go. Only charts over time are cut by it."""

    start: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Is the day in view?"""
        return (self.start is None or day >= self.start) and (self.end is None or day <= self.end)

    def holds_month(self, first: date) -> bool:
        """A month is in view as a whole, if any day of it is."""
        return (self.start is None or first >= month_of(self.start)) and (self.end is None or first <= self.end)

    def __str__(self) -> str:
        return f"between {self.start or 'the beginning'} and {self.end or 'now'}"
