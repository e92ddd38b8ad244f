"""A control: returns nothing, and must fail every task."""

from __future__ import annotations

from adapters.base import Adapter, Answer
from tasks.base import Task


class NopAdapter(Adapter):
    title = "control: does nothing"
    group = "controls"
    package = "pydantic"

    def agent(self, task: Task) -> Answer:  # noqa: ARG002
        return Answer(None)

    team = agent
    structured = agent
