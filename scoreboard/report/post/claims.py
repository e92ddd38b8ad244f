"""Claims audited: what each framework says it used, divided by what the wire saw."""

from __future__ import annotations

from dataclasses import dataclass

from scoreboard.report.post.markdown import Markdown, bullets, table
from scoreboard.report.site.claims import FIGURES, Audit, claims_section
from scoreboard.report.site.cost_figures import shown_frameworks
from scoreboard.report.site.gathered import Gathered


@dataclass(frozen=True)
class Part:
    """All claims with one model."""

    model: str
    sentences: Markdown
    figures: Markdown


def claims_parts(gathered: Gathered) -> list[Part]:
    """Nothing where nobody claims anything."""
    audits: list[Audit] = list(claims_section(gathered).shown.get("audits", []))
    return [Part(each.model, bullets(each.sentences), _figures(gathered, each)) for each in audits]


def _figures(gathered: Gathered, audit: Audit) -> Markdown:
    """One line for each framework, a column for each task and figure; blank where nothing is claimed."""
    shown = {*shown_frameworks(gathered.frameworks)}
    heads = ["framework", *(f"{task}: {figure}" for task in audit.tasks for figure in FIGURES.values())]
    lines = [line for line in audit.lines if line.entry.framework in shown]
    told = [["" if claim is None else f"{claim.ratio:.2f}" for claim in line.claims] for line in lines]
    titles = [gathered.title(line.entry.framework) for line in lines]
    return table(heads, [[title, *cells] for title, cells in zip(titles, told, strict=True)])
