"""When things go wrong, as a page: every cell, who can be told from whom, and words that stay words."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

from scoreboard.report.site.faults import faults_section
from scoreboard.report.site.pages import render
from scoreboard.report.site.section import Section
from scoreboard.report.site.ways import choices
from scoreboard.runner.outcome import GuestError
from tests.report.site.stock import Baked, stocked

OFTEN = ("http_429", "http_500", "http_503", "connection_refused", "connection_reset", "http_429_retry_after")
MORE = ("unknown_tool", "malformed_arguments", "missing_argument", "tool_raises", "tool_returns_nothing", "no_choices")


def page(section: Section) -> str:
    return render("faults.html.jinja", section=section, root="")


def test_without_faults_it_says_what_to_run(tmp_path: Path) -> None:
    section = faults_section(stocked(tmp_path, [Baked("baseline")]))
    assert "bakeoff run --faults all" in section.missing
    assert not section.data


def test_a_cell_is_a_sign_with_a_number_that_opens_its_trial_and_can_be_heard(tmp_path: Path) -> None:
    gathered = stocked(
        tmp_path,
        [
            Baked("baseline"),
            Baked("baseline", "http_500", coping="absorbed"),
            Baked("langgraph", "http_500", "wrong", reason="it is 7"),
        ],
    )
    told = page(faults_section(gathered))
    ids = {row.framework: row.id for row in gathered.rows if row.fault != "none"}
    assert (
        f'href="trials/{ids["langgraph"]}.html" aria-label="LangGraph, http_500: silently wrong, 2 requests">X2<'
        in told
    )
    assert f'href="trials/{ids["baseline"]}.html" aria-label="no framework, http_500: absorbed by the client, 2' in told
    assert "ran away: went on" not in told  # the legend tells of what occurs


def test_variants_stand_beside_their_default_and_may_be_chosen(tmp_path: Path) -> None:
    names = ("baseline", "autogen", "autogen/tool_loop", "autogen/hardened")
    section = faults_section(stocked(tmp_path, [Baked(name, "http_500", "raised") for name in names]))
    (board,) = section.shown["boards"]
    assert [entry.way for _, below in board.columns for entry in below] == ["always", "default", "hardened", "other"]
    assert [value for value, _ in board.choices] == ["default", "hardened", "both", "all"]
    assert re.findall(r'<td class="c (\w)">', page(section)) == ["a", "d", "h", "o"]


def test_there_is_nothing_to_choose_where_there_is_one_way_only() -> None:
    assert choices(["baseline", "autogen", "crewai"]) == []
    assert [value for value, _ in choices(["baseline", "autogen/hardened", "autogen/tool_loop"])] == ["hardened", "all"]


def test_only_what_is_proven_is_said(tmp_path: Path) -> None:
    few = stocked(tmp_path / "few", [Baked("baseline", "http_500", "raised"), Baked("autogen", "http_500", "wrong")])
    (board,) = faults_section(few).shown["boards"]
    assert board.sentences[0].startswith("Nobody can be told from anybody by how many faults")
    many = [each for fault in OFTEN + MORE for each in (Baked("baseline", fault), Baked("autogen", fault, "wrong"))]
    (board,) = faults_section(stocked(tmp_path / "many", many)).shown["boards"]
    assert board.sentences[0] == "Plain code without a framework gets over more faults than AutoGen AgentChat."
    assert [(line.entry.framework, line.got_over_letters) for line in board.totals.lines] == [
        ("baseline", "A"),
        ("autogen", "B"),
    ]


def test_every_model_has_a_matrix_of_its_own(tmp_path: Path) -> None:
    models = ("sim", "openai:gpt-oss")
    told = page(faults_section(stocked(tmp_path, [Baked("baseline", "http_500", "raised", model=m) for m in models])))
    assert re.findall(r'<div data-when-faultmodel="([^"]+)">', told) == sorted(models)
    assert re.findall(r'data-key="(\w+)"', told) == ["totals", "totals2"]


def test_what_a_framework_says_stays_text(tmp_path: Path) -> None:
    error = GuestError('Boo"><script>alert(1)</script>', "<img src=x onerror=alert(1)>\x1b[2J", "")
    section = faults_section(
        stocked(
            tmp_path,
            [
                Baked("baseline", "http_500/always", "raised", error=error),
                Baked("autogen", "http_500/always", "unsupported", reason="</td><script>alert(2)</script>"),
            ],
        )
    )
    told = page(section)
    assert "<script" not in told
    assert "<img" not in told
    assert "\x1b" not in told
    assert "&lt;script&gt;alert(2)" in told
    assert "&lt;img src=x" in told


def test_the_same_as_files(tmp_path: Path) -> None:
    section = faults_section(
        stocked(tmp_path, [Baked("baseline", "http_500", "raised", reason="gave up"), Baked("autogen", "http_500")])
    )
    lines = list(csv.DictReader(io.StringIO(section.data["faults.csv"]())))
    assert [(line["framework"], line["fault"], line["mark"], line["reasons"]) for line in lines] == [
        ("autogen", "http_500", "unaffected", "the answer is right"),
        ("baseline", "http_500", "raised", "gave up"),
    ]
    (board,) = json.loads(section.data["faults.json"]())
    assert [cell["trial"] for cell in board["cells"]] == [line["trial"] for line in lines]
