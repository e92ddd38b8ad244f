"""Markdown (GFM) in which text stays text: nothing that a model, a tool or a framework said can link or break out.

Where a backslash would do in one dialect and not in another, a character stands as its number, which holds in all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scoreboard.report.untrusted import printable

APART = "&#8288;"  # a word joiner: nobody sees it, and no dialect sees an address or a name around it
NUMBERED = {mark: f"&#{ord(mark)};" for mark in "\\`<>|&"}
MARKS = re.compile(r"[\\`<>|&]")
EMPHASIS = re.compile(r"[*\[\]~$]|(?<![^\W_])_|_(?![^\W_])")
TEMPLATES = re.compile(r"\{(?=[{%<])")  # what a blog's own templates begin with
ADDRESSES = re.compile(r":(?=//)|@|www(?=\.)", re.IGNORECASE)
OPENING = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))|^(?=[#=]|[+-](?:[\s+-]|$))")  # of a heading, a rule, a list
RUNS = re.compile(r"`+")
PLAIN_CODE = re.compile(r"[^`|\\{\s](?:[^`|\\{\r\n]*[^`|\\{\s])?")


class Markdown(str):
    """What is Markdown already; any other text is escaped where it is put into an article."""

    __slots__ = ()


def text(words: str) -> Markdown:
    """The words as they are, on one line."""
    if isinstance(words, Markdown):
        return words
    return Markdown(OPENING.sub(_not_a_block, _inert(" ".join(printable(words).split()))))


def _inert(words: str) -> str:
    told = MARKS.sub(lambda mark: NUMBERED[mark[0]], words)
    told = EMPHASIS.sub(r"\\\g<0>", told)
    told = TEMPLATES.sub("&#123;", told)
    return ADDRESSES.sub(rf"\g<0>{APART}", told)


def _not_a_block(opening: re.Match[str]) -> str:
    return f"{opening[1] or ''}\\"


def code(words: str) -> Markdown:
    """A name or a command within a line; as mere text where it holds what code in a table cannot."""
    told = printable(words)
    return Markdown(f"`{told}`") if PLAIN_CODE.fullmatch(told) else text(words)


def table(heads: Sequence[str], lines: Iterable[Sequence[str]], names: int = 1) -> Markdown:
    """A table; the first `names` columns are words, those behind them are figures and stand on the right."""
    rule = [":--"] * names + ["--:"] * (len(heads) - names)
    return Markdown("\n".join([_line(heads), f"| {' | '.join(rule)} |", *map(_line, lines)]))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(text, cells))} |"


def fenced(source: str, language: str = "") -> Markdown:
    """A block of code; its fence is longer than any in it."""
    longest = max((len(run) for run in RUNS.findall(source)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markdown(f"{fence}{language}\n{printable(source).strip(chr(10))}\n{fence}")


def bullets(items: Iterable[str]) -> Markdown:
    """A list; what begins with blanks stands below the item before it."""
    return Markdown("\n".join(f"{'  ' * item.startswith('  ')}- {text(item)}" for item in items))


def quoted(words: str) -> Markdown:
    """What somebody says, as a quotation."""
    return Markdown(f"> {text(words)}")


def picture(alt: str, path: str) -> Markdown:
    """A picture that lies beside the article."""
    return Markdown(f"![{text(alt)}]({path})")
