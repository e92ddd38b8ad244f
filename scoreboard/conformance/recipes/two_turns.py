"""The model asks for the tool, looks at the result, and asks for it once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tasks._dice_cup import rolled_values
from tasks._play import Script, next_reply
from tasks._variations import two_roll_problems
from tasks.base import Ask, Reply, ToolRun
from tasks.dice import SIDES, Dice, sentence


class TwoTurns(Dice):
    title = "One tool call after the other"

    def check(self, answer: object, tool_log: Sequence[ToolRun]) -> list[str]:
        return two_roll_problems(answer, tool_log)

    def play(self, ask: Ask) -> Reply:
        one_by_one = replace(ask, parallel_tool_calls=False)
        return next_reply(Script("roll_dice", ({"sides": SIDES},) * 2, rolled_values, sentence), one_by_one)
