"""A tool that raises, for one agent."""

from __future__ import annotations

from tasks._variations import FirstRollFails
from tasks.dice import Dice


class RaisingAgent(FirstRollFails, Dice):
    title = "A tool raises, then works"
