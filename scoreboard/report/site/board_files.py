"""The board as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from scoreboard.report.board import board_json
from scoreboard.report.site.board_lines import Board, Line
from scoreboard.report.site.gathered import Gathered


def board_csv(boards: Sequence[Board]) -> str:
    """One line for each model, task and framework; unknown is empty, lists are joined by semicolons."""
    stream = io.StringIO()
    rows = [*_rows(boards)]
    writer = csv.DictWriter(stream, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: "; ".join(value) if isinstance(value, list) else value for name, value in row.items()} for row in rows
    )
    return stream.getvalue()


def json_of(boards: Sequence[Board], gathered: Gathered) -> str:
    """The same lines, and all that `bakeoff show --json` tells; unknown is null."""
    return json.dumps({"boards": [*_rows(boards)], **json.loads(board_json(gathered.board))}, indent=1)


def _rows(boards: Sequence[Board]) -> Iterator[dict[str, Any]]:
    for board in boards:
        for line in board.lines:
            yield {"model": board.model, "task": board.task, **_row(line)}


def _row(line: Line) -> dict[str, Any]:
    entry = line.entry
    low, high = entry.interval or (None, None)
    return {
        "framework": entry.framework,
        "version": line.version,
        "tiers": line.tiers,
        "passed": entry.passed,
        "rated": entry.rated,
        "low": low,
        "high": high,
        **asdict(entry.medians),
        **{f"{name}_relative": value for name, value in asdict(entry.relative).items()},
        "size_mb": line.size_mb,
        "import_s": line.import_s,
        "stars": line.stars.count if line.stars else None,
        "has": line.has,
        "has_by_variant": line.has_by_variant,
        "not_measured": line.unknown,
        "team_pattern": line.pattern,
        "team_patterns_of_variants": [*line.further_patterns],
        "notes": list(line.notes),
    }
