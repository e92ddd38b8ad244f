"""The lines on a framework's manners: what it prints, wants to reach and repeats, and whether it is there at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from scoreboard.conformance.checklist import Evidence, Finding, Seen, failed, not_supported, passed
from scoreboard.conformance.told import cannot_be_told, error_words, not_passed
from scoreboard.meter.call import Call
from scoreboard.results.wire import read_ask
from scoreboard.runner.capture import KEPT_BYTES
from scoreboard.runner.locks import locked_packages

LOOP = re.compile(r"event loop|running loop|asyncio\.run\b", re.IGNORECASE)
CLIENT = re.compile(r"^(?P<name>[A-Za-z][\w.-]*)(?:/Python)?[/ ]v?(?P<version>\d[\w.+-]*)")
LEFT_OUT = " bytes left out by Bakeoff "
MOST_DIFFERENCES = 3


def noise(seen: Seen) -> Finding:
    """It may print what it likes, as long as that can be kept while all goes well: tracebacks may be endless."""
    floods = [each for each in seen.untroubled if LEFT_OUT in each.outcome.stdout + each.outcome.stderr]
    if floods:
        kept = f"{2 * KEPT_BYTES // 1024} KiB"
        return failed(f"{floods[0].step.words}: prints more than can be kept of one trial ({kept} a stream)")
    printed = _printed(seen.main)
    in_trouble = max(_printed(each) for each in seen.evidence.values())
    if printed:
        return passed(f"prints {printed:,} characters, which nobody reads")
    if in_trouble:
        return passed(f"silent while all goes well, else prints up to {in_trouble:,} characters, which nobody reads")
    return passed("silent")


def _printed(evidence: Evidence) -> int:
    return len(evidence.outcome.stdout) + len(evidence.outcome.stderr)


def sync_and_async(seen: Seen) -> Finding:
    """It can be called from a plain program and from an async one."""
    inside = seen.evidence["inside_loop"]
    if not seen.main.passed:
        return cannot_be_told(seen.main)
    if inside.passed:
        return passed("works as always, and inside a running event loop")
    error = inside.outcome.error
    if inside.judgement.verdict == "raised" and error and LOOP.search(error.message):
        refusal = error_words(error)
        return not_supported(f"works as always; as the adapter calls it, not inside a running event loop: {refusal}")
    return failed(f"inside a running event loop: {not_passed(inside).words}")


def connections(seen: Seen) -> Finding:
    """It reaches for the meter alone; one that wants more and does without is no failure, but does not keep to it."""
    attempts = dict.fromkeys(attempt for each in seen.evidence.values() for attempt in each.outcome.connections)
    if not attempts:
        return passed("none tried")
    during = {"import": " while importing"}
    told = ", ".join(dict.fromkeys(f"{each.kind} {each.target}{during.get(each.during, '')}" for each in attempts))
    hurt = [each for each in seen.untroubled if each.outcome.connections and not each.passed]
    if hurt:
        return failed(f"tried {told}; refused, and {hurt[0].step.words} {not_passed(hurt[0]).words}")
    return not_supported(f"tried {told}; refused, and it did without")


def same_twice(seen: Seen) -> Finding:
    """The same trial comes to the same verdict, calls and tokens."""
    first, second = seen.main, seen.evidence["again"]
    if not first.passed:
        return not_passed(first) if first.judgement.verdict == "unsupported" else cannot_be_told(first)
    figures, again = _figures(first), _figures(second)
    wrong = [f"{name} {figures[name]}, then {again[name]}" for name in figures if figures[name] != again[name]]
    if wrong:
        return failed("; ".join(wrong))
    told = ", ".join(f"{value} {name}" if name != "verdict" else str(value) for name, value in figures.items())
    differing = [*_differences(first, second)]
    if not differing:
        return passed(f"{told}; the same requests")
    shown = ", ".join(differing[:MOST_DIFFERENCES])
    more = f" and {len(differing) - MOST_DIFFERENCES} more" if len(differing) > MOST_DIFFERENCES else ""
    return passed(f"{told}; requests differ in {shown}{more}")


def _figures(evidence: Evidence) -> dict[str, str | int]:
    return {
        "verdict": evidence.judgement.verdict,
        "calls": len(evidence.calls),
        "input tokens": sum(call.input_tokens or 0 for call in evidence.calls),
        "output tokens": sum(call.output_tokens or 0 for call in evidence.calls),
    }


def _differences(first: Evidence, second: Evidence) -> Iterator[str]:
    """Where the requests differ in neutral form."""
    for one, other in zip(first.calls, second.calls, strict=True):
        yield from (f"call {one.ordinal} {place}" for place in _unequal(_neutral(one), _neutral(other)))


def _neutral(call: Call) -> Any:
    ask = read_ask(call)
    return asdict(ask) if ask else call.request_body


def _unequal(one: Any, other: Any, place: str = "") -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from _unequal(one[key], other[key], f"{place}.{key}" if place else str(key))
    elif isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
        for index, pair in enumerate(zip(one, other, strict=True)):
            yield from _unequal(*pair, f"{place}[{index}]")
    elif one != other:
        yield place or "body"


def really_used(seen: Seen) -> Finding:
    """Its package is imported, and a client that is installed with it makes the requests."""
    evidence, card = seen.main, seen.card
    if evidence.judgement.verdict == "unsupported":
        tried = [each for each in seen.untroubled if each.judgement.verdict != "unsupported"]
        return not_passed(evidence) if tried else failed("no method does anything: all that was asked is unsupported")
    imported = evidence.outcome.stamps.get("imported", "")
    if not imported:
        return failed(f"no module of {card.package} was imported")
    if not evidence.calls:
        return failed(f"{imported} was imported; no request was sent")
    installed = locked_packages(card.lock)
    for call in evidence.calls:
        agent = _user_agent(call)
        if not _client(agent, installed):
            said = f"says it is {agent!r}" if agent else "does not say what it is (no User-Agent)"
            return failed(f"{imported} was imported, but call {call.ordinal} {said}: no client installed with it")
    marks = dict.fromkeys(_user_agent(call) for call in evidence.calls)
    return passed(f"{imported} was imported, the requests are marked {', '.join(marks)}")


def _user_agent(call: Call) -> str:
    return next((value for name, value in call.request_headers.items() if name.lower() == "user-agent"), "")


def _client(agent: str, installed: dict[str, str]) -> str:
    """The installed distribution of the version that a User-Agent names, and of a name like the one it names."""
    found = CLIENT.match(agent)
    if not found:
        return ""
    said = _letters(found["name"])
    alike = [name for name in installed if _letters(name) in said or said in _letters(name)]
    return next((name for name in alike if found["version"] in installed[name].split(", ")), "")


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
