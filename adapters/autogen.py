"""AutoGen AgentChat: an assistant agent, and teams of assistant agents that talk in a group."""

from __future__ import annotations

from typing import Any

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import TextMentionTermination
from autogen_agentchat.teams import RoundRobinGroupChat, SelectorGroupChat, Swarm
from autogen_core.models import ModelInfo
from autogen_core.tools import FunctionTool
from autogen_ext.models.openai import OpenAIChatCompletionClient

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task


class AutoGenAdapter(Adapter):
    title = "AutoGen AgentChat"
    group = "autogen"
    package = "autogen-agentchat"
    repo = "microsoft/autogen"
    notes = (
        "tells its client what the model can do (model_info), as its documentation asks for models it does not know",
        "agent: streams, and answers in a second call without tools (reflect_on_tool_use), as its quickstart does; by "
        "default neither; streaming, it counts no tokens and claims 0",
        "structured: strict tools, without which it refuses a typed answer",
        "team: a round robin until the reporter, as it is told, says TERMINATE; the roller passes on its tool's bare "
        "result, as it does by default",
    )

    async def agent(self, task: Task) -> Answer:
        model_client = chat_client(task)
        agent = AssistantAgent(
            name="assistant",
            model_client=model_client,
            tools=list(task.tools),
            system_message=task.instructions,
            reflect_on_tool_use=True,
            model_client_stream=True,
        )
        result = await agent.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))

    async def team(self, task: Task) -> Answer:
        model_client = chat_client(task)
        team = RoundRobinGroupChat(
            members(task, model_client),
            termination_condition=TextMentionTermination("TERMINATE"),
        )
        result = await team.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))

    async def structured(self, task: Task) -> Answer:
        model_client = chat_client(task)
        agent = AssistantAgent(
            name="assistant",
            model_client=model_client,
            tools=[FunctionTool(tool, description=tool.__doc__, strict=True) for tool in task.tools],
            system_message=task.instructions,
            output_content_type=task.answer_type,
        )
        result = await agent.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))


class AutoGenToolLoopAdapter(AutoGenAdapter):
    variant = "tool_loop"
    notes = (
        "tells its client what the model can do (model_info), as its documentation asks for models it does not know",
        "may call tools ten times over (max_tool_iterations=10), as its page on agents shows; by default once",
        "structured: strict tools, without which it refuses a typed answer",
    )

    async def agent(self, task: Task) -> Answer:
        model_client = chat_client(task)
        agent = AssistantAgent(
            name="assistant",
            model_client=model_client,
            tools=list(task.tools),
            system_message=task.instructions,
            max_tool_iterations=10,
        )
        result = await agent.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))

    async def structured(self, task: Task) -> Answer:
        model_client = chat_client(task)
        agent = AssistantAgent(
            name="assistant",
            model_client=model_client,
            tools=[FunctionTool(tool, description=tool.__doc__, strict=True) for tool in task.tools],
            system_message=task.instructions,
            output_content_type=task.answer_type,
            max_tool_iterations=10,
        )
        result = await agent.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))


class AutoGenSwarmAdapter(AutoGenAdapter):
    variant = "swarm"
    notes = (
        "tells its client what the model can do (model_info), as its documentation asks for models it does not know",
        "team: a swarm until the reporter, as it is told, says TERMINATE; the roller hands over to it through a tool",
    )

    async def team(self, task: Task) -> Answer:
        model_client = chat_client(task)
        _first, last = task.team
        team = Swarm(
            members(task, model_client, handoffs=[last.name]),
            termination_condition=TextMentionTermination("TERMINATE"),
        )
        result = await team.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))


class AutoGenSelectorAdapter(AutoGenAdapter):
    variant = "selector"
    notes = (
        "tells its client what the model can do (model_info), as its documentation asks for models it does not know",
        "team: a group chat until the reporter, as it is told, says TERMINATE; the model picks who speaks next",
        "team: the usage it reports leaves the picking out",
    )

    async def team(self, task: Task) -> Answer:
        model_client = chat_client(task)
        team = SelectorGroupChat(
            members(task, model_client),
            model_client=model_client,
            termination_condition=TextMentionTermination("TERMINATE"),
        )
        result = await team.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))


def members(task: Task, model_client: OpenAIChatCompletionClient, **of_worker: Any) -> list[AssistantAgent]:
    first, last = task.team
    worker = AssistantAgent(
        name=first.name,
        description=first.description,
        model_client=model_client,
        tools=list(first.tools),
        system_message=first.instructions,
        **of_worker,
    )
    speaker = AssistantAgent(
        name=last.name,
        description=last.description,
        model_client=model_client,
        system_message=f"{last.instructions} End with TERMINATE.",
    )
    return [worker, speaker]


def chat_client(task: Task) -> OpenAIChatCompletionClient:
    return OpenAIChatCompletionClient(
        model=task.model.name,
        base_url=task.model.base_url,
        api_key=task.model.api_key,
        model_info=ModelInfo(
            vision=False,
            function_calling=True,
            json_output=True,
            family="unknown",
            structured_output=True,
        ),
    )


def claimed_usage(result: Any) -> Usage:
    """What the messages of a run claim. Whom a selector asks who speaks next leaves no message, and so no claim."""
    usages = [message.models_usage for message in result.messages if message.models_usage]
    return Usage(None, sum(u.prompt_tokens for u in usages), sum(u.completion_tokens for u in usages))
