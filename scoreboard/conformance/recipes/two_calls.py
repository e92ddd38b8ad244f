"""The model asks for two tool calls in one reply."""

from __future__ import annotations

from collections.abc import Sequence

from tasks._dice_cup import rolled_values
from tasks._play import Script, next_reply
from tasks._variations import two_roll_problems
from tasks.base import Ask, Reply, ToolRun
from tasks.dice import SIDES, Dice, sentence


class TwoCalls(Dice):
    title = "Two tool calls at once"

    def check(self, answer: object, tool_log: Sequence[ToolRun]) -> list[str]:
        return two_roll_problems(answer, tool_log)

    def play(self, ask: Ask) -> Reply:
        return next_reply(Script("roll_dice", ({"sides": SIDES},) * 2, rolled_values, sentence), ask)
