"""A real provider behind the meter: passed through as it comes, its failures told apart, its key kept."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from scoreboard.meter.call import Call
from scoreboard.meter.model import ModelSpec
from scoreboard.meter.upstream import Upstream
from scoreboard.runner.plan import Budget
from tests.meter.callers import AMPLE, Got, Guest, Kitchen, chat, kitchen, responses

KEY = "sk-provider-secret-0123456789"
CHAT = "chat/completions"
BODY = {"id": "x", "choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 3}}
EVENT_STREAM = {"content-type": "text/event-stream"}
USAGE_EVENT = b'data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3}}\n\ndata: [DONE]\n\n'

Cook = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def provider(cook: Cook) -> AsyncIterator[str]:
    """A provider on this machine; its base URL."""
    runner = web.ServerRunner(web.Server(cook, handler_cancellation=True, access_log=None), shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def metered(base_url: str, key: str = KEY) -> AsyncIterator[Kitchen]:
    async with kitchen(Upstream(ModelSpec("openai", "gpt", base_url), key)) as here:
        yield here


def told(cook: Cook, body: object, path: str = CHAT, *, budget: Budget = AMPLE, **headers: str) -> tuple[Got, Call]:
    """One call through the meter to a provider."""

    async def run() -> tuple[Got, Call]:
        async with provider(cook) as url, metered(url) as here:
            guest = await here.admit(budget=budget)
            got = await guest.post(path, body, **headers)
            (call,) = await here.calls(guest)
            return got, call

    return asyncio.run(run())


def answering(body: Any, status: int = 200, **headers: str) -> Cook:
    async def cook(request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return web.Response(status=status, body=data, headers={"content-type": "application/json", **headers})

    return cook


async def stream(request: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse(headers=EVENT_STREAM)
    await response.prepare(request)
    return response


def test_the_request_arrives_verbatim_with_the_providers_key() -> None:
    seen: list[tuple[str, str, dict[str, str], bytes]] = []

    async def cook(request: web.BaseRequest) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        seen.append((request.method, request.raw_path, headers, await request.read()))
        return web.json_response(BODY)

    sent = b' {"model":"gpt",  "messages":[]} '
    headers = {"api_key": "guest", "x_mine": "kept", "accept_encoding": "gzip"}
    headers |= {"connection": "keep-alive, x-hop", "x_hop": "1", "keep_alive": "timeout=5", "te": "trailers"}
    got, call = told(cook, sent, f"{CHAT}?v=1", budget=AMPLE, **headers)
    ((method, path, arrived, body),) = seen
    assert (method, path, body) == ("POST", f"/v1/{CHAT}?v=1", sent)
    assert arrived["authorization"] == f"Bearer {KEY}"
    assert (arrived["accept-encoding"], arrived["x-mine"]) == ("identity", "kept")
    assert not {"api-key", "x-hop", "keep-alive", "te"} & set(arrived)
    assert got.json == BODY
    assert (call.request_body, call.response_body) == (sent, got.body)
    assert (call.input_tokens, call.output_tokens, call.provider_failure) == (12, 3, None)


def test_without_a_key_none_is_sent() -> None:
    async def run() -> Got:
        async def cook(request: web.BaseRequest) -> web.StreamResponse:
            return web.json_response({"authorization": request.headers.get("authorization")})

        async with provider(cook) as url, metered(url, key="") as here:
            return await (await here.admit()).post(CHAT, chat())

    assert asyncio.run(run()).json == {"authorization": None}


def test_responses_tell_their_own_usage() -> None:
    body = {"usage": {"input_tokens": 4, "output_tokens": 2}}
    _, call = told(answering(body), responses(), "responses")
    assert (call.dialect, call.input_tokens, call.output_tokens) == ("openai-responses", 4, 2)


@pytest.mark.parametrize("body", [{"id": "x"}, {"usage": None}, b"no json"])
def test_usage_the_provider_does_not_tell_is_unknown(body: Any) -> None:
    _, call = told(answering(body), chat())
    assert (call.input_tokens, call.output_tokens) == (None, None)


def test_the_first_chunk_arrives_before_the_last_is_sent() -> None:
    async def run() -> tuple[list[bytes], Call]:
        acknowledged = asyncio.Event()

        async def cook(request: web.BaseRequest) -> web.StreamResponse:
            response = await stream(request)
            await response.write(b"data: {}\n\n")
            await acknowledged.wait()
            await response.write(USAGE_EVENT)
            return response

        async with provider(cook) as url, metered(url) as here:
            guest = await here.admit()
            chunks = []
            async with here.session.post(f"{guest.base_url}/{CHAT}", json=chat(stream=True)) as response:
                async for chunk in response.content.iter_any():
                    chunks.append(chunk)
                    acknowledged.set()
            (call,) = await here.calls(guest)
            return chunks, call

    chunks, call = asyncio.run(run())
    assert chunks == [b"data: {}\n\n", USAGE_EVENT]
    assert [size for _, size in call.chunks] == [10, len(USAGE_EVENT)]
    assert (call.streamed, call.complete, call.input_tokens, call.output_tokens) == (True, True, 12, 3)


def test_a_stream_without_usage_has_none() -> None:
    async def cook(request: web.BaseRequest) -> web.StreamResponse:
        response = await stream(request)
        await response.write(b'data: {"choices":[],"usage":null}\n\ndata: [DONE]\n\n')
        return response

    _, call = told(cook, chat(stream=True))
    assert (call.input_tokens, call.output_tokens, call.provider_failure) == (None, None, None)


@pytest.mark.parametrize("status", [302, 401, 402, 403, 404, 429, 500, 503, 529])
def test_a_providers_refusal_is_passed_on_and_told(status: int) -> None:
    body = {"error": {"message": f"No, {KEY}!"}}
    got, call = told(answering(body, status, **{"retry-after": "7", "location": "/elsewhere"}), chat())
    assert (got.status, got.headers["retry-after"]) == (status, "7")
    assert got.json == {"error": {"message": "No, [key removed]!"}}
    assert call.provider_failure is not None
    assert str(status) in call.provider_failure
    assert call.refused is None


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_request_the_provider_cannot_take_is_the_frameworks_own(status: int) -> None:
    got, call = told(answering({"error": {"message": "bad"}}, status), chat())
    assert (got.status, call.status, call.provider_failure) == (status, status, None)


def test_a_provider_that_cannot_be_reached_is_a_bad_gateway() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]

    async def run() -> tuple[Got, Call]:
        async with metered(f"http://127.0.0.1:{port}/v1") as here:
            guest = await here.admit()
            got = await guest.post(CHAT, chat())
            (call,) = await here.calls(guest)
            return got, call

    got, call = asyncio.run(run())
    assert (got.status, call.status) == (502, 502)
    assert got.json["error"]["code"] == "provider_unreachable"
    assert f"127.0.0.1:{port}" in (call.provider_failure or "")
    assert (call.input_tokens, call.output_tokens) == (None, None)


def test_a_provider_that_hangs_up_without_a_word_is_a_bad_gateway() -> None:
    async def cook(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    got, call = told(cook, chat())
    assert got.status == 502
    assert "cannot be reached" in (call.provider_failure or "")


def test_a_provider_that_breaks_off_in_a_stream_is_passed_on_and_told() -> None:
    async def run() -> tuple[list[bytes], BaseException | None, Call]:
        async def cook(request: web.BaseRequest) -> web.StreamResponse:
            response = await stream(request)
            await response.write(b"data: {}\n\n")
            assert request.transport is not None
            request.transport.close()
            return response

        async with provider(cook) as url, metered(url) as here:
            guest = await here.admit()
            chunks, error = [], None
            try:
                async with here.session.post(f"{guest.base_url}/{CHAT}", json=chat(stream=True)) as response:
                    async for chunk in response.content.iter_any():
                        chunks.append(chunk)  # noqa: PERF401 - what came before the cut must be kept
            except aiohttp.ClientError as cut:
                error = cut
            (call,) = await here.calls(guest)
            return chunks, error, call

    chunks, error, call = asyncio.run(run())
    assert chunks == [b"data: {}\n\n"] == [call.response_body]
    assert isinstance(error, aiohttp.ClientPayloadError)
    assert "broke off" in (call.provider_failure or "")
    assert (call.status, call.complete) == (200, False)


def test_a_provider_slower_than_the_budget_is_to_blame() -> None:
    async def cook(request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    got, call = told(cook, chat(), budget=Budget(timeout_s=0.2))
    assert (got.status, call.refused) == (400, "seconds")
    assert "had not finished" in (call.provider_failure or "")


def test_a_guest_that_hangs_up_stops_the_provider_and_blames_nobody() -> None:
    async def run() -> Call:
        dropped = asyncio.Event()

        async def cook(request: web.BaseRequest) -> web.StreamResponse:
            response = await stream(request)
            await response.write(b"data: {}\n\n")
            try:
                await asyncio.Event().wait()
            finally:
                dropped.set()
            return response

        async with provider(cook) as url, metered(url) as here:
            guest = await here.admit()
            async with here.session.post(f"{guest.base_url}/{CHAT}", json=chat(stream=True)) as response:
                await response.content.readany()
                response.close()
            await dropped.wait()
            (call,) = await here.calls(guest)
            return call

    call = asyncio.run(run())
    assert (call.status, call.complete, call.response_body) == (200, False, b"data: {}\n\n")
    assert call.provider_failure is None


def test_a_key_split_over_chunks_is_held_back_and_removed() -> None:
    async def run() -> tuple[list[bytes], Call]:
        acknowledged = asyncio.Event()

        async def cook(request: web.BaseRequest) -> web.StreamResponse:
            response = await stream(request)
            await response.write(b"data: " + KEY[:9].encode())
            await acknowledged.wait()
            await response.write(KEY[9:].encode() + b" end\n\n")
            return response

        async with provider(cook) as url, metered(url) as here:
            guest = await here.admit()
            chunks = []
            async with here.session.post(f"{guest.base_url}/{CHAT}", json=chat(stream=True)) as response:
                async for chunk in response.content.iter_any():
                    chunks.append(chunk)
                    acknowledged.set()
            (call,) = await here.calls(guest)
            return chunks, call

    chunks, call = asyncio.run(run())
    assert chunks == [b"data: ", b"[key removed] end\n\n"]
    assert call.response_body == b"".join(chunks)


def test_the_key_is_in_nothing_that_leaves_the_meter() -> None:
    async def cook(request: web.BaseRequest) -> web.StreamResponse:
        sent = request.headers["authorization"]
        return web.json_response({"you sent": sent}, headers={"x-you-sent": sent, "set-cookie": f"key={KEY}"})

    got, call = told(cook, chat())
    assert got.json == {"you sent": "Bearer [key removed]"}
    assert got.headers["x-you-sent"] == "Bearer [key removed]"
    assert KEY not in f"{got.headers}{call}"


def test_a_word_given_where_no_key_is_wanted_is_not_removed() -> None:
    async def run() -> Got:
        async with provider(answering({"word": "none"})) as url, metered(url, key="none") as here:
            return await (await here.admit()).post(CHAT, chat())

    assert asyncio.run(run()).json == {"word": "none"}


def test_many_calls_at_once_all_reach_the_provider() -> None:
    """More at once than a client's pool usually takes: nobody is answered before all have arrived."""
    many = 150

    async def run() -> list[Call]:
        everybody = asyncio.Barrier(many)

        async def cook(request: web.BaseRequest) -> web.StreamResponse:
            await everybody.wait()
            return web.json_response(BODY)

        async with provider(cook) as url, metered(url) as here:
            guest = await here.admit(budget=Budget(max_calls=many))
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
                crowd = Guest(session, guest.base_url)
                await asyncio.gather(*(crowd.post(CHAT, chat()) for _ in range(many)))
            return await here.calls(guest)

    calls = asyncio.run(run())
    assert [call.status for call in calls] == [200] * many


def test_a_large_body_reaches_the_provider_whole() -> None:
    arrived = bytearray()

    async def cook(request: web.BaseRequest) -> web.StreamResponse:
        async for chunk in request.content.iter_any():
            arrived.extend(chunk)
        return web.json_response(BODY)

    large = json.dumps(chat(messages=[{"role": "user", "content": "x" * 3_000_000}])).encode()
    told(cook, large)
    assert arrived == large


def test_models_are_told_without_asking_the_provider() -> None:
    async def run() -> Got:
        async with metered("http://127.0.0.1:1/v1") as here:
            return await (await here.admit()).get("models")

    assert asyncio.run(run()).status == 200
