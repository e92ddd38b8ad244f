"""Tokens are counted by the published definition, whatever the text, and nobody waits for it."""

from __future__ import annotations

import asyncio

import bpe_openai  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.meter.dialects.base import Usage
from scoreboard.meter.tokens import TokenCounter, cut
from tasks.base import Ask, Message, Reply, ToolCall, ToolOffer

ORACLE = bpe_openai.get_encoding("o200k_base")
SILENCE = Reply()


def tokens(text: str) -> int:
    return len(ORACLE.encode_ordinary(text))


def usage(ask: Ask, reply: Reply = SILENCE) -> Usage:
    counter = TokenCounter()
    try:
        return asyncio.run(counter.usage(ask, reply))
    finally:
        counter.close()


def user(text: str) -> Ask:
    return Ask("", (Message("user", text),))


def test_an_empty_request_costs_the_reply_to_come() -> None:
    assert usage(Ask("", ())) == Usage(3, 0)


def test_every_part_counts_as_published() -> None:
    call = ToolCall("an id is never counted", "roll_dice", '{"sides":20}')
    ask = Ask(
        system="You roll dice.",
        messages=(Message("user", "Roll!"), Message("assistant", "", (call,)), Message("tool", "17", (), "the id")),
        tools=(ToolOffer("roll_dice", "Rolls.", {"type": "object"}),),
        answer_schema={"type": "object"},
    )
    texts = ["You roll dice.", "Roll!", "roll_dice", '{"sides":20}', "17"]
    texts += ['[["roll_dice","Rolls.",{"type":"object"}]]', '{"type":"object"}']
    assert usage(ask, Reply("Rolling.", (call,))) == Usage(
        input_tokens=3 + 4 * 3 + 3 + sum(map(tokens, texts)),
        output_tokens=tokens("Rolling.") + 3 + tokens("roll_dice") + tokens('{"sides":20}'),
    )


@given(st.text(max_size=200))
def test_a_text_counts_what_the_vocabulary_says(text: str) -> None:
    assert usage(user(text)).input_tokens == 6 + tokens(text)


def test_special_words_are_plain_text() -> None:
    assert usage(user("<|endoftext|><|endofprompt|>")).input_tokens == 6 + tokens("<|endoftext|><|endofprompt|>")
    assert tokens("<|endoftext|>") > 1


def test_half_a_surrogate_pair_is_counted_somehow() -> None:
    assert usage(user("dice \ud83c!")).input_tokens == 6 + tokens("dice ?!")


def test_more_tokens_than_the_library_takes_at_once() -> None:
    line = "The quick brown fox rolls 20 dice.\n"
    assert usage(user(line * 40_000)).input_tokens == 6 + 40_000 * tokens(line)


def test_a_long_text_without_line_ends() -> None:
    counted = usage(user("x" * 2_000_000)).input_tokens
    assert counted is not None
    assert counted > 200_000


@given(st.text(alphabet="ab\n", max_size=200).map(lambda text: text * 500))
def test_pieces_are_the_text_and_end_at_line_ends_where_they_can(text: str) -> None:
    pieces = cut(text)
    assert "".join(pieces) == text
    assert all(piece.endswith("\n") for piece in pieces[:-1] if "\n" in piece)


def test_the_event_loop_goes_on_while_a_long_text_is_counted() -> None:
    async def turns_meanwhile() -> int:
        counter = TokenCounter()
        await counter.ready()
        counting = asyncio.create_task(counter.usage(user("Roll the dice.\n" * 200_000), Reply()))
        turns = 0
        while not counting.done():
            await asyncio.sleep(0)
            turns += 1
        counter.close()
        return turns

    assert asyncio.run(turns_meanwhile()) > 20
