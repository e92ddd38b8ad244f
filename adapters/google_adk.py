"""Google ADK: agents that work in the order of a workflow, transfer to one another or are each other's tools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.adk import Agent, Workflow
from google.adk.apps import App
from google.adk.integrations.openai import OpenAILlm
from google.adk.runners import InMemoryRunner
from google.adk.tools import AgentTool
from google.genai import types

from adapters.base import Adapter, Answer, Usage
from tasks.base import Role, Task


class GoogleADKAdapter(Adapter):
    title = "Google ADK"
    group = "google_adk"
    package = "google-adk"
    repo = "google/adk-python"
    notes = (
        "speaks Chat Completions through its own OpenAILlm; by default Gemini",
        "team: a Workflow with an edge from the roller to the reporter, who is told what the roller said and no more",
    )

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
    notes = (
        "speaks Chat Completions through its own OpenAILlm; by default Gemini",
        "team: the roller is a tool of the reporter, by AgentTool; its events, and the usage they carry, stay in there",
    )

    async def team(self, task: Task) -> Answer:
        first, last = task.team
        agent = member(last, task, tools=[AgentTool(agent=member(first, task))])
        events = await run(agent, task.prompt)
        return Answer(final_text(events), claimed_usage(events))


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


def final_text(events: list[Any]) -> Any:
    finals = [event.content for event in events if event.is_final_response() and event.content]
    return finals[-1].parts[0].text if finals and finals[-1].parts else None


def chat_model(task: Task) -> OpenAILlm:
    return OpenAILlm(model=task.model.name, base_url=task.model.base_url, api_key=task.model.api_key)


def claimed_usage(events: list[Any]) -> Usage:
    usages = [event.usage_metadata for event in events if event.usage_metadata]
    if not usages:
        return Usage()
    return Usage(None, sum(u.prompt_token_count for u in usages), sum(u.candidates_token_count for u in usages))
