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
        for role in task.team:
            agent = create_agent(model, tools=list(role.tools), system_prompt=role.instructions, name=role.name)
            graph.add_node(role.name, agent)
        graph.add_edge(START, "roller")
        graph.add_edge("roller", "reporter")
        graph.add_edge("reporter", END)
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


def chat_model(task: Task) -> ChatOpenAI:
    return ChatOpenAI(model=task.model.name, base_url=task.model.base_url, api_key=task.model.api_key)


def question(task: Task) -> Any:
    return {"messages": [{"role": "user", "content": task.prompt}]}


def claimed_usage(state: dict[str, Any]) -> Usage:
    usages = [message.usage_metadata for message in state["messages"] if message.type == "ai"]
    if None in usages:
        return Usage()
    return Usage(None, sum(u["input_tokens"] for u in usages), sum(u["output_tokens"] for u in usages))
