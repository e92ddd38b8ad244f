"""CrewAI: agents with a role, a goal and a backstory, and a crew that has them do tasks."""

from __future__ import annotations

from typing import Any

from crewai import LLM, Agent, Crew, Process
from crewai import Task as CrewTask
from crewai.tools import tool

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task

EXPECTED_OUTPUT = "The answer"  # a task of CrewAI's must have one


class CrewAIAdapter(Adapter):
    title = "CrewAI"
    group = "crewai"
    package = "crewai"
    repo = "crewAIInc/crewAI"
    notes = (
        "speaks Chat Completions through its own OpenAI client (custom_openai), as its page on LLMs shows",
        "wants a role, a goal and an expected output too: the goal is the prompt, in a team the role's description",
        "team: a sequential crew; the prompt is the roller's task, then the reporter's",
        "team: each agent has its own LLM, as when told a model's name; a shared one would be claimed once per agent",
    )

    def agent(self, task: Task) -> Answer:
        agent = Agent(
            role="assistant",
            goal=task.prompt,
            backstory=task.instructions,
            tools=[tool(each) for each in task.tools],
            llm=chat_model(task),
        )
        job = CrewTask(description=task.prompt, expected_output=EXPECTED_OUTPUT, agent=agent)
        result = Crew(agents=[agent], tasks=[job]).kickoff()
        return Answer(result.raw, claimed_usage(result))

    def team(self, task: Task) -> Answer:
        agents = members(task)
        jobs = [CrewTask(description=task.prompt, expected_output=EXPECTED_OUTPUT, agent=agent) for agent in agents]
        result = Crew(agents=agents, tasks=jobs).kickoff()
        return Answer(result.raw, claimed_usage(result))

    def structured(self, task: Task) -> Answer:
        agent = Agent(
            role="assistant",
            goal=task.prompt,
            backstory=task.instructions,
            tools=[tool(each) for each in task.tools],
            llm=chat_model(task),
        )
        job = CrewTask(
            description=task.prompt,
            expected_output=EXPECTED_OUTPUT,
            output_pydantic=task.answer_type,
            agent=agent,
        )
        result = Crew(agents=[agent], tasks=[job]).kickoff()
        return Answer(result.pydantic, claimed_usage(result))


class HierarchicalAdapter(CrewAIAdapter):
    variant = "hierarchical"
    notes = (
        "speaks Chat Completions through its own OpenAI client (custom_openai), as its page on LLMs shows",
        "wants a role, a goal and an expected output too: the goal is the role's description",
        "team: a hierarchical crew; a manager of CrewAI's own has the prompt as its task, and delegates",
        "team: each agent has its own LLM, as when told a model's name; a shared one would be claimed once per agent",
    )

    def team(self, task: Task) -> Answer:
        job = CrewTask(description=task.prompt, expected_output=EXPECTED_OUTPUT)
        crew = Crew(
            agents=members(task),
            tasks=[job],
            process=Process.hierarchical,
            manager_llm=chat_model(task),
        )
        result = crew.kickoff()
        return Answer(result.raw, claimed_usage(result))


def members(task: Task) -> list[Agent]:
    return [
        Agent(
            role=role.name,
            goal=role.description,
            backstory=role.instructions,
            tools=[tool(each) for each in role.tools],
            llm=chat_model(task),
        )
        for role in task.team
    ]


def chat_model(task: Task) -> LLM:
    return LLM(
        model=task.model.name,
        custom_openai=True,
        base_url=task.model.base_url,
        api_key=task.model.api_key,
    )


def claimed_usage(result: Any) -> Usage:
    usage = result.token_usage
    return Usage(usage.successful_requests, usage.prompt_tokens, usage.completion_tokens)
