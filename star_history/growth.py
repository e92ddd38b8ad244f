"""Figures of growth. Each is a pure function of one source's history; None where that history cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from star_history.history import History
from star_history.months import month_of, months_between

RECENT = 6
BLOCK_DAYS = 30
FIRST_YEAR_BLOCKS = 12


@dataclass(frozen=True)
class Growth:
    """What a history says beyond its total."""

    age_months: int | None  # calendar months from that of the first stargazer to that in which the data end
    last_six: int | None  # new stars in the last six full months
    months: int  # how many of those six it knows
    median: float | None  # new stars a month, in those months
    lowest: int | None
    highest: int | None
    trend: float | None  # new stars in the last three full months, divided by those in the three before
    best_week: float | None  # share of all stars that came in the best seven days in a row
    halved_after: int | None  # months from the launch spike until 30 days brought at most half of it
    is_halved: bool  # False where that has not happened yet; then halved_after says for how long


def grown(history: History) -> Growth:
    """All figures of one history."""
    recent = full_months(history)[-RECENT:]
    known = [new for new in recent if new is not None]
    spike = _spike(history)
    return Growth(
        age_months=months_between(history.first, history.through) if history.first else None,
        last_six=sum(known) if known else None,
        months=len(known),
        median=median(known) if known else None,
        lowest=min(known, default=None),
        highest=max(known, default=None),
        trend=_trend(recent),
        best_week=_best_week(history),
        halved_after=spike[0] if spike else None,
        is_halved=bool(spike and spike[1]),
    )


def full_months(history: History) -> list[int | None]:
    """New stars in each month that is over, but not in the first, which began before the first star."""
    first = month_of(history.first) if history.first else None
    return [month.new for month in history.months if month.is_over and month.first != first]


def new_between(history: History, first: date, last: date) -> int | None:
    """New stars in the calendar months from one to another, both included; None where it knows none of them."""
    known = [month.new for month in history.months if first <= month.first <= last and month.new is not None]
    return sum(known) if known else None


def total_at(history: History, day: date) -> int | None:
    """All stars at the end of a day, or as close before it as the history tells."""
    if not history.is_whole or not history.first or day < history.first:
        return None
    if history.days:
        return sum(new for each, new in history.days.items() if each <= day)
    return max((point.total for point in history.points if point.total is not None and point.day <= day), default=None)


def _trend(recent: Sequence[int | None]) -> float | None:
    known = [new for new in recent if new is not None]
    if len(known) < RECENT or not sum(known[:3]):
        return None
    return sum(known[3:]) / sum(known[:3])


def _by_age(history: History) -> list[int]:
    """New stars on each day since the first stargazer's; none where the history leaves a day out."""
    first = history.first
    if not first:
        return []
    days = [history.days.get(first + timedelta(days=number)) for number in range((history.through - first).days + 1)]
    return [new for new in days if new is not None] if None not in days else []


def _best_week(history: History) -> float | None:
    days = _by_age(history)
    if not days:
        return None
    return max(sum(days[start : start + 7]) for start in range(max(1, len(days) - 6))) / sum(days)


def _spike(history: History) -> tuple[int, bool] | None:
    """Blocks of 30 days since the first star: from the best of the first year to the first with at most half of it."""
    days = _by_age(history)
    blocks = [sum(days[start : start + BLOCK_DAYS]) for start in range(0, len(days) - BLOCK_DAYS + 1, BLOCK_DAYS)]
    if not blocks:
        return None
    peak = blocks.index(max(blocks[:FIRST_YEAR_BLOCKS]))
    halved = next((n for n, new in enumerate(blocks[peak + 1 :], 1) if 2 * new <= blocks[peak]), None)
    return (halved, True) if halved else (len(blocks) - 1 - peak, False)
