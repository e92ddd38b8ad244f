"""LangGraph, through LangChain's create_agent; a team is a graph with one agent per node."""

from __future__ import annotations

from typing import Any

from langchain.agents import create_agent
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task


class LangGraphAdapter(Adapter):
    title = "LangGraph"
    group = "langgraph"
    package = "langgraph"
    repo = "langchain-ai/langgraph"
    notes = ("team: a StateGraph with an edge from roller to reporter, who share the messages",)

    def agent(self, task: Task) -> Answer:
        agent = create_agent(chat_model(task), tools=list(task.tools), system_prompt=task.instructions)
        state = agent.invoke(question(task))
        return Answer(state["messages"][-1].text, claimed_usage(state))

    def team(self, task: Task) -> Answer:
        model = chat_model(task)
        graph = StateGraph(MessagesState)
        first, last = task.team
        for role in (first, last):
            agent = create_agent(model, tools=list(role.tools), system_prompt=role.instructions, name=role.name)
            graph.add_node(role.name, agent)
        graph.add_edge(START, first.name)
        graph.add_edge(first.name, last.name)
        graph.add_edge(last.name, END)
        state = graph.compile().invoke(question(task))
        return Answer(state["messages"][-1].text, claimed_usage(state))

    def structured(self, task: Task) -> Answer:
        agent = create_agent(
            chat_model(task),
            tools=list(task.tools),
            system_prompt=task.instructions,
            response_format=task.answer_type,
        )
        state = agent.invoke(question(task))
        return Answer(state["structured_response"], claimed_usage(state))


class LangGraphSwarm(LangGraphAdapter):
    variant = "swarm"
    group = "langgraph_teams"
    notes = (
        "team: langgraph-swarm; the roller hands over to the reporter through a tool",
        "no checkpointer, which its README compiles in for conversations of several turns",
    )

    def team(self, task: Task) -> Answer:
        from langgraph_swarm import create_handoff_tool, create_swarm  # an extra package, in this group alone

        first, last = task.team
        hand_off = create_handoff_tool(agent_name=last.name, description=last.description)
        worker = create_agent(
            chat_model(task),
            tools=[*first.tools, hand_off],
            system_prompt=first.instructions,
            name=first.name,
        )
        speaker = create_agent(chat_model(task), system_prompt=last.instructions, name=last.name)
        swarm = create_swarm([worker, speaker], default_active_agent=first.name)
        state = swarm.compile().invoke(question(task))
        return Answer(state["messages"][-1].text, claimed_usage(state))


class LangGraphSupervisor(LangGraphAdapter):
    variant = "supervisor"
    group = "langgraph_teams"
    notes = (
        "team: langgraph-supervisor; a third agent sends the roller and then the reporter to work",
        "agents made by create_agent, not by the deprecated create_react_agent that its README shows",
        "its README now recommends agents as tools over this package",
    )

    def team(self, task: Task) -> Answer:
        from langgraph_supervisor import create_supervisor  # an extra package, in this group alone

        model = chat_model(task)
        agents = [
            create_agent(model, tools=list(role.tools), system_prompt=role.instructions, name=role.name)
            for role in task.team
        ]
        first, last = task.team
        prompt = f"You supervise a {first.name} and a {last.name}. Send the {first.name} to work, then the {last.name}."
        state = create_supervisor(agents, model=model, prompt=prompt).compile().invoke(question(task))
        return Answer(state["messages"][-1].text, claimed_usage(state))


def chat_model(task: Task) -> ChatOpenAI:
    return ChatOpenAI(model=task.model.name, base_url=task.model.base_url, api_key=task.model.api_key)


def question(task: Task) -> Any:
    return {"messages": [{"role": "user", "content": task.prompt}]}


def claimed_usage(state: dict[str, Any]) -> Usage:
    """What the messages in the final state say. A supervisor's team adds hand-backs that no model wrote."""
    replies = [message for message in state["messages"] if message.type == "ai"]
    usages = [each.usage_metadata for each in replies if "__is_handoff_back" not in each.response_metadata]
    if None in usages:
        return Usage()
    return Usage(None, sum(u["input_tokens"] for u in usages), sum(u["output_tokens"] for u in usages))
