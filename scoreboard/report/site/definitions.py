"""What every figure means, in the words of the code that computes it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scoreboard.meter import tokens
from scoreboard.report.fact_columns import columns_for
from scoreboard.report.marks import SIGNS
from scoreboard.report.site.cost_figures import KINDS
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.traits import TRAITS, pattern
from scoreboard.report.site.trial_pages import LOOKS
from scoreboard.report.star_tables import DEFINITIONS as OF_STARS
from scoreboard.results import comparison, costs, lines, matrix, row, split, statistics, tiers


@dataclass(frozen=True)
class Defined:
    """A word, and what it means."""

    name: str
    meaning: str


def documented(thing: object) -> str:
    """Its docstring as one paragraph for people: what is None in the code is blank on the page."""
    words = " ".join((inspect.getdoc(thing) or "").split()).replace("`", "")
    return re.sub(r"\bNone\b", "blank", re.sub(r"(^|[.:] )None\b", r"\1Blank", words))


def definitions(gathered: Gathered) -> dict[str, list[Defined]]:
    """By what they are about; only of what is shown."""
    groups = {
        "How a trial ends": [Defined(verdict, f"{look.words}.") for verdict, look in LOOKS.items()],
        "The board": list(_documented(OF_THE_BOARD)),
        "My constraints": [Defined(trait.words, documented(trait.ask)) for trait in TRAITS],
        "Tokens": [Defined("with the simulated model", documented(tokens))],
        "What it costs": [*(Defined(kind.title, kind.definition) for kind in KINDS), *_documented(OF_RATIOS)],
        "Before it does anything": [
            Defined(column.name, f"{column.definition}.")
            for columns in columns_for(gathered.board.facts).values()
            for column in columns
        ],
        "Under faults": [*(Defined(mark, f"{sign.words}.") for mark, sign in SIGNS.items()), *_documented(OF_FAULTS)],
        "Statistics": list(_documented(OF_CHANCE)),
        "Stars": [Defined(name, f"{meaning}.") for name, meaning in OF_STARS],
    }
    shown = {
        "Before it does anything": bool(gathered.board.facts),
        "Under faults": bool(gathered.matrices),
        "Stars": gathered.stars is not None,
    }
    return {title: defined for title, defined in groups.items() if shown.get(title, True)}


def _documented(named: Iterable[tuple[str, object]]) -> Iterator[Defined]:
    return (Defined(name, documented(thing)) for name, thing in named)


OF_THE_BOARD: tuple[tuple[str, object], ...] = (
    ("Tier", tiers.letters),
    ("Passed", comparison.pass_rate),
    ("of how many (rated)", comparison.rated),
    ("95 % interval", comparison.interval),
    ("any median", comparison.median_of),
    ("Time; in the model, in tools, its own", split.split),
    ("Calls", row.requests_made),
    ("Tokens in, Tokens out", row.total_tokens),
    ("Lines of code", lines.lines_of_code),
    ("Install, MB", costs.install_size_mb),
    ("Import, s", costs.import_s),
    ("1.8x", comparison.relative),
    ("team", pattern),
    ("claimed / wire", comparison.claimed_ratio),
    ("All tasks", comparison.together),
    ("which trials are compared", comparison.newest),
    ("the ruler", comparison.ruler_problems),
)
OF_RATIOS: tuple[tuple[str, object], ...] = (("multiple of no framework", costs.ratio), ("≥", costs.was_stopped))
OF_FAULTS: tuple[tuple[str, object], ...] = (
    ("how a cell is marked", matrix.mark_of),
    ("got over", matrix.Cell.got_over),
    ("ended well", matrix.Cell.ended_well),
    ("can be got over", matrix.recoverable),
    ("counted in a rate", matrix.rated),
    ("once and always", matrix.clustered),
    ("variants", matrix.changes),
)
OF_CHANCE: tuple[tuple[str, object], ...] = (
    ("median", statistics.median),
    ("Wilson's interval", statistics.wilson),
    ("bootstrap over clusters", statistics.cluster_bootstrap),
    ("McNemar's test", statistics.mcnemar),
    ("Holm's correction", statistics.holm),
    ("tiers", tiers.tiers),
    ("how many more cells", tiers.more_cells),
)
