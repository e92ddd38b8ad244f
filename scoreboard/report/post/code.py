"""The code that was measured: the simplest task for one agent, in every framework."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scoreboard.report.post.markdown import Markdown, fenced
from scoreboard.report.site.code import SHAPES, Listing, code_of, shapes_of
from scoreboard.report.site.cost_figures import shown_frameworks
from scoreboard.report.site.gathered import Gathered
from scoreboard.runner.catalogue import BASELINE, family_of

LANGUAGE = "python"
LEFT_OUT = "# ..."


@dataclass(frozen=True)
class Shown:
    """The code of one framework, and what is to be said of it."""

    title: str
    count: str
    source: Markdown
    is_changed: bool


def shown_code(gathered: Gathered) -> list[Shown]:
    """Of the simplest shape that was baked; without whoever has no code for it here."""
    return [
        Shown(listing.title, _count(listing), fenced("\n".join(_lines(listing)), LANGUAGE), listing.is_changed)
        for listing in _listings(gathered)
    ]


def built(gathered: Gathered) -> str:
    """What is built there, in words."""
    return SHAPES[shapes_of(gathered)[0]] if shapes_of(gathered) else ""


def _listings(gathered: Gathered) -> Iterator[Listing]:
    for name in shown_frameworks(gathered.frameworks):
        for listing in code_of(gathered, family_of(name)):
            if listing.framework == name and listing.shape == shapes_of(gathered)[0]:
                yield listing


def _count(listing: Listing) -> str:
    times = "" if listing.ratio is None or listing.framework == BASELINE else f", {listing.ratio:.1f}x the baseline's"
    return f"{listing.count} {'line' if listing.count == 1 else 'lines'} of code{times}"


def _lines(listing: Listing) -> Iterator[str]:
    """The lines that are there; where other tasks' lines stand between them, a remark."""
    before = ""
    for line in listing.lines:
        told = "".join(piece.text for piece in line.pieces).rstrip()
        if line.gap and before and not before.startswith("class ") and not (_imports(told) and _imports(before)):
            yield ""
            yield LEFT_OUT
            yield ""
        yield told
        before = told


def _imports(line: str) -> bool:
    return line.startswith(("import ", "from "))
