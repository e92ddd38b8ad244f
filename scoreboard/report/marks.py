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
    "unaffected": Sign("=", "green", "unaffected: right answer, and nobody had to do anything"),
    "absorbed": Sign("^", "green", "absorbed: right answer, because the client library repeated the request"),
    "recovered": Sign("+", "bold green", "recovered: right answer, after a further turn or request of the framework's"),
    "dirty": Sign(
        "~", "yellow", "dirty: right answer, but a tool ran as nobody meant, or once too often; not got over"
    ),
    "raised": Sign("!", "cyan", "raised: gave up with an exception, an honest end"),
    "wrong": Sign("X", "bold red", "silently wrong: returned without an exception"),
    "runaway": Sign(">", "bold magenta", "ran away: went on until the budget stopped it"),
    "timeout": Sign("#", "bold magenta", "hung, or still waiting to try again, when its time was up"),
    "crashed": Sign("*", "bold red", "crashed: its process died"),
    "unsupported": Sign("-", "dim", "not applicable; in no rate"),
    "void": Sign("?", "dim", "void: the fault did not arrive, or the task fails without it; in no rate"),
}
