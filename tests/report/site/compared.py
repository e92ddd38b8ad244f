"""What a site is made of from rows alone, without a store; and facts to lay beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from scoreboard.report.board import Board
from scoreboard.report.site.gathered import Gathered
from scoreboard.results.facts import Facts, Stamp, Start, Traces
from scoreboard.results.judge import Verdict
from scoreboard.results.matrix import matrices
from scoreboard.results.overhead import Overhead
from scoreboard.results.row import Row
from scoreboard.runner.catalogue import framework_cards, task_classes
from scoreboard.runner.footprint import Footprint
from scoreboard.runner.outcome import ConnectionAttempt
from tests.results.samples import ORIGIN, row

REAL = "openai:x@http://h/v1"


def compared(rows: Iterable[Row], facts: Iterable[Facts] = (), **fields: Any) -> Gathered:
    """As `gather` would put it together of a store with these rows."""
    rows = list(rows)
    known = {(each.framework, ORIGIN.adapter, ORIGIN.lock): each for each in facts}
    tasks = {name: kind for name, kind in task_classes().items() if name in {each.task for each in rows}}
    more: dict[str, Any] = {"cards": framework_cards(), "tasks": tasks, **fields}
    return Gathered(Path(), rows, Board.of(rows, facts=known), matrices(rows), **more)


def several(framework: str, verdicts: Sequence[Verdict], **fields: Any) -> list[Row]:
    """One trial for each verdict."""
    return [row(verdict, framework, repeat=repeat, **fields) for repeat, verdict in enumerate(verdicts)]


def facts_on(framework: str, *targets: str, import_s: float | None = 0.5, installed_mb: float = 20.5) -> Facts:
    """Of a framework that asked these hosts."""
    attempts = tuple(ConnectionAttempt(target, "connect", "trial", 1) for target in targets)
    return Facts(
        framework=framework,
        task="dice",
        footprint=Footprint("1.2.3", None, 14, installed_mb, ">=3.10", python_fits=True),
        start=Start(import_s, 0.4, 12.0, 3.0, 80.0),
        traces=Traces(2, 0, (), attempts),
        overhead=Overhead(2, "openai-chat", False, 900, 0, 40, (), (), {}, 120, 30),
        samples=(),
        bare=(),
        stamp=Stamp("2026-01-02T03:04:05+00:00", "0.1.0", "Linux x86_64, 2 cores", 0.1, "3.11.7"),
    )
