"""The plan: which trials there are, each with an id that says exactly what it is and what it was made from."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import get_args

import adapters
import scoreboard
import tasks
from scoreboard.meter.faults.base import NONE
from scoreboard.meter.faults.catalogue import fault_named
from scoreboard.runner.catalogue import Card, load_task
from scoreboard.runner.locks import lock_digest
from tasks.base import Shape


@dataclass(frozen=True)
class Budget:
    """What one trial may spend before the meter (calls, tokens, seconds) and then the runner (seconds) stop it."""

    max_calls: int = 30
    max_tokens: int = 200_000
    timeout_s: float = 60.0


@dataclass(frozen=True)
class Origin:
    """What a trial is made from: change any of it and it is another trial."""

    adapter: str  # digest of the adapter's file and of adapters/base.py
    task: str  # digest of the task's file and of what the tasks share
    lock: str  # digest of the lock file of the framework's environment
    harness: str  # digest of the meter and the runner
    python: str  # "3.11"


@dataclass(frozen=True)
class Trial:
    """One framework x task x model x fault x repeat."""

    framework: str
    task: str
    model: str  # "sim", "sim+20ms", "openai:NAME@BASE_URL"
    fault: str  # "none", "http_500", "http_500/always"
    repeat: int
    seed: int
    budget: Budget
    origin: Origin

    @cached_property
    def id(self) -> str:
        """The same trial has the same id on every machine."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Wish:
    """What somebody asked to have baked."""

    frameworks: tuple[str, ...]
    tasks: tuple[str, ...]
    model: str
    repeats: int
    seed: int
    budget: Budget
    faults: tuple[str, ...] = (NONE,)
    at_home: bool = False  # a fault only in tasks of the shape that shows it best


def plan(wish: Wish, cards: Mapping[str, Card], task_files: Mapping[str, Path]) -> list[Trial]:
    """Every trial of a wish. Repeats are outermost, so that an interrupted run has measured every framework.

    A variant is baked only in the shapes that it writes itself: in all others it is the framework's default way.
    Controls speak for the ruler, which no fault tries.
    """
    harness, tasks_by_name = harness_digest(), {name: task_digest(task_files[name]) for name in wish.tasks}
    shapes = {name: load_task(name, task_files[name]).shape for name in wish.tasks}
    adapters_by_name = {name: adapter_digest(cards[name].path) for name in wish.frameworks}
    locks = {cards[name].lock for name in wish.frameworks}
    lock_digests = {lock: lock_digest(lock) for lock in locks}
    wanted = [fault for fault in wish.faults if fault != NONE] or [
        NONE
    ]  # without a fault only what it is compared with
    tried = {shape for fault in wanted for shape in shapes_of(fault, at_home=wish.at_home)}
    return [
        Trial(
            framework=framework,
            task=task,
            model=wish.model,
            fault=fault,
            repeat=repeat,
            seed=seed_of(wish.seed, task, repeat),
            budget=budget_under(fault, wish.budget),
            origin=Origin(
                adapter=adapters_by_name[framework],
                task=tasks_by_name[task],
                lock=lock_digests[cards[framework].lock],
                harness=harness,
                python=python_version(),
            ),
        )
        for repeat, fault, framework, task in itertools.product(
            range(wish.repeats), wish.faults, wish.frameworks, wish.tasks
        )
        if shapes[task] in cards[framework].shapes
        and shapes[task] in tried
        and (fault == NONE or not cards[framework].is_control)
        and shapes[task] in shapes_of(fault, at_home=wish.at_home)
    ]


def shapes_of(name: str, *, at_home: bool) -> tuple[Shape, ...]:
    """The shapes of task in which a fault makes sense, or the one that shows it best."""
    fault = fault_named(name)
    if fault is None:
        return get_args(Shape)
    return fault.shapes[:1] if at_home else fault.shapes


def budget_under(name: str, usual: Budget) -> Budget:
    """What a trial may spend under a fault: who waits for a provider to come back takes longer."""
    fault = fault_named(name)
    if fault is None:
        return usual
    stretch = fault.stretch
    return Budget(usual.max_calls * stretch.calls, usual.max_tokens * stretch.tokens, usual.timeout_s * stretch.seconds)


def seed_of(seed: int, task: str, repeat: int) -> int:
    """The seed of one trial: the same for every framework, so that all face the same dice."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{task}/{repeat}".encode()).digest()[:4])


def python_version() -> str:
    """The Python that bakes, which is also every framework's: "3.11"."""
    return ".".join(platform.python_version_tuple()[:2])


def machine() -> str:
    """What the times were measured on, without a name that tells whose it is."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def adapter_digest(path: Path) -> str:
    """Changes with the adapter's file and with the seam it fills."""
    return _digest([path, Path(adapters.__path__[0]) / "base.py"])


def task_digest(file: Path) -> str:
    """Changes with the task's file, with the files that tasks share, and with the seam."""
    folder, text = Path(tasks.__path__[0]), _text(file)
    shared = sorted(path for path in folder.glob("_*.py") if path.name != "__init__.py")
    imported = [path for path in folder.glob("*.py") if f"from tasks.{path.stem} " in text]
    return _digest([file, folder / "base.py", *shared, *sorted(imported)])


def harness_digest() -> str:
    """Changes with whatever stands between a framework and its figures: meter, runner, judge and tokenizer."""
    root = Path(scoreboard.__path__[0])
    judges = [root / "results" / f"{name}.py" for name in ("judge", "under_fault", "wire")]
    sources = _digest(sorted([*(root / "meter").rglob("*.py"), *(root / "runner").rglob("*.py"), *judges]))
    return hashlib.sha256(f"{sources} {metadata.version('bpe-openai')}".encode()).hexdigest()[:12]


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name}\n{_text(path)}\n".encode())
    return digest.hexdigest()[:12]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
