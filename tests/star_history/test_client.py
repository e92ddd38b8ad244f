"""What is asked again, after which pause, and when it is enough. The clock is moved by the pauses alone."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from star_history.allowance import Allowance
from star_history.client import LARGEST_BYTES, Client, Patience
from star_history.errors import LimitReached, Refused, Unanswered
from tests.star_history.stand_in import StandIn
from tests.star_history.stand_in_faults import Fault, disguised, forbidden, limit_reached, secondary_limit, slow_down

CARD = "/repos/microsoft/autogen"
ROWS = f"{CARD}/stargazers/history/"
NO_KEY = Fault("status", 401)


@dataclass
class Clock:
    """Stands still but for the pauses."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client_of(clock: Clock, tmp_path: Path) -> Callable[..., Client]:
    def make(base: str, answer_s: float = 5.0, wait_s: float = 60.0) -> Client:
        allowance = Allowance("GitHub", 60, tmp_path / "allowance.json", clock=clock)
        return Client(base, allowance, Patience(answer_s, wait_s, sleep=clock.sleep), said.append)

    said: list[str] = []
    return make


Clients = Callable[..., Client]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("drop"),
        Fault("truncated"),
        *(Fault("status", status) for status in (429, 500, 502, 503, 504)),
        slow_down(3),
        secondary_limit(3),
        limit_reached(int(time.time()) - 1),
        Fault("status", 403, {}, {"message": "You have exceeded a secondary rate limit."}),
        Fault("status", 403, {"retry-after": "3"}, {"message": "Later"}),
        Fault("status", 403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, {"message": "Later"}),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status}",
)
def test_what_may_be_different_the_next_time_is_asked_again(
    server: StandIn, client_of: Clients, clock: Clock, fault: Fault
) -> None:
    server.misbehave("github", None, fault)
    answer = client_of(server.github).get(CARD)
    assert answer.status == 200
    assert b"microsoft/autogen" in answer.body
    assert (len(server.requests), len(clock.slept)) == (2, 1)


@pytest.mark.parametrize("fault", [forbidden(), Fault("status", 404), Fault("status", 422), NO_KEY, Fault("html")])
def test_what_will_be_the_same_the_next_time_is_not_asked_again(
    server: StandIn, client_of: Clients, clock: Clock, fault: Fault
) -> None:
    server.misbehave("github", None, fault)
    client_of(server.github).get(CARD)
    assert (len(server.requests), clock.slept) == (1, [])


def test_a_500_that_hides_a_404_is_that_404(server: StandIn, client_of: Clients, clock: Clock) -> None:
    server.misbehave("ossinsight", None, disguised(404))
    assert client_of(server.ossinsight).get(ROWS).status == 404
    assert clock.slept == []
    server.misbehave("ossinsight", None, disguised(429))
    assert client_of(server.ossinsight).get(ROWS).status == 200
    assert clock.slept[0] >= 60


def test_four_tries_with_growing_pauses_are_enough(server: StandIn, client_of: Clients, clock: Clock) -> None:
    server.misbehave("github", None, Fault("status", 503, {}, {"message": "no server is available"}), times=None)
    server.limit("github", 1000)
    for _ in range(30):
        with pytest.raises(Refused, match=r"answered 503 \(no server is available\)\. Ask again later\."):
            client_of(server.github).get(CARD)
    assert (len(server.requests), len(clock.slept)) == (120, 90)
    pauses = [clock.slept[number::3] for number in range(3)]
    assert [max(each) <= 2**number for number, each in enumerate(pauses)] == [True, True, True]
    assert max(pauses[0]) > 0.5 < max(pauses[1])
    assert 1 < max(pauses[1]) < 2 < max(pauses[2])
    assert len(set(clock.slept)) == 90  # by chance, so that not all who failed come back together


@pytest.mark.parametrize("fault", [slow_down(7), secondary_limit(7)], ids=["429", "403"])
def test_the_pause_is_what_is_asked_for_and_a_little_more(
    server: StandIn, client_of: Clients, clock: Clock, fault: Fault
) -> None:
    server.misbehave("github", None, fault, times=2)
    assert client_of(server.github).get(CARD).status == 200
    assert all(7 < pause <= 8 for pause in clock.slept)
    assert len({*clock.slept}) == 2


def test_a_spent_hour_is_waited_for_where_it_is_nearly_over(server: StandIn, client_of: Clients, clock: Clock) -> None:
    server.misbehave("github", None, limit_reached(int(clock.now.timestamp()) + 20))
    assert client_of(server.github).get(CARD).status == 200
    assert 19 < clock.slept[0] <= 21


@pytest.mark.parametrize("fault", [slow_down(600), secondary_limit(600), None], ids=["429", "403", "reset"])
def test_who_makes_us_wait_for_too_long_is_left_with_the_time_told(
    server: StandIn, client_of: Clients, clock: Clock, fault: Fault | None
) -> None:
    server.misbehave("github", None, fault or limit_reached(int(clock.now.timestamp()) + 600), times=None)
    with pytest.raises(LimitReached, match=r"GitHub allows no more requests until ..:.. UTC\. What came") as told:
        client_of(server.github, wait_s=500).get(CARD)
    assert abs(told.value.until - (clock.now + timedelta(seconds=600))) < timedelta(seconds=60)
    assert f"{told.value.until:%H:%M} UTC" in str(told.value)
    assert (len(server.requests), clock.slept) == (1, [])
    server.behave()
    server.misbehave("github", None, slow_down(600))
    (client_of(server.github).allowance.file).unlink()
    assert client_of(server.github, wait_s=600).get(CARD).status == 200  # who is patient enough waits
    assert clock.slept[0] >= 600


def test_a_wait_without_end_is_a_limit_as_well(server: StandIn, client_of: Clients) -> None:
    server.misbehave("github", None, slow_down(10**15))
    with pytest.raises(LimitReached):
        client_of(server.github).get(CARD)


@pytest.mark.parametrize("kind", ["slow", "silent"])
def test_an_answer_has_to_be_whole_in_its_time(server: StandIn, client_of: Clients, clock: Clock, kind: str) -> None:
    server.misbehave("github", None, Fault("slow" if kind == "slow" else "silent"), times=None)
    with pytest.raises(Unanswered, match=r"gave no whole answer within 0.2 s. Ask again, with a longer --timeout."):
        client_of(server.github, answer_s=0.2).get(CARD)
    assert 2 <= len(server.requests) <= 3  # a source that is so slow is not given all four tries


def test_nobody_there(client_of: Clients, clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unanswered, match=f"127.0.0.1:{port} cannot be reached: Connection refused. Is there a network"):
        client_of(f"http://127.0.0.1:{port}").get(CARD)
    assert len(clock.slept) == 3
    with pytest.raises(Unanswered, match="api is no address that can be asked"):
        client_of("api").get(CARD)
    assert len(clock.slept) == 3


def test_round_in_circles(server: StandIn, client_of: Clients, clock: Clock) -> None:
    server.misbehave("github", None, Fault("status", 302, {"location": f"{server.github}{CARD}"}), times=None)
    client = client_of(server.github)
    with pytest.raises(Refused, match=r"sends us round in circles. Ask again later."):
        client.get(CARD)
    assert (len(server.requests), clock.slept) == (6, [])
    assert client.allowance.left == 60 - 6


def test_each_redirect_is_a_request(server: StandIn, client_of: Clients) -> None:
    """Where the source itself tells of what is left, that is believed; here it does not."""
    server.misbehave("github", None, Fault("status", 302, {"location": f"{server.github}/elsewhere"}), times=2)
    server.misbehave("github", None, Fault("status", 404, {"x-ratelimit-remaining": ""}))
    client = client_of(server.github)
    assert client.get(CARD).status == 404
    assert client.allowance.left == 60 - 3


@pytest.mark.parametrize("is_packed", [True, False])
def test_too_large_a_body_is_not_read_to_its_end(server: StandIn, client_of: Clients, is_packed: bool) -> None:
    body = b" " * (LARGEST_BYTES + 1)
    packed = Fault("status", 200, {"content-encoding": "gzip"}, gzip.compress(body))
    server.misbehave("ossinsight", None, packed if is_packed else Fault("status", 200, body=body), times=None)
    with pytest.raises(Refused, match=r"sends more than 20 MB: no star history. Ask again later."):
        client_of(server.ossinsight).get(ROWS)


def test_who_is_down_may_say_for_how_long(server: StandIn, client_of: Clients, clock: Clock) -> None:
    server.misbehave("github", None, Fault("status", 503, {"retry-after": "30"}))
    assert client_of(server.github).get(CARD).status == 200
    assert 30 <= clock.slept[0] <= 31
    server.misbehave("github", None, Fault("status", 503, {"retry-after": "3000"}))
    with pytest.raises(Refused, match="answered 503"):
        client_of(server.github).get(CARD)


def test_a_wait_may_be_told_as_a_date(server: StandIn, client_of: Clients, clock: Clock) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    server.misbehave("github", None, Fault("status", 429, {"retry-after": until}))
    assert client_of(server.github).get(CARD).status == 200
    assert 0 <= clock.slept[0] <= 22
    assert clock.slept[0] < 60
