"""What it costs: each chart a multiple of no framework, in figures that can be checked in the table below."""

from __future__ import annotations

import contextlib
import csv
import inspect
import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from scoreboard.report.site.costs import costs_section
from scoreboard.report.site.gathered import Gathered, gather
from scoreboard.report.site.pages import render
from scoreboard.report.site.ratio_chart import Bar, is_wide, ratio_chart
from scoreboard.report.site.section import Section
from scoreboard.report.summary import Selection
from scoreboard.results import costs
from scoreboard.results.judge import Judgement, Verdict
from scoreboard.results.store import Store
from tests.results.samples import PASSED, STAMPS, call, played, trial

PROMPT_TOKENS = 8  # "Roll a 20-sided dice for me"
FAULT = "http_429/always"


def _gathered(
    home: Path, tokens: Mapping[str, tuple[int | None, ...]], endless: Mapping[str, tuple[Verdict, int]] | None = None
) -> Gathered:
    """Trials whose requests had these tokens, and how many requests each made while it failed for ever."""
    outcome, _ = played()
    with contextlib.closing(Store.open(home)) as store:
        for name, counts in tokens.items():
            calls = [call(n, 2 * n, "text", input_tokens=count) for n, count in enumerate(counts, start=1)]
            store.add(trial(name), outcome, calls, PASSED, STAMPS)
        for name, (verdict, delivered) in (endless or {}).items():
            judged = Judgement(verdict, ("because",), delivered=delivered)
            store.add(trial(name, fault=FAULT), outcome, [call(1, 2, "text")], judged, STAMPS)
    return gather(home, Selection(variants=True, faults="all"))


def _after(tokens: int) -> tuple[int, int]:
    """Two requests, the first of so many tokens beside the prompt."""
    return tokens + PROMPT_TOKENS, tokens + PROMPT_TOKENS + 20


def _chart(section: Section, title: str) -> dict[str, str]:
    return next(vars(chart) for chart in section.shown["charts"] if chart.title == title)


def _csv(section: Section) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(section.data["costs.csv"]())))


def test_a_chart_tells_the_multiple_and_the_tokens_and_who_beats_the_baseline(tmp_path: Path) -> None:
    tokens = {"baseline": _after(100), "autogen": _after(1800), "strands": _after(80)}
    section = costs_section(_gathered(tmp_path, tokens))
    chart = _chart(section, "Tokens before your first word")
    assert "18.0x (1,800 tokens)" in chart["svg"]
    assert "no framework = 1.0" in chart["svg"]
    told = "Least: Strands Agents 0.8x; most: AutoGen AgentChat 18.0x. Less than no framework: Strands Agents."
    assert chart["finding"] == told
    assert told in chart["svg"].partition(">")[0], "who cannot see it is told the same"
    assert "logarithmic" in chart["notes"]
    lines = {
        line["framework"]: (line["value"], line["ratio"]) for line in _csv(section) if line["cost"] == "first_word"
    }
    assert lines == {"baseline": ("100", "1.0"), "autogen": ("1800", "18.0"), "strands": ("80", "0.8")}


def test_unknown_is_blank_and_never_nothing(tmp_path: Path) -> None:
    section = costs_section(_gathered(tmp_path, {"baseline": (100, 120), "autogen": (None, None)}))
    chart = _chart(section, "Tokens before your first word")
    assert chart["notes"] == "Not known: AutoGen AgentChat."
    line = next(line for line in _csv(section) if (line["framework"], line["cost"]) == ("autogen", "first_word"))
    assert (line["value"], line["ratio"]) == ("", "")
    page = render("costs.html.jinja", section=section, root="")
    assert re.search(r'<th scope="row"[^>]*>AutoGen AgentChat</th>\s*<td class="n" data-v=""></td>', page)


def test_without_the_baseline_figures_are_absolute_and_that_is_said(tmp_path: Path) -> None:
    section = costs_section(_gathered(tmp_path, {"autogen": _after(100), "strands": _after(80)}))
    chart = _chart(section, "Tokens before your first word")
    assert chart["finding"] == "Least: Strands Agents 80 tokens; most: AutoGen AgentChat 100 tokens."
    assert "no framework" not in chart["svg"]
    assert "was not baked here" in render("costs.html.jinja", section=section, root="")


def test_who_was_stopped_needed_at_least_so_many_requests(tmp_path: Path) -> None:
    tokens = {"baseline": (100, 120), "autogen": (100, 120)}
    section = costs_section(_gathered(tmp_path, tokens, {"baseline": ("raised", 3), "autogen": ("timeout", 6)}))
    chart = _chart(section, "Requests for one turn that always fails")
    assert "≥2.0x (≥6 requests)" in chart["svg"]
    assert "too many requests" in chart["condition"]
    assert not [chart for chart in section.shown["charts"] if chart.title == "Requests for one task"]


def test_without_faults_the_calls_of_a_task_are_told(tmp_path: Path) -> None:
    section = costs_section(_gathered(tmp_path, {"baseline": (100, 120), "autogen": (100, 110, 120, 130)}))
    assert "2.0x (4 requests)" in _chart(section, "Requests for one task")["svg"]


def test_a_variant_is_shown_only_where_its_framework_is_not(tmp_path: Path) -> None:
    tokens = {"autogen": (100,), "autogen/tool_loop": (100,), "langgraph/hardened": (100,)}
    shown = costs_section(_gathered(tmp_path, tokens)).shown["frameworks"]
    assert [name for name, _ in shown] == ["autogen", "langgraph/hardened"]


def test_with_a_real_model_the_whole_first_request_is_told(tmp_path: Path) -> None:
    outcome, _ = played()
    with contextlib.closing(Store.open(tmp_path)) as store:
        calls = [call(1, 2, "text", input_tokens=70)]
        store.add(trial(model="openai:some@https://api.openai.com/v1"), outcome, calls, PASSED, STAMPS)
    section = costs_section(gather(tmp_path, Selection()))
    chart = _chart(section, "Tokens of the first request")
    assert "1.0x (70 tokens)" in chart["svg"]
    assert "the user's own prompt among them" in chart["definition"]


def test_definitions_are_those_of_the_code(tmp_path: Path) -> None:
    section = costs_section(_gathered(tmp_path, {"baseline": (100, 120)}))
    told = {each["cost"]: each["definition"] for each in json.loads(section.data["costs.json"]())}
    assert told["turn"] == " ".join((inspect.getdoc(costs.tokens_a_turn_adds) or "").split())
    assert told["turn"] in render("costs.html.jinja", section=section, root="").replace("&#39;", "'")


def test_where_nothing_passed_no_cost_is_made_up(tmp_path: Path) -> None:
    outcome, calls = played()
    with contextlib.closing(Store.open(tmp_path)) as store:
        store.add(trial(), outcome, calls, Judgement("wrong", ("no",)), STAMPS)
    assert "bakeoff show" in costs_section(gather(tmp_path, Selection())).missing


def test_a_chart_is_legible_on_a_phone_and_small() -> None:
    bars = [Bar(f"framework {n}", n / 2, f"{n / 2}x (1,000 tokens)") for n in range(1, 21)]
    svg = ratio_chart(bars, "words", is_relative=True)
    width = float(re.findall(r'viewBox="0 0 ([\d.]+)', svg)[0])
    sizes = {float(size) for size in re.findall(r'font-size="([\d.]+)px"', svg)}
    assert min(sizes) * 358 / width >= 12
    assert len(svg) < 10_000
    assert not re.search(r"\d\.\d{2}", re.sub(r">[^<]*<", "><", svg))


def test_words_cannot_become_markup_in_a_chart() -> None:
    svg = ratio_chart([Bar("<script>x</script>", 2.0, '"><img src=x>')], '"><b>', is_relative=True)
    assert not re.search("<(script|img|b)", svg)


@pytest.mark.parametrize(
    ("lengths", "is_log"), [([1, 19.9], False), ([1, 20], True), ([-1, 30], False), ([0, 9], False)]
)
def test_a_wide_spread_is_drawn_as_a_logarithm_where_there_is_one(lengths: list[float], is_log: bool) -> None:
    bars = [Bar(str(n), length, "") for n, length in enumerate(lengths)]
    assert is_wide([*bars, replace(bars[0], length=None)]) is is_log
