"""The checklist of one framework, and what was seen while it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scoreboard.conformance.course import MAIN, Step
from scoreboard.meter.call import Call
from scoreboard.results.judge import Judgement
from scoreboard.runner.catalogue import Card
from scoreboard.runner.outcome import Outcome
from tasks.base import Shape, Task

Status = Literal["passed", "failed", "not supported"]


@dataclass(frozen=True)
class Finding:
    """What one line says, and why."""

    status: Status
    words: str


@dataclass(frozen=True)
class Line:
    """One line of a checklist."""

    name: str
    status: Status
    words: str


@dataclass(frozen=True)
class Evidence:
    """One trial of a check."""

    step: Step
    task: Task
    outcome: Outcome
    calls: Sequence[Call]
    judgement: Judgement

    @property
    def passed(self) -> bool:
        return self.judgement.verdict == "passed"


@dataclass(frozen=True)
class Seen:
    """All that was seen of one framework, by the name of the step."""

    card: Card
    shape: Shape  # in which whatever is no matter of shape is tried
    evidence: Mapping[str, Evidence]

    @property
    def main(self) -> Evidence:
        """The trial that stands for the framework at work as always."""
        return self.evidence[MAIN[self.shape]]

    @property
    def untroubled(self) -> list[Evidence]:
        """The trials in which nothing goes wrong by itself."""
        return [each for each in self.evidence.values() if each.step.should_pass]


def passed(words: str) -> Finding:
    return Finding("passed", words)


def failed(words: str) -> Finding:
    return Finding("failed", words)


def not_supported(words: str) -> Finding:
    return Finding("not supported", words)


@dataclass(frozen=True)
class Checklist:
    """What a check of one framework came to. `problem` where none could be made: no environment, no worker."""

    framework: str
    version: str
    lines: Sequence[Line]
    problem: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem and not any(line.status == "failed" for line in self.lines)
