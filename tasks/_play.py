"""How a perfect model plays a task through whatever tools it is offered.

It never knows which framework asks. What it does next follows from five questions: does somebody only want to know
whose turn it is, is the work done (the results are in the conversation), is the work's tool on offer, is there somebody
to hand over to, and in which shape is the answer wanted.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tasks.base import Ask, Reply, Role, ToolCall, ToolOffer

Results = dict[int, int]

WHOSE_TURN = re.compile(r"select the next \w+ from \[[^\]]*\]", re.IGNORECASE)
LAST_WORD = "TERMINATE"  # what agents that talk in a group are told to say when the work is done


@dataclass(frozen=True)
class Script:
    """What a perfect model wants in one task: which tool runs, and what it says once their results are known."""

    tool: str
    runs: tuple[dict[str, Any], ...]
    read_results: Callable[[str], Results]
    sentence: Callable[[Results], str]
    value: Callable[[Results], dict[str, Any]] | None = None
    worker: Role | None = None  # who does the work, in a team
    request: str = ""  # how the worker is asked for it
    speaker: Role | None = None  # who has the last word, in a team


def next_reply(script: Script, ask: Ask) -> Reply:
    """The next turn of a perfect model: work, delegate, hand over or answer."""
    results = _results_seen(script, ask)
    offers = () if ask.tool_choice == "none" else ask.tools
    if script.worker and script.speaker and not offers and WHOSE_TURN.search(_all_text(ask)):
        turn = script.worker if len(results) < len(script.runs) else script.speaker
        return Reply(text=turn.name, final=False)
    if len(results) < len(script.runs):
        return _work(script, ask, offers, results)
    asked_for = dict(list(results.items())[: len(script.runs)])  # whoever ran the tool once too often is told no more
    return _finish(script, ask, offers, asked_for)


def _results_seen(script: Script, ask: Ask) -> Results:
    results: Results = {}
    for message in ask.messages:
        texts = (message.text, *(call.arguments for call in message.tool_calls))
        for text in texts:
            results.update(script.read_results(text))
    return dict(sorted(results.items()))


def _work(script: Script, ask: Ask, offers: tuple[ToolOffer, ...], results: Results) -> Reply:
    if any(offer.name == script.tool for offer in offers):
        left = script.runs[len(results) :]
        return _call(ask, [(script.tool, run) for run in (left if ask.parallel_tool_calls else left[:1])])
    if script.worker and (offer := _way_to(script.worker, ask, offers)):
        return _call(ask, [(offer.name, _filled(offer, script.worker, script.request))])
    return Reply(text=f"I cannot do this: I am not offered the tool {script.tool}.", final=False)


def _finish(script: Script, ask: Ask, offers: tuple[ToolOffer, ...], results: Results) -> Reply:
    sentence = script.sentence(results)
    final = script.speaker is None or script.speaker.speaks_in(ask)
    if script.speaker and not final:
        offer = _way_to(script.speaker, ask, offers)
        if offer and not _handed_over(ask, offer, script.speaker):
            return _call(ask, [(offer.name, _filled(offer, script.speaker, sentence))])
    if script.value:
        value = script.value(results)
        if offer := _answer_tool(value, offers):
            return _call(ask, [(offer.name, value)], final=final)
        if ask.answer_schema is not None:
            return Reply(text=json.dumps(value), final=final)
        if all(f'"{name}"' in _all_text(ask) for name in value):  # the schema is told in words
            sentence = json.dumps(value)
    if ask.tool_choice == "required" and (offer := _any_other(script.tool, ask.forced_tool, offers)):
        return _call(ask, [(offer.name, _filled(offer, script.speaker, sentence))], final=final)
    return Reply(text=f"{sentence} {LAST_WORD}" if LAST_WORD in ask.system else sentence, final=final)


def _handed_over(ask: Ask, offer: ToolOffer, role: Role) -> bool:
    """Whether this conversation has gone that way before: one tool may lead to several roles."""
    calls = [call for message in ask.messages for call in message.tool_calls if call.name == offer.name]
    return any(role.name in f"{call.name} {call.arguments}".lower() for call in calls)


def _all_text(ask: Ask) -> str:
    return "\n".join([ask.system, *(message.text for message in ask.messages)])


def _way_to(role: Role, ask: Ask, offers: tuple[ToolOffer, ...]) -> ToolOffer | None:
    """The hand-off or delegation tool that leads to a role: its name, else its description, names the role.

    Else the one that leads to whomever its arguments name, where the conversation tells of the role.
    """
    wanted = role.name.lower()
    for text_of in (lambda o: o.name, lambda o: o.description, lambda o: json.dumps(o.parameters)):
        for offer in offers:
            if wanted in text_of(offer).lower() and offer.name not in _names(role):
                return offer
    if wanted in _all_text(ask).lower():
        return next((o for o in offers if any(map(_wants_role, o.parameters.get("required", ())))), None)
    return None


def _wants_role(argument: str) -> bool:
    """Whether an invented tool's argument is somebody's name, as far as its own name tells."""
    return any(word in argument.lower() for word in ("agent", "coworker", "member", "recipient", "target", "role"))


def _names(role: Role) -> set[str]:
    return {tool.__name__ for tool in role.tools}


def _answer_tool(value: dict[str, Any], offers: tuple[ToolOffer, ...]) -> ToolOffer | None:
    """The tool through which a framework wants the typed answer: the one that takes every field of it."""
    return next((o for o in offers if set(value) <= set(o.parameters.get("properties", {}))), None)


def _any_other(tool: str, forced: str | None, offers: tuple[ToolOffer, ...]) -> ToolOffer | None:
    """A framework that demands a tool call to finish gets one: the tool it forces, else any that is not the work's."""
    return next((o for o in offers if (o.name == forced if forced else o.name != tool)), None)


def _filled(offer: ToolOffer, role: Role | None, message: str) -> dict[str, Any]:
    """Arguments for an invented tool, from its schema: the role where it wants one, the message where it wants text."""
    properties: dict[str, dict[str, Any]] = offer.parameters.get("properties", {})
    required = offer.parameters.get("required", list(properties))
    return {name: _argument(name, properties.get(name, {}), role, message) for name in required}


def _argument(name: str, schema: dict[str, Any], role: Role | None, message: str) -> Any:
    role_name = role.name if role else ""
    if options := schema.get("enum"):
        return next((o for o in options if role_name and role_name in str(o).lower()), options[0])
    if role and _wants_role(name):
        return role_name
    empty: dict[str, Any] = {"integer": 0, "number": 0, "boolean": False, "array": [], "object": {}, "null": None}
    return empty.get(str(schema.get("type")), message)


def _call(ask: Ask, wanted: list[tuple[str, dict[str, Any]]], *, final: bool = False) -> Reply:
    calls = []
    for index, (name, arguments) in enumerate(wanted):
        text = json.dumps(arguments)
        digest = hashlib.sha256(f"{len(ask.messages)}/{index}/{name}/{text}".encode()).hexdigest()
        calls.append(ToolCall(id=f"call_{digest[:24]}", name=name, arguments=text))
    return Reply(tool_calls=tuple(calls), final=final)
