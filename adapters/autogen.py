"""AutoGen AgentChat: an assistant agent, and teams of assistant agents that talk in a group."""

from __future__ import annotations

from typing import Any

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import TextMentionTermination
from autogen_agentchat.teams import RoundRobinGroupChat, SelectorGroupChat, Swarm
from autogen_core.models import ModelInfo
from autogen_core.tools import FunctionTool
from autogen_ext.models.openai import OpenAIChatCompletionClient

from adapters.base import Adapter, Answer, Usage
from tasks.base import Task


class AutoGenAdapter(Adapter):
    title = "AutoGen AgentChat"
    group = "autogen"
    package = "autogen-agentchat"
    repo = "microsoft/autogen"
    backer = "Microsoft"
    licence = "MIT (code), CC-BY-4.0 (documentation)"
    colour = "indigo"
    pattern = "group chat"
    notes = (
        "tells its client what the model can do (model_info), as its documentation asks for models it does not know",
        "agent: streams, and answers in a second call without tools (reflect_on_tool_use), as its quickstart does; by "
        "default neither; streaming, it counts no tokens and claims 0",
        "structured: strict tools, without which it refuses a typed answer",
        "team: a round robin until the reporter, as it is told, says TERMINATE; the roller passes on its tool's bare "
        "result, as it does by default",
    )
    defaults = {
        "tool_call": "what was wrong is told to the model, which may not call again (max_tool_iterations is 1) and "
        "answers as best it can; a higher one lets it (hardened)",
        "string_number_argument": "arguments are validated in Pydantic's lax mode, which reads the string as the "
        "number",
        "extra_argument": "arguments are read into a Pydantic model that leaves the stranger out",
        "arguments_as_object": "streamed, the pieces of a call are put together as text, and a TypeError ends the run; "
        "not streamed, the object is accepted; no setting is documented",
        "missing_call_id": "streamed, a null id becomes an empty one; not streamed, no result can be made for it, and "
        "the agent waits for it for ever; no setting is documented",
        "duplicate_call_id": "each call of a reply is run, also two with one id; no setting is documented",
        "tool_call_as_text": "any text is the answer; no setting is documented",
        "text_beside_tool_call": "text beside a call is kept as a thought, and is not the answer",
        "two_calls_at_once": "each call gets its own answer: the right one its result, the other one that there is no "
        "such tool",
        "finish_reason_mismatch": "the agent does not look at the finish_reason",
        "repeated_identical_call": "by default the tool is not on offer any more (max_tool_iterations is 1); with a "
        "higher one each call is run (hardened)",
        "answer": "the client's parse helper validates a typed answer, and its ValidationError ends the run; no "
        "setting is documented that asks again",
        "empty_answer": "an empty answer is passed on, with a warning; no setting is documented that asks again",
        "null_answer": "no text becomes an empty answer, with a warning; no setting is documented that asks again",
        "no_choices": "streamed, chunks without a choice are skipped, and the answer is empty; not streamed, an "
        "IndexError ends the run; no setting is documented",
        "cut_answer": "the agent does not look at the finish_reason, and passes half an answer on; no setting is "
        "documented",
        "cut_tool_call": "the model hears that the JSON is broken, and may not call again (max_tool_iterations is 1); "
        "a higher one lets it (hardened)",
        "content_filter": "the agent does not look at the finish_reason, and no text becomes an empty answer; no "
        "setting is documented",
        "refusal": "a refusal in a stream is left out, and no text becomes an empty answer; no setting is documented",
        "missing_usage": "a stream is not asked for its usage, the client's stream_options ask for it; not streamed, "
        "none counts as no tokens",
        "extra_field": "the stranger is left out, as by any Pydantic model that does not forbid extra fields",
        "string_number_field": "the answer is validated in Pydantic's lax mode, which reads the string as the number",
        "provider": "the openai client repeats the request twice, then its exception ends the run; the client's "
        "max_retries changes that",
        "http_400": "the openai client's exception ends the run after one request",
        "http_401": "the openai client's exception ends the run after one request",
        "slow_first_byte": "a request may take 600 s; the client's timeout shortens it, and the openai client repeats "
        "it (hardened)",
        "stalled_stream": "a read may take 600 s; the client's timeout shortens it, and ends the run, as a stream is "
        "not repeated once begun (hardened)",
        "stream_cut": "a stream is not repeated once it has begun, and the exception ends the run; "
        "model_client_stream=False would let the openai client repeat it",
        "stream_garbage": "a JSONDecodeError ends the run; no setting is documented",
        "html_error_page_200": "streamed, a page without events is an empty answer; not streamed, an AttributeError "
        "ends the run; no setting is documented",
        "tool": "what a tool returns goes to the model as text, but it may not call again (max_tool_iterations is 1); "
        "a higher one lets it (hardened)",
        "tool_raises": "a tool's exception is told to the model, which may not call again (max_tool_iterations is 1); "
        "a higher one lets it (hardened)",
        "tool_hangs": "a tool has no limit of time; no setting is documented but cancelling the whole run",
        "tool_returns_huge": "a result is not shortened, and the 400 that it leads to ends the run; a "
        "TokenLimitedChatCompletionContext could leave it out",
        "tool_returns_injection": "there is no guard; by default no tool is on offer after the first ones have run, a "
        "higher max_tool_iterations offers them again (hardened)",
        "state": "what a tool returns goes to the model as text, but it may not call again (max_tool_iterations is 1); "
        "a higher one lets it (hardened)",
        "lost_acknowledgement": "a tool's exception is told to the model, which may not call again "
        "(max_tool_iterations is 1); with a higher one it does (hardened)",
        "control": "a request may take 600 s; the client's timeout allows 30 s (hardened)",
        "endless": "tools are run once, and then not on offer any more (max_tool_iterations is 1); ten times, and then "
        "the model must answer without (hardened)",
    }

    async def agent(self, task: Task) -> Answer:
        model_client = chat_client(task)
        agent = AssistantAgent(
            name="assistant",
            model_client=model_client,
            tools=list(task.tools),
            system_message=task.instructions,
            reflect_on_tool_use=True,
            model_client_stream=True,
        )
        result = await agent.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))

    async def team(self, task: Task) -> Answer:
        model_client = chat_client(task)
        team = RoundRobinGroupChat(
            members(task, model_client),
            termination_condition=TextMentionTermination("TERMINATE"),
        )
        result = await team.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))

    async def structured(self, task: Task) -> Answer:
        model_client = chat_client(task)
        agent = AssistantAgent(
            name="assistant",
            model_client=model_client,
            tools=[FunctionTool(tool, description=tool.__doc__, strict=True) for tool in task.tools],
            system_message=task.instructions,
            output_content_type=task.answer_type,
        )
        result = await agent.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))


class AutoGenToolLoopAdapter(AutoGenAdapter):
    variant = "tool_loop"
    notes = (
        "tells its client what the model can do (model_info), as its documentation asks for models it does not know",
        "may call tools ten times over (max_tool_iterations=10), as its page on agents shows; by default once",
        "structured: strict tools, without which it refuses a typed answer",
    )
    defaults = {
        "tool_call": "what was wrong is told to the model, which calls again, up to max_tool_iterations=10 times",
        "repeated_identical_call": "each call is run, up to max_tool_iterations=10 times",
        "cut_tool_call": "the model hears that the JSON is broken, and calls again, up to max_tool_iterations=10 times",
        "tool": "what a tool returns goes to the model as text, which may call again ten times over",
        "tool_raises": "a tool's exception is told to the model, which calls again, up to max_tool_iterations=10 times",
        "tool_returns_injection": "there is no guard, and the tools stay on offer, up to max_tool_iterations=10 times",
        "state": "what a tool returns goes to the model as text, which may call again ten times over",
        "lost_acknowledgement": "a tool's exception is told to the model, which calls again: the work is done twice",
        "endless": "after max_tool_iterations=10 the last tool's result is the answer, without a word",
        "slow_first_byte": "a request may take 600 s; the client's timeout shortens it",
        "stalled_stream": "a read may take 600 s; the client's timeout shortens it",
        "stream_cut": "not streamed: the openai client repeats the request",
        "control": "a request may take 600 s",
    }

    async def agent(self, task: Task) -> Answer:
        model_client = chat_client(task)
        agent = AssistantAgent(
            name="assistant",
            model_client=model_client,
            tools=list(task.tools),
            system_message=task.instructions,
            max_tool_iterations=10,
        )
        result = await agent.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))

    async def structured(self, task: Task) -> Answer:
        model_client = chat_client(task)
        agent = AssistantAgent(
            name="assistant",
            model_client=model_client,
            tools=[FunctionTool(tool, description=tool.__doc__, strict=True) for tool in task.tools],
            system_message=task.instructions,
            output_content_type=task.answer_type,
            max_tool_iterations=10,
        )
        result = await agent.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))


class AutoGenHardenedAdapter(AutoGenAdapter):
    variant = "hardened"
    notes = (
        "tells its client what the model can do (model_info), as its documentation asks for models it does not know",
        "may call tools ten times over (max_tool_iterations=10), as its page on agents shows; by default once",
        "a request may take 30 s (the client's timeout); by default 600 s",
        "agent: streams, and answers at last in a call without tools (reflect_on_tool_use), as its quickstart does; by "
        "default neither; streaming, it counts no tokens and claims 0",
        "structured: strict tools, without which it refuses a typed answer",
    )

    async def agent(self, task: Task) -> Answer:
        model_client = hurried_client(task)
        agent = AssistantAgent(
            name="assistant",
            model_client=model_client,
            tools=list(task.tools),
            system_message=task.instructions,
            reflect_on_tool_use=True,
            model_client_stream=True,
            max_tool_iterations=10,
        )
        result = await agent.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))

    async def structured(self, task: Task) -> Answer:
        model_client = hurried_client(task)
        agent = AssistantAgent(
            name="assistant",
            model_client=model_client,
            tools=[FunctionTool(tool, description=tool.__doc__, strict=True) for tool in task.tools],
            system_message=task.instructions,
            output_content_type=task.answer_type,
            max_tool_iterations=10,
        )
        result = await agent.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))


class AutoGenSwarmAdapter(AutoGenAdapter):
    variant = "swarm"
    pattern = "hand-off"
    notes = (
        "tells its client what the model can do (model_info), as its documentation asks for models it does not know",
        "team: a swarm until the reporter, as it is told, says TERMINATE; the roller hands over to it through a tool",
    )

    async def team(self, task: Task) -> Answer:
        model_client = chat_client(task)
        _first, last = task.team
        team = Swarm(
            members(task, model_client, handoffs=[last.name]),
            termination_condition=TextMentionTermination("TERMINATE"),
        )
        result = await team.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))


class AutoGenSelectorAdapter(AutoGenAdapter):
    variant = "selector"
    notes = (
        "tells its client what the model can do (model_info), as its documentation asks for models it does not know",
        "team: a group chat until the reporter, as it is told, says TERMINATE; the model picks who speaks next",
        "team: the usage it reports leaves the picking out",
    )

    async def team(self, task: Task) -> Answer:
        model_client = chat_client(task)
        team = SelectorGroupChat(
            members(task, model_client),
            model_client=model_client,
            termination_condition=TextMentionTermination("TERMINATE"),
        )
        result = await team.run(task=task.prompt)
        await model_client.close()
        return Answer(result.messages[-1].content, claimed_usage(result))


def members(task: Task, model_client: OpenAIChatCompletionClient, **of_worker: Any) -> list[AssistantAgent]:
    first, last = task.team
    worker = AssistantAgent(
        name=first.name,
        description=first.description,
        model_client=model_client,
        tools=list(first.tools),
        system_message=first.instructions,
        **of_worker,
    )
    speaker = AssistantAgent(
        name=last.name,
        description=last.description,
        model_client=model_client,
        system_message=f"{last.instructions} End with TERMINATE.",
    )
    return [worker, speaker]


def chat_client(task: Task) -> OpenAIChatCompletionClient:
    return OpenAIChatCompletionClient(
        model=task.model.name,
        base_url=task.model.base_url,
        api_key=task.model.api_key,
        model_info=ModelInfo(
            vision=False,
            function_calling=True,
            json_output=True,
            family="unknown",
            structured_output=True,
        ),
    )


def hurried_client(task: Task) -> OpenAIChatCompletionClient:
    return OpenAIChatCompletionClient(
        model=task.model.name,
        base_url=task.model.base_url,
        api_key=task.model.api_key,
        timeout=30,
        model_info=ModelInfo(
            vision=False,
            function_calling=True,
            json_output=True,
            family="unknown",
            structured_output=True,
        ),
    )


def claimed_usage(result: Any) -> Usage:
    """What the messages of a run claim. Whom a selector asks who speaks next leaves no message, and so no claim."""
    usages = [message.models_usage for message in result.messages if message.models_usage]
    return Usage(None, sum(u.prompt_tokens for u in usages), sum(u.completion_tokens for u in usages))
