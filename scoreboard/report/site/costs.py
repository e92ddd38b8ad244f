"""The section that tells what each framework costs beyond the work itself: charts, a table, and where to get both."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from markupsafe import Markup

from scoreboard.report.facts import in_order
from scoreboard.report.site.cost_figures import Cost, Figure, all_costs, shown_frameworks, tasks_in_order
from scoreboard.report.site.cost_words import amount, bars, condition, finding, times, unknown
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.ratio_chart import is_wide, ratio_chart
from scoreboard.report.site.section import Section
from scoreboard.runner.catalogue import BASELINE

TITLE = "What it costs"
LEAD = "What do I pay for a framework before and beyond the work itself, in tokens, requests, time and memory?"
LOGARITHMIC = "The scale is logarithmic: equal lengths multiply."
ABSOLUTE = (
    f"{BASELINE} was not baked here, so these are absolute figures; `bakeoff run` with it, and `bakeoff facts`, "
    "give the multiples of no framework."
)
COLUMNS = ("framework", "cost", "unit", "model", "task", "fault", "value", "ratio", "at_least")


@dataclass(frozen=True)
class Chart:
    """One drawing and the words around it. `when` is the choice it is shown for; empty where it is always shown."""

    title: str
    condition: str
    svg: Markup
    finding: str
    notes: str
    definition: str
    when: str


@dataclass(frozen=True)
class Cell:
    """A figure in the table: how it reads, and what it is sorted by."""

    told: str = ""
    times: str = ""
    value: float | str = ""


@dataclass(frozen=True)
class Column:
    """A cost in the table, its cells by framework."""

    name: str
    title: str
    condition: str
    unit: str
    when: str
    cells: dict[str, Cell]


def costs_section(gathered: Gathered) -> Section:
    """Everything that is known of costs."""
    costs = all_costs(gathered)
    if not costs:
        return Section("costs", TITLE, LEAD, missing="Nothing passed yet, so no cost is known: see `bakeoff show`.")
    choices = _choices(costs, gathered)
    return Section(
        "costs",
        TITLE,
        LEAD,
        shown={
            "choices": {when: condition(cost, gathered) for when, cost in choices.items()},
            "charts": [_chart(cost, gathered, _when(cost, choices)) for cost in costs],
            "frameworks": [(name, gathered.title(name)) for name in shown_frameworks(gathered.frameworks)],
            "columns": [_column(cost, gathered, _when(cost, choices)) for cost in costs],
            "absolute": "" if any(cost.is_relative for cost in costs) else ABSOLUTE,
            "has_facts": bool(gathered.facts),
        },
        data={
            "costs.csv": lambda: costs_csv(costs),
            "costs.json": lambda: costs_json(costs),
            "facts.json": lambda: json.dumps({"facts": [asdict(f) for f in in_order(gathered.board.facts)]}, indent=1),
        },
    )


def costs_csv(costs: Sequence[Cost]) -> str:
    """One line for each framework and cost, and each fault; unknown is empty."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for cost in costs:
        for fault in cost.faults or ("",):
            told = {
                "cost": cost.kind.name,
                "unit": cost.kind.unit,
                "model": cost.model,
                "task": cost.task,
                "fault": fault,
            }
            writer.writerows(told | asdict(figure) for figure in cost.figures)
    return stream.getvalue()


def costs_json(costs: Sequence[Cost]) -> str:
    """The same with definitions; unknown is null."""
    told = [
        {
            "cost": cost.kind.name,
            "title": cost.kind.title,
            "unit": cost.kind.unit,
            "definition": cost.kind.definition,
            "model": cost.model or None,
            "task": cost.task or None,
            "faults": list(cost.faults),
            "figures": [asdict(figure) for figure in cost.figures],
        }
        for cost in costs
    ]
    return json.dumps(told, indent=1)


def _choices(costs: Sequence[Cost], gathered: Gathered) -> dict[str, Cost]:
    """What can be chosen among: tasks, with their models where there are several; each by a word for the address."""
    found: dict[tuple[str, str], Cost] = {}
    for cost in costs:
        if cost.task:
            found.setdefault((cost.model, cost.task), cost)
    models = sorted({model for model, _ in found})
    order = [(model, task) for model in models for task in tasks_in_order(gathered) if (model, task) in found]
    return {
        task if len(models) == 1 else f"{task}.{models.index(model) + 1}": found[model, task] for model, task in order
    }


def _when(cost: Cost, choices: dict[str, Cost]) -> str:
    if not cost.task or len(choices) < 2:
        return ""
    return next(when for when, one in choices.items() if (one.model, one.task) == (cost.model, cost.task))


def _chart(cost: Cost, gathered: Gathered, when: str) -> Chart:
    lines, told, where = bars(cost, gathered), finding(cost, gathered), condition(cost, gathered)
    title = f"{cost.kind.title}{f' ({where})' if where else ''}"
    notes = [LOGARITHMIC if is_wide(lines) else "", unknown(cost, gathered)]
    return Chart(
        title=cost.kind.title,
        condition=condition(cost, gathered, in_full=True),
        svg=ratio_chart(lines, f"{title}. {told} Every figure stands in the table.", is_relative=cost.is_relative),
        finding=told,
        notes=" ".join(filter(None, notes)),
        definition=cost.kind.definition,
        when=when,
    )


def _column(cost: Cost, gathered: Gathered, when: str) -> Column:
    name = ".".join(filter(None, (cost.kind.name, when, *(fault.partition("/")[0] for fault in cost.faults))))
    cells = {figure.framework: _cell(figure, cost) for figure in cost.figures}
    return Column(name, cost.kind.title, condition(cost, gathered), cost.kind.unit, when, cells)


def _cell(figure: Figure, cost: Cost) -> Cell:
    if figure.value is None:
        return Cell()
    least = "≥" if figure.at_least else ""
    multiple = "" if figure.ratio is None else f"{least}{times(figure.ratio)}"
    return Cell(f"{least}{amount(figure.value, cost.kind)}", multiple, figure.value)
