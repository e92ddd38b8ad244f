"""What the cells of each framework come to, and who can be told from whom."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from scoreboard.report.matrix import BAD_ENDS, GROUPS, wider_interval
from scoreboard.report.site.fault_cells import Entry, entries
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.words import listed
from scoreboard.report.tiers import is_apart, who_leads
from scoreboard.results.matrix import Change, Matrix, Rate, by_group
from scoreboard.results.tiers import Tiers, letters

MOST_NAMED = 4  # in one list of a sentence


@dataclass(frozen=True)
class Share:
    """So many of so many, with the interval in which the true share lies."""

    hits: int
    cells: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Total:
    """One line of the table. Whoever shares a letter cannot be told apart; variants have none."""

    entry: Entry
    got_over: Share | None
    got_over_letters: str
    groups: list[tuple[int, int] | None]
    ended_well: Share | None
    ended_well_letters: str
    ends: list[int]


@dataclass(frozen=True)
class Totals:
    groups: list[str]
    ends: list[str]
    lines: list[Total]


def totals(gathered: Gathered, matrix: Matrix) -> Totals:
    """The table: its columns are those of which there is anything."""
    cells = {name: [c for (each, _), c in matrix.cells.items() if each == name] for name in matrix.frameworks}
    found = {name: by_group(mine) for name, mine in cells.items()}
    groups = [group for group in GROUPS if any(group in each for each in found.values())]
    ends = [mark for mark in BAD_ENDS if any(mark in each.marks for each in matrix.standings)]
    standings = {each.framework: each for each in matrix.standings}
    got_over, ended_well = letters(matrix.got_over), letters(matrix.ended_well)
    lines = [
        Total(
            entry,
            share(standings[entry.framework].got_over),
            got_over.get(entry.framework, ""),
            [found[entry.framework].get(group) for group in groups],
            share(standings[entry.framework].ended_well),
            ended_well.get(entry.framework, ""),
            [standings[entry.framework].marks.get(mark, 0) for mark in ends],
        )
        for entry in entries(gathered, matrix.frameworks)
    ]
    heads = [group.replace("_", " ") for group in groups]
    return Totals(heads, [BAD_ENDS[mark].replace("-\n", "") for mark in ends], lines)


def share(rate: Rate) -> Share | None:
    """None where nothing was tried."""
    found = wider_interval(rate)
    if rate.share is None or found is None:
        return None
    return Share(rate.hits, rate.cells, rate.share, *found)


def sentences(matrix: Matrix, title: Callable[[str], str]) -> list[str]:
    """What a chooser needs first; nothing that is not proven."""
    told = [
        _leads("gets over more faults than", "by how many faults they get over", matrix.got_over, title),
        _leads(
            "ends well (right answer or an honest exception) more often than",
            "by how often they end well",
            matrix.ended_well,
            title,
        ),
        _hardening(matrix.changes, title),
    ]
    return [each for each in told if each]


def _leads(more: str, by: str, tiers: Tiers, title: Callable[[str], str]) -> str:
    if not tiers.pairs:
        return ""
    apart = [pair for pair in tiers.pairs if pair.apart]
    if not apart:
        pairs = "one pair" if len(tiers.pairs) == 1 else f"{len(tiers.pairs)} pairs"
        return f"Nobody can be told from anybody {by} ({pairs} compared)."
    leads = [
        f"{title(winner)} {more} {listed(map(title, losers), MOST_NAMED)}"
        for winner, losers in who_leads(apart).items()
    ]
    told = "; ".join([leads[0], *(each.replace(f" {more} ", " than ", 1) for each in leads[1:])])
    open_pairs = len(tiers.pairs) - len(apart)
    rest = f" The other {open_pairs} of {len(tiers.pairs)} pairs cannot be told apart." if open_pairs else ""
    return f"{told[:1].upper()}{told[1:]}.{rest}"


def _hardening(changes: Iterable[Change], title: Callable[[str], str]) -> str:
    changes = list(changes)
    if not changes:
        return ""
    better = [title(each.variant) for each in changes if is_apart(each) and each.gained > each.lost]
    worse = [title(each.variant) for each in changes if is_apart(each) and each.gained < each.lost]
    told = []
    for names, what in ((better, "more"), (worse, "less")):
        if names:
            told.append(f"{listed(names)} {_gets(names)} over {what} than by default.")
    same = len(changes) - len(better) - len(worse)
    if same:
        told.append(f"For {same} of {len(changes)} variants no difference from their own default is proven.")
    return " ".join(told)


def _gets(names: Collection[str]) -> str:
    return "gets" if len(names) == 1 else "get"
