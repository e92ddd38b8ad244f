"""What is kept is whole or as it was, whatever happens to the process, the file or the disk."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from star_history.errors import BadBody
from star_history.shelf import Kept, Quarantine, Shelf, write_whole
from tests.star_history.conftest import NOW, Collect
from tests.star_history.stand_in import StandIn

NAME = "microsoft/autogen"
WRITES = """
import itertools, sys
from pathlib import Path
from star_history.shelf import Kept, write_whole
told = [Kept(id=1, full_name="a/b", aliases=[f"{turn}/{n}" for n in range(100_000)]) for turn in range(2)]
contents = [kept.model_dump_json().encode() for kept in told]
for turn in itertools.count():
    write_whole(Path(sys.argv[1]) / "1.json", contents[turn % 2])
    if turn == 3:
        print("begun", flush=True)
"""


def shelf(folder: Path, said: list[str] | None = None) -> Shelf[Kept]:
    return Shelf(folder, Kept, Quarantine(folder / "quarantine"), (said if said is not None else []).append)


def test_a_kill_in_the_middle_of_writing_leaves_whole_files(tmp_path: Path) -> None:
    dice, broken_off, tries = random.Random(1), 0, 0
    while tries < 8 or not broken_off:
        tries += 1
        assert tries < 200, "none of them was in the middle"
        command = [sys.executable, "-c", WRITES, str(tmp_path)]
        process = subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE)
        assert process.stdout
        with process.stdout:
            assert process.stdout.readline() == b"begun\n"
            for _ in range(dice.randrange(200_000)):
                pass
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        assert len(json.loads((tmp_path / "1.json").read_bytes())["aliases"]) == 100_000
        broken_off += len(list(tmp_path.glob(".*")))
        said: list[str] = []
        assert shelf(tmp_path, said).find(0, ["a/b"])
        assert said == []


def test_a_write_that_fails_leaves_no_rubbish_and_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "1.json" / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match=r"1\.json"):
        write_whole(tmp_path / "1.json", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["1.json"]


def test_what_is_written_can_be_read_by_everybody(tmp_path: Path) -> None:
    """A temporary file is its owner's alone; stars.csv is written the same way."""
    write_whole(tmp_path / "deep" / "stars.csv", b"new")
    assert (tmp_path / "deep" / "stars.csv").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("source", ["github", "ossinsight"])
@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"id": 1}', b"null", b"[[[["], ids=repr)
def test_an_unreadable_file_is_set_aside_and_asked_for_anew(collect: Collect, source: str, content: bytes) -> None:
    before = collect.record(NAME, "github", "ossinsight")
    (file,) = collect.folder.glob(f"{source}-*/[!.]*")
    file.write_bytes(content)
    after = collect.record(NAME, "github", "ossinsight")
    assert (after.histories, after.troubles) == (before.histories, ())
    (aside,) = collect.quarantined
    assert aside.read_bytes() == content
    assert f"{file} cannot be understood; it was set aside as {aside}." in collect.said
    assert {request.service for request in collect.server.requests} == {source}


def test_a_file_with_a_moment_of_no_time_zone_is_set_aside(collect: Collect) -> None:
    """Written by another hand: such a moment cannot be compared with now."""
    collect.record(NAME)
    (file,) = collect.folder.glob("github-*/[!.]*")
    told = json.loads(file.read_bytes())
    file.write_text(json.dumps({**told, "checked_at": "2026-09-30T12:00:00"}))
    assert collect.record(NAME).troubles == ()
    assert len(collect.quarantined) == 1


def test_a_folder_that_takes_nothing_loses_nothing_of_this_run(server: StandIn, collect: Collect) -> None:
    collect.folder.write_text("a file in its place")
    record = collect.record(NAME, "github", "ossinsight")
    assert record.troubles == ()
    assert record.histories["github"].total == sum(server.shelves[NAME].days.values())
    assert record.histories["ossinsight"].total
    untaken = [line for line in collect.said if "cannot be written" in line]
    assert len(untaken) == 2  # once for each source, not once for each page
    assert all("what comes is shown now, and not kept." in line for line in untaken)
    assert collect.folder.read_text() == "a file in its place"


def test_one_file_that_takes_nothing_is_told_and_the_others_are_kept(server: StandIn, collect: Collect) -> None:
    collect.record("pydantic/pydantic-ai")
    (folder,) = collect.folder.glob("github-*")
    (folder / f"{server.shelves[NAME].id}.json" / "in the way").mkdir(parents=True)
    found = collect(NAME, "google/adk-python")
    assert all(record.histories["github"].is_whole for record in found.records)
    assert sum("cannot be written" in line for line in collect.said) == 1
    assert len([path for path in folder.glob("[!.]*.json") if path.is_file()]) == 2
    assert not list(folder.glob(".*.json.*"))


def test_what_a_stand_in_said_is_never_found_at_another_address(server: StandIn, collect: Collect) -> None:
    collect.record(NAME, "github", "ossinsight")
    with StandIn(server.shelves.today) as other:
        server.shelves.star(NAME, server.shelves.today, 50)
        elsewhere = Collect(other, collect.folder)
        assert elsewhere.record(NAME, "github", "ossinsight", is_offline=True).histories == {}
        assert elsewhere.record(NAME, "github", "ossinsight").histories
        assert {request.service for request in other.requests} == {"github", "ossinsight"}
    assert len(list(collect.folder.glob("*-127.0.0.1*"))) == 4


@pytest.mark.parametrize(("part", "other"), [("/github", "/other"), ("/github", "-github"), ("http:", "https:")])
def test_an_address_that_reads_alike_is_another_one(collect: Collect, part: str, other: str) -> None:
    collect.record(NAME)
    right = collect.server.github
    collect.server.github = right.replace(part, other)
    assert collect.record(NAME, is_offline=True).histories == {}
    collect.server.github = right
    assert collect.record(NAME, is_offline=True).histories


def test_a_password_in_an_address_names_no_folder(collect: Collect) -> None:
    collect.server.github = collect.server.github.replace("http://", "http://me:geheim@")
    collect.record(NAME)
    assert not [path for path in collect.folder.rglob("*") if "geheim" in path.name]
    assert "geheim" not in "".join(collect.said)


def test_todays_name_goes_before_a_former_one(tmp_path: Path) -> None:
    """A name that was given up may be taken by another repository."""
    files = shelf(tmp_path)
    files.put(Kept(id=1, full_name="new/name", aliases=["old/name"]))
    files.put(Kept(id=2, full_name="old/name"))
    for found in (files.find(0, ["OLD/name"]), shelf(tmp_path).find(0, ["old/name"])):
        assert found
        assert found.id == 2
    first = files.find(0, ["nobody/here", "new/name", "old/name"])
    assert first
    assert first.id == 1
    assert shelf(tmp_path).find(3, ["old/name"]) is None


def test_what_cannot_be_named_like_a_file_is_set_aside_all_the_same(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path / "quarantine")
    errors = [quarantine.reject("GitHub about ../a/b: \n", b"\xff\x00", "no") for _ in range(50)]
    assert all(isinstance(error, BadBody) for error in errors)
    aside = list((tmp_path / "quarantine").iterdir())
    assert (len(aside), {path.read_bytes() for path in aside}) == (50, {b"\xff\x00"})


def test_data_is_shown_with_the_day_it_was_fetched(server: StandIn, collect: Collect) -> None:
    collect.record(NAME)
    collect.now += timedelta(days=3)
    server.limit("github", 0)
    history = collect.record(NAME).histories["github"]
    assert (history.fetched_at, history.age_days(collect.now)) == (NOW, 3)
