"""What `export` writes can be read back by the programs that people use, and says everything a row says."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

from scoreboard.errors import StoreError, UsageError
from scoreboard.report.export import export_trials, write_csv, write_json
from scoreboard.results.row import Row
from scoreboard.results.store import Store
from tests.results.samples import PASSED, STAMPS, played, row, trial

ROWS = [
    row(reasons=('a "quoted", reason\nin two lines', "and another"), input_tokens=None),
    row("wrong", "zebra", lines_of_code=None),
]


def test_csv_comes_back_as_it_was() -> None:
    stream = io.StringIO()
    write_csv(ROWS, stream)
    first, second = csv.DictReader(io.StringIO(stream.getvalue()))
    assert list(first) == [field.name for field in fields(Row)]
    assert first["reasons"] == 'a "quoted", reason\nin two lines; and another'
    assert (first["input_tokens"], first["output_tokens"]) == ("", "20")
    assert (second["verdict"], second["lines_of_code"], second["total_ms"]) == ("wrong", "", "20.0")


def test_json_comes_back_as_it_was() -> None:
    stream = io.StringIO()
    write_json(ROWS, stream)
    found = json.loads(stream.getvalue())
    assert [Row(**{**each, "reasons": tuple(each["reasons"])}) for each in found] == ROWS
    assert list(found[0]) == list(asdict(ROWS[0]))
    assert len(stream.getvalue().splitlines()) == len(ROWS) + 2


def test_no_rows_are_still_a_table() -> None:
    for write, expected in ((write_csv, ",".join(field.name for field in fields(Row)) + "\n"), (write_json, "[]\n")):
        stream = io.StringIO()
        write([], stream)
        assert stream.getvalue() == expected


@pytest.fixture
def home(tmp_path: Path) -> Path:
    outcome, calls = played()
    with closing(Store.open(tmp_path / "home")) as store:
        for repeat, framework in ((1, "zebra"), (0, "zebra"), (0, "baseline"), (5, "retired")):
            store.add(trial(framework, repeat=repeat), replace(outcome, stdout="ü"), calls, PASSED, STAMPS)
        store.retire([trial("retired", repeat=5).id], why="fresh")
    return tmp_path / "home"


def test_the_current_trials_are_exported_in_order(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export_trials(home, "json", None) == 0
    found = [(each["framework"], each["repeat"]) for each in json.loads(capsys.readouterr().out)]
    assert found == [("baseline", 0), ("zebra", 0), ("zebra", 1)]


def test_a_file_gets_what_stdout_would(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export_trials(home, "csv", home / "out.csv")
    export_trials(home, "csv", None)
    assert (home / "out.csv").read_text() == capsys.readouterr().out


def test_nothing_measured_and_nowhere_to_write(home: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Nothing measured yet"):
        export_trials(tmp_path / "empty", "csv", tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
    with pytest.raises(UsageError, match="--output"):
        export_trials(home, "csv", tmp_path / "missing" / "out.csv")
