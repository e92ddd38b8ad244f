"""Strands Agents: an agent that has another one as a tool; or agents in a graph, or in a swarm."""

from __future__ import annotations

from typing import Any

import httpx
import openai
from strands import Agent, ModelRetryStrategy, tool
from strands.models.openai import OpenAIModel
from strands.multiagent import GraphBuilder, Swarm
from strands.multiagent.base import Status
from strands.vended_plugins.goal import GoalLoop

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task


class StrandsAdapter(Adapter):
    title = "Strands Agents"
    group = "strands"
    package = "strands-agents"
    repo = "strands-agents/harness-sdk"
    former_repos = ("strands-agents/sdk-python",)
    backer = "AWS"
    colour = "green"
    pattern = "manager"
    notes = (
        "speaks Chat Completions through its OpenAIModel, by default Bedrock; streams, as it does by default",
        "prints what the model says, as it does by default",
        "opens a client for every call, as it does by default; elsewhere each loads some 150 certificates (20 ms), "
        "here only one, so that part of this cost does not show",
        "team: agents as tools; the reporter has the roller as a tool, who prints nothing, as its documentation shows",
        "team: the usage it reports is the reporter's alone",
    )
    defaults = {
        "tool_call": "the model is told what is wrong with its call, on and on; limits end it (hardened)",
        "malformed_arguments": "broken JSON becomes {}, and the model hears of the missing argument alone; "
        "no setting is documented",
        "string_number_argument": "the tool's pydantic model reads the string as the number",
        "extra_argument": "the tool's pydantic model leaves it out",
        "empty_arguments": "nothing becomes {}, and the model hears of the missing argument",
        "arguments_as_object": "pieces of arguments are added up as text, an object raises; no setting is documented",
        "missing_call_id": "a call without an id is skipped, and the loop asks again after a blank turn",
        "duplicate_call_id": "every call is run, whatever its id; no setting is documented",
        "tool_call_as_text": "text without a call is the answer; a GoalLoop's validator could refuse it",
        "text_beside_tool_call": "calls are run, and text beside them is kept in the history",
        "two_calls_at_once": "each call gets a result of its own, the unknown one an error",
        "finish_reason_mismatch": "calls in a reply are run, whatever its stop reason",
        "repeated_identical_call": "every call is run; its cookbook's LimitToolCounts hook would cancel further ones",
        "answer": "the last text is the answer, even if there is none; a GoalLoop asks again (hardened)",
        "no_choices": "chunks without choices are skipped, so the answer is empty; a GoalLoop asks again (hardened)",
        "cut_answer": "a cut reply raises MaxTokensReachedException; no setting is documented",
        "cut_tool_call": "a cut reply raises MaxTokensReachedException; no setting is documented",
        "content_filter": "only stop_reason tells of the filter, the answer is empty; a GoalLoop asks again (hardened)",
        "refusal": "the refusal is not read, so the answer is empty; a GoalLoop asks again (hardened)",
        "missing_usage": "a response may come without usage",
        "fenced_json": "the typed answer is a tool's arguments, so nothing can stand around it",
        "prose_around_json": "the typed answer is a tool's arguments, so nothing can stand around it",
        "invalid_json": "broken JSON becomes {}, the model hears what is missing, on and on; limits end it (hardened)",
        "wrong_type_field": "the model hears what does not fit, on and on; limits end it (hardened)",
        "missing_field": "the model hears what is missing, on and on; limits end it (hardened)",
        "extra_field": "pydantic leaves it out",
        "string_number_field": "pydantic reads the string as the number",
        "provider": "the client makes 3 requests; a retry strategy with its own is_retryable makes 9 (hardened)",
        "http_429": "ModelRetryStrategy: 6 attempts of 3 requests in 2 minutes; 3 attempts (hardened)",
        "http_429_retry_after": "ModelRetryStrategy: 6 attempts of 3 requests in 2 minutes; 3 attempts (hardened)",
        "http_400": "taken for an overflow: the conversation manager finds nothing to trim, and raises",
        "http_401": "raised at once: neither the client nor the retry strategy repeats it",
        "slow_first_byte": "the client waits 10 minutes; client_args takes a timeout, here 30 s (hardened)",
        "stalled_stream": "the client waits 10 minutes; a timeout of 30 s and is_retryable get over it (hardened)",
        "stream_cut": "neither the client nor the default strategy repeats a begun stream; is_retryable (hardened)",
        "stream_garbage": "only throttling is retried, a JSON error is raised; is_retryable could name it",
        "html_error_page_200": "a page has no events, so the answer is empty; a GoalLoop asks again (hardened)",
        "tool": "what a tool gives, or raises, goes to the model, on and on; limits end it after 10 turns (hardened)",
        "tool_hangs": "a tool may run for ever; no setting is documented",
        "tool_returns_huge": "after the refusal SlidingWindowConversationManager shortens the result, and asks again",
        "tool_returns_injection": "there is no guard; a hook before the tool call or an intervention can cancel it",
        "state": "what the tool gives goes to the model as it is, and the model calls again",
        "lost_acknowledgement": "the model hears of the exception, and calls again; a hook could raise it instead",
        "control": "the client waits 10 minutes; 30 s (hardened)",
        "endless": "no limit: the loop calls itself until Python's recursion limit; limits end it (hardened)",
    }

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
    pattern = "sequence"
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
    pattern = "hand-off"
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


class StrandsHardenedAdapter(StrandsAdapter):
    variant = "hardened"
    notes = (
        "speaks Chat Completions through its OpenAIModel, by default Bedrock; streams, as it does by default",
        "prints what the model says, as it does by default",
        "limits of 10 turns per run, by default none; a run that meets them says so in its stop reason alone, and the "
        "adapter raises it",
        "a ModelRetryStrategy of 3 attempts (by default 6) that retries the server's errors, lost connections and "
        "timeouts too, by default throttling alone",
        "the client's timeout is 30 s, by default 10 minutes",
        "agent: a GoalLoop asks up to 3 times for an answer with text in it, by default there is none; a goal that is "
        "missed stands in its last result alone, and the adapter raises it",
    )

    def agent(self, task: Task) -> Answer:
        goal = GoalLoop(goal=says_something, max_attempts=3)
        agent = Agent(
            model=patient_model(task),
            system_prompt=task.instructions,
            tools=[tool(function) for function in task.tools],
            retry_strategy=RetryTransientErrors(max_attempts=3, initial_delay=2),
            plugins=[goal],
        )
        result = agent(task.prompt, limits={"turns": 10})
        if result.stop_reason == "limit_turns":
            raise RuntimeError("the agent hit its turn budget")
        if (outcome := goal.last_result(agent)) and not outcome.passed:
            raise RuntimeError(f"the agent missed its goal: {outcome.stop_reason}")
        return Answer(str(result), claimed_usage(result.metrics))

    def structured(self, task: Task) -> Answer:
        agent = Agent(
            model=patient_model(task),
            system_prompt=task.instructions,
            tools=[tool(function) for function in task.tools],
            retry_strategy=RetryTransientErrors(max_attempts=3, initial_delay=2),
        )
        result = agent(task.prompt, structured_output_model=task.answer_type, limits={"turns": 10})
        if result.stop_reason == "limit_turns":
            raise RuntimeError("the agent hit its turn budget")
        return Answer(result.structured_output, claimed_usage(result.metrics))


class RetryTransientErrors(ModelRetryStrategy):
    def is_retryable(self, exception: Exception) -> bool:
        transient = (openai.APIConnectionError, openai.InternalServerError, httpx.TransportError)
        return super().is_retryable(exception) or isinstance(exception, transient)


def says_something(response: Any, _agent: Any) -> bool:
    return any(block.get("text", "").strip() for block in response["content"])


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


def patient_model(task: Task) -> OpenAIModel:
    return OpenAIModel(
        client_args={"base_url": task.model.base_url, "api_key": task.model.api_key, "timeout": 30.0},
        model_id=task.model.name,
    )


def claimed_usage(counted: Any) -> Usage:
    """What a run counted. An agent's own calls alone: those of an agent that it has as a tool are not among them."""
    usage = counted.accumulated_usage
    return Usage(None, usage["inputTokens"], usage["outputTokens"])
