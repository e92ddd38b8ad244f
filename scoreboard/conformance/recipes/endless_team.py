"""A model that asks for the tool for ever, in a team."""

from __future__ import annotations

from tasks._variations import ModelNeverEnds
from tasks.multi_agent import MultiAgent


class EndlessTeam(ModelNeverEnds, MultiAgent):
    title = "The model never ends"
