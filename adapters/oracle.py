"""A control: does the task by plain code, and must pass every task.

It plays the task's own perfect model in process and tells the real model what came of it, so that the wire shows the
work; what the real model says is ignored.
"""

from __future__ import annotations

import json
import urllib.request

from pydantic import TypeAdapter

from adapters.base import Adapter, Answer
from tasks.base import Ask, Message, Task, Tool, ToolOffer

MAX_TURNS = 20


class OracleAdapter(Adapter):
    title = "control: plain code"
    group = "controls"
    package = "pydantic"

    def agent(self, task: Task) -> Answer:
        return Answer(solve(task, task.instructions, task.prompt, task.tools))

    def team(self, task: Task) -> Answer:
        words = task.prompt
        for role in task.team:
            words = solve(task, role.instructions, words, role.tools)
        return Answer(words)

    def structured(self, task: Task) -> Answer:
        assert task.answer_type
        return Answer(task.answer_type.model_validate_json(solve(task, task.instructions, task.prompt, task.tools)))


def solve(task: Task, instructions: str, prompt: str, tools: tuple[Tool, ...]) -> str:
    """Runs the tools the perfect model asks for, until it answers."""
    offers = tuple(ToolOffer(tool.__name__, tool.__doc__ or "", TypeAdapter(tool).json_schema()) for tool in tools)
    schema = task.answer_type.model_json_schema() if task.answer_type else None
    messages = [Message("user", prompt)]
    for _turn in range(MAX_TURNS):
        reply = task.play(Ask(instructions, tuple(messages), offers, answer_schema=schema))
        if not reply.tool_calls:
            tell_model(task, instructions, messages)
            return reply.text or ""
        messages.append(Message("assistant", reply.text or "", reply.tool_calls))
        for call in reply.tool_calls:
            tool = next(tool for tool in tools if tool.__name__ == call.name)
            messages.append(Message("tool", str(tool(**json.loads(call.arguments))), (), call.id))
    raise RuntimeError(f"the task's play asked for tools {MAX_TURNS} times and never answered")


def tell_model(task: Task, instructions: str, messages: list[Message]) -> None:
    """One Chat Completions request by the standard library alone, the tools' results told as plain text."""
    told = "\n".join(message.text for message in messages if message.text)
    system, user = {"role": "system", "content": instructions}, {"role": "user", "content": told}
    body = {"model": task.model.name, "messages": [system, user]}
    request = urllib.request.Request(  # noqa: S310
        f"{task.model.base_url}/chat/completions",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {task.model.api_key}"},
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310
        response.read()
