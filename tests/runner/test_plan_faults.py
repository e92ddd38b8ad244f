"""Faults in a plan: which trials there are, and what they may spend."""

from __future__ import annotations

import pytest

from scoreboard.errors import UsageError
from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.meter.faults.chosen import choose_faults
from scoreboard.runner.catalogue import framework_cards, load_task, task_files
from scoreboard.runner.plan import Budget, Trial, Wish, budget_under, plan

TASKS = tuple(task_files())
USUAL = Budget(30, 1000, 10.0)


def planned(*faults: str, at_home: bool = True, frameworks: tuple[str, ...] = ("baseline",)) -> list[Trial]:
    wish = Wish(frameworks, TASKS, "sim", 1, 0, USUAL, ("none", *faults), at_home)
    return plan(wish, framework_cards(), task_files())


def shapes(trials: list[Trial]) -> list[tuple[str, str]]:
    return [(trial.fault, load_task(trial.task, task_files()[trial.task]).shape) for trial in trials]


def test_a_fault_is_tried_at_home_beside_the_same_task_without_it() -> None:
    assert shapes(planned("http_500")) == [("none", "agent"), ("http_500", "agent")]
    assert shapes(planned("fenced_json")) == [("none", "structured"), ("fenced_json", "structured")]


def test_named_tasks_try_every_fault_that_makes_sense_there() -> None:
    tried = shapes(planned("http_500", "fenced_json", at_home=False))
    assert {shape for fault, shape in tried if fault == "http_500"} == {"agent", "team", "structured"}
    assert {shape for fault, shape in tried if fault == "fenced_json"} == {"structured"}


def test_no_fault_tries_the_controls() -> None:
    trials = planned("http_500", frameworks=("baseline", "oracle", "nop"))
    assert {trial.framework for trial in trials if trial.fault != "none"} == {"baseline"}
    assert {trial.framework for trial in trials if trial.fault == "none"} == {"baseline", "oracle", "nop"}


def test_without_faults_nothing_changes() -> None:
    wish = Wish(("baseline",), TASKS, "sim", 1, 0, USUAL)
    assert {(trial.task, trial.fault, trial.budget) for trial in plan(wish, framework_cards(), task_files())} == {
        (task, "none", USUAL) for task in TASKS
    }


def test_who_waits_for_a_provider_has_more_time_and_who_never_ends_more_of_all() -> None:
    assert budget_under("none", USUAL) == budget_under("unknown_tool", USUAL) == USUAL
    assert budget_under("http_429/always", USUAL) == Budget(60, 2000, 30.0)
    endless = budget_under("never_finishes", USUAL)
    assert endless.max_calls >= 600  # beyond 500, the highest limit that a framework is known to have
    assert (endless.max_tokens, endless.timeout_s) == (200_000, 100.0)


def test_faults_are_chosen_by_name_by_group_or_all() -> None:
    assert choose_faults(None) == choose_faults("none") == ()
    assert choose_faults("all") == tuple(FAULTS)
    assert choose_faults("tool_raises, http_500/always") == ("http_500/always", "tool_raises")
    assert set(choose_faults("state")) == {name for name, fault in FAULTS.items() if fault.group == "state"}
    with pytest.raises(UsageError, match="Did you mean http_500"):
        choose_faults("http500")
