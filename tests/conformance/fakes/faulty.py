"""An adapter that works, by the plain client in a loop, and its variants, each of which does one thing wrong."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import socket
import time
from typing import Any

from openai import APIError, BadRequestError, InternalServerError, OpenAI  # type: ignore[import-not-found]

from adapters.base import Adapter, Answer, Usage
from adapters.baseline import describe
from tasks.base import Role, Task, Tool

RUNS = itertools.count(1)


class Faulty(Adapter):
    title = "works"
    group = "baseline"
    package = "openai"

    turns = 20

    def agent(self, task: Task) -> Answer:
        return self.loop(task, task.instructions, task.prompt, task.tools)

    def team(self, task: Task) -> Answer:
        roller, reporter = task.team
        rolled = self.loop(task, roller.instructions, task.prompt, roller.tools)
        reported = self.loop(task, reporter.instructions, f"The roller says: {rolled.output}", reporter.tools)
        return Answer(reported.output, self.added(rolled.usage, reported.usage))

    def structured(self, task: Task) -> Answer:
        return self.loop(task, task.instructions, task.prompt, task.tools, response_format=task.answer_type)

    def loop(self, task: Task, instructions: str, prompt: str, tools: tuple[Tool, ...], **options: Any) -> Answer:
        client = OpenAI(base_url=task.model.base_url, api_key=task.model.api_key, max_retries=0)
        messages: list[Any] = [{"role": "system", "content": instructions}, {"role": "user", "content": prompt}]
        options |= {"tools": [describe(tool) for tool in tools]} if tools else {}
        usage = Usage(0, 0, 0)
        for _turn in range(self.turns):
            completion = self.ask(client, model=task.model.name, messages=messages, **options)
            usage = self.added(usage, Usage(1, completion.usage.prompt_tokens, completion.usage.completion_tokens))
            message = completion.choices[0].message
            if not message.tool_calls:
                break
            sent = {"id": True, "type": True, "function": {"name", "arguments"}}
            calls = [call.model_dump(include=sent) for call in message.tool_calls]
            messages.append({"role": "assistant", "content": message.content, "tool_calls": calls})
            for call in self.heeded(message.tool_calls):
                result = self.result(tools, call.function.name, json.loads(call.function.arguments))
                messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
        return Answer(self.answer(message, messages, options), usage)

    def ask(self, client: OpenAI, **request: Any) -> Any:
        return client.chat.completions.parse(**request)

    def heeded(self, calls: list[Any]) -> list[Any]:
        return calls

    def result(self, tools: tuple[Tool, ...], name: str, arguments: dict[str, Any]) -> str:
        try:
            return str(next(tool for tool in tools if tool.__name__ == name)(**arguments))
        except Exception as error:  # noqa: BLE001 - whatever a tool raises, the model hears of it
            return f"Error: {error}"

    def answer(self, message: Any, messages: list[Any], options: dict[str, Any]) -> object:
        return message.parsed if "response_format" in options else message.content

    def added(self, one: Usage | None, other: Usage | None) -> Usage:
        assert one
        assert other
        pairs = zip(vars(one).values(), vars(other).values(), strict=True)
        return Usage(*(first + second for first, second in pairs))


class Nonsense(Faulty):
    """Asks, does not listen, and says that all is well."""

    variant = "nonsense"

    def agent(self, task: Task) -> Answer:
        with contextlib.suppress(APIError):
            self.loop(task, "Hm.", "Hm?", ())
        return Answer("All is well.")

    team = agent
    structured = agent


class Deaf(Faulty):
    """Answers with what the tool said, without telling the model."""

    variant = "deaf"
    turns = 1

    def answer(self, message: Any, messages: list[Any], options: dict[str, Any]) -> object:
        return messages[-1]["content"] if messages[-1]["role"] == "tool" else message.content


class FirstOnly(Faulty):
    """Runs the first of several tool calls, and leaves the others without a result."""

    variant = "first_only"

    def heeded(self, calls: list[Any]) -> list[Any]:
        return calls[:1]


class OneTurn(Faulty):
    """Asks the model once more after the tool has run, and takes what it says for the answer."""

    variant = "one_turn"
    turns = 2


class Lonely(Faulty):
    """Makes no team: the roller does it all."""

    variant = "lonely"

    def team(self, task: Task) -> Answer:
        roller: Role = task.team[0]
        return self.loop(task, roller.instructions, task.prompt, roller.tools)


class Untyped(Faulty):
    """Gives the typed answer as a dict."""

    variant = "untyped"

    def structured(self, task: Task) -> Answer:
        answer = super().structured(task)
        return Answer(answer.output.model_dump(), answer.usage)  # type: ignore[attr-defined]


class Hasty(Faulty):
    """Streams, and takes the first piece for the whole."""

    variant = "hasty"

    def agent(self, task: Task) -> Answer:
        client = OpenAI(base_url=task.model.base_url, api_key=task.model.api_key, max_retries=0)
        messages: list[Any] = [{"role": "user", "content": task.prompt}]
        stream = client.chat.completions.create(model=task.model.name, messages=messages, stream=True)
        return Answer(next(iter(stream)).choices[0].delta.content)


class Swallower(Faulty):
    """Makes a result up where the tool raises."""

    variant = "swallower"

    def result(self, tools: tuple[Tool, ...], name: str, arguments: dict[str, Any]) -> str:
        told = super().result(tools, name, arguments)
        return "Roll #1: 99 on a 20-sided dice." if told.startswith("Error") else told


class Denier(Faulty):
    """Answers as if all were well where the provider fails."""

    variant = "denier"

    def agent(self, task: Task) -> Answer:
        try:
            return super().agent(task)
        except InternalServerError:
            return Answer("You rolled a 7.")


class Hanger(Faulty):
    """Waits for ever for a provider that failed."""

    variant = "hanger"

    def ask(self, client: OpenAI, **request: Any) -> Any:
        try:
            return super().ask(client, **request)
        except InternalServerError:
            time.sleep(3600)


class Stubborn(Faulty):
    """Goes on asking when it is told to stop."""

    variant = "stubborn"

    def ask(self, client: OpenAI, **request: Any) -> Any:
        for _attempt in range(20):
            with contextlib.suppress(BadRequestError):
                return super().ask(client, **request)
        raise RuntimeError("they never let me")


class Boaster(Faulty):
    """Claims more than it used."""

    variant = "boaster"

    def added(self, one: Usage | None, other: Usage | None) -> Usage:
        return Usage(*(2 * figure for figure in vars(super().added(one, other)).values()))


class Miser(Faulty):
    """Claims what its last call used."""

    variant = "miser"

    def added(self, one: Usage | None, other: Usage | None) -> Usage:
        assert other
        return other


class Shouter(Faulty):
    """Prints without end."""

    variant = "shouter"

    def ask(self, client: OpenAI, **request: Any) -> Any:
        print("hear, hear! " * 20_000)
        return super().ask(client, **request)


class Loopless(Faulty):
    """Works in a plain program only, and blames something else."""

    variant = "loopless"

    def ask(self, client: OpenAI, **request: Any) -> Any:
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop()
            raise KeyError("settings")
        return super().ask(client, **request)


class Caller(Faulty):
    """Cannot do without its home."""

    variant = "caller"

    def ask(self, client: OpenAI, **request: Any) -> Any:
        socket.create_connection(("telemetry.example", 443))
        return super().ask(client, **request)


class Moody(Faulty):
    """Asks once more than needed when it is called for the first time."""

    variant = "moody"

    def agent(self, task: Task) -> Answer:
        if next(RUNS) == 1:
            self.loop(task, "Hm.", "Hm?", ())
        return super().agent(task)
