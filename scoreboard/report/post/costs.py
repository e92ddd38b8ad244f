"""What it costs: a picture for each kind of cost with its finding, and every figure in tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoreboard.report.post.markdown import Markdown, table
from scoreboard.report.post.pictures import Picture, beside, titled
from scoreboard.report.site.cost_figures import Cost, all_costs, shown_frameworks
from scoreboard.report.site.cost_words import bars, condition, finding, label, unknown
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.ratio_chart import is_wide, ratio_chart

TOGETHER = 2  # charts in one picture: as wide as a text is
LOGARITHMIC = "The scale is logarithmic."


@dataclass(frozen=True)
class Part:
    """One kind of cost: drawn under the first condition it was measured in, told for all of them."""

    title: str
    definition: str
    findings: list[str]
    notes: str
    figures: Markdown
    name: str
    drawing: str
    said: str  # what it shows


@dataclass(frozen=True)
class Sheet:
    """Kinds that share a picture."""

    picture: Picture
    parts: list[Part]


def cost_sheets(gathered: Gathered) -> list[Sheet]:
    """Every kind of which anything is known, in the order in which a chooser asks."""
    kinds: dict[str, list[Cost]] = {}
    for cost in all_costs(gathered):
        kinds.setdefault(cost.kind.name, []).append(cost)
    parts = [_part(costs, gathered) for costs in kinds.values()]
    return [_sheet(parts[place : place + TOGETHER]) for place in range(0, len(parts), TOGETHER)]


def _sheet(parts: list[Part]) -> Sheet:
    name = f"cost-{'-'.join(part.name for part in parts)}".replace("_", "-")
    alt = " ".join(f"{part.title}: {part.said}" for part in parts)
    return Sheet(Picture(name, f"Bar charts. {alt}", beside([part.drawing for part in parts])), parts)


def _part(costs: Sequence[Cost], gathered: Gathered) -> Part:
    first = costs[0]
    lines, said = bars(first, gathered), _told(first, gathered) or "nothing to compare with."
    drawing = ratio_chart(lines, said, is_relative=first.is_relative)
    notes = [LOGARITHMIC if is_wide(lines) else "", unknown(first, gathered)]
    return Part(
        title=first.kind.title,
        definition=first.kind.definition,
        findings=list(filter(None, (_told(cost, gathered) for cost in costs))),
        notes=" ".join(filter(None, notes)),
        figures=_figures(costs, gathered),
        name=first.kind.name,
        drawing=titled(str(drawing), first.kind.title, condition(first, gathered)),
        said=said,
    )


def _told(cost: Cost, gathered: Gathered) -> str:
    """The finding, with the condition it holds in where there is one."""
    where, told = condition(cost, gathered), finding(cost, gathered)
    return f"{where}: {told}" if where and told else told


def _figures(costs: Sequence[Cost], gathered: Gathered) -> Markdown:
    """One line for each framework, one column for each condition."""
    heads = ["framework", *(condition(cost, gathered) or cost.kind.unit for cost in costs)]
    told = [{each.framework: label(each, cost.kind) for each in cost.figures} for cost in costs]
    names = shown_frameworks(gathered.frameworks)
    return table(heads, [[gathered.title(name), *(cells.get(name, "") for cells in told)] for name in names])
