"""The worker: runs inside a framework's environment, imports its adapter once, and serves one trial after the other.

Nothing here is trusted to survive the guest. What matters is reported as it happens, on a private pipe; what a guest
does to its own process costs that trial alone, because the host replaces a worker that died.
"""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import importlib
import importlib.metadata
import inspect
import json
import os
import platform
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from adapters.base import Adapter, Answer, Unsupported
from scoreboard.runner import lifeline
from scoreboard.runner.guard import Guard
from scoreboard.runner.mishaps import Mishap, with_temptation
from scoreboard.runner.parcel import packed_answer, packed_error, packed_usage
from scoreboard.runner.presence import imported_from
from scoreboard.runner.reports import Reports, private
from scoreboard.runner.streams import Streams
from scoreboard.runner.tap import ToolLog
from tasks.base import Model, Task

TIDYING_S = 2.0  # what a guest's left-over tasks may take to end; the answer is safe by then


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--framework", required=True)
    for name in ("--commands-fd", "--results-fd", "--lifeline-fd", "--meter-port"):
        wanted.add_argument(name, type=int, required=True)
    given = wanted.parse_args()
    commands_fd = private(given.commands_fd)
    lifeline.tie(private(given.lifeline_fd))
    reports, streams = Reports(private(given.results_fd)), Streams()
    faulthandler.enable(file=streams.stderr_fd)
    guard = Guard(given.meter_port)
    guard.install()
    folder = Path.cwd()
    try:
        adapter, introduction = meet(given.framework)
    except BaseException as error:  # noqa: BLE001 - here the guest is imported
        streams.flush()
        reports.send("failed", error=asdict(packed_error(error)))
        os._exit(1)
    streams.flush()
    reports.send("ready", **introduction)
    worker = Worker(adapter, reports, streams, guard, folder)
    for order in orders(commands_fd):
        worker.serve(order)
    lifeline.die()


def meet(framework: str) -> tuple[type[Adapter], dict[str, Any]]:
    """Imports the framework through its adapter, and says what was met."""
    started_ns = time.monotonic_ns()
    name, _, variant = framework.partition("/")
    adapter = the_one(Adapter, importlib.import_module(f"adapters.{name}"), variant=variant)
    import_s = (time.monotonic_ns() - started_ns) / 1e9
    try:
        version = importlib.metadata.version(adapter.package)
    except importlib.metadata.PackageNotFoundError:
        version = ""
    versions = {"framework_version": version, "python_version": platform.python_version()}
    return adapter, {**versions, "import_s": import_s, "imported": imported_from(adapter.package)}


def the_one(kind: type[Any], module: ModuleType, **having: str) -> type[Any]:
    """The one class of a kind, having a title and these attributes, that a module defines itself."""
    found = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, kind) and value.__module__ == module.__name__
        if hasattr(value, "title") and all(getattr(value, name) == wanted for name, wanted in having.items())
    ]
    if len(found) != 1:
        raise TypeError(f"{module.__name__} should define one {kind.__name__}; it defines {len(found)}")
    return found[0]


def orders(fd: int) -> Iterator[dict[str, Any]]:
    """One trial a line, until the host closes the pipe. Read without a buffer, which a forked child would share."""
    pending = b""
    while data := os.read(fd, 65536):
        *lines, pending = (pending + data).split(b"\n")
        yield from map(json.loads, lines)


@dataclass(frozen=True)
class Worker:
    adapter: type[Adapter]
    reports: Reports
    streams: Streams
    guard: Guard
    folder: Path

    def serve(self, order: dict[str, Any]) -> None:
        """One trial. "done" carries how it ended; "idle" says that nothing of it is left that could be tidied up."""
        trial = order["trial"]
        mishap = Mishap(order["fault"], on_refusal=lambda: self.reports.send("refused", trial=trial))
        log, self.guard.mishap = ToolLog(self.reports, trial, mishap), mishap
        self.guard.attempts.begin(lambda attempt: self.reports.send("connection", trial=trial, **asdict(attempt)))
        faulthandler.dump_traceback_later(order["limit_s"], exit=True, file=self.streams.stderr_fd)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        ending = self.run(order, log)
        self.leave_if_forked()
        log.close()
        faulthandler.dump_traceback_later(TIDYING_S, exit=True, file=self.streams.stderr_fd)
        self.streams.flush()
        self.reports.send("done", trial=trial, tool_runs=log.runs, tool_runs_told=log.told, **ending)
        end_loop(loop)
        self.leave_if_forked()
        signal.alarm(0)
        self.streams.flush()
        self.streams.restore()
        os.chdir(self.folder)
        faulthandler.cancel_dump_traceback_later()
        self.reports.send("idle", trial=trial, connections=[asdict(a) for a in self.guard.attempts.end()])

    def run(self, order: dict[str, Any], log: ToolLog) -> dict[str, Any]:
        """Runs the guest and says how it ended."""
        try:
            task: Task = the_one(Task, importlib.import_module(f"tasks.{order['task']}"))(order["seed"], log.tap)
            task.model = Model(**order["model"])
            with_temptation(task, order["fault"], log.tap)
            if task.shape == "team" and len(task.team) != 2:
                raise ValueError(
                    f"a team is two roles, who works and who has the last word; this one is {len(task.team)}"
                )
        except Exception as error:  # noqa: BLE001 - the task is ours: whatever fails in it is not the framework's fault
            return {"ending": "lost", "error": asdict(packed_error(error)), "finished_ns": time.monotonic_ns()}
        self.reports.send("started", trial=order["trial"], started_ns=time.monotonic_ns())
        try:
            answer = self.call(task, inside_loop=order["inside_loop"])
            finished_ns = time.monotonic_ns()
            if not isinstance(answer, Answer):
                raise TypeError(f"the adapter should return an Answer; it returned {type(answer).__name__}")
            sent, usage = packed_answer(answer.output, task.answer_type), packed_usage(answer.usage)
        except BaseException as error:  # noqa: BLE001 - here the guest runs, and it may raise anything
            ending = "unsupported" if isinstance(error, Unsupported) else "raised"
            return {"ending": ending, "error": asdict(packed_error(error)), "finished_ns": time.monotonic_ns()}
        told = {"answer": asdict(sent), "usage": asdict(usage) if usage else None}
        return {"ending": "answered", "finished_ns": finished_ns, **told}

    def call(self, task: Task, *, inside_loop: bool) -> Answer:
        """Calls the adapter, from a plain program or from an async one."""
        if inside_loop:
            return asyncio.get_event_loop().run_until_complete(self.adapter().run_inside_loop(task))
        return self.adapter().run(task)

    def leave_if_forked(self) -> None:
        """A child that the guest forked came back here: it must neither report nor serve."""
        if not self.reports.in_own_process():
            os._exit(0)


def end_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Cancels what the guest left running and closes its event loop, without waiting for its threads."""
    try:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=1))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
    except BaseException:  # noqa: BLE001, S110 - it is the guest's code that ends here; the answer is already sent
        pass
    finally:
        asyncio.set_event_loop(None)


if __name__ == "__main__":
    main()
