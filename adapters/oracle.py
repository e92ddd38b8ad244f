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
    while True:
        reply = task.play(Ask(instructions, tuple(messages), offers, answer_schema=schema))
        if not reply.tool_calls:
            tell_model(task, instructions, messages)
            return reply.text or ""
        for call in reply.tool_calls:
            tool = next(tool for tool in tools if tool.__name__ == call.name)
            messages.append(Message("user", f"{call.name} gave: {tool(**json.loads(call.arguments))}"))


def tell_model(task: Task, instructions: str, messages: list[Message]) -> None:
    """One Chat Completions request by the standard library alone."""
    body = {
        "model": task.model.name,
        "messages": [{"role": "system", "content": instructions}]
        + [{"role": message.role, "content": message.text} for message in messages],
    }
    request = urllib.request.Request(  # noqa: S310
        f"{task.model.base_url}/chat/completions",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {task.model.api_key}"},
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310
        response.read()
