"""The tap: notes each run of a task's tools, while a framework sees the tool as it was written."""

from __future__ import annotations

import asyncio
import functools
import inspect
import itertools
import time
from dataclasses import dataclass
from typing import Any

from scoreboard.runner.mishaps import Mishap
from scoreboard.runner.parcel import plain, shortened, words_of
from scoreboard.runner.reports import Reports
from tasks.base import Tool

MOST_RUNS = 1_000  # per trial; a guest that loops over a tool must not fill the host's memory


@dataclass(frozen=True)
class Run:
    """One run of a tool, and whether the trial's fault strikes in it."""

    number: int
    struck: bool


class NotDone(Exception):
    """In the log alone: the tool's work was not done, and its caller got something else."""


class ToolLog:
    """The tool runs of one trial, told as they happen. Frameworks run tools in threads, and some go on afterwards.

    Under a fault it is also where a tool misbehaves.
    """

    def __init__(self, reports: Reports, trial: str, mishap: Mishap | None = None) -> None:
        self._reports = reports
        self._trial = trial
        self._mishap = mishap or Mishap()
        self._numbers = itertools.count(1)
        self._open = True
        self.runs = 0

    @property
    def told(self) -> int:
        return min(self.runs, MOST_RUNS)

    def close(self) -> None:
        """The trial is over: what its left-over threads still run is nobody's."""
        self._open = False
        self._mishap.over.set()

    def tap(self, tool: Tool) -> Tool:
        """Wraps a tool so that name, docstring, signature, annotations and source can still be read from it."""
        if inspect.iscoroutinefunction(tool):

            @functools.wraps(tool)
            async def tapped_async(*args: Any, **kwargs: Any) -> Any:
                run = self._start(tool, args, kwargs)
                try:
                    if run.struck and self._mishap.replaces:
                        return await self._spoiled_async(run)
                    result = await tool(*args, **kwargs)
                except BaseException as error:
                    self._finish(run, error=error)
                    raise
                return self._handed_over(run, result)

            return tapped_async

        @functools.wraps(tool)
        def tapped(*args: Any, **kwargs: Any) -> Any:
            run = self._start(tool, args, kwargs)
            try:
                if run.struck and self._mishap.replaces:
                    return self._spoiled(run)
                result = tool(*args, **kwargs)
            except BaseException as error:
                self._finish(run, error=error)
                raise
            return self._handed_over(run, result)

        return tapped

    def _start(self, tool: Tool, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Run:
        started_ns = time.monotonic_ns()
        number = self.runs = next(self._numbers)
        run = Run(number, self._mishap.strikes(tool.__name__))
        if self._open and number <= MOST_RUNS:
            self._reports.send(
                "tool_started",
                trial=self._trial,
                run=number,
                name=tool.__name__,
                arguments=arguments_of(tool, args, kwargs),
                started_ns=started_ns,
                fault=self._mishap.fault if run.struck else "",
            )
        return run

    def _spoiled(self, run: Run) -> Any:
        """What the mishap does instead of the tool's work; the log has no result, because there is none."""
        given = self._mishap.instead()
        self._finish(run, error=NotDone(f"returned {given!r}"))
        return given

    async def _spoiled_async(self, run: Run) -> Any:
        """The same, out of the event loop's way: an async tool that hangs holds up nobody else."""
        given = await asyncio.to_thread(self._mishap.instead)
        self._finish(run, error=NotDone(f"returned {given!r}"))
        return given

    def _handed_over(self, run: Run, result: Any) -> Any:
        """What the tool's caller gets: the result, or what the mishap makes of it once the work is done and logged."""
        if not run.struck:
            self._finish(run, result_text(result))
            return result
        try:
            given = self._mishap.after(result)
        except BaseException as error:
            self._finish(run, result_text(result), error)
            raise
        self._finish(run, result_text(result))
        return given

    def _finish(self, run: Run, result: str | None = None, error: BaseException | None = None) -> None:
        finished_ns = time.monotonic_ns()
        self._mishap.worked()
        if self._open and run.number <= MOST_RUNS:
            self._reports.send(
                "tool_finished",
                trial=self._trial,
                run=run.number,
                result=result,
                error=f"{type(error).__name__}: {words_of(error)}" if error else None,
                finished_ns=finished_ns,
            )


def arguments_of(tool: Tool, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments by name; those that do not fit the signature stay as the framework gave them."""
    try:
        named = dict(inspect.signature(tool).bind(*args, **kwargs).arguments)
    except TypeError:
        named = {**({"*": list(args)} if args else {}), **kwargs}
    return {str(name): plain(value) for name, value in named.items()}


def result_text(result: object) -> str:
    return shortened(result) if isinstance(result, str) else shortened(str(plain(result)))
