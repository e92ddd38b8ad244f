"""The board: every framework on one line, for each task and for all of them together."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache

from scoreboard.report.board import board_json
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.section import Section
from scoreboard.report.site.stars import StarCell, stars_of
from scoreboard.report.site.traits import TRAITS, Finding, findings, patterns
from scoreboard.results.comparison import ALL, Comparison, Entry, Figures, middle, rated, relative, together
from scoreboard.results.lines import lines_together
from scoreboard.results.row import Row
from scoreboard.results.tiers import Tiers, tiers
from scoreboard.runner.catalogue import BASELINE, family_of
from scoreboard.runner.plan import adapter_digest

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LEAD = "What does each do for me, and what does it cost? Sort by any column; there is no overall score."
SCALE = " 1.0x is the baseline: a plain client loop, no framework."


@dataclass(frozen=True)
class Line:
    """One framework, or one way to use it, on one board."""

    entry: Entry
    title: str
    package: str
    version: str
    tiers: str  # letters; whoever shares one cannot be told apart by pass rate
    example: str  # the trial of middle length
    size_mb: float | None
    import_s: float | None
    stars: StarCell | None
    notes: tuple[str, ...]
    findings: list[Finding]
    patterns: dict[str, list[str]]

    @property
    def framework(self) -> str:
        return self.entry.framework

    @property
    def family(self) -> str:
        return family_of(self.framework)

    @property
    def meets(self) -> str:
        """The traits it has, as words for the page's filter."""
        return " ".join(found.trait.name for found in self.findings if found.has)

    @property
    def otherwise(self) -> str:
        """How the trials ended that did not pass."""
        ended = self.entry.verdicts.items()
        return ", ".join(f"{n} {verdict}" for verdict, n in ended if verdict not in ("passed", "unsupported"))


@dataclass(frozen=True)
class Board:
    """The lines of one task with one model, or of all tasks together."""

    model: str
    task: str
    title: str
    lines: list[Line]
    tiers: Tiers

    @property
    def longest_ms(self) -> float:
        """What a full bar stands for."""
        return max((line.entry.medians.total_ms or 0.0 for line in self.lines), default=0.0) or 1.0

    @property
    def has_tiers(self) -> bool:
        """Whether anybody can be told from anybody."""
        return len(self.tiers.groups) > 1

    @property
    def has_intervals(self) -> bool:
        """Whether there is chance in any rate."""
        return any(line.entry.interval for line in self.lines)

    @property
    def pairs(self) -> int:
        return len(self.tiers.pairs)


def board_section(gathered: Gathered) -> Section:
    boards = boards_of(gathered)
    lines = [line for board in boards for line in board.lines]
    shown = {
        "boards": boards,
        "models": list(dict.fromkeys(board.model for board in boards)),
        "tasks": {board.task: board.title for board in boards},
        "traits": TRAITS,
        "patterns": sorted({name for line in lines for name in line.patterns}),
        "has_variants": any(line.framework != line.family for line in lines),
        "has_sizes": any(line.size_mb is not None for line in lines),
        "has_stars": any(line.stars for line in lines),
    }
    data = {"board.csv": lambda: board_csv(boards), "board.json": lambda: board_json(gathered.board)}
    return Section("board", "The board", LEAD + SCALE * gathered.has_baseline, shown, data)


@lru_cache(maxsize=1)
def boards_of(gathered: Gathered) -> list[Board]:
    """All tasks together first, where there are several, then each; one model after the other."""
    boards = []
    for whole in together(gathered.healthy):
        single = [each for each in gathered.board.comparisons if each.model == whole.model]
        if len(single) > 1:
            boards.append(_board(gathered, _with_lines(gathered, whole)))
        boards += [_board(gathered, each) for each in single]
    return boards


def _with_lines(gathered: Gathered, whole: Comparison) -> Comparison:
    """The lines of all shapes together, each counted once."""
    entries = [replace(e, medians=replace(e.medians, lines_of_code=_lines(gathered, e))) for e in whole.entries]
    baseline = next((entry.medians for entry in entries if entry.framework == BASELINE), None)
    return replace(whole, entries=tuple(replace(e, relative=relative(e.medians, baseline)) for e in entries))


def _lines(gathered: Gathered, entry: Entry) -> int | None:
    """None where the adapter is not the one that was baked any more, or where it has no way to do a task."""
    card = gathered.cards.get(entry.framework)
    rows = [row for row in gathered.healthy if row.framework == entry.framework]
    if card is None or entry.unsupported or {adapter_digest(card.path)} != {row.adapter_digest for row in rows}:
        return None
    shapes = sorted({task.shape for task in gathered.tasks.values()} & card.shapes)
    return lines_together(card.path.read_text(encoding="utf-8"), shapes, card.variant)


def _board(gathered: Gathered, comparison: Comparison) -> Board:
    rows = [row for row in gathered.healthy if row.model == comparison.model and comparison.task in (row.task, ALL)]
    apart = tiers(outcomes(rows))
    title = "All tasks" if comparison.task == ALL else gathered.task_title(comparison.task)
    lines = [_line(gathered, entry, rows, letters(apart, entry.framework)) for entry in comparison.entries]
    return Board(comparison.model, comparison.task, title, lines, apart)


def outcomes(rows: Sequence[Row]) -> dict[str, dict[tuple[str, int], bool]]:
    """Whether each trial passed, by framework, task and repeat. Variants stay out, as they would dilute the tiers."""
    found: dict[str, dict[tuple[str, int], bool]] = {}
    for row in rated(rows):
        if row.framework == family_of(row.framework):
            found.setdefault(row.framework, {})[row.task, row.repeat] = row.verdict == "passed"
    return found


def letters(apart: Tiers, framework: str) -> str:
    """The letters of the groups that a name stands in."""
    return "".join(LETTERS[place % len(LETTERS)] for place, group in enumerate(apart.groups) if framework in group)


def _line(gathered: Gathered, entry: Entry, rows: Sequence[Row], tier: str) -> Line:
    mine = [row for row in rows if row.framework == entry.framework]
    facts, card = gathered.facts.get(entry.framework), gathered.cards.get(entry.framework)
    return Line(
        entry=entry,
        title=gathered.title(entry.framework),
        package=card.package if card else entry.framework,
        version=mine[-1].framework_version,
        tiers=tier,
        example=middle(mine).id,
        size_mb=facts.footprint.megabytes if facts else None,
        import_s=facts.start.import_s if facts else None,
        stars=stars_of(gathered, family_of(entry.framework)) if entry.framework != BASELINE else None,
        notes=card.notes if card else (),
        findings=findings(gathered, entry.framework),
        patterns=patterns(gathered, entry.framework),
    )


def board_csv(boards: Sequence[Board]) -> str:
    """One line for each model, task and framework; unknown is empty."""
    figures = [field.name for field in fields(Figures)]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(
        ["model", "task", "framework", "version", "tiers", "passed", "rated", "low", "high", *figures]
        + [f"{name}_relative" for name in figures]
        + ["size_mb", "import_s", "stars", "has", "team_patterns"]
    )
    for board in boards:
        for line in board.lines:
            entry = line.entry
            low, high = entry.interval or (None, None)
            writer.writerow(
                [board.model, board.task, entry.framework, line.version, line.tiers, entry.passed, entry.rated, low]
                + [high, *(getattr(entry.medians, name) for name in figures)]
                + [getattr(entry.relative, name) for name in figures]
                + [line.size_mb, line.import_s, line.stars.count if line.stars else None]
                + [line.meets, "; ".join(line.patterns)]
            )
    return stream.getvalue()
