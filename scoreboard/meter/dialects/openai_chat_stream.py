"""OpenAI Chat Completions: what a choice says, and the chunks that tell it piece by piece."""

from __future__ import annotations

from scoreboard.meter.dialects.base import Json, Quirks, Turn, compact
from scoreboard.meter.dialects.openai_parts import arguments_told, pieces
from tasks.base import ToolCall


def message(turn: Turn) -> Json:
    """The assistant's message, as a whole reply holds it."""
    reply, quirks = turn.reply, turn.quirks
    content, refusal = (None, reply.text) if quirks.refusal else (reply.text, None)
    told: Json = {"role": "assistant", "content": content, "refusal": refusal, "annotations": []}
    if reply.tool_calls:
        told["tool_calls"] = [_call(call, quirks, arguments_told(call.arguments, quirks)) for call in reply.tool_calls]
    return told


def finish_reason(turn: Turn) -> str:
    """Why the reply ended; a mismatch says so of the other kind of reply."""
    ending = turn.quirks.ending
    if ending in ("length", "content_filter"):
        return ending
    return "tool_calls" if bool(turn.reply.tool_calls) != (ending == "mismatch") else "stop"


def events(turn: Turn, head: Json, last: Json | None) -> list[bytes]:
    """A chunk for every delta, one for the end, and where the caller wants it a last one without a choice."""
    choices = [_choice(delta, None) for delta in _deltas(turn)]
    choices.append(_choice({}, finish_reason(turn)))
    told = [{**head, "choices": []}] if turn.quirks.empty else [{**head, "choices": [choice]} for choice in choices]
    if last is not None:
        told.append({**head, "choices": [], **last})
    return [*(f"data: {compact(chunk)}\n\n".encode() for chunk in told), b"data: [DONE]\n\n"]


def _call(call: ToolCall, quirks: Quirks, arguments: str | Json) -> Json:
    given_id = None if quirks.null_call_ids else call.id
    return {"id": given_id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _choice(delta: Json, reason: str | None) -> Json:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}


def _deltas(turn: Turn) -> list[Json]:
    """What a message becomes in a stream: its head, its text in pieces, then each call's head and arguments."""
    reply, quirks = turn.reply, turn.quirks
    key = "refusal" if quirks.refusal else "content"
    first: Json = {"role": "assistant", "content": None, "refusal": None}
    if reply.text is not None:
        first[key] = ""
    deltas = [first, *({key: piece} for piece in pieces(reply.text or ""))]
    for index, call in enumerate(reply.tool_calls):
        deltas += [{"tool_calls": [{"index": index, **delta}]} for delta in _call_deltas(call, quirks)]
    return deltas


def _call_deltas(call: ToolCall, quirks: Quirks) -> list[Json]:
    """A call's head and its arguments in pieces; an object has no pieces, so such a call is told at once."""
    arguments = arguments_told(call.arguments, quirks)
    if not isinstance(arguments, str):
        return [_call(call, quirks, arguments)]
    return [_call(call, quirks, ""), *({"function": {"arguments": piece}} for piece in pieces(arguments))]
