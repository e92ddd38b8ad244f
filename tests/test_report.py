"""`bakeoff report` and `bakeoff badge` as somebody would type them."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Protocol

import pytest

from scoreboard.cli import main
from scoreboard.results.store import database_path
from tests.conftest import ROOT, Kitchen
from tests.observatory import Observatory
from tests.report.site.compared import REAL
from tests.report.site.stock import Baked, stocked

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the tokenizer's package
TRIALS = (
    Baked("baseline"),
    Baked("baseline", repeat=1),
    Baked("strands"),
    Baked("strands", repeat=1, verdict="wrong", reason="it is wrong"),
    Baked("strands/swarm", task="multi_agent"),
    Baked("oracle"),
    Baked("nop", verdict="wrong"),
)
LARGE = 300_000  # more than a pipe holds


class Typed(Protocol):
    """The command line as a program of its own would have it, but without the second that its start takes."""

    def __call__(self, kitchen: Kitchen, *arguments: str) -> CompletedProcess[str]: ...


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    def run(kitchen: Kitchen, *arguments: str) -> CompletedProcess[str]:
        monkeypatch.chdir(kitchen.home.parent)
        with pytest.raises(SystemExit) as ended:
            main([arguments[0], "--home", str(kitchen.home), *arguments[1:]])
        return CompletedProcess(arguments, int(ended.value.code or 0), *capsys.readouterr())

    return run


def kitchen_of(folder: Path, *trials: Baked) -> Kitchen:
    """A home in which this was measured."""
    stocked(folder / "home", trials)
    return Kitchen(folder / "home")


@pytest.fixture
def stocked_kitchen(tmp_path: Path) -> Kitchen:
    return kitchen_of(tmp_path, *TRIALS)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Kitchen:
    """For reading only."""
    return kitchen_of(tmp_path_factory.mktemp("measured"), *TRIALS)


def paths(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def frameworks(folder: Path) -> list[str]:
    rows = json.loads((folder / "data" / "trials.json").read_text())
    return sorted({row["framework"] for row in rows})


def test_a_folder_that_opens_from_disk(stocked_kitchen: Kitchen) -> None:
    store = database_path(stocked_kitchen.home).read_bytes()
    done = stocked_kitchen.run("report")
    folder = stocked_kitchen.home.parent / "report"
    number = len(paths(folder))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"Wrote {number} files to report: open report/index.html\n"
    assert "The same 2 tasks in one agent framework, and without one" in (folder / "index.html").read_text()
    assert frameworks(folder) == ["baseline", "nop", "oracle", "strands", "strands/swarm"]
    assert len([path for path in paths(folder) if path.startswith("trials/") and path.endswith(".html")]) == len(TRIALS)
    assert database_path(stocked_kitchen.home).read_bytes() == store
    assert {path.name for path in stocked_kitchen.home.parent.iterdir()} == {"home", "report"}


def test_a_second_report_of_less_removes_what_is_stale_and_nothing_else(typed: Typed, stocked_kitchen: Kitchen) -> None:
    folder = stocked_kitchen.home.parent / "why" / "site"
    assert typed(stocked_kitchen, "report", "--output", "why/site").returncode == 0
    before = paths(folder)
    (folder / "trials" / "notes.txt").write_text("mine")
    done = typed(stocked_kitchen, "report", "--frameworks", "baseline", "--output", str(folder))
    assert done.returncode == 0, done.stderr
    assert "open why/site/index.html" in done.stderr
    gone = before - paths(folder)
    assert "frameworks/strands.html" in gone
    assert len([path for path in gone if path.startswith("trials/")]) == 3
    assert (folder / "trials" / "notes.txt").read_text() == "mine"
    assert "Strands" not in (folder / "index.html").read_text()


def test_what_is_shown_can_be_chosen(typed: Typed, tmp_path: Path) -> None:
    kitchen = kitchen_of(tmp_path, *TRIALS, Baked("autogen", model=REAL))
    (folder := tmp_path / "report").mkdir()
    assert typed(kitchen, "report", "--frameworks", "strands", "--tasks", "multi_agent").returncode == 0
    assert frameworks(folder) == ["strands/swarm"], "variants are always told"
    assert typed(kitchen, "report", "--model", REAL).returncode == 0
    assert frameworks(folder) == ["autogen"]


def test_a_page_that_no_report_wrote_is_left_alone(typed: Typed, measured: Kitchen, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    done = typed(measured, "report", "--output", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == (
        f"bakeoff: {tmp_path}/index.html is there already, and no report wrote it. Choose another --output.\n"
    )
    assert paths(tmp_path) == {"index.html"}
    assert (tmp_path / "index.html").read_text() == "mine"


def test_a_folder_that_is_a_file(typed: Typed, measured: Kitchen, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = typed(measured, "report", "--output", str(tmp_path / "file"))
    assert (done.returncode, done.stderr) == (2, f"bakeoff: {tmp_path}/file is a file. Choose another --output.\n")
    assert (tmp_path / "file").read_text() == "mine"


def test_the_folder_one_is_in_is_none_for_a_report(typed: Typed, measured: Kitchen) -> None:
    before = {*measured.home.parent.iterdir()}
    done = typed(measured, "report", "--output", ".")
    assert (done.returncode, done.stderr) == (
        2,
        "bakeoff: A report takes a folder of its own, not the one you are in. Name one with --output.\n",
    )
    assert {*measured.home.parent.iterdir()} == before


def test_a_folder_that_cannot_be_made(typed: Typed, measured: Kitchen) -> None:
    done = typed(measured, "report", "--output", "/proc/report")
    assert done.returncode == 1
    assert re.fullmatch(
        r"bakeoff: The report cannot be written to /proc/report \(.+\)\. Make room or choose another --output, and run "
        r"the same command again; nothing measured is touched\.\n",
        done.stderr,
    )


def begun(folder: Path, path: str) -> Path:
    """Where that file of a report goes, which an earlier one wrote that came no further."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "files.json").write_text(json.dumps([path]))
    (folder / path).parent.mkdir()
    return folder / path


def test_a_full_disk_is_told_in_one_line(typed: Typed, measured: Kitchen, tmp_path: Path) -> None:
    begun(tmp_path / "report", "trials/trial.css").symlink_to("/dev/full")
    done = typed(measured, "report", "--output", str(tmp_path / "report"))
    assert done.returncode == 1
    assert "(No space left on device). Make room" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "report" / "index.html").exists()


def test_before_anything_is_measured_it_says_what_to_run(typed: Typed, tmp_path: Path) -> None:
    for command in (["report"], ["badge", "strands"]):
        done = typed(Kitchen(tmp_path / "home"), *command)
        assert done.returncode == 1
        assert done.stderr == f"bakeoff: Nothing measured yet in {tmp_path}/home; run `bakeoff run`.\n"
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_of_these_is_measured_it_says_so(typed: Typed, stocked_kitchen: Kitchen) -> None:
    done = typed(stocked_kitchen, "report", "--frameworks", "crewai")
    assert done.returncode == 2
    assert done.stderr == (
        "bakeoff: Nothing is measured of these yet; `bakeoff run` with the same names measures it.\n"
    )
    assert not (stocked_kitchen.home.parent / "report").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report", "--frameworks", "strand"], "There is no framework called 'strand'. Did you mean strands?"),
        (["report", "--tasks", "dices"], "There is no task called 'dices'. Did you mean dice?"),
        (["report", "--model", "gpt"], "Nothing is measured with the model 'gpt'. Measured: sim."),
        (["badge", "strand"], "There is no framework called 'strand'. Did you mean strands?"),
        (["badge", "strands", "--show", "beauty"], "Invalid value for '--show'"),
        (["view", "--frameworks", "strand", "--port", "0"], "Did you mean strands?"),
        (["view", "--port", "70000"], "Invalid value for '--port'"),
    ],
)
def test_names_that_are_none(typed: Typed, measured: Kitchen, arguments: list[str], words: str) -> None:
    done = typed(measured, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert not (measured.home.parent / "report").exists()


def test_a_bent_ruler_makes_the_answer_no(typed: Typed, tmp_path: Path) -> None:
    kitchen = kitchen_of(tmp_path, Baked("baseline"), Baked("nop"))
    done = typed(kitchen, "report")
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first.startswith("Wrote ")
    assert second.startswith("THE RULER IS BENT: nop should pass nothing, but dice with sim (trial ")
    assert "THE RULER IS BENT" in (tmp_path / "report" / "index.html").read_text()
    refused = typed(kitchen, "badge", "baseline")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "The ruler is bent, so no badge is written" in refused.stderr


def test_kept_stars_are_shown_and_asked_of_nobody(observatory: Observatory) -> None:
    kitchen = kitchen_of(observatory.folder, *TRIALS)
    assert observatory.table("strands").returncode == 0
    asked = len(observatory.server.requests)
    done = kitchen.run("report", **observatory.addresses)
    assert done.returncode == 0, done.stderr
    index = observatory.folder / "report" / "index.html"
    assert "DEMONSTRATION, not real: these figures come from" in index.read_text()
    assert f"{observatory.server.shelves['strands-agents/sdk-python'].stars:,} (demonstration)" in index.read_text()
    assert (observatory.folder / "report" / "data" / "stars.csv").read_text().startswith("title,repository,")
    told = json.loads((observatory.folder / "report" / "data" / "stars.json").read_text())
    assert [record["repository"] for record in told["records"]] == ["strands-agents/harness-sdk"], (
        "nothing of who has none"
    )
    assert told["sources"] == ["github"], "nor of a source that was never asked"
    assert len(observatory.server.requests) == asked, "though nothing is kept of most frameworks"
    assert kitchen.run("report").returncode == 0
    assert "DEMONSTRATION" not in index.read_text(), "what a stand-in told is never shown as the real"
    assert "No star history is kept here" in index.read_text()


def test_a_wrong_address_is_wrong_use(typed: Typed, measured: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAKEOFF_GITHUB_URL", "no address")
    done = typed(measured, "report", "--output", "nowhere")
    assert done.returncode == 2
    assert "BAKEOFF_GITHUB_URL is 'no address'" in done.stderr


def test_no_file_says_whose_machine_it_was(tmp_path: Path) -> None:
    person = tmp_path / "ännchen"
    quoted = [f"no such file: {person}/secret.txt", json.dumps(f"{person}/secret.txt")]
    trials = [Baked("strands", verdict="wrong", reason=reason, repeat=n) for n, reason in enumerate(quoted)]
    person.mkdir()
    kitchen = kitchen_of(person, Baked("baseline"), *trials)
    assert kitchen.run("report", HOME=str(person)).returncode == 0
    assert "no such file: ~/secret.txt" in (person / "report" / "data" / "trials.csv").read_text()
    for path in (person / "report").rglob("*.*"):
        text = path.read_text()
        assert "nnchen" not in text, path


def test_ctrl_c_in_the_middle_says_so_and_touches_nothing_measured(tmp_path: Path) -> None:
    loud = replace(TRIALS[0], reason="because " * (LARGE // 8))
    gathered = stocked(tmp_path / "home", [loud, *TRIALS[1:]])
    (page,) = [f"trials/{row.id}.html" for row in gathered.rows if len(row.reasons[0]) > LARGE // 2]
    kitchen, pipe = Kitchen(gathered.home), begun(tmp_path / "report", page)
    store = database_path(kitchen.home).read_bytes()
    os.mkfifo(pipe)
    process = kitchen.popen("report", "--frameworks", "baseline")
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as reader:
        assert select.select([reader], [], [], 60)[0], "the page is more than a pipe holds: it is still being written"
        process.send_signal(signal.SIGINT)
        os.set_blocking(reader.fileno(), True)
        reader.readall()
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (130, "")
    assert [line for line in stderr.splitlines() if line] == [
        "report is not whole: the same command writes all of it.",
        "Interrupted; everything measured so far is kept.",
    ]
    assert database_path(kitchen.home).read_bytes() == store
    assert not (tmp_path / "report" / "index.html").exists()
    pipe.unlink()
    assert kitchen.run("report", "--frameworks", "baseline").returncode == 0
    assert paths(tmp_path / "report") == {*json.loads((tmp_path / "report" / "data" / "files.json").read_text())}


def words_of(picture: str) -> str:
    return ET.fromstring(picture).get("aria-label") or ""


def test_a_badge_on_stdout(measured: Kitchen) -> None:
    done = measured.run("badge", "strands")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"strands.*\b1/2\b", words_of(done.stdout))


def test_a_badge_of_a_variant_a_task_and_a_figure_in_a_file(typed: Typed, measured: Kitchen, tmp_path: Path) -> None:
    target = tmp_path / "badge.svg"
    done = typed(measured, "badge", "strands/swarm", "--task", "multi_agent", "--output", str(target))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert re.search(r"multi_agent.*\b1/1\b", words_of(target.read_text()))
    assert typed(measured, "badge", "strands", "--show", "calls", "--output", str(target)).returncode == 0
    assert re.search(r"dice.*\b1\.0x\b.*calls", words_of(target.read_text()))


def test_a_badge_of_what_nobody_measured(typed: Typed, measured: Kitchen, tmp_path: Path) -> None:
    done = typed(measured, "badge", "strands", "--show", "faults")
    assert (done.returncode, done.stdout) == (2, "")
    assert "bakeoff run --frameworks baseline,strands --faults all" in done.stderr
    refused = typed(measured, "badge", "strands", "--output", str(tmp_path / "no" / "badge.svg"))
    assert refused.returncode == 1
    assert "cannot be written (No such file or directory). Choose another --output." in refused.stderr


def test_a_badge_of_one_of_several_models(typed: Typed, tmp_path: Path) -> None:
    kitchen = kitchen_of(tmp_path, Baked("strands"), Baked("strands", model=REAL, verdict="wrong"))
    refused = typed(kitchen, "badge", "strands")
    assert refused.returncode == 2
    assert "choose one with --model" in refused.stderr
    done = typed(kitchen, "badge", "strands", "--model", REAL)
    assert re.search(r"strands.*\b0/1\b", words_of(done.stdout))


def test_every_picture_in_the_readme_is_there() -> None:
    shown = re.findall(r'(?:src|srcset)="([^"]+)"', (ROOT / "README.md").read_text())
    assert len([name for name in shown if name.startswith("docs/report/")]) == 4
    assert all((ROOT / name).is_file() for name in shown)
