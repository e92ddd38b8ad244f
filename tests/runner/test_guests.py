"""The guests' folder holds what a guest needs and nothing else of the scoreboard, and is never half there."""

from __future__ import annotations

import ast
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from scoreboard.runner.guests import GUEST_SIDE, stage

ROOT = Path(__file__).parents[2]


def test_it_holds_copies_of_the_guest_side_only(tmp_path: Path) -> None:
    staged = stage(tmp_path)
    assert staged.path == tmp_path / "guests" / staged.digest
    names = {path.relative_to(staged.path).as_posix() for path in staged.path.rglob("*") if path.is_file()}
    assert {name for name in names if name.startswith("scoreboard/")} == {
        "scoreboard/__init__.py",
        *(f"scoreboard/runner/{name}.py" for name in GUEST_SIDE),
    }
    assert {"adapters/base.py", "adapters/baseline.py", "tasks/dice.py", "tasks/_play.py"} <= names
    for name in names:
        assert (staged.path / name).read_bytes() == (ROOT / name).read_bytes()


def test_the_guest_side_needs_the_standard_library_and_pydantic_only() -> None:
    here = {f"scoreboard.runner.{name}" for name in GUEST_SIDE} | {"scoreboard.runner"}
    for name in GUEST_SIDE:
        for node in ast.walk(ast.parse((ROOT / "scoreboard" / "runner" / f"{name}.py").read_text())):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for module in modules:
                top = module.partition(".")[0]
                known = top in sys.stdlib_module_names or top in ("pydantic", "adapters", "tasks") or module in here
                assert known, f"{name}.py imports {module}"


def test_the_same_files_are_staged_once(tmp_path: Path) -> None:
    first = stage(tmp_path)
    before = first.path.stat().st_ino
    assert stage(tmp_path) == first
    assert first.path.stat().st_ino == before


def test_other_files_go_elsewhere(tmp_path: Path) -> None:
    extra = tmp_path / "mine.py"
    extra.write_text("one = 1\n")
    first = stage(tmp_path, extra_adapters=[extra])
    assert (first.path / "adapters" / "mine.py").read_text() == "one = 1\n"
    extra.write_text("one = 2\n")
    assert stage(tmp_path, extra_adapters=[extra]).digest != first.digest
    assert stage(tmp_path, extra_tasks=[extra]).digest != first.digest
    assert (first.path / "adapters" / "mine.py").read_text() == "one = 1\n"


def test_a_folder_that_was_tampered_with_is_made_anew(tmp_path: Path) -> None:
    staged = stage(tmp_path)
    (staged.path / "tasks" / "dice.py").write_text("cheat = True\n")
    (staged.path / "sitecustomize.py").write_text("cheat = True\n")
    assert stage(tmp_path) == staged
    assert (staged.path / "tasks" / "dice.py").read_text() != "cheat = True\n"
    assert not (staged.path / "sitecustomize.py").exists()
    assert [path.name for path in (tmp_path / "guests").iterdir()] == [staged.digest]


def test_what_a_killed_host_left_half_done_is_not_used(tmp_path: Path) -> None:
    half = tmp_path / "guests" / ".half-of-a-killed-host"
    (half / "tasks").mkdir(parents=True)
    assert (stage(tmp_path).path / "tasks" / "dice.py").exists()
    assert not half.exists()


def test_several_hosts_at_once(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as hosts:
        staged = set(hosts.map(stage, [tmp_path] * 16))
    assert len(staged) == 1
    assert [path.name for path in (tmp_path / "guests").iterdir()] == [staged.pop().digest]
