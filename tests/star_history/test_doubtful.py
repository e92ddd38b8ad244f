"""What comes in good form, but cannot be: it is not believed, and nothing good is lost to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from star_history.history import Subject
from tests.star_history.conftest import TODAY, Collect
from tests.star_history.stand_in import StandIn
from tests.star_history.stand_in_data import Repo
from tests.star_history.stand_in_faults import Fault
from tests.star_history.test_ossinsight import rows

NAME = "microsoft/autogen"
WEEKS = f"/repos/{NAME}/stargazers/history"


def another(server: StandIn, name: str, stars: int = 9) -> Repo:
    """A young repository of a name that was free."""
    day = TODAY - timedelta(days=20)
    return server.shelves.add(Repo(77, name, (), day, "MIT", stars, {day: stars}))


def test_weeks_that_nobody_ever_told_make_no_whole_history(server: StandIn, collect: Collect) -> None:
    collect.record(NAME)
    for repo in server.repositories:
        repo.days |= {
            day + timedelta(weeks=40): new for day, new in repo.days.items() if day > TODAY - timedelta(weeks=40)
        }
    server.shelves.today += timedelta(weeks=40)
    collect.now += timedelta(weeks=40)
    server.misbehave("github", WEEKS, Fault("status", 503), times=None, page=2)
    history = collect.record(NAME).histories["github"]
    assert (history.is_whole, history.total, history.points) == (False, None, ())
    server.behave()
    again = collect.record(NAME).histories["github"]
    assert again.total == sum(server.shelves[NAME].days.values())
    assert all(month.new is not None for month in again.months)


def test_a_history_that_collapses_is_set_aside(server: StandIn, collect: Collect) -> None:
    good = collect.record(NAME, "github", "ossinsight").histories
    collect.now += timedelta(hours=25)
    server.misbehave("ossinsight", None, rows(("2026-09-01", "3")), times=None)

    def emptied(weeks: list[dict[str, object]]) -> list[dict[str, object]]:
        return [{**week, "total": 0, "days": [0] * 7} for week in weeks]

    server.misbehave("github", WEEKS, Fault("body", change=emptied), times=None)
    record = collect.record(NAME, "github", "ossinsight")
    assert record.histories == good
    assert any("has become 3" in trouble for trouble in record.troubles)
    assert any("stars are said to have 0" in trouble for trouble in record.troubles)
    assert len(collect.quarantined) == 2


def test_ossinsights_rows_of_whoever_took_a_former_name_are_not_taken_for_ours(
    server: StandIn, collect: Collect
) -> None:
    strands = Subject("Strands", "strands-agents/harness-sdk", former=("strands-agents/sdk-python",))
    good = collect.record(strands, "ossinsight").histories["ossinsight"]
    collect.now += timedelta(hours=25)
    server.misbehave("ossinsight", "/repos/strands-agents/sdk-python/stargazers/history/", rows(("2020-01-01", "9000")))
    record = collect.record(strands, "ossinsight")
    assert record.histories["ossinsight"] == good
    assert "has no rows for strands-agents/harness-sdk" in record.troubles[0]


def test_ossinsights_rows_of_the_repository_that_was_there_before_are_not_the_new_ones(
    server: StandIn, collect: Collect
) -> None:
    server.shelves.recreate(NAME)
    record = collect.record(NAME, "github", "ossinsight")
    assert record.repository
    assert record.repository.stars == 155
    assert "ossinsight" not in record.histories


def test_a_name_that_changed_hands_is_not_followed_to_either(server: StandIn, collect: Collect) -> None:
    before = collect.record(NAME, "github", "ossinsight")
    server.shelves.rename(NAME, "microsoft/moved")
    collect.now += timedelta(hours=25)
    assert collect.record(NAME).troubles == ()
    another(server, NAME)
    collect.now += timedelta(hours=25)
    record = collect.record(NAME, "github", "ossinsight")
    assert "is another repository on GitHub now (number 77" in record.troubles[0]
    assert record.histories["github"].total == before.histories["github"].total
    assert collect.asked("ossinsight") == []
    assert collect.record("microsoft/moved").troubles == (), "by its own name it is found as ever"


@pytest.mark.parametrize("status", [None, "ok", "fine"])
def test_only_what_calls_itself_degraded_is_quoted(server: StandIn, collect: Collect, status: str | None) -> None:
    def praised(envelope: dict[str, object]) -> dict[str, object]:
        return {**envelope, "data_quality": {"status": status, "note": None, "suspect_since": None}}

    server.misbehave("ossinsight", None, Fault("body", change=praised))
    history = collect.record(NAME, "ossinsight").histories["ossinsight"]
    assert "lost most of them since May 2025" in history.lower_bound


def test_ossinsight_is_asked_whether_anything_changed(collect: Collect) -> None:
    good = collect.record(NAME, "ossinsight").histories["ossinsight"]
    collect.now += timedelta(hours=25)
    again = collect.record(NAME, "ossinsight").histories["ossinsight"]
    assert [request.status for request in collect.asked("ossinsight")] == [304]
    assert again.total == good.total
    assert again.fetched_at == collect.now


def test_words_from_a_source_never_move_a_cursor(server: StandIn, collect: Collect) -> None:
    server.misbehave("github", None, Fault("status", 503, {}, {"message": "no\x1b[2J\nmore"}), times=None)
    record = collect.record(NAME)
    assert not any("\x1b" in line or "\n" in line for line in (*record.troubles, *collect.said))
