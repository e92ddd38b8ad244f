"""Smolagents: an agent that writes its actions as Python code, or as tool calls; in a team, one manages others."""

from __future__ import annotations

import json
from typing import Any

from smolagents import CodeAgent, OpenAIModel, ToolCallingAgent, tool

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task


class SmolagentsAdapter(Adapter):
    title = "Smolagents"
    group = "smolagents"
    package = "smolagents"
    repo = "huggingface/smolagents"
    backer = "Hugging Face"
    colour = "brown"
    pattern = "manager"
    notes = (
        "reaches the model by its OpenAIModel; its documentation leads with InferenceClientModel",
        "returns a run's full result, which says the usage; by default the answer alone",
        "team: managed agents; the reporter, a CodeAgent, manages the roller, a ToolCallingAgent, as in its example",
        "team: the usage it reports is the manager's alone",
        "structured: not built in; the instructions tell the schema, and a final answer check holds the answer to it",
    )
    defaults = {
        "tool_call": "code that fails is told to the model with its error, up to max_steps (20); then a last call asks "
        "for an answer, and state says max_steps_error; fewer steps (hardened)",
        "unknown_tool": "the interpreter refuses what is not a tool, and tells the model; fewer steps to try again in "
        "(hardened)",
        "wrong_type_argument": "a CodeAgent does not validate arguments: the tool runs, and its own error is told to "
        "the model; no setting is documented",
        "string_number_argument": "a CodeAgent does not validate arguments: the tool runs, and its own error is told "
        "to the model; no setting is documented",
        "two_calls_at_once": "code runs up to its first error, and what it printed before is told to the model with "
        "the error",
        "repeated_identical_call": "code is run as often as it is written; the prompt asks not to repeat a call",
        "arguments_as_object": "a CodeAgent's calls are code: they have no ids, no JSON and no finish_reason of their "
        "own",
        "missing_call_id": "a CodeAgent's calls are code: they have no ids, no JSON and no finish_reason of their own",
        "duplicate_call_id": "a CodeAgent's calls are code: they have no ids, no JSON and no finish_reason of their "
        "own",
        "finish_reason_mismatch": "a CodeAgent's calls are code: they have no ids, no JSON and no finish_reason of "
        "their own",
        "text_beside_tool_call": "a CodeAgent's replies are a thought and code: text always stands beside",
        "tool_call_as_text": "a reply without code is told to the model as an error, up to max_steps (20); fewer steps "
        "(hardened)",
        "answer": "a reply without working code is told to the model as an error, up to max_steps (20), then a last "
        "call asks for an answer in text; fewer steps (hardened)",
        "no_choices": "an IndexError ends the run as an AgentGenerationError; no setting is documented",
        "missing_usage": "a response without usage ends the run as an AgentGenerationError; no setting is documented",
        "fenced_json": "final_answer_checks hold the answer to the schema, and tell the model what is wrong, up to "
        "max_steps (20); fewer steps (hardened)",
        "extra_field": "the stranger is left out by the check's Pydantic model; smolagents itself has no typed answer",
        "string_number_field": "the check's Pydantic model reads the string as the number; smolagents itself has no "
        "typed answer",
        "provider": "the openai client repeats the request twice (client_kwargs max_retries), then an "
        "AgentGenerationError ends the run; only rate limits are retried by smolagents itself",
        "http_429": "the openai client repeats the request twice, then smolagents waits 2 to 4 minutes to try again, 3 "
        "times in all; the model's retry=False would end that",
        "http_429_retry_after": "the openai client repeats the request twice, then smolagents waits 2 to 4 minutes to "
        "try again, 3 times in all; the model's retry=False would end that",
        "http_400": "an AgentGenerationError ends the run after one request",
        "http_401": "an AgentGenerationError ends the run after one request",
        "slow_first_byte": "a request may take 600 s; client_kwargs timeout shortens it, and the openai client repeats "
        "it (hardened)",
        "stalled_stream": "a request may take 600 s; client_kwargs timeout shortens it, and the openai client repeats "
        "it (hardened)",
        "stream_garbage": "an AgentGenerationError ends the run, as the openai client repeats nothing that came whole; "
        "no setting is documented",
        "html_error_page_200": "an AgentGenerationError ends the run, as the openai client takes a 200 for good; no "
        "setting is documented",
        "tool": "what code prints goes to the model as it is, and an exception with it, up to max_steps (20); fewer "
        "steps (hardened)",
        "tool_hangs": "the executor's timeout_seconds (30) waits for the code's thread to end before it raises, so it "
        "does not help; 10 s does not either (hardened)",
        "tool_returns_huge": "what code prints is cut to 50,000 characters; max_print_outputs_length changes that",
        "tool_returns_injection": "there is no guard; no setting is documented",
        "state": "what code prints goes to the model as it is, up to max_steps (20); fewer steps (hardened)",
        "lost_acknowledgement": "a tool's exception is told to the model, which calls again; no setting is documented",
        "control": "a request may take 600 s; client_kwargs timeout allows 30 s (hardened)",
        "endless": "after max_steps (20) a last call asks for an answer, which is passed on; state says "
        "max_steps_error, which is raised here (hardened)",
    }

    def agent(self, task: Task) -> Answer:
        agent = CodeAgent(
            tools=[tool(each) for each in task.tools],
            model=chat_model(task),
            instructions=task.instructions,
            return_full_result=True,
        )
        result = agent.run(task.prompt)
        return Answer(result.output, claimed_usage(result))

    def team(self, task: Task) -> Answer:
        model = chat_model(task)
        first, last = task.team
        worker = ToolCallingAgent(
            tools=[tool(each) for each in first.tools],
            model=model,
            name=first.name,
            description=first.description,
            instructions=first.instructions,
        )
        speaker = CodeAgent(
            tools=[],
            model=model,
            managed_agents=[worker],
            instructions=last.instructions,
            return_full_result=True,
        )
        result = speaker.run(task.prompt)
        return Answer(result.output, claimed_usage(result))

    def structured(self, task: Task) -> Answer:
        agent = CodeAgent(
            tools=[tool(each) for each in task.tools],
            model=chat_model(task),
            instructions=instructions_with_schema(task),
            final_answer_checks=[schema_check(task)],
            return_full_result=True,
        )
        result = agent.run(task.prompt)
        return Answer(typed(task, result.output), claimed_usage(result))


class ToolCallingAdapter(SmolagentsAdapter):
    variant = "tool_calling"
    notes = (
        "a ToolCallingAgent, which calls tools as JSON, in place of the CodeAgent that its documentation leads with",
        "reaches the model by its OpenAIModel; its documentation leads with InferenceClientModel",
        "returns a run's full result, which says the usage; by default the answer alone",
        "team: managed agents; the reporter manages the roller, and the usage it reports is its own alone",
        "structured: not built in; the instructions tell the schema, and a final answer check holds the answer to it",
    )
    defaults = {
        "tool_call": "arguments are held to the tool's inputs, and what is wrong is told to the model, up to max_steps "
        "(20); then a last call asks for an answer",
        "arguments_as_object": "arguments are parsed where they are text, and taken as they are where they are an "
        "object",
        "missing_call_id": "a step's calls are kept by their ids, and a null id is one of them, so that of several "
        "calls without one a single one would run",
        "duplicate_call_id": "a step's calls are kept by their ids, so that of two calls with one id a single one runs",
        "tool_call_as_text": "a reply without calls is searched for a call written as JSON, which is run",
        "text_beside_tool_call": "text beside a call is kept as a thought, and is not the answer",
        "two_calls_at_once": "an unknown tool fails the whole step, so that the other call's result is lost, and the "
        "model calls again; no setting is documented",
        "finish_reason_mismatch": "calls are run whatever the finish_reason says",
        "repeated_identical_call": "each call is run, also one that was made before; the prompt asks not to repeat a "
        "call",
        "answer": "an answer is a call of final_answer; a reply without one is told to the model as an error, up to "
        "max_steps (20)",
        "cut_answer": "arguments that are no JSON are passed to final_answer as they are, and so become the answer; "
        "final_answer_checks could refuse it",
        "cut_tool_call": "arguments that are no JSON do not fit the tool's inputs, and what is wrong is told to the "
        "model, up to max_steps (20)",
        "tool": "what a tool returns goes to the model as text, and its exception too, up to max_steps (20)",
        "tool_hangs": "a tool has no limit of time; no setting is documented",
        "tool_returns_huge": "a result is not shortened, and the 400 that it leads to ends the run; no setting is "
        "documented",
        "state": "what a tool returns goes to the model as text, up to max_steps (20)",
        "endless": "after max_steps (20) a last call asks for an answer, which is passed on; the result's state says "
        "max_steps_error",
        "provider": "the openai client repeats the request twice (client_kwargs max_retries), then an "
        "AgentGenerationError ends the run; only rate limits are retried by smolagents itself",
        "http_429": "the openai client repeats the request twice, then smolagents waits 2 to 4 minutes to try again, 3 "
        "times in all; the model's retry=False would end that",
        "http_429_retry_after": "the openai client repeats the request twice, then smolagents waits 2 to 4 minutes to "
        "try again, 3 times in all; the model's retry=False would end that",
        "http_400": "an AgentGenerationError ends the run after one request",
        "http_401": "an AgentGenerationError ends the run after one request",
        "slow_first_byte": "a request may take 600 s; client_kwargs timeout shortens it, and the openai client repeats "
        "it",
        "stalled_stream": "a request may take 600 s; client_kwargs timeout shortens it, and the openai client repeats "
        "it",
        "stream_garbage": "an AgentGenerationError ends the run, as the openai client repeats nothing that came whole; "
        "no setting is documented",
        "html_error_page_200": "an AgentGenerationError ends the run, as the openai client takes a 200 for good; no "
        "setting is documented",
        "no_choices": "an IndexError ends the run as an AgentGenerationError; no setting is documented",
        "missing_usage": "a response without usage ends the run as an AgentGenerationError; no setting is documented",
        "tool_returns_injection": "there is no guard; no setting is documented",
        "lost_acknowledgement": "a tool's exception is told to the model, which calls again; no setting is documented",
        "control": "a request may take 600 s; client_kwargs timeout changes that",
        "fenced_json": "final_answer_checks hold the answer to the schema, and tell the model what is wrong, up to "
        "max_steps (20)",
        "extra_field": "the stranger is left out by the check's Pydantic model; smolagents itself has no typed answer",
        "string_number_field": "the check's Pydantic model reads the string as the number; smolagents itself has no "
        "typed answer",
    }

    def agent(self, task: Task) -> Answer:
        agent = ToolCallingAgent(
            tools=[tool(each) for each in task.tools],
            model=chat_model(task),
            instructions=task.instructions,
            return_full_result=True,
        )
        result = agent.run(task.prompt)
        return Answer(result.output, claimed_usage(result))

    def team(self, task: Task) -> Answer:
        model = chat_model(task)
        first, last = task.team
        worker = ToolCallingAgent(
            tools=[tool(each) for each in first.tools],
            model=model,
            name=first.name,
            description=first.description,
            instructions=first.instructions,
        )
        speaker = ToolCallingAgent(
            tools=[],
            model=model,
            managed_agents=[worker],
            instructions=last.instructions,
            return_full_result=True,
        )
        result = speaker.run(task.prompt)
        return Answer(result.output, claimed_usage(result))

    def structured(self, task: Task) -> Answer:
        agent = ToolCallingAgent(
            tools=[tool(each) for each in task.tools],
            model=chat_model(task),
            instructions=instructions_with_schema(task),
            final_answer_checks=[schema_check(task)],
            return_full_result=True,
        )
        result = agent.run(task.prompt)
        return Answer(typed(task, result.output), claimed_usage(result))


class HardenedAdapter(SmolagentsAdapter):
    variant = "hardened"
    notes = (
        "reaches the model by its OpenAIModel; its documentation leads with InferenceClientModel",
        "returns a run's full result, which says the usage; by default the answer alone",
        "at most 10 steps (max_steps=10), and the adapter raises a run that met them, as its result's state says; by "
        "default 20, and what a last call gives is the answer",
        "gives the code of a step 10 s (the executor's timeout_seconds); by default 30 s",
        "gives a request 30 s (client_kwargs); by default 600 s",
        "structured: not built in; the instructions tell the schema, and a final answer check holds the answer to it",
    )

    def agent(self, task: Task) -> Answer:
        agent = CodeAgent(
            tools=[tool(each) for each in task.tools],
            model=patient_model(task),
            instructions=task.instructions,
            max_steps=10,
            executor_kwargs={"timeout_seconds": 10},
            return_full_result=True,
        )
        result = agent.run(task.prompt)
        return Answer(finished(result).output, claimed_usage(result))

    def structured(self, task: Task) -> Answer:
        agent = CodeAgent(
            tools=[tool(each) for each in task.tools],
            model=patient_model(task),
            instructions=instructions_with_schema(task),
            final_answer_checks=[schema_check(task)],
            max_steps=10,
            executor_kwargs={"timeout_seconds": 10},
            return_full_result=True,
        )
        result = agent.run(task.prompt)
        return Answer(typed(task, finished(result).output), claimed_usage(result))


def finished(result: Any) -> Any:
    if result.state == "max_steps_error":
        raise RuntimeError("it met its limit of steps")
    return result


def chat_model(task: Task) -> OpenAIModel:
    return OpenAIModel(model_id=task.model.name, api_base=task.model.base_url, api_key=task.model.api_key)


def patient_model(task: Task) -> OpenAIModel:
    return OpenAIModel(
        model_id=task.model.name,
        api_base=task.model.base_url,
        api_key=task.model.api_key,
        client_kwargs={"timeout": 30},
    )


def instructions_with_schema(task: Task) -> str:
    schema = json.dumps(task.answer_type.model_json_schema())
    return f"{task.instructions}\nThe final answer must be JSON that fits this JSON schema: {schema}"


def schema_check(task: Task) -> Any:
    """A check that raises tells the model why: the agent puts the error into its memory and goes on."""

    def fits_the_schema(final_answer: Any, _memory: Any, **_agent: Any) -> bool:
        typed(task, final_answer)
        return True

    return fits_the_schema


def typed(task: Task, answer: Any) -> Any:
    """An agent may give JSON as text, or the objects it stands for."""
    if isinstance(answer, str):
        return task.answer_type.model_validate_json(answer)
    return task.answer_type.model_validate(answer)


def claimed_usage(result: Any) -> Usage:
    usage = result.token_usage
    return Usage(None, usage.input_tokens, usage.output_tokens) if usage else Usage()
