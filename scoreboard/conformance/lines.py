"""The lines of a checklist, in order."""

from __future__ import annotations

from collections.abc import Callable

from scoreboard.conformance import claims, manners, shapes, trouble
from scoreboard.conformance.checklist import Finding, Line, Seen, not_supported

# What is said on a line, the step it cannot do without ("" for the one that is always there), and who finds it out.
LINES: tuple[tuple[str, str, Callable[[Seen], Finding]], ...] = (
    ("plain answer", "plain_answer", shapes.plain_answer),
    ("one tool", "one_tool", shapes.one_tool),
    ("two tool calls at once", "two_calls", shapes.two_calls),
    ("two turns", "two_turns", shapes.two_turns),
    ("team", "team", shapes.team),
    ("typed answer", "typed_answer", shapes.typed_answer),
    ("streaming by default", "", shapes.streaming),
    ("a tool that raises", "raising", trouble.raising),
    ("a provider error", "failing", trouble.failing),
    ("budget stop", "endless", trouble.endless),
    ("usage claim", "", claims.usage_claim),
    ("stdout noise", "", manners.noise),
    ("sync and async use", "inside_loop", manners.sync_and_async),
    ("no connection but the meter", "", manners.connections),
    ("same result twice", "again", manners.same_twice),
    ("framework really used", "", manners.really_used),
)


def lines_of(seen: Seen) -> list[Line]:
    """Every line, from what was seen."""
    return [_line(name, step, find, seen) for name, step, find in LINES]


def _line(name: str, step: str, find: Callable[[Seen], Finding], seen: Seen) -> Line:
    if step and step not in seen.evidence:
        written = " and ".join(sorted(seen.card.shapes))
        finding = not_supported(f"not asked for: this variant is a further way for {written} alone")
    else:
        finding = find(seen)
    return Line(name, finding.status, finding.words)
