"""OSS Insight's stars: cumulative by month, full of gaps, and a lower bound whatever it says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from star_history.history import Subject
from star_history.ossinsight import LOWER_BOUND
from tests.star_history.conftest import NOW, Collect
from tests.star_history.stand_in import StandIn
from tests.star_history.stand_in_faults import Fault, disguised, falling

NAME = "microsoft/autogen"
STRANDS = Subject("Strands", "strands-agents/harness-sdk", former=("strands-agents/sdk-python",))


def rows(*told: tuple[str, str]) -> Fault:
    """These rows instead of the right ones."""

    def change(envelope: Any) -> Any:
        envelope["data"]["rows"] = [{"date": day, "stargazers": stars} for day, stars in told]
        return envelope

    return Fault("body", change=change)


def asked_for(collect: Collect) -> list[str]:
    paths = [request.path for request in collect.asked("ossinsight")]
    return [path.removeprefix("/repos/").removesuffix("/stargazers/history/") for path in paths]


def test_months_without_a_row_are_gaps_and_the_one_after_starts_from_the_last_known(
    server: StandIn, collect: Collect
) -> None:
    server.misbehave("ossinsight", None, rows(("2026-03-01", "100"), ("2026-05-01", "130"), ("2026-09-01", "131")))
    history = collect.record(NAME, "ossinsight").histories["ossinsight"]
    assert [(month.first.month, month.new, month.is_over) for month in history.months] == [
        (3, 100, True),
        (4, None, True),
        (5, 30, True),
        (6, None, True),
        (7, None, True),
        (8, None, True),
        (9, 1, False),
    ]
    assert [(str(point.day), point.total) for point in history.points] == [
        ("2026-03-31", 100),
        ("2026-04-30", None),
        ("2026-05-31", 130),
        ("2026-06-30", None),
        ("2026-07-31", None),
        ("2026-08-31", None),
        ("2026-09-30", 131),
    ]
    assert (history.total, history.through, history.first) == (131, NOW.date(), date(2026, 3, 1))
    assert [request.query for request in collect.asked("ossinsight")] == [{"per": "month"}]


def test_where_the_last_months_have_no_row_it_speaks_of_none_of_them(server: StandIn, collect: Collect) -> None:
    server.misbehave("ossinsight", None, rows(("2026-05-01", "100"), ("2026-06-01", "100")))
    history = collect.record(NAME, "ossinsight").histories["ossinsight"]
    assert history.through == date(2026, 6, 30)
    assert [month.new for month in history.months] == [100, 0, None, None, None]


def test_the_name_it_has_stored_is_found_todays_name_being_asked_first(collect: Collect) -> None:
    assert collect.record(STRANDS, "ossinsight").histories["ossinsight"].total
    assert asked_for(collect) == [STRANDS.repo, *STRANDS.former]
    collect.now += timedelta(hours=25)
    assert collect.record(STRANDS, "ossinsight").troubles == ()
    assert asked_for(collect) == [STRANDS.repo, *STRANDS.former]


def test_it_is_asked_in_githubs_own_spelling(collect: Collect) -> None:
    assert collect.record("crewaiinc/crewai", "ossinsight").histories["ossinsight"].total
    assert asked_for(collect) == ["crewAIInc/crewAI"]


def test_names_that_github_told_of_long_ago_are_tried_too(server: StandIn, collect: Collect) -> None:
    collect.record("joaomdmoura/crewAI")
    server.shelves["crewAIInc/crewAI"].known_there_as = "joaomdmoura/crewAI"
    assert collect.record("crewAIInc/crewAI", "ossinsight").histories
    assert asked_for(collect) == ["crewAIInc/crewAI", "joaomdmoura/crewAI"]


@pytest.mark.parametrize("fault", [Fault("empty_rows"), disguised(404), Fault("status", 404)], ids=repr)
def test_nothing_under_any_name_is_unknown_and_never_zero(server: StandIn, collect: Collect, fault: Fault) -> None:
    good = collect.record(STRANDS, "ossinsight").histories
    collect.now += timedelta(hours=25)
    server.misbehave("ossinsight", None, fault, times=None)
    record = collect.record(STRANDS, "ossinsight")
    (trouble,) = record.troubles
    assert trouble.startswith(f"OSS Insight has no rows for {STRANDS.repo}")
    assert f"nor by {STRANDS.former[0]}" in trouble
    assert "unknown there, which is not zero" in trouble
    assert (record.histories, collect.slept) == (good, [])
    other = Collect(server, collect.folder.with_name("another"))
    assert other.record(NAME, "ossinsight").histories == {}


def test_what_it_says_of_its_quality_is_carried_along(collect: Collect) -> None:
    told = collect.record(NAME, "ossinsight").histories["ossinsight"].lower_bound
    assert "degraded since 2025-05-23, severely since 2026-05-01" in told
    assert "Derived from the public events firehose" in told
    assert collect.record(NAME, "ossinsight", is_offline=True).histories["ossinsight"].lower_bound == told


def test_where_it_says_nothing_of_its_quality_it_is_a_lower_bound_all_the_same(
    server: StandIn, collect: Collect
) -> None:
    server.misbehave("ossinsight", None, Fault("no_quality"))
    assert collect.record(NAME, "ossinsight").histories["ossinsight"].lower_bound == LOWER_BOUND


def test_what_it_withholds_is_no_empty_history(server: StandIn, collect: Collect) -> None:
    good = collect.record(NAME, "ossinsight").histories
    collect.now += timedelta(hours=25)
    server.misbehave("ossinsight", None, Fault("unavailable"))
    record = collect.record(NAME, "ossinsight")
    assert record.histories == good
    assert f"cannot compute the stars of {NAME} now" in record.troubles[0]
    assert record.troubles[0].endswith("Ask again later.")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault("body", change=falling), "falls from"),
        (rows(("2026-03-01", "5"), ("2026-02-01", "6")), "2026-02-01 stands after 2026-03-01"),
        (rows(("2026-03-01", "5"), ("2026-03-01", "5")), "stands after"),
        (rows(("2026-03-02", "5")), "beginning of no month"),
        (rows(("2026-12-01", "5")), "still to come"),
        (rows(("2026-03-01", "many")), "data.rows.0.stargazers"),
        (rows(("2026-03-01", "-5")), "data.rows.0.stargazers"),
        (Fault("body", body={"type": "sql_endpoint", "data": {}}), "data.rows"),
        (Fault("body", body={"data": {"rows": []}}), "type"),
        (Fault("cut_json"), "no whole JSON"),
        (Fault("html"), "<!DOCTYPE html>"),
        (Fault("status", 200, body=b"[" * 100_000), "no whole JSON"),
    ],
    ids=lambda told: told if isinstance(told, str) else "",
)
def test_rows_that_make_no_sense_are_set_aside(server: StandIn, collect: Collect, fault: Fault, why: str) -> None:
    good = collect.record(NAME, "ossinsight").histories
    collect.now += timedelta(hours=25)
    server.misbehave("ossinsight", None, fault)
    record = collect.record(NAME, "ossinsight")
    (trouble,), (body,) = record.troubles, collect.quarantined
    assert f"The answer of OSS Insight about {NAME} is not what was agreed on: " in trouble
    assert why in trouble
    assert str(body) in trouble
    assert body.read_bytes()
    assert (record.histories, collect.slept) == (good, [])
    assert collect.record(NAME, "ossinsight").troubles == ()


def test_while_github_is_down_it_is_kept_by_name_and_given_its_number_later(server: StandIn, collect: Collect) -> None:
    server.misbehave("github", None, Fault("drop"), times=None)
    record = collect.record("jerryjliu/gpt_index", "ossinsight")
    assert record.histories == {}  # OSS Insight alone cannot tell today's name of it
    assert collect.record("run-llama/Llama_Index", "ossinsight").histories == {}
    first = collect.record("run-llama/llama_index", "ossinsight")
    assert first.repository is None
    assert first.histories["ossinsight"].total
    assert files(collect) == ["run-llama--llama_index.json"]
    assert collect.record("run-llama/llama_index", "ossinsight").histories == first.histories
    assert collect.asked("ossinsight") == []
    server.shelves.rename("run-llama/llama_index", "run-llama/new", known_there_as="run-llama/llama_index")
    server.behave()
    collect.now += timedelta(hours=25)
    later = collect.record("run-llama/llama_index", "ossinsight")
    assert later.repository
    assert later.histories["ossinsight"].total == first.histories["ossinsight"].total
    assert files(collect) == [f"{later.repository.id}.json"]
    assert collect.record("run-llama/new", "ossinsight").histories == later.histories
    assert server.requests == []


def files(collect: Collect) -> list[str]:
    return sorted(path.name for path in collect.folder.glob("ossinsight-*/[!.]*"))


def test_a_number_once_known_is_kept_where_github_cannot_be_asked(server: StandIn, collect: Collect) -> None:
    number = collect.record(NAME, "ossinsight").repository
    assert number
    for card in collect.folder.glob("github-*/[!.]*"):
        card.unlink()
    server.misbehave("github", None, Fault("drop"), times=None)
    collect.now += timedelta(hours=25)
    assert collect.record(NAME, "ossinsight").histories["ossinsight"].fetched_at == collect.now
    assert files(collect) == [f"{number.id}.json"]
