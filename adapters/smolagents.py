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
    notes = (
        "reaches the model by its OpenAIModel; its documentation leads with InferenceClientModel",
        "returns a run's full result, which says the usage; by default the answer alone",
        "team: managed agents; the reporter, a CodeAgent, manages the roller, a ToolCallingAgent, as in its example",
        "team: the usage it reports is the manager's alone",
        "structured: not built in; the instructions tell the schema, and a final answer check holds the answer to it",
    )

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


def chat_model(task: Task) -> OpenAIModel:
    return OpenAIModel(model_id=task.model.name, api_base=task.model.base_url, api_key=task.model.api_key)


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
