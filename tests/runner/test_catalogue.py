"""Frameworks and tasks are found by file name, and a broken file is named."""

from __future__ import annotations

from pathlib import Path

import pytest

import adapters
import tasks
from scoreboard.errors import UsageError
from scoreboard.runner.catalogue import (
    SHAPES,
    by_family,
    choose,
    choose_frameworks,
    framework_cards,
    load_task,
    read_cards,
    task_names,
)
from scoreboard.runner.locks import lock_file

CARD = """
from adapters.base import Adapter
import no_such_framework
class NewAdapter(Adapter):
    title = "New"
    group = "new"
    package = "new-agents"
    notes = ("one", "two")
"""

SWARM = """
class Swarm(NewAdapter):
    variant = "swarm"
    group = "new_teams"
    notes = ("another way",)
    def team(self, task): ...
"""
TERSE = """
class Terse(NewAdapter):
    variant = "terse"
    async def agent(self, task): ...
    structured = agent
    def other(self): ...
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
    with pytest.raises(UsageError, match=f"adapters/newcomer.py.* should .*{complaint}"):
        framework_cards()


def test_a_variant_says_what_is_different_and_inherits_the_rest(tmp_path: Path) -> None:
    (tmp_path / "newcomer.py").write_text(CARD + SWARM + TERSE)
    default, swarm, terse = read_cards(tmp_path / "newcomer.py")
    assert [card.name for card in (default, swarm, terse)] == ["newcomer", "newcomer/swarm", "newcomer/terse"]
    assert [card.variant for card in (default, swarm, terse)] == ["", "swarm", "terse"]
    assert (swarm.title, swarm.package, swarm.path) == (default.title, default.package, default.path)
    assert (swarm.group, swarm.lock, swarm.notes) == ("new_teams", lock_file("new_teams"), ("another way",))
    assert (terse.group, terse.lock, terse.notes) == ("new", lock_file("new"), ("one", "two"))


def test_a_variant_is_asked_only_for_the_shapes_that_it_writes_itself(tmp_path: Path) -> None:
    (tmp_path / "newcomer.py").write_text(CARD + "    def agent(self, task): ...\n" + SWARM + TERSE)
    default, swarm, terse = read_cards(tmp_path / "newcomer.py")
    assert default.shapes == SHAPES
    assert swarm.shapes == {"team"}
    assert terse.shapes == {"agent", "structured"}


def test_a_variant_of_a_variant_inherits_from_it(tmp_path: Path) -> None:
    further = SWARM.replace("Swarm(NewAdapter)", "Hive(Swarm)").replace('variant = "swarm"', 'variant = "hive"')
    (tmp_path / "newcomer.py").write_text(
        CARD + SWARM + further.replace('group = "new_teams"', "").replace("team", "agent")
    )
    *_, hive = read_cards(tmp_path / "newcomer.py")
    assert (hive.name, hive.group, hive.title) == ("newcomer/hive", "new_teams", "New")
    assert hive.shapes == {"agent"}


def test_a_class_that_the_ways_only_share_is_no_way_of_its_own(tmp_path: Path) -> None:
    shared = CARD.replace(
        "class NewAdapter(Adapter):", 'class Shared(Adapter):\n    package = "new-agents"\nclass NewAdapter(Shared):'
    )
    (tmp_path / "newcomer.py").write_text(shared.replace('    package = "new-agents"\n    notes', "    notes") + SWARM)
    assert [(card.name, card.package) for card in read_cards(tmp_path / "newcomer.py")] == [
        ("newcomer", "new-agents"),
        ("newcomer/swarm", "new-agents"),
    ]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (CARD + CARD.replace("NewAdapter", "OtherAdapter"), "one Adapter without a variant; it defines 2"),
        (CARD.replace("notes", 'variant = "only"\n    notes'), "one Adapter without a variant; it defines 0"),
        (CARD + SWARM + SWARM, "each variant once; newcomer/swarm is there twice"),
        (CARD + SWARM.replace("team(", "crew("), "newcomer/swarm should write a method of its own: agent, team or str"),
        (CARD + SWARM.replace('("another way",)', 'NewAdapter.notes + ("more",)'), "read, not run: write them out"),
        (CARD + SWARM.replace('"swarm"', 'f"swarm"'), "read, not run: write them out"),
        (CARD + SWARM.replace('("another way",)', '("another way")'), "the notes of newcomer/swarm should be a tuple"),
        (CARD + "class", "cannot be read"),
    ],
)
def test_a_file_with_wrong_variants_is_named(tmp_path: Path, source: str, complaint: str) -> None:
    (tmp_path / "newcomer.py").write_text(source)
    with pytest.raises(UsageError, match=f"newcomer.py.*{complaint}"):
        read_cards(tmp_path / "newcomer.py")


def test_each_framework_is_followed_by_its_variants_the_baseline_first_and_the_controls_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("oracle", "able", "able_too", "zealous", "baseline"):
        (tmp_path / f"{name}.py").write_text(CARD + (TERSE + SWARM if name != "oracle" else ""))
    monkeypatch.setattr(adapters, "__path__", [str(tmp_path)])
    expected = [
        f"{name}{way}" for name in ("baseline", "able", "able_too", "zealous") for way in ("", "/swarm", "/terse")
    ]
    assert list(framework_cards()) == [*expected, "oracle"]
    assert sorted(set(expected), key=by_family) == expected


def test_variants_are_chosen_all_at_once_or_by_name() -> None:
    known = ["baseline", "able", "able/swarm", "able/terse", "other", "other/fast", "nop"]
    assert choose_frameworks(None, known, variants=False) == ["baseline", "able", "other", "nop"]
    assert choose_frameworks("all", known, variants=True) == choose_frameworks(None, known, variants=True) == known
    assert choose_frameworks("able", known, variants=False) == ["able"]
    assert choose_frameworks("other, able", known, variants=True) == known[1:6]
    assert choose_frameworks("able/terse,baseline", known, variants=False) == ["baseline", "able/terse"]
    assert choose_frameworks("able/terse", known, variants=True) == ["able/terse"]
    with pytest.raises(UsageError, match=r"Did you mean able/swarm\?"):
        choose_frameworks("able/swam", known, variants=True)


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
