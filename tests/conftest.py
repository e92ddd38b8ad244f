"""A real kitchen for the tests: the real command line, with the environments of this checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.star_history.stand_in import StandIn

if TYPE_CHECKING:
    from tests.observatory import Observatory

ROOT = Path(__file__).parent.parent
BAKEOFF = Path(sys.executable).with_name("bakeoff")


@dataclass(frozen=True)
class Kitchen:
    """One `--home`, and the command line to use it with."""

    home: Path

    def popen(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [BAKEOFF, arguments[0], "--home", self.home, *arguments[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
            cwd=self.home.parent,
        )

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        process = self.popen(*arguments, **environment)
        stdout, stderr = process.communicate(timeout=600)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def rows(self) -> list[dict[str, Any]]:
        done = self.run("export", "--format", "json")
        assert done.returncode == 0, done.stderr
        rows: list[dict[str, Any]] = json.loads(done.stdout)
        return rows


@pytest.fixture(scope="session")
def environments() -> Path:
    """The environments of this checkout, built by the product itself; the first time this takes the network."""
    home = ROOT / ".bakeoff"
    done = Kitchen(home).run("run", "--variants", "--repeats", "1")
    assert done.returncode == 0, done.stderr
    return home / "environments"


@pytest.fixture(scope="session")
def new_kitchen(environments: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Kitchen]:
    def make() -> Kitchen:
        home = tmp_path_factory.mktemp("kitchen") / "home"
        home.mkdir()
        (home / "environments").symlink_to(environments)
        return Kitchen(home)

    return make


@pytest.fixture
def kitchen(new_kitchen: Callable[[], Kitchen]) -> Kitchen:
    """An empty home whose environments are ready."""
    return new_kitchen()


@pytest.fixture(scope="session")
def varied(new_kitchen: Callable[[], Kitchen]) -> Kitchen:
    """A home in which every framework and all its variants were baked once. For reading only."""
    kitchen = new_kitchen()
    done = kitchen.run("run", "--variants", "--repeats", "1")
    assert done.returncode == 0, done.stderr
    return kitchen


@pytest.fixture(scope="session")
def baked(new_kitchen: Callable[[], Kitchen]) -> Kitchen:
    """A home in which everything was baked twice. For reading only."""
    kitchen = new_kitchen()
    done = kitchen.run("run", "--repeats", "2")
    assert done.returncode == 0, done.stderr
    return kitchen


@pytest.fixture
def pantry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that is all uv can see."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(wheels))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    return wheels


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture
def observatory(tmp_path: Path, server: StandIn) -> Observatory:
    from tests.observatory import Observatory  # which needs the Kitchen above

    return Observatory(tmp_path, server)
