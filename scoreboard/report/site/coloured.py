"""Python source, coloured: every line as pieces of text with a class for the style sheet. Nothing here is HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Literal, Name, Operator

CLASSES: tuple[tuple[Any, str], ...] = (
    (Comment, "c"),
    (Literal.String.Doc, "c"),
    (Literal.String, "s"),
    (Literal.Number, "m"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Name.Decorator, "d"),
    (Name.Function, "f"),
    (Name.Class, "f"),
)


@dataclass(frozen=True)
class Piece:
    """A stretch of a line; no class where it is plain."""

    text: str
    name: str


@lru_cache(maxsize=64)
def coloured(source: str) -> tuple[tuple[Piece, ...], ...]:
    """The lines of a source, in pieces."""
    lines: list[list[Piece]] = [[]]
    for name, text in _stretches(source):
        for place, stretch in enumerate(text.split("\n")):
            if place:
                lines.append([])
            if stretch:
                lines[-1].append(Piece(stretch, name))
    return tuple(map(tuple, lines))


def _stretches(source: str) -> Iterator[tuple[str, str]]:
    tokens = PythonLexer(stripnl=False, ensurenl=False).get_tokens(source)
    for name, group in groupby(((_class_of(kind), text) for kind, text in tokens), key=lambda pair: pair[0]):
        yield name, "".join(text for _, text in group)


def _class_of(kind: Any) -> str:
    return next((name for known, name in CLASSES if kind in known), "")
