"""What there is to bake: frameworks and tasks, found by file name. Adapters are read, never imported."""

from __future__ import annotations

import ast
import difflib
import importlib
import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import adapters
import tasks
from scoreboard.errors import UsageError
from tasks.base import Task

CONTROLS = ("oracle", "nop")
BASELINE = "baseline"
FIELDS = ("title", "group", "package", "repo", "notes")


@dataclass(frozen=True)
class Card:
    """What an adapter file says of its framework, read without importing it."""

    name: str
    path: Path
    title: str
    group: str
    package: str
    repo: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_control(self) -> bool:
        return self.name in CONTROLS


def framework_cards() -> dict[str, Card]:
    """Every framework there is an adapter for: the baseline first, the controls last."""
    cards = [_read_card(path) for path in _files(adapters.__path__[0])]
    order = {BASELINE: 0, **dict.fromkeys(CONTROLS, 2)}
    return {card.name: card for card in sorted(cards, key=lambda card: (order.get(card.name, 1), card.name))}


def task_names() -> list[str]:
    """Every task, by file name; nothing is loaded."""
    return [path.stem for path in _files(tasks.__path__[0])]


def task_classes() -> dict[str, type[Task]]:
    """Every task, loaded."""
    return {name: load_task(name) for name in task_names()}


def load_task(name: str) -> type[Task]:
    """The one Task that a task's file defines."""
    try:
        module = importlib.import_module(f"tasks.{name}")
    except Exception as error:
        raise UsageError(f"tasks/{name}.py cannot be loaded: {type(error).__name__}: {error}. Mend it.") from error
    found = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Task) and value.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise UsageError(f"tasks/{name}.py should define one Task; it defines {len(found)}.")
    return found[0]


def choose(kind: str, wanted: str | None, known: Iterable[str]) -> list[str]:
    """The names in a comma-separated wish, in the order of `known`; all of them when nothing is wished for."""
    known = list(known)
    if wanted is None or wanted.strip() == "all":
        return known
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise UsageError(_unknown(kind, name, known))
    if not names:
        raise UsageError(f"No {kind} is named. Known: {', '.join(known)}.")
    return [name for name in known if name in names]


def _unknown(kind: str, name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name.lower().replace("-", "_").replace(" ", "_"), known, n=1, cutoff=0.5)
    hint = f" Did you mean {close[0]}?" if close else ""
    return f"There is no {kind} called {name!r}.{hint} Known: {', '.join(known)}."


def _files(folder: str) -> list[Path]:
    hidden = ("base.py", "__init__.py")
    return sorted(p for p in Path(folder).glob("*.py") if p.name not in hidden and not p.name.startswith("_"))


def _read_card(path: Path) -> Card:
    """Reads the literal class attributes of the one Adapter in a file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Adapter") for base in node.bases):
            fields = {
                target.id: ast.literal_eval(statement.value)
                for statement in node.body
                if isinstance(statement, ast.Assign)
                for target in statement.targets
                if isinstance(target, ast.Name) and target.id in FIELDS
            }
            missing = {"title", "group", "package"} - set(fields)
            if missing:
                raise UsageError(f"adapters/{path.name} should say its {', '.join(sorted(missing))}.")
            return Card(name=path.stem, path=path, **fields)
    raise UsageError(f"adapters/{path.name} should define one Adapter.")
