"""The gateway: one URL per trial, every call recorded, budgets enforced. Who knows no trial's token gets nothing."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Protocol

from aiohttp import web

from scoreboard.meter.call import Call
from scoreboard.meter.dialects.base import CREATED, BadRequest, Dialect, Json
from scoreboard.meter.dialects.known import dialect_at
from scoreboard.meter.exchange import NO_RETRY, Exchange, error_body, json_body
from scoreboard.meter.faults.catalogue import fault_named
from scoreboard.meter.faults.drill import Drill, attempt_of
from scoreboard.meter.ledger import Admission, Ledger
from tasks.base import Task

HOST = "127.0.0.1"
BACKLOG = 1024
LARGEST_BODY_BYTES = 64 * 1024 * 1024


class Answerer(Protocol):
    """The model behind the meter. It answers the exchange, and says in words where a provider failed."""

    is_provider: bool

    async def ready(self) -> None:
        """Returns once calls can be answered without waiting for anything to load."""

    async def answer(self, exchange: Exchange, dialect: Dialect, drill: Drill, body: Json) -> None: ...

    async def close(self) -> None: ...

    def clean(self, text: str) -> str:
        """A text without whatever must not be told."""


class Gateway:
    """Listens on loopback only, on a port of the system's choice or on a socket that is bound already."""

    def __init__(
        self, answerer: Answerer, model_name: str, load_task: Callable[[str], type[Task]], mistakes: int = 1
    ) -> None:
        self._answerer = answerer
        self._mistakes = mistakes
        self._model_name = model_name
        self._load_task = load_task
        self._ledgers: dict[str, Ledger] = {}
        self._runner: web.ServerRunner | None = None
        self.port = 0

    async def start(self, listener: socket.socket | None = None) -> None:
        listener = listener or socket.create_server((HOST, 0), backlog=BACKLOG)
        server = web.Server(self._handle, request_factory=_request, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, listener, backlog=BACKLOG).start()
        self.port = listener.getsockname()[1]

    async def stop(self) -> None:
        for token in list(self._ledgers):
            await self.close(token)
        if self._runner:
            await self._runner.cleanup()
        await self._answerer.close()

    async def open(self, admission: Admission) -> str:
        """A token for one trial. It cannot be guessed from the trial's id."""
        await self._answerer.ready()
        task = self._load_task(admission.task)(admission.seed)
        token = f"{admission.trial_id}-{secrets.token_hex(4)}"
        drill = Drill(task, fault_named(admission.fault), self._mistakes)
        self._ledgers[token] = Ledger(drill, admission.budget)
        return token

    async def close(self, token: str) -> list[Call]:
        """Everything the trial called. From now on its token is unknown."""
        ledger = self._ledgers.pop(token)
        return await ledger.settle()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        token, path = _target(request.raw_path)
        ledger = self._ledgers.get(token)
        if ledger is None:
            message = "Bakeoff knows no such trial: use the base URL that the trial was given."
            refusal = error_body(message, "invalid_request_error", "unknown_trial")
            return web.Response(status=401, body=refusal, headers=NO_RETRY)
        exchange = Exchange(request, ledger.next_ordinal(), path, dialect_at(path))
        exchange.keeps_connection = ledger.drill.keeps_connections
        running = asyncio.current_task()
        assert running is not None
        ledger.running.add(running)
        try:
            await self._answer(exchange, ledger)
        finally:
            ledger.running.discard(running)
            ledger.record(exchange.call())
        return exchange.response or web.Response()  # without any, there is no connection left either

    async def _answer(self, exchange: Exchange, ledger: Ledger) -> None:
        """Whatever goes wrong here becomes an answer; only a connection that ended is left to end."""
        try:
            await exchange.read()
            await self._route(exchange, ledger)
        except BadRequest as error:
            await exchange.send(400, error_body(str(error), "invalid_request_error", error.code, error.param), NO_RETRY)
        except web.HTTPRequestEntityTooLarge:
            message = f"The request is larger than {LARGEST_BODY_BYTES} bytes."
            await exchange.send(413, error_body(message, "invalid_request_error", "too_large"), NO_RETRY)
        except web.RequestPayloadError as error:
            message = f"The request body cannot be read: {error}"
            await exchange.send(400, error_body(message, "invalid_request_error"), NO_RETRY)
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001 - our own fault must void the trial, never blame the framework
            await self._own_fault(exchange, error)

    async def _route(self, exchange: Exchange, ledger: Ledger) -> None:
        request = exchange.request
        if budget := ledger.spent(exchange.ordinal):
            await _refuse(exchange, ledger, budget)
        elif exchange.dialect and request.method == "POST":
            await self._ask_model(exchange, ledger, exchange.dialect)
        elif request.method == "GET" and exchange.path.partition("?")[0].strip("/") == "models":
            model = {"id": self._model_name, "object": "model", "created": CREATED, "owned_by": "bakeoff"}
            await exchange.send(200, json_body({"object": "list", "data": [model]}))
        else:
            message = f"Unknown request URL: {request.method} {exchange.path}."
            await exchange.send(404, error_body(message, "invalid_request_error", "unknown_url"), NO_RETRY)

    async def _ask_model(self, exchange: Exchange, ledger: Ledger, dialect: Dialect) -> None:
        body = _parsed(exchange.body)
        exchange.attempt = attempt_of(exchange.body, ledger.calls)
        try:
            async with asyncio.timeout_at(ledger.deadline_s):
                await self._answerer.answer(exchange, dialect, ledger.drill, body)
        except TimeoutError:
            if self._answerer.is_provider:
                limit = ledger.limit("seconds")
                exchange.provider_failure = f"The provider had not finished when the trial's {limit} were spent."
            await _refuse(exchange, ledger, "seconds")
        if exchange.is_silent:
            await exchange.silence()

    async def _own_fault(self, exchange: Exchange, error: Exception) -> None:
        sys.stderr.write(self._answerer.clean("".join(traceback.format_exception(error))))
        exchange.provider_failure = self._answerer.clean(f"Bakeoff's own fault: {type(error).__name__}: {error}")
        if exchange.begun:
            exchange.cut()
        else:
            body = error_body(exchange.provider_failure, "server_error", "bakeoff_fault")
            await exchange.send(500, body, NO_RETRY)


def _request(message, payload, protocol, writer, task) -> web.BaseRequest:  # type: ignore[no-untyped-def]
    """A request as the server makes it, but with room for large bodies."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_BODY_BYTES)


def _target(raw_path: str) -> tuple[str, str]:
    """Token and path of `/t/TOKEN/v1/PATH`. A path that is not below `v1` begins with dots."""
    if not raw_path.startswith("/t/"):
        return "", raw_path
    token, slash, rest = raw_path[len("/t/") :].partition("/")
    return token, rest.removeprefix("v1/") if rest.startswith("v1/") else f"..{slash}{rest}"


def _parsed(body: bytes) -> Json:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("We could not parse the JSON body of your request.") from None
    if not isinstance(parsed, dict):
        raise BadRequest("The JSON body of your request should be an object.")
    return parsed


async def _refuse(exchange: Exchange, ledger: Ledger, budget: str) -> None:
    """An error that no client repeats by itself: the framework has to give up, and the verdict is `runaway`."""
    exchange.refused = budget
    if exchange.begun:
        exchange.cut()
        return
    message = f"Bakeoff budget spent: this trial may use {ledger.limit(budget)}."
    error = {"message": message, "type": "budget_exceeded", "code": "budget_exceeded"}
    await exchange.send(400, json_body({"error": error}), NO_RETRY)
