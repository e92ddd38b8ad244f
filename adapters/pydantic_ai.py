"""Pydantic AI: agents, and delegation from one agent to another through a tool or by the application."""

from __future__ import annotations

from typing import Any

from pydantic_ai import Agent, RunContext, RunUsage
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task


class PydanticAIAdapter(Adapter):
    title = "Pydantic AI"
    group = "pydantic_ai"
    package = "pydantic-ai"
    repo = "pydantic/pydantic-ai"
    notes = (
        "speaks Chat Completions, as its page on OpenAI-compatible endpoints shows; by default Responses",
        "team: agent delegation; the reporter asks the roller through a tool",
    )

    def agent(self, task: Task) -> Answer:
        agent = Agent(chat_model(task), instructions=task.instructions, tools=task.tools)
        result = agent.run_sync(task.prompt)
        return Answer(result.output, claimed_usage(result))

    def team(self, task: Task) -> Answer:
        model = chat_model(task)
        first, last = task.team
        worker = Agent(model, instructions=first.instructions, tools=first.tools)
        speaker = Agent(model, instructions=last.instructions)

        @speaker.tool(name=f"ask_{first.name}", description=first.description)
        async def ask(ctx: RunContext[None], request: str) -> str:
            asked = await worker.run(request, usage=ctx.usage)
            return asked.output

        result = speaker.run_sync(task.prompt)
        return Answer(result.output, claimed_usage(result))

    def structured(self, task: Task) -> Answer:
        agent = Agent(chat_model(task), instructions=task.instructions, tools=task.tools, output_type=task.answer_type)
        result = agent.run_sync(task.prompt)
        return Answer(result.output, claimed_usage(result))


class PydanticAIHandOff(PydanticAIAdapter):
    variant = "hand_off"
    notes = (
        "speaks Chat Completions, as its page on OpenAI-compatible endpoints shows; by default Responses",
        "team: programmatic hand-off; the application runs the roller, then the reporter with the roller's messages",
    )

    def team(self, task: Task) -> Answer:
        model = chat_model(task)
        first, last = task.team
        worker = Agent(model, instructions=first.instructions, tools=first.tools)
        speaker = Agent(model, instructions=last.instructions)
        usage = RunUsage()
        worked = worker.run_sync(task.prompt, usage=usage)
        result = speaker.run_sync("What is the result?", message_history=worked.new_messages(), usage=usage)
        return Answer(result.output, claimed_usage(result))


def chat_model(task: Task) -> OpenAIChatModel:
    provider = OpenAIProvider(base_url=task.model.base_url, api_key=task.model.api_key)
    return OpenAIChatModel(task.model.name, provider=provider)


def claimed_usage(result: Any) -> Usage:
    usage = result.usage
    return Usage(usage.requests, usage.input_tokens, usage.output_tokens)
