"""Two texts compared line by line: in two columns, or one below the other, and readable without any colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import Literal

from rich.cells import cell_len, chop_cells

GUTTER = 3  # a blank, the mark, a blank
COLUMNS_FROM = 100  # narrower than this, columns would be all line ends


@dataclass(frozen=True)
class Pair:
    """A line of each text. Marks: " " the same, "|" put otherwise, "<" only left, ">" only right."""

    mark: Literal[" ", "|", "<", ">"]
    left: str = ""
    right: str = ""


def pairs(left: Sequence[str], right: Sequence[str]) -> Iterator[Pair]:
    """Every line of both, those that agree side by side."""
    for tag, i, i_end, j, j_end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for one, other in zip_longest(left[i:i_end], right[j:j_end]):
            if tag == "equal":
                yield Pair(" ", one, other)
            elif other is None:
                yield Pair("<", one)
            elif one is None:
                yield Pair(">", right=other)
            else:
                yield Pair("|", one, other)


def in_columns(compared: Sequence[Pair], width: int) -> Iterator[str]:
    """Two columns with the mark between them; long lines are broken."""
    column = (width - GUTTER) // 2
    for pair in compared:
        for one, other in zip_longest(broken(pair.left, column), broken(pair.right, column), fillvalue=""):
            yield f"{one}{' ' * (column - cell_len(one))} {pair.mark} {other}".rstrip()


def in_one(compared: Sequence[Pair], width: int) -> Iterator[str]:
    """One column: "-" stands before what only the first says, "+" before what only the second says."""
    for is_same, group in groupby(compared, key=lambda pair: pair.mark == " "):
        run = list(group)
        lefts = [pair.left for pair in run if pair.mark != ">"]
        rights = [] if is_same else [pair.right for pair in run if pair.mark != "<"]
        for mark, lines in ((" " if is_same else "-", lefts), ("+", rights)):
            yield from (f"{mark} {piece}".rstrip() for line in lines for piece in broken(line, width - 2))


def broken(line: str, width: int) -> list[str]:
    """A line in pieces that fit, each as far in as the first; wide characters count as the two cells they take."""
    line = line.expandtabs(4)
    if cell_len(line) <= width:
        return [line]
    if cell_len(line) != len(line):
        return chop_cells(line, width)
    inset = " " * min(len(line) - len(line.lstrip()), width // 2)
    return textwrap.wrap(line, width, subsequent_indent=inset, break_on_hyphens=False) or [""]
