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
    notes = (
        "reaches the model by OpenAILike, which is told that it chats and calls functions; by default neither",
        "team: an AgentWorkflow; the roller hands over to the reporter",
    )

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


def chat_model(task: Task) -> OpenAILike:
    return OpenAILike(
        model=task.model.name,
        api_base=task.model.base_url,
        api_key=task.model.api_key,
        is_chat_model=True,
        is_function_calling_model=True,
    )
