"""`bakeoff new`: an adapter with its three methods to fill in, its dependencies named, its lock compiled."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import adapters
from scoreboard.errors import BakeoffError, UsageError
from scoreboard.runner.catalogue import framework_cards
from scoreboard.runner.locks import compile_group, lock_file
from scoreboard.runner.outside import compile_outside

FOLDER = Path(adapters.__path__[0])
PROJECT = FOLDER.parent / "pyproject.toml"
GROUPS = re.compile(r"^\[dependency-groups\]\n(?P<lines>(?:.+\n)*)", re.MULTILINE)
HEADER = """# /// script
# requires-python = ">=3.11"
# dependencies = {dependencies}
# ///
"""
TEMPLATE = '''"""{title}: say here in a line how it is used."""

from __future__ import annotations

from adapters.base import Adapter, Answer, Unsupported
from tasks.base import Task


class {word}Adapter(Adapter):
    title = "{title}"
    group = "{name}"
    package = "{package}"
    repo = ""  # owner/name on GitHub, for bakeoff stars; former_repos are the names it had before
    backer = ""  # who pays for it
    pattern = ""  # how its team works together: sequence, hand-off, manager or group chat
    notes = ()  # every departure from the framework's documented default, in plain words

    def agent(self, task: Task) -> Answer:
        # One agent with task.instructions and task.tools (plain typed functions) answers task.prompt.
        # The model: task.model.name at task.model.base_url, with task.model.api_key.
        raise Unsupported("not written yet")

    def team(self, task: Task) -> Answer:
        # Agents for task.team (name, description, instructions, tools); the last of them has the last word.
        raise Unsupported("not written yet")

    def structured(self, task: Task) -> Answer:
        # As one agent, but the answer is an instance of task.answer_type, a Pydantic model.
        raise Unsupported("not written yet")
'''


@dataclass(frozen=True)
class Newcomer:
    """What is about to be added."""

    name: str
    packages: Sequence[str]  # what to install, as pip names it; the first is the framework itself

    @property
    def package(self) -> str:
        return re.split(r"[\[<>=!~;@ ]", self.packages[0], maxsplit=1)[0]

    def source(self) -> str:
        words = self.name.split("_")
        title = " ".join(word.capitalize() for word in words)
        return TEMPLATE.format(name=self.name, title=title, word=title.replace(" ", ""), package=self.package)


def in_tree() -> bool:
    """Whether this folder is in Bakeoff's checkout: there an adapter is a file in `adapters/` and a line in a list."""
    return (
        Path.cwd().is_relative_to(PROJECT.parent)
        and PROJECT.is_file()
        and GROUPS.search(PROJECT.read_text(encoding="utf-8")) is not None
    )


def add_inside(newcomer: Newcomer, say: Callable[[str], None]) -> Path:
    """The adapter in `adapters/`, its line in pyproject.toml and its lock; all of them, or none."""
    path = FOLDER / f"{newcomer.name}.py"
    _check_name(newcomer.name, path)
    before = PROJECT.read_text(encoding="utf-8")
    PROJECT.write_text(with_group(before, newcomer), encoding="utf-8")
    try:
        say(f"Resolving the dependencies of {newcomer.name} ...")
        compile_group(PROJECT, newcomer.name, lock_file(newcomer.name))
    except BaseException:
        PROJECT.write_text(before, encoding="utf-8")
        raise
    path.write_text(newcomer.source(), encoding="utf-8")
    return path


def add_outside(newcomer: Newcomer, path: Path, home: Path, say: Callable[[str], None]) -> Path:
    """The adapter in a file of its own anywhere, its dependencies in a header, and its lock under the home."""
    _check_name(newcomer.name, path)
    needs = dict.fromkeys([*newcomer.packages, "pydantic"])
    source = HEADER.format(dependencies=json.dumps(list(needs))) + newcomer.source()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    try:
        compile_outside(path, home.absolute() / "locks" / f"{newcomer.name}.txt", say)
    except BakeoffError:
        path.unlink()
        raise
    return path


def with_group(project: str, newcomer: Newcomer) -> str:
    """pyproject.toml with one more dependency group, where the alphabet wants it."""
    found = GROUPS.search(project)
    assert found, "a checkout has dependency groups"
    lines = found["lines"].splitlines()
    if any(line.partition("=")[0].strip() == newcomer.name for line in lines):
        raise UsageError(f"pyproject.toml has a dependency group {newcomer.name} already; choose another name.")
    later = (n for n, line in enumerate(lines) if line.partition("=")[0].strip() in ("dev", *_after(newcomer, lines)))
    lines.insert(next(later, len(lines)), f"{newcomer.name} = {json.dumps(list(newcomer.packages))}")
    return project.replace(found["lines"], "\n".join(lines) + "\n")


def _after(newcomer: Newcomer, lines: Sequence[str]) -> list[str]:
    names = (line.partition("=")[0].strip() for line in lines)
    return [name for name in names if name > newcomer.name]


def _check_name(name: str, path: Path) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise UsageError(f"{name!r} cannot name a framework: use small letters, digits and _, as in my_framework.")
    if path.stem != name:
        raise UsageError(f"A framework is called as its file: name the file {name}.py, or the framework {path.stem}.")
    if path.exists():
        raise UsageError(f"{path} is there already; nothing was written.")
    cards = framework_cards().values()
    if name in {taken for card in cards for taken in (card.name, card.group)} | {"base", "dev"}:
        raise UsageError(f"The name {name} is taken; choose another.")
