"""OpenAI Agents SDK: agents that hand off to one another, or call one another as tools."""

from __future__ import annotations

from typing import Any

from agents import Agent, Runner, function_tool, set_default_openai_client
from openai import AsyncOpenAI

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task


class OpenAIAgentsAdapter(Adapter):
    title = "OpenAI Agents SDK"
    group = "openai_agents"
    package = "openai-agents"
    repo = "openai/openai-agents-python"
    notes = ("team: a hand-off from the roller to the reporter",)

    def agent(self, task: Task) -> Answer:
        use_model(task)
        agent = Agent(
            name="assistant",
            instructions=task.instructions,
            tools=[function_tool(tool) for tool in task.tools],
            model=task.model.name,
        )
        result = Runner.run_sync(agent, task.prompt)
        return Answer(result.final_output, claimed_usage(result))

    def team(self, task: Task) -> Answer:
        use_model(task)
        first, last = task.team
        speaker = Agent(
            name=last.name,
            handoff_description=last.description,
            instructions=last.instructions,
            model=task.model.name,
        )
        worker = Agent(
            name=first.name,
            instructions=first.instructions,
            tools=[function_tool(tool) for tool in first.tools],
            handoffs=[speaker],
            model=task.model.name,
        )
        result = Runner.run_sync(worker, task.prompt)
        return Answer(result.final_output, claimed_usage(result))

    def structured(self, task: Task) -> Answer:
        use_model(task)
        agent = Agent(
            name="assistant",
            instructions=task.instructions,
            tools=[function_tool(tool) for tool in task.tools],
            output_type=task.answer_type,
            model=task.model.name,
        )
        result = Runner.run_sync(agent, task.prompt)
        return Answer(result.final_output, claimed_usage(result))


class OpenAIAgentsAsTools(OpenAIAgentsAdapter):
    variant = "agents_as_tools"
    notes = ("team: the reporter is the manager and calls the roller as a tool",)

    def team(self, task: Task) -> Answer:
        use_model(task)
        first, last = task.team
        worker = Agent(
            name=first.name,
            instructions=first.instructions,
            tools=[function_tool(tool) for tool in first.tools],
            model=task.model.name,
        )
        speaker = Agent(
            name=last.name,
            instructions=last.instructions,
            tools=[worker.as_tool(tool_name=f"ask_{first.name}", tool_description=first.description)],
            model=task.model.name,
        )
        result = Runner.run_sync(speaker, task.prompt)
        return Answer(result.final_output, claimed_usage(result))


def use_model(task: Task) -> None:
    set_default_openai_client(AsyncOpenAI(base_url=task.model.base_url, api_key=task.model.api_key))


def claimed_usage(result: Any) -> Usage:
    usage = result.context_wrapper.usage
    return Usage(usage.requests, usage.input_tokens, usage.output_tokens)
