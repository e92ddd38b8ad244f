"""The smallest task with every kind of tool, for guests that misbehave."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from tasks.base import Ask, Reply, Tap, Task, ToolRun, untapped


class Pair(BaseModel):
    name: str
    size: float


def triple(number: int) -> str:
    """Makes a number three times as large."""
    return str(3 * number)


async def triple_later(number: int) -> str:
    """Makes a number three times as large, in its own time."""
    return triple(number)


def stumble(number: int) -> str:
    """Always fails."""
    raise LookupError(f"no {number} here")


class Tiny(Task):
    title = "Tiny"
    shape = "agent"

    def __init__(self, seed: int, tap: Tap = untapped) -> None:
        if seed < 0:
            raise ValueError("the task itself is broken")
        self.prompt = f"seed {seed}"
        self.tools = (tap(triple), tap(triple_later), tap(stumble))
        self.answer_type = Pair

    def check(self, answer: object, tool_log: Sequence[ToolRun]) -> list[str]:
        return []

    def play(self, ask: Ask) -> Reply:
        return Reply("done")
