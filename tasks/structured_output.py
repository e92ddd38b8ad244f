"""A typed answer: three rolls returned as a Pydantic model with nested and constrained fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from tasks._dice_cup import dice_tool, rolled_values
from tasks._play import Results, Script, next_reply
from tasks.base import Ask, Reply, Tap, Task, ToolRun, untapped
from tasks.dice import sentence

NAME = "lucky three"
SIDES = 6
ROLLS = 3
REPORTED = re.compile(r"""["']?number["']?: ?(\d+), ?["']?value["']?: ?(\d+)""")


class Roll(BaseModel):
    """One roll of the dice."""

    number: int = Field(ge=1, le=ROLLS, description="Which roll it was: 1, 2 or 3")
    value: int = Field(ge=1, le=SIDES, description="What the dice showed")


class DiceReport(BaseModel):
    """What three rolls of one dice came to."""

    name: str = Field(min_length=1, description="The name of the report")
    sides: int = Field(ge=2, description="How many sides the dice has")
    rolls: list[Roll] = Field(min_length=ROLLS, max_length=ROLLS)
    total: int = Field(ge=ROLLS, description="The sum of the three rolls")


class StructuredOutput(Task):
    title = "Three rolls come back as a typed report"
    shape = "structured"

    def __init__(self, seed: int, tap: Tap = untapped) -> None:
        self.prompt = f"Roll a {SIDES}-sided dice three times and report the rolls under the name '{NAME}'."
        self.instructions = "You roll dice. Use the roll_dice tool for every roll and report exactly what it gives."
        self.tools = (tap(dice_tool(seed)),)
        self.answer_type = DiceReport

    def check(self, answer: object, tool_log: Sequence[ToolRun]) -> list[str]:
        problems = []
        if len(tool_log) != ROLLS or any(run.arguments != {"sides": SIDES} or run.result is None for run in tool_log):
            ran = [run.arguments if run.result is not None else f"failed: {run.error}" for run in tool_log]
            problems.append(f"roll_dice should have run {ROLLS} times with sides={SIDES}; it ran with {ran}")
        if not isinstance(answer, DiceReport):
            kind = "nothing" if answer is None else type(answer).__name__
            return [*problems, f"the answer should be a DiceReport; it is {kind}"]
        by_number = {n: value for run in tool_log for n, value in rolled_values(run.result or "").items()}
        rolled = dict(enumerate((value for _, value in sorted(by_number.items())), start=1))
        told = {roll.number: roll.value for roll in answer.rolls}
        expected: list[tuple[str, Any, Any]] = [
            ("name", NAME, answer.name),
            ("sides", SIDES, answer.sides),
            ("rolls", rolled, told),
            ("total", sum(rolled.values()), answer.total),
        ]
        wrong = [f"{field} should be {right}; it is {given}" for field, right, given in expected if right != given]
        return problems + wrong

    def play(self, ask: Ask) -> Reply:
        return next_reply(Script("roll_dice", ({"sides": SIDES},) * ROLLS, _known, _words, _report), ask)


def _known(text: str) -> Results:
    """The rolls that a text tells of: in the tool's words, else in those of a report, be it broken or not."""
    return rolled_values(text) or {int(number): int(value) for number, value in REPORTED.findall(text)}


def _words(results: Results) -> str:
    return sentence(results).replace("20-sided", f"{SIDES}-sided")


def _report(results: Results) -> dict[str, Any]:
    rolls = [{"number": index, "value": value} for index, value in enumerate(results.values(), start=1)]
    return {"name": NAME, "sides": SIDES, "rolls": rolls, "total": sum(results.values())}
