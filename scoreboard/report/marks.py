"""How a cell of the matrix looks: one sign and one colour for each way to end, readable without the colour."""

from __future__ import annotations

from dataclasses import dataclass

from scoreboard.results.matrix import Mark


@dataclass(frozen=True)
class Sign:
    """A mark on the screen, and what it means."""

    character: str
    style: str
    words: str


SIGNS: dict[Mark, Sign] = {
    "unaffected": Sign("=", "green", "right answer, and nobody had to do anything"),
    "absorbed": Sign("^", "green", "right answer: the client library repeated the request"),
    "recovered": Sign("+", "bold green", "right answer: the framework got over it"),
    "dirty": Sign("~", "yellow", "right answer, but a tool ran as nobody meant, or once too often: not got over"),
    "raised": Sign("!", "cyan", "gave up with an exception: an honest end"),
    "wrong": Sign("X", "bold red", "silently wrong: returned as if all were well"),
    "runaway": Sign(">", "bold magenta", "ran away: had to be stopped by the budget"),
    "timeout": Sign("#", "bold magenta", "hung, or still waiting to try again, at the end of its time"),
    "crashed": Sign("*", "bold red", "its process died"),
    "unsupported": Sign("-", "dim", "not applicable; in no rate"),
    "void": Sign("?", "dim", "void: the fault did not arrive, or the task fails without it; in no rate"),
}
