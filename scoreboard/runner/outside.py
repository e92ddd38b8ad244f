"""Adapters and tasks that stand outside the tree: any file, an adapter's dependencies in its PEP 723 header."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from scoreboard.errors import BuildError, UsageError
from scoreboard.runner.catalogue import Card, family_of, framework_cards, load_task, read_cards, task_files
from scoreboard.runner.locks import compile_lock, locked_packages

HEADER = re.compile(r"^# /// script[ \t]*\n(?:#.*\n)*?# ///[ \t]*$", re.MULTILINE)
EXAMPLE = '# /// script\n# dependencies = ["some-framework", "pydantic"]\n# ///'

Say = Callable[[str], None]


def outside_adapters(paths: Collection[Path], home: Path, say: Say) -> dict[str, Card]:
    """The framework that each file drives, and its variants; their locks are compiled where need be."""
    known = framework_cards() if paths else {}
    taken = {card.group for card in known.values()} | set(known)
    found: dict[str, Card] = {}
    for path in paths:
        name = _name(path, "adapter", {*taken, *found})
        lock = home.absolute() / "locks" / f"{name}.txt"
        cards = read_cards(path, group=name, lock=lock)
        compile_outside(path, lock, say)
        found |= {card.name: card for card in cards}
    return found


def outside_tasks(paths: Collection[Path]) -> dict[str, Path]:
    """Each task's file by its name, loaded once to see whether it can be."""
    found: dict[str, Path] = {}
    for path in paths:
        name = _name(path, "task", {*task_files(), *found})
        load_task(name, path)
        found[name] = path
    return found


def compile_outside(path: Path, lock: Path, say: Say, *, upgrade: bool = False) -> None:
    """Brings the lock of an adapter about, unless it was made from the very same header."""
    header = HEADER.search(path.read_text(encoding="utf-8"))
    if not header:
        raise UsageError(f"{path} should name its dependencies in a header (PEP 723):\n{EXAMPLE}")
    _check_python(path, header[0])
    made_from = f"# made from {hashlib.sha256(header[0].encode()).hexdigest()}\n"
    if not upgrade and lock.exists() and lock.read_text(encoding="utf-8").startswith(made_from):
        return
    say(f"Resolving the dependencies of {path.name} ...")
    lock.parent.mkdir(parents=True, exist_ok=True)
    half = lock.with_suffix(".half")
    try:
        compile_lock(str(path), half, path.parent)
        if "pydantic" not in locked_packages(half):
            raise BuildError(f"{path} should have pydantic among its dependencies: the tasks' typed answers need it.")
        lock.write_text(made_from + half.read_text(encoding="utf-8"), encoding="utf-8")
    finally:
        half.unlink(missing_ok=True)


def _check_python(path: Path, header: str) -> None:
    """Every framework is baked with the Python that bakes; a header that asks for a later one is told so."""
    wanted = re.search(r"requires-python\s*=.*?>=\s*(\d+)\.(\d+)", header)
    if wanted and sys.version_info[:2] < (int(wanted[1]), int(wanted[2])):
        here = ".".join(map(str, sys.version_info[:2]))
        raise UsageError(f"{path} needs Python {wanted[1]}.{wanted[2]} or newer; Bakeoff runs on {here} here.")


def also(outside: Iterable[str], wanted: str | None, otherwise: Iterable[str] = ()) -> str | None:
    """A comma-separated wish with what stands outside the tree added; `otherwise` goes with it where none is wished."""
    names = [name for name in outside if name == family_of(name)]
    if not names or (wanted and wanted.strip() == "all"):
        return wanted
    return ",".join([*([wanted] if wanted else otherwise), *names])


def _name(path: Path, kind: str, taken: Collection[str]) -> str:
    """What a file outside the tree is called: by its name, as those inside are."""
    if not path.is_file():
        raise UsageError(f"There is no file at {path}.")
    if path.suffix != ".py" or not path.stem.isidentifier():
        raise UsageError(f"{path} cannot be used: its name should be a word of letters, digits and _, and .py.")
    if path.stem in taken:
        raise UsageError(f"The name {path.stem} is taken by another {kind}; give {path} another one.")
    return path.stem
