"""What an environment takes on disk, and what the metadata installed in it tell."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from scoreboard.runner.locks import plain_name


@dataclass(frozen=True)
class Footprint:
    """One framework's environment, read from its files; nothing in it is imported."""

    version: str
    released: str | None  # most wheels do not tell
    packages: int
    megabytes: float
    requires_python: str
    python_fits: bool


def footprint(environment: Path, package: str, python: str) -> Footprint:
    """The footprint of an environment made for a package and run by a Python ("3.11.7")."""
    folders = sorted(environment.glob("lib/python*/site-packages"))
    found = list(metadata.distributions(path=[str(folder) for folder in folders]))
    wanted = [dist for dist in found if plain_name(dist.name) == plain_name(package)]
    version = wanted[0].version if wanted else ""
    asked = [_requires(dist) for dist in found]
    return Footprint(
        version=version,
        released=release_date(wanted[0].read_text("METADATA") or "", version) if wanted else None,
        packages=len(found),
        megabytes=sum(map(_bytes, folders)) / 1e6,
        requires_python=_requires(wanted[0]) if wanted else "",
        python_fits=all(admits(requires, python) for requires in asked),
    )


def release_date(text: str, version: str) -> str | None:
    """The date of a version, where the installed metadata carry a changelog with a heading of that very version.

    Nothing else in a wheel tells it: files have the date of their installation, and an index is not asked.
    """
    heading = rf"^#+\s*\[?v?{re.escape(version)}(?![\w.]*\d)[^\n]*?\b(\d{{4}}-\d\d-\d\d)\b"
    found = re.search(heading, text, re.MULTILINE) if version else None
    return found[1] if found else None


def admits(requires: str, python: str) -> bool:
    """Whether a `Requires-Python` admits a Python: the comparisons of PEP 440, for final releases."""
    release = tuple(map(int, python.split(".")))
    clauses = re.findall(r"(~=|===?|!=|<=?|>=?)\s*v?(\d+(?:\.\d+)*)(\.\*)?", requires)
    return all(_holds(release, sign, tuple(map(int, given.split("."))), bool(any_)) for sign, given, any_ in clauses)


def _holds(release: tuple[int, ...], sign: str, given: tuple[int, ...], any_: bool) -> bool:  # noqa: FBT001
    padded = given + (0,) * (len(release) - len(given))
    same = release[: len(given)] == given if any_ else release == padded
    match sign:
        case ">=":
            return release >= padded
        case ">":
            return release > padded
        case "<=":
            return release <= padded
        case "<":
            return release < padded
        case "~=":
            return release >= padded and release[: len(given) - 1] == given[:-1]
        case "!=":
            return not same
    return same


def _requires(dist: metadata.Distribution) -> str:
    return dist.metadata["Requires-Python"] or ""


def _bytes(folder: Path) -> int:
    """What was installed, without what Python compiled of it."""
    return sum(
        os.lstat(os.path.join(where, name)).st_size  # noqa: PTH118 - tens of thousands of files
        for where, names in _walk(folder)
        for name in names
        if not name.endswith(".pyc")
    )


def _walk(folder: Path) -> Iterable[tuple[str, list[str]]]:
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield where, names
