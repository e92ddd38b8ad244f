"""OpenAI Agents SDK: agents that hand off to one another, or call one another as tools."""

from __future__ import annotations

from typing import Any

from agents import Agent, Runner, function_tool, set_default_openai_client
from agents.guardrail import GuardrailFunctionOutput, output_guardrail
from agents.model_settings import ModelSettings
from agents.retry import ModelRetrySettings, retry_policies
from agents.run import RunConfig
from openai import AsyncOpenAI

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task


class OpenAIAgentsAdapter(Adapter):
    title = "OpenAI Agents SDK"
    group = "openai_agents"
    package = "openai-agents"
    repo = "openai/openai-agents-python"
    backer = "OpenAI"
    colour = "olive"
    pattern = "hand-off"
    notes = ("team: a hand-off from the roller to the reporter",)
    defaults = {
        "tool_call": "the model is told that its call failed, and asked again, for up to 10 turns (max_turns)",
        "unknown_tool": "a call of an unknown tool ends the run; tool_not_found_behavior tells the model (hardened)",
        "string_number_argument": "the tool's pydantic model reads the string as the number",
        "extra_argument": "the tool's pydantic model leaves it out",
        "arguments_as_object": "arguments that are no text raise UserError; no setting is documented",
        "missing_call_id": "a call without an id raises ModelBehaviorError; no setting is documented",
        "duplicate_call_id": "a call that repeats another one, id and all, is left out",
        "tool_call_as_text": "text without a call is the answer; an output guardrail could refuse it",
        "text_beside_tool_call": "calls are run, and text beside them is kept in the history",
        "two_calls_at_once": "an unknown tool ends the run before the known one runs; "
        "tool_not_found_behavior tells the model (hardened)",
        "finish_reason_mismatch": "calls in a reply are run, whatever its status",
        "repeated_identical_call": "a call with a new id is run; a tool input guardrail could reject it",
        "answer": "the last text is the answer, even if there is none; an output guardrail ends the run (hardened)",
        "cut_answer": "an incomplete response raises ModelBehaviorError; no setting asks again",
        "cut_tool_call": "an incomplete response raises ModelBehaviorError; no setting asks again",
        "content_filter": "an incomplete response raises ModelBehaviorError; no setting asks again",
        "refusal": "a refusal raises ModelRefusalError; error_handlers could give another answer instead",
        "missing_usage": "a response may come without usage",
        "fenced_json": "what is no JSON raises; error_handlers could give another answer, none asks again",
        "prose_around_json": "what is no JSON raises; error_handlers could give another answer, none asks again",
        "invalid_json": "what is no JSON raises; error_handlers could give another answer, none asks again",
        "wrong_type_field": "what does not fit raises; error_handlers could give another answer, none asks again",
        "missing_field": "what does not fit raises; error_handlers could give another answer, none asks again",
        "extra_field": "pydantic leaves it out",
        "string_number_field": "validated strictly: a string is no number; AgentOutputSchema(strict_json_schema=False)",
        "provider": "the client makes 3 requests; ModelRetrySettings has the runner make 3 more (hardened)",
        "http_400": "raised at once: neither the client nor the retry policy repeats it",
        "http_401": "raised at once: neither the client nor the retry policy repeats it",
        "slow_first_byte": "the client waits 10 minutes; ModelSettings(timeout=30) and the retry policy (hardened)",
        "stalled_stream": "the client waits 10 minutes; ModelSettings(timeout=30) and the retry policy (hardened)",
        "stream_garbage": "the client raises a JSON error, which no ready-made retry policy knows",
        "html_error_page_200": "the client hands the page on as text, which raises; no ready-made policy knows it",
        "tool": "what a tool gives, or raises, goes to the model, for up to 10 turns (max_turns)",
        "tool_hangs": "a tool may run for ever; function_tool(timeout=...) is for async tools alone",
        "tool_returns_huge": "the result is sent whole; ModelSettings(truncation) would leave it to the provider",
        "tool_returns_injection": "there is no guard; tool guardrails or needs_approval could stop the call",
        "state": "what the tool gives goes to the model as it is, and the model calls again",
        "lost_acknowledgement": "the model hears of it, and calls again; failure_error_function=None raises it",
        "control": "the client waits 10 minutes; 30 s (hardened)",
        "endless": "MaxTurnsExceeded after 10 turns (max_turns)",
    }

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
    pattern = "manager"
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


class OpenAIAgentsHardened(OpenAIAgentsAdapter):
    variant = "hardened"
    notes = (
        "tool_not_found_behavior returns the error to the model, by default it ends the run",
        "retries by the runner: up to 3, by the policies that its documentation combines; by default there are none",
        "a model call may take 30 s (ModelSettings.timeout), by default the client's 10 minutes",
        "agent: an output guardrail ends the run where the answer is empty, by default there is none",
        "the limit of 10 turns is the default",
    )

    def agent(self, task: Task) -> Answer:
        use_model(task)
        agent = Agent(
            name="assistant",
            instructions=task.instructions,
            tools=[function_tool(tool) for tool in task.tools],
            model=task.model.name,
            model_settings=robust_settings(),
            output_guardrails=[says_something],
        )
        result = Runner.run_sync(agent, task.prompt, run_config=forgiving())
        return Answer(result.final_output, claimed_usage(result))

    def structured(self, task: Task) -> Answer:
        use_model(task)
        agent = Agent(
            name="assistant",
            instructions=task.instructions,
            tools=[function_tool(tool) for tool in task.tools],
            output_type=task.answer_type,
            model=task.model.name,
            model_settings=robust_settings(),
        )
        result = Runner.run_sync(agent, task.prompt, run_config=forgiving())
        return Answer(result.final_output, claimed_usage(result))


def forgiving() -> RunConfig:
    return RunConfig(tool_not_found_behavior="return_error_to_model")


def robust_settings() -> ModelSettings:
    policy = retry_policies.any(
        retry_policies.provider_suggested(),
        retry_policies.retry_after(),
        retry_policies.network_error(),
        retry_policies.http_status([408, 409, 429, 500, 502, 503, 504]),
    )
    return ModelSettings(timeout=30.0, retry=ModelRetrySettings(max_retries=3, policy=policy))


@output_guardrail
def says_something(_context: Any, _agent: Any, output: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(output_info=None, tripwire_triggered=not str(output).strip())


def use_model(task: Task) -> None:
    set_default_openai_client(AsyncOpenAI(base_url=task.model.base_url, api_key=task.model.api_key))


def claimed_usage(result: Any) -> Usage:
    usage = result.context_wrapper.usage
    return Usage(usage.requests, usage.input_tokens, usage.output_tokens)
