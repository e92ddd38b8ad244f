"""One agent, one tool: the smallest thing an agent framework is for."""

from __future__ import annotations

from collections.abc import Sequence

from tasks._dice_cup import dice_tool, rolled_values, told_numbers
from tasks._play import Results, Script, next_reply
from tasks.base import Ask, Reply, Tap, Task, ToolRun, untapped

SIDES = 20


def sentence(results: Results) -> str:
    """Carries the tool's own words, so that whoever reads it next finds the roll in them."""
    rolls = " ".join(f"Roll #{number}: {value} on a {SIDES}-sided dice." for number, value in results.items())
    return f"Here you are. {rolls}"


def roll_problems(tool_log: Sequence[ToolRun]) -> list[str]:
    """What is wrong with the tool log when exactly one roll of the 20-sided dice was asked for."""
    if len(tool_log) != 1:
        return [f"roll_dice should have run once; it ran {len(tool_log)} times"]
    run = tool_log[0]
    if run.arguments != {"sides": SIDES}:
        return [f"roll_dice should have run with sides={SIDES}; it ran with {run.arguments}"]
    if run.result is None:
        return [f"roll_dice failed: {run.error}"]
    return []


def number_problems(answer: object, tool_log: Sequence[ToolRun]) -> list[str]:
    """What is wrong with a text that should carry the number rolled."""
    if not isinstance(answer, str):
        return [f"the answer should be text; it is {'nothing' if answer is None else type(answer).__name__}"]
    rolled = {value for run in tool_log for value in rolled_values(run.result or "").values()}
    told = told_numbers(answer)
    if rolled <= told <= rolled | {SIDES}:
        return []
    return [f"the answer should carry the number rolled, {', '.join(map(str, rolled))}, alone; it is {answer[:200]!r}"]


class Dice(Task):
    title = "One agent rolls one dice"
    shape = "agent"

    def __init__(self, seed: int, tap: Tap = untapped) -> None:
        self.prompt = f"Roll a {SIDES}-sided dice for me"
        self.instructions = "You roll dice. Use the roll_dice tool for every roll and report the number it gives."
        self.tools = (tap(dice_tool(seed)),)

    def check(self, answer: object, tool_log: Sequence[ToolRun]) -> list[str]:
        return roll_problems(tool_log) + number_problems(answer, tool_log)

    def play(self, ask: Ask) -> Reply:
        return next_reply(Script("roll_dice", ({"sides": SIDES},), rolled_values, sentence), ask)
