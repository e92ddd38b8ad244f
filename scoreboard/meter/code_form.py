"""The code-writing form: a framework that offers its tools as Python functions and wants the calls as Python code.

It travels inside Chat Completions, as text: the functions stand in the system prompt, and a reply is a block of code
between tags. Read and written here, so that a task's perfect player sees tools on offer as everywhere else.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tasks.base import Ask, Message, Reply, ToolCall, ToolOffer

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
    """The request as other forms would put it: functions are tools, calls in code are calls, observations results.

    One of the tools has to be called at every turn; what the model says beside its code is no answer.
    """
    offers = {offer.name: offer for offer in map(_offer, FUNCTION.finditer(ask.system))}
    messages: list[Message] = []
    for message in ask.messages:
        if message.role == "assistant":
            message = replace(message, tool_calls=_calls(ask, message.text, offers))
        elif message.role == "user" and messages and messages[-1].role == "assistant":
            message = replace(message, role="tool")
        messages.append(message)
    return replace(ask, messages=tuple(messages), tools=tuple(offers.values()), tool_choice="required")


def as_code(ask: Ask, reply: Reply) -> Reply:
    """The reply as a model writes it that was asked for code: calls become statements, results are printed."""
    wanted = WANTED.search(ask.system)
    assert wanted
    lines = [_statement(number, call) for number, call in enumerate(reply.tool_calls, start=1)]
    if not lines:
        return reply
    code = "\n".join([wanted["opening"], *lines, wanted["closing"]])
    return Reply(text=f"Thought: {reply.text or 'I take the next step.'}\n{code}", failure=reply.failure)


def _calls(ask: Ask, text: str, offers: Mapping[str, ToolOffer]) -> tuple[ToolCall, ...]:
    """The calls of offered functions in the code that a reply holds, in the order in which they stand there."""
    wanted = WANTED.search(ask.system)
    assert wanted
    code = text.partition(wanted["opening"])[2].partition(wanted["closing"])[0]
    try:
        nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return ()
    nodes.sort(key=lambda node: (node.lineno, node.col_offset))
    named = [(node, node.func.id) for node in nodes if isinstance(node.func, ast.Name) and node.func.id in offers]
    return tuple(ToolCall("", name, _arguments(node, offers[name])) for node, name in named)


def _arguments(call: ast.Call, offer: ToolOffer) -> str:
    """A call's arguments as JSON; what is no plain value stays the code that it is."""
    given = dict(zip(offer.parameters["properties"], call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return json.dumps({name: _value(node) for name, node in given.items()}, default=str, skipkeys=True)


def _value(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return ast.unparse(node)


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
