"""What is going on, on stderr: a live display on a terminal, plain lines everywhere else."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from scoreboard.runner.environments import Installing


class Progress:
    """Plain lines: one whenever an environment enters a new phase, and now and then how many trials are done."""

    EVERY_S = 2.0

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._phases: dict[str, str] = {}
        self._total: Counter[str] = Counter()
        self._done: Counter[str] = Counter()
        self._told_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to put away."""

    def say(self, message: str) -> None:
        print(message, file=self._stream, flush=True)

    def installing(self, event: Installing) -> None:
        """How far an environment is."""
        if self._phases.get(event.group) != event.doing:
            self._phases[event.group] = event.doing
            self.say(f"installing {event.group}: {event.doing} ({event.installed} of {event.packages} packages)")

    def baking(self, frameworks: Iterable[str]) -> None:
        """The trials to come, by their frameworks."""
        self._total.update(frameworks)
        self._told_at = time.monotonic()

    def trial(self, framework: str) -> None:
        """One trial more is stored."""
        self._done[framework] += 1
        finished = self._done[framework] == self._total[framework]
        if finished or time.monotonic() - self._told_at > self.EVERY_S:
            self._told_at = time.monotonic()
            self.say(f"baking {framework}: {self._done[framework]}/{self._total[framework]} trials")


class LiveProgress(Progress):
    """A line a framework that grows, while an environment is built and while its trials run."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as RichProgress
        from rich.table import Column

        columns = [TextColumn("{task.description}", markup=False), BarColumn(24), MofNCompleteColumn()]
        doing = TextColumn(
            "{task.fields[doing]}", markup=False, style="dim", table_column=Column(ratio=1, no_wrap=True)
        )
        console = Console(file=stream)
        # The words take what room the count leaves, never the other way round.
        self._rich: RichProgress = RichProgress(*columns, doing, console=console, transient=True, expand=True)
        self._bars: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._rich.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rich.stop()

    def say(self, message: str) -> None:
        self._rich.console.print(message, markup=False, highlight=False)

    def installing(self, event: Installing) -> None:
        bar = self._bar(f"install {event.group}", event.packages)
        shown = event.packages if event.doing == "ready" else event.installed
        self._rich.update(bar, completed=shown, doing=event.doing, visible=event.doing != "ready")

    def baking(self, frameworks: Iterable[str]) -> None:
        super().baking(frameworks)
        for framework, trials in self._total.items():
            self._bar(f"bake {framework}", trials)

    def trial(self, framework: str) -> None:
        self._rich.advance(self._bars[f"bake {framework}"])

    def _bar(self, name: str, total: int) -> TaskID:
        if name not in self._bars:
            self._bars[name] = self._rich.add_task(name, total=total, doing="")
        return self._bars[name]


def progress() -> Progress:
    """The display that fits where stderr goes."""
    live = sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
    return LiveProgress(sys.stderr) if live else Progress(sys.stderr)
