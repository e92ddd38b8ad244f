"""What is shown, as files: each table in both forms, and nothing in a spreadsheet that would run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from scoreboard.report.site.site import Site
from scoreboard.report.site.tables import harmless, twins
from tests.report.site.stock import Baked, stocked


def test_every_table_is_there_as_csv_and_as_json(tmp_path: Path) -> None:
    data = Site(stocked(tmp_path, [Baked("baseline"), Baked("autogen", "http_500", "raised")])).data
    tables = {name.removesuffix(".csv") for name in data if name.endswith(".csv")}
    assert {"board", "code", "costs", "faults", "trials"} <= tables
    assert all(f"{name}.json" in data for name in tables)
    lines = [*csv.DictReader(io.StringIO(data["code.csv"]()))]
    assert lines
    assert [(line["framework"], int(line["lines"])) for line in lines] == [
        (line["framework"], line["lines"]) for line in json.loads(data["code.json"]())
    ]


def test_a_figure_is_a_figure_and_an_id_is_none() -> None:
    table = "trial,calls,ratio,note\n1234567890123456,2,0.5,\n12e4567890123456,,1e-07,two\n"
    assert json.loads(twins({"x.csv": lambda: table})["x.json"]()) == [
        {"trial": "1234567890123456", "calls": 2, "ratio": 0.5, "note": None},
        {"trial": "12e4567890123456", "calls": None, "ratio": 1e-07, "note": "two"},
    ]


def test_no_spreadsheet_computes_what_a_model_said() -> None:
    cells = ["=1+1", "+SUM(A1)", "-cmd", "@x", "-0.5", "+3", "plain = text"]
    (line,) = csv.reader(io.StringIO(harmless(",".join(cells))))
    assert line == ["'=1+1", "'+SUM(A1)", "'-cmd", "'@x", "-0.5", "+3", "plain = text"]
