"""OpenAI Responses: output items, and the sequence of events that tells them piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scoreboard.meter.dialects.base import CREATED, Json, Turn, compact
from scoreboard.meter.dialects.openai_parts import pieces
from tasks.base import ToolCall


@dataclass(frozen=True)
class TextItem:
    """A message of the assistant."""

    id: str
    text: str

    def _item(self, status: str, content: list[Json]) -> Json:
        return {"id": self.id, "type": "message", "status": status, "content": content, "role": "assistant"}

    def whole(self) -> Json:
        return self._item("completed", [_text_part(self.text)])

    def begun(self) -> Json:
        return self._item("in_progress", [])

    def told(self) -> Iterator[tuple[str, Json]]:
        where: Json = {"item_id": self.id, "content_index": 0}
        yield "response.content_part.added", {**where, "part": _text_part("")}
        for piece in pieces(self.text):
            yield "response.output_text.delta", {**where, "delta": piece, "logprobs": []}
        yield "response.output_text.done", {**where, "text": self.text, "logprobs": []}
        yield "response.content_part.done", {**where, "part": _text_part(self.text)}


@dataclass(frozen=True)
class CallItem:
    """A call of a function. It has two ids: its own as an item, and the one its output must name."""

    id: str
    call: ToolCall

    def _item(self, status: str, arguments: str) -> Json:
        return {
            "id": self.id,
            "type": "function_call",
            "status": status,
            "arguments": arguments,
            "call_id": self.call.id,
            "name": self.call.name,
        }

    def whole(self) -> Json:
        return self._item("completed", self.call.arguments)

    def begun(self) -> Json:
        return self._item("in_progress", "")

    def told(self) -> Iterator[tuple[str, Json]]:
        for piece in pieces(self.call.arguments):
            yield "response.function_call_arguments.delta", {"item_id": self.id, "delta": piece}
        done = {"item_id": self.id, "name": self.call.name, "arguments": self.call.arguments}
        yield "response.function_call_arguments.done", done


@dataclass(frozen=True)
class Frame:
    """A response: what stands in it from the beginning, and the items that come."""

    head: Json
    items: tuple[TextItem | CallItem, ...]

    @classmethod
    def of(cls, turn: Turn, head: Json) -> Frame:
        items: list[TextItem | CallItem] = []
        if turn.reply.text is not None:
            items.append(TextItem(f"msg_{turn.id_for('text')}", turn.reply.text))
        for index, call in enumerate(turn.reply.tool_calls):
            items.append(CallItem(f"fc_{turn.id_for(f'call {index}')}", call))
        return cls(head, tuple(items))

    def response(self, status: str, output: list[Json], usage: Json | None) -> Json:
        completed_at = CREATED if status == "completed" else None
        return {**self.head, "status": status, "completed_at": completed_at, "output": output, "usage": usage}


def events(frame: Frame, usage: Json | None) -> list[bytes]:
    """The canonical sequence: created, in progress, every item from its beginning to its end, completed with usage."""
    begun = frame.response("in_progress", [], None)
    told: list[tuple[str, Json]] = [("response.created", {"response": begun})]
    told.append(("response.in_progress", {"response": begun}))
    for index, item in enumerate(frame.items):
        told.append(("response.output_item.added", {"output_index": index, "item": item.begun()}))
        told += [(kind, {**payload, "output_index": index}) for kind, payload in item.told()]
        told.append(("response.output_item.done", {"output_index": index, "item": item.whole()}))
    whole = frame.response("completed", [item.whole() for item in frame.items], usage)
    told.append(("response.completed", {"response": whole}))
    return [_event(kind, number, payload) for number, (kind, payload) in enumerate(told)]


def _text_part(text: str) -> Json:
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}


def _event(kind: str, number: int, payload: Json) -> bytes:
    return f"event: {kind}\ndata: {compact({'type': kind, 'sequence_number': number, **payload})}\n\n".encode()
