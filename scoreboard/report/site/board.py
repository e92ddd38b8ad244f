"""The board: every framework on one line, for each task and for all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from scoreboard.report.remarks import sittings
from scoreboard.report.site.board_files import board_csv, json_of
from scoreboard.report.site.board_lines import Board, Line
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.section import Section
from scoreboard.report.site.stars import stars_of
from scoreboard.report.site.traits import TRAITS, findings, pattern, patterns_of_variants
from scoreboard.results.comparison import ALL, Comparison, Entry, middle, rated, relative, together
from scoreboard.results.facts import Facts
from scoreboard.results.lines import lines_together
from scoreboard.results.row import Row
from scoreboard.results.tiers import letters, tiers
from scoreboard.runner.catalogue import BASELINE, family_of
from scoreboard.runner.plan import adapter_digest

LEAD = "What does each do for me, and what does it cost? Sort by any column; there is no overall score."
SCALE = " 1.0x is the baseline: a plain client loop, no framework."


def board_section(gathered: Gathered) -> Section:
    boards = boards_of(gathered)
    lines = [line for board in boards for line in board.lines]
    shown = {
        "boards": boards,
        "models": list(dict.fromkeys(board.model for board in boards)),
        "tasks": {board.task: board.title for board in boards},
        "traits": TRAITS,
        "unmeasured": [trait.name for trait in TRAITS if all(trait.name in line.unknown for line in lines)],
        "patterns": sorted({way for line in lines for way in (line.pattern, *line.further_patterns)} - {""}),
        "has_variants": any(line.framework != line.family for line in lines),
        "has_sizes": any(line.size_mb is not None for line in lines),
        "has_stars": any(line.stars for line in lines),
    }
    data = {"board.csv": lambda: board_csv(boards), "board.json": lambda: json_of(boards, gathered)}
    return Section("board", "The board", LEAD + SCALE * gathered.has_baseline, shown, data)


@lru_cache(maxsize=1)
def boards_of(gathered: Gathered) -> list[Board]:
    """All tasks together first, where there are several, then each; one model after the other."""
    boards = []
    for whole in together(gathered.healthy):
        single = [each for each in gathered.board.comparisons if each.model == whole.model]
        if len(single) > 1 and whole.entries:
            boards.append(_board(gathered, _with_lines(gathered, whole), _left_out(gathered, whole, single)))
        boards += [_board(gathered, each) for each in single]
    return boards


def _with_lines(gathered: Gathered, whole: Comparison) -> Comparison:
    """The lines of all shapes together, each counted once."""
    entries = [
        replace(each, medians=replace(each.medians, lines_of_code=_lines(gathered, each, whole.model)))
        for each in whole.entries
    ]
    baseline = next((entry.medians for entry in entries if entry.framework == BASELINE), None)
    return replace(whole, entries=tuple(replace(e, relative=relative(e.medians, baseline)) for e in entries))


def _lines(gathered: Gathered, entry: Entry, model: str) -> int | None:
    """None where the adapter is not the one that was baked any more, or where it has no way to do a task."""
    card = gathered.cards.get(entry.framework)
    rows = [row for row in gathered.healthy if (row.framework, row.model) == (entry.framework, model)]
    if card is None or entry.unsupported or {adapter_digest(card.path)} != {row.adapter_digest for row in rows}:
        return None
    tasks = {row.task for row in rows} & {*gathered.tasks}
    shapes = sorted({gathered.tasks[task].shape for task in tasks} & card.shapes)
    return lines_together(card.path.read_text(encoding="utf-8"), shapes, card.variant)


def _board(gathered: Gathered, comparison: Comparison, left_out: Sequence[str] = ()) -> Board:
    names = {entry.framework for entry in comparison.entries}
    of_model = [row for row in gathered.healthy if row.model == comparison.model and row.framework in names]
    rows = [row for row in of_model if comparison.task in (row.task, ALL)]
    apart = tiers(outcomes(rows))
    told = letters(apart)
    return Board(
        model=comparison.model,
        task=comparison.task,
        title="All tasks" if comparison.task == ALL else gathered.task_title(comparison.task),
        lines=[_line(gathered, each, rows, told.get(each.framework, "")) for each in comparison.entries],
        tiers=apart,
        sittings=len(sittings(rows)),
        left_out=left_out,
    )


def _left_out(gathered: Gathered, whole: Comparison, single: Sequence[Comparison]) -> list[str]:
    """The frameworks that were not tried in every task, each with those that it lacks."""
    there = {entry.framework for entry in whole.entries}
    tried = {each.task: {entry.framework for entry in each.entries} for each in single}
    names = sorted({name for names in tried.values() for name in names if name == family_of(name)} - there)
    return [f"{gathered.title(name)} ({', '.join(t for t in tried if name not in tried[t])})" for name in names]


def outcomes(rows: Sequence[Row]) -> dict[str, dict[tuple[str, int], bool]]:
    """Whether each trial passed, by framework, task and repeat. Variants stay out, as they would dilute the tiers."""
    found: dict[str, dict[tuple[str, int], bool]] = {}
    for row in rated(rows):
        if row.framework == family_of(row.framework):
            found.setdefault(row.framework, {})[row.task, row.repeat] = row.verdict == "passed"
    return found


def _line(gathered: Gathered, entry: Entry, rows: Sequence[Row], tier: str) -> Line:
    mine = [row for row in rows if row.framework == entry.framework]
    facts, card, model = _facts(gathered, mine[-1]), gathered.cards.get(entry.framework), mine[-1].model
    return Line(
        entry=entry,
        title=gathered.title(entry.framework),
        package=card.package if card else entry.framework,
        version=", ".join(sorted({row.framework_version for row in mine})),
        tiers=tier,
        example=middle(mine).id,
        size_mb=facts.footprint.megabytes if facts else None,
        import_s=facts.start.import_s if facts else None,
        stars=stars_of(gathered, family_of(entry.framework)) if entry.framework != BASELINE else None,
        notes=card.notes if card else (),
        findings=findings(gathered, entry.framework, model),
        pattern=pattern(gathered, entry.framework, model),
        further_patterns=patterns_of_variants(gathered, entry.framework, model),
    )


def _facts(gathered: Gathered, row: Row) -> Facts | None:
    """A variant in its framework's own environment, and of its file, weighs what the framework weighs."""
    own, family = gathered.facts.get(row.framework), family_of(row.framework)
    alike = any(each.framework == family and each.lock_digest == row.lock_digest for each in gathered.rows)
    return own or (gathered.facts.get(family) if alike else None)
