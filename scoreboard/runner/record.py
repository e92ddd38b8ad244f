"""The record of one trial: put together from what the worker told, line by line, until it fell silent."""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace
from typing import Any

from scoreboard.runner.outcome import (
    AnswerSent,
    ClaimedUsage,
    ConnectionAttempt,
    GuestError,
    Outcome,
)
from scoreboard.runner.reports import LINE_LOST
from tasks.base import ToolRun

GRACE_S = 2.0  # after the time limit: the meter refuses already, and a framework may still come to its own end
MOST_OF_STDERR = 10_000


@dataclass(frozen=True)
class Death:
    """How a worker came to its end: by itself, or because the host ended it for a reason."""

    status: int  # as subprocess has it: negative for a signal
    reason: str = ""

    @property
    def words(self) -> str:
        if self.reason:
            return self.reason
        if self.status < 0:
            name = signal.strsignal(-self.status) or "unknown"
            return f"killed by signal {signal.Signals(-self.status).name} ({name.lower()})"
        if self.status == LINE_LOST:
            return "the guest closed the worker's private pipe"
        return f"the process ended by itself with exit status {self.status}"


class Record:
    """Takes the worker's lines. What was told before a death stays told."""

    def __init__(self, trial: str, timeout_s: float, now_ns: int) -> None:
        self.started = False
        self._trial = trial
        self._timeout_s = timeout_s
        self._started_ns = now_ns
        self._runs: dict[int, ToolRun] = {}
        self._connections: list[ConnectionAttempt] = []
        self._refused = 0  # connections to the meter, by the trial's fault
        self._done: dict[str, Any] | None = None

    @property
    def is_done(self) -> bool:
        return self._done is not None

    def take(self, line: dict[str, Any]) -> bool:
        """Notes one line; True when it was the last."""
        if line["trial"] != self._trial:
            return False
        match line["event"]:
            case "started":
                self.started, self._started_ns = True, line["started_ns"]
            case "tool_started":
                self._runs[line["run"]] = ToolRun(
                    line["name"], line["arguments"], None, None, line["started_ns"], 0, line["fault"]
                )
            case "tool_finished":
                finished = {key: line[key] for key in ("result", "error", "finished_ns")}
                self._runs[line["run"]] = replace(self._runs[line["run"]], **finished)
            case "refused":
                self._refused += 1
            case "connection":
                self._connections.append(_connection(line))
            case "done":
                self._done = line
            case "idle":
                self._connections = [_connection(attempt) for attempt in line["connections"]]
                return True
            case other:
                raise ValueError(f"no worker says {other!r}")
        return False

    def outcome(self, now_ns: int, death: Death | None, stderr: str) -> Outcome:
        """The end of the story, without the worker's own marks (versions, output), which the supervisor adds."""
        if self._done:
            told = _done(self._done)
        else:
            assert death
            late = now_ns - self._started_ns >= self._timeout_s * 1e9
            words = (
                f"no answer within {self._timeout_s:g} s, nor in the {GRACE_S:g} s of grace" if late else death.words
            )
            error = GuestError("Timeout" if late else "Crash", words, stderr[-MOST_OF_STDERR:])
            told = {"ending": "timeout" if late else "crashed", "finished_ns": now_ns, "error": error}
        if self._refused:
            told["stamps"] = {**told.get("stamps", {}), "connections_refused": str(self._refused)}
        finished_ns: int = told["finished_ns"]
        return Outcome(
            started_ns=min(self._started_ns, finished_ns),
            tool_log=tuple(_closed(run, finished_ns) for _, run in sorted(self._runs.items())),
            connections=tuple(self._connections),
            **told,
        )


def _done(line: dict[str, Any]) -> dict[str, Any]:
    answer, usage, error = line.get("answer"), line.get("usage"), line.get("error")
    unlogged = line["tool_runs"] - line["tool_runs_told"]
    return {
        "ending": line["ending"],
        "finished_ns": line["finished_ns"],
        "answer": AnswerSent(**answer) if answer else None,
        "usage": ClaimedUsage(**usage) if usage else None,
        "error": GuestError(**error) if error else None,
        "stamps": {"tool_runs_not_logged": str(unlogged)} if unlogged else {},
    }


def _connection(line: dict[str, Any]) -> ConnectionAttempt:
    return ConnectionAttempt(line["target"], line["kind"], line["during"], line["count"])


def _closed(run: ToolRun, finished_ns: int) -> ToolRun:
    return run if run.finished_ns else replace(run, finished_ns=finished_ns)
