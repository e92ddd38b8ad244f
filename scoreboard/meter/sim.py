"""The simulated model: a task's perfect player, behind a wire dialect and whatever fault a trial is about."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from scoreboard.meter.dialects.base import Dialect, Json, Turn
from scoreboard.meter.exchange import Exchange, Response, error_body, json_body
from scoreboard.meter.faults.base import Page
from scoreboard.meter.faults.drill import Drill
from scoreboard.meter.faults.line import respond
from scoreboard.meter.phrase import stopped
from scoreboard.meter.tokens import TokenCounter

_STREAM = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}


class SimulatedModel:
    """Answers calls by playing the trial's task, after a known delay."""

    is_provider = False

    def __init__(self, tokens: TokenCounter, latency_ms: int = 0) -> None:
        self._tokens = tokens
        self._latency_s = latency_ms / 1000

    async def ready(self) -> None:
        await self._tokens.ready()

    async def answer(self, exchange: Exchange, dialect: Dialect, drill: Drill, body: Json) -> None:
        ask = dialect.read(body)
        said = drill.hear(ask, body)
        turn = Turn(body, ask, stopped(said.spoken.reply, body.get("stop")), quirks=said.spoken.quirks)
        exchange.step, exchange.inapplicable = said.step, said.inapplicable
        if self._latency_s:
            await asyncio.sleep(self._latency_s)
        if turn.reply.failure:
            message = "The simulated model fails here, because the task says so."
            await exchange.send(turn.reply.failure, error_body(message, "server_error"))
            return
        turn = replace(turn, usage=await self._tokens.usage(ask, turn.reply))
        tokens = turn.usage.input_tokens or 0
        if drill.context_tokens and tokens > drill.context_tokens:
            await exchange.send(400, _too_long(tokens, drill.context_tokens))
            return
        if drill.fault and said.acted:
            exchange.fault = drill.fault.name
        if isinstance(said.act, Page):
            await exchange.send(said.act.status, said.act.body, said.act.headers)
            return
        exchange.usage = turn.usage
        await respond(exchange, _response(dialect, turn), said.act)

    async def close(self) -> None:
        self._tokens.close()

    def clean(self, text: str) -> str:
        return text


def _response(dialect: Dialect, turn: Turn) -> Response:
    if turn.body.get("stream") is True:
        return Response(_STREAM, tuple(dialect.stream(turn)), is_stream=True)
    return Response({"content-type": "application/json"}, (json_body(dialect.write(turn)),))


def _too_long(tokens: int, most: int) -> bytes:
    message = (
        f"This model's maximum context length is {most} tokens. However, your messages resulted in {tokens} tokens."
    )
    return error_body(message, "invalid_request_error", "context_length_exceeded", "messages")
