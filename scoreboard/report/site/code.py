"""The same thing built ten ways: every framework's real code for a shape of task, and what came of it."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scoreboard.report.site.coloured import Piece, coloured
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.section import Section
from scoreboard.results.comparison import Entry
from scoreboard.results.lines import Written, written
from scoreboard.runner.catalogue import BASELINE, Card, family_of
from scoreboard.runner.plan import adapter_digest
from tasks.base import Shape

LEAD = "What do I have to write? This is the code that was measured, whole; the numbered lines are the ones that count."
MISSING = "No adapter of what was measured is here; run `bakeoff report` where the adapters are."
SHAPES: dict[Shape, str] = {
    "agent": "one agent with a tool",
    "team": "a team of two agents",
    "structured": "a typed answer",
}


@dataclass(frozen=True)
class CodeLine:
    """A line of an adapter; `gap` says that lines before it are left out."""

    pieces: tuple[Piece, ...]
    counts: bool
    gap: bool


@dataclass(frozen=True)
class Result:
    """What came of it in one task with one model."""

    task: str
    model: str
    entry: Entry


@dataclass(frozen=True)
class Listing:
    """One framework's code for one shape."""

    framework: str
    title: str
    shape: Shape
    lines: tuple[CodeLine, ...]
    baseline: int | None  # the baseline's lines
    results: tuple[Result, ...]
    is_changed: bool  # whether the file is another one than was baked

    @property
    def is_variant(self) -> bool:
        return self.framework != family_of(self.framework)

    @property
    def words(self) -> str:
        """The shape, as people call it."""
        return SHAPES[self.shape]

    @property
    def count(self) -> int:
        return sum(line.counts for line in self.lines)

    @property
    def ratio(self) -> float | None:
        return self.count / self.baseline if self.baseline else None


def code_section(gathered: Gathered) -> Section:
    """Every shape that was baked, in every framework that has code for it here."""
    found = [listing for name in gathered.frameworks for listing in _listings(gathered, name)]
    if not found:
        return Section("code", _title(0), LEAD, missing=MISSING)
    shown = {
        "shapes": {shape: SHAPES[shape] for shape in shapes_of(gathered)},
        "listings": {shape: [each for each in found if each.shape == shape] for shape in shapes_of(gathered)},
        "elsewhere": [gathered.title(name) for name in gathered.frameworks if name not in gathered.cards],
        "has_models": len({result.model for each in found for result in each.results}) > 1,
    }
    ways = max(sum(not each.is_variant for each in found if each.shape == shape) for shape in SHAPES)
    return Section("code", _title(ways), LEAD, shown, {"code.csv": lambda: code_csv(found)})


def code_of(gathered: Gathered, family: str) -> list[Listing]:
    """The code of a framework and of its variants, shape by shape."""
    names = [name for name in gathered.frameworks if family_of(name) == family]
    found = [listing for name in names for listing in _listings(gathered, name)]
    return sorted(found, key=lambda listing: [*SHAPES].index(listing.shape))


def code_csv(listings: Sequence[Listing]) -> str:
    """Counted lines, and how many times the baseline's they are."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["framework", "shape", "lines", "ratio"])
    writer.writerows([each.framework, each.shape, each.count, each.ratio] for each in listings)
    return stream.getvalue()


def shapes_of(gathered: Gathered) -> list[Shape]:
    """The shapes that were baked."""
    baked = {task.shape for task in gathered.tasks.values()}
    return [shape for shape in SHAPES if shape in baked]


def lines_in(source: str, found: Written) -> Iterator[CodeLine]:
    """The lines that are written for a shape, in file order, each method under the head of its class."""
    chosen = found.lines | {*_heads(source, found)}
    last, left_out = 0, list[CodeLine]()
    for number, pieces in enumerate(coloured(source), start=1):
        line = CodeLine(pieces, number in found.counted, gap=False)
        if number not in chosen:
            left_out.append(line)
            continue
        is_gap = any(piece.text.strip() for each in left_out for piece in each.pieces)
        if last and not is_gap:
            yield from left_out
        yield replace(line, gap=bool(last) and is_gap)
        last, left_out = number, []


def _heads(source: str, found: Written) -> Iterator[int]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and found.lines & {*range(node.lineno, (node.end_lineno or 0) + 1)}:
            yield node.lineno


def _listings(gathered: Gathered, framework: str) -> Iterator[Listing]:
    card, plain = gathered.cards.get(framework), gathered.cards.get(BASELINE)
    rows = [row for row in gathered.healthy if row.framework == framework]
    for shape in shapes_of(gathered) if card and rows else []:
        found = _written(card, shape)
        results = tuple(_results(gathered, framework, shape))
        if card and found and results and not all(result.entry.unsupported for result in results):
            yield Listing(
                framework=framework,
                title=gathered.title(framework),
                shape=shape,
                lines=tuple(lines_in(_source(card), found)),
                baseline=len(base.counted) if (base := _written(plain, shape)) else None,
                results=results,
                is_changed=adapter_digest(card.path) not in {row.adapter_digest for row in rows},
            )


def _written(card: Card | None, shape: Shape) -> Written | None:
    """None where there is no such adapter, where it leaves the shape out, and for what a variant only inherits."""
    return written(_source(card), (shape,), card.variant) if card and shape in card.shapes else None


def _source(card: Card) -> str:
    return card.path.read_text(encoding="utf-8")


def _results(gathered: Gathered, framework: str, shape: Shape) -> Iterator[Result]:
    for comparison in gathered.board.comparisons:
        task = gathered.tasks.get(comparison.task)
        for entry in comparison.entries:
            if task and task.shape == shape and entry.framework == framework:
                yield Result(task.title, comparison.model, entry)


def _title(ways: int) -> str:
    return f"The same thing built {_counted(ways)} ways" if ways > 1 else "The same thing built"


def _counted(ways: int) -> str:
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    return words[ways] if ways < len(words) else str(ways)
