"""The frameworks' lock files: pinned versions with hashes, one per dependency group.

`python -m scoreboard.runner.locks [GROUP...]` compiles them anew at the newest versions.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from uv import find_uv_bin

import adapters
from scoreboard.errors import BuildError, UsageError

LOCKS = Path(adapters.__path__[0]) / "locks"
NOT_A_FRAMEWORK = ("dev",)
OLDEST_PYTHON = "3.11"


def lock_file(group: str, folder: Path = LOCKS) -> Path:
    return folder / f"{group}.txt"


def lock_digest(lock: Path) -> str:
    """Changes with every version and every hash in the lock."""
    try:
        return hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    except OSError as error:
        raise BuildError(
            f"There is no lock for {lock.stem}: {lock} cannot be read. "
            f"Compile it: python -m scoreboard.runner.locks {lock.stem}"
        ) from error


def locked_version(lock: Path, package: str) -> str | None:
    """The version of a package that a lock pins."""
    return locked_packages(lock).get(plain_name(package))


def locked_packages(lock: Path) -> dict[str, str]:
    """Every package that a lock pins, with its version, or its versions where that depends on the machine."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", lock.read_text(), re.MULTILINE):
        found.setdefault(plain_name(name), []).append(version)
    return {name: ", ".join(dict.fromkeys(versions)) for name, versions in found.items()}


def plain_name(package: str) -> str:
    """A package by the one name that stands for all its spellings."""
    return re.sub(r"[-_.]+", "-", package).lower()


def compile_locks(project: Path, groups: list[str]) -> None:
    """Resolves each group of `pyproject.toml` to its newest versions, for every platform and Python from 3.11 on."""
    known = [group for group in tomllib.loads(project.read_text())["dependency-groups"] if group not in NOT_A_FRAMEWORK]
    for group in groups or known:
        if group not in known:
            raise UsageError(f"pyproject.toml has no dependency group {group!r}. Known: {', '.join(known)}.")
        compile_group(project, group, lock_file(group))


def compile_group(project: Path, group: str, lock: Path) -> None:
    """Resolves one group to its newest versions."""
    compile_lock(f"--group={project}:{group}", lock, project.parent)


def compile_lock(source: str, lock: Path, folder: Path) -> None:
    """Resolves what a group, or a file with a PEP 723 header, depends on; the lock changes only where that succeeds."""
    options = ["--quiet", "--upgrade", "--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes"]
    command = [find_uv_bin(), "pip", "compile", *options, "--no-header", source, "--output-file", str(lock)]
    done = subprocess.run(command, check=False, cwd=folder, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        told = "\n".join(f"  uv: {line.strip()}" for line in done.stderr.splitlines()[:8] if line.strip())
        raise BuildError(f"The lock of {lock.stem} could not be compiled; nothing has changed.\n{told}")


if __name__ == "__main__":
    try:
        compile_locks(LOCKS.parents[1] / "pyproject.toml", sys.argv[1:])
    except (BuildError, UsageError) as failure:
        sys.exit(str(failure))
