"""A provider that fails, for a team."""

from __future__ import annotations

from tasks._variations import ModelFails
from tasks.multi_agent import MultiAgent


class FailingTeam(ModelFails, MultiAgent):
    title = "The provider fails"
