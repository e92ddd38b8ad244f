"""What a request says anyway, whoever sends it: the task's own words, the adapter's, and what the conversation brought.

Whatever else stands in a request is the framework's. White space, and commas at the end of a line, do not count.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from scoreboard.meter.call import Call
from scoreboard.report.replies import reply_lines
from scoreboard.report.sent import sent, tool_lines
from scoreboard.results.lines import written
from scoreboard.results.overhead import bare_tool, described
from scoreboard.results.store import Evidence
from scoreboard.runner.catalogue import Card
from tasks.base import Shape, Task

FEWEST_WORDS = 3  # of a text that is looked for inside a longer line
LONGEST_PHRASE = 2_000  # characters
ANYTHING = "\0"  # what an f-string puts between its words

Lines = frozenset[str]


@dataclass(frozen=True)
class Voice:
    """Known texts, to be found again in what was sent."""

    texts: tuple[str, ...]
    phrases: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, texts: Iterable[str], patterns: Iterable[str] = ()) -> Voice:
        texts = [text for text in dict.fromkeys(texts) if text.strip()]
        lines = dict.fromkeys(line for text in texts for line in text.splitlines())
        phrases = [_pattern(line.strip()) for line in lines if _is_phrase(line)] + [*patterns]
        return cls(tuple(map(squeezed, texts)), tuple(map(_compiled, phrases)))

    def knows(self, line: str) -> bool:
        """Whether a line is part of one of the texts."""
        return any(squeezed(line) in text for text in self.texts)

    def places(self, line: str) -> Iterator[tuple[int, int]]:
        """Where in a line it is heard."""
        return (match.span() for phrase in self.phrases for match in phrase.finditer(line))


@dataclass(frozen=True)
class Own:
    """What is known of one trial's requests before they are read."""

    asked: Voice  # the task and the adapter
    said: Mapping[int, Voice]  # and whatever had come up in the conversation, by the number of the request
    echoed: Lines  # fields of the model's replies, which some send back
    tools: Mapping[str, Lines]  # the task's, each described barely
    answer: Lines  # the schema of the answer type
    fields: frozenset[str]  # of the answer type
    parameters: Lines

    def voice_of(self, tool: Any) -> Voice:
        """Who may be heard in a tool: in one that is not the task's, only whole phrases tell anything."""
        return self.asked if self.of_tool(tool) else replace(self.asked, texts=())

    def of_tool(self, tool: Any) -> Lines:
        """The lines of a tool that are the task's: of one of its own, or of one that takes the answer."""
        function = described(tool)
        parameters = function.get("parameters")
        properties = parameters.get("properties") if isinstance(parameters, dict) else None
        if self.fields and isinstance(properties, dict) and self.fields <= properties.keys():
            return self.answer
        name = function.get("name")
        return self.tools.get(name, frozenset()) if isinstance(name, str) else frozenset()


def own_of(evidence: Evidence, task: Task, card: Card | None) -> Own:
    """What the task, the adapter and the conversation of a trial make of its requests."""
    tools = {tool.__name__: bare_tool(tool) for tool in _tools(task)}
    roles = [text for role in task.team for text in (role.name, role.description, role.instructions)]
    asked = [task.instructions, task.prompt, *roles, *(tool["description"] or "" for tool in tools.values())]
    adapter = (card.path.read_text(encoding="utf-8"), task.shape, card.variant) if card else None
    patterns = _adapter_patterns(*adapter) if adapter else ()
    settings = _adapter_settings(*adapter) if adapter else frozenset()
    schema = task.answer_type.model_json_schema() if task.answer_type else {}
    name = task.answer_type.__name__ if task.answer_type else ""
    return Own(
        asked=Voice.of(asked, patterns),
        said={call.ordinal: Voice.of([*asked, *_conversation(evidence, call)], patterns) for call in evidence.calls},
        echoed=frozenset(line for call in evidence.calls for line in _echoes(call)),
        tools={name: _tool_lines(tool) | settings for name, tool in tools.items()},
        answer=_tool_lines({"name": name, "description": schema.get("description"), "parameters": schema}),
        fields=frozenset(schema.get("properties", {})),
        parameters=frozenset(line for call in evidence.calls for line in _parameters(call, name, schema)) | settings,
    )


def squeezed(line: str) -> str:
    return "".join(line.split()).removesuffix(",")


def _tools(task: Task) -> list[Any]:
    return [*task.tools, *(tool for role in task.team for tool in role.tools)]


def _tool_lines(tool: Mapping[str, Any]) -> Lines:
    return frozenset(map(squeezed, tool_lines(dict(tool)))) | frozenset(_json_lines(tool))


def _json_lines(value: Any) -> Iterator[str]:
    """Every line that a value can be written in, however it is spread."""
    if isinstance(value, dict):
        for name, inner in value.items():
            for told in (name, json.dumps(name, ensure_ascii=False)):
                yield squeezed(f"{told}:{json.dumps(inner, ensure_ascii=False, sort_keys=True)}")
                if isinstance(inner, (dict, list)):
                    yield f"{told}:{'{' if isinstance(inner, dict) else '['}"
            yield from _json_lines(inner)
    elif isinstance(value, list):
        for inner in value:
            yield squeezed(json.dumps(inner, ensure_ascii=False, sort_keys=True))
            yield from _json_lines(inner)


def _parameters(call: Call, name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """The model's name, and a typed answer asked for as either OpenAI dialect has it, with its schema alone."""
    yield squeezed(f"model: {json.dumps((sent(call).parameters or {}).get('model'))}")
    if schema:
        form = {"type": "json_schema", "name": name, "schema": schema}
        chat = {"type": "json_schema", "json_schema": form}
        yield from _json_lines({"response_format": chat, "text": {"format": form}})


def _conversation(evidence: Evidence, now: Call) -> Iterator[str]:
    """What the model had said and the tools had given before a request, also as it looks inside of JSON."""
    earlier = [call for call in evidence.calls if call.ordinal < now.ordinal]
    texts = [line for call in earlier for line in reply_lines(call)]
    for run in evidence.outcome.tool_log:
        if run.started_ns <= now.started_ns:
            texts += [json.dumps(run.arguments), run.result or "", run.error or ""]
    for text in texts:
        yield text
        yield json.dumps(text)[1:-1]
        yield json.dumps(text, ensure_ascii=False)[1:-1]


def _echoes(call: Call) -> Iterator[str]:
    for line in [call.response_body, *call.response_body.splitlines()]:
        try:
            yield from _json_lines(json.loads(line.removeprefix(b"data:")))
        except (ValueError, RecursionError):
            continue


@lru_cache(maxsize=256)
def _adapter_settings(source: str, shape: Shape, variant: str) -> Lines:
    """The fields that the adapter itself fills in for a shape, under the name that they are sent by."""
    found = written(source, (shape,), variant)
    pairs: list[tuple[Any, ast.expr]] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Dict):
            named = zip(node.keys, node.values, strict=True)
            pairs += [(key.value, value) for key, value in named if isinstance(key, ast.Constant)]
        elif isinstance(node, ast.keyword):
            pairs.append((node.arg, node.value))
    return frozenset(
        squeezed(f"{name}: {json.dumps(value.value, default=str)}")
        for name, value in pairs
        if found and isinstance(value, ast.Constant) and value.lineno in found.counted
    )


@lru_cache(maxsize=256)
def _adapter_patterns(source: str, shape: Shape, variant: str) -> tuple[str, ...]:
    """The texts that the adapter itself writes for a shape, line by line: they are nobody's hidden prompts."""
    found = written(source, (shape,), variant)
    texts = [
        _text_of(node)
        for node in ast.walk(ast.parse(source))
        if found and isinstance(node, (ast.JoinedStr, ast.Constant)) and node.lineno in found.counted
    ]
    lines = [line for text in texts for line in text.split("\n") if len(line.replace(ANYTHING, " ").split()) > 1]
    return tuple(".+?".join(map(_pattern, line.strip(f"{ANYTHING} ").split(ANYTHING))) for line in lines)


def _text_of(node: ast.JoinedStr | ast.Constant) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(part.value) if isinstance(part, ast.Constant) else ANYTHING for part in parts)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Every request of a trial is read with the patterns of the one before it, and some more."""
    return re.compile(pattern)


def _is_phrase(line: str) -> bool:
    return len(line.split()) >= FEWEST_WORDS and len(line) <= LONGEST_PHRASE


def _pattern(text: str) -> str:
    return r"\s+".join(map(re.escape, re.split(r"\s+", text)))
