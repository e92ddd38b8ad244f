"""What there is to bake: frameworks and tasks, found by file name. Adapters are read, never imported."""

from __future__ import annotations

import ast
import difflib
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import adapters
import tasks
from scoreboard.errors import UsageError
from scoreboard.runner.locks import lock_file
from tasks.base import Shape, Task

CONTROLS = ("oracle", "nop")
BASELINE = "baseline"
NEEDED = ("title", "group", "package")
FIELDS = (*NEEDED, "variant", "repo", "former_repos", "backer", "licence", "colour", "pattern", "notes", "defaults")
SHAPES: frozenset[Shape] = frozenset(get_args(Shape))


@dataclass(frozen=True)
class Card:
    """What an adapter file says of its framework, or of one way to use it, read without importing it."""

    name: str  # "langgraph", and "langgraph/swarm" for a variant
    path: Path
    title: str
    group: str
    package: str
    lock: Path
    repo: str = ""
    former_repos: tuple[str, ...] = ()
    backer: str = ""
    licence: str = ""
    colour: str = ""
    pattern: str = ""  # how its team works together
    notes: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    variant: str = ""
    shapes: frozenset[Shape] = SHAPES  # what it is asked for: a variant only for what it writes itself

    @property
    def is_control(self) -> bool:
        return self.name in CONTROLS


def family_of(framework: str) -> str:
    """The framework that a variant belongs to; any other is its own."""
    return framework.partition("/")[0]


def by_family(framework: str) -> tuple[bool, str, str]:
    """Sorts frameworks by name, the baseline first, each followed by its variants."""
    return (family_of(framework) != BASELINE, family_of(framework), framework)


def framework_cards() -> dict[str, Card]:
    """Every framework there is an adapter for, each followed by its variants: the baseline first, the controls last."""
    cards = [card for path in _files(adapters.__path__[0]) for card in read_cards(path)]
    return {card.name: card for card in sorted(cards, key=lambda card: (card.is_control, by_family(card.name)))}


def task_files() -> dict[str, Path]:
    """Every task's file, by its name; nothing is loaded."""
    return {path.stem: path for path in _files(tasks.__path__[0])}


def task_names() -> list[str]:
    """Every task, by file name; nothing is loaded."""
    return list(task_files())


def task_classes() -> dict[str, type[Task]]:
    """Every task, loaded."""
    return {name: load_task(name) for name in task_names()}


def load_task(name: str, path: Path | None = None) -> type[Task]:
    """The one Task that a task's file defines: the one in `tasks/` of that name, or a file outside the tree."""
    told = path or f"tasks/{name}.py"
    try:
        module = _module_at(f"tasks.{name}", path) if path else importlib.import_module(f"tasks.{name}")
    except Exception as error:
        raise UsageError(f"{told} cannot be loaded: {type(error).__name__}: {error}. Mend it.") from error
    found = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Task) and value.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise UsageError(f"{told} should define one Task; it defines {len(found)}.")
    return found[0]


def _module_at(name: str, path: Path) -> ModuleType:
    """The module in a file, loaded once under the name it has in the guests' folder."""
    loaded = sys.modules.get(name)
    if loaded and loaded.__file__ == str(path):
        return loaded
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec, path
    assert spec.loader, path
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


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


def choose_frameworks(wanted: str | None, known: Iterable[str], *, variants: bool) -> list[str]:
    """The frameworks in a wish; with `variants`, all their variants too. Any variant may be wished for by its name."""
    known = list(known)
    if wanted is None or wanted.strip() == "all":
        return [name for name in known if variants or name == family_of(name)]
    named = choose("framework", wanted, known)
    return [name for name in known if name in named or (variants and family_of(name) in named)]


def _unknown(kind: str, name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name.lower().replace("-", "_").replace(" ", "_"), known, n=1, cutoff=0.5)
    hint = f" Did you mean {close[0]}?" if close else ""
    return f"There is no {kind} called {name!r}.{hint} Known: {', '.join(known)}."


def _files(folder: str) -> list[Path]:
    hidden = ("base.py", "__init__.py")
    return sorted(p for p in Path(folder).glob("*.py") if p.name not in hidden and not p.name.startswith("_"))


def read_cards(path: Path, **given: Any) -> list[Card]:
    """Reads the literal class attributes of the adapters in a file; `given` are fields that stand whatever it says.

    The class without a variant comes first, and there is exactly one.
    """
    told = f"adapters/{path.name}" if path.parent == Path(adapters.__path__[0]) else str(path)
    cards: list[Card] = []
    lacking: list[str] = []
    for node, fields in _adapter_classes(path, told):
        fields = fields | given
        missing = [name for name in NEEDED if name not in fields]
        if missing:
            lacking.append(f"{told}: {node.name} should say its {', '.join(sorted(missing))}.")
        else:
            lock = fields.pop("lock", None) or lock_file(fields["group"])
            cards.append(Card(name=path.stem, path=path, lock=lock, **fields))
            if cards[-1].variant:
                own = {name for statement in node.body for name in _bound_names(statement)}
                cards[-1] = replace(cards[-1], name=f"{path.stem}/{cards[-1].variant}", shapes=SHAPES & own)
    names = [card.name for card in cards]
    if lacking and not cards:
        raise UsageError(lacking[0])
    if names.count(path.stem) != 1:
        raise UsageError(f"{told} should define one Adapter without a variant; it defines {names.count(path.stem)}.")
    if twice := {name for name in names if names.count(name) > 1}:
        raise UsageError(f"{told} should define each variant once; {', '.join(sorted(twice))} is there twice.")
    if idle := [card.name for card in cards if not card.shapes]:
        raise UsageError(f"{told}: {', '.join(idle)} should write a method of its own: agent, team or structured.")
    if loose := [card.name for card in cards if not isinstance(card.notes, tuple)]:
        raise UsageError(f'{told}: the notes of {", ".join(loose)} should be a tuple of texts: ("one",).')
    return cards


def _adapter_classes(path: Path, told: str) -> list[tuple[ast.ClassDef, dict[str, Any]]]:
    """The classes of a file that derive from Adapter, each with the fields it says or inherits."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError) as error:
        raise UsageError(f"{told} cannot be read: {error}.") from error
    known: dict[str, dict[str, Any]] = {}
    found = []
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        bases = [ast.unparse(base).rpartition(".")[2] for base in node.bases]
        if any(base in known or base == "Adapter" for base in bases):
            inherited, own = _inherited(bases, known), _own_fields(node, told)
            merged = {"defaults": inherited.get("defaults", {}) | own["defaults"]} if "defaults" in own else {}
            known[node.name] = inherited | own | merged
            found.append((node, known[node.name]))
    return found


def _inherited(bases: Iterable[str], known: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    return {name: value for base in reversed([*bases]) for name, value in known.get(base, {}).items()}


def _own_fields(node: ast.ClassDef, told: str) -> dict[str, Any]:
    try:
        return {
            name: ast.literal_eval(statement.value)
            for statement in node.body
            if isinstance(statement, ast.Assign)
            for name in _bound_names(statement)
            if name in FIELDS
        }
    except ValueError as error:
        raise UsageError(f"{told}: {', '.join(FIELDS)} are read, not run: write them out as plain values.") from error


def _bound_names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
