"""Google ADK: agents that work in the order of a workflow, transfer to one another or are each other's tools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.adk import Agent, Workflow
from google.adk.agents.run_config import RunConfig, ToolThreadPoolConfig
from google.adk.apps import App
from google.adk.features import FeatureName, override_feature_enabled
from google.adk.integrations.openai import OpenAILlm
from google.adk.plugins import ReflectAndRetryModelPlugin, ReflectAndRetryToolPlugin
from google.adk.runners import InMemoryRunner
from google.adk.tools import AgentTool
from google.adk.workflow import RetryConfig
from google.genai import types
from openai import AsyncOpenAI

from adapters.base import Adapter, Answer, Usage
from tasks.base import Role, Task

RETRIED = (
    types.FinishReason.MALFORMED_FUNCTION_CALL,
    types.FinishReason.MAX_TOKENS,
    types.FinishReason.SAFETY,
    types.FinishReason.OTHER,
)


class GoogleADKAdapter(Adapter):
    title = "Google ADK"
    group = "google_adk"
    package = "google-adk"
    repo = "google/adk-python"
    backer = "Google"
    colour = "teal"
    pattern = "sequence"
    notes = (
        "speaks Chat Completions through its own OpenAILlm; by default Gemini",
        "team: a Workflow with an edge from the roller to the reporter, who is told what the roller said and no more",
    )
    defaults = {
        "tool_call": (
            "an unknown tool or a missing argument is the tool's result, the model tries again; max_llm_calls=500"
            " is the limit, 10 (hardened)"
        ),
        "malformed_arguments": (
            "arguments that are no JSON are taken for none, with a warning in the log; then the tool's result is "
            "that some are missing"
        ),
        "empty_arguments": "an empty string is taken for no arguments; then the tool's result is that some are missing",
        "wrong_type_argument": (
            "the tool runs with it, and its exception ends the run; the feature FUNCTION_TOOL_ARG_VALIDATION "
            "tells the model (hardened)"
        ),
        "string_number_argument": (
            "the tool runs with it, and its exception ends the run; the feature FUNCTION_TOOL_ARG_VALIDATION "
            "converts it (hardened)"
        ),
        "extra_argument": "arguments that the function does not know are left out",
        "arguments_as_object": (
            "OpenAILlm expects a string, its TypeError ends the run; retry_config has the agent ask again (hardened)"
        ),
        "duplicate_call_id": "every call is run, whatever its id; no setting is documented",
        "repeated_identical_call": "the tool runs again; no setting is documented",
        "tool_call_as_text": (
            "a text is the answer, whatever it says; an after_model_callback of one's own may change it"
        ),
        "answer": (
            "a reply without text ends the run with an event without content and without error; no setting is "
            "documented"
        ),
        "no_choices": (
            "the run ends with an event that has an error_code, and no exception; ReflectAndRetryModelPlugin asks"
            " again (hardened)"
        ),
        "content_filter": (
            "the run ends with an event that has an error_code, and no exception; ReflectAndRetryModelPlugin asks"
            " again (hardened)"
        ),
        "cut_answer": (
            "the half is the answer; only its event's finish_reason says so, and no plugin asks again where there"
            " is content"
        ),
        "cut_tool_call": (
            "arguments that are no JSON are taken for none, with a warning in the log; then the tool's result is "
            "that some are missing"
        ),
        "refusal": (
            "OpenAILlm does not read message.refusal: the run ends with an event without content; no setting is "
            "documented"
        ),
        "missing_usage": "the answer does not need the usage",
        "fenced_json": (
            "beside tools the typed answer is the arguments of a tool, set_model_response; without, it is text"
        ),
        "prose_around_json": (
            "beside tools the typed answer is the arguments of a tool, set_model_response; without, it is text"
        ),
        "invalid_json": (
            "set_model_response tells the model what is wrong; max_llm_calls=500 is the only limit, 10 (hardened)"
        ),
        "wrong_type_field": (
            "set_model_response tells the model what is wrong; max_llm_calls=500 is the only limit, 10 (hardened)"
        ),
        "missing_field": (
            "set_model_response tells the model what is wrong; max_llm_calls=500 is the only limit, 10 (hardened)"
        ),
        "extra_field": "set_model_response validates with the Pydantic model, which leaves the stranger out",
        "string_number_field": (
            "set_model_response validates with the Pydantic model, which takes the string for a number"
        ),
        "provider": (
            "the OpenAI client tries 3 times where that may help; what remains ends the run; retry_config has the"
            " agent go on (hardened)"
        ),
        "slow_first_byte": "the OpenAI client waits ten minutes; with its timeout=20 it asks again (hardened)",
        "stalled_stream": "the OpenAI client waits ten minutes; with its timeout=20 it asks again (hardened)",
        "tool": "a tool's exception ends the run; ReflectAndRetryToolPlugin tells the model instead (hardened)",
        "tool_hangs": (
            "a plain function blocks the event loop; in a thread pool the agent's timeout and retry_config get "
            "over it (hardened)"
        ),
        "tool_returns_nothing": (
            "None is told to the model as it is; max_llm_calls=500 is the only limit, 10 (hardened)"
        ),
        "tool_returns_bytes": (
            "OpenAILlm cannot turn bytes into JSON, its TypeError ends the run; an after_tool_callback may change"
            " the result"
        ),
        "tool_returns_huge": "the whole result is sent; an after_tool_callback of one's own may shorten it",
        "tool_returns_injection": "a tool's result is trusted; a before_tool_callback of one's own may block a tool",
        "state": "the model is told what the tool returned, and calls again; no setting is documented",
        "lost_acknowledgement": (
            "the tool's exception ends the run, which is honest; ReflectAndRetryToolPlugin has the model do the "
            "work again (hardened)"
        ),
        "control": "the OpenAI client waits ten minutes; its timeout=20 is long enough too (hardened)",
        "endless": "max_llm_calls=500 ends the run with LlmCallsLimitExceededError; 10 (hardened)",
    }

    async def agent(self, task: Task) -> Answer:
        agent = Agent(
            name="assistant",
            model=chat_model(task),
            instruction=task.instructions,
            tools=list(task.tools),
        )
        events = await run(agent, task.prompt)
        return Answer(final_text(events), claimed_usage(events))

    async def team(self, task: Task) -> Answer:
        worker, speaker = (member(role, task) for role in task.team)
        workflow = Workflow(name="team", edges=[("START", worker, speaker)])
        events = await run(workflow, task.prompt)
        return Answer(final_text(events), claimed_usage(events))

    async def structured(self, task: Task) -> Answer:
        agent = Agent(
            name="assistant",
            model=chat_model(task),
            instruction=task.instructions,
            tools=list(task.tools),
            output_schema=task.answer_type,
        )
        events = await run(agent, task.prompt)
        return Answer(task.answer_type.model_validate_json(final_text(events)), claimed_usage(events))


class TransferAdapter(GoogleADKAdapter):
    variant = "transfer"
    pattern = "hand-off"
    notes = (
        "speaks Chat Completions through its own OpenAILlm; by default Gemini",
        "team: the reporter is a sub-agent of the roller, who transfers to it",
    )

    async def team(self, task: Task) -> Answer:
        first, last = task.team
        agent = member(first, task, sub_agents=[member(last, task)])
        events = await run(agent, task.prompt)
        return Answer(final_text(events), claimed_usage(events))


class AgentToolAdapter(GoogleADKAdapter):
    variant = "agent_tool"
    pattern = "manager"
    notes = (
        "speaks Chat Completions through its own OpenAILlm; by default Gemini",
        "team: the roller is a tool of the reporter, by AgentTool; its events, and the usage they carry, stay in there",
    )

    async def team(self, task: Task) -> Answer:
        first, last = task.team
        agent = member(last, task, tools=[AgentTool(agent=member(first, task))])
        events = await run(agent, task.prompt)
        return Answer(final_text(events), claimed_usage(events))


class HardenedAdapter(GoogleADKAdapter):
    variant = "hardened"
    notes = (
        "speaks Chat Completions through its own OpenAILlm; by default Gemini",
        "max_llm_calls=10; by default 500",
        "the feature FUNCTION_TOOL_ARG_VALIDATION, experimental, is on; by default off",
        "ReflectAndRetryToolPlugin tells the model of a tool's exception, 3 times in a row; by default it ends the run",
        "ReflectAndRetryModelPlugin asks again when a response is an error, 3 times in a row; by default nobody does",
        "the agent's retry_config: 3 attempts, whatever it raised; by default one",
        "the agent's timeout=45 seconds, and its tools in a thread pool, or it could not act; by default neither",
        "the OpenAI client's timeout=20 seconds; by default ten minutes",
    )

    async def agent(self, task: Task) -> Answer:
        agent = Agent(
            name="assistant",
            model=hardened_model(task),
            instruction=task.instructions,
            tools=list(task.tools),
            timeout=45,
            retry_config=RetryConfig(max_attempts=3),
        )
        events = await run_hardened(agent, task.prompt)
        return Answer(final_text(events), claimed_usage(events))

    async def structured(self, task: Task) -> Answer:
        agent = Agent(
            name="assistant",
            model=hardened_model(task),
            instruction=task.instructions,
            tools=list(task.tools),
            output_schema=task.answer_type,
            timeout=45,
            retry_config=RetryConfig(max_attempts=3),
        )
        events = await run_hardened(agent, task.prompt)
        return Answer(task.answer_type.model_validate_json(final_text(events)), claimed_usage(events))


def member(role: Role, task: Task, tools: Sequence[Any] = (), sub_agents: Sequence[Agent] = ()) -> Agent:
    return Agent(
        name=role.name,
        model=chat_model(task),
        description=role.description,
        instruction=role.instructions,
        tools=[*role.tools, *tools],
        sub_agents=list(sub_agents),
    )


async def run(root_agent: Any, prompt: str) -> list[Any]:
    async with InMemoryRunner(app=App(name="bakeoff", root_agent=root_agent)) as runner:
        session = await runner.session_service.create_session(app_name="bakeoff", user_id="user")
        message = types.UserContent(parts=[types.Part(text=prompt)])
        events = runner.run_async(user_id="user", session_id=session.id, new_message=message)
        return [event async for event in events]


async def run_hardened(root_agent: Any, prompt: str) -> list[Any]:
    override_feature_enabled(FeatureName.FUNCTION_TOOL_ARG_VALIDATION, enabled=True)
    plugins = [
        ReflectAndRetryToolPlugin(max_retries=3),
        ReflectAndRetryModelPlugin(on_model_errors=list(RETRIED), max_retries=3),
    ]
    config = RunConfig(max_llm_calls=10, tool_thread_pool_config=ToolThreadPoolConfig())
    async with InMemoryRunner(app=App(name="bakeoff", root_agent=root_agent, plugins=plugins)) as runner:
        session = await runner.session_service.create_session(app_name="bakeoff", user_id="user")
        message = types.UserContent(parts=[types.Part(text=prompt)])
        events = runner.run_async(user_id="user", session_id=session.id, new_message=message, run_config=config)
        return [event async for event in events]


def final_text(events: list[Any]) -> Any:
    finals = [event.content for event in events if event.is_final_response() and event.content]
    return finals[-1].parts[0].text if finals and finals[-1].parts else None


def chat_model(task: Task) -> OpenAILlm:
    return OpenAILlm(model=task.model.name, base_url=task.model.base_url, api_key=task.model.api_key)


def hardened_model(task: Task) -> OpenAILlm:
    client = AsyncOpenAI(base_url=task.model.base_url, api_key=task.model.api_key, timeout=20)
    return OpenAILlm(model=task.model.name, client=client)


def claimed_usage(events: list[Any]) -> Usage:
    usages = [event.usage_metadata for event in events if event.usage_metadata]
    if not usages:
        return Usage()
    return Usage(None, sum(u.prompt_token_count for u in usages), sum(u.candidates_token_count for u in usages))
