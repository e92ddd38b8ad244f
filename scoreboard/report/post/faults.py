"""When things go wrong: what may be concluded, the totals behind it, and the faults in which defaults differ most."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from scoreboard.report.matrix import cell_words, label
from scoreboard.report.post.fault_picture import fault_picture
from scoreboard.report.post.figures import percent, span
from scoreboard.report.post.markdown import Markdown, bullets, code, table, text
from scoreboard.report.post.pictures import Picture
from scoreboard.report.site.cost_figures import shown_frameworks
from scoreboard.report.site.fault_cells import shown_signs
from scoreboard.report.site.fault_totals import Share, Total, sentences, totals
from scoreboard.report.site.faults import FaultBoard, fault_board
from scoreboard.report.site.gathered import Gathered
from scoreboard.results.matrix import Cell, Key, Matrix

MOST_TELLING = 12
OTHER_WAYS = ("other",)  # variants beyond the hardened ones: the site has them


@dataclass(frozen=True)
class Part:
    """Everything about one model."""

    model: str
    tried: int
    sentences: Markdown
    totals: Markdown
    telling: Markdown | None
    meanings: Markdown
    signs: Markdown
    picture: Picture
    seen: Markdown | None
    lasting: str  # the fault of which `seen` tells
    conclusions: Markdown
    warnings: Markdown


def fault_parts(gathered: Gathered) -> list[Part]:
    """One for each model under which anything went wrong on purpose."""
    several = len(gathered.matrices) > 1
    return [
        _part(gathered, matrix, fault_board(gathered, matrix), f"-{place}" if several else "")
        for place, matrix in enumerate(gathered.matrices, start=1)
    ]


def _part(gathered: Gathered, matrix: Matrix, board: FaultBoard, suffix: str) -> Part:
    keys = telling(matrix, shown_frameworks(matrix.frameworks))
    told = sentences(matrix, gathered.spoken)
    lasting = next(iter(board.seen), "")
    return Part(
        model=matrix.model,
        tried=len({cell.fault.base for cell in matrix.cells.values()}),
        sentences=bullets(told),
        totals=_totals(gathered, matrix),
        telling=_telling(gathered, matrix, keys) if keys else None,
        meanings=bullets(_meaning(matrix, key) for key in keys),
        signs=bullets(Markdown(f"{code(sign)} {text(words)}") for sign, _, words in shown_signs(matrix)),
        picture=fault_picture(gathered, matrix, f"faults{suffix}", told),
        seen=_seen(gathered, matrix, board, lasting) if lasting else None,
        lasting=lasting,
        conclusions=bullets(board.conclusions),
        warnings=bullets(board.warnings),
    )


def telling(matrix: Matrix, frameworks: Iterable[str]) -> list[Key]:
    """The faults in which most pairs of these frameworks end in different ways, in the order of the matrix.

    Of a fault once and always only the one that tells more.
    """
    names = list(frameworks)

    def differing(key: Key) -> int:
        cells = [matrix.cells[name, key] for name in names if (name, key) in matrix.cells]
        marks = [cell.mark for cell in cells if cell.is_rated]
        return sum(first != second for first, second in itertools.combinations(marks, 2))

    best: dict[str, Key] = {}
    for key in sorted(filter(differing, matrix.keys), key=differing, reverse=True):
        best.setdefault(f"{key[0]}/{key[1].partition('/')[0]}", key)
    chosen = list(best.values())[:MOST_TELLING]
    return [key for key in matrix.keys if key in chosen]


def _telling(gathered: Gathered, matrix: Matrix, keys: Iterable[Key]) -> Markdown:
    names = shown_frameworks(matrix.frameworks)
    lines = []
    for key in keys:
        cells = [matrix.cells.get((name, key)) for name in names]
        lines.append([code(label(key, matrix)), *map(_sign, cells)])
    return table(["fault", *map(gathered.title, names)], lines)


def _meaning(matrix: Matrix, key: Key) -> Markdown:
    fault = next(cell.fault for (_, tried), cell in matrix.cells.items() if tried == key)
    return Markdown(f"{code(label(key, matrix))}: {text(fault.words)}")


def _sign(cell: Cell | None) -> Markdown:
    """A sign may mean something in Markdown, and not in code."""
    return code(cell_words(cell)) if cell else Markdown()


def _totals(gathered: Gathered, matrix: Matrix) -> Markdown:
    """By default and hardened; a letter is shared by whoever cannot be told apart."""
    found = totals(gathered, matrix)
    heads = ["framework", "got over", "95 %", "tier", *found.groups, "ended well", "95 %", "tier", *found.ends]
    lines = [line for line in found.lines if line.entry.way not in OTHER_WAYS]
    return table(heads, [_total(gathered, line) for line in lines])


def _total(gathered: Gathered, line: Total) -> list[str]:
    groups = ["" if each is None else f"{each[0]}/{each[1]}" for each in line.groups]
    over = [*_share(line.got_over), line.got_over_letters]
    well = [*_share(line.ended_well), line.ended_well_letters]
    return [gathered.title(line.entry.framework), *over, *groups, *well, *(str(n) if n else "" for n in line.ends)]


def _share(share: Share | None) -> list[str]:
    if share is None:
        return ["", ""]
    return [f"{share.hits}/{share.cells} ({percent(share.share)})", span((share.low, share.high))]


def _seen(gathered: Gathered, matrix: Matrix, board: FaultBoard, fault: str) -> Markdown:
    """What the user gets to see in the end."""
    shown = {*shown_frameworks(matrix.frameworks)}
    lines = [
        [gathered.title(told.entry.framework), code(told.cell.words), f"{told.seconds:.1f} s", told.words]
        for told in board.seen[fault]
        if told.entry.framework in shown
    ]
    return table(["framework", "sign and requests", "time", "what the user sees"], lines, names=4)
