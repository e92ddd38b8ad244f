"""Tables as wide as the screen allows: what does not fit goes into a further one, with the names in front again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

GAP = 2  # blanks between columns


@dataclass(frozen=True)
class Column:
    """A head, which may have several lines, and a cell for each row."""

    head: Text
    cells: Sequence[Text]
    wraps: bool = False  # a column of words: it takes what room there is

    @property
    def width(self) -> int:
        if self.wraps:
            return max(24, *(len(line) for line in self.head.plain.splitlines()))
        return max(len(line) for text in (self.head, *self.cells) for line in text.plain.splitlines() or [""])


def fitted(names: Sequence[Text], columns: Sequence[Column], width: int) -> Iterable[Table]:
    """The columns in as many tables as it takes; each row begins with its name."""
    first = max((len(name) for name in names), default=0)
    chosen, used = list[Column](), first
    for column in columns:
        if chosen and used + GAP + column.width > width:
            yield _table(names, chosen)
            chosen, used = [], first
        chosen.append(column)
        used += GAP + column.width
    if chosen:
        yield _table(names, chosen)


def _table(names: Sequence[Text], columns: Sequence[Column]) -> Table:
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    for column in columns:
        table.add_column(column.head, justify="left" if column.wraps else "right", no_wrap=not column.wraps)
    for number, name in enumerate(names):
        table.add_row(name, *(column.cells[number] for column in columns))
    return table
