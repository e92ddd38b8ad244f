"""`bakeoff prompts`: what was sent is shown whole, two frameworks side by side, and hostile text stays text."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from scoreboard.report.prompts import Prompts, as_people, as_program, newest_passed
from scoreboard.report.sent import Sent, lines_of, sent
from scoreboard.report.side_by_side import in_columns, in_one, pairs
from scoreboard.results.judge import Judgement
from scoreboard.results.store import Store
from scoreboard.runner.plan import Origin
from tests.conftest import Kitchen
from tests.results.samples import ORIGIN, PASSED, STAMPS, call, played, row, trial

texts = st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30), max_size=12)


def request(body: object, **fields: Any) -> Sent:
    return sent(replace(call(1, 0), request_body=json.dumps(body).encode(), **fields))


def lines(body: object, before: Sent | None = None) -> list[str]:
    return list(lines_of(request(body), before))


CHAT = {
    "model": "sim",
    "temperature": 0.1,
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "name": "somebody", "content": [{"type": "text", "text": "Roll\nit"}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "roll", "arguments": '{"n":6}'}}],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "3", "cache_breakpoint": True},
        {"role": "system", "content": "Be briefer."},
    ],
    "tools": [{"type": "function", "function": {"name": "roll", "description": "Rolls.", "strict": True}}],
}
RESPONSES = {
    "model": "sim",
    "instructions": "Be brief.",
    "input": [
        {"role": "user", "content": "Roll\nit"},
        {"type": "function_call", "call_id": "call_1", "name": "roll", "arguments": '{"n":6}', "id": "fc_1"},
        {"type": "function_call_output", "call_id": "call_1", "output": "3"},
    ],
    "tools": [{"type": "function", "name": "roll", "description": "Rolls.", "strict": True}, {"type": "web_search"}],
}


def test_a_chat_request_is_told_whole_but_for_the_ids() -> None:
    assert lines(CHAT)[1:] == [
        *("system", "  Be brief.", "user (somebody) in parts", "  Roll", "  it"),
        *("assistant", "  calls roll", '    {"n":6}', "tool", "  3", "  cache_breakpoint: true"),
        *("system", "  Be briefer.", "tools", "  roll", "    Rolls.", "    strict: true"),
        *("parameters", '  model: "sim"', "  temperature: 0.1"),
    ]


def test_a_responses_request_is_told_in_the_same_words() -> None:
    told = lines(RESPONSES)
    assert told[1:10] == [
        *("system", "  Be brief.", "user", "  Roll", "  it"),
        *("assistant", "  calls roll", '    {"n":6}', "tool"),
    ]
    assert told[-6:] == ["  roll", "    Rolls.", "    strict: true", "  web_search", "parameters", '  model: "sim"']
    assert lines({"input": "Roll it"})[1:] == ["user", "  Roll it"]


def test_what_is_as_before_is_only_said_to_be_so() -> None:
    longer = {**CHAT, "messages": [*CHAT["messages"], {"role": "assistant", "content": "Done."}], "temperature": 1}  # type: ignore[misc]
    assert lines(longer, request(CHAT))[1:] == [
        *("system (as before)", "(4 messages as before)", "assistant", "  Done.", "tools (as before)"),
        *("parameters", '  model: "sim"', "  temperature: 1"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"messages": "?", "tools": "?", "input": 3, "instructions": [7]},
        {"messages": [None, 3, "words", {"role": ["x"]}, {"content": {"a": 1}}, {"type": "reasoning", "summary": []}]},
        {"tools": [None, "x", {"function": 3}, {"function": {"name": "f", "description": 5, "parameters": None}}]},
        {"messages": [{"role": "assistant", "tool_calls": [None, {"function": {"arguments": {"a": 1}}}]}]},
        ["no", "object"],
        "words",
    ],
)
def test_whatever_a_framework_sends_can_be_told(body: object) -> None:
    assert lines(body)


def test_no_json_is_shown_as_it_is() -> None:
    told = sent(replace(call(1, 0), request_body=b"\xff no json", method="GET", path="models"))
    assert list(lines_of(told, None)) == ["call 1: GET models, 50 tokens in", "  \N{REPLACEMENT CHARACTER} no json"]


@given(texts, texts, st.integers(30, 200))
def test_every_line_of_both_stands_in_the_columns_and_fits(left: list[str], right: list[str], width: int) -> None:
    compared = list(pairs(left, right))
    assert [pair.left for pair in compared if pair.mark != ">"] == left
    assert [pair.right for pair in compared if pair.mark != "<"] == right
    assert all((pair.left == pair.right) == (pair.mark == " ") for pair in compared if pair.mark in " |")
    for line in [*in_columns(compared, width), *in_one(compared, width)]:
        assert cell_len(line) <= width


@given(texts, texts)
def test_one_column_marks_what_only_one_of_them_says(left: list[str], right: list[str]) -> None:
    told = list(in_one(list(pairs(left, right)), 1000))
    assert [line[2:] for line in told if line[:1] in "- "] == [line.rstrip() for line in left]
    assert [line[2:] for line in told if line[:1] in "+ "] == [line.rstrip() for line in right]
    changes = [line[:1] for line in told]
    assert all(before + after != "+-" for before, after in pairwise(changes)), "what was comes before what is"


def test_a_long_line_goes_on_as_far_in_as_it_began() -> None:
    (first, second) = in_columns(list(pairs(["    " + "word " * 12], [])), 100)
    assert first.startswith("    word")
    assert second.startswith("    word")
    assert first[49] == "<"


def test_hostile_text_stays_text() -> None:
    body = {"messages": [{"role": "user", "content": "\x1b[2Jgone \u202eback \ud83d"}]}
    prompts = Prompts(row(), "openai", (request(body), request(body)))
    shown = "\n".join(as_people([prompts, prompts], 130))
    assert not set(shown) & {"\x1b", "\u202e", "\ud83d"}
    assert "gone" in shown
    assert "gone" in as_program([prompts])


def test_the_newest_passed_trial_of_what_there_is_now_is_taken(tmp_path: Path) -> None:
    outcome, calls = played()
    planned = trial()

    def add(at: str, judgement: Judgement = PASSED, **fields: Any) -> None:
        store.add(replace(planned, **fields), outcome, calls, judgement, replace(STAMPS, started_at=at))

    assert newest_passed(tmp_path, planned) is None
    with closing(Store.open(tmp_path)) as store:
        add("2026-01-01", origin=Origin("adapter1", "task1", "lock1", "an older harness", "3.11"))
        add("2026-01-02", repeat=1)
        add("2026-01-03", Judgement("wrong", ("no",)), repeat=2)
        add("2026-01-04", origin=replace(ORIGIN, adapter="another"))
        add("2026-01-05", model="sim+20ms")
    found = newest_passed(tmp_path, planned)
    assert found
    assert found.started_at == "2026-01-02"


def test_one_framework_is_shown_from_the_store(baked: Kitchen) -> None:
    done = baked.run("prompts", "baseline")
    assert (done.returncode, done.stderr) == (0, "")
    for expected in ("call 1: POST chat/completions", "call 2:", "  Roll a 20-sided dice for me", "    strict: true"):
        assert expected in done.stdout
    assert "Roll #1:" in done.stdout


@pytest.mark.parametrize(("width", "mark"), [("130", " | "), ("80", "\n+ ")])
def test_two_frameworks_are_compared_in_any_terminal(baked: Kitchen, width: str, mark: str) -> None:
    done = baked.run("prompts", "langgraph", "baseline", "--task", "multi_agent", COLUMNS=width)
    assert done.returncode == 0, done.stderr
    _, _, compared = done.stdout.partition("\n\n")
    assert max(map(len, compared.splitlines())) <= int(width)
    assert mark in compared
    assert "You are the reporter." in compared
    assert "\x1b" not in done.stdout


def test_json_has_every_part_as_it_was_sent(baked: Kitchen) -> None:
    done = baked.run("prompts", "baseline", "openai_agents", "--json")
    baseline, other = json.loads(done.stdout)
    assert [baseline["framework"], other["framework"]] == ["baseline", "openai_agents"]
    trial_id = next(r["id"] for r in baked.rows() if r["id"] == baseline["trial"])
    raw = baked.run("trial", trial_id, "--raw").stdout
    for name in ("messages", "tools"):
        sent_parts = json.dumps(baseline["calls"][0][name][0], separators=(",", ":"))
        assert sent_parts in raw
    assert other["calls"][0]["path"] == "responses"
    assert baseline["calls"][0]["parameters"] == {"model": "sim", "stream": False}


def test_where_there_is_no_trial_one_is_baked_first(kitchen: Kitchen) -> None:
    done = kitchen.run("prompts", "baseline")
    assert done.returncode == 0, done.stderr
    assert "baking one" in done.stderr
    assert "Roll a 20-sided dice for me" in done.stdout
    again = kitchen.run("prompts", "baseline")
    assert (again.stdout, again.stderr) == (done.stdout, "")


@pytest.mark.parametrize(
    ("wrong", "status", "hint"),
    [
        (("langraph",), 2, "Did you mean langgraph?"),
        (("baseline", "--task", "dices"), 2, "Did you mean dice?"),
        (("baseline", "langgraph", "pydantic_ai"), 2, "one framework or two"),
        (("langgraph/swarm", "--task", "dice"), 2, "it bakes multi_agent"),
        (("nop",), 1, "did not pass dice: wrong"),
    ],
)
def test_what_cannot_be_shown_is_said(kitchen: Kitchen, wrong: tuple[str, ...], status: int, hint: str) -> None:
    done = kitchen.run("prompts", *wrong)
    assert done.returncode == status
    assert hint in done.stderr
    assert "Traceback" not in done.stderr
