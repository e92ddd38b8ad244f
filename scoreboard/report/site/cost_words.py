"""Costs in words and figures as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from scoreboard.meter.faults.base import ALWAYS
from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.report.site.cost_figures import Cost, Figure, Kind
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.ratio_chart import Bar
from scoreboard.runner.catalogue import BASELINE

FEW = 2  # names that are told one by one where several share a place


def times(ratio: float) -> str:
    """18.0x; more digits where one would say nothing."""
    digits = 0 if abs(ratio) >= 100 else 1 if abs(ratio) >= 0.095 else 2
    return f"{ratio:,.{digits}f}x"


def amount(value: float, kind: Kind) -> str:
    """4,185; the unit is told elsewhere."""
    return f"{value:,.{kind.digits}f}"


def label(figure: Figure, kind: Kind) -> str:
    """18.0x (4,185 tokens); blank where it is unknown."""
    if figure.value is None:
        return ""
    least = "≥" if figure.at_least else ""
    told = f"{least}{amount(figure.value, kind)} {kind.unit}"
    return told if figure.ratio is None else f"{least}{times(figure.ratio)} ({told})"


def bars(cost: Cost, gathered: Gathered) -> list[Bar]:
    """The least first, what is unknown last."""
    found = sorted(cost.figures, key=lambda figure: (figure.value is None, figure.value))
    return [
        Bar(
            gathered.title(figure.framework),
            figure.ratio if cost.is_relative else figure.value,
            label(figure, cost.kind),
            figure.framework == BASELINE,
        )
        for figure in found
    ]


def condition(cost: Cost, gathered: Gathered, *, in_full: bool = False) -> str:
    """In which task, under which faults (in full: what they do), with which model where there are several."""
    models = {row.model for row in gathered.rows}
    names = [name.removesuffix(ALWAYS) for name in cost.faults]
    told = [f"{FAULTS[name].words.rstrip('.')} ({name})" for name in names] if in_full else names
    faults = "; ".join(told) if in_full else " and ".join(told)
    parts = [gathered.task_title(cost.task) if cost.task else "", faults, cost.model if len(models) > 1 else ""]
    return ", ".join(filter(None, parts))


def finding(cost: Cost, gathered: Gathered) -> str:
    """Who costs least and who most; and who costs less than no framework at all, because that is news too."""
    others = [figure for figure in cost.figures if figure.framework != BASELINE and figure.value is not None]
    if not others:
        return ""
    shown = {figure.framework: _shown(figure, cost) for figure in others}
    ordered = sorted(others, key=lambda figure: figure.value or 0.0)
    least, most = shown[ordered[0].framework], shown[ordered[-1].framework]
    if least == most:
        whose = gathered.title(others[0].framework) if len(others) == 1 else "All frameworks"
        told = f"{whose}: {least}."
    else:
        who = {end: [f for f in ordered if shown[f.framework] == end] for end in (least, most)}
        told = f"Least: {_names(who[least], gathered)} {least}; most: {_names(who[most], gathered)} {most}."
    below = [figure for figure in ordered if figure.ratio is not None and round(figure.ratio, 1) < 1]
    return told + (f" Less than no framework: {_all_names(below, gathered)}." if below else "")


def unknown(cost: Cost, gathered: Gathered) -> str:
    """Whose figure is blank."""
    blank = [figure for figure in cost.figures if figure.value is None]
    return f"Not known: {_all_names(blank, gathered)}." if blank else ""


def _shown(figure: Figure, cost: Cost) -> str:
    if figure.ratio is None:
        return label(figure, cost.kind)
    return ("≥" if figure.at_least else "") + times(figure.ratio)


def _names(figures: Sequence[Figure], gathered: Gathered) -> str:
    return _all_names(figures, gathered, " and ") if len(figures) <= FEW else f"{len(figures)} frameworks"


def _all_names(figures: Sequence[Figure], gathered: Gathered, between: str = ", ") -> str:
    return between.join(gathered.title(figure.framework) for figure in figures)
