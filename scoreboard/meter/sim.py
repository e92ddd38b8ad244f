"""The simulated model: a task's perfect player, behind a wire dialect."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from scoreboard.meter import code_form
from scoreboard.meter.dialects.base import Dialect, Json, Turn
from scoreboard.meter.exchange import Exchange, error_body, json_body
from scoreboard.meter.tokens import TokenCounter
from tasks.base import Ask, Reply, Task


def reply(task: Task, ask: Ask) -> Reply:
    """What the perfect model says: a pure function of the request, so the same conversation gets the same reply."""
    if code_form.is_wanted(ask):
        return code_form.as_code(ask, task.play(code_form.with_offers(ask)))
    return with_ids(ask, task.play(ask))


def stopped(said: Reply, stop: object) -> Reply:
    """The reply cut before the first stop sequence in its text, as every provider cuts it."""
    sequences = [stop] if isinstance(stop, str) else stop if isinstance(stop, list) else []
    text = said.text
    for sequence in sequences:
        if text and isinstance(sequence, str) and sequence:
            text = text.partition(sequence)[0]
    return replace(said, text=text)


def with_ids(ask: Ask, said: Reply) -> Reply:
    """Gives an id to every call that has none yet; no two calls of a conversation share one."""
    turn = Turn({}, ask, said)
    calls = [
        call if call.id else replace(call, id=f"call_{turn.id_for(f'{index}/{call.name}')}")
        for index, call in enumerate(said.tool_calls)
    ]
    return replace(said, tool_calls=tuple(calls))


class SimulatedModel:
    """Answers calls by playing the trial's task, after a known delay."""

    is_provider = False

    def __init__(self, tokens: TokenCounter, latency_ms: int = 0) -> None:
        self._tokens = tokens
        self._latency_s = latency_ms / 1000

    async def ready(self) -> None:
        await self._tokens.ready()

    async def answer(self, exchange: Exchange, dialect: Dialect, task: Task, body: Json) -> None:
        ask = dialect.read(body)
        turn = Turn(body, ask, stopped(reply(task, ask), body.get("stop")))
        if self._latency_s:
            await asyncio.sleep(self._latency_s)
        if turn.reply.failure:
            message = "The simulated model fails here, because the task says so."
            await exchange.send(turn.reply.failure, error_body(message, "server_error"))
            return
        turn = replace(turn, usage=await self._tokens.usage(ask, turn.reply))
        exchange.usage = turn.usage
        if body.get("stream") is True:
            await _stream(exchange, dialect.stream(turn))
        else:
            await exchange.send(200, json_body(dialect.write(turn)))

    async def close(self) -> None:
        self._tokens.close()

    def clean(self, text: str) -> str:
        return text


async def _stream(exchange: Exchange, events: list[bytes]) -> None:
    await exchange.begin(200, {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"})
    for event in events:
        await exchange.write(event)
    await exchange.end()
