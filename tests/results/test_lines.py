"""The lines-of-code column counts what somebody has to write, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import adapters
from scoreboard.results.lines import lines_of_code, lines_together, written
from scoreboard.runner.catalogue import framework_cards

SOURCE = '''"""Counts: the lines that end in a mark for the shape (a, t or s)."""

from __future__ import annotations

import os
from framework import (  # at
    Agent,  # at

    Team,  # at
)  # at
from framework import Typed  # s
import framework.effects  # ats

from adapters.base import Adapter, Answer  # ats

framework.effects.enable()  # ats

LIMIT = 3  # at
UNUSED = 4


class FineAdapter(Adapter):
    """Not counted."""

    title = "Fine"
    group = "fine"
    package = "fine"
    style = "plain"  # t

    def agent(self, task):  # a
        """Not counted."""
        # nor this
        agent = build(task)  # a

        return Answer(agent.run("""a prompt  # a
        # a line of text, not a comment (counted)

        over several lines"""))  # (counted)

    @decorated  # t
    async def team(self, task):  # t
        return await self._crew(task)  # t

    def _crew(self, task):  # t
        return Answer(Team(build(task), self.style, self.title))  # t

    def structured(self, task):  # s
        return Answer(Typed(task)); LIMIT = 1  # s


def build(task):  # at
    "Not counted."
    return Agent(task, LIMIT, others=[build])  # at


def decorated(method):  # t
    return method  # t


def unused():
    return os.environ
'''


def marked(shape: str) -> int:
    marks = [line.rpartition("# ")[2] for line in SOURCE.splitlines() if "  # " in line]
    return sum(shape in mark for mark in marks if set(mark) <= set("ats"))


@pytest.mark.parametrize(("shape", "in_text"), [("agent", 2), ("team", 0), ("structured", 0)])
def test_exactly_the_marked_lines_count(shape: str, in_text: int) -> None:
    assert lines_of_code(SOURCE, shape) == marked(shape[0]) + in_text  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", ["agent", "team", "structured"])
def test_comments_docstrings_and_blank_lines_change_nothing(shape: str) -> None:
    lines = SOURCE.split("\n")
    airy = [f"\n# a remark\n{line}" if line.startswith(("def ", "LIMIT", "import ")) else line for line in lines]
    assert lines_of_code("\n".join(airy), shape) == lines_of_code(SOURCE, shape)  # type: ignore[arg-type]


def test_shapes_together_count_each_line_once() -> None:
    source = (
        "from x import Y\nclass A(Adapter):\n    def agent(self, task):\n        return Y()\n"
        "    def team(self, task):\n        return Y()\n"
    )
    assert lines_of_code(source, "agent") == lines_of_code(source, "team") == 3
    assert lines_together(source, ("agent", "team", "structured")) == 5
    assert lines_together(source, ("structured",)) is None


def test_what_is_written_can_be_shown_line_by_line() -> None:
    source = (
        "import os\nfrom x import Y\n\nclass A(Adapter):\n    def agent(self, task):\n"
        '        """Says."""\n\n        # and how\n        return Y()\n'
    )
    found = written(source, ("agent",))
    assert found
    assert sorted(found.lines) == [2, 5, 6, 7, 8, 9]
    assert sorted(found.counted) == [2, 5, 9]
    assert written(source, ("team",)) is None


def test_a_method_left_out_has_no_lines() -> None:
    source = "class A(Adapter):\n    def agent(self, task):\n        return 1\n"
    assert lines_of_code(source, "agent") == 2
    assert lines_of_code(source, "team") is None


def test_a_method_that_is_another_one_counts_what_it_is() -> None:
    source = "class A(Adapter):\n    def agent(self, task):\n        return 1\n    team = agent\n"
    assert lines_of_code(source, "team") == 3


def test_what_a_class_of_the_same_file_hands_down_counts() -> None:
    source = (
        "class Base(Adapter):\n    def helper(self):\n        return 1\n"
        "class A(Base):\n    def agent(self, task):\n        return self.helper()\n"
    )
    assert lines_of_code(source, "agent") == 4


def test_a_local_name_is_not_the_one_of_the_file() -> None:
    source = (
        "def model():\n    return 1\n"
        "class A(Adapter):\n    def agent(self, task):\n        model = 2\n        return model\n"
    )
    assert lines_of_code(source, "agent") == 3


WAYS = """
from framework import Agent, Graph  # agent, team, refined
from adapters.base import Adapter, Answer, Usage  # agent, team, swarm, refined


class Fine(Adapter):
    title = "Fine"
    group = "fine"
    package = "fine"

    def agent(self, task):  # agent
        return Answer(Agent(model(task)), claimed_usage())  # agent

    def team(self, task):  # team, refined
        return Answer(Graph(self._crew(task)))  # team, refined

    def _crew(self, task):  # team, swarm, refined
        return [model(task)]  # team, swarm, refined


class FineSwarm(Fine):
    variant = "swarm"
    group = "fine_teams"
    notes = (
        "team: a swarm",
    )

    def team(self, task):  # swarm
        from fine_swarm import Swarm  # swarm

        return Answer(Swarm(self._crew(task)))  # swarm


class FineRefined(Fine):
    variant = "refined"

    def team(self, task):  # refined
        return self._better(super().team(task))  # refined

    def _better(self, answer):  # refined
        return answer  # refined


def model(task):  # agent, team, swarm, refined
    return task.model.name  # agent, team, swarm, refined


def claimed_usage():
    return Usage()
"""


@pytest.mark.parametrize(("variant", "mark"), [("", "team"), ("swarm", "swarm"), ("refined", "refined")])
def test_a_variant_counts_its_own_method_and_what_that_uses_wherever_it_stands(variant: str, mark: str) -> None:
    expected = sum(mark in line.partition("  # ")[2].split(", ") for line in WAYS.splitlines())
    assert lines_of_code(WAYS, "team", variant) == expected


@pytest.mark.parametrize("variant", ["swarm", "refined"])
def test_what_a_variant_inherits_counts_as_in_the_default_way(variant: str) -> None:
    assert lines_of_code(WAYS, "agent", variant) == lines_of_code(WAYS, "agent") == 6
    assert lines_of_code(WAYS, "structured", variant) is None


def test_the_default_way_does_not_pay_for_its_variants() -> None:
    start, end = WAYS.index("class FineSwarm"), WAYS.index("def model")
    assert lines_of_code(WAYS[:start] + WAYS[end:], "team") == lines_of_code(WAYS, "team")


def test_every_way_of_the_house_can_be_counted_in_each_shape_that_it_writes() -> None:
    variants = [card for card in framework_cards().values() if card.variant]
    assert variants
    for card in variants:
        for shape in card.shapes:
            assert lines_of_code(card.path.read_text(), shape, card.variant), f"{card.name}: {shape}"


def test_every_adapter_of_the_house_can_be_counted() -> None:
    for path in Path(adapters.__path__[0]).glob("*.py"):
        if path.name not in ("base.py", "__init__.py"):
            assert any(lines_of_code(path.read_text(), shape) for shape in ("agent", "team", "structured")), path.name
