"""LlamaIndex: function agents that hand over to one another in an AgentWorkflow, or that an orchestrator calls."""

from __future__ import annotations

from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent
from llama_index.core.tools import FunctionTool
from llama_index.llms.openai_like import OpenAILike

from adapters.base import Adapter, Answer
from tasks.base import Task


class LlamaIndexAdapter(Adapter):
    title = "LlamaIndex"
    group = "llama_index"
    package = "llama-index"
    repo = "run-llama/llama_index"
    former_repos = ("jerryjliu/llama_index", "jerryjliu/gpt_index")
    backer = "LlamaIndex Inc"
    colour = "sky"
    pattern = "hand-off"
    notes = (
        "reaches the model by OpenAILike, which is told that it chats and calls functions; by default neither",
        "team: an AgentWorkflow; the roller hands over to the reporter",
    )
    defaults = {
        "tool_call": (
            "an unknown tool or the tool's TypeError is told to the model; max_iterations=20 ends the run with an"
            " exception, 10 (hardened)"
        ),
        "malformed_arguments": (
            "arguments that are no JSON are taken for none: the tool is run without, and its TypeError is told to"
            " the model"
        ),
        "empty_arguments": (
            "an empty string is taken for no arguments: the tool is run without, and its TypeError is told to the model"
        ),
        "wrong_type_argument": (
            "arguments are not validated: the tool is run with them, its exception is told to the model; no "
            "setting is documented"
        ),
        "string_number_argument": (
            "arguments are not converted: the tool is run with them, its exception is told to the model; no "
            "setting is documented"
        ),
        "duplicate_call_id": "every call is run, whatever its id; no setting is documented",
        "repeated_identical_call": "the tool runs again; no setting is documented",
        "tool_call_as_text": "a text is the answer, whatever it says; no setting is documented",
        "answer": "a reply without text is the answer, and empty; no setting is documented",
        "cut_answer": "the finish reason is not looked at: the half is the answer; no setting is documented",
        "cut_tool_call": (
            "arguments that are no JSON are taken for none: the tool is run without, and its TypeError is told to"
            " the model"
        ),
        "missing_usage": "it streams, and does not ask for the usage",
        "fenced_json": "the typed answer is asked for in a call of its own, as the arguments of a tool",
        "prose_around_json": "the typed answer is asked for in a call of its own, as the arguments of a tool",
        "invalid_json": (
            "what cannot be read becomes a Python warning, and the typed answer is None; no setting is documented"
        ),
        "wrong_type_field": (
            "what cannot be read becomes a Python warning, and the typed answer is None; no setting is documented"
        ),
        "missing_field": (
            "what cannot be read becomes a Python warning, and the typed answer is None; no setting is documented"
        ),
        "extra_field": "the answer is read by the Pydantic model, which leaves the stranger out",
        "string_number_field": "the answer is read by the Pydantic model, which takes the string for a number",
        "provider": "the OpenAI client tries 4 times (max_retries=3) where that may help; what remains ends the run",
        "slow_first_byte": "the LLM's timeout=60 seconds has the OpenAI client ask again; 20 (hardened)",
        "stalled_stream": (
            "the LLM's timeout=60 seconds ends the run: a stream that has begun is not asked for again; 20 (hardened)"
        ),
        "stream_cut": (
            "a stream that has begun is not asked for again: the exception ends the run; streaming=False asks for none"
        ),
        "stream_garbage": (
            "the exception of the OpenAI client, which does not try again, ends the run; no setting is documented"
        ),
        "html_error_page_200": "a stream without events is an empty answer; no setting is documented",
        "tool": (
            "a tool's result or exception is told to the model as text; max_iterations=20 ends the run with an "
            "exception, 10 (hardened)"
        ),
        "tool_hangs": "a tool has no time limit; the agent's timeout=45 ends the run with an exception (hardened)",
        "tool_returns_huge": "the whole result is sent; no setting is documented",
        "tool_returns_injection": "a tool's result is trusted; no guard is documented",
        "state": (
            "the model is told what the tool returned or raised, as text, and calls again; no setting is documented"
        ),
        "control": "the LLM waits 60 seconds; timeout=20 is long enough too (hardened)",
        "endless": (
            "max_iterations=20 ends the run with an exception, 10 (hardened); early_stopping_method='generate' "
            "asks for an answer instead"
        ),
    }

    async def agent(self, task: Task) -> Answer:
        agent = FunctionAgent(tools=list(task.tools), llm=chat_model(task), system_prompt=task.instructions)
        response = await agent.run(user_msg=task.prompt)
        return Answer(str(response))

    async def team(self, task: Task) -> Answer:
        llm = chat_model(task)
        first, last = task.team
        worker = FunctionAgent(
            name=first.name,
            description=first.description,
            system_prompt=first.instructions,
            llm=llm,
            tools=list(first.tools),
            can_handoff_to=[last.name],
        )
        speaker = FunctionAgent(
            name=last.name,
            description=last.description,
            system_prompt=last.instructions,
            llm=llm,
            tools=[],
        )
        workflow = AgentWorkflow(agents=[worker, speaker], root_agent=first.name)
        response = await workflow.run(user_msg=task.prompt)
        return Answer(str(response))

    async def structured(self, task: Task) -> Answer:
        agent = FunctionAgent(
            tools=list(task.tools),
            llm=chat_model(task),
            system_prompt=task.instructions,
            output_cls=task.answer_type,
        )
        response = await agent.run(user_msg=task.prompt)
        return Answer(response.get_pydantic_model(task.answer_type))


class OrchestratorAdapter(LlamaIndexAdapter):
    variant = "orchestrator"
    pattern = "manager"
    notes = (
        "reaches the model by OpenAILike, which is told that it chats and calls functions; by default neither",
        "team: an orchestrator, a third agent with a prompt of its own, has the roller and the reporter as tools",
    )

    async def team(self, task: Task) -> Answer:
        llm = chat_model(task)
        first, last = task.team
        worker, speaker = (
            FunctionAgent(
                name=role.name,
                description=role.description,
                system_prompt=role.instructions,
                llm=llm,
                tools=list(role.tools),
            )
            for role in (first, last)
        )

        async def call_worker(prompt: str) -> str:
            return str(await worker.run(user_msg=prompt))

        async def call_speaker(prompt: str) -> str:
            return str(await speaker.run(user_msg=prompt))

        orchestrator = FunctionAgent(
            system_prompt=f"You orchestrate others. Call the {first.name} first, then the {last.name}.",
            llm=llm,
            tools=[
                FunctionTool.from_defaults(call_worker, name=f"call_{first.name}", description=first.description),
                FunctionTool.from_defaults(call_speaker, name=f"call_{last.name}", description=last.description),
            ],
        )
        response = await orchestrator.run(user_msg=task.prompt)
        return Answer(str(response))


class HardenedAdapter(LlamaIndexAdapter):
    variant = "hardened"
    notes = (
        "reaches the model by OpenAILike, which is told that it chats and calls functions; by default neither",
        "max_iterations=10; by default 20",
        "the agent's timeout=45 seconds; by default none",
        "the LLM's timeout=20 seconds; by default 60",
    )

    async def agent(self, task: Task) -> Answer:
        agent = FunctionAgent(
            tools=list(task.tools),
            llm=hardened_model(task),
            system_prompt=task.instructions,
            timeout=45,
        )
        response = await agent.run(user_msg=task.prompt, max_iterations=10)
        return Answer(str(response))

    async def structured(self, task: Task) -> Answer:
        agent = FunctionAgent(
            tools=list(task.tools),
            llm=hardened_model(task),
            system_prompt=task.instructions,
            output_cls=task.answer_type,
            timeout=45,
        )
        response = await agent.run(user_msg=task.prompt, max_iterations=10)
        return Answer(response.get_pydantic_model(task.answer_type))


def hardened_model(task: Task) -> OpenAILike:
    return OpenAILike(
        model=task.model.name,
        api_base=task.model.base_url,
        api_key=task.model.api_key,
        is_chat_model=True,
        is_function_calling_model=True,
        timeout=20,
    )


def chat_model(task: Task) -> OpenAILike:
    return OpenAILike(
        model=task.model.name,
        api_base=task.model.base_url,
        api_key=task.model.api_key,
        is_chat_model=True,
        is_function_calling_model=True,
    )
