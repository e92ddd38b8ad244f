"""A framework that can be used in several ways; each says which it is."""

from __future__ import annotations

from adapters.base import Adapter, Answer
from tasks.base import Task


class SeveralWays(Adapter):
    title = "Several ways"
    group = "controls"
    package = "pydantic"

    def agent(self, task: Task) -> Answer:
        return Answer(f"the way of {type(self).__name__}")


class Quick(SeveralWays):
    variant = "quick"

    def agent(self, task: Task) -> Answer:
        return Answer("in a hurry")


class Thorough(SeveralWays):
    variant = "thorough"
    group = "baseline"

    def team(self, task: Task) -> Answer:
        return Answer("by many")

    structured = team
