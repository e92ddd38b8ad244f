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

Ask = Callable[[Gathered, str, str], bool | None]  # of one entry with one model; None: not measured


@dataclass(frozen=True)
class Trait:
    """Something to insist on: a name for addresses, a few words, and how it is found out."""

    name: str
    words: str
    lacks: str  # the same in words for who has it not
    ask: Ask
    note: Callable[[Gathered, str, str], str] | None = None  # how it has it

    @property
    def definition(self) -> str:
        return inspect.getdoc(self.ask) or ""


@dataclass(frozen=True)
class Finding:
    """Whether an entry has a trait; `by` is the variant of a framework that has it where its default has not."""

    trait: Trait
    has: bool | None
    by: str = ""
    note: str = ""


def streams(gathered: Gathered, framework: str, model: str) -> bool | None:
    """It asked the model for a stream, as it was baked here."""
    asked = [row for row in gathered.healthy if (row.framework, row.model) == (framework, model)]
    return any(row.id in gathered.streaming for row in asked) if asked else None


def recovers(gathered: Gathered, framework: str, model: str) -> bool | None:
    """A tool that raised once was got over: right answer, nothing done twice (fault tool_raises)."""
    cells = _cells(gathered, framework, model, "tool_raises")
    return all(cell.got_over for cell in cells) if cells else None


def stops(gathered: Gathered, framework: str, model: str) -> bool | None:
    """With a model that never finishes it ended by itself, before our budget stopped it (fault never_finishes)."""
    cells = _cells(gathered, framework, model, "never_finishes")
    return all(cell.mark not in NOT_STOPPED for cell in cells) if cells else None


def typed(gathered: Gathered, framework: str, model: str) -> bool | None:
    """Every trial of a task with a typed answer passed."""
    return _passed(_of_shape(gathered, framework, model, "structured"))


def phones_nobody(gathered: Gathered, framework: str, _model: str) -> bool | None:
    """Neither in a trial, of any variant, nor while `bakeoff facts` watched it did it try to reach another host."""
    family = family_of(framework)
    facts = gathered.facts.get(family)
    if any(row.connection_attempts for row in gathered.rows if family_of(row.framework) == family):
        return False
    return None if facts is None else not facts.traces.connections


def calls_until_it_stopped(gathered: Gathered, framework: str, model: str) -> str:
    """How many requests it made to a model that never finishes."""
    most = max((cell.row.requests or 0 for cell in _cells(gathered, framework, model, "never_finishes")), default=0)
    return f"after {most:,} {'call' if most == 1 else 'calls'}" if most else ""


TRAITS = (
    Trait("streams", "streams", "does not stream", streams),
    Trait("recovers", "recovers from tool errors", "does not recover from tool errors", recovers),
    Trait("stops", "stops by itself", "does not stop by itself", stops, note=calls_until_it_stopped),
    Trait("typed", "has a typed answer", "failed a typed answer", typed),
    Trait("phones_nobody", "phones nobody", "tries to reach other hosts", phones_nobody),
)


def findings(gathered: Gathered, framework: str, model: str) -> list[Finding]:
    """Every trait of an entry, and for a framework's own entry the variant that has what it has not."""
    found = []
    for trait in TRAITS:
        has, by = trait.ask(gathered, framework, model), ""
        if not has and framework == family_of(framework):
            others = variants_of(gathered, framework)
            by = next((name for name in others if trait.ask(gathered, name, model)), "")
        note = trait.note(gathered, by or framework, model) if trait.note and (has or by) else ""
        found.append(Finding(trait, has, by.partition("/")[2], note))
    return found


def pattern(gathered: Gathered, framework: str, model: str) -> str:
    """The way in which its team works together, if it passed every trial; as its adapter says."""
    card = gathered.cards.get(framework)
    return card.pattern if card and _passed(_of_shape(gathered, framework, model, "team")) else ""


def patterns_of_variants(gathered: Gathered, framework: str, model: str) -> dict[str, str]:
    """Further ways of a framework's teams that passed, each with the variant that works so."""
    found: dict[str, str] = {}
    for name in variants_of(gathered, framework) if framework == family_of(framework) else []:
        found.setdefault(pattern(gathered, name, model), name.partition("/")[2])
    return {way: by for way, by in found.items() if way and way != pattern(gathered, framework, model)}


def variants_of(gathered: Gathered, family: str) -> list[str]:
    """The further ways in which a framework was baked."""
    return [name for name in gathered.frameworks if family_of(name) == family and name != family]


def _of_shape(gathered: Gathered, framework: str, model: str, shape: Shape) -> list[Row]:
    tasks = {name for name, task in gathered.tasks.items() if task.shape == shape}
    mine = [row for row in gathered.healthy if (row.framework, row.model) == (framework, model)]
    return [row for row in mine if row.task in tasks]


def _passed(rows: Iterable[Row]) -> bool | None:
    tried = rated(list(rows))
    return all(row.verdict == "passed" for row in tried) if tried else None


def _cells(gathered: Gathered, framework: str, model: str, fault: str) -> list[Cell]:
    """Whatever the task: all that tell anything."""
    return [
        cell
        for matrix in gathered.matrices
        for (name, (_, tried)), cell in matrix.cells.items()
        if (matrix.model, name, tried) == (model, framework, fault) and cell.is_rated
    ]
