"""One tool, run once."""

from __future__ import annotations

from tasks.dice import Dice


class OneTool(Dice):
    title = "One tool runs and its result is told"
