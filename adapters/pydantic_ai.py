"""Pydantic AI: agents, and delegation from one agent to another through a tool or by the application."""

from __future__ import annotations

from typing import Any

from pydantic_ai import Agent, ModelRetry, ModelSettings, RunContext, RunUsage, UsageLimits
from pydantic_ai.capabilities import Hooks
from pydantic_ai.exceptions import ModelRequestRejectedError
from pydantic_ai.messages import ModelResponse
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task


class PydanticAIAdapter(Adapter):
    title = "Pydantic AI"
    group = "pydantic_ai"
    package = "pydantic-ai"
    repo = "pydantic/pydantic-ai"
    backer = "Pydantic"
    colour = "violet"
    pattern = "manager"
    notes = (
        "speaks Chat Completions, as its page on OpenAI-compatible endpoints shows; by default Responses",
        "team: agent delegation; the reporter asks the roller through a tool",
    )
    defaults = {
        "tool_call": "a bad call is told to the model once, then the run ends; Agent(retries) gives more chances "
        "(hardened)",
        "string_number_argument": "arguments are validated in Pydantic's lax mode, which reads the string as the "
        "number",
        "arguments_as_object": "the response is held to the API's schema, and one that breaks it ends the run; a "
        "model_request_error hook can ask again (hardened)",
        "missing_call_id": "the response is held to the API's schema, and one that breaks it ends the run; a "
        "model_request_error hook can ask again (hardened)",
        "duplicate_call_id": "two calls with one id end the run before either has run; no setting is documented",
        "tool_call_as_text": "where the output is text, any text is the answer; an output_validator that raises "
        "ModelRetry could refuse it",
        "text_beside_tool_call": "text is taken for the answer only where no call stands beside it; "
        "end_strategy='early' would change that",
        "two_calls_at_once": "each call gets its own answer: the right one its result, the other one the list of the "
        "tools there are",
        "finish_reason_mismatch": "calls are run whatever the finish_reason says; no setting is documented",
        "repeated_identical_call": "each call is run, also one that was made before; UsageLimits(tool_calls_limit) "
        "could cap them",
        "answer": "an answer that is empty or does not fit is told to the model once, then the run ends; "
        "Agent(retries) gives more chances (hardened)",
        "no_choices": "an IndexError ends the run; a model_request_error hook can ask again (hardened)",
        "cut_answer": "text is the answer also where the finish_reason is length; an after_model_request hook can "
        "refuse it (hardened)",
        "cut_tool_call": "arguments that are cut are told to the model once, then IncompleteToolCall ends the run; "
        "Agent(retries) gives more chances (hardened)",
        "content_filter": "ContentFilterError ends the run; an after_model_request hook can ask again (hardened)",
        "refusal": "a refusal counts as filtered, and ContentFilterError ends the run; an after_model_request hook can "
        "ask again (hardened)",
        "missing_usage": "a response without usage is taken as it is, and counts as no tokens",
        "fenced_json": "the typed answer is a tool's arguments, so nothing can stand around it; NativeOutput and "
        "PromptedOutput make it text",
        "prose_around_json": "the typed answer is a tool's arguments, so nothing can stand around it; NativeOutput and "
        "PromptedOutput make it text",
        "extra_field": "the stranger is left out, as by any Pydantic model that does not forbid extra fields",
        "string_number_field": "the answer is validated in Pydantic's lax mode, which reads the string as the number",
        "provider": "the openai client repeats the request twice (ModelSettings max_retries), then the run ends; a "
        "model_request_error hook can ask again (hardened)",
        "http_400": "ModelContextWindowExceededError ends the run after one request",
        "http_401": "ModelAuthenticationError ends the run after one request",
        "slow_first_byte": "a request may take 600 s; ModelSettings(timeout) shortens it, and the openai client "
        "repeats it (hardened)",
        "stalled_stream": "a request may take 600 s; ModelSettings(timeout) shortens it, and the openai client repeats "
        "it (hardened)",
        "stream_garbage": "ModelAPIError ends the run, as the openai client repeats nothing that came whole; a "
        "model_request_error hook can ask again (hardened)",
        "html_error_page_200": "UnexpectedModelBehavior ends the run, as the openai client takes a 200 for good; a "
        "model_request_error hook can ask again (hardened)",
        "tool": "what a tool returns goes to the model as it is; an after_tool_execute hook could refuse it",
        "tool_raises": "a tool's exception ends the run; a tool_execute_error hook that raises ModelRetry tells the "
        "model instead (hardened)",
        "tool_hangs": "a tool has no limit of time; Agent(tool_timeout) tells the model that it timed out (hardened)",
        "tool_returns_nothing": "None goes to the model as an empty text; an after_tool_execute hook could refuse it",
        "tool_returns_bytes": "bytes go to the model in base64; an after_tool_execute hook could refuse them",
        "tool_returns_huge": "a result is not shortened, and the 400 that it leads to ends the run; an "
        "after_tool_execute hook could shorten it",
        "tool_returns_injection": "there is no guard by default; a tool that requires_approval is not run without it",
        "state": "what a tool returns goes to the model as it is; an after_tool_execute hook could refuse it",
        "lost_acknowledgement": "a tool's exception ends the run, here an honest end; a tool_execute_error hook tells "
        "the model instead, which calls again (hardened)",
        "control": "a request may take 600 s; ModelSettings(timeout) allows 30 s (hardened)",
        "endless": "a run ends after 50 requests; UsageLimits(request_limit) allows 10 (hardened)",
    }

    def agent(self, task: Task) -> Answer:
        agent = Agent(chat_model(task), instructions=task.instructions, tools=task.tools)
        result = agent.run_sync(task.prompt)
        return Answer(result.output, claimed_usage(result))

    def team(self, task: Task) -> Answer:
        model = chat_model(task)
        first, last = task.team
        worker = Agent(model, instructions=first.instructions, tools=first.tools)
        speaker = Agent(model, instructions=last.instructions)

        @speaker.tool(name=f"ask_{first.name}", description=first.description)
        async def ask(ctx: RunContext[None], request: str) -> str:
            asked = await worker.run(request, usage=ctx.usage)
            return asked.output

        result = speaker.run_sync(task.prompt)
        return Answer(result.output, claimed_usage(result))

    def structured(self, task: Task) -> Answer:
        agent = Agent(chat_model(task), instructions=task.instructions, tools=task.tools, output_type=task.answer_type)
        result = agent.run_sync(task.prompt)
        return Answer(result.output, claimed_usage(result))


class PydanticAIHandOff(PydanticAIAdapter):
    variant = "hand_off"
    pattern = "sequence"
    notes = (
        "speaks Chat Completions, as its page on OpenAI-compatible endpoints shows; by default Responses",
        "team: programmatic hand-off; the application runs the roller, then the reporter with the roller's messages",
    )

    def team(self, task: Task) -> Answer:
        model = chat_model(task)
        first, last = task.team
        worker = Agent(model, instructions=first.instructions, tools=first.tools)
        speaker = Agent(model, instructions=last.instructions)
        usage = RunUsage()
        worked = worker.run_sync(task.prompt, usage=usage)
        result = speaker.run_sync("What is the result?", message_history=worked.new_messages(), usage=usage)
        return Answer(result.output, claimed_usage(result))


class PydanticAIHardened(PydanticAIAdapter):
    variant = "hardened"
    notes = (
        "speaks Chat Completions, as its page on OpenAI-compatible endpoints shows; by default Responses",
        "asks the model three times again about a bad call or answer (retries=3); by default once",
        "at most 10 requests (UsageLimits(request_limit=10)); by default 50",
        "gives a tool 10 s (tool_timeout) and a request 30 s (ModelSettings(timeout)); by default no limit and 600 s",
        "hooks, as its page on hooks shows: the model is asked again after a tool's exception, after a request that "
        "failed and was not rejected, and after a response that did not end well; by default none",
    )

    def agent(self, task: Task) -> Answer:
        agent = Agent(chat_model(task), instructions=task.instructions, tools=task.tools, **robust())
        result = agent.run_sync(task.prompt, usage_limits=UsageLimits(request_limit=10))
        return Answer(result.output, claimed_usage(result))

    def structured(self, task: Task) -> Answer:
        agent = Agent(
            chat_model(task),
            instructions=task.instructions,
            tools=task.tools,
            output_type=task.answer_type,
            **robust(),
        )
        result = agent.run_sync(task.prompt, usage_limits=UsageLimits(request_limit=10))
        return Answer(result.output, claimed_usage(result))


def robust() -> dict[str, Any]:
    hooks = Hooks(
        tool_execute_error=tell_the_model,
        model_request_error=ask_again_unless_rejected,
        after_model_request=refuse_a_bad_end,
    )
    return {
        "retries": 3,
        "tool_timeout": 10,
        "model_settings": ModelSettings(timeout=30),
        "capabilities": [hooks],
    }


async def tell_the_model(_ctx: RunContext[None], *, error: Exception, **_call: Any) -> Any:
    raise ModelRetry(f"The tool failed: {error}")


async def ask_again_unless_rejected(_ctx: RunContext[None], *, error: Exception, **_request: Any) -> ModelResponse:
    if isinstance(error, ModelRequestRejectedError):
        raise error
    raise ModelRetry(f"The request failed: {error}")


async def refuse_a_bad_end(_ctx: RunContext[None], *, response: ModelResponse, **_request: Any) -> ModelResponse:
    if response.finish_reason in ("length", "content_filter", "error"):
        raise ModelRetry(f"The response ended early: {response.finish_reason}")
    return response


def chat_model(task: Task) -> OpenAIChatModel:
    provider = OpenAIProvider(base_url=task.model.base_url, api_key=task.model.api_key)
    return OpenAIChatModel(task.model.name, provider=provider)


def claimed_usage(result: Any) -> Usage:
    usage = result.usage
    return Usage(usage.requests, usage.input_tokens, usage.output_tokens)
