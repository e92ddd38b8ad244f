"""What a check needs of the worker: a call from inside a running event loop, and word of what was imported."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scoreboard.runner.outcome import Outcome
from tests.runner.conftest import Workshop


@pytest.fixture
def from_inside(tmp_path: Path) -> Callable[[str], Outcome]:
    workshop = Workshop(tmp_path)
    return lambda manner: workshop.serve(replace(workshop.order(manner), inside_loop=True))[0]


def test_a_coroutine_method_is_awaited_in_the_loop_that_runs(from_inside: Callable[[str], Outcome]) -> None:
    outcome = from_inside("good_async")
    assert outcome.answer
    assert outcome.answer.value == "36"


def test_a_plain_method_is_called_while_a_loop_runs(from_inside: Callable[[str], Outcome]) -> None:
    assert from_inside("good").answer
    refused = from_inside("own_loops").error
    assert refused
    assert (refused.type, refused.message) == ("RuntimeError", "This event loop is already running")


def test_the_worker_tells_which_module_of_the_package_was_imported(tmp_path: Path) -> None:
    outcome = Workshop(tmp_path).serve_one("good")
    assert outcome.stamps["imported"].startswith("pydantic from pydantic 2.")


@pytest.mark.parametrize(
    ("code", "package", "told"),
    [
        ("import alone.inner", "alone-here", "alone.inner from alone-here 1.0"),
        ("import alone", "not-installed", ""),
        ("import shared.other", "shared-one", ""),  # a namespace that two distributions fill
        ("import shared.one", "shared-one", "shared.one from shared-one 1.0"),
        ("import alone.inner", "only-names-others", "alone.inner from alone-here 1.0"),
        ("import shared.one", "only-names-others", ""),  # it comes with an extra only
        ("import json", "only-names-others", ""),
    ],
)
def test_files_tell_whose_module_it_is(tmp_path: Path, code: str, package: str, told: str) -> None:
    install(tmp_path, "alone-here", ["alone/inner.py"])
    install(tmp_path, "shared-one", ["shared/one.py"])
    install(tmp_path, "shared-two", ["shared/other.py"])
    install(tmp_path, "only-names-others", [], ["alone-here[x]>=1", "missing", 'shared-one; extra == "y"'])
    asked = f"{code}; from scoreboard.runner.presence import imported_from; print(imported_from({package!r}))"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {asked}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == told


def install(folder: Path, name: str, modules: list[str], requires: list[str] | None = None) -> None:
    """A distribution as an installer leaves it behind."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    needs = "".join(f"Requires-Dist: {need}\n" for need in requires or [])
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}")
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in [*modules, f"{info.name}/METADATA"]))
    for module in modules:
        (folder / module).parent.mkdir(exist_ok=True)
        (folder / module).touch()
