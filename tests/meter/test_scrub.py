"""The key never travels on, however the bytes are cut, and nothing else is held back for long."""

from __future__ import annotations

import itertools

from hypothesis import example, given
from hypothesis import strategies as st

from scoreboard.meter.scrub import REMOVED, Scrubber

KEY = "sk-secret-sk-key"
texts = st.lists(st.sampled_from([KEY, KEY[:5], KEY[5:], "sk-", "hello ", "é"]), max_size=8).map("".join)


@given(text=texts, cuts=st.lists(st.integers(0, 120), max_size=6))
@example(text=f"a{KEY}b", cuts=[4, 9])
def test_the_key_is_removed_wherever_the_text_is_cut(text: str, cuts: list[int]) -> None:
    data = text.encode()
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    scrubber, passed, came = Scrubber(KEY), b"", b""
    for start, stop in itertools.pairwise(places):
        came += data[start:stop]
        passed += scrubber.feed(data[start:stop])
        held = came.replace(KEY.encode(), REMOVED)[len(passed) :]
        assert KEY.encode().startswith(held)
        assert held != KEY.encode()
    assert passed + scrubber.flush() == data.replace(KEY.encode(), REMOVED)


def test_a_key_escaped_as_json_is_removed_too() -> None:
    key = 'sk/"secret"'
    for sent in ('{"key":"sk/\\"secret\\""}', '{"key":"sk\\/\\"secret\\""}'):
        scrubber = Scrubber(key)
        assert scrubber.feed(sent.encode()) + scrubber.flush() == b'{"key":"[key removed]"}'


def test_without_a_key_everything_passes() -> None:
    scrubber = Scrubber("")
    assert scrubber.feed(b"anything") == b"anything"
    assert scrubber.clean("anything") == "anything"


def test_texts_are_cleaned_whole() -> None:
    assert Scrubber(KEY).clean(f"Bearer {KEY}!") == "Bearer [key removed]!"
