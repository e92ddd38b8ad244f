"""Calls cross from the meter to the host byte for byte."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoreboard.meter.call import Call
from scoreboard.meter.wire import line, pack, unpack

headers = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2)
count = st.integers(0, 2**63)
calls = st.builds(
    Call,
    ordinal=count,
    method=st.text(max_size=4),
    path=st.text(max_size=9),
    dialect=st.none() | st.text(max_size=3),
    request_headers=headers,
    request_body=st.binary() | st.text().map(str.encode),
    status=count,
    response_headers=headers,
    response_body=st.binary(),
    started_ns=count,
    first_byte_ns=count,
    finished_ns=count,
    streamed=st.booleans(),
    chunks=st.lists(st.tuples(count, count), max_size=2).map(tuple),
    retry_count=count,
    input_tokens=st.none() | count,
    output_tokens=st.none() | count,
    refused=st.none() | st.just("calls"),
    provider_failure=st.none() | st.text(max_size=5),
    complete=st.booleans(),
)


@given(st.lists(calls, max_size=3))
def test_calls_arrive_as_they_were_recorded(sent: list[Call]) -> None:
    assert unpack(pack(sent)) == sent


def test_a_message_is_one_line_whatever_is_in_it() -> None:
    assert line({"text": "a\nb"}).count(b"\n") == 1
