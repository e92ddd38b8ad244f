"""CrewAI: agents with a role, a goal and a backstory, and a crew that has them do tasks."""

from __future__ import annotations

from typing import Any

from crewai import LLM, Agent, Crew, Process, TaskOutput
from crewai import Task as CrewTask
from crewai.tools import tool
from pydantic import ValidationError

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task

EXPECTED_OUTPUT = "The answer"  # a task of CrewAI's must have one


class CrewAIAdapter(Adapter):
    title = "CrewAI"
    group = "crewai"
    package = "crewai"
    repo = "crewAIInc/crewAI"
    former_repos = ("joaomdmoura/crewAI",)
    backer = "CrewAI Inc"
    colour = "orange"
    pattern = "sequence"
    notes = (
        "speaks Chat Completions through its own OpenAI client (custom_openai), as its page on LLMs shows",
        "wants a role, a goal and an expected output too: the goal is the prompt, in a team the role's description",
        "team: a sequential crew; the prompt is the roller's task, then the reporter's",
        "team: each agent has its own LLM, as when told a model's name; a shared one would be claimed once per agent",
    )
    defaults = {
        "tool_call": (
            "a call is taken as it comes; what is wrong with it is the tool's result, the fifth same failure ends"
            " the run; no setting is documented"
        ),
        "malformed_arguments": (
            "what is wrong is told to the model until max_iter=25 replies, then it is asked to answer without "
            "tools; 10 (hardened)"
        ),
        "empty_arguments": (
            "what is wrong is told to the model until max_iter=25 replies, then it is asked to answer without "
            "tools; 10 (hardened)"
        ),
        "string_number_argument": (
            "the tool's arguments are validated by its Pydantic schema, which reads the string as a number"
        ),
        "extra_argument": "the tool's arguments are validated by its Pydantic schema, which leaves the stranger out",
        "duplicate_call_id": "every call is run, whatever its id; no setting is documented",
        "repeated_identical_call": (
            "the tool runs again: results are cached only where cache=True is set, for the crew or the agent"
        ),
        "tool_call_as_text": "a text is the answer, whatever it says; a task's guardrail of one's own may refuse it",
        "answer": (
            "a reply without text is an exception, after which max_retry_limit=2 starts the task anew: the tool "
            "runs again"
        ),
        "cut_answer": (
            "the finish reason is not looked at: the half is the answer; a task's guardrail of one's own may refuse it"
        ),
        "cut_tool_call": (
            "broken arguments are told to the model until max_iter=25 replies, then it is asked to answer without"
            " tools; 10 (hardened)"
        ),
        "missing_usage": "the answer does not need the usage",
        "fenced_json": (
            "the JSON between the first brace and the last is taken; a guardrail that reads all the text refuses "
            "it (hardened)"
        ),
        "prose_around_json": (
            "the JSON between the first brace and the last is taken; a guardrail that reads all the text refuses "
            "it (hardened)"
        ),
        "invalid_json": (
            "a converter asks the model for JSON 3 times, then raises; a guardrail has the task start anew "
            "instead (hardened)"
        ),
        "wrong_type_field": (
            "the ValidationError ends the run; a task's guardrail has the task start anew instead, once (hardened)"
        ),
        "missing_field": (
            "the ValidationError ends the run; a task's guardrail has the task start anew instead, once (hardened)"
        ),
        "extra_field": "the answer is read by the Pydantic model, which leaves the stranger out",
        "string_number_field": "the answer is read by the Pydantic model, which takes the string for a number",
        "provider": (
            "the OpenAI client tries 3 times where that may help; then max_retry_limit=2 starts the task anew: "
            "the tool runs again"
        ),
        "http_429": (
            "the OpenAI client tries 3 times, CrewAI has it do so 3 times, and max_retry_limit=2 starts the task anew"
        ),
        "http_429_retry_after": (
            "the OpenAI client tries 3 times, CrewAI has it do so 3 times, and max_retry_limit=2 starts the task anew"
        ),
        "http_400": "respect_context_window=True has the model sum up the conversation, and goes on from there",
        "slow_first_byte": "the OpenAI client waits ten minutes; with the LLM's timeout=20 it asks again (hardened)",
        "stalled_stream": "the OpenAI client waits ten minutes; with the LLM's timeout=20 it asks again (hardened)",
        "tool": (
            "the model is told what the tool returned or raised, as text; the fifth same result ends the run; no "
            "setting is documented"
        ),
        "tool_hangs": (
            "a tool has no time limit; max_execution_time raises only after the tool's thread has ended (hardened)"
        ),
        "tool_returns_huge": (
            "use_better_compaction=True puts a long result into a file, and shows the model its first lines"
        ),
        "tool_returns_injection": "a tool's result is trusted; a before_tool_call hook of one's own may block a tool",
        "state": (
            "the model is told what the tool returned or raised, as text, and calls again; no setting is documented"
        ),
        "control": "the OpenAI client waits ten minutes; the LLM's timeout=20 is long enough too (hardened)",
        "endless": (
            "after max_iter=25 replies the model is asked to answer without tools, and nobody hears of the limit;"
            " 10 (hardened)"
        ),
    }

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
    pattern = "manager"
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


class HardenedAdapter(CrewAIAdapter):
    variant = "hardened"
    notes = (
        "speaks Chat Completions through its own OpenAI client (custom_openai), as its page on LLMs shows",
        "wants a role, a goal and an expected output too: the goal is the prompt, in a team the role's description",
        "max_iter=10: then the model is asked once more, without tools; by default 25",
        "max_execution_time=45 seconds for a task; by default none",
        "the LLM's timeout=20 seconds; by default its client's ten minutes",
        "structured: a task guardrail, written as its page on tasks does, validates the report; by default none",
    )

    def agent(self, task: Task) -> Answer:
        agent = hardened_agent(task)
        job = CrewTask(description=task.prompt, expected_output=EXPECTED_OUTPUT, agent=agent)
        result = Crew(agents=[agent], tasks=[job]).kickoff()
        return Answer(result.raw, claimed_usage(result))

    def structured(self, task: Task) -> Answer:
        def validate_report(output: TaskOutput) -> tuple[bool, Any]:
            try:
                return True, task.answer_type.model_validate_json(output.raw).model_dump_json()
            except ValidationError as error:
                return False, f"VALIDATION_ERROR: {error}"

        agent = hardened_agent(task)
        job = CrewTask(
            description=task.prompt,
            expected_output=EXPECTED_OUTPUT,
            output_pydantic=task.answer_type,
            guardrails=[validate_report],
            agent=agent,
        )
        result = Crew(agents=[agent], tasks=[job]).kickoff()
        return Answer(result.pydantic, claimed_usage(result))


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


def hardened_agent(task: Task) -> Agent:
    return Agent(
        role="assistant",
        goal=task.prompt,
        backstory=task.instructions,
        tools=[tool(each) for each in task.tools],
        llm=LLM(
            model=task.model.name,
            custom_openai=True,
            base_url=task.model.base_url,
            api_key=task.model.api_key,
            timeout=20,
        ),
        max_iter=10,
        max_execution_time=45,
    )


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
