"""What can go wrong around the store is told in one clear message, and nothing already measured is lost."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scoreboard.errors import StoreError
from scoreboard.results.store import Store, database_path
from tests.results.samples import PASSED, STAMPS, played, trial

NOBODY = 65534
ROOT = Path(__file__).parents[2]


def add(store: Store, repeat: int = 0, size: int = 0) -> bool:
    outcome, calls = played()
    noise = os.urandom(size)
    calls[0] = type(calls[0])(**{**vars(calls[0]), "response_body": noise})
    return store.add(trial(repeat=repeat), outcome, calls, PASSED, STAMPS)


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    with closing(Store.open(tmp_path)) as store:
        add(store)
    return tmp_path


def run_in_child(action: Callable[[], object]) -> str:
    """What an action says in a process of its own: its StoreError, or nothing."""
    reader, writer = os.pipe()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of threads that other tests left
        pid = os.fork()
    if not pid:
        try:
            action()
        except StoreError as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        words = told.read()
    assert os.waitpid(pid, 0)[1] == 0
    return words


def as_nobody(action: Callable[[], object]) -> Callable[[], object]:
    """Root may write anywhere; nobody may not."""

    def act() -> None:
        if os.getuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        action()

    return act


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, where this machine lets us mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True)
    if mount.returncode:
        pytest.skip("mounting is not permitted here; the limit on file sizes is tested all the same")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(store: Store) -> tuple[int, str]:
    """Adds trials until the disk refuses; how many it took, and what was said."""
    for repeat in range(1000):
        try:
            add(store, repeat, size=50_000)
        except StoreError as error:
            return repeat, str(error)
    raise AssertionError("the disk never got full")


def test_a_full_disk(small_disk: Path) -> None:
    home = small_disk / "home"
    with closing(Store.open(home)) as store:
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(400_000))
        kept, words = fill(store)
        assert "disk is full" in words
        assert str(database_path(home)) in words
        assert kept > 0
        assert len(store.rows()) == kept
        ballast.unlink()
        assert add(store, kept)  # there is room again
    with closing(Store.open(home)) as store:
        assert {row.repeat for row in store.rows()} == set(range(kept + 1))
        assert store.evidence(trial(repeat=kept - 1).id).calls


def test_a_full_disk_from_the_start(small_disk: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        (small_disk / "ballast").write_bytes(bytes(2_000_000))
    with pytest.raises(StoreError, match="disk is full"):
        Store.open(small_disk / "home")


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    def act() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        with closing(Store.open(tmp_path)) as store:
            kept, words = fill(store)
            assert kept == len(store.rows())
        raise StoreError(f"{kept} {words}")

    kept, _, words = run_in_child(act).partition(" ")
    assert "disk is full" in words
    with closing(Store.open(tmp_path)) as store:
        assert len(store.rows()) == int(kept) > 0
        assert add(store, int(kept))


def test_a_store_written_by_a_newer_version(measured: Path) -> None:
    with closing(sqlite3.connect(database_path(measured))) as connection:
        connection.execute("PRAGMA user_version = 99")
    for read_only in (True, False):
        with pytest.raises(StoreError, match=r"newer Bakeoff .*99.*Upgrade Bakeoff"):
            Store.open(measured, read_only=read_only)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_that_is_no_database(tmp_path: Path, read_only: bool) -> None:
    database_path(tmp_path).write_text("these are not the rows you are looking for\n" * 100)
    with pytest.raises(StoreError, match=r"scoreboard\.db is not a scoreboard, or it is damaged"):
        Store.open(tmp_path, read_only=read_only)


@pytest.mark.parametrize("read_only", [True, False])
def test_another_programs_database_is_left_alone(tmp_path: Path, read_only: bool) -> None:
    with closing(sqlite3.connect(database_path(tmp_path))) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    before = database_path(tmp_path).read_bytes()
    with pytest.raises(StoreError, match="another program's database"):
        Store.open(tmp_path, read_only=read_only)
    assert database_path(tmp_path).read_bytes() == before


def test_a_damaged_store(measured: Path) -> None:
    path = database_path(measured)
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    with pytest.raises(StoreError, match="damaged"), closing(Store.open(measured, read_only=True)) as store:
        store.rows()


@pytest.mark.parametrize("leftover", [None, b""])
def test_reading_where_nothing_was_measured_makes_nothing(tmp_path: Path, leftover: bytes | None) -> None:
    home = tmp_path / "home"
    if leftover is not None:
        home.mkdir()
        database_path(home).write_bytes(leftover)
    with pytest.raises(StoreError, match=r"Nothing measured yet in .*home; run `bakeoff run`"):
        Store.open(home, read_only=True)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == (
        [] if leftover is None else ["scoreboard.db"]
    )


def test_reading_cannot_write(measured: Path) -> None:
    with closing(Store.open(measured, read_only=True)) as store:
        assert len(store.rows()) == 1
        with pytest.raises(StoreError, match="read-only"):
            add(store, 1)


def test_a_read_only_folder(measured: Path) -> None:
    """It can be shown, and a run says what is wrong."""
    measured.chmod(0o555)
    database_path(measured).chmod(0o444)
    for parent in (measured, *measured.parents):
        if parent.stat().st_uid == os.getuid() and parent.stat().st_mode & 0o777 == 0o700:
            parent.chmod(0o755)

    def show() -> None:
        with closing(Store.open(measured, read_only=True)) as store:
            raise StoreError(f"{len(store.rows())} {store.evidence(trial().id).row.verdict}")

    assert run_in_child(as_nobody(show)) == "1 passed"
    words = run_in_child(as_nobody(lambda: add(Store.open(measured))))
    assert "read-only" in words
    assert "--home" in words
    assert "read-only" in run_in_child(as_nobody(lambda: Store.open(measured / "below").close()))
    measured.chmod(0o755)


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreError, match="--home"):
        Store.open(tmp_path / "home")


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_store_locked_by_another_program(measured: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, database_path(measured)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdin
    assert holder.stdout
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with closing(Store.open(measured, patience_s=0.01)) as store:
            with pytest.raises(StoreError, match="locked by another program"):
                add(store, 1)
            assert len(store.rows()) == 1  # reading goes on
            holder.stdin.close()
            assert holder.wait() == 0
            assert add(store, 1)


WRITE = """
import sys
from pathlib import Path
from scoreboard.results.store import Store
from tests.results.samples import PASSED, STAMPS, played, trial
store = Store.open(Path(sys.argv[1]))
for repeat in range(100_000):
    assert store.add(trial(repeat=repeat), *played(), PASSED, STAMPS)
    print(repeat, flush=True)
"""


def writer(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITE, home], stdout=subprocess.PIPE, cwd=ROOT)


@pytest.mark.parametrize("told", [1, 7, 40])
def test_kill_9_in_the_middle_loses_nothing_that_was_stored(tmp_path: Path, told: int) -> None:
    with writer(tmp_path) as process:
        assert process.stdout
        for _line in range(told):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        last = told - 1 + len([line for line in process.stdout.read().splitlines() if line])
    with closing(Store.open(tmp_path)) as store:
        repeats = [row.repeat for row in store.rows()]
        assert repeats == list(range(len(repeats)))
        assert len(repeats) in (last + 1, last + 2)  # the last one may have been stored but not told
        for repeat in repeats:
            assert len(store.evidence(trial(repeat=repeat).id).calls) == 2
        assert add(store, len(repeats))
    with closing(sqlite3.connect(database_path(tmp_path))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_two_read_while_one_writes(tmp_path: Path) -> None:
    with writer(tmp_path) as process:
        assert process.stdout
        process.stdout.readline()
        with (
            closing(Store.open(tmp_path, read_only=True)) as first,
            closing(Store.open(tmp_path, read_only=True)) as second,
        ):
            for _round in range(20):
                told = int(process.stdout.readline())
                for reader in (first, second):
                    rows = reader.rows()
                    assert len(rows) > told
                    assert reader.evidence(rows[-1].id).row == rows[-1]
        process.kill()
