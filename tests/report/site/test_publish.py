"""The folder of a report: whole, of one state, and nobody's file is touched that no report wrote."""

from __future__ import annotations

import json
import os
import re
import shutil
import warnings
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scoreboard.errors import UsageError
from scoreboard.report.site.gathered import Gathered, gather
from scoreboard.report.site.publish import MANIFEST, ReportError, publish, write_site
from scoreboard.report.summary import Selection
from tests.report.site.stock import Baked, stocked

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the tokenizer's package

NOBODY = 65534
TRIALS = (
    Baked("baseline"),
    Baked("baseline", task="multi_agent"),
    Baked("strands"),
    Baked("strands/swarm", task="multi_agent"),
    Baked("strands", "tool_raises", "wrong"),
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Gathered:
    """Two frameworks, one with a variant, a fault and two tasks. For reading only."""
    return stocked(tmp_path_factory.mktemp("home"), TRIALS)


@pytest.fixture(scope="module")
def one(both: Gathered) -> Gathered:
    """Less of the same home."""
    return gather(both.home, Selection(frameworks="baseline", variants=True, faults="all"))


@pytest.fixture(scope="module")
def written(both: Gathered, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For reading only."""
    folder = tmp_path_factory.mktemp("written") / "new" / "report"
    write_site(both, folder)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A report that is there already, to write over."""
    return shutil.copytree(written, tmp_path / "report")


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def listed(folder: Path) -> list[str]:
    paths: list[str] = json.loads((folder / MANIFEST).read_text())
    return paths


class Links(HTMLParser):
    """What a page links to and loads, and what can be linked to in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value and not value.startswith("https://github.com/"):
                self.targets.add(value)
            if name == "id" and value:
                self.ids.append(value)


def test_the_folder_holds_what_its_list_tells_and_nothing_else(written: Path, both: Gathered) -> None:
    found = files(written)
    assert listed(written) == sorted(found)
    expected = {"index.html", "frameworks/baseline.html", "frameworks/strands.html", "trials/trial.css", MANIFEST}
    expected |= {f"trials/{row.id}.html" for row in both.rows}
    assert expected <= {*found}
    assert {path for path in {*found} - expected if not path.startswith("data/")} == set()
    assert {"data/trials.csv", "data/trials.json", "data/board.csv", "data/board.json"} <= {*found}


def test_every_link_finds_its_page_and_its_place(written: Path) -> None:
    pages = {path: Links(path.read_text()) for path in written.rglob("*.html")}
    assert len(pages) == 1 + 2 + len(TRIALS)
    for page, links in pages.items():
        assert len(links.ids) == len({*links.ids}), page
        for target in links.targets:
            path, _, place = target.partition("#")
            place = place.partition("?")[0]
            found = (page.parent / path).resolve() if path else page
            assert found.is_file(), (page, target)
            assert not place or place in pages[found].ids, (page, target)


def test_the_same_state_makes_the_same_files(written: Path, both: Gathered, folder: Path) -> None:
    again = gather(both.home, Selection(variants=True, faults="all"))
    write_site(again, folder)
    assert files(folder) == files(written)


def test_what_is_stale_goes_and_nothing_else(both: Gathered, one: Gathered, folder: Path) -> None:
    before = files(folder)
    foreign = {"notes.txt": b"mine", "frameworks/mine.html": b"mine", "trials/mine.txt": b"mine", "data/x.csv": b"1"}
    for path, content in foreign.items():
        (folder / path).write_bytes(content)
    write_site(one, folder)
    found = files(folder)
    assert found == foreign | {path: found[path] for path in listed(folder)}
    gone = {*before} - {*found}
    stale = {"frameworks/strands.html"} | {f"trials/{row.id}.html" for row in both.rows if row not in one.rows}
    assert {path for path in gone if not path.startswith("data/fault")} == stale


@pytest.mark.parametrize("told", ["not json", "{}", '[7, null, ["index.html"]]'])
def test_under_a_list_that_tells_nothing_nothing_is_ours(one: Gathered, folder: Path, told: str) -> None:
    (folder / MANIFEST).write_text(told)
    before = files(folder)
    with pytest.raises(UsageError, match=r"index\.html is there already, and no report wrote it"):
        write_site(one, folder)
    assert files(folder) == before


def test_a_file_of_somebody_elses_is_not_written_over(one: Gathered, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "trials.csv").write_text("mine")
    with pytest.raises(UsageError, match=r"data/trials\.csv is there already, and no report wrote it\. Choose another"):
        write_site(one, tmp_path)
    assert files(tmp_path) == {"data/trials.csv": b"mine"}


def test_a_list_cannot_reach_out_of_its_folder(one: Gathered, folder: Path) -> None:
    outside = folder.parent / "outside.txt"
    outside.write_text("mine")
    (folder / "link.txt").symlink_to(outside)
    (folder / "stale.txt").write_text("listed")
    told = [*listed(folder), "../outside.txt", str(outside), "link.txt", "stale.txt", "gone.txt"]
    (folder / MANIFEST).write_text(json.dumps(told))
    write_site(one, folder)
    assert outside.read_text() == "mine"
    assert not (folder / "stale.txt").exists()


def test_a_page_that_no_report_wrote_is_left_alone(one: Gathered, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("my own page")
    with pytest.raises(
        UsageError, match=r"index\.html is there already, and no report wrote it\. Choose another --out"
    ):
        write_site(one, tmp_path)
    assert files(tmp_path) == {"index.html": b"my own page"}


def test_a_folder_that_is_a_file(one: Gathered, tmp_path: Path) -> None:
    (tmp_path / "report").write_text("mine")
    with pytest.raises(UsageError, match=r"report is a file\. Choose another --output"):
        write_site(one, tmp_path / "report")
    with pytest.raises(ReportError, match=r"below cannot be written|written to .*below \(Not a directory\)"):
        write_site(one, tmp_path / "report" / "below")
    assert (tmp_path / "report").read_text() == "mine"


def full(path: Path) -> None:
    """From now on that file is on a disk without any room."""
    path.unlink()
    path.symlink_to("/dev/full")


def blocked(path: Path) -> None:
    """Something lies in that file's place that cannot be replaced."""
    path.unlink()
    (path / "in the way").mkdir(parents=True)


def test_a_full_disk_is_told_and_leaves_the_last_good_page(one: Gathered, folder: Path) -> None:
    before = files(folder)
    full(folder / "trials" / "trial.css")
    with pytest.raises(ReportError) as caught:
        write_site(one, folder)
    assert str(caught.value) == (
        f"The report cannot be written to {folder} (No space left on device). Make room or choose another --output, "
        "and run the same command again; nothing measured is touched."
    )
    after = files(folder)
    assert {*before} - {*after} <= {"trials/trial.css"}, "nothing is removed before all of the new is there"
    assert after["index.html"] == before["index.html"]
    (folder / "trials" / "trial.css").unlink()
    write_site(one, folder)
    assert {*files(folder)} == {*listed(folder)}, "the same command goes on where it was stopped"


@pytest.mark.parametrize("path", ["frameworks/baseline.html", "data/trials.json", "trials/trial.css"])
def test_whoever_is_stopped_has_no_new_index_and_may_begin_again(
    both: Gathered, one: Gathered, folder: Path, path: str
) -> None:
    (folder / "index.html").unlink()
    blocked(folder / path)
    with pytest.raises(ReportError, match="directory"):
        write_site(one, folder)
    assert not (folder / "index.html").exists()
    assert {f"trials/{row.id}.html" for row in both.rows} <= {*listed(folder)}, "what is not gone yet is still ours"
    (folder / path / "in the way").rmdir()
    (folder / path).rmdir()
    write_site(one, folder)
    assert {*files(folder)} == {*listed(folder)}
    assert not {f"trials/{row.id}.html" for row in both.rows if row not in one.rows} & {*files(folder)}


def test_whoever_is_stopped_the_first_time_may_begin_again(one: Gathered, tmp_path: Path) -> None:
    (tmp_path / "frameworks").write_text("in the way")
    with pytest.raises(ReportError):
        write_site(one, tmp_path)
    assert list((tmp_path / "trials").iterdir()), "some of it is written"
    assert not (tmp_path / "index.html").exists()
    (tmp_path / "frameworks").unlink()
    write_site(one, tmp_path)
    assert {*files(tmp_path)} == {*listed(tmp_path)}


def test_no_half_page_is_left_behind(both: Gathered, folder: Path) -> None:
    blocked(folder / "index.html")
    with pytest.raises(ReportError):
        write_site(both, folder)
    assert not [path for path in files(folder) if Path(path).name.startswith(".")]


def test_everybody_may_read_what_is_published(written: Path) -> None:
    modes = {path.stat().st_mode & 0o444 for path in written.rglob("*.html")}
    assert modes == {0o444}


def test_it_says_where_the_page_is(
    one: Gathered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    monkeypatch.chdir(tmp_path)
    assert publish(one, tmp_path / "out" / "site", said.append) == 0
    number = len(files(tmp_path / "out" / "site"))
    assert said.pop() == f"Wrote {number} files to out/site: open out/site/index.html"
    monkeypatch.chdir(tmp_path / "out" / "site" / "data")
    publish(one, tmp_path / "out" / "site", said.append)
    assert said.pop() == f"Wrote {number} files to {tmp_path}/out/site: open {tmp_path}/out/site/index.html"
    monkeypatch.chdir(tmp_path / "out" / "site")
    publish(one, tmp_path / "out" / "site", said.append)
    assert said == [f"Wrote {number} files to .: open index.html"], "a report that is there may be written anew"
    assert capsys.readouterr() == ("", "")


def bent(home: Path, reasons: Iterable[str]) -> Gathered:
    rows = [Baked("oracle", verdict="wrong", reason=reason, repeat=repeat) for repeat, reason in enumerate(reasons)]
    return stocked(home, [Baked("baseline"), *rows])


def test_a_bent_ruler_is_said_and_makes_the_answer_no(tmp_path: Path) -> None:
    said: list[str] = []
    assert publish(bent(tmp_path / "home", ["too \x1b[2Jloud", "quiet"]), tmp_path / "report", said.append) == 1
    assert len(said) == 3
    assert all(
        re.match(r"THE RULER IS BENT: oracle should pass every task, but dice with sim", words) for words in said[1:]
    )
    assert "\x1b" not in "".join(said)
    assert "THE RULER IS BENT" in (tmp_path / "report" / "index.html").read_text()


def test_a_folder_that_one_may_not_enter(one: Gathered, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    words = said_by_nobody(lambda: write_site(one, tmp_path / "report"))
    assert words.startswith(f"The report cannot be written to {tmp_path}/report (Permission denied)")


def said_by_nobody(action: Callable[[], object]) -> str:
    """How an action ends in a process that may do little: root may write anywhere, nobody may not."""
    if os.getuid() != 0:
        pytest.skip("only root may become somebody else")
    reader, writer = os.pipe()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of threads that other tests left
        pid = os.fork()
    if not pid:
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            action()
        except ReportError as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        words = told.read()
    assert os.waitpid(pid, 0)[1] == 0
    return words
