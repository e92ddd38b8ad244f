"""How tokens are counted where no provider tells: with the o200k vocabulary, on the neutral form of the conversation.

Input tokens of a request = 3 for the reply to come
  + for the system text, if there is any, and for every message: 3, its text, and its tool calls
  + the tools on offer, as compact JSON (name, description, parameters), if there are any
  + the answer's schema, as compact JSON, if one is asked for.
Output tokens of a reply = its text and its tool calls. A tool call = 3, its name, and its arguments.

Ids, roles and the dialect's own envelope are not counted, so the same conversation costs the same in every dialect.
Words that are special to a model ("<|endoftext|>") count as the plain text they are.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

from scoreboard.meter.dialects.base import Usage
from tasks.base import Ask, Reply, ToolCall

PER_MESSAGE = 3
PER_CALL = 3
PER_REPLY = 3

_BIG = 64 * 1024  # characters: more than this is counted in a thread
_PIECE = 16 * 1024  # characters: the tokenizer holds the interpreter while it counts one piece
_SHORT = 8 * 1024  # characters: texts up to this are remembered

Count = Callable[[str], int]


def ask_texts(ask: Ask) -> tuple[int, list[str]]:
    """What is counted of a request: the constants, and the texts."""
    constant, texts = PER_REPLY, []
    if ask.system:
        constant += PER_MESSAGE
        texts.append(ask.system)
    for message in ask.messages:
        constant += PER_MESSAGE + PER_CALL * len(message.tool_calls)
        texts += [message.text, *_call_texts(message.tool_calls)]
    if ask.tools:
        texts.append(_compact([[tool.name, tool.description, tool.parameters] for tool in ask.tools]))
    if ask.answer_schema is not None:
        texts.append(_compact(ask.answer_schema))
    return constant, texts


def reply_texts(reply: Reply) -> tuple[int, list[str]]:
    """What is counted of a reply: the constants, and the texts."""
    return PER_CALL * len(reply.tool_calls), [reply.text or "", *_call_texts(reply.tool_calls)]


def cut(text: str) -> list[str]:
    """A long text in pieces, at line ends where there are any, else anywhere."""
    pieces, start = [], 0
    while len(text) - start > _PIECE:
        line_end = text.rfind("\n", start, start + _PIECE) + 1
        stop = line_end if line_end > start else start + _PIECE
        pieces.append(text[start:stop])
        start = stop
    return [*pieces, text[start:]]


class TokenCounter:
    """The tokenizer, loaded in a thread of its own so that neither loading nor long texts keep the meter waiting."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "tokens")
        self._loading: Future[Count] = self._thread.submit(_load)

    async def usage(self, ask: Ask, reply: Reply) -> Usage:
        """The tokens of one call, by the definition above."""
        input_constant, input_texts = ask_texts(ask)
        output_constant, output_texts = reply_texts(reply)
        return Usage(
            input_constant + await self._tokens(input_texts), output_constant + await self._tokens(output_texts)
        )

    async def ready(self) -> Count:
        """The counting function, as soon as the vocabulary is loaded."""
        if not self._loading.done():
            await asyncio.shield(asyncio.wrap_future(self._loading))
        return self._loading.result()

    async def _tokens(self, texts: list[str]) -> int:
        count = await self.ready()
        if sum(map(len, texts)) <= _BIG:
            return sum(map(count, texts))
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: sum(map(count, texts)))

    def close(self) -> None:
        """Waits for nothing."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _load() -> Count:
    """The counting function of the vocabulary. Importing it takes half a second and 130 MB."""
    from bpe_openai._bindings import tokenizer_for_encoding  # type: ignore[import-untyped]

    count_tokens: Count = tokenizer_for_encoding("o200k_base").count

    def count_piece(text: str) -> int:
        try:
            return count_tokens(text)
        except UnicodeEncodeError:  # half of a surrogate pair, which JSON can carry and UTF-8 cannot
            return count_tokens(text.encode("utf-8", "replace").decode())

    remembered = lru_cache(maxsize=4096)(count_piece)

    def count(text: str) -> int:
        if len(text) <= _SHORT:
            return remembered(text)
        return sum(map(count_piece, cut(text)))

    return count


def _call_texts(calls: tuple[ToolCall, ...]) -> list[str]:
    return [text for call in calls for text in (call.name, call.arguments)]


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
