"""The gateway over real HTTP: it answers in every dialect, records all, and gives nothing to strangers."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from typing import Any

import aiohttp
import pytest

from scoreboard.meter.call import Call
from scoreboard.meter.dialects.base import Dialect, Json
from scoreboard.meter.exchange import NOT_KEPT, Exchange
from scoreboard.meter.faults.drill import Drill
from scoreboard.meter.sim import SimulatedModel
from scoreboard.meter.tokens import TokenCounter
from scoreboard.runner.plan import Budget
from tasks.base import Ask, Reply, Tap, Task, untapped
from tests.meter.callers import FUNCTION, PROMPT, ROLLED, Got, Guest, Kitchen, chat, kitchen, responses

CHAT, RESPONSES = "chat/completions", "responses"
USER = {"role": "user", "content": PROMPT}
THREE_ROLLED = "Roll #1: 2 on a 6-sided dice. Roll #2: 3 on a 6-sided dice. Roll #3: 6 on a 6-sided dice."


def one(task: str, *posts: tuple[str, object]) -> tuple[list[Got], list[Call]]:
    """One trial from beginning to end: what its guest got, and what was recorded."""

    async def run() -> tuple[list[Got], list[Call]]:
        async with kitchen() as here:
            guest = await here.admit(task)
            got = [await guest.post(path, body) for path, body in posts]
            return got, await here.calls(guest)

    return asyncio.run(run())


def test_chat_calls_the_tool_then_answers() -> None:
    (first,), _ = one("dice", (CHAT, chat()))
    message = first.json["choices"][0]["message"]
    assert json.loads(message["tool_calls"][0]["function"]["arguments"]) == {"sides": 20}
    result = {"role": "tool", "tool_call_id": message["tool_calls"][0]["id"], "content": ROLLED}
    (second,), calls = one("dice", (CHAT, chat(messages=[USER, message, result])))
    assert "17" in second.json["choices"][0]["message"]["content"]
    usage = second.json["usage"]
    assert (calls[0].input_tokens, calls[0].output_tokens) == (usage["prompt_tokens"], usage["completion_tokens"])
    assert min(usage["prompt_tokens"], usage["completion_tokens"]) > 0


def test_responses_call_the_tool_then_answer() -> None:
    (first,), _ = one("dice", (RESPONSES, responses()))
    call = first.json["output"][0]
    result = {"type": "function_call_output", "call_id": call["call_id"], "output": ROLLED}
    (second,), calls = one("dice", (RESPONSES, responses(input=[USER, call, result])))
    assert "17" in second.json["output"][0]["content"][0]["text"]
    usage = second.json["usage"]
    assert (calls[0].input_tokens, calls[0].output_tokens) == (usage["input_tokens"], usage["output_tokens"])


def test_a_chat_stream_says_the_same_and_tells_usage_if_asked() -> None:
    asked = {"stream": True, "stream_options": {"include_usage": True}}
    (whole, stream, quiet), calls = one(
        "dice", (CHAT, chat()), (CHAT, chat(**asked)), (CHAT, chat(stream=True, stream_options=None))
    )
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.events[-1]["usage"] == whole.json["usage"]
    assert all(not event.get("usage") for event in quiet.events)
    assert len({(call.input_tokens, call.output_tokens) for call in calls}) == 1
    assert [call.streamed for call in calls] == [False, True, True]


def test_a_responses_stream_ends_with_the_whole_response() -> None:
    (whole, stream), _ = one("dice", (RESPONSES, responses()), (RESPONSES, responses(stream=True)))
    assert stream.events[-1]["type"] == "response.completed"
    assert stream.events[-1]["response"] == whole.json


def test_the_chunks_of_a_stream_are_timed_and_add_up() -> None:
    _, (call,) = one("dice", (CHAT, chat(stream=True)))
    assert sum(size for _, size in call.chunks) == len(call.response_body)
    assert len(call.chunks) > 3
    moments = [
        call.started_ns,
        call.first_byte_ns,
        *(at for at, _ in call.chunks),
        call.finished_ns,
    ]
    assert all(before <= after for before, after in pairwise(moments))


@pytest.mark.parametrize("stream", [False, True])
def test_several_calls_at_once_unless_the_request_forbids_it(stream: bool) -> None:
    (many, single), _ = one(
        "structured_output",
        (RESPONSES, responses(stream=stream)),
        (RESPONSES, responses(stream=stream, parallel_tool_calls=False)),
    )
    items = [got.events[-1]["response"]["output"] if stream else got.json["output"] for got in (many, single)]
    assert len(items[0]) == 3
    assert len({item["call_id"] for item in items[0]}) == 3
    assert len(items[1]) == 1


def test_a_typed_answer_in_both_dialects() -> None:
    schema = {"type": "object", "properties": {}, "additionalProperties": True}
    messages = [USER, {"role": "user", "content": THREE_ROLLED}]
    (from_chat, from_responses, free), _ = one(
        "structured_output",
        (
            CHAT,
            chat(
                messages=messages,
                response_format={"type": "json_schema", "json_schema": {"name": "A", "schema": schema}},
            ),
        ),
        (
            RESPONSES,
            responses(input=messages, text={"format": {"type": "json_schema", "name": "A", "schema": schema}}),
        ),
        (CHAT, chat(messages=messages)),
    )
    answer = json.loads(from_chat.json["choices"][0]["message"]["content"])
    assert answer["total"] == 11
    assert json.loads(from_responses.json["output"][0]["content"][0]["text"]) == answer
    assert not free.json["choices"][0]["message"]["content"].startswith("{")


def test_the_same_request_gets_the_same_bytes() -> None:
    (first, again), _ = one("dice", (RESPONSES, responses(stream=True)), (RESPONSES, responses(stream=True)))
    assert first.body == again.body


def test_everything_is_recorded_as_it_was() -> None:
    async def run() -> tuple[bytes, Got, list[Call]]:
        async with kitchen() as here:
            guest = await here.admit()
            sent = b' {"messages" : [ {"role":"user","content":"h\\u00e9 \xc3\xa9"} ] }\n'
            got = await guest.post(CHAT, sent, x_stainless_retry_count="2", api_key="secret", x_mine="kept")
            return sent, got, await here.calls(guest)

    sent, got, (call,) = asyncio.run(run())
    assert (call.request_body, call.response_body) == (sent, got.body)
    assert (call.method, call.path, call.dialect, call.status) == ("POST", CHAT, "openai-chat", 200)
    assert (call.ordinal, call.retry_count, call.complete) == (1, 2, True)
    kept = {name.lower(): value for name, value in call.request_headers.items()}
    assert kept["x-mine"] == "kept"
    assert kept["authorization"] == kept["api-key"] == NOT_KEPT
    answered = {name.lower(): value for name, value in call.response_headers.items()}
    assert answered["content-type"] == got.headers["content-type"]


def test_what_is_no_json_is_refused_and_recorded() -> None:
    bodies = [b"\xff{", b"", b"[1]", b"[" * 100_000, b'{"messages":[]}']
    got, calls = one("dice", *((CHAT, body) for body in bodies))
    assert [answer.status for answer in got] == [400] * 5
    assert all(answer.json["error"]["type"] == "invalid_request_error" for answer in got)
    assert [call.request_body for call in calls] == bodies
    assert [call.response_body for call in calls] == [answer.body for answer in got]
    assert all(call.provider_failure is None for call in calls)


def test_models_and_unknown_paths_are_answered_and_recorded() -> None:
    async def run() -> tuple[list[Got], list[Call]]:
        async with kitchen() as here:
            guest = await here.admit()
            got = [await guest.get("models"), await guest.post("embeddings", {}), await guest.get(CHAT)]
            got.append(await Guest(here.session, guest.base_url.removesuffix("/v1")).post("responses", responses()))
            return got, await here.calls(guest)

    got, calls = asyncio.run(run())
    assert [model["id"] for model in got[0].json["data"]] == ["sim"]
    assert [answer.status for answer in got] == [200, 404, 404, 404]
    assert [(call.path, call.dialect) for call in calls] == [
        ("models", None),
        ("embeddings", None),
        (CHAT, "openai-chat"),
        ("../responses", None),
    ]


def test_strangers_get_nothing() -> None:
    async def run() -> tuple[list[Got], list[Call], Got]:
        async with kitchen() as here:
            guest = await here.admit()
            token = guest.base_url.split("/")[-2]
            wrong = [
                guest.base_url.replace(token, token[:-1]),
                guest.base_url.replace(token, ""),
                f"http://127.0.0.1:{here.gateway.port}/v1",
            ]
            got = [await Guest(here.session, url).post(CHAT, chat()) for url in wrong]
            calls = await here.calls(guest)
            return got, calls, await guest.post(CHAT, chat())

    got, calls, after_close = asyncio.run(run())
    assert [answer.status for answer in got] == [401, 401, 401]
    assert got[0].headers["x-should-retry"] == "false"
    assert got[0].json["error"]["code"] == "unknown_trial"
    assert calls == []
    assert after_close.status == 401


@pytest.mark.parametrize(
    ("budget", "name", "answered"),
    [(Budget(max_calls=2), "calls", 2), (Budget(max_tokens=60), "tokens", 2), (Budget(timeout_s=0), "seconds", 0)],
)
def test_a_spent_budget_is_an_error_nobody_retries(budget: Budget, name: str, answered: int) -> None:
    async def run() -> tuple[list[Got], list[Call]]:
        async with kitchen() as here:
            guest = await here.admit(budget=budget)
            got = [await guest.post(CHAT, chat()) for _ in range(4)]
            return got, await here.calls(guest)

    got, calls = asyncio.run(run())
    assert [answer.status for answer in got] == [200] * answered + [400] * (4 - answered)
    assert [call.refused for call in calls] == [None] * answered + [name] * (4 - answered)
    assert [call.ordinal for call in calls] == [1, 2, 3, 4]
    error = got[-1].json["error"]
    assert (error["type"], error["code"]) == ("budget_exceeded", "budget_exceeded")
    assert name in error["message"]
    assert got[-1].headers["x-should-retry"] == "false"
    assert calls[-1].input_tokens is None


def test_a_model_slower_than_the_budget_is_refused_too() -> None:
    async def run() -> tuple[Got, list[Call]]:
        async with kitchen(SimulatedModel(TokenCounter(), latency_ms=3_600_000)) as here:
            guest = await here.admit(budget=Budget(timeout_s=0.1))
            return await guest.post(CHAT, chat()), await here.calls(guest)

    got, (call,) = asyncio.run(run())
    assert (got.status, call.refused) == (400, "seconds")
    assert call.provider_failure is None


def test_the_known_delay_is_added() -> None:
    async def run() -> list[Call]:
        async with kitchen(SimulatedModel(TokenCounter(), latency_ms=30)) as here:
            guest = await here.admit()
            await guest.post(CHAT, chat())
            return await here.calls(guest)

    (call,) = asyncio.run(run())
    assert call.finished_ns - call.started_ns >= 30_000_000


def test_trials_at_the_same_time_do_not_mix() -> None:
    async def run() -> dict[str, tuple[list[Got], list[Call]]]:
        async with kitchen() as here:
            guests = {mark: await here.admit(seed=number) for number, mark in enumerate(("apple", "pear", "plum"))}

            async def play(guest: Guest, mark: str, number: int) -> Got:
                body = {**USER, "content": f"{mark} {number}"}
                return await guest.post(CHAT, chat(messages=[body], stream=number % 2 == 0))

            posts = {m: [play(guest, m, number) for number in range(20)] for m, guest in guests.items()}
            got = dict(zip(posts, await asyncio.gather(*map(_all, posts.values())), strict=True))
            return {mark: (got[mark], await here.calls(guest)) for mark, guest in guests.items()}

    for mark, (got, calls) in asyncio.run(run()).items():
        assert [call.ordinal for call in calls] == list(range(1, 21))
        texts = {json.loads(call.request_body)["messages"][0]["content"] for call in calls}
        assert texts == {f"{mark} {number}" for number in range(20)}
        assert sorted(call.response_body for call in calls) == sorted(answer.body for answer in got)


async def _all(posts: Any) -> list[Got]:
    return list(await asyncio.gather(*posts))


class Waiting(SimulatedModel):
    """A model that thinks for ever, and notes when it is asked and when nobody waits any more."""

    def __init__(self) -> None:
        super().__init__(TokenCounter())
        self.asked, self.dropped = asyncio.Event(), asyncio.Event()

    async def answer(self, exchange: Exchange, dialect: Dialect, drill: Drill, body: Json) -> None:
        self.asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.dropped.set()


def test_a_guest_that_hangs_up_is_recorded() -> None:
    async def run() -> list[Call]:
        model = Waiting()
        async with kitchen(model) as here:
            guest = await here.admit()
            calling = asyncio.create_task(guest.post(CHAT, chat()))
            await model.asked.wait()
            calling.cancel()
            await model.dropped.wait()
            assert (await (await here.admit()).get("models")).status == 200
            return await here.calls(guest)

    (call,) = asyncio.run(run())
    assert (call.status, call.complete, call.response_body) == (0, False, b"")
    assert json.loads(call.request_body) == chat()


def test_a_call_that_still_runs_when_its_trial_ends_is_cut_and_recorded() -> None:
    async def run() -> tuple[BaseException | None, list[Call]]:
        model = Waiting()
        async with kitchen(model) as here:
            guest = await here.admit()
            calling = asyncio.create_task(guest.post(CHAT, chat()))
            await model.asked.wait()
            calls = await here.calls(guest)
            await asyncio.wait([calling])
            return calling.exception(), calls

    error, (call,) = asyncio.run(run())
    assert isinstance(error, aiohttp.ClientError)
    assert (call.status, call.complete) == (0, False)


def test_a_body_that_never_arrives_is_recorded() -> None:
    async def run() -> list[Call]:
        async with kitchen() as here:
            guest = await here.admit()
            path = guest.base_url.partition(str(here.gateway.port))[2]
            reader, writer = await asyncio.open_connection("127.0.0.1", here.gateway.port)
            writer.write(f"POST {path}/{CHAT} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nhalf".encode())
            await writer.drain()
            writer.write_eof()
            assert await reader.read() == b""
            writer.close()
            return await here.calls(guest)

    (call,) = asyncio.run(run())
    assert (call.status, call.complete) == (0, False)


class Broken(Task):
    title, shape = "A task with a mistake in it", "agent"

    def __init__(self, seed: int, tap: Tap = untapped) -> None:
        self.prompt = ""

    def play(self, ask: Ask) -> Reply:
        raise KeyError("roll")


def test_our_own_mistake_is_never_the_frameworks(capsys: pytest.CaptureFixture[str]) -> None:
    async def run() -> tuple[Got, Got, list[Call]]:
        async with kitchen(load=lambda _: Broken) as here:
            guest = await here.admit("broken")
            return await guest.post(CHAT, chat()), await guest.get("models"), await here.calls(guest)

    got, after, (call, _) = asyncio.run(run())
    assert (got.status, after.status) == (500, 200)
    assert got.headers["x-should-retry"] == "false"
    assert call.provider_failure == "Bakeoff's own fault: KeyError: 'roll'"
    assert "KeyError: 'roll'" in capsys.readouterr().err


def test_a_large_body_is_kept_whole_and_a_larger_one_is_refused() -> None:
    large = json.dumps(chat(messages=[{"role": "user", "content": "x" * 5_000_000}])).encode()
    (fits, too_much), calls = one("dice", (CHAT, large), (CHAT, b" " * (64 * 1024 * 1024 + 1)))
    assert (fits.status, too_much.status) == (200, 413)
    assert calls[0].request_body == large
    assert (calls[0].input_tokens or 0) > 100_000


def test_the_gateway_listens_on_loopback_only() -> None:
    async def run() -> set[str]:
        async with kitchen() as here:
            return {address[0] for address in _addresses(here)}

    assert asyncio.run(run()) == {"127.0.0.1"}


def _addresses(here: Kitchen) -> list[Any]:
    assert here.gateway._runner is not None
    return here.gateway._runner.addresses


def test_the_functions_schema_reaches_the_player() -> None:
    asks: list[Ask] = []

    class Listener(Broken):
        def play(self, ask: Ask) -> Reply:
            asks.append(ask)
            return Reply("ok")

    async def run() -> None:
        async with kitchen(load=lambda _: Listener) as here:
            guest = await here.admit("listener")
            await guest.post(CHAT, chat())
            await guest.post(RESPONSES, responses())

    asyncio.run(run())
    assert asks[0] == asks[1]
    assert asks[0].tools[0].parameters == FUNCTION["parameters"]
