"""The tap: notes each run of a task's tools, while a framework sees the tool as it was written."""

from __future__ import annotations

import functools
import inspect
import itertools
import time
from typing import Any

from scoreboard.runner.parcel import plain, shortened, words_of
from scoreboard.runner.reports import Reports
from tasks.base import Tool

MOST_RUNS = 1_000  # per trial; a guest that loops over a tool must not fill the host's memory


class ToolLog:
    """The tool runs of one trial, told as they happen. Frameworks run tools in threads, and some go on afterwards."""

    def __init__(self, reports: Reports, trial: str) -> None:
        self._reports = reports
        self._trial = trial
        self._numbers = itertools.count(1)
        self._open = True
        self.runs = 0

    @property
    def told(self) -> int:
        return min(self.runs, MOST_RUNS)

    def close(self) -> None:
        """The trial is over: what its left-over threads still run is nobody's."""
        self._open = False

    def tap(self, tool: Tool) -> Tool:
        """Wraps a tool so that name, docstring, signature, annotations and source can still be read from it."""
        if inspect.iscoroutinefunction(tool):

            @functools.wraps(tool)
            async def tapped_async(*args: Any, **kwargs: Any) -> Any:
                run = self._start(tool, args, kwargs)
                try:
                    result = await tool(*args, **kwargs)
                except BaseException as error:
                    self._finish(run, error=error)
                    raise
                self._finish(run, result=result)
                return result

            return tapped_async

        @functools.wraps(tool)
        def tapped(*args: Any, **kwargs: Any) -> Any:
            run = self._start(tool, args, kwargs)
            try:
                result = tool(*args, **kwargs)
            except BaseException as error:
                self._finish(run, error=error)
                raise
            self._finish(run, result=result)
            return result

        return tapped

    def _start(self, tool: Tool, args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
        started_ns = time.monotonic_ns()
        run = self.runs = next(self._numbers)
        if self._open and run <= MOST_RUNS:
            self._reports.send(
                "tool_started",
                trial=self._trial,
                run=run,
                name=tool.__name__,
                arguments=arguments_of(tool, args, kwargs),
                started_ns=started_ns,
            )
        return run

    def _finish(self, run: int, result: object = None, error: BaseException | None = None) -> None:
        finished_ns = time.monotonic_ns()
        if self._open and run <= MOST_RUNS:
            self._reports.send(
                "tool_finished",
                trial=self._trial,
                run=run,
                result=None if error else result_text(result),
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
