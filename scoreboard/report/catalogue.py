"""The catalogue of faults as one table, generated from the code: in lists, for programs, and as the page FAULTS.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scoreboard.meter.faults.base import ALWAYS, STEPS, Fault, Mishap
from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.meter.faults.evidence import EVIDENCE
from scoreboard.report.matrix import GROUPS

PAGE = """# Faults

What goes wrong on purpose in `bakeoff run --faults`, exactly. Written by `bakeoff list faults --page` from the
catalogue in `scoreboard/meter/faults/`; a test compares the two.

A fault is triggered by a logical step of the conversation, never by the number of a request, because frameworks make
different numbers of requests. A name alone means that it happens once; with `/always` it never ends, where *always*
says that there is that too. It acts at the meter or in the worker, never in the framework; where it did not reach a
framework, the trial is void. A right answer that went through dirt (a tool run with arguments nobody meant, or once too
often) is not *got over*. *Budget* is how many times the usual (30 calls, 200,000 tokens, 60 seconds, or what
`--max-calls`, `--max-tokens` and `--timeout` say) its trials may spend: whoever backs off, or meets a limit of its own,
gets the room for it. *Tried in* is the shape of task that a fault is tried in by default; `--tasks` tries it in
others.
"""

COLUMNS = (
    *("fault", "always", "budget", "what happens", "exactly, at the wire", "when", "got over"),
    *("seen in the wild", "tried in"),
)


def fault_things() -> list[dict[str, Any]]:
    """Every fault, for programs and lists."""
    return [
        {
            "name": fault.name,
            "what": fault.words + (" Always." if fault.always and fault.lasting else ""),
            "group": fault.group,
            "step": fault.step,
            "where": where(fault),
            "wire": fault.wire,
            "got_over": fault.recovered,
            "shapes": list(fault.shapes),
            "seen_at": EVIDENCE[fault.base][0],
        }
        for fault in FAULTS.values()
    ]


def where(fault: Fault) -> str:
    """Who does it."""
    if not isinstance(fault.act, Mishap):
        return "the meter"
    return (
        "the worker's guard, before a connection" if fault.step == "connection" else "the worker's tap around the tool"
    )


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([PAGE, *(line for group in GROUPS for line in _section(group))])


def _section(group: str) -> Iterable[str]:
    once = [fault for fault in FAULTS.values() if fault.group == group and fault.base == fault.name]
    yield f"## {GROUPS[once[0].group].capitalize()} (`{group}`)\n"
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---" * len(COLUMNS) + "|"
    for fault in once:
        url, shows = EVIDENCE[fault.name]
        always = "only" if fault.always else "too" if fault.name + ALWAYS in FAULTS else ""
        seen = f"[{_plain(shows)}]({url})"
        cells = (
            f"`{fault.name}`",
            always,
            _budget(fault),
            fault.words,
            fault.wire,
            STEPS[fault.step],
            fault.recovered,
            seen,
        )
        yield f"| {' | '.join(map(_plain, cells))} | {fault.shapes[0]} |"
    yield ""


def _budget(fault: Fault) -> str:
    """How many times the usual budget its trials have, once and always."""
    return ", for ever ".join(dict.fromkeys(map(_times, filter(None, (fault, FAULTS.get(fault.name + ALWAYS))))))


def _times(fault: Fault) -> str:
    stretch = fault.stretch
    told = [(stretch.calls, "calls"), (stretch.tokens, "tokens"), (stretch.seconds, "seconds")]
    return ", ".join(f"{factor:g}x {what}" for factor, what in told if factor != 1) or "usual"


def _plain(text: str) -> str:
    return text.replace("|", "\\|")
