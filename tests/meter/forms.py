"""The ways to ask the model, each API whole and streamed: what a framework sends in them, and what it reads."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from scoreboard.runner.catalogue import load_task
from tests.meter.bytewise import Heard
from tests.meter.callers import FUNCTION
from tests.meter.told import gathered

Json = dict[str, Any]


@dataclass(frozen=True)
class Called:
    """A tool call as it stands on the wire. The arguments are whatever was sent there."""

    id: str | None
    name: str
    arguments: Any


@dataclass(frozen=True)
class Said:
    """A reply, read back. `ending` is the API's own word for how it ended."""

    text: str | None
    calls: tuple[Called, ...]
    ending: str
    refusal: str | None = None
    items: tuple[str, ...] = ()  # in Responses, how each item ended
    has_usage: bool = True


@dataclass(frozen=True)
class Form:
    """One API, streamed or not."""

    path: str
    streamed: bool

    @property
    def is_chat(self) -> bool:
        return self.path == "chat/completions"

    def request(self, task: str, *, has_results: bool, seed: int = 1) -> Json:
        """The request before the task's tool has run, or the one that brings all its results."""
        recipe = load_task(task)(seed)
        runs, sides = (3, 6) if task == "structured_output" else (1, 20)
        results = [recipe.tools[0](sides=sides) for _run in range(runs)] if has_results else []
        arguments = json.dumps({"sides": sides})
        asked = {"role": "user", "content": recipe.prompt}
        body = self._chat(asked, results, arguments) if self.is_chat else self._responses(asked, results, arguments)
        if recipe.answer_type:
            body |= self._schema(recipe.answer_type.model_json_schema())
        return body

    def _chat(self, asked: Json, results: list[str], arguments: str) -> Json:
        function = {"name": "roll_dice", "arguments": arguments}
        calls = [{"id": f"given_{at}", "type": "function", "function": function} for at, _ in enumerate(results)]
        outputs = [{"role": "tool", "tool_call_id": f"given_{at}", "content": each} for at, each in enumerate(results)]
        called = [{"role": "assistant", "content": None, "tool_calls": calls}] if calls else []
        body: Json = {"model": "sim", "messages": [asked, *called, *outputs]}
        streaming = {"stream": True, "stream_options": {"include_usage": True}} if self.streamed else {}
        return {**body, "tools": [{"type": "function", "function": FUNCTION}], **streaming}

    def _responses(self, asked: Json, results: list[str], arguments: str) -> Json:
        items = [asked]
        for at, each in enumerate(results):
            call = {"type": "function_call", "name": "roll_dice", "arguments": arguments, "call_id": f"given_{at}"}
            items += [call, {"type": "function_call_output", "call_id": f"given_{at}", "output": each}]
        streaming = {"stream": True} if self.streamed else {}
        return {"model": "sim", "input": items, "tools": [{"type": "function", **FUNCTION}], **streaming}

    def _schema(self, schema: Json) -> Json:
        if self.is_chat:
            return {"response_format": {"type": "json_schema", "json_schema": {"name": "Report", "schema": schema}}}
        return {"text": {"format": {"type": "json_schema", "name": "Report", "schema": schema}}}

    def read(self, heard: Heard) -> Said:
        """The reply in a response, of which every byte has to be well formed."""
        assert (heard.status, heard.is_whole, heard.ended) == (200, True, "closed")
        if not self.is_chat:
            return _read_response(_response(heard.body) if self.streamed else heard.json)
        if not self.streamed:
            told = heard.json
            return replace(_read_choices(told["choices"]), has_usage="usage" in told)
        chunks = [json.loads(data) for data in _data(heard.body)]
        has_usage = any(chunk.get("usage") for chunk in chunks)
        choices = [gathered(chunks)] if any(chunk["choices"] for chunk in chunks) else []
        return replace(_read_choices(choices), has_usage=has_usage)


FORMS = [Form(path, streamed) for path in ("chat/completions", "responses") for streamed in (False, True)]


def _data(body: bytes) -> list[str]:
    """The data of a stream's events, without the word that ends a Chat stream."""
    events = body.decode().split("\n\n")
    assert events.pop() == "", "an event ends with an empty line"
    data = [event.partition("data: ")[2] for event in events]
    return data[:-1] if data[-1] == "[DONE]" else data


def _response(body: bytes) -> Json:
    """The response that the last event of a stream holds, which says the same as all the deltas before it."""
    events = [json.loads(data) for data in _data(body)]
    response: Json = events[-1]["response"]
    deltas = [event["delta"] for event in events if event["type"].endswith(".delta")]
    told = [part.get("text", part.get("refusal")) for item in response["output"] for part in item.get("content", [])]
    told += [item["arguments"] for item in response["output"] if item["type"] == "function_call"]
    if all(isinstance(delta, str) for delta in deltas):
        assert "".join(deltas) == "".join(told)
    else:
        assert deltas == told
    return response


def _read_choices(choices: list[Json]) -> Said:
    if not choices:
        return Said(None, (), "nothing")
    message = choices[0]["message"]
    calls = [Called(call["id"], **call["function"]) for call in message.get("tool_calls", [])]
    return Said(message["content"], tuple(calls), choices[0]["finish_reason"], message["refusal"])


def _read_response(response: Json) -> Said:
    items = response["output"]
    parts = [part for item in items if item["type"] == "message" for part in item["content"]]
    texts = [part["text"] for part in parts if part["type"] == "output_text"]
    refusals = [part["refusal"] for part in parts if part["type"] == "refusal"]
    calls = [Called(i["call_id"], i["name"], i["arguments"]) for i in items if i["type"] == "function_call"]
    return Said(
        text="".join(texts) if texts else None,
        calls=tuple(calls),
        ending=(response["incomplete_details"] or {"reason": response["status"]})["reason"] if items else "nothing",
        refusal="".join(refusals) if refusals else None,
        items=tuple(item["status"] for item in items),
        has_usage=response["usage"] is not None,
    )
