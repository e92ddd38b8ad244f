"""A provider that fails, for one agent."""

from __future__ import annotations

from tasks._variations import ModelFails
from tasks.dice import Dice


class FailingAgent(ModelFails, Dice):
    title = "The provider fails"
