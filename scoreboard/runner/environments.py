"""The frameworks' environments: each built from its lock, reused while that has not changed, never used half-built."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import platform
import re
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scoreboard.errors import BuildError
from scoreboard.runner.installer import InstallError, explanation, uv
from scoreboard.runner.locks import LOCKS, lock_digest, lock_file, locked_packages

AT_ONCE = 4
READY = "ready.json"  # written last: an environment without it is half-built
POLL_S = 0.2


@dataclass(frozen=True)
class Installing:
    """How far one environment is: packages installed of those in its lock, and what is going on."""

    group: str
    doing: str
    installed: int
    packages: int


@dataclass(frozen=True)
class Environment:
    """A framework's own virtual environment, ready to be used."""

    group: str
    path: Path

    @property
    def python(self) -> Path:
        return self.path / "bin" / "python"


Progress = Callable[[Installing], None]


class Environments:
    """All environments of one home. Those it hands out stay as they are until `close`."""

    def __init__(self, home: Path, folder: Path = LOCKS, locks: Mapping[str, Path] | None = None) -> None:
        self._folder, self._lock_folder, self._locks = home.absolute() / "environments", folder, locks or {}
        self._held: list[IO[str]] = []
        self._slots = asyncio.Semaphore(AT_ONCE)

    def path(self, group: str) -> Path:
        """Where an environment stands: another lock or another Python, another place."""
        return self._folder / f"{group}-{lock_digest(self._lock(group))}-py{platform.python_version()}"

    def _lock(self, group: str) -> Path:
        """The lock of a group: that of an adapter outside the tree stands elsewhere."""
        return self._locks.get(group) or lock_file(group, self._lock_folder)

    async def ensure(self, groups: Iterable[str], progress: Progress) -> dict[str, Environment | BuildError]:
        """Every environment, or why it could not be built; one that fails does not stop the others."""
        async with asyncio.TaskGroup() as builds:  # when cancelled it waits until every uv is gone
            tasks = {group: builds.create_task(self._ensure(group, progress)) for group in groups}
        return {group: task.result() for group, task in tasks.items()}

    def hold(self, group: str) -> bool:
        """Takes hold of an environment that stands already; False where there is none."""
        return self._held_ready(self.path(group))

    def close(self) -> None:
        """Gives the environments back: from now on another run may remove what its lock no longer wants."""
        while self._held:
            self._held.pop().close()

    async def _ensure(self, group: str, progress: Progress) -> Environment | BuildError:
        try:
            environment = Environment(group, self.path(group))
            async with self._slots:
                await self._hold(environment, progress)
        except BuildError as error:
            return error
        except OSError as error:
            return BuildError(explanation(group, platform.python_version(), str(error)))
        return environment

    async def _hold(self, environment: Environment, progress: Progress) -> None:
        """Holds a finished environment for use, building it first where there is none."""
        words = _Words(len(locked_packages(self._lock(environment.group))))

        def tell(doing: str) -> None:
            progress(Installing(environment.group, doing, _installed(environment.path), words.packages))

        while not self._held_ready(environment.path):
            self._folder.mkdir(parents=True, exist_ok=True)
            with _lock_path(environment.path).open("a") as lock:
                if not _taken(lock, fcntl.LOCK_EX):
                    tell("another run is building it: waiting")
                    await asyncio.sleep(POLL_S)
                elif not _is_ready(environment.path):
                    await self._build(environment, words, tell, lock)

    def _held_ready(self, path: Path) -> bool:
        """Takes hold of a finished environment, so that nobody removes it; False where there is none."""
        if not _is_ready(path):
            return False
        try:
            lock = _lock_path(path).open("a")
        except OSError:
            return True  # nobody can remove what stands in a folder that cannot be written
        if _taken(lock, fcntl.LOCK_SH) and _is_ready(path):
            self._held.append(lock)
            return True
        lock.close()
        return False

    async def _build(self, environment: Environment, words: _Words, tell: Callable[[str], None], lock: IO[str]) -> None:
        async with _watched(lambda: tell(words.doing)):
            await self._install(environment, words.hear, lock)
        self._prune(environment)
        tell("ready")

    async def _install(self, environment: Environment, hear: Callable[[str], None], lock: IO[str]) -> None:
        _remove(environment.path)
        requirements = str(self._lock(environment.group))
        try:
            await uv(["venv", "--quiet", "--python", sys.executable, str(environment.path)], hear, lock.fileno())
            # Copies, not links into uv's cache: what a guest does to its own files stays with it.
            options = ["--require-hashes", "--compile-bytecode", "--link-mode", "copy", "--requirement", requirements]
            await uv(["pip", "install", "--python", str(environment.python), *options], hear, lock.fileno())
        except InstallError as error:
            _remove(environment.path)
            raise BuildError(explanation(environment.group, platform.python_version(), str(error))) from error
        half = environment.path / f".{READY}"
        half.write_text(json.dumps({"group": environment.group, "python": platform.python_version()}))
        half.rename(environment.path / READY)

    def _prune(self, environment: Environment) -> None:
        """Removes what earlier locks of this group left for this Python, unless another run still uses it."""
        for old in self._folder.glob(f"{environment.group}-*"):
            if old == environment.path or old.suffix == ".lock" or not _belongs(old, environment.group):
                continue
            with _lock_path(old).open("a") as lock:
                if _taken(lock, fcntl.LOCK_EX):
                    _remove(old)


class _Words:
    """What uv is doing, in words, from the lines it says, and how many packages this machine needs."""

    def __init__(self, packages: int) -> None:
        self.packages = packages  # all that the lock pins, until uv has told how many apply here
        self.doing = "starting"
        self._fetching: list[str] = []

    def hear(self, line: str) -> None:
        if found := re.match(r"\s*Downloading (.+)", line):
            self._fetching.append(found[1])
        elif found := re.match(r"\s*Downloaded (\S+)", line):
            self._fetching = [each for each in self._fetching if each.split()[0] != found[1]]
        elif found := re.match(r"(Resolved|Prepared|Installed) (\d+)", line):
            self.packages = int(found[2]) if found[1] == "Resolved" else self.packages
            self.doing = {"Resolved": "fetching packages", "Prepared": "installing", "Installed": "compiling"}[found[1]]
            return
        else:
            return
        self.doing = f"downloading {', '.join(self._fetching)}" if self._fetching else "fetching packages"


@contextlib.asynccontextmanager
async def _watched(tell: Callable[[], None]) -> AsyncIterator[None]:
    """Tells again and again while the body runs."""

    async def watch() -> None:
        while True:
            tell()
            await asyncio.sleep(POLL_S)

    watcher = asyncio.create_task(watch())
    try:
        yield
    finally:
        watcher.cancel()


def _is_ready(path: Path) -> bool:
    """Finished, and the Python that it was made from is still there."""
    return (path / READY).is_file() and (path / "bin" / "python").exists()


def _remove(path: Path) -> None:
    """The mark goes first: killed halfway, what is left does not pass for an environment."""
    (path / READY).unlink(missing_ok=True)
    shutil.rmtree(path, ignore_errors=True)


def _installed(path: Path) -> int:
    return sum(1 for _ in path.glob("lib/python*/site-packages/*.dist-info"))


def _belongs(path: Path, group: str) -> bool:
    python = re.escape(platform.python_version())
    return re.fullmatch(rf"{re.escape(group)}-[0-9a-f]{{12}}-py{python}", path.name) is not None


def _lock_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def _taken(lock: IO[str], kind: int) -> bool:
    """Whether a lock among all runs on this machine could be had; the system frees it when its holder dies."""
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
