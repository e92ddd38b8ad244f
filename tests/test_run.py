"""`bakeoff run`, end to end: real environments, real workers, a real meter, a real store."""

from __future__ import annotations

import asyncio
import platform
import random
import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scoreboard.meter.call import Call
from scoreboard.meter.model import ModelSpec
from scoreboard.meter.process import Meter
from scoreboard.runner.catalogue import CONTROLS, framework_cards, task_classes
from scoreboard.runner.locks import locked_packages
from scoreboard.runner.plan import Budget, Origin, Trial
from tests.conftest import Kitchen

FRAMEWORKS = [card.name for card in framework_cards().values() if not (card.is_control or card.variant)]
VARIANTS = [(card.name, shape) for card in framework_cards().values() if card.variant for shape in sorted(card.shapes)]
QUICK = ("run", "--frameworks", "baseline,oracle,nop")


def measured(kitchen: Kitchen) -> list[tuple[Any, ...]]:
    """What must be the same whenever the same plan is run: everything but the times."""
    names = ("id", "framework", "task", "repeat", "verdict", "calls", "input_tokens", "output_tokens")
    return sorted(tuple(row[name] for name in names) for row in kitchen.rows())


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("task", task_classes())
def test_every_framework_bakes_every_task(baked: Kitchen, framework: str, task: str) -> None:
    rows = [row for row in baked.rows() if (row["framework"], row["task"]) == (framework, task)]
    assert len(rows) == 2
    for row in rows:
        assert row["verdict"] == "passed", row["reasons"]
        assert row["calls"] >= 2
        assert row["input_tokens"] > row["output_tokens"] > 0
        assert row["total_ms"] >= row["model_ms"] > 0
        assert row["framework_version"]


@pytest.mark.parametrize(("variant", "shape"), VARIANTS)
def test_every_variant_bakes_what_it_writes_itself_and_nothing_else(varied: Kitchen, variant: str, shape: str) -> None:
    tasks = {name for name, task in task_classes().items() if task.shape == shape}
    rows = [row for row in varied.rows() if row["framework"] == variant]
    assert {row["task"] for row in rows if row["task"] in tasks} == tasks
    assert {task_classes()[row["task"]].shape for row in rows} == framework_cards()[variant].shapes
    for row in rows:
        assert row["verdict"] == "passed", row["reasons"]


def test_a_framework_finds_itself_in_its_environment_and_no_other_framework(environments: Path) -> None:
    cards = framework_cards()
    shared = {cards["baseline"].package, cards["oracle"].package}  # what the frameworks themselves are made of
    code = "import importlib.metadata as m; print(*{d.name.lower() for d in m.distributions()})"
    for name in FRAMEWORKS:
        ready = environments.glob(f"{cards[name].group}-*-py{platform.python_version()}")
        command = [str(next(ready) / "bin" / "python"), "-c", code]
        found = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
        assert cards[name].package in found
        assert not found & ({card.package for card in cards.values()} - shared - {cards[name].package}), name
        assert not found & {"aiohttp", "bpe-openai", "click", "bakeoff"} - locked_packages(cards[name].lock).keys()


def test_the_controls_prove_the_ruler(baked: Kitchen) -> None:
    verdicts = {(row["framework"], row["verdict"]) for row in baked.rows() if row["framework"] in CONTROLS}
    assert verdicts == {("oracle", "passed"), ("nop", "wrong")}


def test_claims_of_usage_never_exceed_the_wire_and_blank_is_no_claim(baked: Kitchen, varied: Kitchen) -> None:
    """Some frameworks leave out what their sub-agents used: that is theirs to say, and the board's to show."""
    rows = [row for row in [*baked.rows(), *varied.rows()] if row["framework"] not in CONTROLS]
    for row in rows:
        for figure in ("calls", "input_tokens", "output_tokens"):
            claimed = row[f"claimed_{figure}"]
            assert claimed is None or 0 <= claimed <= row[figure], (row["framework"], row["task"])
    exact = {row["framework"] for row in rows if row["claimed_input_tokens"] == row["input_tokens"]}
    assert {"baseline", "langgraph", "openai_agents", "pydantic_ai", "crewai"} <= exact
    assert {row["framework"] for row in rows if row["claimed_input_tokens"] is None} >= {"llama_index"}


def test_the_same_plan_gives_the_same_verdicts_calls_and_tokens(
    baked: Kitchen, new_kitchen: Callable[[], Kitchen]
) -> None:
    again = new_kitchen()
    assert again.run("run", "--repeats", "2", "--jobs", "1").returncode == 0
    assert measured(again) == measured(baked)


def test_a_seed_is_the_same_for_every_framework_and_another_seed_is_another_trial(kitchen: Kitchen) -> None:
    kitchen.run(*QUICK, "--repeats", "2", "--tasks", "dice")
    seeds = {(row["repeat"], row["seed"]) for row in kitchen.rows()}
    assert len(seeds) == 2
    kitchen.run(*QUICK, "--repeats", "2", "--tasks", "dice", "--seed", "7")
    assert len({row["seed"] for row in kitchen.rows()}) == 4


def test_what_is_measured_is_not_measured_again_unless_asked(kitchen: Kitchen) -> None:
    kitchen.run(*QUICK, "--repeats", "1")
    before = kitchen.rows()
    more = kitchen.run(*QUICK, "--repeats", "2")
    assert "9 of 18 trials are already on the scoreboard" in more.stderr
    kept = {row["id"]: row["started_at"] for row in kitchen.rows()}
    assert all(kept[row["id"]] == row["started_at"] for row in before)
    kitchen.run(*QUICK, "--repeats", "1", "--fresh")
    anew = {row["id"]: row["started_at"] for row in kitchen.rows()}
    assert len(anew) == 18
    assert all(anew[row["id"]] != row["started_at"] for row in before)


def test_a_known_delay_is_seen_as_model_time(kitchen: Kitchen) -> None:
    kitchen.run("run", "--frameworks", "baseline", "--tasks", "dice", "--repeats", "1", "--sim-latency", "80")
    (row,) = kitchen.rows()
    assert row["model"] == "sim+80ms"
    assert row["model_ms"] >= 2 * 80


def test_a_real_endpoint_answers_through_the_meter_and_its_key_stays_there(kitchen: Kitchen) -> None:
    """The endpoint is a second meter with the simulated model: it speaks the real dialects over real HTTP."""
    secret = "sk-never-to-be-seen-0123456789"
    origin = Origin("adapter", "task", "lock", "harness", "3.11")
    budget = Budget(max_calls=1000, max_tokens=10**9, timeout_s=600)
    endpoint = Trial("endpoint", "dice", "sim", "none", 0, 0, budget, origin)

    async def bake() -> tuple[subprocess.CompletedProcess[str], list[Call]]:
        async with await Meter.start(ModelSpec("sim", "sim")) as meter:
            url = await meter.open(endpoint)
            command = ("run", "--tasks", "dice", "--repeats", "2", "--model", "openai:some-model", "--base-url", url)
            done = await asyncio.to_thread(kitchen.run, *command, OPENAI_API_KEY=secret)
            return done, await meter.close(url)

    done, calls = asyncio.run(bake())
    assert done.returncode == 0, done.stderr
    rows = [row for row in kitchen.rows() if row["framework"] not in CONTROLS]
    assert {row["verdict"] for row in rows} == {"passed"}
    assert all(row["model"].startswith("openai:some-model@http://127.0.0.1") for row in rows)
    unknown = {row["framework"] for row in rows if row["input_tokens"] is None}
    assert unknown == {"autogen", "llama_index"}  # they stream without asking for usage, so the endpoint tells none
    assert len(calls) == sum(row["calls"] for row in kitchen.rows())
    assert all(b'"some-model"' in call.request_body for call in calls)
    assert "34%-100%" in done.stdout  # Wilson's interval of 2 of 2
    shown = "".join(kitchen.run("trial", row["id"], "--raw").stdout for row in rows)
    assert secret not in shown + done.stdout + done.stderr
    assert not [path for path in kitchen.home.glob("*.db*") if secret.encode() in path.read_bytes()]


def test_a_provider_that_fails_makes_trials_void_and_they_are_tried_again(kitchen: Kitchen) -> None:
    one = ("run", "--frameworks", "baseline", "--tasks", "dice", "--repeats", "1")
    command = (*one, "--model", "openai:x", "--base-url", "http://127.0.0.1:9/v1")
    for take in (1, 2):
        done = kitchen.run(*command, OPENAI_API_KEY="sk-never-to-be-seen-0123456789")
        assert done.returncode == 1
        assert "1 of 1 trials void" in done.stderr
        assert "Ruler: not checked" in done.stdout
        (row,) = kitchen.rows()
        assert (row["verdict"], row["take"]) == ("void", take)


def test_a_budget_of_one_call_makes_a_runaway(kitchen: Kitchen) -> None:
    one = ("run", "--frameworks", ",".join(FRAMEWORKS), "--tasks", "dice", "--repeats", "1")
    done = kitchen.run(*one, "--max-calls", "1")
    assert done.returncode == 0
    for row in kitchen.rows():
        assert f"(bakeoff trial {row['id']})" in " ".join(done.stdout.split())
    assert {(row["verdict"], row["framework"]) for row in kitchen.rows()} == {("runaway", name) for name in FRAMEWORKS}


def test_killed_at_any_moment_the_same_command_ends_with_every_trial_stored_once(kitchen: Kitchen) -> None:
    command = (*QUICK, "--repeats", "300")
    moments = random.Random(20)
    for _ in range(20):
        process = kitchen.popen(*command)
        with pytest.raises(subprocess.TimeoutExpired):  # it is killed in the middle, every time
            process.communicate(timeout=moments.uniform(0.1, 1.4))
        process.kill()
        process.communicate()
    done = kitchen.run(*command)
    assert done.returncode == 0, done.stderr
    store = sqlite3.connect(kitchen.home / "scoreboard.db")
    stored = Counter(row[0] for row in store.execute("select id from trials"))
    calls = store.execute("select count(*) from trials where framework = 'baseline' and calls < 2").fetchone()[0]
    store.close()
    assert len(stored) == 3 * 3 * 300
    assert set(stored.values()) == {1}
    assert calls == 0


def until(process: subprocess.Popen[str], *words: str) -> None:
    """Reads what a run says until it has said all of these words in one line."""
    assert process.stderr
    assert any(all(word in line for word in words) for line in process.stderr)


def test_ctrl_c_lets_the_running_trials_finish_and_keeps_them(kitchen: Kitchen) -> None:
    command = (*QUICK, "--repeats", "200")
    process = kitchen.popen(*command)
    until(process, "baking", "/600")
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert "kept" in stderr
    assert "Traceback" not in stderr
    kept = {row["id"]: row["started_at"] for row in kitchen.rows()}
    assert 0 < len(kept) < 1800
    assert kitchen.run(*command).returncode == 0
    all_rows = {row["id"]: row["started_at"] for row in kitchen.rows()}
    assert len(all_rows) == 1800
    assert kept.items() <= all_rows.items()


def test_a_second_ctrl_c_drops_the_running_trials(kitchen: Kitchen) -> None:
    """The model takes a minute a call, so whoever waited for the trial would not be done in time."""
    one = ("run", "--frameworks", "nop,baseline", "--tasks", "dice", "--repeats", "1", "--jobs", "2")
    process = kitchen.popen(*one, "--sim-latency", "60000", "--timeout", "600")
    until(process, "baking nop", "1/1")
    process.send_signal(signal.SIGINT)
    until(process, "Ctrl-C again")
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert [row["framework"] for row in kitchen.rows()] == ["nop"]


def test_a_second_run_in_the_same_home_is_told_so(kitchen: Kitchen) -> None:
    first = kitchen.popen(*QUICK, "--repeats", "100")
    assert first.stderr
    first.stderr.readline()
    second = kitchen.run(*QUICK, "--repeats", "1")
    assert second.returncode == 2
    assert "another run" in second.stderr.lower()
    assert str(first.pid) in second.stderr
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        (("--frameworks", "langraph"), "Did you mean langgraph?"),
        (("--tasks", "dices"), "Did you mean dice?"),
        (("--model", "gpt-5"), "Known: sim, openai:NAME"),
        (("--model", "openai:gpt-5"), "OPENAI_API_KEY"),
        (("--repeats", "0"), "--repeats"),
        (("--sim-latency", "soon"), "--sim-latency"),
        (("--timeout", "nan"), "not a number of seconds"),
        (("--timeout", "inf"), "--timeout"),
        (("--model", "sim", "--base-url", "http://127.0.0.1:9/v1"), "--base-url"),
    ],
)
def test_wrong_use_gets_one_clear_message(kitchen: Kitchen, wrong: tuple[str, ...], hint: str) -> None:
    done = kitchen.run("run", *wrong, OPENAI_API_KEY="")
    assert done.returncode == 2
    assert hint in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) < 8
    assert not (kitchen.home / "scoreboard.db").exists()
