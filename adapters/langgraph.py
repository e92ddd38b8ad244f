"""LangGraph, through LangChain's create_agent; a team is a graph with one agent per node."""

from __future__ import annotations

from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    ModelCallLimitMiddleware,
    ModelRetryMiddleware,
    ToolErrorMiddleware,
    after_model,
)
from langchain.messages import HumanMessage
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task


class LangGraphAdapter(Adapter):
    title = "LangGraph"
    group = "langgraph"
    package = "langgraph"
    repo = "langchain-ai/langgraph"
    backer = "LangChain"
    colour = "rose"
    pattern = "sequence"
    notes = ("team: a StateGraph with an edge from roller to reporter, who share the messages",)
    defaults = {
        "tool_call": "the model is told what is wrong with its call, on and on; ModelCallLimitMiddleware (hardened)",
        "malformed_arguments": "a call that cannot be read is no call, and the run ends without an answer; "
        "a hook after the model asks again (hardened)",
        "string_number_argument": "the tool's pydantic model reads the string as the number",
        "extra_argument": "the tool's pydantic model leaves it out",
        "arguments_as_object": "arguments that are no text raise; ModelRetryMiddleware calls again (hardened)",
        "missing_call_id": "the tool runs, and its result cannot be kept without an id; no setting is documented",
        "duplicate_call_id": "every call is run, whatever its id; no setting is documented",
        "tool_call_as_text": "text without a call is the answer; no setting is documented",
        "text_beside_tool_call": "calls are run, and text beside them is kept in the history",
        "two_calls_at_once": "each call gets a result of its own, the unknown one an error",
        "finish_reason_mismatch": "calls in a reply are run, whatever its finish_reason",
        "repeated_identical_call": "every call is run; ToolCallLimitMiddleware would refuse further ones",
        "answer": "the last reply is the answer, even if it is empty; a hook after the model asks again (hardened)",
        "no_choices": "a response without choices raises; ModelRetryMiddleware calls again (hardened)",
        "cut_answer": "finish_reason is kept and not looked at, half an answer is the answer; a hook could look at it",
        "cut_tool_call": "a call that cannot be read is no call, and the run ends without an answer; "
        "a hook after the model asks again (hardened)",
        "missing_usage": "a response may come without usage",
        "fenced_json": "the typed answer is a tool's arguments, so nothing can stand around it",
        "prose_around_json": "the typed answer is a tool's arguments, so nothing can stand around it",
        "invalid_json": "a call that cannot be read is no call, and there is no structured_response; "
        "a hook after the model asks again (hardened)",
        "wrong_type_field": "ToolStrategy tells the model what is wrong, on and on; a call limit ends it (hardened)",
        "missing_field": "ToolStrategy tells the model what is wrong, on and on; a call limit ends it (hardened)",
        "extra_field": "pydantic leaves it out",
        "string_number_field": "pydantic reads the string as the number",
        "provider": "the client makes 3 requests (ChatOpenAI's max_retries); ModelRetryMiddleware makes 9 (hardened)",
        "http_400": "raised at once: neither the client nor ModelRetryMiddleware repeats it",
        "http_401": "raised at once: neither the client nor ModelRetryMiddleware repeats it",
        "slow_first_byte": "the client waits 10 minutes; ChatOpenAI(timeout=30) (hardened)",
        "stalled_stream": "the client waits 10 minutes; ChatOpenAI(timeout=30) (hardened)",
        "stream_garbage": "the client raises a JSON error; ModelRetryMiddleware calls again (hardened)",
        "html_error_page_200": "ChatOpenAI raises what is no JSON; ModelRetryMiddleware calls again (hardened)",
        "tool": "what a tool gives goes to the model, on and on; ModelCallLimitMiddleware ends it (hardened)",
        "tool_raises": "a tool's exception ends the run; ToolErrorMiddleware tells the model instead (hardened)",
        "tool_hangs": "a tool may run for ever; step_timeout waits for its thread, other timeouts need async",
        "tool_returns_huge": "the result is sent whole; ContextEditingMiddleware would clear all but the last 3",
        "tool_returns_injection": "there is no guard; HumanInTheLoopMiddleware would ask somebody before the call",
        "state": "what the tool gives goes to the model as it is, and the model calls again",
        "lost_acknowledgement": "an exception ends the run; ToolErrorMiddleware has the work done twice (hardened)",
        "control": "the client waits 10 minutes; 30 s (hardened)",
        "endless": "the limit is 9,999 steps of the graph (recursion_limit); ModelCallLimitMiddleware at 10 (hardened)",
    }

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
    pattern = "hand-off"
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
    pattern = "manager"
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


class LangGraphHardened(LangGraphAdapter):
    variant = "hardened"
    notes = (
        "middleware: ToolErrorMiddleware tells the model of a tool's exception, by default it ends the run",
        "middleware: ModelCallLimitMiddleware raises after 10 calls, by default the graph's limit is 9,999 steps",
        "middleware: ModelRetryMiddleware makes a failed call again up to 2 times and then raises, by default there is "
        "none",
        "middleware: a hook after the model asks again where a reply says nothing and calls nothing, by default there "
        "is none",
        "the model's timeout is 30 s, by default 10 minutes",
    )

    def agent(self, task: Task) -> Answer:
        agent = create_agent(
            patient_model(task),
            tools=list(task.tools),
            system_prompt=task.instructions,
            middleware=middleware(),
        )
        state = agent.invoke(question(task))
        return Answer(state["messages"][-1].text, claimed_usage(state))

    def structured(self, task: Task) -> Answer:
        agent = create_agent(
            patient_model(task),
            tools=list(task.tools),
            system_prompt=task.instructions,
            middleware=middleware(),
            response_format=task.answer_type,
        )
        state = agent.invoke(question(task))
        return Answer(state["structured_response"], claimed_usage(state))


def middleware() -> list[AgentMiddleware[Any, Any, Any]]:
    return [
        ask_again,  # hooks after the model run last to first: the call limit counts before this one jumps
        ToolErrorMiddleware(lambda error, request: f"{request.tool_call['name']} failed: {type(error).__name__}"),
        ModelCallLimitMiddleware(run_limit=10, exit_behavior="error"),
        ModelRetryMiddleware(max_retries=2, on_failure="error"),
    ]


@after_model(can_jump_to=["model"])
def ask_again(state: Any, _runtime: Any) -> dict[str, Any] | None:
    reply = state["messages"][-1]
    if reply.type != "ai" or reply.text.strip() or reply.tool_calls:
        return None
    return {"messages": [HumanMessage("Your reply was empty. Please try again.")], "jump_to": "model"}


def patient_model(task: Task) -> ChatOpenAI:
    return ChatOpenAI(model=task.model.name, base_url=task.model.base_url, api_key=task.model.api_key, timeout=30.0)


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
