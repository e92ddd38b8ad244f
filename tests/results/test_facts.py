"""Facts: what requests of a real run add, how samples become figures, and that the book keeps them."""

from __future__ import annotations

import asyncio
import io
import json
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from scoreboard.meter.call import Call
from scoreboard.meter.tokens import Count, TokenCounter
from scoreboard.report.fact_columns import columns_for
from scoreboard.report.facts import definitions, facts_tables
from scoreboard.results.factbook import Factbook
from scoreboard.results.facts import Facts, Seen, Stamp, facts_of
from scoreboard.results.overhead import Overhead, differences, overhead, tokens
from scoreboard.results.store import Store, database_path
from scoreboard.results.wire import read_ask
from scoreboard.runner.footprint import Footprint
from scoreboard.runner.outcome import ConnectionAttempt
from scoreboard.runner.probe import Served, Sighting
from scoreboard.runner.remains import LeftFile, Remains
from scoreboard.weigh import simplest_task
from tasks.dice import Dice
from tests.conftest import Kitchen
from tests.results.samples import ORIGIN, played, trial

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the tokenizer's package

TASK = Dice(7)
STAMP = Stamp("2026-01-02T03:04:05+00:00", "0.1.0", "Linux x86_64, 2 cores", 0.1, "3.11.7")
FOOTPRINT = Footprint("1.2.3", None, 14, 20.5, ">=3.10", python_fits=True)


@pytest.fixture(scope="module")
def count() -> Count:
    async def load() -> Count:
        with closing(TokenCounter()) as counter:
            return await counter.ready()

    return asyncio.run(load())


def recorded(kitchen: Kitchen, framework: str, task: str = "dice") -> list[Call]:
    """The calls of one trial as they really were."""
    with closing(Store.open(kitchen.home, read_only=True)) as store:
        row = next(row for row in store.rows() if (row.framework, row.task) == (framework, task))
        return store.evidence(row.id).calls


def with_body(call: Call, change: Callable[[dict[str, Any]], None]) -> Call:
    body = json.loads(call.request_body)
    change(body)
    return replace(call, request_body=json.dumps(body).encode())


def added(calls: list[Call], count: Count) -> Overhead:
    found = overhead(calls, TASK, count)
    assert found
    return found


def test_tokens_are_counted_as_the_meter_counted_them(baked: Kitchen, count: Count) -> None:
    for framework in ("baseline", "langgraph", "openai_agents", "pydantic_ai"):
        for call in recorded(baked, framework, "structured_output"):
            ask = read_ask(call)
            assert ask
            assert tokens(ask, count) == call.input_tokens


def test_the_baseline_adds_nothing_but_what_its_adapter_says(baked: Kitchen, count: Count) -> None:
    first, second = calls = recorded(baked, "baseline")
    found = added(calls, count)
    assert (found.calls, found.dialect, found.streams) == (2, "openai-chat", False)
    assert (found.prompt_tokens, found.further_tools, found.settings) == (0, (), {"stream": False})
    assert found.tool_schema == ("+strict: true",)
    assert found.tool_tokens > 30
    assert found.request_bytes == len(first.request_body)
    assert found.growth_bytes == len(second.request_body) - len(first.request_body)
    assert found.growth_tokens == (second.input_tokens or 0) - (first.input_tokens or 0) > 0


def test_both_dialects_are_understood(baked: Kitchen, count: Count) -> None:
    found = added(recorded(baked, "openai_agents"), count)
    assert found.dialect == "openai-responses"
    assert found.prompt_tokens == 0
    assert "+strict: true" in found.tool_schema
    assert any(each.startswith("+parameters.title") for each in found.tool_schema)
    assert not {"model", "input", "instructions", "tools"} & found.settings.keys()


def test_what_a_framework_adds_is_found(baked: Kitchen, count: Count) -> None:
    """The recorded request as more and more of it is made up by somebody else."""
    first, second = recorded(baked, "baseline")

    def meddle(body: dict[str, Any]) -> None:
        body["messages"][0]["content"] += " You are a helpful assistant."
        body |= {"temperature": 0.1, "stream": True, "stop": ["Observation:"]}
        function = body["tools"][0]["function"]
        function["description"] = "Rolls."
        function["parameters"]["title"] = "Args"
        del function["parameters"]["properties"]["sides"]["title"]
        body["tools"].append({"type": "function", "function": {"name": "final_answer", "parameters": {}}})

    plain, found = added([first, second], count), added([with_body(first, meddle), second], count)
    assert found.prompt_tokens == count(TASK.instructions + " You are a helpful assistant.") - count(TASK.instructions)
    assert found.further_tools == ("final_answer",)
    assert found.streams
    assert found.settings == {"temperature": 0.1, "stream": True, "stop": ["Observation:"]}
    left_out = "-parameters.properties.sides.title"
    assert found.tool_schema == ('+parameters.title: "Args"', "+strict: true", left_out, "~description")
    assert found.growth_bytes is not None
    assert plain.growth_bytes is not None
    assert found.growth_bytes < plain.growth_bytes


def test_tools_told_in_words_are_prompt_text(baked: Kitchen, count: Count) -> None:
    def in_words(body: dict[str, Any]) -> None:
        body["messages"][0]["content"] += json.dumps(body.pop("tools"))

    first, second = recorded(baked, "baseline")
    found = added([with_body(first, in_words), second], count)
    assert (found.tool_tokens, found.tool_schema) == (0, ())
    assert found.prompt_tokens > 30


def test_white_space_is_no_difference_and_one_call_does_not_grow(baked: Kitchen, count: Count) -> None:
    bare = {"a": "some words", "b": {"c": [1]}}
    assert list(differences({"a": "some\n   words", "b": {"c": [1]}}, bare)) == []
    assert list(differences({"a": "other", "b": {"c": [2], "d": 1}}, bare)) == ["~a", "~b.c", "+b.d: 1"]
    alone = added(recorded(baked, "baseline")[:1], count)
    assert (alone.growth_bytes, alone.growth_tokens) == (None, None)
    assert overhead([], TASK, count) is None


def test_the_simplest_task_is_for_one_agent_with_one_tool() -> None:
    assert simplest_task() == "dice"


def sighting(import_s: float, cpu_s: float | None, threads: int = 1, peak_mb: int = 50, after_ms: int = 2) -> Sighting:
    outcome, (first, second) = played()
    outcome = replace(outcome, connections=())
    moved = replace(first, started_ns=outcome.started_ns + after_ms * 1_000_000)
    phoned = replace(outcome, connections=(ConnectionAttempt("telemetry.example", "lookup", "trial", 2),))
    left = Remains(peak_mb * 1_000_000, ("python",) * threads, ())
    files = (LeftFile("~/.config", 3),)
    return Sighting(import_s, cpu_s, Served(outcome, [second, moved]), Served(phoned, [first, second]), left, files)


def made_up(framework: str = "baseline", cpu_s: float | None = 1.0, measured_at: str = STAMP.measured_at) -> Facts:
    sightings = [sighting(2.0, cpu_s), sighting(9.0, cpu_s, 3, 70, 30), sighting(1.0, cpu_s, 2, 60, 10)]
    idle = [sighting(0.1, 0.25), sighting(0.1, 0.5), sighting(0.1, 0.25)]
    requests = Overhead(2, "openai-chat", False, 500, 12, 60, ("extra",), ("+strict: true",), {"stop": None}, 100, 30)
    seen = Seen(FOOTPRINT, sighting(100.0, 100.0), sightings, idle)
    return facts_of(trial(framework), seen, requests, replace(STAMP, measured_at=measured_at))


def test_figures_are_medians_without_the_warm_up_and_beyond_the_bare_worker() -> None:
    facts = made_up()
    assert (facts.start.import_s, facts.start.import_cpu_s, facts.start.peak_mb) == (2.0, 0.75, 60.0)
    assert (facts.start.first_request_ms, facts.start.next_request_ms) == (10.0, 2.0)
    assert (facts.traces.threads, facts.traces.processes) == (1, 0)
    assert facts.traces.connections == (ConnectionAttempt("telemetry.example", "lookup", "trial", 8),)
    assert [sample.import_s for sample in facts.samples] == [2.0, 9.0, 1.0]


def test_what_a_machine_does_not_tell_is_blank() -> None:
    facts = made_up(cpu_s=None)
    assert facts.start.import_cpu_s is None
    weight = columns_for([facts])["What it weighs"]
    assert next(column for column in weight if column.name == "CPU s").cell(facts) == ""


def test_the_book_gives_back_what_was_put_in(tmp_path: Path) -> None:
    first, again, other = made_up(), made_up(cpu_s=3.0, measured_at="2026-02-02T00:00:00+00:00"), made_up("zebra")
    with closing(Factbook.open(tmp_path)) as book:
        assert book.find("baseline", ORIGIN) is None
        for each in (first, again, other):
            book.add(each, ORIGIN, played()[1])
        assert book.find("baseline", ORIGIN) == again
        assert book.find("baseline", replace(ORIGIN, adapter="changed")) is None
    with closing(Factbook.open(tmp_path, read_only=True)) as book:
        assert list(book.newest().values()) == [again, other]
    with closing(sqlite3.connect(database_path(tmp_path))) as connection:
        assert connection.execute("SELECT take FROM facts WHERE framework = 'baseline'").fetchall() == [(1,), (2,)]
        (import_s,) = connection.execute("SELECT json_extract(facts, '$.start.import_s') FROM facts").fetchone()
        assert import_s == first.start.import_s
        for change in ("DELETE FROM facts", "UPDATE facts SET take = 9"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(change)


def test_every_column_is_defined_and_the_baseline_comes_first() -> None:
    facts = [made_up("zebra"), made_up()]
    for table, columns in zip(facts_tables(facts), columns_for(facts).values(), strict=True):
        assert [column.header for column in table.columns[1:]] == [column.name for column in columns]
        assert all(
            len(line) > len(column.name) + 10 for line, column in zip(definitions(columns), columns, strict=True)
        )
        assert list(map(str, table.columns[0].cells)) == ["baseline", "zebra"]


@pytest.mark.parametrize("width", [60, 80, 130])
def test_tables_fit_and_lose_nothing(width: int) -> None:
    facts = [made_up(), made_up("a_framework_of_long_name")]
    console = Console(file=io.StringIO(), width=width)
    for table in facts_tables(facts, width):
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert max(map(len, shown.splitlines())) <= width
    assert "…" not in shown
    for expected in ("1.2.3", "telemetry.example", "+100 / +30", "+strict: true", "stop=null", "+tool extra"):
        assert expected in shown
    assert facts_tables([]) == []


def test_a_release_date_has_a_column_only_where_one_is_known() -> None:
    dated = replace(made_up(), footprint=replace(FOOTPRINT, released="2026-10-15"))
    assert [facts_tables([each])[0].columns[2].header for each in (made_up(), dated)] == ["packages", "released"]


ONE = ("facts", "--frameworks", "baseline", "--repeats", "1")


def as_told(kitchen: Kitchen, *command: str) -> list[dict[str, Any]]:
    done = kitchen.run(*command, "--json")
    assert done.returncode == 0, done.stderr
    told: list[dict[str, Any]] = json.loads(done.stdout)["facts"]
    return told


def test_facts_are_measured_once_for_the_same_framework(kitchen: Kitchen) -> None:
    done = kitchen.run(*ONE)
    assert done.returncode == 0, done.stderr
    assert "measuring baseline" in done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 130
    for column in (column for columns in columns_for([]).values() for column in columns):
        assert f"\n{column.name}: " in done.stdout
    (facts,) = as_told(kitchen, *ONE)
    assert facts["stamp"]["measured_at"] == as_told(kitchen, *ONE)[0]["stamp"]["measured_at"]
    assert facts["footprint"]["packages"] >= 5
    assert 5 < facts["footprint"]["megabytes"] < 100
    assert facts["footprint"]["python_fits"]
    assert 0 < facts["start"]["import_s"] < 60
    assert facts["start"]["first_request_ms"] > facts["start"]["next_request_ms"] > 0
    assert 30 < facts["start"]["peak_mb"] < 300
    assert facts["traces"] == {"threads": 0, "processes": 0, "files": [], "connections": []}
    assert facts["overhead"]["prompt_tokens"] == 0
    (more,) = as_told(kitchen, *ONE[:-1], "2")
    assert len(more["samples"]) == 2, "more repeats than are known have to be measured"
    (fresh,) = as_told(kitchen, *ONE, "--fresh")
    assert fresh["stamp"]["measured_at"] > more["stamp"]["measured_at"] > facts["stamp"]["measured_at"]


def test_a_framework_that_cannot_be_measured_is_left_out(kitchen: Kitchen) -> None:
    ready = (kitchen.home / "environments").resolve()
    (kitchen.home / "environments").unlink()
    (kitchen.home / "environments").mkdir()
    for path in ready.glob("baseline-*"):
        (kitchen.home / "environments" / path.name).symlink_to(path)
    offline = {"UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple", "UV_CACHE_DIR": str(kitchen.home / "empty-cache")}
    done = kitchen.run("facts", "--frameworks", "baseline,langgraph", "--repeats", "1", UV_HTTP_RETRIES="0", **offline)
    assert done.returncode == 1
    (why,) = (line for line in done.stderr.splitlines() if line.startswith("bakeoff: langgraph cannot be measured"))
    assert "could not be fetched" in why
    assert done.stdout.startswith("What it weighs")
    assert "baseline" in done.stdout


def test_ctrl_c_keeps_what_is_measured(kitchen: Kitchen) -> None:
    command = ("facts", "--frameworks", "baseline,langgraph", "--repeats", "1")
    process = kitchen.popen(*command)
    assert process.stderr
    assert any("measuring langgraph" in line for line in process.stderr)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert "kept" in stderr
    assert "Traceback" not in stderr
    assert "langgraph" not in stdout
    with closing(Factbook.open(kitchen.home, read_only=True)) as book:
        (known,) = book.newest().values()
    assert known.framework == "baseline"
    told = {facts["framework"]: facts for facts in as_told(kitchen, *command)}
    assert told.keys() == {"baseline", "langgraph"}
    assert told["baseline"] == json.loads(json.dumps(asdict(known)))


@pytest.mark.parametrize(("name", "hint"), [("langraph", "Did you mean langgraph?"), ("oracle", "no framework called")])
def test_only_frameworks_have_facts(kitchen: Kitchen, name: str, hint: str) -> None:
    done = kitchen.run("facts", "--frameworks", name)
    assert done.returncode == 2
    assert hint in done.stderr
