"""The code-writing form: a framework that offers its tools as Python functions and wants the calls as Python code.

It travels inside Chat Completions, as text: the functions stand in the system prompt, and a reply is a block of code
between tags. Read and written here, so that a task's perfect player sees tools on offer as everywhere else.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from typing import Any

from tasks.base import Ask, Reply, ToolCall, ToolOffer

WANTED = re.compile(r"must be opened with '(?P<opening>[^']+)', and closed with '(?P<closing>[^']+)'")
FUNCTION = re.compile(
    r'^def (?P<name>\w+)\((?P<parameters>[^\n]*)\) -> [^\n]*:\n\s+"""(?P<words>.*?)"""', re.MULTILINE | re.DOTALL
)
TYPES = {
    "int": "integer",
    "integer": "integer",
    "float": "number",
    "number": "number",
    "bool": "boolean",
    "boolean": "boolean",
    "list": "array",
    "array": "array",
    "dict": "object",
    "object": "object",
}


def is_wanted(ask: Ask) -> bool:
    """Whether the system prompt wants code between tags, and no tool is offered in any other way."""
    return not ask.tools and WANTED.search(ask.system) is not None


def with_offers(ask: Ask) -> Ask:
    """The request with its Python functions as tools; one of them has to be called, the last one to answer."""
    offers = tuple(_offer(found) for found in FUNCTION.finditer(ask.system))
    return replace(ask, tools=offers, tool_choice="required")


def as_code(ask: Ask, reply: Reply) -> Reply:
    """The reply as a model writes it that was asked for code: calls become statements, results are printed."""
    wanted = WANTED.search(ask.system)
    assert wanted
    lines = [_statement(number, call) for number, call in enumerate(reply.tool_calls, start=1)]
    if not lines:
        return reply
    code = "\n".join([wanted["opening"], *lines, wanted["closing"]])
    return Reply(text=f"Thought: {reply.text or 'I take the next step.'}\n{code}", failure=reply.failure)


def _offer(found: re.Match[str]) -> ToolOffer:
    parameters = [_parameter(text) for text in re.split(r",\s*(?=\w+:)", found["parameters"]) if text.strip()]
    properties = {name: {"type": kind} for name, kind, _ in parameters}
    required = [name for name, _, has_default in parameters if not has_default]
    schema: dict[str, Any] = {"type": "object", "properties": properties, "required": required}
    return ToolOffer(found["name"], " ".join(found["words"].split()), schema)


def _parameter(text: str) -> tuple[str, str, bool]:
    name, _, annotation = text.partition(":")
    kind, _, default = annotation.partition("=")
    return name.strip(), TYPES.get(kind.strip().partition("[")[0], "string"), bool(default)


def _statement(number: int, call: ToolCall) -> str:
    """A call in Python. What is no JSON object stays what it is: a model can write anything."""
    try:
        given = json.loads(call.arguments)
        arguments = ", ".join(f"{name}={value!r}" for name, value in given.items())
        ast.parse(f"{call.name}({arguments})")
    except (ValueError, AttributeError, SyntaxError):
        arguments = call.arguments
    if call.name == "final_answer":
        return f"final_answer({arguments})"
    return f"result_{number} = {call.name}({arguments})\nprint(result_{number})"
