"""A guest that meets a fault and says exactly what it got: the model's name says what it does."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import threading
import urllib.request
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import urlsplit

from adapters.base import Adapter, Answer
from tasks.base import Task

PATIENCE_S = 0.1  # with a tool that hangs
Got = list[Any]  # the type of what came or was raised, its beginning, and its whole length


class Unlucky(Adapter):
    title = "Unlucky"
    group = "controls"
    package = "pydantic"

    def agent(self, task: Task) -> Any:
        return globals()[task.model.name](task)

    team = structured = agent


def got(act: Callable[[], Any]) -> Got:
    try:
        came = act()
    except Exception as error:  # noqa: BLE001 - it tells whatever came
        return [type(error).__name__, str(error), 0]
    words = came if isinstance(came, str) else repr(came)
    return [type(came).__name__, words[:150], len(words)]


def run_twice(task: Task) -> Answer:
    return Answer([got(lambda: task.tools[0](sides=20)) for _time in range(2)])


async def run_async_twice(task: Task) -> Answer:
    """The same with an async tool, which must not hold up anybody else."""
    told = []
    for _time in range(2):
        try:
            came = await asyncio.wait_for(task.tools[1](14), 10 * PATIENCE_S)
            told.append([type(came).__name__, (came if isinstance(came, str) else repr(came))[:150]])
        except Exception as error:  # noqa: BLE001 - it tells whatever came
            told.append([type(error).__name__, str(error)])
    return Answer(told)


def run_beside(task: Task) -> Answer:
    """Frameworks that put a limit to their tools run them in threads."""

    def run() -> Got:
        came: list[Got] = []
        thread = threading.Thread(target=lambda: came.append(got(lambda: task.tools[0](sides=20))), daemon=True)
        thread.start()
        thread.join(PATIENCE_S)
        return ["hanging", "", 0] if thread.is_alive() else came[0]

    return Answer([run(), run()])


def look_at_offers(task: Task) -> Answer:
    return Answer([[tool.__name__, tool.__doc__, got(tool)] for tool in task.tools[3:]])


def converse(task: Task) -> Answer:
    """Asks the model over one connection, as far as it is kept, runs the tool, and tries thrice to go on."""
    url = urlsplit(task.model.base_url)
    connection = http.client.HTTPConnection(str(url.hostname), url.port)
    messages: list[dict[str, Any]] = [{"role": "user", "content": task.prompt}]
    parameters = {"type": "object", "properties": {"sides": {"type": "integer"}}}
    tools = [{"type": "function", "function": {"name": "roll_dice", "parameters": parameters}}]

    def ask() -> Any:
        body = json.dumps({"model": "sim", "messages": messages, "tools": tools})
        try:
            connection.request("POST", f"{url.path}/chat/completions", body, {"content-type": "application/json"})
        except OSError:
            connection.close()
            raise
        return json.loads(connection.getresponse().read())["choices"][0]["message"]

    first = ask()
    result = task.tools[0](sides=20)
    call = first["tool_calls"][0]["id"]
    messages += [first, {"role": "tool", "tool_call_id": call, "content": result}]
    return Answer([got(lambda: ask()["content"]) for _time in range(3)])


def reach_meter(task: Task) -> Answer:
    """Every way to open a connection, before a tool has run and afterwards."""
    url = urlsplit(task.model.base_url)
    where = (str(url.hostname), int(url.port or 0))

    async def open_async() -> None:
        _, writer = await asyncio.open_connection(*where)
        writer.close()
        await writer.wait_closed()

    def fetch() -> int:
        with urllib.request.urlopen(task.model.base_url) as response:
            return len(response.read())

    def try_to_connect() -> int:
        with socket.socket() as sock:
            return sock.connect_ex(where)

    ways: list[Callable[[], Any]] = [
        lambda: socket.create_connection(where).close(),
        try_to_connect,
        fetch,
        lambda: asyncio.run(open_async()),
    ]
    before = [got(way)[:2] for way in ways]
    task.tools[0](1)
    return Answer([before, [got(way)[:2] for way in ways]])


def be_refused_and_die(task: Task) -> NoReturn:
    task.tools[0](1)
    reach_meter(task)
    os._exit(1)
