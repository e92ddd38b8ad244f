"""Figures of growth, against histories that anyone can add up by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from star_history.growth import full_months, grown, new_between, total_at
from star_history.history import History, Month, Point
from star_history.months import last_day, month_of, months_from

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def by_day(first: date, counts: Sequence[int]) -> History:
    """As GitHub tells it."""
    days = {first + timedelta(days=number): new for number, new in enumerate(counts)}
    through = max(days)
    months = []
    for month in months_from(first, through):
        new = sum(new for day, new in days.items() if month_of(day) == month)
        months.append(Month(month, new, is_over=month < month_of(through)))
    total = 0
    points = []
    for day, new in days.items():
        total += new
        points.append(Point(day, total))
    return History("github", "somewhere", NOW, through, tuple(points), tuple(months), days)


def by_month(first: date, counts: Sequence[int | None]) -> History:
    """As OSS Insight tells it."""
    months, points, total, month = [], [], 0, first
    for new in counts:
        total += new or 0
        months.append(Month(month, new))
        points.append(Point(last_day(month), None if new is None else total))
        month = last_day(month) + timedelta(days=1)
    return History(
        "ossinsight", "somewhere", NOW, points[-1].day, tuple(points), tuple(months), lower_bound="it says so"
    )


def test_the_last_six_full_months_leave_out_the_first_and_the_current_one() -> None:
    history = by_day(date(2026, 1, 10), [1] * ((date(2026, 9, 15) - date(2026, 1, 10)).days + 1))
    assert full_months(history) == [28, 31, 30, 31, 30, 31, 31]
    growth = grown(history)
    assert (growth.last_six, growth.months) == (31 + 30 + 31 + 30 + 31 + 31, 6)
    assert (growth.lowest, growth.median, growth.highest) == (30, 31, 31)
    assert growth.age_months == 8


def test_a_young_repository_has_the_months_it_has() -> None:
    growth = grown(by_day(date(2026, 8, 20), [2] * 60))
    assert (growth.last_six, growth.months, growth.trend) == (60, 1, None)


def test_the_trend_is_three_months_against_the_three_before() -> None:
    assert grown(by_month(date(2026, 1, 1), [99, 10, 10, 10, 15, 20, 25])).trend == 2.0


def test_a_gap_is_no_zero() -> None:
    growth = grown(by_month(date(2026, 1, 1), [99, 10, None, 10, 15, None, 25]))
    assert (growth.last_six, growth.months, growth.trend) == (60, 4, None)
    assert (growth.lowest, growth.median) == (10, 12.5)


def test_what_needs_days_is_blank_without_them() -> None:
    growth = grown(by_month(date(2026, 1, 1), [900, 10, 10, 10, 15, 20, 25]))
    assert (growth.best_week, growth.halved_after) == (None, None)


def test_the_best_week_is_the_best_seven_days_in_a_row() -> None:
    days = [1] * 100
    days[40:47] = [20, 0, 0, 30, 0, 0, 50]
    assert grown(by_day(date(2026, 1, 1), days)).best_week == pytest.approx(100 / (93 + 100))
    assert grown(by_day(date(2026, 1, 1), [3, 4])).best_week == 1


@pytest.mark.parametrize(
    ("blocks", "after", "is_halved"),
    [
        ([100, 60, 50, 10], 2, True),
        ([5, 100, 60, 40], 2, True),  # the launch came in the second block
        ([100, 90, 80, 70], 3, False),
        ([10, *[8] * 11, 900, 100], 13, False),  # a spike after the first year is no launch
    ],
)
def test_the_launch_spike_is_halved_when_thirty_days_bring_at_most_half(
    blocks: list[int], after: int, is_halved: bool
) -> None:
    days = [new for block in blocks for new in [block, *[0] * 28, 0]]
    growth = grown(by_day(date(2025, 1, 1), days))
    assert (growth.halved_after, growth.is_halved) == (after, is_halved)


def test_age_runs_from_the_first_stargazer() -> None:
    assert grown(by_day(date(2025, 12, 31), [0, 0, 0, 5] + [1] * 40)).age_months == 1


def test_what_does_not_reach_back_has_no_age_and_no_total() -> None:
    history = by_day(date(2026, 1, 1), [1] * 300)
    partial = History("github", "", NOW, history.through, (), history.months, history.days, is_whole=False)
    assert grown(partial).age_months is None
    assert partial.total is None
    assert total_at(partial, date(2026, 5, 1)) is None
    assert grown(partial).last_six == grown(history).last_six


def test_where_a_day_is_left_out_nothing_is_said_of_days_in_a_row() -> None:
    history = by_day(date(2025, 1, 1), [10] * 300)
    told = {day: new for day, new in history.days.items() if day != date(2025, 6, 1)}
    growth = grown(replace(history, days=told))
    assert (growth.best_week, growth.halved_after) == (None, None)


def test_totals_and_sums_at_any_time() -> None:
    daily = by_day(date(2026, 1, 1), [1] * 300)
    assert total_at(daily, date(2026, 1, 31)) == 31
    assert total_at(daily, date(2025, 12, 31)) is None
    assert new_between(daily, date(2026, 2, 1), date(2026, 3, 1)) == 59
    monthly = by_month(date(2026, 1, 1), [10, None, 5])
    assert total_at(monthly, date(2026, 3, 1)) == 10
    assert new_between(monthly, date(2026, 2, 1), date(2026, 2, 1)) is None
    assert new_between(monthly, date(2026, 1, 1), date(2026, 3, 1)) == 15


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=900))
def test_no_history_is_too_odd(counts: list[int]) -> None:
    growth = grown(by_day(date(2024, 2, 27), counts))
    assert growth.best_week is None or 0 < growth.best_week <= 1
    assert growth.lowest is None or growth.lowest <= (growth.median or 0) <= (growth.highest or 0)
