"""The audit: what the frameworks claim to have used, divided by what the wire saw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rich.table import Table

from scoreboard.results.comparison import Claims, Comparison, Entry
from scoreboard.runner.catalogue import by_family

TITLE = "claimed / wire: what each framework says it used, divided by what was measured; blank where it says nothing"


def claims_tables(comparisons: Sequence[Comparison], width: int, gap: int) -> Iterable[Table]:
    """One row a framework, tokens and calls for each task; as many tables as it takes to fit."""
    found = {
        _name(each, comparisons): {entry.framework: entry.claims for entry in each.entries} for each in comparisons
    }
    frameworks = sorted({name for claims in found.values() for name in claims}, key=by_family)
    names = max(len(shown_name(name, frameworks)) for name in frameworks)
    columns: list[tuple[str, list[str]]] = []
    used = names
    for task, claims in found.items():
        both = [(f"{task} tokens", tokens), ("calls", calls)]
        pair = [(title, [cell(claims[name]) if name in claims else "" for name in frameworks]) for title, cell in both]
        needed = sum(gap + max(map(len, (title, *cells))) for title, cells in pair)
        if columns and used + needed > width:
            yield _table(frameworks, columns, gap)
            columns, used = [], names
        columns += pair
        used += needed
    yield _table(frameworks, columns, gap)


def shown_name(framework: str, among: Collection[str]) -> str:
    """A variant is folded out below its framework, where that is there."""
    family, _, variant = framework.partition("/")
    return f"  /{variant}" if variant and family in among else framework


def tokens(claims: Claims) -> str:
    """The tokens claimed, input and output, divided by the wire's; one figure where they agree."""
    told = [claim for claim in (claims.input_tokens, claims.output_tokens) if claim is not None]
    return "/".join(dict.fromkeys(f"{claim:.2f}" for claim in told))


def calls(claims: Claims) -> str:
    """The model calls claimed, divided by the wire's."""
    return "" if claims.calls is None else f"{claims.calls:.2f}"


def anything_claimed(entries: Iterable[Entry]) -> bool:
    return any(tokens(entry.claims) or calls(entry.claims) for entry in entries)


def _name(comparison: Comparison, among: Sequence[Comparison]) -> str:
    """The task; with the model and the fault where there are several."""
    twice = sum(each.task == comparison.task for each in among) > 1
    return f"{comparison.task} ({comparison.model}, {comparison.fault})" if twice else comparison.task


def _table(frameworks: Sequence[str], columns: Sequence[tuple[str, Sequence[str]]], gap: int) -> Table:
    table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    for title, _ in columns:
        table.add_column(title, justify="right", no_wrap=True)
    for number, framework in enumerate(frameworks):
        table.add_row(shown_name(framework, frameworks), *(cells[number] for _, cells in columns))
    return table
