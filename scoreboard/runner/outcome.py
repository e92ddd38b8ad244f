"""What the runner saw of one trial in the worker: the guest's own side of the story, before any verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from tasks.base import ToolRun

Ending = Literal["answered", "raised", "unsupported", "timeout", "crashed", "lost"]


@dataclass(frozen=True)
class AnswerSent:
    """An answer that crossed the process border as JSON.

    kind: "text" (value is str), "typed" (value is the model's JSON-mode dump, `type_name` its class, `is_answer_type`
    says whether its class is exactly the task's answer type), "json" (value is a dict, list, number or bool),
    "nothing" (None), or "other" (value is a short repr: the guest returned something that cannot be sent).
    """

    kind: Literal["text", "typed", "json", "nothing", "other"]
    value: Any = None
    type_name: str = ""
    is_answer_type: bool = False


@dataclass(frozen=True)
class GuestError:
    """The exception a framework gave up with, or what a crash left behind."""

    type: str
    message: str
    traceback: str = ""


@dataclass(frozen=True)
class ConnectionAttempt:
    """An attempt to reach anything but the meter; it was refused. `during` is "import", "trial".

    The same attempt made again is counted, not repeated; of a worker that died the count is what was told at least: 1.
    """

    target: str
    kind: Literal["connect", "lookup"]
    during: str
    count: int = 1


@dataclass(frozen=True)
class ClaimedUsage:
    """Usage as the framework reports it; None where it claims nothing."""

    calls: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True)
class Outcome:
    """How a trial ended in the worker. `lost` means our own machinery failed, which is never the framework's fault."""

    ending: Ending
    started_ns: int
    finished_ns: int
    answer: AnswerSent | None = None
    usage: ClaimedUsage | None = None
    error: GuestError | None = None
    tool_log: tuple[ToolRun, ...] = ()
    connections: tuple[ConnectionAttempt, ...] = ()
    stdout: str = ""
    stderr: str = ""
    framework_version: str = ""
    python_version: str = ""
    stamps: dict[str, str] = field(default_factory=dict)
