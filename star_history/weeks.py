"""GitHub's weeks: whether they can be believed, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter

from star_history.github_file import Count, Days, GithubFile
from star_history.history import History, Month, Point
from star_history.months import days_of, month_of, months_from, weeks_from

WEEK = timedelta(days=7)
PACIFIC = timedelta(hours=8)  # its days are those of Los Angeles, which end that much later than UTC's
ENOUGH_TO_TELL = 50  # stars
LATEST = 2**32  # Unix seconds; milliseconds are beyond it


class Week(BaseModel):
    week: Annotated[int, Field(ge=0, lt=LATEST, strict=True)]
    total: Count
    days: Days

    @property
    def sunday(self) -> date:
        """Labelled by Sunday 00:00 UTC; half a day of grace, should the label move to another time zone."""
        return (datetime.fromtimestamp(self.week, UTC) + timedelta(hours=12)).date()


PAGE = TypeAdapter(list[Week])


def check_weeks(page: Sequence[Week], now: datetime, before: date | None) -> None:
    """Newest first, whole weeks apart, days that add up, nothing from the future."""
    earlier = before + WEEK if before else None
    for week in page:
        sunday = week.sunday
        if sum(week.days) != week.total:
            raise ValueError(f"the days of the week of {sunday} add up to {sum(week.days)}, not to {week.total}")
        if earlier and (sunday >= earlier or (earlier - sunday) % WEEK):
            raise ValueError(f"the week of {sunday} stands after that of {earlier}")
        if any(new for number, new in enumerate(week.days) if sunday + timedelta(days=number) > now.date()):
            raise ValueError(f"it has stars on days of the week of {sunday} that are still to come")
        earlier = sunday


def check_against(page: Sequence[Week], kept: Mapping[date, list[int]]) -> None:
    """Some take their stars back; half of all do not."""
    before = sum(sum(kept.get(week.sunday, [])) for week in page)
    now = sum(week.total for week in page if week.sunday in kept)
    if before >= ENOUGH_TO_TELL and 2 * now < before:
        raise ValueError(f"weeks that had {before} stars are said to have {now}")


def joins(page: Sequence[Week], weeks: Mapping[date, object]) -> bool:
    """Whether what was kept goes on where a page ends."""
    oldest = page[-1].sunday
    return oldest - WEEK in weeks or not any(sunday < oldest for sunday in weeks)


def history_of(kept: GithubFile, origin: str) -> History | None:
    """The neutral form; None where no week was read yet. A week that is not there is a gap."""
    if kept.weeks_checked_at is None or not kept.weeks:
        return None
    told = {
        sunday + timedelta(days=number): new
        for sunday, week in sorted(kept.weeks.items())
        for number, new in enumerate(week)
    }
    today = (kept.weeks_checked_at - PACIFIC).date()
    through = max([today, *(day for day, new in told.items() if new)])
    days = {day: new for day, new in told.items() if day <= through}
    is_whole = kept.walked_at is not None
    return History(
        source="github",
        origin=origin,
        fetched_at=kept.weeks_checked_at,
        through=through,
        points=tuple(_points(kept, days, through)) if is_whole else (),
        months=tuple(_months(days, through, unknown_from=None if is_whole else kept.created)),
        days=days,
        is_whole=is_whole,
    )


def _points(kept: GithubFile, days: dict[date, int], through: date) -> Iterator[Point]:
    """All stars at the end of each week, from that of the first star on."""
    first = min((day for day, new in days.items() if new), default=through)
    total = 0
    for sunday in weeks_from(min(kept.weeks), through):
        week = [sunday + timedelta(days=number) for number in range(7)]
        total += sum(days.get(day, 0) for day in week)
        if week[-1] >= first:
            yield Point(min(week[-1], through), total if sunday in kept.weeks else None)


def _months(days: dict[date, int], through: date, unknown_from: date | None) -> Iterator[Month]:
    """From that of the first star on; where older weeks are not there yet, from that in which it was created.

    A month of which a day is not there is a gap.
    """
    known_from, first_star = min(days), min((day for day, new in days.items() if new), default=None)
    since = unknown_from or first_star
    for month in months_from(since, through) if since else ():
        told = [days.get(day) for day in days_of(month) if known_from <= day <= through]
        is_gap = None in told or (unknown_from is not None and month < known_from)
        yield Month(month, None if is_gap else sum(filter(None, told)), is_over=month < month_of(through))
