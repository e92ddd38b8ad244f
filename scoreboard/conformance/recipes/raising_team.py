"""A tool that raises, in a team."""

from __future__ import annotations

from tasks._variations import FirstRollFails
from tasks.multi_agent import MultiAgent


class RaisingTeam(FirstRollFails, MultiAgent):
    title = "A tool raises, then works"
