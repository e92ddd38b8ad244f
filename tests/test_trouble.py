"""Bad weather around a whole run: each trouble gets one clear message, and nothing measured is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Kitchen

QUICK = ("run", "--frameworks", "baseline,nop", "--tasks", "dice")


@pytest.fixture
def small_disk(tmp_path: Path, environments: Path) -> Iterator[Path]:
    """A home on a disk of 1 MB."""
    home = tmp_path / "small"
    home.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(home)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    (home / "environments").symlink_to(environments)
    yield home
    subprocess.run(["umount", home], check=True)


def test_a_full_disk_stops_the_run_and_loses_nothing(small_disk: Path) -> None:
    kitchen = Kitchen(small_disk)
    done = kitchen.run(*QUICK, "--repeats", "400")
    assert done.returncode == 1
    assert "full" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(kitchen.rows()) > 10
    assert {row["verdict"] for row in kitchen.rows()} <= {"passed", "wrong"}


def test_without_a_network_what_is_built_still_runs(kitchen: Kitchen) -> None:
    ready = (kitchen.home / "environments").resolve()
    (kitchen.home / "environments").unlink()
    (kitchen.home / "environments").mkdir()
    for path in ready.iterdir():
        if path.is_dir() and not path.name.startswith("langgraph-"):
            (kitchen.home / "environments" / path.name).symlink_to(path)
    offline = {
        "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple",
        "UV_CACHE_DIR": str(kitchen.home / "empty-cache"),
        "UV_HTTP_RETRIES": "0",
    }
    done = kitchen.run("run", "--frameworks", "baseline,langgraph", "--tasks", "dice", "--repeats", "1", **offline)
    assert done.returncode == 1
    assert "langgraph could not be built" in done.stderr
    assert "could not be fetched" in done.stderr
    assert [(row["framework"], row["verdict"]) for row in kitchen.rows()] == [("baseline", "passed")]


def test_what_is_measured_anew_stays_on_the_board_until_it_is(kitchen: Kitchen) -> None:
    kitchen.run(*QUICK, "--repeats", "1")
    before = kitchen.rows()
    (kitchen.home / "environments").unlink()
    offline = {"UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple", "UV_CACHE_DIR": str(kitchen.home / "empty-cache")}
    done = kitchen.run(*QUICK, "--repeats", "1", "--fresh", UV_HTTP_RETRIES="0", **offline)
    assert done.returncode == 1
    assert kitchen.rows() == before


def test_a_store_of_a_newer_version_is_left_alone(kitchen: Kitchen) -> None:
    kitchen.run(*QUICK, "--repeats", "1")
    path = kitchen.home / "scoreboard.db"
    store = sqlite3.connect(path)
    store.execute("pragma user_version = 999")
    store.close()
    before = path.read_bytes()
    for command in (QUICK, ("show",), ("export",)):
        done = kitchen.run(*command)
        assert done.returncode == 1
        assert "newer" in done.stderr
        assert len(done.stderr.splitlines()) <= 3
    assert path.read_bytes() == before


def test_a_home_that_is_a_file_is_said_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("")
    done = Kitchen(home).run(*QUICK)
    assert done.returncode in (1, 2)
    assert str(home) in done.stderr
    assert "Traceback" not in done.stderr


def test_no_key_of_ours_reaches_a_guest_the_store_or_the_screen(kitchen: Kitchen) -> None:
    """With the simulated model nobody needs the key, so it must be nowhere at all."""
    secret = "sk-never-to-be-seen-0123456789"
    done = kitchen.run(*QUICK, "--repeats", "1", OPENAI_API_KEY=secret, AWS_SECRET_ACCESS_KEY=secret)
    shown = done.stdout + done.stderr + "".join(kitchen.run("trial", r["id"], "--raw").stdout for r in kitchen.rows())
    assert secret not in shown
    for path in kitchen.home.glob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes()
