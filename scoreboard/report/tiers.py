"""What may be concluded from a matrix, in words: who can be told apart, and what it would take for the others."""

from __future__ import annotations

from collections.abc import Iterable

from scoreboard.results.matrix import Matrix
from scoreboard.results.tiers import Tiers

CLOSEST = 3  # pairs that are told of, of those that are not apart
ALPHA = 0.05


def conclusions(matrix: Matrix) -> Iterable[str]:
    """One line each; nothing where there is nobody to compare with."""
    yield from _tiers("Gets over faults", matrix.got_over)
    yield from _tiers("Ends well (right, or with an exception)", matrix.ended_well)
    for variant, p in matrix.from_default.items():
        rates = {standing.framework: standing.got_over for standing in matrix.standings}
        mine, default = rates[variant], rates[variant.partition("/")[0]]
        apart = "apart" if p < ALPHA else "not apart"
        yield (
            f"{variant} gets over {mine.hits}/{mine.cells}, by default {default.hits}/{default.cells}: {apart} "
            f"(p = {p:.2g})."
        )


def _tiers(what: str, tiers: Tiers) -> Iterable[str]:
    if not tiers.pairs:
        return
    apart = sum(pair.apart for pair in tiers.pairs)
    yield (
        f"{what}: {apart} of {len(tiers.pairs)} pairs can be told apart (exact McNemar test over the cells both have, "
        f"Holm over all pairs, {ALPHA:.0%}). Within a tier nobody can be told from anybody; the order says nothing:"
    )
    for number, group in enumerate(tiers.groups, start=1):
        yield f"  tier {number}: {', '.join(sorted(group))}"
    close = sorted((p for p in tiers.pairs if not p.apart and p.more_cells), key=lambda p: (p.more_cells, p.first))
    if close:
        told = [f"{p.first} and {p.second} about {p.more_cells}" for p in close[:CLOSEST]]
        never = sum(1 for pair in tiers.pairs if not pair.apart and pair.more_cells is None)
        more = f"; for {never} pairs no number of such cells would do" if never else ""
        yield f"  More cells that would set a pair apart, at the same proportions: {', '.join(told)}{more}."
