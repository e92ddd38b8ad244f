"""A trial's conversation as a page shows it: long texts folded, and what was said before only pointed at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scoreboard.report.conversation import AGAIN, TRACEBACK, Event, Said
from scoreboard.report.untrusted import nameless

LONGEST_OPEN, MOST_LINES = 700, 14  # characters and lines of a text that is not folded
LONGEST_TEXT = 20_000  # characters of one text
MOST_BLOCKS, SOME_BLOCKS = 40, 8  # texts in one call; of more only the first and the last
LONGEST_BRIEF = 90
LONGEST_TITLE = 160

STANDING = {"system": "System text", "offers": "Tools on offer"}  # sent with every call, mostly the same
FOLDED = ("offers", TRACEBACK)  # even when short

LABELS = {
    "system": "System text",
    "offers": "Tool on offer",
    "demands": "The model must use",
    "wants": "The answer must look like",
    "user": "User",
    "assistant": "Model, earlier",
    "tool": "Tool's result, for the model",
    "sent": "Sent",
    "model": "The model replies",
    "fault": "Fault",
    "meter": "Meter",
    "gave": "Gave back",
    "failed": "Failed",
    "arguments": "Arguments",
    "answer": "The framework's answer",
    "error": "The framework gave up with",
    TRACEBACK: "Traceback",
    "claims": "The framework says it used",
    "refused": "Tried to reach, and was refused",
    "stdout": "Printed (stdout)",
    "stderr": "Printed (stderr)",
}
LOOKS = {
    "model": "reply",
    "answer": "reply",
    "gave": "result",
    "failed": "trouble",
    "error": "trouble",
    "fault": "noted",
    "meter": "noted",
    "refused": "noted",
}


@dataclass(frozen=True)
class Block:
    """One text with its label; none where it is a remark of ours. `brief` stands for it until it is unfolded."""

    label: str
    text: str
    brief: str = ""
    look: str = "sent"


@dataclass(frozen=True)
class Turn:
    kind: str
    title: str
    facts: str
    blocks: Sequence[Block]


def turns(told: Iterable[Event]) -> Iterator[Turn]:
    """Every event; what was sent with an earlier call as well is there only once."""
    first_in: dict[tuple[Said, ...], str] = {}
    for event in told:
        if event.kind == "ending":
            if event.said:
                yield Turn("ending", "How it ended", "", [_block(each) for each in event.said])
            continue
        title, said = event.title[:1].upper() + event.title[1:], event.said
        if len(title) > LONGEST_TITLE:
            title, said = f"{title[:LONGEST_TITLE]} ...", (Said("arguments", event.title), *said)
        yield Turn(event.kind, title, ", ".join(event.facts), _blocks(said, event.title, first_in))


def _blocks(said: Sequence[Said], title: str, first_in: dict[tuple[Said, ...], str]) -> list[Block]:
    """One remark on what was there before, then what was not."""
    remarks, left_out = [], {AGAIN}
    for who, name in STANDING.items():
        standing = tuple(each for each in said if each.who == who)
        if standing and (first := first_in.setdefault(standing, title)) != title:
            remarks.append(f"{name} as in {first}.")
            left_out.add(who)
    remarks += [each.text for each in said if each.who == AGAIN]
    blocks = [_block(each) for each in said if each.who not in left_out]
    if len(blocks) > MOST_BLOCKS:
        many = Block("", f"({len(blocks) - 2 * SOME_BLOCKS:,} messages are left out; --raw has them all)")
        blocks = [*blocks[:SOME_BLOCKS], many, *blocks[-SOME_BLOCKS:]]
    return [Block("", " ".join(remarks)), *blocks] if remarks else blocks


def _block(said: Said) -> Block:
    said = Said(said.who, nameless(said.text))  # before a cut makes a path unknown
    label, look = LABELS.get(said.who, said.who), LOOKS.get(said.who, "sent")
    text, more = said.text, len(said.text) - LONGEST_TEXT
    if more > 0:
        text = f"{text[:LONGEST_TEXT]}\n({more:,} characters more; --raw has them all)"
    is_short = len(text) <= LONGEST_OPEN and text.count("\n") < MOST_LINES
    if is_short and said.who not in FOLDED:
        return Block(label, text, look=look)
    return Block(label, text, _brief(said), look)


def _brief(said: Said) -> str:
    """How a long text begins, and how long it is. Every traceback begins alike."""
    start = "" if said.who == TRACEBACK else " ".join(said.text[: 2 * LONGEST_BRIEF].split())[:LONGEST_BRIEF]
    size = f"({len(said.text):,} characters)" if len(said.text) > LONGEST_OPEN or not start else ""
    dots = "..." if start and len(start) < len(said.text) else ""
    return " ".join(filter(None, (start, dots, size)))
