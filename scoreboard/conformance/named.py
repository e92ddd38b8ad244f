"""Which adapters are meant by what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scoreboard.runner.catalogue import Card, choose_frameworks, family_of, framework_cards
from scoreboard.runner.outside import Say, outside_adapters


def named_cards(names: Sequence[str], home: Path, say: Say, *, variants: bool) -> dict[str, Card]:
    """The cards of frameworks, variants and files; without a name, those of every framework but the controls."""
    paths = [Path(name).resolve() for name in names if name.endswith(".py")]
    within = [name for name in names if not name.endswith(".py")]
    known = framework_cards()
    if names:
        chosen = choose_frameworks(",".join(within), known, variants=variants) if within else []
    else:
        chosen = [name for name in choose_frameworks(None, known, variants=variants) if not known[name].is_control]
    outside = outside_adapters(paths, home, say)
    also = [name for name in outside if variants or name == family_of(name)]
    return {name: known[name] for name in chosen} | {name: outside[name] for name in also}
