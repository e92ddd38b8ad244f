"""The lines-of-code column counts what somebody has to write, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import adapters
from scoreboard.results.lines import lines_of_code

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


def test_every_adapter_of_the_house_can_be_counted() -> None:
    for path in Path(adapters.__path__[0]).glob("*.py"):
        if path.name not in ("base.py", "__init__.py"):
            assert any(lines_of_code(path.read_text(), shape) for shape in ("agent", "team", "structured")), path.name
