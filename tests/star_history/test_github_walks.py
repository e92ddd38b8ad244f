"""A way back to the first star that breaks off in the middle is gone on with, not begun anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from star_history.history import Record
from tests.star_history.conftest import NOW, TODAY, Collect
from tests.star_history.stand_in import StandIn
from tests.star_history.stand_in_data import DAY
from tests.star_history.stand_in_faults import Fault, limit_reached, out_of_order
from tests.star_history.stand_in_github import sunday, weeks

NAME = "microsoft/autogen"
WEEKS = f"/repos/{NAME}/stargazers/history"
IN_AN_HOUR = int(NOW.timestamp()) + 3600
COLLECTS = """
import sys
from datetime import datetime
from pathlib import Path
from star_history.addresses import Addresses
from star_history.collector import Collector, Manner
from star_history.history import Subject
folder, github, now, name = sys.argv[1:]
addresses = Addresses(github, github)
collector = Collector(Path(folder), addresses, Manner(), print, datetime.fromisoformat(now))
collector.collect([Subject(name, name)], ["github"])
"""


def is_told_in_part(record: Record, weeks: int) -> bool:
    """The pages that came are there, and no total is made up from them."""
    history = record.histories["github"]
    assert (history.is_whole, history.points, history.total, history.first) == (False, (), None, None)
    assert record.coverage("github") is None
    assert min(history.days) == sunday(TODAY) - (weeks - 1) * 7 * DAY
    known = [month.first for month in history.months if month.new is not None]
    assert known[0] == (min(history.days) + 31 * DAY).replace(day=1)
    assert record.repository
    gaps = [month.first for month in history.months if month.first < known[0]]
    assert gaps[0] == record.repository.created.replace(day=1), "what is not known is a gap, from the beginning"
    return True


@pytest.mark.parametrize(
    "fault",
    [Fault("drop"), Fault("status", 503), Fault("status", 403, {}, {"message": "No"}), limit_reached(IN_AN_HOUR)],
    ids=["drop", "503", "403", "limit"],
)
def test_it_goes_on_with_the_page_that_failed(server: StandIn, collect: Collect, fault: Fault) -> None:
    server.misbehave("github", WEEKS, fault, times=None, page=3)
    broken = collect.record(NAME)
    assert collect.pages == ["1", "2"]
    assert len(broken.troubles) == 1
    assert is_told_in_part(broken, 60)
    server.behave()
    forget_what_is_left(collect)
    whole = collect.record(NAME)
    assert collect.pages == ["(1)", "3", "4", "5", "6"]
    assert whole.histories["github"].total == sum(server.shelves[NAME].days.values())
    assert whole.troubles == ()


def forget_what_is_left(collect: Collect) -> None:
    """As if the hour were over."""
    for file in collect.folder.glob("github-*/.allowance-*"):
        file.unlink()


def test_a_wrong_page_is_read_again_the_next_time(server: StandIn, collect: Collect) -> None:
    server.misbehave("github", WEEKS, Fault("body", change=out_of_order), page=3)
    assert is_told_in_part(collect.record(NAME), 60)
    assert collect.record(NAME).histories["github"].is_whole
    assert collect.pages == ["(1)", "3", "4", "5", "6"]


def test_a_run_that_is_killed_in_the_middle_keeps_its_pages(server: StandIn, collect: Collect, tmp_path: Path) -> None:
    server.misbehave("github", WEEKS, Fault("silent"), page=3)
    arguments = [str(collect.folder), server.github, NOW.isoformat(), NAME]
    run = subprocess.Popen([sys.executable, "-c", COLLECTS, *arguments], cwd=Path(__file__).parents[2])
    while run.poll() is None and not any(request.query.get("page") == "3" for request in server.requests):
        pass
    os.kill(run.pid, signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    assert is_told_in_part(collect.record(NAME, is_offline=True), 60)
    assert collect.record(NAME).histories["github"].is_whole
    assert collect.pages == ["(1)", "3", "4", "5", "6"]


def test_weeks_that_began_meanwhile_leave_no_hole(server: StandIn, collect: Collect) -> None:
    """One week later every page has moved by one week, forty weeks later there is a hole to be filled."""
    for later, goes_on in [(7, ["1", "3", "4", "5", "6"]), (40 * 7, ["1", "2", "3", "4", "5", "6", "7"])]:
        run = Collect(server, collect.folder / str(later), now=NOW)
        server.shelves.today = TODAY
        server.misbehave("github", WEEKS, Fault("status", 404), page=3)
        assert is_told_in_part(run.record(NAME), 60)
        server.shelves.today = TODAY + timedelta(days=later)
        server.shelves.star(NAME, server.shelves.today, 4)
        run.now += timedelta(days=later)
        history = run.record(NAME).histories["github"]
        assert run.pages == goes_on
        assert all(point.total is not None for point in history.points)
        assert history.total == sum(server.shelves[NAME].days.values())


def test_a_hole_in_what_came_so_far_is_no_month_without_stars(server: StandIn, collect: Collect) -> None:
    server.misbehave("github", WEEKS, Fault("status", 404), page=3)
    collect.record(NAME)
    for repo in server.repositories:
        repo.days = {day + 40 * 7 * DAY: new for day, new in repo.days.items()} | repo.days
    server.shelves.today += 40 * 7 * DAY
    collect.now += timedelta(days=40 * 7)
    server.misbehave("github", WEEKS, Fault("status", 404), page=2)
    history = collect.record(NAME).histories["github"]
    hole = [sunday(TODAY) + 7 * DAY, sunday(TODAY) + 11 * 7 * DAY - DAY]
    days = server.shelves[NAME].days
    for month in history.months:
        is_unread = month.first < min(history.days)
        is_touched = is_unread or (month.first <= hole[1] and (month.first + 31 * DAY).replace(day=1) > hole[0])
        told = sum(new for day, new in days.items() if day.replace(day=1) == month.first and day <= history.through)
        assert month.new == (None if is_touched else told)
    assert any(month.new is None for month in history.months)


def test_a_second_reading_that_breaks_off_leaves_the_first_as_it_is(server: StandIn, collect: Collect) -> None:
    first = collect.record(NAME).histories["github"]
    collect.now += timedelta(days=31)
    server.misbehave("github", WEEKS, Fault("cut_json"), page=4)
    again = collect.record(NAME)
    assert (again.histories["github"].total, again.histories["github"].is_whole) == (first.total, True)
    assert len(again.troubles) == 1


def test_a_promised_page_without_a_week_is_no_end(server: StandIn, collect: Collect) -> None:
    server.misbehave("github", WEEKS, Fault("body", body=[]), page=3)
    record = collect.record(NAME)
    assert is_told_in_part(record, 60)
    assert "names no week" in record.troubles[0]
    server.misbehave("github", WEEKS, Fault("body", body=[]), page=1)
    collect.now += timedelta(hours=25)
    assert "names no week" in collect.record(NAME).troubles[0]
    assert collect.record(NAME).histories["github"].is_whole


def test_pages_smaller_than_asked_for_are_read_all_the_same(server: StandIn, collect: Collect) -> None:
    """A server may give fewer weeks to a page than we ask for."""
    repo = server.shelves[NAME]
    everything = weeks(repo, TODAY)
    for page, first in enumerate(range(0, len(everything), 20), 1):
        is_last = first + 20 >= len(everything)
        link = f'<{server.github}{WEEKS}?page={1 if is_last else page + 1}>; rel="{"first" if is_last else "next"}"'
        fault = Fault("body", body=everything[first : first + 20], headers={"link": link})
        server.misbehave("github", WEEKS, fault, times=None, page=page)
    for _ in range(2):
        record = collect.record(NAME)
        assert record.troubles == ()
        assert record.histories["github"].total == sum(repo.days.values())
        collect.now += timedelta(days=31)
