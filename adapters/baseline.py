"""No framework: the plain openai client in a loop, about what a good engineer writes without one."""

from __future__ import annotations

import inspect
import json
from typing import Any

from openai import OpenAI
from pydantic import TypeAdapter

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task, Tool

MAX_TURNS = 10


class BaselineAdapter(Adapter):
    title = "no framework"
    group = "baseline"
    package = "openai"
    repo = "openai/openai-python"
    pattern = "sequence"
    notes = (
        "asks by the client's own parse helper, with strict tools",
        "team: two loops in a row; what the roller says goes into the reporter's prompt",
    )
    defaults = {
        "tool_call": "what goes wrong in a call is told to the model as the tool's result, for up to 10 turns; then it "
        "raises",
        "malformed_arguments": "the client's parse helper reads a strict tool's arguments, and raises where they are "
        "no JSON",
        "empty_arguments": "the client's parse helper reads a strict tool's arguments, and raises where they are no "
        "JSON",
        "arguments_as_object": "the client's parse helper reads a strict tool's arguments, and raises where they are "
        "no text",
        "wrong_type_argument": "it calls the tool with what the model gave: its types are not checked",
        "string_number_argument": "it calls the tool with what the model gave: its types are not checked",
        "missing_call_id": "it sends back the id that came, null too",
        "duplicate_call_id": "it runs each call of a reply, also two with one id",
        "tool_call_as_text": "a reply that calls nothing is the answer",
        "text_beside_tool_call": "a reply that calls something is not the answer",
        "two_calls_at_once": "it answers each call: the right one with its result, the other one with an error",
        "finish_reason_mismatch": "it looks at the calls, not at the finish_reason",
        "repeated_identical_call": "it runs each call, also one that was made before",
        "answer": "the client's parse helper reads the typed answer, and raises where it does not fit",
        "empty_answer": "a reply that calls nothing is the answer, empty too",
        "null_answer": "a reply that calls nothing is the answer, null too",
        "refusal": "it does not look at the refusal, and returns the content, which is null",
        "no_choices": "it takes the first choice, and raises where there is none",
        "cut_answer": "the client's parse helper raises where the finish_reason is length",
        "cut_tool_call": "the client's parse helper raises where the finish_reason is length",
        "content_filter": "the client's parse helper raises where the finish_reason is content_filter",
        "missing_usage": "it does not need the usage",
        "extra_field": "the client's parse helper reads the typed answer by its Pydantic model, which leaves the "
        "stranger out",
        "string_number_field": "the client's parse helper reads the typed answer by its Pydantic model, which reads "
        "the string as the number",
        "provider": "the client repeats the request twice, then it raises",
        "http_400": "the client raises at once",
        "http_401": "the client raises at once",
        "slow_first_byte": "the client's timeout is 600 s",
        "stalled_stream": "the client's timeout is 600 s",
        "stream_garbage": "the client raises a JSONDecodeError, and repeats nothing that came whole",
        "html_error_page_200": "the client takes a 200 for good, and gives back text in place of a completion",
        "tool": "a tool's result goes to the model as text, and its exception too, for up to 10 turns; then it raises",
        "tool_hangs": "it waits for the tool as long as it takes",
        "tool_returns_huge": "it does not shorten a result, and the client raises the 400 that it leads to",
        "tool_returns_injection": "it has no guard",
        "state": "a tool's result goes to the model as text, and its exception too, so that the model may call again",
        "control": "the client's timeout is 600 s",
        "endless": "it raises after 10 turns",
    }

    def agent(self, task: Task) -> Answer:
        client = OpenAI(base_url=task.model.base_url, api_key=task.model.api_key)
        completions = converse(client, task.model.name, task.instructions, task.prompt, task.tools)
        return Answer(completions[-1].choices[0].message.content, claimed_usage(completions))

    def team(self, task: Task) -> Answer:
        client = OpenAI(base_url=task.model.base_url, api_key=task.model.api_key)
        first, last = task.team
        working = converse(client, task.model.name, first.instructions, task.prompt, first.tools)
        prompt = f"{task.prompt}\n\nThe {first.name} says: {working[-1].choices[0].message.content}"
        speaking = converse(client, task.model.name, last.instructions, prompt)
        return Answer(speaking[-1].choices[0].message.content, claimed_usage(working + speaking))

    def structured(self, task: Task) -> Answer:
        client = OpenAI(base_url=task.model.base_url, api_key=task.model.api_key)
        wanted = {"response_format": task.answer_type}
        completions = converse(client, task.model.name, task.instructions, task.prompt, task.tools, **wanted)
        return Answer(completions[-1].choices[0].message.parsed, claimed_usage(completions))


def converse(
    client: OpenAI, model: str, instructions: str, prompt: str, tools: tuple[Tool, ...] = (), **options: Any
) -> list[Any]:
    """Asks the model until it answers without calling a tool; every completion, the answer last."""
    messages: list[Any] = [{"role": "system", "content": instructions}, {"role": "user", "content": prompt}]
    if tools:
        options["tools"] = [describe(tool) for tool in tools]
    completions = []
    for _turn in range(MAX_TURNS):
        completions.append(client.chat.completions.parse(model=model, messages=messages, **options))
        message = completions[-1].choices[0].message
        if not message.tool_calls:
            return completions
        sent = {"id": True, "type": True, "function": {"name", "arguments"}}
        calls = [call.model_dump(include=sent) for call in message.tool_calls]
        messages.append({"role": "assistant", "content": message.content, "tool_calls": calls})
        for call in message.tool_calls:
            result = run(tools, call.function.name, call.function.arguments)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
    raise RuntimeError(f"no answer after {MAX_TURNS} turns")


def describe(tool: Tool) -> dict[str, Any]:
    """The tool as the API wants it, its schema made from its signature."""
    function = {
        "name": tool.__name__,
        "description": inspect.getdoc(tool),
        "parameters": TypeAdapter(tool).json_schema(),
        "strict": True,
    }
    return {"type": "function", "function": function}


def run(tools: tuple[Tool, ...], name: str, arguments: str) -> str:
    """The tool's result, or what went wrong in words that the model can act on."""
    try:
        tool = {tool.__name__: tool for tool in tools}[name]
        return str(tool(**json.loads(arguments)))
    except Exception as error:  # noqa: BLE001 - whatever a tool raises, the model hears of it
        return f"Error: {type(error).__name__}: {error}"


def claimed_usage(completions: list[Any]) -> Usage:
    usages = [completion.usage for completion in completions]
    if None in usages:
        return Usage(calls=len(completions))
    return Usage(len(usages), sum(u.prompt_tokens for u in usages), sum(u.completion_tokens for u in usages))
