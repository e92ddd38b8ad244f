"""The section that tells how all was measured: enough to check it, to doubt it, and to do it again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

import scoreboard
from scoreboard.meter.faults.base import NONE
from scoreboard.report.remarks import sittings
from scoreboard.report.site.cost_figures import tasks_in_order
from scoreboard.report.site.definitions import definitions
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.limits import how_far_to_trust, not_measured
from scoreboard.report.site.reproduction import Kitchen, difference, recipes
from scoreboard.report.site.section import Section
from scoreboard.results.judge import Verdict
from scoreboard.results.row import Row
from scoreboard.runner.catalogue import CONTROLS, by_family, family_of, framework_cards, task_files

TITLE = "How this was measured"
LEAD = "How do I repeat all this? What was asked of which versions, what does each word mean, what is not measured?"


@dataclass(frozen=True)
class Planned:
    """What was asked of one task with one model."""

    task: str
    title: str
    prompt: str
    instructions: str
    model: str
    frameworks: int
    repeats: int
    seeds: tuple[int, ...]
    faults: int
    budget: str


@dataclass(frozen=True)
class Baked:
    """One framework, exactly as it ran."""

    framework: str
    title: str
    package: str
    version: str
    lock_digest: str
    adapter_digest: str
    trials: int


def method_section(gathered: Gathered) -> Section:
    """All of it, as words and as a file."""
    told: dict[str, Any] = {
        "plan": [asdict(planned) for planned in plan_of(gathered)],
        "trials": trials_by_verdict(gathered),
        "set_aside": gathered.board.set_aside,
        "baked": [asdict(baked) for baked in baked_of(gathered)],
        "circumstances": circumstances(gathered),
        "commands": commands(gathered),
        "not_measured": not_measured(gathered),
        "trust": how_far_to_trust(gathered),
        "definitions": {title: [asdict(each) for each in its] for title, its in definitions(gathered).items()},
    }
    return Section("method", TITLE, LEAD, shown=told, data={"method.json": lambda: json.dumps(told, indent=1)})


def plan_of(gathered: Gathered) -> list[Planned]:
    """What was asked, by model and task."""
    found = []
    for model in sorted({row.model for row in gathered.healthy}):
        for name in tasks_in_order(gathered):
            rows = [row for row in gathered.healthy if (row.model, row.task) == (model, name)]
            if not rows:
                continue
            faults = {row.fault for row in gathered.rows if (row.model, row.task) == (model, name)} - {NONE}
            task = gathered.tasks[name](rows[0].seed) if name in gathered.tasks else None
            team = [f"{role.name}: {role.instructions}" for role in task.team] if task else []
            found.append(
                Planned(
                    task=name,
                    title=gathered.task_title(name),
                    prompt=task.prompt if task else "",
                    instructions="\n".join(filter(None, [task.instructions if task else "", *team])),
                    model=model,
                    frameworks=len({row.framework for row in rows}),
                    repeats=max(row.repeat for row in rows) + 1,
                    seeds=tuple(dict.fromkeys(row.seed for row in sorted(rows, key=lambda row: row.repeat))),
                    faults=len(faults),
                    budget="; ".join(
                        f"{budget.max_calls:,} calls, {budget.max_tokens:,} tokens, {budget.timeout_s:g} s"
                        for budget in dict.fromkeys(row.budget for row in rows)
                    ),
                )
            )
    return found


def trials_by_verdict(gathered: Gathered) -> dict[str, dict[Verdict, int]]:
    """How many trials ended how, for each kind of trial; every verdict is told, also where it never occurred."""
    kinds = {
        "frameworks, nothing goes wrong": gathered.healthy,
        "frameworks, under a fault": [row for row in gathered.rows if row.fault != NONE],
        f"controls ({' and '.join(CONTROLS)})": [row for row in gathered.rows if row.framework in CONTROLS],
    }
    counts = {kind: Counter(row.verdict for row in rows) for kind, rows in kinds.items() if rows}
    return {kind: {verdict: count[verdict] for verdict in get_args(Verdict)} for kind, count in counts.items()}


def baked_of(gathered: Gathered) -> list[Baked]:
    """Each version, lock and adapter that ran, with the number of its trials; a variant with a lock of its own too."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in sorted(gathered.rows, key=lambda row: by_family(row.framework)):
        if row.framework not in CONTROLS:
            made_of = (family_of(row.framework), row.framework_version, row.lock_digest, row.adapter_digest)
            found.setdefault(made_of, []).append(row)
    packages = {name: card.package for name, card in gathered.cards.items()}
    return [
        Baked(
            framework=name,
            title=gathered.title(rows[0].framework),
            package=packages.get(name, name),
            version=version,
            lock_digest=lock,
            adapter_digest=adapter,
            trials=len(rows),
        )
        for (name, version, lock, adapter), rows in found.items()
    ]


def circumstances(gathered: Gathered) -> Mapping[str, str]:
    """Where and when."""
    rows = gathered.rows
    moments = sittings(rows)
    first, last = (moment(row.started_at for row in rows)[:16].replace("T", " ") for moment in (min, max))
    count = "one sitting" if len(moments) == 1 else f"{len(moments)} sittings"
    return {
        "Trials": f"{len(rows):,}, between {first} and {last} UTC, in {count}",
        "Machine": "; ".join(sorted({row.machine for row in rows})),
        "Python": ", ".join(sorted({row.python_version for row in rows})),
        "Bakeoff": ", ".join(sorted({row.bakeoff_version for row in rows})),
        "Harness": ", ".join(sorted({row.harness_digest for row in rows})),
        "This page": f"Bakeoff {scoreboard.__version__}",
    }


def commands(gathered: Gathered) -> dict[str, Any]:
    """What to type, and by how much it misses what is shown here, if it does."""
    kitchen = Kitchen(framework_cards(), task_files())
    found = recipes(gathered.rows, kitchen)
    lacking, further = difference(gathered.rows, found, kitchen)
    lines = [recipe.command for recipe in found]
    lines += ["bakeoff facts"] if gathered.board.facts else []
    lines += ["bakeoff stars"] if gathered.stars else []
    notes = []
    if lacking:
        notes.append(f"{lacking} of the trials shown here are in none of these commands.")
    if further:
        notes.append(f"They bake {further} trials that are not shown here, because they have not been baked yet.")
    return {"lines": [*lines, "bakeoff report"], "notes": notes}
