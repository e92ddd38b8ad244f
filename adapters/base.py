"""The seam of a framework: three methods, each written as that framework's own documentation would write it."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import ClassVar

from tasks.base import Task


class Unsupported(Exception):
    """The framework has no way to do this. Never counted as a failure."""


@dataclass(frozen=True)
class Usage:
    """What a framework claims to have used. None where it claims nothing: unknown is blank, never 0."""

    calls: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True)
class Answer:
    """What came back, as the framework returned it, and what the framework claims it used."""

    output: object
    usage: Usage | None = None


class Adapter:
    """Drives one framework. A method left out means that the framework does not support that shape of task.

    The methods may be coroutines: a framework that is async only is awaited in an event loop of its own.

    Where a framework offers more ways than one, the file's first class is the one that its documentation leads with.
    Each further way is a subclass of it that names its `variant` and writes only the methods in which it differs; it is
    called `framework/variant`, and is asked for nothing else.
    """

    title: ClassVar[str]  # how people call it
    variant: ClassVar[str] = ""  # another way to use the same framework; "" is the way its documentation leads with
    group: ClassVar[str]  # its dependency group in pyproject.toml and its lock
    package: ClassVar[str]  # whose version is stamped on each trial
    repo: ClassVar[str] = ""  # owner/name on GitHub
    former_repos: ClassVar[tuple[str, ...]] = ()  # names the repository had before: not every star source follows it
    backer: ClassVar[str] = ""  # who pays for it
    licence: ClassVar[str] = ""  # where GitHub's one word for it is not the whole truth
    colour: ClassVar[str] = ""  # in every chart
    pattern: ClassVar[str] = ""  # how its team works together: sequence, hand-off, manager, group chat
    notes: ClassVar[tuple[str, ...]] = ()  # every departure from the framework's documented default
    # What becomes of a fault by default and the documented setting that changes it, by the fault's name or its group's.
    defaults: ClassVar[dict[str, str]] = {}

    def agent(self, task: Task) -> Answer | Awaitable[Answer]:
        """One agent with tools."""
        raise Unsupported(f"{self.title} has no single agent with tools")

    def team(self, task: Task) -> Answer | Awaitable[Answer]:
        """Several agents, this framework's own way."""
        raise Unsupported(f"{self.title} has no team of agents")

    def structured(self, task: Task) -> Answer | Awaitable[Answer]:
        """A typed answer."""
        raise Unsupported(f"{self.title} has no typed answer")

    def run(self, task: Task) -> Answer:
        """The common interface, called from a plain program."""
        answer = self._begin(task)
        if inspect.isawaitable(answer):
            return asyncio.get_event_loop().run_until_complete(answer)
        return answer

    async def run_inside_loop(self, task: Task) -> Answer:
        """The same, called from an async program, whose event loop is already running."""
        answer = self._begin(task)
        return await answer if inspect.isawaitable(answer) else answer

    def _begin(self, task: Task) -> Answer | Awaitable[Answer]:
        """Picks the method by the task's shape."""
        return {"agent": self.agent, "team": self.team, "structured": self.structured}[task.shape](task)
