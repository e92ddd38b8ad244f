"""What a fault is: where it acts, on which logical step, and what it does there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from scoreboard.meter.dialects.base import Json, Quirks
from scoreboard.meter.faults.typed import Typed, typed_in
from tasks.base import Ask, Reply, Shape, Task, Tool, ToolCall

NONE = "none"  # the trial's fault where nothing is to go wrong
ALWAYS = "/always"  # at the end of the name of a fault that never stops

Group = Literal["tool_call", "answer", "provider", "tool", "state", "control", "endless"]
Step = Literal["tool_call", "again", "answer", "typed_answer", "tool_run", "connection"]

STEPS: dict[Step, str] = {
    "tool_call": "when the model would call the task's tool",
    "again": "when the model has the tool's result and the tool is still on offer",
    "answer": "when the model would give the final answer, so after the tool has run",
    "typed_answer": "when the model would give the typed answer itself",
    "tool_run": "when the framework runs the tool",
    "connection": "when the framework opens a connection after the tool has run",
}


class Inapplicable(Exception):
    """The fault makes no sense in the way in which this framework asks; says why."""


@dataclass(frozen=True)
class Moment:
    """One request, and what the perfect model says to it: all that a fault can see."""

    task: Task
    ask: Ask  # in neutral form; calls written as code are calls here too
    body: Json
    said: Reply  # by the perfect model
    phrase: Callable[[Reply], Reply]  # puts a reply into the form that the framework asked for
    is_code: bool  # whether it asked for code
    wanted_before: tuple[ToolCall, ...] = ()  # the calls of the task's tools that the perfect model wanted last

    @property
    def work(self) -> tuple[ToolCall, ...]:
        """The calls of the task's own tools in what the model says."""
        return tuple(call for call in self.said.tool_calls if call.name in tools_of(self.task))

    @property
    def steps(self) -> set[Step]:
        """The logical steps that the conversation has come to."""
        if self.work:
            return {"tool_call"}
        steps = set[Step]()
        if self.offered_again:
            steps.add("again")
        final = self.said.final
        if final or (final is None and not self.said.tool_calls):
            steps.add("answer")
        if self.typed:
            steps.add("typed_answer")
        return steps

    @property
    def typed(self) -> Typed | None:
        """The typed answer in what the model says."""
        return typed_in(self.task, self.said)

    @property
    def offered_again(self) -> bool:
        offered = {offer.name for offer in self.ask.tools} if self.ask.tool_choice != "none" else set()
        return any(call.name in offered for call in self.wanted_before)


def tools_of(task: Task) -> dict[str, Tool]:
    """The task's own tools by name, whoever of a team has them."""
    return {tool.__name__: tool for tool in (*task.tools, *(tool for role in task.team for tool in role.tools))}


@dataclass(frozen=True)
class Spoken:
    """What is really said instead: a reply in the framework's form, and how its writing departs from the API."""

    reply: Reply
    quirks: Quirks = field(default_factory=Quirks)


@dataclass(frozen=True)
class Bend:
    """The model says something else. Inapplicable where that makes no sense."""

    say: Callable[[Moment], Spoken]


@dataclass(frozen=True)
class Page:
    """The provider sends another response than the model's."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})


@dataclass(frozen=True)
class Line:
    """The model's response does not get through as it should."""

    trouble: Literal["reset", "silent", "delay", "stall", "cut", "garble"]
    delay_s: float = 0.0


@dataclass(frozen=True)
class Mishap:
    """It happens in the worker: in the tap around the tool, or in the guard before a connection.

    What it does there stands in `scoreboard/runner/mishaps.py`, under the fault's name.
    """


@dataclass(frozen=True)
class Stretch:
    """How many times the usual budget a trial has."""

    calls: int = 1
    tokens: int = 1
    seconds: float = 1.0


@dataclass(frozen=True)
class Fault:
    """One way to misbehave. `name` is the interface; one that never stops is called `name/always`."""

    name: str
    group: Group
    words: str  # for people
    wire: str  # exactly what is sent, or done
    recovered: str  # what counts as recovered
    step: Step
    act: Bend | Page | Line | Mishap
    shapes: tuple[Shape, ...] = ("agent", "structured", "team")  # the first is where it is tried by default
    lasting: bool = True  # whether it makes sense to let it happen always
    always: bool = False  # whether this one never stops
    can_be_recovered: bool = True  # whether anybody could get over it; else an honest end is all there is to hope for
    counts_effects: bool = False  # whether a tool run that it spoils still counts as done
    waits: bool = False  # whether a trial is mostly waiting, so that many can run side by side
    stretch: Stretch = field(default_factory=Stretch)  # what a trial may spend, in terms of the usual
    context_tokens: int | None = None  # a request with more tokens is refused by the model
    until_shorter: bool = False  # whether it goes on until a request comes without all of the conversation refused

    @property
    def base(self) -> str:
        """The name without "/always"."""
        return self.name.removesuffix(ALWAYS)

    def for_ever(self) -> Fault:
        """The same fault, never ending: nobody can get over it. Who has a limit of 50 calls may come to it."""
        stretch = replace(self.stretch, calls=2, tokens=2)
        return replace(self, name=f"{self.name}{ALWAYS}", always=True, can_be_recovered=False, stretch=stretch)
