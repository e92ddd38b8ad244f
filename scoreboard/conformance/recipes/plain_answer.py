"""No tool, no team: the model says a word and the framework returns it."""

from __future__ import annotations

from collections.abc import Sequence

from tasks._play import Script, next_reply
from tasks.base import Ask, Reply, Tap, Task, ToolRun, untapped

WORDS = ("brioche", "baguette", "ciabatta", "focaccia", "pretzel", "sourdough")


class PlainAnswer(Task):
    title = "The model's word comes back"
    shape = "agent"

    def __init__(self, seed: int, tap: Tap = untapped) -> None:  # noqa: ARG002
        self.word = WORDS[seed % len(WORDS)]
        self.prompt = "Which bread do you recommend today?"
        self.instructions = "You are a baker. Recommend one bread."

    def check(self, answer: object, tool_log: Sequence[ToolRun]) -> list[str]:  # noqa: ARG002
        if isinstance(answer, str) and self.word in answer:
            return []
        return [f"the answer should be the model's, which recommends a {self.word}; it is {answer!r}"]

    def play(self, ask: Ask) -> Reply:
        sentence = f"I recommend a {self.word}."
        return next_reply(Script("", (), lambda _text: {}, lambda _results: sentence), ask)
