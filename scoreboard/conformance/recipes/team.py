"""A roller and a reporter."""

from __future__ import annotations

from tasks.multi_agent import MultiAgent


class Team(MultiAgent):
    title = "Two roles work as a team"
