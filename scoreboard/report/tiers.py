"""What may be concluded from a matrix, in words: who can be told apart, and what it would take for the others."""

from __future__ import annotations

from collections.abc import Iterable

from scoreboard.results.matrix import Matrix
from scoreboard.results.tiers import Pair, Tiers

CLOSEST = 3  # pairs that are told of, of those that are not apart
ALPHA = 0.05


def conclusions(matrix: Matrix) -> Iterable[str]:
    """One line each; nothing where there is nobody to compare with."""
    yield from _tiers("Who gets over more", "gets over more than", matrix.got_over)
    yield from _tiers("Who ends well more often", "ends well more often than", matrix.ended_well)
    for change in matrix.changes:
        apart = "apart" if change.adjusted_p < ALPHA else "not apart"
        yield (
            f"{change.variant} gets over {change.gained} that the default does not, and not over {change.lost} that it "
            f"does, of {change.cells} faults that both were tried with: {apart} (p = {change.adjusted_p:.2g})."
        )


def _tiers(what: str, more: str, tiers: Tiers) -> Iterable[str]:
    if not tiers.pairs:
        return
    apart = [pair for pair in tiers.pairs if pair.apart]
    yield (
        f"{what}: {len(apart)} of {len(tiers.pairs)} pairs can be told apart (exact McNemar test, once and always of a "
        f"fault counted as one, Holm over all pairs, {ALPHA:.0%}). Within a tier nobody can be told from anybody."
    )
    yield from _apart(more, apart)
    for group in tiers.groups:
        yield f"  tier: {', '.join(sorted(group))}"
    close = sorted((p for p in tiers.pairs if not p.apart and p.more_cells), key=lambda p: (p.more_cells, p.first))
    if close:
        told = [f"{p.first} and {p.second} about {p.more_cells}" for p in close[:CLOSEST]]
        never = sum(1 for pair in tiers.pairs if not pair.apart and pair.more_cells is None)
        some = f"; for {never} {'pair' if never == 1 else 'pairs'} no number of such cells would do" if never else ""
        yield f"  More cells that would set a pair apart, at the same proportions: {', '.join(told)}{some}."


def _apart(more: str, apart: Iterable[Pair]) -> Iterable[str]:
    """The pairs that are apart, by who has more."""
    less: dict[str, list[str]] = {}
    for pair in apart:
        ahead = pair.first_only > pair.second_only
        winner, loser = (pair.first, pair.second) if ahead else (pair.second, pair.first)
        less.setdefault(winner, []).append(loser)
    for winner, losers in sorted(less.items()):
        yield f"  {winner} {more} {', '.join(sorted(losers))}"
