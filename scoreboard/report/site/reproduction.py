"""The commands that bake again what a page shows, read off its rows; whether they really do is checked by planning."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scoreboard.meter.faults.base import NONE
from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.meter.model import OPENAI_URL
from scoreboard.results.row import Row
from scoreboard.runner.catalogue import Card, choose_frameworks, family_of
from scoreboard.runner.plan import Budget, Wish, budget_under, plan, seed_of

SEEDS = range(100)  # those that are tried to find out which one was used
USUAL = Budget()

Coordinates = tuple[Any, ...]
Profile = frozenset[tuple[str, str, int]]  # task, fault, how many repeats


@dataclass(frozen=True)
class Kitchen:
    """What can be baked here without naming a file."""

    cards: Mapping[str, Card]
    tasks: Mapping[str, Path]


@dataclass(frozen=True)
class Recipe:
    """One `bakeoff run`, and what it wishes for."""

    wish: Wish
    command: str

    @property
    def is_faulty(self) -> bool:
        return len(self.wish.faults) > 1

    def bakes(self, kitchen: Kitchen) -> set[Coordinates]:
        """Its trials; nobody knows them here where adapters or tasks are from elsewhere."""
        if not ({*self.wish.frameworks} <= {*kitchen.cards} and {*self.wish.tasks} <= {*kitchen.tasks}):
            return set()
        return {_coordinates(trial) for trial in plan(self.wish, kitchen.cards, kitchen.tasks)}


def recipes(rows: Sequence[Row], kitchen: Kitchen) -> list[Recipe]:
    """As few commands as there were ways to bake: one for all frameworks that were asked for the same."""
    found: list[Recipe] = []
    for (model, seed, budget), group in _baked_alike(rows).items():
        for is_faulty in (False, True):
            mine = [row for row in group if (row.fault != NONE) == is_faulty]
            for profile, frameworks in _profiles(mine).items():
                for repeats in sorted({times for _, _, times in profile}):
                    asked = {(task, fault) for task, fault, times in profile if times == repeats}
                    found.append(_recipe(frameworks, asked, (model, seed, repeats, budget), kitchen))
    return _needed(found, kitchen)


def _needed(found: Sequence[Recipe], kitchen: Kitchen) -> list[Recipe]:
    """All but those whose trials another one bakes along with its faults, to compare with."""
    baked = {recipe.command: recipe.bakes(kitchen) for recipe in found}
    along = set[Coordinates]().union(*(baked[recipe.command] for recipe in found if recipe.is_faulty))
    return [each for each in found if each.is_faulty or not baked[each.command] or not baked[each.command] <= along]


def difference(rows: Sequence[Row], found: Iterable[Recipe], kitchen: Kitchen) -> tuple[int, int]:
    """How many of the rows no command bakes, and how many trials the commands bake that are not among the rows."""
    planned = set[Coordinates]().union(*(recipe.bakes(kitchen) for recipe in found))
    baked = {_coordinates(row) for row in rows}
    return len(baked - planned), len(planned - baked)


def _coordinates(trial: Any) -> Coordinates:
    return tuple(getattr(trial, name) for name in ("framework", "task", "model", "fault", "repeat", "seed", "budget"))


def _baked_alike(rows: Sequence[Row]) -> dict[tuple[str, int, Budget], list[Row]]:
    """By model, by the seed that was given, and by the budget before a fault stretched it."""
    seeds: dict[tuple[str, int, int], int] = {}
    usual = dict.fromkeys([USUAL, *(row.budget for row in rows if row.fault == NONE)])
    found: dict[tuple[str, int, Budget], list[Row]] = {}
    for row in rows:
        key = (row.task, row.repeat, row.seed)
        if key not in seeds:
            known = [*dict.fromkeys(seeds.values()), *SEEDS]
            seeds[key] = next((each for each in known if seed_of(each, row.task, row.repeat) == row.seed), 0)
        fitting = [budget for budget in usual if budget_under(row.fault, budget) == row.budget]
        found.setdefault((row.model, seeds[key], fitting[0] if fitting else row.budget), []).append(row)
    return found


def _profiles(rows: Sequence[Row]) -> dict[Profile, list[str]]:
    """Frameworks by what was asked of them; a variant goes with its framework if it was asked for its part of that."""
    repeats: dict[tuple[str, str, str], set[int]] = {}
    for row in rows:
        repeats.setdefault((row.framework, row.task, row.fault), set()).add(row.repeat)
    asked: dict[str, Profile] = {}
    for (name, task, fault), seen in repeats.items():
        asked[name] = asked.get(name, frozenset()) | {(task, fault, max(seen) + 1)}
    by_tasks = {name: {task for task, _, _ in its} for name, its in asked.items()}
    found: dict[Profile, list[str]] = {}
    for name, its in asked.items():
        whole = asked.get(family_of(name), its)
        part = {each for each in whole if each[0] in by_tasks[name]}
        found.setdefault(whole if part == its else its, []).append(name)
    return found


def _recipe(
    frameworks: Sequence[str], asked: AbstractSet[tuple[str, str]], how: tuple[str, int, int, Budget], kitchen: Kitchen
) -> Recipe:
    model, seed, repeats, budget = how
    faults = [name for name in FAULTS if any(fault == name for _, fault in asked)]
    tasks = sorted({task for task, _ in asked})
    every = tuple(kitchen.tasks)
    wish = Wish(tuple(frameworks), every, model, repeats, seed, budget, (NONE, *faults), at_home=True)
    if not _asks_for(wish, asked, kitchen):
        wish = Wish(tuple(frameworks), tuple(tasks), model, repeats, seed, budget, (NONE, *faults))
    words = ["bakeoff run", *_frameworks(wish, kitchen)]
    words += [] if wish.at_home else _tasks(tasks, kitchen)
    words += [f"--faults {_faults(faults)}"] if faults else []
    words += [*_model(model), f"--repeats {repeats}", *([f"--seed {seed}"] if seed else []), *_budget(budget)]
    key = "OPENAI_API_KEY=... " if not model.startswith("sim") else ""
    return Recipe(wish, key + " ".join(words))


def _asks_for(wish: Wish, asked: AbstractSet[tuple[str, str]], kitchen: Kitchen) -> bool:
    """Whether without naming tasks the same is asked."""
    tasks = {task for task, _ in asked}
    if not (tasks <= {*kitchen.tasks} and {*wish.frameworks} <= {*kitchen.cards}):
        return False
    return {(task, fault) for _, task, fault in _planned(wish, kitchen)} == asked


def _planned(wish: Wish, kitchen: Kitchen) -> set[tuple[str, str, str]]:
    """What a wish asks for; where there are faults, without what they are compared with."""
    trials = plan(replace(wish, repeats=1), kitchen.cards, kitchen.tasks)
    is_faulty = len(wish.faults) > 1
    return {(each.framework, each.task, each.fault) for each in trials if not is_faulty or each.fault != NONE}


def _frameworks(wish: Wish, kitchen: Kitchen) -> list[str]:
    """Not named where all there are would bake the same; controls bake along with all, and no fault tries them."""
    names = wish.frameworks
    if guests := sorted({family_of(name) for name in names} - {*kitchen.cards}):
        return [f"--frameworks {_listed(names)}", *(f"--adapter {shlex.quote(name + '.py')}" for name in guests)]
    if {*wish.tasks} <= {*kitchen.tasks}:
        planned = _planned(wish, kitchen)
        for flag in ("", "--variants"):
            whole = replace(wish, frameworks=tuple(choose_frameworks(None, kitchen.cards, variants=bool(flag))))
            if _planned(whole, kitchen) == planned:
                return [flag] if flag else []
    return [f"--frameworks {_listed(names)}"]


def _tasks(names: Sequence[str], kitchen: Kitchen) -> list[str]:
    guests = [name for name in names if name not in kitchen.tasks]
    return [f"--tasks {_listed(names)}", *(f"--task {shlex.quote(name + '.py')}" for name in guests)]


def _faults(names: Sequence[str]) -> str:
    """By group where all of a group were tried."""
    if {*names} == {*FAULTS}:
        return "all"
    members: dict[str, set[str]] = {}
    for name, fault in FAULTS.items():
        members.setdefault(fault.group, set()).add(name)
    whole = [group for group, its in members.items() if its <= {*names}]
    return _listed([*whole, *(name for name in names if FAULTS[name].group not in whole)])


def _model(label: str) -> list[str]:
    """The options behind a model's label."""
    if not label.startswith("sim"):
        name, _, url = label.partition("@")
        return [f"--model {shlex.quote(name)}", *([f"--base-url {shlex.quote(url)}"] if url != OPENAI_URL else [])]
    stubborn, latency = re.search(r"\+stubborn(\d+)", label), re.search(r"\+(\d+)ms", label)
    options = [f"--sim stubborn:{stubborn[1]}"] if stubborn else []
    return options + ([f"--sim-latency {latency[1]}"] if latency else [])


def _budget(budget: Budget) -> list[str]:
    told = {
        "--max-calls": (budget.max_calls, USUAL.max_calls),
        "--max-tokens": (budget.max_tokens, USUAL.max_tokens),
        "--timeout": (budget.timeout_s, USUAL.timeout_s),
    }
    return [f"{option} {given:g}" for option, (given, usual) in told.items() if given != usual]


def _listed(names: Iterable[str]) -> str:
    return shlex.quote(",".join(names))
