"""The walk through CONTRIBUTING is true: its commands, its adapter, and the checklist that it quotes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scoreboard.conformance.lines import LINES
from scoreboard.runner.catalogue import SHAPES, read_cards
from tests.runner.wheels import make_wheel
from tests.walkthrough import NAME, STEPS, copy_of_checkout, quoted, walk


def test_the_first_command_says_what_the_page_quotes(
    tmp_path: Path, pantry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    for package in ("agno", "openai"):
        make_wheel(pantry, package, "1.0")
    done = walk(copy_of_checkout(tmp_path), "new")
    assert f"$ bakeoff {' '.join(STEPS['new'])}\n{done.stdout}" == quoted("new")


def test_the_adapter_is_one(tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.py"
    path.write_text(quoted("adapter"))
    (card,) = read_cards(path)
    assert (card.name, card.group, card.shapes) == (NAME, NAME, SHAPES)


def test_the_checklist_has_the_lines_of_today() -> None:
    told = re.findall(r"^  (\S.*?)  +(?:passed|failed|not supported)  ", quoted("check"), re.MULTILINE)
    assert told == [name for name, *_ in LINES]


def test_the_board_has_a_row_for_the_newcomer_in_every_task() -> None:
    assert len(re.findall(rf"^{NAME} .*100 %", quoted("run"), re.MULTILINE)) == 3
    assert "Ruler: oracle passed 30 of 30, nop passed 0 of 30" in quoted("run")
