"""The rules of the house, as tests."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from scoreboard.results.lines import lines_together
from scoreboard.runner.catalogue import framework_cards, task_classes
from scoreboard.runner.guests import GUEST_SIDE

ROOT = Path(__file__).parent.parent
PACKAGES = ("tasks", "adapters", "scoreboard", "star_history")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize(
    ("package", "may_import"),
    [("tasks", {"tasks"}), ("adapters", {"adapters", "tasks"}), ("star_history", {"star_history"})],
)
def test_arrows_run_one_way(package: str, may_import: set[str]) -> None:
    for path in files(package):
        ours = {name.partition(".")[0] for name in imports(path)} & {*PACKAGES}
        assert ours <= may_import, f"{path.name} imports {ours - may_import}"


def test_star_history_is_read_by_the_report_and_the_command_line_alone() -> None:
    readers = {path for path in files("scoreboard") if any(name.startswith("star_history") for name in imports(path))}
    assert readers
    assert all("report" in path.parts or path.name == "cli.py" for path in readers), readers


def test_the_host_imports_no_adapter_file() -> None:
    for path in files("scoreboard"):
        adapters = {name for name in imports(path) if name.startswith("adapters.") and name != "adapters.base"}
        assert not adapters, f"{path} imports {adapters}"


def test_tasks_need_nothing_but_the_standard_library_and_pydantic() -> None:
    allowed = sys.stdlib_module_names | {"pydantic", "tasks"}
    for path in [*files("tasks"), ROOT / "adapters" / "base.py"]:
        assert {name.partition(".")[0] for name in imports(path)} <= allowed, path.name


def test_the_whole_command_line_loads_without_any_framework() -> None:
    """Every module of the host, imported in one process, brings in none of the frameworks and none of their clients."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in [*files("scoreboard"), *files("star_history")]
        if path.stem not in (*GUEST_SIDE, "__init__", "__main__")
    ]
    used = {name.partition(".")[0] for path in files("adapters") for name in imports(path)}
    frameworks = used - sys.stdlib_module_names - {"pydantic", *PACKAGES}
    assert {"strands", "langgraph", "crewai", "agents", "google", "pydantic_ai", "smolagents"} <= frameworks
    code = f"import sys, {', '.join(modules)}; print(sorted({frameworks} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_adapters_stay_thin() -> None:
    """The three default shapes of the median framework take at most 60 code lines; what is longer is told apart."""
    cards = [card for card in framework_cards().values() if not (card.is_control or card.variant)]
    lines = {card.name: lines_together(card.path.read_text(), sorted(card.shapes)) or 0 for card in cards}
    del lines["baseline"]  # no framework to lean on
    assert statistics.median(lines.values()) <= 60, lines


def test_no_list_names_the_frameworks() -> None:
    """Adding a framework is one file and one line: nothing in the code may know it by name."""
    named = {card.name for card in framework_cards().values()} - {"baseline", "oracle", "nop"}
    for path in files("scoreboard"):
        strings = {
            node.value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not strings & (named | set(task_classes())), f"{path} knows {strings & named}"


def test_every_framework_has_a_group_and_a_hashed_lock() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    for card in framework_cards().values():
        assert card.group in groups
        lock = (ROOT / "adapters" / "locks" / f"{card.group}.txt").read_text()
        assert "--hash=sha256:" in lock
        assert "://" not in lock, f"{card.group}.txt names an address"


def test_the_host_has_none_of_the_frameworks_as_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needs = {need.partition(">")[0] for need in project["project"]["dependencies"]}
    site = {"altair", "jinja2", "pygments", "requests", "vl-convert-python"}
    assert needs == {"aiohttp", "bpe-openai", "click", "pydantic", "rich", "uv", *site}
