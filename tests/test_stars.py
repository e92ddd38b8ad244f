"""`bakeoff stars` as somebody would type it, against a server that plays both services."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from subprocess import CompletedProcess

import pytest

from scoreboard.report.star_wishes import view_of
from scoreboard.runner.catalogue import BASELINE, framework_cards
from star_history.palette import COLOURS
from star_history.view import CHARTS, View
from tests.conftest import ROOT
from tests.observatory import Observatory, row
from tests.quoted_stars import pictures
from tests.star_history.stand_in import StandIn


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Observatory, CompletedProcess[str]]]:
    """Everything, once, from both sources."""
    with StandIn() as server:
        observatory = Observatory(tmp_path_factory.mktemp("drawn"), server)
        yield observatory, observatory.stars("--source", "both", "--article")


Drawn = tuple[Observatory, CompletedProcess[str]]


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


def test_the_figures_of_growth_are_those_in_the_json_and_each_is_defined(drawn: Drawn) -> None:
    observatory, done = drawn
    told = json.loads((observatory.folder / "stars" / "stars.json").read_text())["records"]
    table, _, below = done.stdout.partition("\nGrowth\n")[2].partition("\n\n")
    for record in told:
        github, ossinsight = (history["growth"] for history in record["histories"])
        line = next(line for line in table.splitlines() if line.startswith(record["title"]))
        cells = line.removeprefix(record["title"])
        middle = int(github["median"] + 0.5)
        assert f" {middle:,} ({github['lowest']:,}-{github['highest']:,}) " in cells
        assert f">={int(ossinsight['median'] + 0.5):,} ({ossinsight['lowest']:,}-{ossinsight['highest']:,}) " in cells
        assert cells.split()[-4:] == [
            f"{github['trend']:.2f}x",
            f"{github['best_week']:.0%}".removesuffix("%"),
            "%",
            f"{'' if github['is_halved'] else '>'}{github['halved_after']}",
        ]
    for head in ("stars", "age", "last 6", "coverage", "backer", "a month", "trend", "best week", "halved"):
        assert re.search(rf"^{head} {{2,}}\S", below, re.MULTILINE), head
    assert re.search(r">=\d+ in [45] ", done.stdout)


def test_a_month_without_a_day_is_all_of_it() -> None:
    assert view_of("2026-02", "2026-02") == View(date(2026, 2, 1), date(2026, 2, 28))
    assert view_of("2026-02-03", "2026-03-01") == View(date(2026, 2, 3), date(2026, 3, 1))


def test_what_github_calls_the_licence_may_not_be_the_whole_truth(observatory: Observatory) -> None:
    observatory.server.shelves["crewAIInc/crewAI"].licence = "NOASSERTION"
    told = json.loads(observatory.table("--json", "autogen", "crewai").stdout)["records"]
    assert [record["licence"] for record in told] == ["MIT (code), CC-BY-4.0 (documentation)", None]
