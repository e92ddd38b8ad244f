"""The course that a framework runs through in a check: which recipes, in which order, on which budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from scoreboard.meter.model import ModelSpec
from scoreboard.results.lines import lines_of_code
from scoreboard.runner.catalogue import Card
from scoreboard.runner.plan import Budget, Trial, Wish, plan
from tasks.base import Shape

RECIPES = Path(__file__).with_name("recipes")
MODEL = ModelSpec("sim", "sim")
MAIN: Mapping[Shape, str] = {"agent": "one_tool", "team": "team", "structured": "typed_answer"}
ENDLESS_CALLS = 6  # below the limit on turns of every framework that has one


@dataclass(frozen=True)
class Step:
    """One trial of the course."""

    name: str
    recipe: str
    shape: Shape
    should_pass: bool = True  # False where something goes wrong on purpose
    repeat: int = 0
    inside_loop: bool = False
    max_calls: int = Budget().max_calls

    @property
    def words(self) -> str:
        return self.name.replace("_", " ")


def recipe_files() -> dict[str, Path]:
    """Every recipe's file, by its name."""
    return {path.stem: path for path in sorted(RECIPES.glob("*.py")) if not path.name.startswith("_")}


def main_shape(card: Card) -> Shape:
    """The first shape that the adapter writes."""
    source = card.path.read_text(encoding="utf-8")
    wanted: list[Shape] = [shape for shape in get_args(Shape) if shape in card.shapes]
    written = [shape for shape in wanted if lines_of_code(source, shape, card.variant) is not None]
    return [*written, *wanted][0]


def course(card: Card) -> list[Step]:
    """The steps for a framework, in the shapes it is asked for. What may take a worker down comes last."""
    main = main_shape(card)
    steps = [
        Step("one_tool", "one_tool", "agent"),
        Step("plain_answer", "plain_answer", "agent"),
        Step("two_calls", "two_calls", "agent"),
        Step("two_turns", "two_turns", "agent"),
        Step("team", "team", "team"),
        Step("typed_answer", "typed_answer", "structured"),
        Step("again", MAIN[main], main, repeat=1),
        Step("raising", f"raising_{main}", main, should_pass=False),
        Step("failing", f"failing_{main}", main, should_pass=False),
        Step("endless", f"endless_{main}", main, should_pass=False, max_calls=ENDLESS_CALLS),
        Step("inside_loop", MAIN[main], main, should_pass=False, repeat=2, inside_loop=True),
    ]
    return [step for step in steps if step.shape in card.shapes]


def trials(cards: Iterable[Card], timeout_s: float) -> dict[Trial, Step]:
    """Every trial of the courses of some frameworks, in order. What is repeated has the same seed each time."""
    known, files = {card.name: card for card in cards}, recipe_files()
    planned: dict[Trial, Step] = {}
    for card in known.values():
        steps = course(card)
        recipes = tuple(dict.fromkeys(step.recipe for step in steps))
        wish = Wish((card.name,), recipes, MODEL.label, repeats=1, seed=0, budget=Budget(timeout_s=timeout_s))
        first = {trial.task: trial for trial in plan(wish, known, files)}
        for step in steps:
            trial = first[step.recipe]
            budget = replace(trial.budget, max_calls=step.max_calls)
            planned[replace(trial, repeat=step.repeat, budget=budget)] = step
    return planned
