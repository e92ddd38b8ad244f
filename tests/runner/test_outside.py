"""Adapters and tasks outside the tree: a file anywhere is as good as one inside."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from scoreboard.errors import BuildError, UsageError
from scoreboard.runner.catalogue import framework_cards
from scoreboard.runner.locks import locked_packages
from scoreboard.runner.outside import HEADER, also, compile_outside, outside_adapters, outside_tasks
from tests.conftest import ROOT, Kitchen
from tests.runner.wheels import make_wheel

PEP_723 = '# /// script\n# requires-python = ">=3.11"\n# dependencies = ["openai", "pydantic"]\n# ///\n'


def outside_adapter(folder: Path, name: str = "mine", header: str = PEP_723) -> Path:
    """The baseline once more, under another name and with its dependencies in its header."""
    source = (ROOT / "adapters" / "baseline.py").read_text().replace('title = "no framework"', f'title = "{name}"')
    path = folder / f"{name}.py"
    path.write_text(header + source.replace("BaselineAdapter", "MineAdapter"))
    return path


def with_lock(kitchen: Kitchen, path: Path) -> None:
    """The lock that resolving the header would bring: here the baseline's, so that no network is needed."""
    header = HEADER.search(path.read_text())
    assert header
    (kitchen.home / "locks").mkdir(exist_ok=True)
    made_from = f"# made from {hashlib.sha256(header[0].encode()).hexdigest()}\n"
    lock = (ROOT / "adapters" / "locks" / "baseline.txt").read_text()
    (kitchen.home / "locks" / f"{path.stem}.txt").write_text(made_from + lock)


def test_an_adapter_and_a_task_outside_the_tree_are_baked_like_any_other(kitchen: Kitchen) -> None:
    folder = kitchen.home.parent
    adapter, task = outside_adapter(folder), folder / "coins.py"
    with_lock(kitchen, adapter)
    source = (ROOT / "tasks" / "dice.py").read_text().replace("class Dice(", "class Coins(")
    task.write_text(source.replace("One agent rolls one dice", "Coins, really"))
    done = kitchen.run("run", "--adapter", str(adapter), "--task", str(task), "--repeats", "1")
    assert done.returncode == 0, done.stderr
    assert "Coins, really" in done.stdout
    assert {(row["framework"], row["task"], row["verdict"]) for row in kitchen.rows()} == {
        ("baseline", "coins", "passed"),
        ("mine", "coins", "passed"),
        ("oracle", "coins", "passed"),
        ("nop", "coins", "wrong"),
    }
    shown = kitchen.run("show")
    assert re.search(r"^mine .*100 %", shown.stdout, re.MULTILINE), "what is stored is shown, wherever its file is"
    again = kitchen.run("run", "--adapter", str(adapter), "--task", str(task), "--repeats", "1")
    assert "4 of 4 trials are already on the scoreboard" in again.stderr
    task.write_text(task.read_text() + "\n# changed\n")
    anew = kitchen.run("run", "--adapter", str(adapter), "--task", str(task), "--repeats", "1")
    assert "already" not in anew.stderr


OTHER_NAMES = """
from dataclasses import replace
from tasks.base import Tap, untapped
from tasks.multi_agent import MultiAgent

class Restaurant(MultiAgent):
    title = "A cook and a waiter"

    def __init__(self, seed: int, tap: Tap = untapped) -> None:
        super().__init__(seed, tap)
        cook = "You are the cook. Roll the dice with the roll_dice tool, then pass the result on."
        waiter = "You are the waiter. The cook rolls, you never do. Tell the guest which number was rolled."
        self.roller = replace(self.roller, name="cook", description="Rolls the dice.", instructions=cook)
        self.reporter = replace(self.reporter, name="waiter", description="Serves the number.", instructions=waiter)
        self.team = (self.roller, self.reporter)
"""


def test_a_team_of_other_roles_is_teamed_up_in_every_way(kitchen: Kitchen) -> None:
    """No adapter knows the roles of our own task by name."""
    task = kitchen.home.parent / "restaurant.py"
    task.write_text(OTHER_NAMES)
    done = kitchen.run("run", "--task", str(task), "--variants", "--repeats", "1")
    assert done.returncode == 0, done.stderr
    ended = {row["framework"]: (row["verdict"], row["reasons"]) for row in kitchen.rows()}
    assert {name for name, card in framework_cards().items() if "team" in card.shapes} == set(ended)
    assert {name: ending for name, ending in ended.items() if ending[0] != "passed"}.keys() == {"nop"}


def test_an_adapter_outside_the_tree_is_checked_by_its_path(kitchen: Kitchen) -> None:
    adapter = outside_adapter(kitchen.home.parent)
    with_lock(kitchen, adapter)
    done = kitchen.run("check", str(adapter), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    (checklist,) = json.loads(done.stdout)
    assert checklist["framework"] == "mine"
    assert {line["status"] for line in checklist["lines"]} == {"passed"}


def test_what_an_adapter_outside_the_tree_sends_and_costs_is_shown_too(kitchen: Kitchen) -> None:
    adapter = outside_adapter(kitchen.home.parent)
    with_lock(kitchen, adapter)
    told = kitchen.run("prompts", "baseline", str(adapter), "--json")
    assert told.returncode == 0, told.stderr
    baseline, mine = json.loads(told.stdout)
    assert (baseline["framework"], mine["framework"]) == ("baseline", "mine")
    assert mine["calls"] == baseline["calls"]
    done = kitchen.run("facts", "--adapter", str(adapter), "--repeats", "1", "--json")
    assert done.returncode == 0, done.stderr
    baseline, mine = json.loads(done.stdout)["facts"]
    assert mine["overhead"] == baseline["overhead"]
    assert kitchen.run("show").stdout.count("\nmine ") == 3  # its row in the task, among the claims and among the facts


@pytest.mark.parametrize(
    ("name", "source", "complaint"),
    [
        ("mine", None, "There is no file at"),
        ("mine.txt", "", "cannot be used: its name"),
        ("baseline.py", "", "The name baseline is taken"),
        ("langgraph_teams.py", "", "The name langgraph_teams is taken"),
        ("mine.py", "x =", "cannot be read"),
        ("mine.py", "x = 1", "should define one Adapter"),
    ],
)
def test_a_file_that_is_no_adapter_is_told_why(tmp_path: Path, name: str, source: str | None, complaint: str) -> None:
    path = tmp_path / name
    if source is not None:
        path.write_text(source)
    with pytest.raises(UsageError, match=complaint):
        outside_adapters([path], tmp_path, print)


def test_a_task_that_fails_while_judging_is_not_our_bug(kitchen: Kitchen) -> None:
    task = kitchen.home.parent / "coins.py"
    source = (ROOT / "tasks" / "dice.py").read_text().replace("class Dice(", "class Coins(")
    task.write_text(source.replace("return roll_problems(tool_log) +", "raise ValueError('boom')\n        return"))
    done = kitchen.run("run", "--task", str(task), "--frameworks", "baseline", "--repeats", "1")
    assert done.returncode == 2
    assert "The task coins failed when a trial was to be judged: ValueError: boom. Mend its file" in done.stderr
    assert "bug in Bakeoff" not in done.stderr


def test_a_header_that_wants_a_later_python_is_told(tmp_path: Path) -> None:
    path = outside_adapter(tmp_path, header=PEP_723.replace(">=3.11", ">=3.99"))
    with pytest.raises(UsageError, match=r"needs Python 3\.99 or newer; Bakeoff runs on 3\."):
        outside_adapters([path], tmp_path, print)


def test_an_adapter_without_a_header_is_shown_one(tmp_path: Path) -> None:
    path = outside_adapter(tmp_path, header="")
    with pytest.raises(UsageError, match="PEP 723") as told:
        outside_adapters([path], tmp_path, print)
    assert "# dependencies = [" in str(told.value)


def test_a_task_with_a_taken_name_or_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    (tmp_path / "dice.py").write_text("")
    with pytest.raises(UsageError, match="The name dice is taken"):
        outside_tasks([tmp_path / "dice.py"])
    (tmp_path / "broken.py").write_text("import no_such_thing")
    with pytest.raises(UsageError, match=r"broken.py cannot be loaded: ModuleNotFoundError"):
        outside_tasks([tmp_path / "broken.py"])


@pytest.fixture
def shelf(pantry: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pantry that stays all that there is when uv resolves."""
    monkeypatch.setenv("UV_OFFLINE", "1")
    return pantry


def test_a_lock_is_compiled_once_a_header(tmp_path: Path, shelf: Path) -> None:
    make_wheel(shelf, "apple", "1.0")
    make_wheel(shelf, "pydantic", "2.0")
    path, lock, said = tmp_path / "mine.py", tmp_path / "home" / "mine.txt", list[str]()
    path.write_text('# /// script\n# dependencies = ["apple", "pydantic"]\n# ///\n')
    compile_outside(path, lock, said.append)
    assert locked_packages(lock) == {"apple": "1.0", "pydantic": "2.0"}
    make_wheel(shelf, "apple", "1.1")
    path.write_text(path.read_text() + "print('changed, but not in its header')\n")
    compile_outside(path, lock, said.append)
    assert locked_packages(lock)["apple"] == "1.0"
    assert len(said) == 1
    path.write_text(path.read_text().replace('"apple"', '"apple>1"'))
    compile_outside(path, lock, said.append)
    assert locked_packages(lock)["apple"] == "1.1"
    make_wheel(shelf, "apple", "1.2")
    compile_outside(path, lock, said.append, upgrade=True)
    assert locked_packages(lock)["apple"] == "1.2"


def test_a_lock_that_cannot_be_compiled_leaves_the_old_one(tmp_path: Path, shelf: Path) -> None:
    make_wheel(shelf, "apple", "1.0")
    path, lock = tmp_path / "mine.py", tmp_path / "mine.txt"
    lock.write_text("old")
    path.write_text('# /// script\n# dependencies = ["custard"]\n# ///\n')
    with pytest.raises(BuildError, match=r"The lock of mine could not be compiled(.|\n)*custard"):
        compile_outside(path, lock, print)
    path.write_text('# /// script\n# dependencies = ["apple"]\n# ///\n')
    with pytest.raises(BuildError, match="should have pydantic"):
        compile_outside(path, lock, print)
    assert lock.read_text() == "old"
    assert sorted(each.name for each in tmp_path.glob("mine.*")) == ["mine.py", "mine.txt"]


def test_what_stands_outside_is_added_to_a_wish() -> None:
    assert also([], "a") == "a"
    assert also(["mine", "mine/swarm"], "a") == "a,mine"
    assert also(["mine"], "all") == "all"
    assert also(["mine"], None, ["baseline"]) == "baseline,mine"
    assert also(["mine"], None) == "mine"
