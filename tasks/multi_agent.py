"""A roller who owns the tool and a reporter who owns the last word, teamed up as each framework wants it."""

from __future__ import annotations

from collections.abc import Sequence

from tasks._dice_cup import dice_tool, rolled_values
from tasks._play import Script, next_reply
from tasks.base import Ask, Reply, Role, Tap, Task, ToolRun, untapped
from tasks.dice import SIDES, number_problems, roll_problems, sentence


class MultiAgent(Task):
    title = "A roller and a reporter work as a team"
    shape = "team"

    def __init__(self, seed: int, tap: Tap = untapped) -> None:
        self.prompt = f"Roll a {SIDES}-sided dice for me"
        self.roller = Role(
            name="roller",
            description="Rolls dice with the roll_dice tool.",
            instructions="You are the roller. Roll the dice with the roll_dice tool, then pass the result on.",
            tools=(tap(dice_tool(seed)),),
        )
        self.reporter = Role(
            name="reporter",
            description="Tells the user which number the roller rolled.",
            instructions="You are the reporter. The roller rolls, you never do. Tell the user which number was rolled.",
        )
        self.team = (self.roller, self.reporter)

    def check(self, answer: object, tool_log: Sequence[ToolRun]) -> list[str]:
        return roll_problems(tool_log) + number_problems(answer, tool_log)

    def play(self, ask: Ask) -> Reply:
        script = Script(
            "roll_dice",
            ({"sides": SIDES},),
            rolled_values,
            sentence,
            worker=self.roller,
            request=self.prompt,
            speaker=self.reporter,
        )
        return next_reply(script, ask)
