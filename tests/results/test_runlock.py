"""One run at a time in one home, and none locked out by one that died."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scoreboard.errors import StoreError, UsageError
from scoreboard.results.runlock import RunLock, is_run_going

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from scoreboard.results.runlock import RunLock
with RunLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(home: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_second_run_is_told_who_is_first(tmp_path: Path) -> None:
    with holder(tmp_path / "home") as process:
        with (
            pytest.raises(UsageError, match=rf"pid {process.pid}, since 20\d\d-.*home.*--home"),
            RunLock(tmp_path / "home"),
        ):
            pass
        with RunLock(tmp_path / "elsewhere"):
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        with RunLock(tmp_path / "home"):
            pass


def test_a_run_that_ends_lets_the_next_one_in(tmp_path: Path) -> None:
    for _ in range(2):
        with holder(tmp_path) as process:
            assert process.stdin
            process.stdin.close()
            assert process.wait() == 0


def test_an_error_inside_frees_the_lock(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), RunLock(tmp_path):
        raise ZeroDivisionError
    with RunLock(tmp_path):
        pass


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="--home"), RunLock(tmp_path / "file"):
        pass


def test_whether_a_run_is_going(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert not is_run_going(home)
    with holder(home) as process:
        assert is_run_going(home)
        assert process.stdin
        process.stdin.close()
        process.wait()
        assert not is_run_going(home)


def test_asking_whether_a_run_is_going_keeps_no_run_out(tmp_path: Path) -> None:
    """The process that held the lock last still lives: then the lock is tried, and given back."""
    with RunLock(tmp_path):
        assert is_run_going(tmp_path)
    assert not is_run_going(tmp_path)
    with RunLock(tmp_path):
        pass
