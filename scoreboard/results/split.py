"""Where the time of a trial went: inside the model, inside tools, and the rest, which is the framework's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scoreboard.meter.call import Call
from scoreboard.runner.outcome import Outcome

Interval = tuple[int, int]


@dataclass(frozen=True)
class Split:
    """The time of one trial in milliseconds."""

    total_ms: float
    model_ms: float
    tools_ms: float
    framework_ms: float


def split(outcome: Outcome, calls: Sequence[Call]) -> Split:
    """Total: from when the adapter was called until it returned, raised, or was stopped.

    Model: the time in which at least one call was open at the meter. Tools: the time in which at least one tool ran
    (one that never came back ran until the end). Framework: the time in which neither was so, which is the total minus
    the union, not the sum, because calls and tools may overlap.
    """
    trial = (outcome.started_ns, outcome.finished_ns)
    model = [(call.started_ns, call.finished_ns) for call in calls]
    tools = [
        (run.started_ns, outcome.finished_ns if run.result is None and run.error is None else run.finished_ns)
        for run in outcome.tool_log
    ]
    total_ns = max(0, outcome.finished_ns - outcome.started_ns)
    return Split(
        total_ms=total_ns / 1e6,
        model_ms=covered(model, trial) / 1e6,
        tools_ms=covered(tools, trial) / 1e6,
        framework_ms=(total_ns - covered(model + tools, trial)) / 1e6,
    )


def covered(intervals: Iterable[Interval], within: Interval) -> int:
    """How much of one interval is covered by at least one of the others."""
    start, end = within
    total, reached = 0, start
    for left, right in sorted(intervals):
        left, right = max(left, reached), min(right, end)
        if right > left:
            total += right - left
            reached = right
    return total
