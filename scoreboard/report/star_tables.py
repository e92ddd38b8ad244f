"""Stars on a terminal: the article's table for today, the figures of growth beyond it, and the article audited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from math import floor
from statistics import median

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scoreboard.report.fitted import Column, fitted
from scoreboard.report.untrusted import printable
from star_history.article import LINES, MONTHS, Comparison
from star_history.caption import last_six_in_words
from star_history.export import backer_of, licence_of
from star_history.growth import Growth, grown
from star_history.history import SOURCE_NAMES, Collection, History, Record, Source

ENOUGH, TOO_MUCH = 0.9, 1.05  # a history that accounts for less of the stars is an undercount; for more, an error

DEFINITIONS = (
    ("stars", "GitHub's own count, now"),
    ("age", "calendar months from that of the first stargazer to that in which the data end"),
    ("last 6", "new stars in the last six full months, or in as many of them as are known: `in 4`; >= a lower bound"),
    ("backer", "who pays for it; of a repository that nobody told us of, its owner"),
    ("coverage", "history total / stars now; marked ! below 90 %, an undercount, and above 105 %, where one is wrong"),
    ("a month", "median of those months, and the lowest and highest of them"),
    ("trend", "new stars in the last three full months / in the three before; blank where a month is unknown"),
    ("best week", "share of all stars that came in the best seven days in a row; needs stars by day"),
    ("halved", "months of 30 days from the best one of the first year to the first with at most half of it; "
     "> where that has not happened yet; needs stars by day"),
)  # fmt: skip


def star_tables(collection: Collection, width: int) -> Iterable[Table]:
    """One row a repository; each source has columns of its own."""
    records = collection.records
    columns = [
        _column("stars", records, lambda record: _number(record.repository.stars if record.repository else None)),
        *_by_source(collection, "age (months)", lambda growth, _: _number(growth.age_months)),
        *_by_source(collection, "last 6", last_six_in_words),
        _column("licence", records, licence_of),
        _column("backer", records, backer_of),
        *(_coverage(collection, source) for source in collection.sources),
    ]
    return fitted(_titles(records), columns, width)


def growth_tables(collection: Collection, width: int) -> Iterable[Table]:
    """What the article did not ask."""
    columns = [
        *_by_source(collection, "a month", _monthly),
        *_by_source(collection, "trend", lambda growth, _: "" if growth.trend is None else f"{growth.trend:.2f}x"),
        *_by_source(collection, "best week", lambda growth, _: _share(growth.best_week)),
        *_by_source(collection, "halved (months)", _halved),
    ]
    return fitted(_titles(collection.records), columns, width)


def article_tables(comparisons: Sequence[Comparison], sources: Sequence[Source], width: int) -> Iterable[Table]:
    """The article's figures, and each source's for the same months."""
    titles = [Text(compared.line.title) for compared in comparisons]

    def column(head: str, cell: Callable[[Comparison], str]) -> Column:
        return Column(Text(head), [Text(cell(compared)) for compared in comparisons])

    columns = [
        column("stars\narticle", lambda compared: f"~{compared.line.stars:,}"),
        *(column(f"stars\n{SOURCE_NAMES[source]}", partial(_stars_then, source)) for source in sources),
        column("6 months\narticle", lambda compared: f"{compared.line.last_six:,}"),
    ]
    for source in sources:
        columns += [
            column(f"6 months\n{SOURCE_NAMES[source]}", partial(_growth_then, source)),
            column(f"article /\n{SOURCE_NAMES[source]}", partial(_ratio, source)),
        ]
    return fitted(titles, columns, width)


def article_as_printed(width: int) -> Iterable[Table]:
    """The March 2026 table, where there is nothing newer."""
    cells = {
        "stars": [f"~{line.stars:,}" for line in LINES],
        "age (months)": [f"{line.age_months}" for line in LINES],
        "last 6": [f"{line.last_six:,}" for line in LINES],
        "licence": [line.licence for line in LINES],
        "backer": [line.backer for line in LINES],
    }
    columns = [Column(Text(head), [Text(cell) for cell in told]) for head, told in cells.items()]
    return fitted([Text(line.title) for line in LINES], columns, width)


def verdict_on_article(comparisons: Sequence[Comparison], sources: Sequence[Source]) -> Iterable[str]:
    """How much of the growth the article saw, by each source."""
    for source in sources:
        ratios = [ratio for each in comparisons if source in each.now and (ratio := each.now[source].ratio(each.line))]
        if ratios:
            exact = all(each.now[source].is_exact for each in comparisons if source in each.now)
            spread = f" (median of {len(ratios)}; {min(ratios):.2f} to {max(ratios):.2f})" if len(ratios) > 1 else ""
            yield (
                f"The article's growth is {median(ratios):.2f} of what {SOURCE_NAMES[source]} says now"
                f"{'' if exact else ', itself a lower bound'}{spread}."
            )


def definitions(screen: Console) -> None:
    """What each column means."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(style="dim")
    for head, meaning in DEFINITIONS:
        table.add_row(head, meaning)
    screen.print(table)


def _titles(records: Iterable[Record]) -> list[Text]:
    return [Text(printable(record.subject.title)) for record in records]


def _column(head: str, records: Sequence[Record], cell: Callable[[Record], str]) -> Column:
    return Column(Text(head), [Text(printable(cell(record))) for record in records])


def _by_source(collection: Collection, head: str, cell: Callable[[Growth, History], str]) -> list[Column]:
    """A column for each source that can fill it; its name stands over it where there are two."""
    columns = []
    for source in collection.sources:
        cells = [_told(record.histories, source, cell) for record in collection.records]
        if any(cells) or source == collection.sources[0]:
            named = f"{head}\n{SOURCE_NAMES[source]}" if len(collection.sources) > 1 else head
            columns.append(Column(Text(named), [Text(told) for told in cells]))
    return columns


def _told(histories: Mapping[Source, History], source: Source, cell: Callable[[Growth, History], str]) -> str:
    return cell(grown(histories[source]), histories[source]) if source in histories else ""


def _coverage(collection: Collection, source: Source) -> Column:
    def cell(record: Record) -> Text:
        share = record.coverage(source)
        if share is None:
            return Text("")
        told = f"{floor(100 * share)} %"  # 100 % is all of them
        return Text(told) if ENOUGH <= share <= TOO_MUCH else Text(f"{told} !", style="yellow")

    head = f"coverage\n{SOURCE_NAMES[source]}" if len(collection.sources) > 1 else "coverage"
    return Column(Text(head), [cell(record) for record in collection.records])


def _monthly(growth: Growth, history: History) -> str:
    if growth.median is None:
        return ""
    return f"{_bound(history)}{floor(growth.median + 0.5):,} ({growth.lowest:,}-{growth.highest:,})"


def _bound(history: History) -> str:
    return ">=" if history.is_lower_bound else ""


def _halved(growth: Growth, _: History) -> str:
    if growth.halved_after is None:
        return ""
    return f"{'' if growth.is_halved else '>'}{growth.halved_after}"


def _stars_then(source: Source, compared: Comparison) -> str:
    now = compared.now.get(source)
    return "" if now is None or now.stars is None else f"{'' if now.is_exact else '>='}{now.stars:,}"


def _growth_then(source: Source, compared: Comparison) -> str:
    now = compared.now.get(source)
    if now is None or now.last_six is None:
        return ""
    return f"{'' if now.is_exact else '>='}{now.last_six:,}{'' if now.months == MONTHS else f' in {now.months}'}"


def _ratio(source: Source, compared: Comparison) -> str:
    now = compared.now.get(source)
    ratio = now.ratio(compared.line) if now else None
    return "" if ratio is None else f"{ratio:.2f}"


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}".replace("%", " %")
