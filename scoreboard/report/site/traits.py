"""What a chooser may insist on, read off what was measured. The docstring of each trait is its public definition."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scoreboard.report.site.gathered import Gathered
from scoreboard.results.comparison import rated
from scoreboard.results.matrix import Cell, Mark
from scoreboard.results.row import Row
from scoreboard.runner.catalogue import family_of
from tasks.base import Shape

NOT_STOPPED: frozenset[Mark] = frozenset({"runaway", "timeout", "crashed"})

Ask = Callable[[Gathered, str], bool | None]  # of one entry; None: not measured


@dataclass(frozen=True)
class Trait:
    """Something to insist on: a name for addresses, a few words, and how it is found out."""

    name: str
    words: str
    short: str  # on a badge
    ask: Ask
    by_variant: bool = True  # whether a framework has it that one of its variants has

    @property
    def definition(self) -> str:
        return inspect.getdoc(self.ask) or ""


@dataclass(frozen=True)
class Finding:
    """Whether an entry has a trait; by a variant's settings where its default has not."""

    trait: Trait
    has: bool | None
    by: str = ""


def streams(gathered: Gathered, framework: str) -> bool | None:
    """It asked the model for a stream, as it was baked here."""
    return framework in gathered.streaming


def recovers(gathered: Gathered, framework: str) -> bool | None:
    """A tool that raised once was got over: right answer, nothing done twice (fault tool_raises)."""
    cell = _cell(gathered, framework, "tool_raises")
    return None if cell is None or not cell.is_rated else cell.got_over


def stops(gathered: Gathered, framework: str) -> bool | None:
    """With a model that never finishes it ended by itself, before our budget stopped it (fault never_finishes)."""
    cell = _cell(gathered, framework, "never_finishes")
    return None if cell is None or cell.mark == "void" else cell.mark not in NOT_STOPPED


def typed(gathered: Gathered, framework: str) -> bool | None:
    """Every trial of a task with a typed answer passed."""
    return _passed(_of_shape(gathered, framework, "structured"))


def phones_nobody(gathered: Gathered, framework: str) -> bool | None:
    """It tried to reach no host but its model: in no trial of any variant, and not while `bakeoff facts` watched it."""
    family = family_of(framework)
    facts = gathered.facts.get(family)
    if any(row.connection_attempts for row in gathered.rows if family_of(row.framework) == family):
        return False
    return None if facts is None else not facts.traces.connections


TRAITS = (
    Trait("streams", "streams", "streams", streams),
    Trait("recovers", "recovers from tool errors", "gets over tool errors", recovers),
    Trait("stops", "stops by itself", "stops by itself", stops),
    Trait("typed", "has a typed answer", "typed answer", typed),
    Trait("phones", "phones nobody", "phones nobody", phones_nobody, by_variant=False),
)


def findings(gathered: Gathered, framework: str) -> list[Finding]:
    """Every trait of an entry; a framework's own entry may have it by one of its variants."""
    found = []
    for trait in TRAITS:
        has, by = trait.ask(gathered, framework), ""
        if not has and trait.by_variant and framework == family_of(framework):
            by = next((name for name in variants_of(gathered, framework) if trait.ask(gathered, name)), "")
        found.append(Finding(trait, True if by else has, by.partition("/")[2]))
    return found


def patterns(gathered: Gathered, framework: str) -> dict[str, list[str]]:
    """The ways in which its team passed every trial, each with the entries that work so."""
    entries = [framework, *(variants_of(gathered, framework) if framework == family_of(framework) else [])]
    found: dict[str, list[str]] = {}
    for name in entries:
        card = gathered.cards.get(name)
        if card and card.pattern and _passed(_of_shape(gathered, name, "team")):
            found.setdefault(card.pattern, []).append(name)
    return found


def variants_of(gathered: Gathered, family: str) -> list[str]:
    """The further ways in which a framework was baked."""
    return [name for name in gathered.frameworks if family_of(name) == family and name != family]


def _of_shape(gathered: Gathered, framework: str, shape: Shape) -> list[Row]:
    tasks = {name for name, task in gathered.tasks.items() if task.shape == shape}
    return [row for row in gathered.healthy if row.framework == framework and row.task in tasks]


def _passed(rows: Iterable[Row]) -> bool | None:
    tried = rated(list(rows))
    return all(row.verdict == "passed" for row in tried) if tried else None


def _cell(gathered: Gathered, framework: str, fault: str) -> Cell | None:
    cells = [
        cell
        for matrix in gathered.matrices
        for (name, (_, tried)), cell in matrix.cells.items()
        if name == framework and tried == fault
    ]
    return next((cell for cell in cells if cell.is_rated), cells[0] if cells else None)
