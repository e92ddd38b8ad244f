"""Variations on the three first tasks: two rolls, a dice that falls off the table, a model that fails or never ends.

The recipes of a conformance check are made of them.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from tasks.base import Ask, Reply, Tap, Task, ToolCall, ToolRun, untapped
from tasks.dice import SIDES, number_problems

OFF_THE_TABLE = "the dice fell off the table"
ANOTHER_ROLL = ToolCall(id="", name="roll_dice", arguments=f'{{"sides": {SIDES}}}')


def two_roll_problems(answer: object, tool_log: Sequence[ToolRun]) -> list[str]:
    """What is wrong with tool log and answer when two rolls of the 20-sided dice were asked for."""
    done = [run for run in tool_log if run.arguments == {"sides": SIDES} and run.result is not None]
    if len(tool_log) != 2 or len(done) != 2:
        ran = [run.arguments if run.result is not None else f"failed: {run.error}" for run in tool_log]
        return [f"roll_dice should have run twice with sides={SIDES}; it ran with {ran}"]
    return number_problems(answer, tool_log)


class FirstRollFails(Task):
    """The tool raises when it is run for the first time. What counts is that the rest comes out right."""

    def __init__(self, seed: int, tap: Tap = untapped) -> None:
        super().__init__(seed, lambda tool: tap(_stumbling(tool)))

    def check(self, answer: object, tool_log: Sequence[ToolRun]) -> list[str]:
        return super().check(answer, [run for run in tool_log if run.result is not None])


class ModelFails(Task):
    """Every request is answered with an error."""

    def play(self, ask: Ask) -> Reply:  # noqa: ARG002
        return Reply(failure=500)


class ModelNeverEnds(Task):
    """Whoever has the tool is told to use it, again and again."""

    def play(self, ask: Ask) -> Reply:
        if any(offer.name == ANOTHER_ROLL.name for offer in ask.tools) and ask.tool_choice != "none":
            return Reply(tool_calls=(ANOTHER_ROLL,))
        return super().play(ask)


def _stumbling(tool: Any) -> Any:
    runs: list[None] = []

    @functools.wraps(tool)
    def stumbling(*args: Any, **kwargs: Any) -> Any:
        runs.append(None)
        if len(runs) == 1:
            raise RuntimeError(OFF_THE_TABLE)
        return tool(*args, **kwargs)

    return stumbling
