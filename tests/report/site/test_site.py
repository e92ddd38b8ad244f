"""The pages as a whole: what they let run, what they link to, and that nothing in them obeys what it quotes."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

import scoreboard
from scoreboard.errors import UsageError
from scoreboard.report.site.dyes import dyes
from scoreboard.report.site.gathered import Gathered, gather
from scoreboard.report.site.pages import policy, render, script, style, templates
from scoreboard.report.site.server import live_script
from scoreboard.report.site.site import Site
from scoreboard.report.site.tables import harmless
from scoreboard.report.site.traits import findings
from scoreboard.report.summary import Selection
from scoreboard.results.factbook import Factbook
from scoreboard.results.judge import Verdict
from scoreboard.results.store import Store
from scoreboard.runner.catalogue import task_files
from star_history.palette import COLOURS, INKS
from tests.report.site.compared import REAL, compared, facts_on
from tests.report.site.stock import Baked, stocked
from tests.results.samples import ORIGIN, PASSED, STAMPS, played, row, trial

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the tokenizer's package

HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)> \u202e\x1b[2J" onmouseover="alert(1)'
SECTIONS = ["board", "faults", "costs", "sent", "code", "claims", "stars", "method"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Two frameworks in a home whose trials quote what is hostile, and the folder of whoever measured."""
    trials = [
        Baked("baseline"),
        Baked("strands", verdict="wrong", reason=f"{HOSTILE} in {Path.home()}/secret"),
        Baked("strands/swarm", task="multi_agent"),
        Baked("strands", "tool_raises", "raised", reason=HOSTILE),
        Baked("nop", verdict="wrong"),
    ]
    return Site(stocked(tmp_path_factory.mktemp("site"), trials))


@pytest.fixture(scope="module")
def pages(site: Site) -> Mapping[str, str]:
    """Every page and file, by its path."""
    trials = {f"trials/{row.id}.html": site.page(f"trials/{row.id}.html") for row in site.gathered.rows}
    return dict(site.pages()) | {path: page.decode() for path, page in trials.items() if page}


def html(pages: Mapping[str, str]) -> dict[str, str]:
    return {path: page for path, page in pages.items() if path.endswith(".html")}


def allowed(page: str) -> str:
    """Its Content-Security-Policy."""
    (told,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    return str(Markup(told).unescape())


def digests(page: str) -> list[str]:
    bodies = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" for body in bodies]


def test_exactly_our_scripts_may_run(pages: Mapping[str, str]) -> None:
    for path, page in html(pages).items():
        found = digests(page)
        assert len(found) == (0 if path.startswith("trials/") else 1), path
        told = rules(allowed(page))
        assert told["script-src"] == (" ".join(found) or "'none'"), path
        assert told["default-src"] == "'none'", path
        assert "connect-src" not in told, path
        assert not re.search(r"<(script|link|img|iframe|object|embed|base|form)[^>]*\s(src|action|data)=", page), path
        assert page.count("</script>") == len(found), path


def test_a_served_page_has_one_script_more_and_asks_its_server(site: Site) -> None:
    live = Site(site.gathered, live_script("edition-1"))
    page = (live.page("index.html") or b"").decode()
    found = digests(page)
    assert len(found) == 2
    assert rules(allowed(page))["script-src"].split() == found
    assert rules(allowed(page))["connect-src"] == "'self'"
    assert 'dataset.edition = "edition-1"' in page
    assert "EventSource" in page
    assert "EventSource" not in site.index()


def test_what_is_quoted_stays_a_quotation(pages: Mapping[str, str]) -> None:
    quoting = [path for path, page in html(pages).items() if "alert(1)" in page]
    assert len(quoting) >= 3
    for path, page in html(pages).items():
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert not re.search(r"<[^>]*\sonmouseover=", re.sub(r'"[^"]*"', '""', page)), path
        assert not set(page) & set("\u202e\x1b"), path


def test_the_folder_of_whoever_measured_is_on_no_page_and_in_no_file(pages: Mapping[str, str]) -> None:
    assert any("in ~/secret" in page for path, page in html(pages).items())
    assert "in ~/secret" in pages["data/trials.csv"]
    assert "in ~/secret" in pages["data/trials.json"]
    for path, page in pages.items():
        assert str(Path.home()) not in page, path


def test_every_page_is_there_on_demand_as_it_is_published(site: Site, pages: Mapping[str, str]) -> None:
    assert [*dict(site.pages())][:3] == ["index.html", "frameworks/baseline.html", "frameworks/strands.html"]
    for path, page in site.pages():
        assert site.page(path) == page.encode(), path
    assert len([path for path in pages if path.startswith("trials/")]) == 5
    assert (site.page("trials/trial.css") or b"").startswith(b":root")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "nowhere.html",
        "frameworks/nowhere.html",
        "frameworks/nop.html",
        "frameworks/strands/swarm.html",
        "data/nowhere.csv",
        "trials/nowhere.html",
        "elsewhere/trial.css",
        "trials/../index.html",
        "index.html/",
    ],
)
def test_what_is_no_page_is_none(site: Site, path: str) -> None:
    assert site.page(path) is None


def test_the_index_has_all_sections_in_the_order_in_which_people_ask(pages: Mapping[str, str]) -> None:
    index = pages["index.html"]
    assert re.findall(r'<section id="(\w+)"', index) == [*SECTIONS, "files"]
    assert re.findall(r'<li><a href="#(\w+)">', index)[: len(SECTIONS)] == SECTIONS
    assert "bakeoff stars" in index, "what is missing says how to get it"


def test_every_file_is_linked_from_the_index(pages: Mapping[str, str]) -> None:
    files = sorted(path for path in pages if path.startswith("data/"))
    assert {*re.findall(r'href="(data/[^"]+)"', pages["index.html"])} == {*files}
    for path in files:
        if path.endswith(".json"):
            json.loads(pages[path])
        else:
            lengths = {len(line) for line in csv.reader(io.StringIO(pages[path]))}
            assert len(lengths) == 1, path


def test_every_trial_is_a_line_of_the_files(site: Site, pages: Mapping[str, str]) -> None:
    ids = [row.id for row in site.gathered.rows]
    assert len(ids) == 5
    assert [line["id"] for line in csv.DictReader(io.StringIO(pages["data/trials.csv"]))] == ids
    assert [line["id"] for line in json.loads(pages["data/trials.json"])] == ids


def test_links_from_a_folder_lead_back_to_the_index(pages: Mapping[str, str]) -> None:
    assert 'href="../index.html#method"' in pages["frameworks/strands.html"]
    assert 'href="index.html#method"' in pages["index.html"]


def test_a_page_says_what_it_was_made_with_and_how_new_it_is(site: Site) -> None:
    days = (1, 3, 2, 1, 1)
    rows = [
        replace(each, started_at=f"2026-02-0{day}T03:04:05+00:00")
        for day, each in zip(days, site.gathered.rows, strict=True)
    ]
    page = Site(replace(site.gathered, rows=rows)).index()
    assert f"Made with Bakeoff {scoreboard.__version__} from what was measured here, up to 2026-02-03 03:04 UTC" in page


def test_a_framework_page_names_the_model_where_there_are_several(tmp_path: Path) -> None:
    both = stocked(tmp_path, [Baked("strands"), Baked("strands", model=REAL)])
    one = gather(tmp_path, Selection(model="sim"))
    assert f"dice with {REAL}: passed 1 of 1" in Site(both).framework("strands")
    assert "dice: passed 1 of 1" in Site(one).framework("strands")


def test_half_a_character_breaks_no_file(site: Site) -> None:
    rows = [replace(site.gathered.rows[0], reasons=("half \ud83c",)), *site.gathered.rows[1:]]
    assert b"half ?" in (Site(replace(site.gathered, rows=rows)).page("data/trials.csv") or b"")


def test_a_spreadsheet_computes_nothing_that_a_trial_said(tmp_path: Path) -> None:
    reasons = ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@x", "plain", "-7.5"]
    trials = [Baked("baseline", verdict="wrong", reason=each, repeat=n) for n, each in enumerate(reasons)]
    site = Site(stocked(tmp_path, trials))
    told = [line["reasons"] for line in csv.DictReader(io.StringIO((site.page("data/trials.csv") or b"").decode()))]
    assert told == ['\'=HYPERLINK("http://x")', "'+1+1", "'-2+3", "'@x", "plain", "-7.5"]
    kept = json.loads(site.page("data/trials.json") or b"")
    assert [line["reasons"] for line in kept] == [[each] for each in reasons]
    assert harmless('a,"\tx",\r\n') == "a,'\tx,\n"


# Templates, styles and policies.


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        templates().from_string("{{ nothing }}").render()


def test_text_is_escaped_and_stripped_and_our_own_markup_is_not() -> None:
    told = templates().from_string("{{ text }}{{ ours }}{{ number }}")
    shown = told.render(text="<b>\x07", ours=Markup("<i>"), number=7)
    assert shown == "&lt;b&gt;\N{REPLACEMENT CHARACTER}<i>7"


def rules(told: str) -> dict[str, str]:
    return {name: allowed for name, _, allowed in (rule.strip().partition(" ") for rule in told.split(";"))}


def test_a_policy_lets_nothing_in_that_it_does_not_name() -> None:
    closed = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'", "script-src": "'none'"}
    assert rules(policy()) == closed | {"style-src": "'unsafe-inline'", "img-src": "data:"}
    assert rules(policy(sheets=True))["style-src"] == "'self' file:"
    assert rules(policy("x", connects=True))["connect-src"] == "'self'"
    first, second = rules(policy("x", "y"))["script-src"].split()
    assert first.startswith("'sha256-")
    assert second.startswith("'sha256-")
    assert first != second


def test_the_base_comes_first_in_style_and_script_and_the_dyes_last() -> None:
    assert style().startswith((Path(str(templates().loader.searchpath[0])) / "css" / "base.css").read_text()[:80])  # type: ignore[union-attr]
    assert style().endswith(dyes())
    assert script().startswith("// The state of the page lives in its address")
    assert all(word in style() for word in ("table.board", ".split"))
    assert "data-needs" in script()


def test_every_light_colour_of_a_chart_has_its_dark_one() -> None:
    rules = re.findall(r"^\.chart svg \[(\w+)=\"(#\w+)\"\] \{ (\w+): light-dark\((#\w+), (#\w+)\) \}$", dyes(), re.M)
    assert len(rules) == len(dyes().splitlines())
    expected = {both["light"]: both["dark"] for both in COLOURS.values()}
    expected |= dict(zip(astuple(INKS["light"]), astuple(INKS["dark"]), strict=True))
    for part in ("fill", "stroke"):
        assert {light: dark for kind, light, _, _, dark in rules if kind == part} == expected
    assert all(kind == named and light == again for kind, light, named, again, _ in rules)


# What a site is made from.


def test_what_was_baked_is_known_by_its_names() -> None:
    rows = [row(framework=name) for name in ("strands/swarm", "oracle", "strands", "baseline", "mine/two_words")]
    rows.append(row(framework="autogen"))
    gathered = compared([*rows, row("wrong", "crewai", fault="http_500")])
    assert gathered.frameworks == ["baseline", "autogen", "crewai", "mine/two_words", "strands", "strands/swarm"]
    assert gathered.families == ["baseline", "autogen", "crewai", "mine", "strands"]
    assert [each.framework for each in gathered.healthy] == [
        each.framework for each in rows if each.framework != "oracle"
    ]
    assert gathered.has_baseline
    assert not compared(rows[:1]).has_baseline
    assert gathered.title("strands/swarm") == "Strands Agents / swarm"
    assert gathered.title("mine/two_words") == "mine / two words"
    assert gathered.spoken("baseline") == "plain code without a framework"
    assert gathered.spoken("strands") == "Strands Agents"
    assert (gathered.task_title("dice"), gathered.task_title("theirs")) == (gathered.tasks["dice"].title, "theirs")


def test_of_facts_measured_twice_the_newer_ones_are_shown() -> None:
    old, new = facts_on("strands", installed_mb=1.0), facts_on("strands", installed_mb=2.0)
    older, newer = (
        replace(each, stamp=replace(each.stamp, measured_at=at))
        for each, at in ((old, "2026-01-01"), (new, "2026-01-03"))
    )
    gathered = compared([row(framework="strands")])
    for order in ([older, newer], [newer, older]):
        board = replace(gathered.board, facts=order)
        assert replace(gathered, board=board).facts["strands"].footprint.megabytes == 2.0


def test_one_state_is_equal_to_itself_alone() -> None:
    rows = [row()]
    first, second = compared(rows), compared(rows)
    assert first != second
    assert hash(first) != hash(second)


@pytest.mark.parametrize("verdict", ["passed", "wrong"])
def test_the_controls_alone_are_nothing_to_show(tmp_path: Path, verdict: Verdict) -> None:
    with pytest.raises(UsageError, match=r"Nothing is measured of these yet; `bakeoff run` with the same names"):
        stocked(tmp_path / "home", [Baked("oracle"), Baked("nop", verdict=verdict)])


def test_everything_there_is_of_a_selection(tmp_path: Path) -> None:
    home = tmp_path / "home"
    trials = [Baked("baseline"), Baked("strands"), Baked("autogen", task="theirs"), Baked("strands", model=REAL)]
    gathered = stocked(home, trials)
    assert gathered.home == home
    assert {*gathered.tasks} == {"dice"} < {*task_files()}
    assert gather(home, Selection(frameworks="strands", variants=True)).frameworks == ["strands"]
    assert {row.model for row in gather(home, Selection(model=REAL)).rows} == {REAL}
    with pytest.raises(UsageError, match="Nothing is measured of these yet"):
        gather(home, Selection(frameworks="crewai"))


def add(home: Path, framework: str, *, streamed: bool, adapter: str = "adapter1", started_at: str = "") -> None:
    outcome, (first, second) = played()
    stamps = replace(STAMPS, started_at=started_at or STAMPS.started_at)
    planned = trial(framework, origin=replace(ORIGIN, adapter=adapter))
    store = Store.open(home)
    assert store.add(planned, outcome, [first, replace(second, streamed=streamed)], PASSED, stamps)
    store.close()


def test_which_trials_streamed_is_known(tmp_path: Path) -> None:
    add(tmp_path, "strands", streamed=True)
    add(tmp_path, "autogen", streamed=False)
    gathered = gather(tmp_path, Selection())
    assert {row.framework for row in gathered.rows if row.id in gathered.streaming} == {"strands"}
    assert traits_of(gathered)["streams"] is True
    add(tmp_path, "strands", streamed=False, adapter="adapter2", started_at="2026-02-01T00:00:00+00:00")
    assert traits_of(gather(tmp_path, Selection()))["streams"] is False, "a changed adapter speaks for itself"


def traits_of(gathered: Gathered) -> dict[str, bool | None]:
    return {found.trait.name: found.has for found in findings(gathered, "strands", "sim")}


def test_what_was_set_aside_is_counted(tmp_path: Path) -> None:
    add(tmp_path, "strands", streamed=False)
    add(tmp_path, "strands", streamed=False, adapter="adapter2", started_at="2026-02-01T00:00:00+00:00")
    add(tmp_path, "strands", streamed=False, adapter="adapter3", started_at="2026-03-01T00:00:00+00:00")
    gathered = gather(tmp_path, Selection())
    assert (len(gathered.rows), gathered.board.set_aside) == (1, 2)


def test_facts_are_those_of_the_very_adapters_that_were_baked(tmp_path: Path) -> None:
    add(tmp_path, "strands", streamed=False)
    book = Factbook.open(tmp_path)
    book.add(facts_on("strands", installed_mb=7.0), ORIGIN, [])
    book.add(facts_on("strands", installed_mb=8.0), replace(ORIGIN, adapter="another"), [])
    book.add(facts_on("autogen"), ORIGIN, [])
    book.close()
    found: Gathered = gather(tmp_path, Selection())
    assert {name: each.footprint.megabytes for name, each in found.facts.items()} == {"strands": 7.0}


def test_a_page_is_rendered_from_what_is_given() -> None:
    words = render("live/plain.html.jinja", words="<hostile>", is_waiting=False, policy="p", style="", live="")
    assert "&lt;hostile&gt;" in words
