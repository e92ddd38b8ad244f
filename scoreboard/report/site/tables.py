"""What no single section shows: every trial as a row, for whoever wants to compute with them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from scoreboard.report.export import write_csv, write_json
from scoreboard.report.site.gathered import Gathered


def tables(gathered: Gathered) -> Mapping[str, Callable[[], str]]:
    """The files by name."""
    return {"trials.csv": lambda: _csv(gathered), "trials.json": lambda: _json(gathered)}


def _csv(gathered: Gathered) -> str:
    stream = io.StringIO()
    write_csv(gathered.rows, stream)
    return stream.getvalue()


def _json(gathered: Gathered) -> str:
    stream = io.StringIO()
    write_json(gathered.rows, stream)
    return stream.getvalue()
