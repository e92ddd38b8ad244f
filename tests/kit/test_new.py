"""`bakeoff new`, in a copy of the checkout: a file, a line and a lock, or nothing at all."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scoreboard.errors import UsageError
from scoreboard.kit.new import Newcomer, with_group
from scoreboard.runner.catalogue import read_cards
from tests.runner.wheels import make_wheel
from tests.walkthrough import copy_of_checkout

PROJECT = '[dependency-groups]\napple = ["apple"]\nplum = ["plum"]\ndev = ["pytest"]\n\n[tool.x]\ny = 1\n'


@pytest.fixture
def checkout(tmp_path: Path, pantry: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The checkout once more, with a shelf of tiny wheels for all that uv can resolve."""
    monkeypatch.setenv("UV_OFFLINE", "1")
    for name in ("cherry", "pydantic"):
        make_wheel(pantry, name, "1.0")
    folder = tmp_path / "checkout"
    folder.mkdir()
    return copy_of_checkout(folder)


def bakeoff(checkout: Path, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from scoreboard.cli import main; main()", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    return subprocess.run(command, cwd=folder or checkout, env=environment, capture_output=True, text=True, check=False)


def state(checkout: Path) -> dict[str, bytes]:
    found = [path for path in checkout.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {str(path.relative_to(checkout)): path.read_bytes() for path in found if ".bakeoff" not in path.parts}


def test_in_a_checkout_it_writes_the_adapter_its_line_and_its_lock(checkout: Path) -> None:
    before = state(checkout)
    done = bakeoff(checkout, "new", "cherry_pie", "--package", "cherry[jam]>=1", "--package", "pydantic")
    assert done.returncode == 0, done.stderr
    changed = {name for name, content in state(checkout).items() if before.get(name) != content}
    assert changed == {"adapters/cherry_pie.py", "adapters/locks/cherry_pie.txt", "pyproject.toml"}
    groups = tomllib.loads((checkout / "pyproject.toml").read_text())["dependency-groups"]
    assert groups["cherry_pie"] == ["cherry[jam]>=1", "pydantic"]
    assert "cherry==1.0" in (checkout / "adapters/locks/cherry_pie.txt").read_text()
    (card,) = read_cards(checkout / "adapters" / "cherry_pie.py")
    assert (card.title, card.group, card.package) == ("Cherry Pie", "cherry_pie", "cherry")
    assert "bakeoff check cherry_pie" in done.stdout
    assert "cherry_pie" in bakeoff(checkout, "list", "frameworks").stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("custard",), "custard was not found"),
        (("langgraph",), "is there already; nothing was written"),
        (("dev",), "The name dev is taken"),
        (("langgraph_teams",), "langgraph_teams is taken"),
        (("Cherry-Pie",), "cannot name a framework"),
        (("cherry", "--file", "other.py"), "name the file cherry.py"),
        (("custard", "--file", "custard.py"), "custard was not found"),
    ],
)
def test_what_cannot_be_begun_leaves_nothing_behind(checkout: Path, arguments: tuple[str, ...], complaint: str) -> None:
    before = state(checkout)
    done = bakeoff(checkout, "new", *arguments)
    assert done.returncode in (1, 2)
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert state(checkout) == before


def test_elsewhere_it_writes_one_file_with_a_header(checkout: Path) -> None:
    done = bakeoff(checkout, "new", "cherry", "--file", "aside/cherry.py")
    assert done.returncode == 0, done.stderr
    source = (checkout / "aside" / "cherry.py").read_text()
    assert source.startswith(
        '# /// script\n# requires-python = ">=3.11"\n# dependencies = ["cherry", "pydantic"]\n# ///\n'
    )
    assert "cherry==1.0" in (checkout / ".bakeoff" / "locks" / "cherry.txt").read_text()
    assert "bakeoff run --adapter aside/cherry.py" in done.stdout


def test_outside_the_checkout_it_writes_into_the_folder_where_somebody_works(checkout: Path, tmp_path: Path) -> None:
    before = state(checkout)
    assert bakeoff(checkout, "new", "cherry", folder=tmp_path).returncode == 0
    assert (tmp_path / "cherry.py").read_text().startswith("# /// script")
    assert state(checkout) == before


def test_a_stub_that_is_not_filled_in_is_not_green(checkout: Path) -> None:
    """The environment cannot even be built here (no network): that alone must not pass either."""
    assert bakeoff(checkout, "new", "cherry").returncode == 0
    assert bakeoff(checkout, "check", "cherry").returncode == 1


def test_in_a_checkout_upgrade_keeps_a_lock_whose_successor_fails(checkout: Path, pantry: Path) -> None:
    assert bakeoff(checkout, "new", "cherry").returncode == 0
    lock = checkout / "adapters" / "locks" / "cherry.txt"
    before = lock.read_text()
    make_wheel(pantry, "cherry", "2.0")
    done = bakeoff(checkout, "upgrade", "cherry")
    assert done.returncode == 1
    assert "cherry stays as it was" in done.stdout
    assert "  cherry 1.0 -> 2.0" in done.stdout
    assert lock.read_text() == before
    (pantry / "cherry-2.0-py3-none-any.whl").unlink()
    assert bakeoff(checkout, "upgrade", "cherry").stdout == "cherry is at its newest versions\n"


@pytest.mark.parametrize(("name", "place"), [("banana", 1), ("aardvark", 0), ("zucchini", 2)])
def test_a_group_stands_where_the_alphabet_wants_it_and_before_dev(name: str, place: int) -> None:
    groups = tomllib.loads(with_group(PROJECT, Newcomer(name, (name,))))["dependency-groups"]
    assert list(groups).index(name) == place
    assert groups["dev"] == ["pytest"]


def test_a_group_is_never_written_twice() -> None:
    with pytest.raises(UsageError, match="plum already"):
        with_group(PROJECT, Newcomer("plum", ("plum",)))
