"""GitHub's stars: read page by page, once, and then only what changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from star_history.history import Subject
from tests.star_history.conftest import NOW, TODAY, Collect
from tests.star_history.stand_in import StandIn
from tests.star_history.stand_in_data import Repo
from tests.star_history.stand_in_faults import Fault
from tests.star_history.stand_in_github import sunday, weeks

NAME = "microsoft/autogen"
WEEKS = f"/repos/{NAME}/stargazers/history"
DAY = timedelta(days=1)


def small(server: StandIn, of_weeks: int) -> Repo:
    """A repository made so many weeks ago, with a star a day."""
    first = sunday(TODAY) - 7 * (of_weeks - 1) * DAY
    days = {first + n * DAY: 1 for n in range((TODAY - first).days + 1)}
    return server.shelves.add(Repo(of_weeks, "some/small", (), first, "", sum(days.values()), days))


def test_the_pages_lead_back_to_the_first_star_and_every_star_is_counted(server: StandIn, collect: Collect) -> None:
    record, repo = collect.record(NAME), server.shelves[NAME]
    history = record.histories["github"]
    assert record.troubles == ()
    assert len(collect.pages) == -(-len(weeks(repo, TODAY)) // 30) > 3
    assert {request.query["per_page"] for request in collect.asked("github")[1:]} == {"30"}
    assert {day: new for day, new in history.days.items() if new} == {day: new for day, new in repo.days.items() if new}
    assert (history.total, history.through, history.is_whole) == (sum(repo.days.values()), TODAY, True)
    assert history.first == min(day for day, new in repo.days.items() if new)
    for month in history.months:
        assert month.new == sum(new for day, new in repo.days.items() if day.replace(day=1) == month.first)
        assert month.is_over == (month.first < date(2026, 9, 1))
    for point in history.points:
        assert point.total == sum(new for day, new in repo.days.items() if day <= point.day)


@pytest.mark.parametrize(("of_weeks", "pages"), [(1, ["1"]), (29, ["1"]), (30, ["1", "2"]), (31, ["1", "2"])])
def test_the_last_page_is_the_last_asked_for(
    server: StandIn, collect: Collect, of_weeks: int, pages: list[str]
) -> None:
    """A full page without a Link may be the last: that is seen by asking for another."""
    repo = small(server, of_weeks)
    assert collect.record(repo.full_name).histories["github"].total == repo.stars
    assert collect.pages == pages


def test_the_card_tells_stars_licence_and_identity(server: StandIn, collect: Collect) -> None:
    repo = server.shelves[NAME]
    for told, kept in [("CC-BY-4.0", "CC-BY-4.0"), ("NOASSERTION", "NOASSERTION"), ("", "")]:
        repo.licence = told
        found = collect.record(NAME, is_fresh=True).repository
        assert found
        assert (found.id, found.full_name, found.stars, found.licence) == (repo.id, NAME, repo.stars, kept)
        assert (found.created, found.archived, found.fetched_at) == (repo.created, False, NOW)
    assert repo.stars != sum(repo.days.values())
    assert collect.record(NAME).coverage("github") == sum(repo.days.values()) / repo.stars


def test_within_a_day_nobody_is_asked_and_after_a_day_everything_is(collect: Collect) -> None:
    first = collect.record(NAME, "github", "ossinsight")
    collect.now += timedelta(hours=23, minutes=59)
    again = collect.record(NAME, "github", "ossinsight")
    assert collect.server.requests == []
    assert (again.repository, again.histories) == (first.repository, first.histories)
    collect.now += timedelta(minutes=1)
    confirmed = collect.record(NAME, "github", "ossinsight")
    assert len(collect.asked("ossinsight")) == 1
    assert collect.pages == ["(1)"]
    assert {history.fetched_at for history in confirmed.histories.values()} == {collect.now}


def test_fresh_asks_at_once_and_offline_asks_nobody(collect: Collect) -> None:
    assert collect.record(NAME, is_offline=True).histories == {}
    first = collect.record(NAME)
    assert collect.record(NAME, is_fresh=True)
    assert collect.pages == ["(1)"]
    collect.now += timedelta(days=400)
    kept = collect.record(NAME, is_offline=True, is_fresh=True)
    assert (collect.server.requests, kept.troubles) == ([], ())
    assert kept.histories["github"].fetched_at == first.histories["github"].fetched_at
    assert kept.histories["github"].age_days(collect.now) == 400


def test_a_clock_that_was_wrong_keeps_nothing_fresh_for_ever(collect: Collect) -> None:
    collect.now += timedelta(days=900)
    collect.record(NAME)
    collect.now = NOW
    assert collect.record(NAME).histories["github"].fetched_at == NOW
    assert len(collect.asked("github")) > 1


def test_what_did_not_change_costs_nothing_and_is_confirmed_anew(collect: Collect) -> None:
    first = collect.record(NAME)
    left = collect.said[-1]
    collect.now += timedelta(hours=25)
    again = collect.record(NAME)
    assert [request.status for request in collect.asked("github")] == [304, 304]
    assert collect.said[-1] == left
    assert again.histories["github"].fetched_at == collect.now
    assert again.histories["github"].total == first.histories["github"].total
    assert again.repository
    assert again.repository.fetched_at == collect.now


def test_the_newest_page_replaces_the_days_it_speaks_of(server: StandIn, collect: Collect) -> None:
    lately, long_ago = TODAY - 30 * DAY, TODAY - 400 * DAY
    before = collect.record(NAME).histories["github"]
    server.shelves.unstar(NAME, lately, 3)
    server.shelves.unstar(NAME, long_ago, 5)
    server.shelves.star(NAME, TODAY, 2)
    collect.now += timedelta(hours=25)
    after = collect.record(NAME).histories["github"]
    assert collect.pages == ["1"]
    assert after.days[lately] == before.days[lately] - 3
    assert after.days[TODAY] == before.days[TODAY] + 2
    assert after.days[long_ago] == before.days[long_ago]
    collect.now = NOW + timedelta(days=30)
    assert collect.record(NAME).histories["github"].days[long_ago] == before.days[long_ago] - 5
    assert collect.pages == ["(1)", "2", "3", "4", "5", "6"]
    collect.now += timedelta(hours=25)
    collect.record(NAME)
    assert collect.pages == ["(1)"]


def test_days_that_are_still_to_come_are_left_out(server: StandIn, collect: Collect) -> None:
    history = collect.record(NAME).histories["github"]
    assert max(history.days) == history.through == history.points[-1].day == TODAY
    early = Collect(server, collect.folder.with_name("early"), now=NOW.replace(hour=6))
    server.shelves[NAME].days[TODAY] = 0
    assert early.record(NAME).histories["github"].through == TODAY - DAY  # at GitHub's clock it is still yesterday


def test_a_week_that_is_not_told_of_is_a_gap_and_no_zero(server: StandIn, collect: Collect) -> None:
    server.misbehave("github", WEEKS, Fault("body", change=lambda weeks: weeks[:8] + weeks[9:]), times=None, page=1)
    history = collect.record(NAME).histories["github"]
    gap = sunday(TODAY) - 8 * 7 * DAY
    assert [point.day for point in history.points if point.total is None] == [gap + 6 * DAY]
    assert [month.first for month in history.months if month.new is None] == sorted(
        {gap.replace(day=1), (gap + 6 * DAY).replace(day=1)}
    )


def test_whatever_a_repository_is_called_it_is_shown_once(collect: Collect) -> None:
    names = ("run-llama/llama_index", "jerryjliu/gpt_index", "Run-Llama/Llama_Index")
    found = collect(*names, sources=("github", "ossinsight"))
    assert [record.subject.repo for record in found.records] == [names[0]]
    assert sum("is shown once" in line for line in collect.said) == 2
    assert [request.path.startswith("/repositories/") for request in collect.asked("github")].count(True) == 1


def test_a_subject_of_another_case_is_found_again(collect: Collect) -> None:
    collect.record("MICROSOFT/AutoGen")
    found = collect.record(Subject("AutoGen", NAME))
    assert collect.server.requests == []
    assert found.repository
    assert found.repository.full_name == NAME
