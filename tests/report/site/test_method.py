"""How it was measured: the commands bake the very trials, every word is defined, and nothing is hidden."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

import scoreboard.bake
from scoreboard.bake import Order, Tally
from scoreboard.cli import cli
from scoreboard.meter.faults.base import NONE
from scoreboard.meter.faults.chosen import choose_faults
from scoreboard.report.site.definitions import OF_CHANCE, OF_FAULTS, OF_RATIOS, OF_THE_BOARD, definitions, documented
from scoreboard.report.site.method import method_section, trials_by_verdict
from scoreboard.report.site.pages import render
from scoreboard.report.site.reproduction import Kitchen, difference, recipes
from scoreboard.results.judge import Verdict
from scoreboard.results.row import Row
from scoreboard.runner.catalogue import choose_frameworks, framework_cards, task_files
from scoreboard.runner.plan import Budget, Trial, Wish, plan
from tests.report.site.stock import Baked, stocked
from tests.results.samples import row

KITCHEN = Kitchen(framework_cards(), task_files())
ALL = tuple(choose_frameworks(None, KITCHEN.cards, variants=False))
VARIED = tuple(choose_frameworks(None, KITCHEN.cards, variants=True))
SOME = ("baseline", "langgraph", "langgraph/swarm")
TASKS = tuple(KITCHEN.tasks)
EVERYTHING = Wish(VARIED, TASKS, "sim", 10, 0, Budget())
FAULTY = (NONE, *choose_faults("all"))


def _rows(*wishes: Wish) -> list[Row]:
    """What the scoreboard would have after these runs."""
    trials = {trial.id: trial for wish in wishes for trial in plan(wish, KITCHEN.cards, KITCHEN.tasks)}
    return [_row(trial) for trial in trials.values()]


def _row(trial: Trial) -> Row:
    made = row(
        framework=trial.framework,
        task=trial.task,
        model=trial.model,
        repeat=trial.repeat,
        fault=trial.fault,
        origin=trial.origin,
    )
    budget = {name: getattr(trial.budget, name) for name in ("max_calls", "max_tokens", "timeout_s")}
    return replace(made, id=trial.id, seed=trial.seed, **budget)


def _planned_by(commands: Iterable[str], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The trials that the real command line plans when somebody types these."""
    ordered: list[Order] = []

    def note(order: Order, _display: object) -> Tally:
        ordered.append(order)
        raise KeyboardInterrupt

    monkeypatch.setattr(scoreboard.bake, "bake", note)
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    for command in commands:
        words = [word for word in shlex.split(command) if "=" not in word]
        assert words[0] == "bakeoff"
        CliRunner().invoke(cli, words[1:])
    assert len(ordered) == len([*commands])
    return {trial.id for order in ordered for trial in plan(order.wish, order.cards, order.tasks)}


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ((EVERYTHING,), ["bakeoff run --variants --repeats 10"]),
        ((replace(EVERYTHING, frameworks=ALL, seed=7),), ["bakeoff run --repeats 10 --seed 7"]),
        (
            (EVERYTHING, replace(EVERYTHING, faults=FAULTY, repeats=1, at_home=True)),
            ["bakeoff run --variants --repeats 10", "bakeoff run --variants --faults all --repeats 1"],
        ),
        (
            (Wish(SOME, TASKS, "sim", 3, 0, Budget(max_calls=9, timeout_s=2.5)),),
            ["bakeoff run --frameworks baseline,langgraph,langgraph/swarm --repeats 3 --max-calls 9 --timeout 2.5"],
        ),
        (
            (Wish(SOME, ("structured_output",), "sim+stubborn3", 2, 0, Budget(), (NONE, "missing_field", "http_500")),),
            [
                "bakeoff run --frameworks baseline,langgraph --tasks structured_output --faults missing_field,http_500 "
                "--sim stubborn:3 --repeats 2"
            ],
        ),
        (
            (replace(EVERYTHING, frameworks=ALL, model="openai:some@http://localhost:1/v1", repeats=2),),
            ["OPENAI_API_KEY=... bakeoff run --model openai:some --base-url http://localhost:1/v1 --repeats 2"],
        ),
        (
            (
                replace(EVERYTHING, frameworks=("baseline", "strands"), tasks=("dice",), repeats=5, model="sim+20ms"),
                replace(
                    EVERYTHING, frameworks=("baseline",), tasks=("structured_output",), repeats=2, model="sim+20ms"
                ),
            ),
            None,
        ),
    ],
)
def test_the_commands_plan_these_very_trials(
    wishes: tuple[Wish, ...], told: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = _rows(*wishes)
    found = recipes(rows, KITCHEN)
    commands = [recipe.command for recipe in found]
    assert told is None or commands == told
    assert difference(rows, found, KITCHEN) == (0, 0)
    assert _planned_by(commands, monkeypatch) == {each.id for each in rows}


def test_what_a_command_would_bake_beyond_the_page_is_counted() -> None:
    rows = _rows(replace(EVERYTHING, frameworks=ALL))
    some = [each for each in rows if (each.framework, each.repeat) != ("strands", 4)]
    assert difference(some, recipes(some, KITCHEN), KITCHEN) == (0, len(TASKS))
    assert difference(rows, [], KITCHEN) == (len(rows), 0)


def test_what_stands_outside_the_tree_is_named_by_its_file() -> None:
    (recipe,) = recipes([row(framework="mine", task="my_task")], KITCHEN)
    assert recipe.command.startswith(
        "bakeoff run --frameworks mine --adapter mine.py --tasks my_task --task my_task.py"
    )


def test_every_word_is_defined_by_the_code_that_computes_it(tmp_path: Path) -> None:
    gathered = stocked(tmp_path, [Baked("baseline"), Baked("baseline", fault="http_500")])
    told = definitions(gathered)
    assert {each.name for each in told["How a trial ends"]} == {*get_args(Verdict)}
    for name, thing in (*OF_THE_BOARD, *OF_RATIOS, *OF_FAULTS, *OF_CHANCE):
        assert documented(thing), name
    assert "Under faults" in told
    assert "Before it does anything" not in told, "no facts are shown"
    assert "None" not in " ".join(each.meaning for group in told.values() for each in group)


def test_every_trial_is_counted_by_how_it_ended(tmp_path: Path) -> None:
    trials = [
        Baked("baseline"),
        Baked("autogen", verdict="void"),
        Baked("autogen", fault="http_500", verdict="raised"),
        Baked("nop", verdict="wrong"),
    ]
    counts = [
        {name: n for name, n in kind.items() if n} for kind in trials_by_verdict(stocked(tmp_path, trials)).values()
    ]
    assert counts == [{"passed": 1, "void": 1}, {"raised": 1}, {"wrong": 1}]


def test_the_page_tells_the_plan_the_versions_and_the_limits(tmp_path: Path) -> None:
    section = method_section(stocked(tmp_path, [Baked("baseline"), Baked("oracle"), Baked("nop", verdict="wrong")]))
    page = render("method.html.jinja", section=section, root="")
    for words in (
        "Roll a 20-sided dice for me",
        "30 calls, 200,000 tokens, 60 s",
        "<code>lock1</code>",
        "<code>adapter1</code>",
        "x86_64 2 cores",
        "Ruler: oracle passed 1 of 1, nop passed 0 of 1, as they should.",
        "plays each task perfectly",
        "bakeoff report",
    ):
        assert words in page, words
    told = json.loads(section.data["method.json"]())
    assert told["plan"][0]["seeds"] == [7]


def test_a_real_model_is_not_called_perfect(tmp_path: Path) -> None:
    section = method_section(stocked(tmp_path, [Baked("baseline", model="openai:some@https://api.openai.com/v1")]))
    assert "plays each task perfectly" not in " ".join(section.shown["not_measured"])
    assert "chance is at work" in " ".join(section.shown["trust"])
