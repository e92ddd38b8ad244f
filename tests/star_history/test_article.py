"""The article's figures stand beside the same months of each source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from star_history.article import FIRST, LINES, compared
from star_history.history import Collection, History, Record, Subject
from tests.star_history.test_growth import by_day, by_month


def collected(history: History, repo: str = "langchain-ai/langgraph") -> Collection:
    return Collection((Record(Subject("LangGraph", repo), None, {history.source: history}),), (history.source,))


def test_the_months_are_those_before_the_article() -> None:
    history = by_day(date(2025, 1, 1), [10] * 600)
    (line,) = compared(collected(history))
    now = line.now["github"]
    assert now.last_six == 10 * (date(2026, 3, 1) - date(2025, 9, 1)).days
    assert now.stars == 10 * (date(2026, 3, 1) - date(2025, 1, 1)).days, "up to the end of February"
    assert now.ratio(line.line) == pytest.approx(2_351 / now.last_six)
    assert now.is_exact


def test_a_lower_bound_is_no_exact_figure() -> None:
    (line,) = compared(collected(by_month(date(2025, 6, 1), [100] * 12)))
    assert (line.now["ossinsight"].last_six, line.now["ossinsight"].is_exact) == (600, False)


def test_a_history_that_does_not_reach_back_is_not_compared() -> None:
    history = by_day(date(2025, 12, 1), [10] * 200)
    partial = replace(history, points=(), is_whole=False)
    (line,) = compared(collected(partial))
    now = line.now["github"]
    assert (now.months, now.stars, now.ratio(line.line)) == (3, None, None)


def test_a_month_that_is_not_known_makes_no_exact_ratio() -> None:
    history = by_day(date(2025, 1, 1), [10] * 600)
    holed = replace(history, months=tuple(replace(m, new=None) if m.first == FIRST else m for m in history.months))
    (line,) = compared(collected(holed))
    assert (line.now["github"].months, line.now["github"].ratio(line.line)) == (5, None)


def test_before_its_first_stargazer_a_repository_is_known_to_have_had_none() -> None:
    (line,) = compared(collected(by_day(date(2025, 12, 5), [10] * 300)))
    now = line.now["github"]
    assert (now.months, now.last_six) == (6, 10 * (date(2026, 3, 1) - date(2025, 12, 5)).days)
    assert now.ratio(line.line)


def test_a_repository_is_found_by_any_of_its_names() -> None:
    history = by_day(date(2025, 6, 1), [10] * 500)
    assert [line.line.title for line in compared(collected(history, "strands-agents/sdk-python"))] == ["Strands Agents"]
    assert compared(collected(history, "someone/else")) == []


def test_the_table_is_the_articles() -> None:
    assert [(line.title, line.stars, line.age_months, line.last_six) for line in LINES] == [
        ("AutoGen", 55_400, 31, 1_982),
        ("CrewAI", 45_700, 28, 2_540),
        ("Google ADK", 18_300, 11, 1_900),
        ("LangGraph", 26_100, 31, 2_351),
        ("LlamaIndex", 47_600, 40, 1_183),
        ("OpenAI Agents SDK", 19_700, 12, 1_554),
        ("Pydantic AI", 15_400, 21, 996),
        ("Smolagents", 25_900, 15, 1_018),
        ("Strands Agents", 5_300, 10, 618),
    ]
