"""A model that asks for the tool for ever, for one agent."""

from __future__ import annotations

from tasks._variations import ModelNeverEnds
from tasks.dice import Dice


class EndlessAgent(ModelNeverEnds, Dice):
    title = "The model never ends"
