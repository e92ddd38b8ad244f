"""Claims audited: what each framework says it used, divided by what the wire saw."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scoreboard.report.claims import anything_claimed
from scoreboard.report.site.fault_cells import Entry, entry
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.section import Section
from scoreboard.results.comparison import Comparison, middle
from scoreboard.results.comparison import Entry as Compared
from scoreboard.runner.catalogue import by_family

TITLE = "Claims audited"
LEAD = (
    "Does the usage that a framework reports match what really went over the wire? Claimed divided by measured: 1.00 "
    "is the truth, 0.50 leaves half of it out. Blank: it claims nothing."
)
FIGURES = {"input_tokens": "tokens in", "output_tokens": "tokens out", "calls": "calls"}


@dataclass(frozen=True)
class Claim:
    """One figure of one framework in one task."""

    framework: str
    task: str
    figure: str
    ratio: float
    words: str  # "too low", "too high", or nothing
    trial: str
    label: str

    @property
    def is_true(self) -> bool:
        return not self.words


@dataclass(frozen=True)
class Audited:
    """One framework, or one way to use it: of each task and figure what it claims; None where it claims nothing."""

    entry: Entry
    claims: list[Claim | None]
    tried: list[bool]  # of each task whether it was baked
    has_passed: bool = True  # whether any trial passed: of others no claim is compared

    @property
    def is_variant(self) -> bool:
        return self.entry.way in ("hardened", "other")


@dataclass(frozen=True)
class Audit:
    """All claims with one model."""

    model: str
    tasks: list[str]
    lines: list[Audited]
    sentences: list[str]


def claims_section(gathered: Gathered) -> Section:
    found = gathered.board.comparisons
    if not any(anything_claimed(comparison.entries) for comparison in found):
        missing = "No framework claims any usage of what was baked; `bakeoff run` bakes all there are."
        return Section("claims", TITLE, LEAD, missing=missing)
    models = list(dict.fromkeys(comparison.model for comparison in found))
    audits = [audit(gathered, model, [each for each in found if each.model == model]) for model in models]
    shown = {"audits": audits, "figures": list(FIGURES.values())}
    return Section("claims", TITLE, LEAD, shown, {"claims.csv": lambda: claims_csv(gathered)})


def audit(gathered: Gathered, model: str, comparisons: Sequence[Comparison]) -> Audit:
    """One line for each framework, one column for each task and figure."""
    by_task = {each.task: {entry.framework: entry for entry in each.entries} for each in comparisons}
    frameworks = sorted({name for entries in by_task.values() for name in entries}, key=by_family)
    lines = [
        Audited(
            entry(gathered, name),
            [_claim(gathered, model, task, by_task[task].get(name), figure) for task in by_task for figure in FIGURES],
            [name in entries for entries in by_task.values()],
            any(entries[name].passed for entries in by_task.values() if name in entries),
        )
        for name in frameworks
    ]
    return Audit(model, [gathered.task_title(task) for task in by_task], lines, list(_sentences(gathered, lines)))


def _claim(gathered: Gathered, model: str, task: str, compared: Compared | None, figure: str) -> Claim | None:
    ratio = getattr(compared.claims, figure) if compared else None
    if compared is None or ratio is None:
        return None
    told, name = f"{ratio:.2f}", compared.framework
    words = "" if told == "1.00" else "too low" if ratio < 1 else "too high"
    label = f"{gathered.title(name)}, {gathered.task_title(task)}, {FIGURES[figure]}: {told} of what was measured"
    return Claim(name, task, figure, ratio, words, example(gathered, model, task, name), label)


def example(gathered: Gathered, model: str, task: str, framework: str) -> str:
    """A passed trial of middle length."""
    wanted = (framework, task, model)
    return middle([row for row in gathered.healthy if (row.framework, row.task, row.model) == wanted]).id


def _sentences(gathered: Gathered, lines: Iterable[Audited]) -> Iterable[str]:
    """Who leaves out most, and where; of frameworks as they are by default, or of variants where only those are."""
    lines = list(lines)
    lines = [line for line in lines if not line.is_variant] or lines
    wrong = {line.entry.framework: [each for each in line.claims if each and not each.is_true] for line in lines}
    low = [claim for claims in wrong.values() for claim in claims if claim.ratio < 1]
    unknown = [line for line in lines if not line.has_passed]
    lines = [line for line in lines if line.has_passed]
    silent = [line.entry.framework for line in lines if not any(line.claims)]
    if low:
        worst = min(low, key=lambda claim: claim.ratio)
        yield (
            f"Most is missing from the account of {gathered.spoken(worst.framework)}: in “"
            f"{gathered.task_title(worst.task)}” it claims {worst.ratio:.0%} of the {_named(worst.figure)} measured."
        )
    some = sum(any(claims) for claims in wrong.values())
    right = len(lines) - some - len(silent)
    yield (
        f"Of {len(lines)}, {right} report the truth throughout, {some} a wrong figure somewhere, {len(silent)} nothing."
        + (f" Of {len(unknown)} nothing is known, because no trial passed." if unknown else "")
    )


def _named(figure: str) -> str:
    return "calls" if figure == "calls" else figure.replace("_", " ")


def claims_csv(gathered: Gathered) -> str:
    """One line for each framework and task; a ratio is empty where nothing is claimed."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("model", "task", "framework", *(f"claimed_{figure}_ratio" for figure in FIGURES), "trial"))
    for comparison in gathered.board.comparisons:
        for each in comparison.entries:
            trial = example(gathered, comparison.model, comparison.task, each.framework)
            ratios = (getattr(each.claims, figure) for figure in FIGURES)
            writer.writerow((comparison.model, comparison.task, each.framework, *ratios, trial))
    return stream.getvalue()
