"""Frameworks and tasks are found by file name, and a broken file is named."""

from __future__ import annotations

from pathlib import Path

import pytest

import adapters
import tasks
from scoreboard.errors import UsageError
from scoreboard.runner.catalogue import choose, framework_cards, load_task, task_names

CARD = """
from adapters.base import Adapter
import no_such_framework
class NewAdapter(Adapter):
    title = "New"
    group = "new"
    package = "new-agents"
    notes = ("one", "two")
"""


def test_an_adapter_is_read_without_importing_its_framework(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "newcomer.py").write_text(CARD)
    monkeypatch.setattr(adapters, "__path__", [str(tmp_path)])
    (card,) = framework_cards().values()
    assert (card.name, card.title, card.group, card.notes) == ("newcomer", "New", "new", ("one", "two"))


@pytest.mark.parametrize(("source", "complaint"), [("", "one Adapter"), (CARD.replace("group", "grop"), "its group")])
def test_an_adapter_that_lacks_something_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, complaint: str
) -> None:
    (tmp_path / "newcomer.py").write_text(source)
    monkeypatch.setattr(adapters, "__path__", [str(tmp_path)])
    with pytest.raises(UsageError, match=f"adapters/newcomer.py should .*{complaint}"):
        framework_cards()


@pytest.mark.parametrize(
    ("source", "complaint"), [("import no_such_thing", "cannot be loaded: ModuleNotFoundError"), ("", "it defines 0")]
)
def test_a_broken_task_is_named_and_hinders_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, complaint: str
) -> None:
    name = f"broken_{len(source)}"
    (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.setattr(tasks, "__path__", [*tasks.__path__, str(tmp_path)])
    with pytest.raises(UsageError, match=f"tasks/{name}.py .*{complaint}"):
        load_task(name)
    assert load_task("dice").shape == "agent"
    assert "dice" in task_names()


def test_names_are_chosen_in_the_order_they_are_known() -> None:
    assert choose("task", "c, a", ["a", "b", "c"]) == ["a", "c"]
    assert choose("task", None, ["a", "b"]) == choose("task", "all", ["a", "b"]) == ["a", "b"]
    with pytest.raises(UsageError, match="Known: a, b"):
        choose("task", ",", ["a", "b"])
