"""OpenAI Responses: output items, and the sequence of events that tells them piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scoreboard.meter.dialects.base import CREATED, Json, Quirks, Turn, compact
from scoreboard.meter.dialects.openai_parts import arguments_told, pieces
from tasks.base import ToolCall

_CUT = {"length": "max_output_tokens", "content_filter": "content_filter"}


@dataclass(frozen=True)
class TextItem:
    """A message of the assistant. It has no content part where its text is None."""

    id: str
    text: str | None
    quirks: Quirks

    def _item(self, status: str, content: list[Json]) -> Json:
        return {"id": self.id, "type": "message", "status": status, "content": content, "role": "assistant"}

    def _part(self, text: str) -> Json:
        if self.quirks.refusal:
            return {"type": "refusal", "refusal": text}
        return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}

    def begun(self) -> Json:
        return self._item("in_progress", [])

    def ended(self, status: str) -> Json:
        return self._item(status, [] if self.text is None else [self._part(self.text)])

    def told(self) -> Iterator[tuple[str, Json]]:
        if self.text is None:
            return
        refused = self.quirks.refusal
        kind, key = ("refusal", "refusal") if refused else ("output_text", "text")
        more: Json = {} if refused else {"logprobs": []}
        where: Json = {"item_id": self.id, "content_index": 0}
        yield "response.content_part.added", {**where, "part": self._part("")}
        for piece in pieces(self.text):
            yield f"response.{kind}.delta", {**where, "delta": piece, **more}
        yield f"response.{kind}.done", {**where, key: self.text, **more}
        yield "response.content_part.done", {**where, "part": self._part(self.text)}


@dataclass(frozen=True)
class CallItem:
    """A call of a function. It has two ids: its own as an item, and the one its output must name."""

    id: str
    call: ToolCall
    quirks: Quirks

    @property
    def _arguments(self) -> str | Json:
        return arguments_told(self.call.arguments, self.quirks)

    def _item(self, status: str, arguments: str | Json) -> Json:
        return {
            "id": self.id,
            "type": "function_call",
            "status": status,
            "arguments": arguments,
            "call_id": None if self.quirks.null_call_ids else self.call.id,
            "name": self.call.name,
        }

    def begun(self) -> Json:
        return self._item("in_progress", "")

    def ended(self, status: str) -> Json:
        return self._item(status, self._arguments)

    def told(self) -> Iterator[tuple[str, Json]]:
        arguments = self._arguments
        for piece in pieces(arguments) if isinstance(arguments, str) else [arguments]:
            yield "response.function_call_arguments.delta", {"item_id": self.id, "delta": piece}
        done = {"item_id": self.id, "name": self.call.name, "arguments": arguments}
        yield "response.function_call_arguments.done", done


@dataclass(frozen=True)
class Frame:
    """A response: what stands in it from the beginning, the items that come, and how it ends."""

    head: Json
    items: tuple[TextItem | CallItem, ...]
    usage: Json | None
    ending: str

    @classmethod
    def of(cls, turn: Turn, head: Json, usage: Json | None) -> Frame:
        reply, quirks = turn.reply, turn.quirks
        items: list[TextItem | CallItem] = []
        if reply.text is not None or not reply.tool_calls:
            items.append(TextItem(f"msg_{turn.id_for('text')}", reply.text, quirks))
        for index, call in enumerate(reply.tool_calls):
            items.append(CallItem(f"fc_{turn.id_for(f'call {index}')}", call, quirks))
        return cls(head, () if quirks.empty else tuple(items), usage, quirks.ending)

    @property
    def status(self) -> str:
        return "incomplete" if self.ending in _CUT else "completed"

    def item_status(self, index: int) -> str:
        """A cut tears the last item; a mismatch leaves every item unfinished in a response that is complete."""
        if self.ending == "mismatch":
            return "in_progress"
        return self.status if index == len(self.items) - 1 else "completed"

    def begun(self) -> Json:
        return {**self.head, "status": "in_progress", "completed_at": None, "output": [], "usage": None}

    def ended(self) -> Json:
        return {
            **self.head,
            "incomplete_details": {"reason": _CUT[self.ending]} if self.ending in _CUT else None,
            "status": self.status,
            "completed_at": CREATED if self.status == "completed" else None,
            "output": [item.ended(self.item_status(index)) for index, item in enumerate(self.items)],
            "usage": self.usage,
        }


def events(frame: Frame) -> list[bytes]:
    """The canonical sequence: created, in progress, every item from its beginning to its end, the end with usage."""
    told: list[tuple[str, Json]] = [("response.created", {"response": frame.begun()})]
    told.append(("response.in_progress", {"response": frame.begun()}))
    for index, item in enumerate(frame.items):
        told.append(("response.output_item.added", {"output_index": index, "item": item.begun()}))
        told += [(kind, {**payload, "output_index": index}) for kind, payload in item.told()]
        ended = item.ended(frame.item_status(index))
        told.append(("response.output_item.done", {"output_index": index, "item": ended}))
    told.append((f"response.{frame.status}", {"response": frame.ended()}))
    return [_event(kind, number, payload) for number, (kind, payload) in enumerate(told)]


def _event(kind: str, number: int, payload: Json) -> bytes:
    return f"event: {kind}\ndata: {compact({'type': kind, 'sequence_number': number, **payload})}\n\n".encode()
