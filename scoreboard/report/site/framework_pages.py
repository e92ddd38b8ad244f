"""The page of one framework: what it is, how it did, what it costs, and every trial of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoreboard.meter.faults.base import NONE
from scoreboard.report.fact_columns import columns_for
from scoreboard.report.site.fault_cells import TINTS, Entry, entries, entry
from scoreboard.report.site.framework_faults import Stories, stories
from scoreboard.report.site.gathered import Gathered
from scoreboard.results.comparison import Comparison, middle
from scoreboard.results.comparison import Entry as Compared
from scoreboard.results.row import Row
from scoreboard.runner.catalogue import BASELINE, Card, family_of

MOST_TRIALS = 300  # that are listed one by one
REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Way:
    """One way to use the framework, and what departs from its documented default there."""

    entry: Entry
    pattern: str
    notes: list[str]


@dataclass(frozen=True)
class Result:
    """How one way to use it did in one task."""

    entry: Entry
    compared: Compared
    otherwise: str
    example: str
    failed: list[Row]


@dataclass(frozen=True)
class TaskResults:
    title: str
    model: str
    lines: list[Result]


@dataclass(frozen=True)
class FactTable:
    """Definitions in front, one value for each entry behind."""

    title: str
    entries: list[Entry]
    lines: list[tuple[str, str, list[str]]]


@dataclass(frozen=True)
class TrialLink:
    id: str
    words: str
    verdict: str
    tint: str


@dataclass(frozen=True)
class TrialList:
    title: str
    links: list[TrialLink]


@dataclass(frozen=True)
class FrameworkPage:
    family: str
    title: str
    card: Card | None
    versions: list[str]
    repo_url: str
    ways: list[Way]
    results: list[TaskResults]
    facts: list[FactTable]
    stories: list[Stories]
    trials: list[TrialList]
    trial_count: int
    listed: int


def framework_page_sections(gathered: Gathered, family: str) -> Mapping[str, Any]:
    """What the template of a framework's page reads."""
    rows = [row for row in gathered.rows if family_of(row.framework) == family]
    card, listed = gathered.cards.get(family), _listed(rows)
    names = [name for name in gathered.frameworks if family_of(name) == family]
    page = FrameworkPage(
        family=family,
        title=gathered.title(family),
        card=card,
        versions=sorted({row.framework_version for row in rows}),
        repo_url=f"https://github.com/{card.repo}" if card and REPOSITORY.fullmatch(card.repo) else "",
        ways=[_way(gathered, each) for each in entries(gathered, names)],
        results=_results(gathered, family),
        facts=_facts(gathered, names),
        stories=stories(gathered, family),
        trials=_trials(gathered, listed),
        trial_count=len(rows),
        listed=len(listed),
    )
    return {"framework": page}


def _way(gathered: Gathered, each: Entry) -> Way:
    """A variant tells only what its framework has not told already."""
    card, family = gathered.cards.get(each.framework), gathered.cards.get(each.family)
    told = family.notes if family and each.framework != each.family else ()
    notes = [note for note in card.notes if note not in told] if card else []
    pattern = card.pattern if card and not (family and told and card.pattern == family.pattern) else ""
    return Way(each, pattern, notes)


def _results(gathered: Gathered, family: str) -> list[TaskResults]:
    """One table a task, below the baseline's line; none of tasks that it was not baked in."""
    found = []
    for comparison in gathered.board.comparisons:
        if any(family_of(each.framework) == family for each in comparison.entries):
            mine = [each for each in comparison.entries if family_of(each.framework) in (family, BASELINE)]
            lines = [_result(gathered, comparison, each) for each in mine]
            found.append(TaskResults(gathered.task_title(comparison.task), comparison.model, lines))
    return found


def _result(gathered: Gathered, comparison: Comparison, compared: Compared) -> Result:
    wanted = (compared.framework, comparison.task, comparison.model)
    rows = [row for row in gathered.healthy if (row.framework, row.task, row.model) == wanted]
    otherwise = [f"{n} {verdict}" for verdict, n in compared.verdicts.items() if verdict != "passed"]
    failed = [row for row in rows if row.verdict not in ("passed", "unsupported")]
    return Result(entry(gathered, compared.framework), compared, ", ".join(otherwise), middle(rows).id, failed)


def _facts(gathered: Gathered, names: Sequence[str]) -> list[FactTable]:
    """Every column there is, as lines; the baseline beside it, to compare with."""
    mine = [name for name in names if name in gathered.facts]
    if not mine:
        return []
    shown = list(dict.fromkeys([*(name for name in [BASELINE] if name in gathered.facts), *mine]))
    facts = [gathered.facts[name] for name in shown]
    known = [entry(gathered, name) for name in shown]
    return [
        FactTable(title, known, [(each.name, each.definition, [each.cell(fact) for fact in facts]) for each in columns])
        for title, columns in columns_for(facts).items()
    ]


def _listed(rows: Sequence[Row]) -> list[Row]:
    """All trials; where that would be too many, the first of each kind."""
    ordered = sorted(rows, key=lambda row: (row.framework, row.model, row.task, row.fault, row.repeat, row.id))
    if len(ordered) <= MOST_TRIALS:
        return ordered
    first: dict[tuple[str, ...], Row] = {}
    for row in ordered:
        first.setdefault((row.framework, row.model, row.task, row.fault, row.verdict), row)
    return list(first.values())


def _trials(gathered: Gathered, rows: Sequence[Row]) -> list[TrialList]:
    """Links by way to use it, model and task; first those without a fault."""
    several = len({row.model for row in gathered.rows}) > 1
    found: dict[str, list[TrialLink]] = {}
    for row in sorted(rows, key=lambda row: (row.framework, row.model, row.task, row.fault != NONE)):
        under = "" if row.fault == NONE else ", under faults"
        model = f", {row.model}" if several else ""
        title = f"{gathered.title(row.framework)}: {gathered.task_title(row.task)}{model}{under}"
        found.setdefault(title, []).append(_link(row))
    return [TrialList(title, links) for title, links in found.items()]


def _link(row: Row) -> TrialLink:
    words = f"repeat {row.repeat + 1}" if row.fault == NONE else row.fault
    mark = row.coping or "unaffected" if row.verdict == "passed" else row.verdict
    return TrialLink(row.id, words, row.verdict, TINTS[mark])
