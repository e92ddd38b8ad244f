"""The lines of a chart as plain numbers: one per record and source, broken where nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from star_history.caption import plain
from star_history.history import SOURCE_NAMES, Collection, History, Record
from star_history.months import months_between
from star_history.view import View

DAYS_A_MONTH = 30.44


@dataclass(frozen=True)
class Spot:
    """One figure on a line; y is None where nobody knows."""

    x: float
    y: int | None
    when: str  # for people
    is_over: bool = True  # False in the month in which the data end


@dataclass(frozen=True)
class Line:
    """What one source says of one record."""

    title: str
    source: str
    is_lower_bound: bool
    leads: bool  # its record's first line: the one with a name at its end
    spots: tuple[Spot, ...]

    @property
    def known(self) -> tuple[Spot, ...]:
        """Where there is a figure."""
        return tuple(spot for spot in self.spots if spot.y is not None)

    @property
    def lonely(self) -> tuple[Spot, ...]:
        """Whole figures without a neighbour: no stroke would show them."""
        values = [None, *(spot.y for spot in self.spots), None]
        return tuple(
            spot
            for place, spot in enumerate(self.spots)
            if values[place] is None and values[place + 2] is None and spot.y is not None and spot.is_over
        )

    @property
    def unfinished(self) -> tuple[Spot, ...]:
        """The way from the last whole month to the one that is not over."""
        last = self.spots[-2:]
        return last if last and not last[-1].is_over and all(spot.y is not None for spot in last) else ()


def moment(day: date) -> float:
    """Milliseconds, as Vega counts time; UTC, so that a day is the same day everywhere."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000


def cumulative(collection: Collection, view: View) -> list[Line]:
    """All stars, day by day."""
    return [
        line
        for record in collection.records
        for line in _of(collection, record, lambda history: _totals(history, view))
    ]


def cumulative_by_age(collection: Collection) -> list[Line]:
    """All stars by months since the first."""
    return [line for record in collection.records for line in _of(collection, record, _aged_totals)]


def monthly_by_age(collection: Collection) -> list[Line]:
    """New stars by calendar months since that of the first."""
    return [line for record in collection.records for line in _of(collection, record, _aged_months)]


def ageless(collection: Collection) -> list[str]:
    """Whose first stargazer is not known: they cannot be drawn by age."""
    found = [
        (record, source) for record in collection.records for source in collection.sources if source in record.histories
    ]
    unknown = [
        (record.subject.title, SOURCE_NAMES[source])
        for record, source in found
        if record.histories[source].first is None
    ]
    return [f"{plain(title)} ({source})" if len(collection.sources) > 1 else plain(title) for title, source in unknown]


def _of(collection: Collection, record: Record, spots: Callable[[History], Iterator[Spot]]) -> Iterator[Line]:
    leads = True
    for source in collection.sources:
        history = record.histories.get(source)
        found = tuple(spots(history)) if history else ()
        if history and any(spot.y is not None for spot in found):
            yield Line(plain(record.subject.title), SOURCE_NAMES[source], history.is_lower_bound, leads, found)
            leads = False


def _totals(history: History, view: View) -> Iterator[Spot]:
    return (Spot(moment(point.day), point.total, f"{point.day}") for point in history.points if view.holds(point.day))


def _aged_totals(history: History) -> Iterator[Spot]:
    first = history.first
    if first is None:
        return
    for point in history.points:
        if point.day >= first:
            age = (point.day - first).days / DAYS_A_MONTH
            yield Spot(age, point.total, f"{point.day}, {age:.1f} months after the first star")


def _aged_months(history: History) -> Iterator[Spot]:
    first = history.first
    if first is None:
        return
    for month in history.months:
        age = months_between(first, month.first)
        if age >= 0:
            so_far = "" if month.is_over else " so far"
            yield Spot(age, month.new, f"{month.first:%B %Y}{so_far}, month {age}", month.is_over)
