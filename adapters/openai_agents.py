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
        roles = {role.name: role for role in task.team}
        reporter = Agent(
            name="reporter",
            handoff_description=roles["reporter"].description,
            instructions=roles["reporter"].instructions,
            model=task.model.name,
        )
        roller = Agent(
            name="roller",
            instructions=roles["roller"].instructions,
            tools=[function_tool(tool) for tool in roles["roller"].tools],
            handoffs=[reporter],
            model=task.model.name,
        )
        result = Runner.run_sync(roller, task.prompt)
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
        roles = {role.name: role for role in task.team}
        roller = Agent(
            name="roller",
            instructions=roles["roller"].instructions,
            tools=[function_tool(tool) for tool in roles["roller"].tools],
            model=task.model.name,
        )
        reporter = Agent(
            name="reporter",
            instructions=roles["reporter"].instructions,
            tools=[roller.as_tool(tool_name="ask_roller", tool_description=roles["roller"].description)],
            model=task.model.name,
        )
        result = Runner.run_sync(reporter, task.prompt)
        return Answer(result.final_output, claimed_usage(result))


def use_model(task: Task) -> None:
    set_default_openai_client(AsyncOpenAI(base_url=task.model.base_url, api_key=task.model.api_key))


def claimed_usage(result: Any) -> Usage:
    usage = result.context_wrapper.usage
    return Usage(usage.requests, usage.input_tokens, usage.output_tokens)
