"""LlamaIndex: function agents that hand over to one another in an AgentWorkflow, or that an orchestrator calls."""

from __future__ import annotations

from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent
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
        roles = {role.name: role for role in task.team}
        roller = FunctionAgent(
            name="roller",
            description=roles["roller"].description,
            system_prompt=roles["roller"].instructions,
            llm=llm,
            tools=list(roles["roller"].tools),
            can_handoff_to=["reporter"],
        )
        reporter = FunctionAgent(
            name="reporter",
            description=roles["reporter"].description,
            system_prompt=roles["reporter"].instructions,
            llm=llm,
            tools=[],
        )
        workflow = AgentWorkflow(agents=[roller, reporter], root_agent="roller")
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
        roller, reporter = (
            FunctionAgent(
                name=role.name,
                description=role.description,
                system_prompt=role.instructions,
                llm=llm,
                tools=list(role.tools),
            )
            for role in task.team
        )

        async def call_roller(prompt: str) -> str:
            """Useful for rolling dice."""
            return str(await roller.run(user_msg=prompt))

        async def call_reporter(prompt: str) -> str:
            """Useful for telling the user which number the roller rolled."""
            return str(await reporter.run(user_msg=prompt))

        orchestrator = FunctionAgent(
            system_prompt="You orchestrate a roller and a reporter. Call the roller first, then the reporter.",
            llm=llm,
            tools=[call_roller, call_reporter],
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
