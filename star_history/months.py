"""Calendar months, by their first day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def last_day(first: date) -> date:
    return next_month(first) - timedelta(days=1)


def days_of(first: date) -> list[date]:
    """Every day of a month."""
    return [first + timedelta(days=number) for number in range(last_day(first).day)]


def months_from(first: date, to: date) -> Iterator[date]:
    """Every month from that of one day to that of another."""
    month = month_of(first)
    while month <= to:
        yield month
        month = next_month(month)


def months_between(earlier: date, later: date) -> int:
    """Calendar months from one to the other, days left aside."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def weeks_from(first: date, to: date) -> Iterator[date]:
    """Every seventh day from one day to another."""
    while first <= to:
        yield first
        first += timedelta(days=7)
