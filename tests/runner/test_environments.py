"""Environments through the real uv, from tiny wheels made here: no network."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scoreboard.errors import BuildError
from scoreboard.runner.environments import READY, Environment, Environments, Installing
from scoreboard.runner.locks import locked_packages, locked_version
from tests.runner.wheels import make_wheel

Lock = Callable[..., None]


@pytest.fixture
def lock(tmp_path: Path, pantry: Path) -> Lock:
    """Writes a group's lock, of one package by the group's name."""

    def write(group: str, version: str = "1.0", tag: str = "py3-none-any") -> None:
        (tmp_path / "locks").mkdir(exist_ok=True)
        (tmp_path / "locks" / f"{group}.txt").write_text(make_wheel(pantry, group, version, tag))

    return write


def ensure(tmp_path: Path, *groups: str, events: list[Installing] | None = None) -> list[Environment | BuildError]:
    environments = Environments(tmp_path / "home", tmp_path / "locks")
    heard = events if events is not None else []
    built = asyncio.run(environments.ensure(groups, heard.append))
    environments.close()
    return [built[group] for group in groups]


def version_in(environment: Environment | BuildError, module: str) -> str:
    assert isinstance(environment, Environment), environment
    code = f"import {module}; print({module}.VERSION)"
    return subprocess.run([environment.python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_each_group_gets_its_own_environment_with_just_its_lock(tmp_path: Path, lock: Lock) -> None:
    lock("apple")
    lock("pear", "2.0")
    events: list[Installing] = []
    apple, pear = ensure(tmp_path, "apple", "pear", events=events)
    assert (version_in(apple, "apple"), version_in(pear, "pear")) == ("1.0", "2.0")
    assert isinstance(apple, Environment)
    for foreign in ("pear", "pydantic", "click"):
        assert subprocess.run([apple.python, "-c", f"import {foreign}"], capture_output=True, check=False).returncode
    assert {event.group for event in events} == {"apple", "pear"}
    assert Installing("apple", "ready", 1, 1) in events


def test_modules_are_compiled_before_they_are_timed(
    tmp_path: Path, lock: Lock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    lock("apple")
    (apple,) = ensure(tmp_path, "apple")
    assert isinstance(apple, Environment)
    assert list(apple.path.glob("lib/*/site-packages/__pycache__/apple*.pyc"))


def test_an_environment_is_reused_without_uv_and_without_a_network(
    tmp_path: Path, lock: Lock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock("apple")
    (first,) = ensure(tmp_path, "apple")
    monkeypatch.setattr("scoreboard.runner.installer.find_uv_bin", lambda: "/nonexistent/uv")
    events: list[Installing] = []
    assert ensure(tmp_path, "apple", events=events) == [first]
    assert events == []


def test_a_changed_lock_makes_another_environment_and_removes_the_old(tmp_path: Path, lock: Lock) -> None:
    lock("apple", "1.0")
    (old,) = ensure(tmp_path, "apple")
    lock("apple", "1.1")
    (new,) = ensure(tmp_path, "apple")
    assert version_in(new, "apple") == "1.1"
    assert isinstance(old, Environment)
    assert not old.path.exists()


def test_an_old_environment_stays_while_another_run_uses_it(tmp_path: Path, lock: Lock) -> None:
    lock("apple", "1.0")
    other = Environments(tmp_path / "home", tmp_path / "locks")
    old = asyncio.run(other.ensure(["apple"], lambda event: None))["apple"]
    lock("apple", "1.1")
    ensure(tmp_path, "apple")
    assert version_in(old, "apple") == "1.0"
    other.close()


def test_a_group_is_not_taken_for_another_that_begins_like_it(tmp_path: Path, lock: Lock) -> None:
    lock("apple")
    lock("apple-pie".replace("-", "_"))
    ensure(tmp_path, "apple", "apple_pie")
    lock("apple", "1.1")
    ensure(tmp_path, "apple")
    (pie,) = ensure(tmp_path, "apple_pie")
    assert version_in(pie, "apple_pie") == "1.0"


def test_a_half_built_environment_is_never_used(tmp_path: Path, lock: Lock) -> None:
    lock("apple")
    (apple,) = ensure(tmp_path, "apple")
    assert isinstance(apple, Environment)
    (apple.path / READY).unlink()
    next(apple.path.glob("lib/*/site-packages/apple.py")).write_text("VERSION = 'half'")
    (again,) = ensure(tmp_path, "apple")
    assert version_in(again, "apple") == "1.0"


def test_killed_while_building_the_next_run_builds_it(tmp_path: Path, lock: Lock) -> None:
    lock("apple")
    code = (
        "import asyncio, os, signal, sys; from pathlib import Path\n"
        "from scoreboard.runner.environments import Environments\n"
        "def die(event):\n"
        "    if event.doing != 'starting': os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(Environments(Path(sys.argv[1]), Path(sys.argv[2])).ensure(['apple'], die))"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "home", tmp_path / "locks"], check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL
    (apple,) = ensure(tmp_path, "apple")
    assert version_in(apple, "apple") == "1.0"


def test_two_at_once_build_it_once(tmp_path: Path, lock: Lock) -> None:
    lock("apple")

    async def both() -> list[dict[str, Environment | BuildError]]:
        return await asyncio.gather(*(run.ensure(["apple"], events.append) for run in runs))

    runs = [Environments(tmp_path / "home", tmp_path / "locks") for _ in range(2)]
    events: list[Installing] = []
    first, second = asyncio.run(both())
    for run in runs:
        run.close()
    assert version_in(first["apple"], "apple") == "1.0"
    assert first == second
    assert [event.doing for event in events].count("ready") == 1
    assert any("waiting" in event.doing for event in events)


def test_one_that_fails_does_not_stop_the_others(tmp_path: Path, lock: Lock) -> None:
    lock("apple")
    lock("pear", tag="cp26-cp26-win32")
    apple, pear = ensure(tmp_path, "apple", "pear")
    assert version_in(apple, "apple") == "1.0"
    assert isinstance(pear, BuildError)


def told(result: Environment | BuildError) -> str:
    assert isinstance(result, BuildError)
    assert len(str(result).splitlines()) <= 6
    return str(result)


def test_a_lock_for_another_python_is_said_so(tmp_path: Path, lock: Lock) -> None:
    lock("pear", tag="cp26-cp26-win32")
    message = told(ensure(tmp_path, "pear")[0])
    assert "pear in its lock cannot be installed on Python 3." in message
    assert "--frameworks" in message


def test_a_file_that_is_not_the_locked_one_is_refused(tmp_path: Path, lock: Lock, pantry: Path) -> None:
    lock("apple")
    with zipfile.ZipFile(pantry / "apple-1.0-py3-none-any.whl", "a") as wheel:
        wheel.writestr("evil.py", "")
    message = told(ensure(tmp_path, "apple")[0])
    assert "apple is not the file that its lock names" in message


def test_without_a_network_the_package_is_named(tmp_path: Path, lock: Lock, monkeypatch: pytest.MonkeyPatch) -> None:
    lock("apple")
    for name in ("UV_NO_INDEX", "UV_FIND_LINKS"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    message = told(ensure(tmp_path, "apple")[0])
    assert "apple could not be fetched" in message
    assert "run the same command again" in message


def test_a_missing_uv_is_said_so(tmp_path: Path, lock: Lock, monkeypatch: pytest.MonkeyPatch) -> None:
    lock("apple")
    monkeypatch.setattr("scoreboard.runner.installer.find_uv_bin", lambda: "/nonexistent/uv")
    assert "uv could not be started" in told(ensure(tmp_path, "apple")[0])


def test_a_missing_lock_says_how_to_compile_it(tmp_path: Path, pantry: Path) -> None:
    assert "scoreboard.runner.locks quince" in told(ensure(tmp_path, "quince")[0])


def test_a_folder_that_is_a_file_is_said_so(tmp_path: Path, lock: Lock) -> None:
    lock("apple")
    (tmp_path / "home").write_text("not a folder")
    assert "--home" in told(ensure(tmp_path, "apple")[0])


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_full_disk_is_said_so_and_leaves_nothing_half_built(
    tmp_path: Path, lock: Lock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock("apple")
    home = tmp_path / "home"
    home.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", home], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        message = told(ensure(tmp_path, "apple")[0])
        assert "the disk is full" in message
        assert not list(home.rglob(READY))
    finally:
        subprocess.run(["umount", home], check=True)


def test_a_lock_tells_its_versions(tmp_path: Path, lock: Lock) -> None:
    lock("apple_pie", "1.2")
    assert locked_packages(tmp_path / "locks" / "apple_pie.txt") == {"apple-pie": "1.2"}
    assert locked_version(tmp_path / "locks" / "apple_pie.txt", "Apple.Pie") == "1.2"
    assert locked_version(tmp_path / "locks" / "apple_pie.txt", "custard") is None


class Stall(ThreadingHTTPServer):
    """An index whose one wheel does not come before `go`: uv stands still in the middle of a build for as long."""

    daemon_threads = True

    def __init__(self, wheels: Path) -> None:
        self.wheels, self.asked, self.go = wheels, threading.Event(), threading.Event()
        super().__init__(("127.0.0.1", 0), StallHandler)


class StallHandler(BaseHTTPRequestHandler):
    server: Stall

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name.endswith(".whl"):
            self.server.asked.set()
            self.server.go.wait()
            body = (self.server.wheels / name).read_bytes()
        else:
            body = "".join(f'<a href="/{path.name}">{path.name}</a>' for path in self.server.wheels.iterdir()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # uv was killed
            super().handle()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nobody reads it."""


@pytest.fixture
def stall(pantry: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stall]:
    with Stall(pantry) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("UV_FIND_LINKS", f"http://127.0.0.1:{server.server_port}/")
        yield server
        server.go.set()
        server.shutdown()
        thread.join()


def test_the_orphan_of_a_killed_host_is_waited_for(tmp_path: Path, lock: Lock, stall: Stall) -> None:
    lock("apple")
    code = (
        "import asyncio, sys; from pathlib import Path\n"
        "from scoreboard.runner.environments import Environments\n"
        "asyncio.run(Environments(Path(sys.argv[1]), Path(sys.argv[2])).ensure(['apple'], lambda event: None))"
    )
    host = subprocess.Popen([sys.executable, "-c", code, tmp_path / "home", tmp_path / "locks"])
    assert stall.asked.wait(30)
    host.kill()
    host.wait()
    said: list[str] = []

    def hear(event: Installing) -> None:
        said.append(event.doing)
        stall.go.set()  # the orphan may go on, now that the next run has said what it does

    environments = Environments(tmp_path / "home", tmp_path / "locks")
    built = asyncio.run(environments.ensure(["apple"], hear))
    environments.close()
    assert "waiting" in said[0]
    assert version_in(built["apple"], "apple") == "1.0"


def test_interrupted_no_uv_stays_behind(tmp_path: Path, lock: Lock, stall: Stall) -> None:
    groups = ["apple", "pear", "quince"]
    for group in groups:
        lock(group)

    async def interrupt() -> None:
        environments = Environments(tmp_path / "home", tmp_path / "locks")
        task = asyncio.create_task(environments.ensure(groups, lambda _: None))
        assert await asyncio.to_thread(stall.asked.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(interrupt())
    for held in (tmp_path / "home" / "environments").glob("*.lock"):
        with held.open("a") as file:  # uv and its children share the lock: it is free only without them
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert not list(tmp_path.rglob(READY))


def test_an_environment_whose_python_is_gone_is_built_anew(tmp_path: Path, lock: Lock) -> None:
    lock("apple")
    (apple,) = ensure(tmp_path, "apple")
    assert isinstance(apple, Environment)
    apple.python.unlink()
    apple.python.symlink_to(tmp_path / "python-that-was-uninstalled")
    (again,) = ensure(tmp_path, "apple")
    assert version_in(again, "apple") == "1.0"


def test_killed_while_removing_an_old_environment_it_does_not_pass_for_ready(tmp_path: Path, lock: Lock) -> None:
    lock("apple", "1.0")
    (old,) = ensure(tmp_path, "apple")
    assert isinstance(old, Environment)
    lock("apple", "1.1")
    code = (
        "import asyncio, os, signal, sys; from pathlib import Path\n"
        "from scoreboard.runner.environments import Environments\n"
        "def die(event, arguments):\n"
        "    if event == 'shutil.rmtree' and str(arguments[0]) == sys.argv[3]: os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.addaudithook(die)\n"
        "asyncio.run(Environments(Path(sys.argv[1]), Path(sys.argv[2])).ensure(['apple'], lambda event: None))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "home"), str(tmp_path / "locks"), str(old.path)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == -signal.SIGKILL
    assert old.path.exists()
    assert not (old.path / READY).exists()


def test_the_users_own_settings_change_neither_contents_nor_words(
    tmp_path: Path, lock: Lock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock("apple")
    lock("pear", tag="cp26-cp26-win32")
    (tmp_path / "constraints").write_text("apple==9\n")
    monkeypatch.setenv("UV_CONSTRAINT", str(tmp_path / "constraints"))
    monkeypatch.setenv("FORCE_COLOR", "1")
    apple, pear = ensure(tmp_path, "apple", "pear")
    assert version_in(apple, "apple") == "1.0"
    assert "\x1b" not in told(pear)


def test_what_the_index_does_not_offer_is_not_blamed_on_python(tmp_path: Path, lock: Lock, pantry: Path) -> None:
    lock("apple")
    (pantry / "apple-1.0-py3-none-any.whl").rename(pantry / "apple-0.9-py3-none-any.whl")
    message = told(ensure(tmp_path, "apple")[0])
    assert "does not offer apple" in message
    assert "another Python" not in message


def test_uv_told_to_stay_offline_is_no_network(tmp_path: Path, lock: Lock, monkeypatch: pytest.MonkeyPatch) -> None:
    lock("apple")
    for name in ("UV_NO_INDEX", "UV_FIND_LINKS"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_OFFLINE", "1")
    assert "apple could not be fetched" in told(ensure(tmp_path, "apple")[0])
