"""The seam of a task: what is asked, with which tools and team, and how to tell whether it was done.

Also the neutral form of a conversation (`Ask`, `Reply`): every wire dialect is translated to it, so that a task's
`play` never sees whose request it answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from pydantic import BaseModel

Shape = Literal["agent", "team", "structured"]
Tool = Callable[..., Any]
Tap = Callable[[Tool], Tool]


def untapped(tool: Tool) -> Tool:
    """The tool as it is; a worker passes a tap that writes the tool log."""
    return tool


@dataclass(frozen=True)
class Model:
    """What an adapter needs to reach the meter, and all it ever gets."""

    name: str
    base_url: str
    api_key: str


@dataclass(frozen=True)
class Role:
    """One member of a team. Its instructions are how the meter recognises it on the wire."""

    name: str
    description: str
    instructions: str
    tools: tuple[Tool, ...] = ()

    def speaks_in(self, ask: Ask) -> bool:
        """Whether this role is the one speaking to the model in a request: its instructions are in the system text."""
        return " ".join(self.instructions.split()) in " ".join(ask.system.split())


@dataclass(frozen=True)
class ToolRun:
    """One execution of a task's tool, written by the worker. `result` is None while it runs and when it failed.

    `fault` names the fault that acted on it. Both `result` and `error` are there where the tool did its work and its
    caller was told that it failed.
    """

    name: str
    arguments: dict[str, Any]
    result: str | None
    error: str | None
    started_ns: int
    finished_ns: int
    fault: str = ""


@dataclass(frozen=True)
class ToolOffer:
    """A tool as a framework described it to the model."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class ToolCall:
    """A tool call as the model wrote it: the arguments are text, because a model can write anything."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Message:
    """One turn of a conversation. A `tool` message carries the result of the call it names."""

    role: Literal["system", "user", "assistant", "tool"]
    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


@dataclass(frozen=True)
class Ask:
    """One model request in neutral form. System text, wherever it stood, is in `system`, joined by blank lines."""

    system: str
    messages: tuple[Message, ...]
    tools: tuple[ToolOffer, ...] = ()
    tool_choice: Literal["auto", "none", "required"] = "auto"
    forced_tool: str | None = None
    parallel_tool_calls: bool = True
    answer_schema: dict[str, Any] | None = None
    answer_schema_name: str = "answer"


@dataclass(frozen=True)
class Reply:
    """One model reply in neutral form: text, tool calls, or both; or the HTTP status with which a model fails.

    `final` says whether it is the answer to what was asked; where a task leaves it open, a reply that calls no tool is.
    """

    text: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    failure: int | None = None
    final: bool | None = field(default=None, repr=False)  # ids are made of what is said, not of what it is for


class Task:
    """One recipe, built for a seed so that its tools answer reproducibly.

    A team is two roles: who works, and who has the last word.
    `check` returns what is wrong, in words; an empty list means right. What only the wire can prove (the tool's result
    went back to the model, every role spoke) is the judge's to check, for every task alike. Under a fault the judge
    plays the task by itself, tools included, to know which runs were asked for.
    """

    title: ClassVar[str]
    shape: ClassVar[Shape]

    prompt: str
    instructions: str = ""
    tools: tuple[Tool, ...] = ()
    team: tuple[Role, ...] = ()
    answer_type: type[BaseModel] | None = None
    model: Model  # filled in by the worker; never there when the meter or the judge builds the task

    def __init__(self, seed: int, tap: Tap = untapped) -> None:
        raise NotImplementedError

    def check(self, answer: object, tool_log: Sequence[ToolRun]) -> list[str]:
        raise NotImplementedError

    def play(self, ask: Ask) -> Reply:
        raise NotImplementedError
