"""A line as small as a word: full months only, broken where nobody knows."""

from __future__ import annotations

import re

from scoreboard.report.site.sparkline import HEIGHT, MOST_MONTHS, sparkline
from tests.star_history.collections_ import history


def _heights(news: list[int | None]) -> list[float]:
    drawn = sparkline(history(news=news))
    assert drawn
    return [float(y) for y in re.findall(r"[ML][\d.]+,([\d.]+)", drawn)]


def test_the_first_and_the_unfinished_month_are_left_out() -> None:
    assert len(_heights([300, 20, 10, 20, 50])) == 3


def test_more_stars_stand_higher_and_none_stand_on_the_ground() -> None:
    low, middle, high = _heights([1, 0, 10, 20, 50])
    assert HEIGHT - 2 == low > middle > high == 2


def test_where_nobody_knows_there_is_a_gap() -> None:
    drawn = sparkline(history(news=[1, 10, 20, None, 30, 40, 5]))
    assert drawn
    assert drawn.count("M") == 2
    assert drawn.count("L") == 2


def test_two_years_at_most() -> None:
    assert len(_heights([5] * 40)) == MOST_MONTHS


def test_too_few_months_are_no_course() -> None:
    assert sparkline(history(news=[1, 10, None, 20, 5])) is None


def test_who_hears_the_page_is_spared_it() -> None:
    drawn = sparkline(history(news=[1, 2, 3, 4, 5]))
    assert drawn
    assert 'aria-hidden="true"' in drawn
