"""`bakeoff stars` on bad days: nothing good is lost, and everybody is told what to do."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.observatory import Observatory, row
from tests.star_history.stand_in_faults import Fault, slow_down


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lang-graf"], "Did you mean langgraph?"),
        (["a/b/c"], "owner/name"),
        (["--charts", "pie"], "cumulative"),
        (["--from", "2026-05", "--to", "2026-04"], "exchange them"),
        (["--from", "yesterday"], "2025-03-14"),
        (["--timeout", "nan"], "nan"),
    ],
)
def test_wrong_use_is_told_at_once(observatory: Observatory, arguments: list[str], said: str) -> None:
    done = observatory.stars(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert observatory.server.requests == []


def test_a_repository_that_is_not_there_is_told_and_the_others_are_shown(observatory: Observatory) -> None:
    done = observatory.table("no/such", "crewai")
    assert done.returncode == 1
    assert "no/such is not shown. GitHub knows no public repository no/such" in done.stderr
    assert "no/such" not in done.stdout
    assert row(done.stdout, "CrewAI")
    assert not any(request.service == "ossinsight" for request in observatory.server.requests)


def test_without_any_data_the_article_is_the_only_reference_and_is_called_so(observatory: Observatory) -> None:
    done = observatory.stars("--offline")
    assert done.returncode == 1
    assert "March 2026" in done.stdout
    assert "nothing of it came from GitHub" in done.stderr
    assert re.search(r"^LangGraph +~26,100 +31 +2,351 +MIT +LangChain", done.stdout, re.MULTILINE)
    assert "No star history to show" in done.stderr
    assert "Leave --offline out" in done.stderr
    assert not (observatory.folder / "stars").exists()
    narrow = observatory.stars("--offline", COLUMNS="60").stdout
    assert "…" not in narrow
    assert max(map(len, narrow.splitlines())) <= 60


def test_the_last_good_data_is_shown_where_nobody_answers(observatory: Observatory) -> None:
    before = observatory.table()
    observatory.server.misbehave("github", None, Fault("drop"), times=None)
    observatory.make_older(3)
    done = observatory.table()
    assert done.returncode == 0
    assert row(done.stdout, "CrewAI") == row(before.stdout, "CrewAI")
    assert "3 days old" in " ".join(done.stdout.split())
    assert "cannot be reached" in done.stderr


def test_a_body_that_cannot_be_believed_is_set_aside_and_said_so(observatory: Observatory) -> None:
    before = observatory.table("crewai")
    observatory.make_older(3)
    observatory.server.misbehave("github", "/repos/crewAIInc/crewAI/stargazers/history", Fault("html"), times=None)
    done = observatory.table("crewai")
    assert row(done.stdout, "CrewAI") == row(before.stdout, "CrewAI")
    aside = re.search(r"set aside as (\S+)\.", done.stderr)
    assert aside
    assert "<html" in Path(aside[1]).read_text()


def test_before_the_limit_it_stops_keeps_what_came_and_goes_on_from_there(observatory: Observatory) -> None:
    observatory.server.limit("github", 30)
    done = observatory.table()
    assert done.returncode == 1
    assert re.search(r"GitHub allows no more requests until \d\d:\d\d UTC", done.stderr)
    assert "GITHUB_TOKEN" in done.stderr
    statuses = [request.status for request in observatory.server.requests]
    assert statuses == [200] * 30
    assert row(done.stdout, "AutoGen AgentChat")[2] != ""
    observatory.server.limit("github", 1_000)
    for counted in (observatory.folder / "home" / "stars").glob("*/.allowance*"):
        counted.unlink()  # as if the hour were over
    assert observatory.table().returncode == 0
    pages = [(request.path, request.query.get("page")) for request in observatory.server.requests]
    again = [page for page in pages if page[1] not in (None, "1") and pages.count(page) > 1]
    assert again == [], "no page of the past was asked for twice"


def test_killed_at_any_moment_it_leaves_a_usable_cache(observatory: Observatory) -> None:
    whole = json.loads(observatory.table("--source", "both", "--json").stdout)
    observatory = Observatory(observatory.folder / "second", observatory.server)
    observatory.folder.mkdir()
    in_the_middle = 0
    for number in range(12):
        observatory.server.limit("github", 1_000)
        asked = len(observatory.server.requests)
        process = observatory.begin("--source", "both")
        while process.poll() is None and len(observatory.server.requests) < asked + 1 + 3 * number:
            time.sleep(0.001)  # until it is in the middle, wherever that is
        process.send_signal(signal.SIGKILL)
        process.communicate()
        in_the_middle += process.returncode == -signal.SIGKILL
        for path in observatory.kept():
            json.loads(path.read_text())
    assert in_the_middle > 3
    observatory.server.limit("github", 1_000)
    done = observatory.table("--source", "both", "--json")
    assert done.returncode == 0, done.stderr
    assert without_times(json.loads(done.stdout)) == without_times(whole)
    assert not list((observatory.folder / "home" / "stars" / "quarantine").glob("*"))


def without_times(told: Any) -> Any:
    if isinstance(told, dict):
        return {
            name: without_times(value) for name, value in told.items() if not name.endswith("_at") and name != "now"
        }
    return [without_times(value) for value in told] if isinstance(told, list) else told


def test_interrupted_it_keeps_what_came(observatory: Observatory) -> None:
    observatory.server.misbehave("github", "/repos/crewAIInc/crewAI/stargazers/history", Fault("silent"), times=None)
    process = observatory.begin()
    wait_for(
        lambda: any("crewAI" in request.path and "history" in request.path for request in observatory.server.requests)
    )
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "kept" in stderr
    observatory.server.behave()
    assert observatory.table("--offline", "autogen").returncode == 0


def wait_for(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_a_folder_that_cannot_be_written_loses_no_table(observatory: Observatory) -> None:
    (observatory.folder / "taken").write_text("a file")
    done = observatory.table("--output", "taken", "crewai")
    assert done.returncode == 1
    assert row(done.stdout, "CrewAI")
    assert "Choose another --output" in done.stderr


def test_what_the_source_that_leads_cannot_tell_makes_the_answer_no(observatory: Observatory) -> None:
    observatory.server.limit("github", 5)
    done = observatory.table("--source", "both", "langgraph")
    assert done.returncode == 1
    assert "Cumulative stars from GitHub cannot be drawn yet" in done.stdout
    months = json.loads((observatory.folder / "stars" / "stars.json").read_text())["records"][0]["histories"][0][
        "months"
    ]
    created = observatory.server.shelves["langchain-ai/langgraph"].created
    assert months[0] == {"month": f"{created:%Y-%m}", "new_stars": None, "cumulative": None, "is_over": True}
    observatory.server.misbehave("ossinsight", None, Fault("empty_rows"), times=None)
    assert observatory.table("--source", "both", "crewai").returncode == 1
    observatory.server.limit("github", 1_000)
    for counted in (observatory.folder / "home" / "stars").glob("*/.allowance*"):
        counted.unlink()
    assert observatory.table("--source", "both", "crewai").returncode == 0, "the other may know nothing"


def test_an_address_where_nobody_can_be_asked_is_wrong_use(observatory: Observatory) -> None:
    done = observatory.table(BAKEOFF_GITHUB_URL="http://[::1")
    assert done.returncode == 2
    assert "BAKEOFF_GITHUB_URL is 'http://[::1'" in done.stderr


def test_who_asked_for_something_else_is_not_shown_the_article(observatory: Observatory) -> None:
    done = observatory.table("no/such")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Check owner and name" in done.stderr


def test_a_source_may_make_us_wait_as_long_as_we_say(observatory: Observatory) -> None:
    card = "/repos/crewAIInc/crewAI"
    observatory.server.misbehave("github", card, slow_down(2))
    assert "allows no more requests" in observatory.table("crewai", "--wait", "1").stderr
    observatory.server.misbehave("github", card, slow_down(1))
    waited = observatory.table("crewai", "--wait", "30")
    assert waited.returncode == 0
    assert "it asks us to wait (429" in waited.stderr


def test_an_answer_may_take_as_long_as_we_say(observatory: Observatory) -> None:
    observatory.server.misbehave("github", None, Fault("silent"), times=None)
    assert "no whole answer within 0.2 s" in observatory.table("crewai", "--timeout", "0.2").stderr


def test_two_runs_at_once_do_not_ask_everything_twice(observatory: Observatory) -> None:
    observatory.server.misbehave("github", None, Fault("silent"), times=None)
    first = observatory.begin("crewai")
    wait_for(lambda: bool(observatory.server.requests))
    second = observatory.table("crewai")
    assert second.returncode == 2
    assert "Another run (pid" in second.stderr
    first.kill()
    first.communicate()
    observatory.server.behave()
    assert observatory.table("crewai").returncode == 0


def test_a_token_is_left_out_on_an_open_line(observatory: Observatory) -> None:
    done = observatory.table(
        "--offline", BAKEOFF_GITHUB_URL="http://me:geheim@github.example.org", GITHUB_TOKEN="topsecret"
    )
    assert "GITHUB_TOKEN is left out" in done.stderr
    assert "geheim" not in done.stderr + done.stdout
