"""The guests' folder: copies of what runs in a framework's environment, and of nothing else of the scoreboard."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

GUEST_SIDE = (
    "__init__",
    "guard",
    "lifeline",
    "mishaps",
    "outcome",
    "parcel",
    "presence",
    "reports",
    "streams",
    "tap",
    "worker",
)


@dataclass(frozen=True)
class Staged:
    """A folder for PYTHONPATH, and the digest of all that is in it."""

    path: Path
    digest: str


def stage(home: Path, extra_adapters: Iterable[Path] = (), extra_tasks: Iterable[Path] = ()) -> Staged:
    """Brings the guests' folder about, or reuses it when it holds the very same files.

    It is built aside and renamed, so that a kill leaves no half of it; a second host waits for the first.
    """
    contents = _contents(extra_adapters, extra_tasks)
    digest = _digest(contents)
    folder = home.absolute() / "guests"
    folder.mkdir(parents=True, exist_ok=True)
    staged = Staged(folder / digest, digest)
    with _locked(folder):
        if not _holds(staged.path, contents):
            for half in folder.glob(".half-*"):  # of a host that was killed
                shutil.rmtree(half, ignore_errors=True)
            aside = Path(tempfile.mkdtemp(prefix=".half-", dir=folder))
            _write(aside / "new", contents)
            if staged.path.exists():  # a guest has tampered with it
                staged.path.rename(aside / "old")
            (aside / "new").rename(staged.path)
            shutil.rmtree(aside, ignore_errors=True)
    return staged


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Held by one process at a time, and let go of by the system whatever becomes of it."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _contents(extra_adapters: Iterable[Path], extra_tasks: Iterable[Path]) -> dict[str, bytes]:
    scoreboard, adapters, tasks = (_folder(package) for package in ("scoreboard", "adapters", "tasks"))
    sources = {
        "scoreboard/__init__.py": scoreboard / "__init__.py",
        **{f"scoreboard/runner/{name}.py": scoreboard / "runner" / f"{name}.py" for name in GUEST_SIDE},
        **{f"adapters/{path.name}": path for path in [*sorted(adapters.glob("*.py")), *extra_adapters]},
        **{f"tasks/{path.name}": path for path in [*sorted(tasks.glob("*.py")), *extra_tasks]},
    }
    return {name: path.read_bytes() for name, path in sources.items()}


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec, package
    assert spec.submodule_search_locations, package
    return Path(spec.submodule_search_locations[0])


def _digest(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(f"{name} {len(contents[name])}\n".encode() + contents[name])
    return digest.hexdigest()[:16]


def _holds(folder: Path, contents: Mapping[str, bytes]) -> bool:
    """Whether exactly these sources are there; what Python compiled of them does not matter."""
    if not folder.is_dir():
        return False
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}
    return found == set(contents) and all((folder / name).read_bytes() == contents[name] for name in contents)


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
