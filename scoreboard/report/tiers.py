"""What may be concluded from a matrix, in words: who can be told apart, and what it would take for the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scoreboard.results.matrix import Change, Matrix
from scoreboard.results.tiers import Pair, Tiers

Naming = Callable[[str], str]  # what a framework is called where the words are shown

CLOSEST = 3  # pairs that are told of, of those that are not apart
ALPHA = 0.05


def conclusions(matrix: Matrix, name: Naming = str) -> Iterable[str]:
    """One line each; nothing where there is nobody to compare with."""
    yield from _tiers("Who gets over more", "gets over more than", matrix.got_over, name)
    yield from _tiers("Who ends well more often", "ends well more often than", matrix.ended_well, name)
    for change in matrix.changes:
        apart = "apart" if is_apart(change) else "not apart"
        yield (
            f"{name(change.variant)} gets over {change.gained} that the default does not, and not over {change.lost} "
            f"that it does, of {change.cells} faults that both were tried with: {apart} (p = {change.adjusted_p:.2g})."
        )


def is_apart(change: Change) -> bool:
    """Whether a variant gets over measurably more, or less, than its framework by default."""
    return change.adjusted_p < ALPHA


def _tiers(what: str, more: str, tiers: Tiers, name: Naming) -> Iterable[str]:
    if not tiers.pairs:
        return
    apart = [pair for pair in tiers.pairs if pair.apart]
    yield (
        f"{what}: {len(apart)} of {len(tiers.pairs)} pairs can be told apart (exact McNemar test, once and always of a "
        f"fault counted as one, Holm over all pairs, {ALPHA:.0%}). Within a tier nobody can be told from anybody."
    )
    for winner, losers in who_leads(apart).items():
        yield f"  {name(winner)} {more} {', '.join(map(name, losers))}"
    for group in tiers.groups:
        yield f"  tier: {', '.join(map(name, sorted(group)))}"
    close = sorted((p for p in tiers.pairs if not p.apart and p.more_cells), key=lambda p: (p.more_cells, p.first))
    if close:
        told = [f"{name(p.first)} and {name(p.second)} about {p.more_cells}" for p in close[:CLOSEST]]
        never = sum(1 for pair in tiers.pairs if not pair.apart and pair.more_cells is None)
        some = f"; for {never} {'pair' if never == 1 else 'pairs'} no number of such cells would do" if never else ""
        yield f"  More cells that would set a pair apart, at the same proportions: {', '.join(told)}{some}."


def who_leads(apart: Iterable[Pair]) -> dict[str, list[str]]:
    """The pairs that are apart, by who has more."""
    less: dict[str, list[str]] = {}
    for pair in apart:
        ahead = pair.first_only > pair.second_only
        winner, loser = (pair.first, pair.second) if ahead else (pair.second, pair.first)
        less.setdefault(winner, []).append(loser)
    return {winner: sorted(losers) for winner, losers in sorted(less.items())}
