"""The words below the scoreboard: what was baked, what is particular about it, and how far to trust it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from scoreboard.results.row import Row
from scoreboard.runner.catalogue import BASELINE, CONTROLS, Card, by_family, family_of

if TYPE_CHECKING:
    from scoreboard.report.board import Board

PAUSE_S = 60.0  # between two trials of one run; a slow one may take that long


def remarks(board: Board, cards: Mapping[str, Card]) -> list[str]:
    """One line each; an empty one parts what belongs together."""
    return [
        *versions(board.rows, cards),
        "",
        *_notes(board.rows, cards),
        "",
        *_examples(board.rows),
        "",
        *ruler(board),
        *_what_else(board),
    ]


def _what_else(board: Board) -> Iterable[str]:
    """What the tables do not show."""
    if len(moments := sittings(board.rows)) > 1:
        yield (
            f"These trials were measured in {len(moments)} sittings, the first at {moments[0][:16]}, the last at "
            f"{moments[-1][:16]} UTC: compare calls and tokens; for times measure all in one go (bakeoff run --fresh)."
        )
    if any(entry.trials == 1 for comparison in board.comparisons for entry in comparison.entries):
        yield "Some were baked only once: the time of a single trial, cold, means little (bakeoff run bakes ten)."
    if not board.facts:
        yield "`bakeoff facts` measures what each framework costs before it does anything."
    if board.folded:
        yield (
            f"Further ways to use these frameworks are measured too: {', '.join(board.folded)}. "
            "`bakeoff show --variants` shows them."
        )
    if board.set_aside:
        yield (
            f"{board.set_aside} stored trials are not shown: they were measured with another version of the task, the "
            "adapter or Bakeoff, or another budget. `bakeoff export` has them all."
        )


def sittings(rows: Iterable[Row]) -> list[str]:
    """When each stretch of trials began between which the machine did something else for a minute or more."""
    began = [row.started_at for row in sorted(rows, key=lambda row: row.started_at)]
    times = [datetime.fromisoformat(each) for each in began]
    pauses = [0.0, *((later - earlier).total_seconds() for earlier, later in itertools.pairwise(times))]
    return [began[0], *(each for each, pause in zip(began, pauses, strict=True) if pause > PAUSE_S)] if began else []


def versions(rows: Sequence[Row], cards: Mapping[str, Card]) -> list[str]:
    """What was baked: each framework with the package and version it ran as."""
    contestants = [row for row in rows if row.framework not in CONTROLS]
    baked = sorted({(family_of(row.framework), row.framework_version) for row in contestants})
    names = [f"{cards[name].package if name in cards else name} {version}" for name, version in baked]
    pythons = sorted({row.python_version for row in rows})
    scale = [f"1.0x is {BASELINE}."] if any(row.framework == BASELINE for row in rows) else []
    return [f"Measured with {', '.join(names)}; Python {', '.join(pythons)}.", *scale]


def _notes(rows: Iterable[Row], cards: Mapping[str, Card]) -> list[str]:
    """What is particular about each; a variant tells only what its framework has not told already."""
    names = sorted({row.framework for row in rows} & set(cards), key=by_family)
    told = {name: set(cards[family_of(name)].notes) if family_of(name) in names else set() for name in names}
    return [
        f"{name}: {note}"
        for name in names
        for note in cards[name].notes
        if name == family_of(name) or note not in told[name]
    ]


def _examples(rows: Sequence[Row]) -> list[str]:
    """Trials worth a look: one for each way in which a framework failed a task, else just any."""
    failed: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        if row.framework not in CONTROLS and row.verdict not in ("passed", "unsupported"):
            failed.setdefault((row.task, row.framework, row.verdict), row)
    told = [f"{r.task}, {r.framework}, {r.verdict}: {r.reasons[0]} (bakeoff trial {r.id})" for r in failed.values()]
    if told or not rows:
        return told
    example = next((row for row in rows if row.framework not in CONTROLS), rows[0])
    return [f"One conversation in full, of any framework and task: bakeoff trial {example.framework}:{example.task}"]


def ruler(board: Board) -> list[str]:
    """Whether the controls behaved: what they did where they did as they should, in plain words where not."""
    if board.ruler:
        bent = ", ".join(sorted({problem.task for problem in board.ruler}))
        return [f"THE RULER IS BENT in {bent}: no figure there can be trusted.", *(each.words for each in board.ruler)]
    rated = [row for row in board.rows if row.verdict != "void"]
    told, proven = [], True
    for name in CONTROLS:
        verdicts = [row.verdict for row in rated if row.framework == name]
        told.append(f"{name} passed {verdicts.count('passed')} of {len(verdicts)}")
        proven &= {row.task for row in rated if row.framework == name} == {row.task for row in board.rows}
    if not proven:
        return [f"Ruler: not checked for every task ({', '.join(told)}); bake {' and '.join(CONTROLS)} too."]
    return [f"Ruler: {', '.join(told)}, as they should."]
