"""The display on a real pseudo-terminal, and the lines where there is none."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from tests.conftest import BAKEOFF, Kitchen

QUICK = ("run", "--frameworks", "baseline", "--tasks", "dice", "--repeats", "3")


def on_a_terminal(kitchen: Kitchen, terminal: str) -> str:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [BAKEOFF, *QUICK, "--home", kitchen.home],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": terminal, "COLUMNS": "60"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    assert process.wait() == 0
    return shown.decode()


def test_a_terminal_gets_a_line_that_grows(kitchen: Kitchen) -> None:
    shown = on_a_terminal(kitchen, "xterm-256color")
    assert "bake baseline" in shown
    assert "3/3" in shown
    assert "\x1b[" in shown


@pytest.mark.parametrize("terminal", ["dumb", "unknown"])
def test_a_dumb_terminal_gets_plain_lines(kitchen: Kitchen, terminal: str) -> None:
    shown = on_a_terminal(kitchen, terminal)
    assert "baking baseline: 3/3 trials" in shown
    assert "\x1b[" not in shown
