"""Strands Agents: an agent that has another one as a tool; or agents in a graph, or in a swarm."""

from __future__ import annotations

from typing import Any

from strands import Agent, tool
from strands.models.openai import OpenAIModel
from strands.multiagent import GraphBuilder, Swarm
from strands.multiagent.base import Status

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task


class StrandsAdapter(Adapter):
    title = "Strands Agents"
    group = "strands"
    package = "strands-agents"
    repo = "strands-agents/harness-sdk"
    notes = (
        "speaks Chat Completions through its OpenAIModel, by default Bedrock; streams, as it does by default",
        "prints what the model says, as it does by default",
        "opens a client for every call, as it does by default; elsewhere each loads some 150 certificates (20 ms), "
        "here only one, so that part of this cost does not show",
        "team: agents as tools; the reporter has the roller as a tool, who prints nothing, as its documentation shows",
        "team: the usage it reports is the reporter's alone",
    )

    def agent(self, task: Task) -> Answer:
        agent = Agent(
            model=chat_model(task),
            system_prompt=task.instructions,
            tools=[tool(function) for function in task.tools],
        )
        result = agent(task.prompt)
        return Answer(str(result), claimed_usage(result.metrics))

    def team(self, task: Task) -> Answer:
        model = chat_model(task)
        first, last = task.team
        worker = Agent(
            name=first.name,
            description=first.description,
            model=model,
            system_prompt=first.instructions,
            tools=[tool(function) for function in first.tools],
            callback_handler=None,
        )
        speaker = Agent(model=model, system_prompt=last.instructions, tools=[worker])
        result = speaker(task.prompt)
        return Answer(str(result), claimed_usage(result.metrics))

    def structured(self, task: Task) -> Answer:
        agent = Agent(
            model=chat_model(task),
            system_prompt=task.instructions,
            tools=[tool(function) for function in task.tools],
        )
        result = agent(task.prompt, structured_output_model=task.answer_type)
        return Answer(result.structured_output, claimed_usage(result.metrics))


class StrandsGraphAdapter(StrandsAdapter):
    variant = "graph"
    notes = (
        "speaks Chat Completions through its OpenAIModel, by default Bedrock; streams, as it does by default",
        "prints what the model says, as it does by default",
        "team: a graph with an edge from roller to reporter, who reads what the roller said",
    )

    def team(self, task: Task) -> Answer:
        first, last = task.team
        builder = GraphBuilder()
        for member in members(task):
            builder.add_node(member, member.name)
        builder.add_edge(first.name, last.name)
        builder.set_entry_point(first.name)
        graph = builder.build()
        result = graph(task.prompt)
        return Answer(str(result.results[last.name].result), claimed_usage(result))


class StrandsSwarmAdapter(StrandsAdapter):
    variant = "swarm"
    notes = (
        "speaks Chat Completions through its OpenAIModel, by default Bedrock; streams, as it does by default",
        "prints what the model says, as it does by default",
        "team: a swarm; the roller starts, and hands over through a tool that the swarm gives to both",
        "team: a swarm that fails says so in its status alone, and the adapter raises it",
    )

    def team(self, task: Task) -> Answer:
        swarm = Swarm(members(task))
        result = swarm(task.prompt)
        if result.status != Status.COMPLETED:
            raise RuntimeError(f"the swarm ended as {result.status.value}")
        return Answer(str(result.results[task.team[-1].name].result), claimed_usage(result))


def members(task: Task) -> list[Agent]:
    return [
        Agent(
            name=role.name,
            description=role.description,
            model=chat_model(task),
            system_prompt=role.instructions,
            tools=[tool(function) for function in role.tools],
        )
        for role in task.team
    ]


def chat_model(task: Task) -> OpenAIModel:
    return OpenAIModel(
        client_args={"base_url": task.model.base_url, "api_key": task.model.api_key},
        model_id=task.model.name,
    )


def claimed_usage(counted: Any) -> Usage:
    """What a run counted. An agent's own calls alone: those of an agent that it has as a tool are not among them."""
    usage = counted.accumulated_usage
    return Usage(None, usage["inputTokens"], usage["outputTokens"])
