"""`bakeoff stars` as somebody would type it, against a server that plays both services."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess, Popen
from typing import Any

import pytest

from scoreboard.runner.catalogue import BASELINE, framework_cards
from star_history.palette import COLOURS
from star_history.view import CHARTS
from tests.conftest import ROOT, Kitchen
from tests.quoted_stars import pictures
from tests.star_history.stand_in import StandIn
from tests.star_history.stand_in_faults import Fault

WIDE = "160"


class Observatory:
    """A home, and a command line that asks the stand-in."""

    def __init__(self, folder: Path, server: StandIn) -> None:
        self.folder, self.server = folder, server
        self.kitchen = Kitchen(folder / "home")
        self.addresses = {"BAKEOFF_GITHUB_URL": server.github, "BAKEOFF_OSSINSIGHT_URL": server.ossinsight}
        self.environment = {**self.addresses, "GITHUB_TOKEN": "", "COLUMNS": WIDE}

    def stars(self, *arguments: str, **environment: str) -> CompletedProcess[str]:
        return self.kitchen.run("stars", *arguments, **{**self.environment, **environment})

    def table(self, *arguments: str, **environment: str) -> CompletedProcess[str]:
        """Without pictures, which take their time."""
        return self.stars("--charts", "none", *arguments, **environment)

    def begin(self, *arguments: str) -> Popen[str]:
        return self.kitchen.popen("stars", "--charts", "none", *arguments, **self.environment)

    def kept(self) -> list[Path]:
        return sorted((self.folder / "home" / "stars").glob("*/[!.]*.json"))

    def make_older(self, days: int) -> None:
        """All that is kept was fetched so many days earlier."""
        for path in self.kept():
            kept = json.loads(path.read_text())
            for name in ("checked_at", "weeks_checked_at", "walked_at"):
                if kept.get(name):
                    kept[name] = (datetime.fromisoformat(kept[name]) - timedelta(days=days)).isoformat()
            path.write_text(json.dumps(kept))


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture
def observatory(tmp_path: Path, server: StandIn) -> Observatory:
    return Observatory(tmp_path, server)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Observatory, CompletedProcess[str]]]:
    """Everything, once, from both sources."""
    with StandIn() as server:
        observatory = Observatory(tmp_path_factory.mktemp("drawn"), server)
        yield observatory, observatory.stars("--source", "both", "--article")


Drawn = tuple[Observatory, CompletedProcess[str]]


def row(table: str, title: str) -> list[str]:
    """The words behind a title, in the first table that has it after the heading `Stars`."""
    below = table[table.index("\nStars\n") :]
    return next(line for line in below.splitlines() if line.startswith(title)).removeprefix(title).split()


def test_the_articles_table_for_today(observatory: Observatory) -> None:
    done = observatory.table()
    assert done.returncode == 0, done.stderr
    langgraph = observatory.server.shelves["langchain-ai/langgraph"]
    head = done.stdout[done.stdout.index("\nStars\n") :].splitlines()[2].split()
    assert head == ["stars", "age", "(months)", "last", "6", "licence", "backer", "coverage"]
    today = observatory.server.shelves.today
    first_star = min(day for day, new in langgraph.days.items() if new)
    month = today.replace(day=1)
    six = [(month - timedelta(days=1)).replace(day=1)]
    while len(six) < 6:
        six.append((six[-1] - timedelta(days=1)).replace(day=1))
    told = row(done.stdout, "LangGraph")
    assert told[0] == f"{langgraph.stars:,}"
    assert told[1] == str((today.year - first_star.year) * 12 + today.month - first_star.month)
    assert told[2] == f"{sum(new for day, new in langgraph.days.items() if day.replace(day=1) in six):,}"
    assert told[3:5] == ["MIT", "LangChain"]
    assert 97 <= int(told[5]) <= 100
    assert len(re.findall(r"^\w.* (?:9\d|100) %$", done.stdout, re.MULTILINE)) == 9


def test_what_is_shown_says_where_it_is_from_and_that_it_is_no_real_data(drawn: Drawn) -> None:
    observatory, done = drawn
    host = observatory.server.github.split("/")[2]
    for text in (done.stdout, *(path.read_text() for path in observatory.folder.glob("stars/*.svg"))):
        words = " ".join(re.sub(r"<[^>]*>", " ", text).split())
        assert f"DEMONSTRATION, not real: these figures come from {host}" in words
        assert "data through" in words
        assert "lower bound" in words
    assert f"GitHub ({host}): fetched {observatory.server.shelves.today}" in " ".join(done.stdout.split())


def test_every_chart_is_drawn_light_and_dark_as_svg_and_png_and_in_one_page(drawn: Drawn) -> None:
    observatory, done = drawn
    assert done.returncode == 0, done.stderr
    files = {path.name for path in (observatory.folder / "stars").iterdir()}
    pictures = {f"{name}-{theme}.{form}" for name in CHARTS for theme in ("light", "dark") for form in ("svg", "png")}
    assert files == pictures | {"index.html", "stars.csv", "stars.json"}
    assert "stars/index.html" in done.stderr
    assert all((observatory.folder / "stars" / name).stat().st_mode & 0o777 == 0o644 for name in files)


def test_the_two_sources_stand_beside_each_other_and_are_never_added(drawn: Drawn) -> None:
    observatory, done = drawn
    records = json.loads((observatory.folder / "stars" / "stars.json").read_text())["records"]
    for record in records:
        github, ossinsight = record["histories"]
        assert (github["source"], ossinsight["source"]) == ("github", "ossinsight")
        assert ossinsight["is_lower_bound"]
        assert not github["is_lower_bound"]
        assert ossinsight["coverage"] < 0.9 < github["coverage"]
    assert len(re.findall(r"\d+ % !$", done.stdout, re.MULTILINE)) == 9


def test_the_article_saw_a_third_of_the_growth(drawn: Drawn) -> None:
    observatory, done = drawn
    audit = done.stdout.partition("\nStars\n")[0]
    langgraph = observatory.server.shelves["langchain-ai/langgraph"]
    grown = sum(new for day, new in langgraph.days.items() if "2025-09-01" <= str(day) < "2026-03-01")
    line = next(line for line in audit.splitlines() if line.startswith("LangGraph")).split()
    assert line[:2] == ["LangGraph", "~26,100"]
    assert line[4:7] == ["2,351", f"{grown:,}", f"{2_351 / grown:.2f}"]
    assert line[7].startswith(">=")
    found = re.search(r"The article's growth is (0\.\d\d) of what GitHub says now", audit)
    assert found
    assert 0.2 < float(found[1]) < 0.4


def test_csv_and_json_say_the_same_and_how_far_to_trust_it(drawn: Drawn) -> None:
    folder = drawn[0].folder / "stars"
    rows = list(csv.DictReader(io.StringIO((folder / "stars.csv").read_text())))
    records = json.loads((folder / "stars.json").read_text())["records"]
    months = [(r["title"], h["source"], m) for r in records for h in r["histories"] for m in h["months"]]
    assert [(line["title"], line["source"], line["month"]) for line in rows] == [
        (t, s, m["month"]) for t, s, m in months
    ]
    for line, (_, _, month) in zip(rows, months, strict=True):
        assert line["new_stars"] == ("" if month["new_stars"] is None else str(month["new_stars"]))
        assert all(line[name] for name in ("fetched_at", "data_through", "coverage", "origin", "github_id"))
        assert line["demonstration"] == "True"
    assert any(line["new_stars"] == "" for line in rows if line["source"] == "ossinsight")


def test_json_on_stdout_is_all_there_is_on_stdout(observatory: Observatory) -> None:
    told = json.loads(observatory.table("--json", "crewAIInc/crewAI").stdout)
    assert [record["title"] for record in told["records"]] == ["CrewAI"]
    assert told["records"][0]["histories"][0]["growth"]["last_six"] > 0


def test_any_repository_and_any_framework_may_be_asked_for(observatory: Observatory) -> None:
    shelves = observatory.server.shelves
    shelves.rename("pydantic/pydantic-ai", "someone/else")
    done = observatory.table("https://github.com/someone/else", "LangGraph", "git@github.com:joaomdmoura/crewAI.git")
    assert done.returncode == 0, done.stderr
    assert row(done.stdout, "someone/else")[0] == f"{shelves['someone/else'].stars:,}"
    assert "someone" in row(done.stdout, "someone/else")[1:], "its owner stands for its backer"
    assert row(done.stdout, "CrewAI")
    assert row(done.stdout, "LangGraph")
    assert "Smolagents" not in done.stdout


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
    assert re.search(r"^LangGraph +~26,100 +31 +2,351 +MIT +LangChain", done.stdout, re.MULTILINE)
    assert "No star history to show" in done.stderr
    assert "Leave --offline out" in done.stderr
    assert not (observatory.folder / "stars").exists()


def test_what_a_stand_in_said_is_never_shown_as_the_public_services(observatory: Observatory) -> None:
    assert observatory.table().returncode == 0
    done = observatory.table("--offline", BAKEOFF_GITHUB_URL="", BAKEOFF_OSSINSIGHT_URL="")
    assert done.returncode == 1
    assert "No star history to show" in done.stderr


def test_old_data_is_shown_with_its_age_on_every_table_chart_and_export(observatory: Observatory) -> None:
    observatory.table("--source", "both", "langgraph")
    observatory.make_older(12)
    asked = len(observatory.server.requests)
    done = observatory.stars("--offline", "--source", "both", "--charts", "cumulative", "langgraph")
    assert done.returncode == 0, done.stderr
    assert len(observatory.server.requests) == asked
    folder = observatory.folder / "stars"
    svg = re.sub(r"<[^>]*>", " ", (folder / "cumulative-light.svg").read_text())
    for text in (done.stdout, svg, (folder / "index.html").read_text()):
        assert "12 days old" in " ".join(text.split())
    histories = json.loads((folder / "stars.json").read_text())["records"][0]["histories"]
    assert [history["age_of_data_days"] for history in histories] == [12, 12]


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
    observatory.server.limit("github", 60)
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
        observatory.server.limit("github", 60)
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
    observatory.server.limit("github", 60)
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


def test_the_charts_over_time_are_cut_by_from_and_to(observatory: Observatory) -> None:
    done = observatory.stars("crewai", "--charts", "monthly", "--from", "2026-01", "--to", "2026-03")
    assert done.returncode == 0, done.stderr
    svg = (observatory.folder / "stars" / "monthly-light.svg").read_text()
    assert "Feb" in svg or "2026" in svg
    assert "2024" not in svg


def test_a_second_look_within_a_day_asks_nobody(observatory: Observatory) -> None:
    first = observatory.table("--source", "both")
    asked = len(observatory.server.requests)
    second = observatory.table("--source", "both")
    assert second.stdout == first.stdout
    assert len(observatory.server.requests) == asked
    assert observatory.table("--source", "both", "--fresh").returncode == 0
    fresh = observatory.server.requests[asked:]
    assert {request.status for request in fresh if request.service == "github"} == {304}


def test_every_framework_has_a_backer_and_a_colour_of_its_own() -> None:
    cards = [card for card in framework_cards().values() if not (card.is_control or card.variant)]
    charted = [card for card in cards if card.name != BASELINE]
    assert all(card.backer and card.repo for card in charted)
    assert {card.colour for card in charted} <= set(COLOURS)
    assert len({card.colour for card in charted}) == len(charted)


def test_the_readmes_charts_say_that_they_are_a_demonstration_and_from_when() -> None:
    readme = (ROOT / "README.md").read_text()
    titles = [card.title for card in framework_cards().values() if card.backer and not card.variant]
    for picture in pictures():
        assert str(picture.relative_to(ROOT)) in readme
        words = " ".join(re.sub(r"<[^>]*>", " ", picture.read_text()).split())
        assert all(title in words for title in titles)
        assert "DEMONSTRATION, not real" in words
        assert re.search(
            r"GitHub \(\S+\): fetched 20\d\d-\d\d-\d\d \d\d:\d\d UTC; data through 20\d\d-\d\d-\d\d", words
        )
        assert "a lower bound" in words


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
    observatory.server.limit("github", 60)
    for counted in (observatory.folder / "home" / "stars").glob("*/.allowance*"):
        counted.unlink()
    assert observatory.table("--source", "both", "crewai").returncode == 0, "the other may know nothing"


def test_a_folder_shows_one_run_and_never_two(observatory: Observatory) -> None:
    folder = observatory.folder / "stars"
    observatory.stars("langgraph", "crewai", "--charts", "cumulative")
    (folder / "mine.txt").write_text("not ours")
    done = observatory.stars("langgraph", "--charts", "none")
    assert {path.name for path in folder.iterdir()} == {"stars.csv", "stars.json", "mine.txt"}
    assert "Removed what an earlier run drew" in done.stderr
    assert "cumulative-dark.png" in done.stderr


def test_the_article_is_audited_for_programs_too(drawn: Drawn) -> None:
    told = json.loads((drawn[0].folder / "stars" / "stars.json").read_text())["article"]
    (langgraph,) = [line for line in told if line["title"] == "LangGraph"]
    days = drawn[0].server.shelves["langchain-ai/langgraph"].days
    assert langgraph["now"]["github"]["stars"] == sum(new for day, new in days.items() if str(day) < "2026-03-01")
    assert langgraph["now"]["github"]["ratio"] == pytest.approx(2_351 / langgraph["now"]["github"]["last_six"])


def test_a_coverage_that_cannot_be_is_marked(observatory: Observatory) -> None:
    observatory.server.shelves["crewAIInc/crewAI"].stars = 1_000
    assert observatory.table("crewai").stdout.count("% !") == 1


def test_an_address_where_nobody_can_be_asked_is_wrong_use(observatory: Observatory) -> None:
    done = observatory.table(BAKEOFF_GITHUB_URL="http://[::1")
    assert done.returncode == 2
    assert "BAKEOFF_GITHUB_URL is 'http://[::1'" in done.stderr


def test_who_asked_for_something_else_is_not_shown_the_article(observatory: Observatory) -> None:
    done = observatory.table("no/such")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Check owner and name" in done.stderr
