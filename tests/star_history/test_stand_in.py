"""The stand-in behaves as the two services do, on good days and on bad ones."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
import requests

from tests.star_history.stand_in import StandIn
from tests.star_history.stand_in_data import charted
from tests.star_history.stand_in_faults import Fault, Kind, disguised, not_adding_up, secondary_limit

TODAY = date(2026, 9, 30)
NAME = "microsoft/autogen"
WEEKS = f"/repos/{NAME}/stargazers/history"
BAD_WIRE: list[Kind] = ["drop", "truncated"]
BAD_JSON: list[Kind] = ["cut_json", "html"]


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(TODAY) as server:
        yield server


def github(server: StandIn, path: str, **headers: str) -> requests.Response:
    return requests.get(server.github + path, headers=headers, timeout=5, allow_redirects=False)


def insight(server: StandIn, name: str = NAME, query: str = "") -> requests.Response:
    return requests.get(f"{server.ossinsight}/repos/{name}/stargazers/history/{query}", timeout=5)


def rows(server: StandIn, name: str = NAME, query: str = "") -> dict[str, int]:
    return {row["date"]: int(row["stargazers"]) for row in insight(server, name, query).json()["data"]["rows"]}


def all_weeks(server: StandIn, path: str) -> list[dict[str, Any]]:
    found, answer = [], github(server, path)
    while True:
        found += answer.json()
        if "next" not in answer.links:
            return found
        answer = requests.get(answer.links["next"]["url"], timeout=5)


def test_it_tells_of_every_charted_framework_the_same_on_every_run() -> None:
    first, second = StandIn(TODAY), StandIn(date(2026, 10, 30))
    first._server.server_close()
    second._server.server_close()
    assert [repo.full_name for repo in first.repositories] == charted()
    assert len(charted()) == 9
    for now, later in zip(first.repositories, second.repositories, strict=True):
        assert now.id == later.id
        assert all(later.days[day] == new for day, new in now.days.items() if day < TODAY)
        assert 1 <= now.stars / sum(now.days.values()) <= 1.03


def test_githubs_weeks_go_back_to_the_first_and_add_up(server: StandIn) -> None:
    repo, weeks = server.shelves[NAME], all_weeks(server, WEEKS + "?per_page=100")
    assert all(newer["week"] - older["week"] == 7 * 86_400 for newer, older in pairwise(weeks))
    assert all(week["total"] == sum(week["days"]) and len(week["days"]) == 7 for week in weeks)
    assert sum(week["total"] for week in weeks) == sum(repo.days.values())
    newest = datetime.fromtimestamp(weeks[0]["week"], UTC)
    assert (newest.strftime("%a %H:%M"), newest.date()) == ("Sun 00:00", date(2026, 9, 27))
    assert weeks[0]["days"][4:] == [0, 0, 0]  # Thursday to Saturday are yet to come
    assert len(github(server, WEEKS + "?per_page=100").json()) == 30
    assert github(server, WEEKS + "?page=99").json() == []


def test_what_did_not_change_is_free_and_has_no_link(server: StandIn) -> None:
    first = github(server, WEEKS)
    again = github(server, WEEKS, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, "link" in again.headers) == (304, b"", False)
    assert again.headers["x-ratelimit-remaining"] == first.headers["x-ratelimit-remaining"] == "59"
    server.shelves.star(NAME, TODAY)
    assert github(server, WEEKS, **{"If-None-Match": first.headers["etag"]}).status_code == 200


def test_former_names_are_sent_on_by_github_and_unknown_to_oss_insight(server: StandIn) -> None:
    moved = github(server, "/repos/jerryjliu/gpt_index/stargazers/history?page=2")
    number = server.shelves["run-llama/llama_index"].id
    assert moved.status_code == 301
    assert moved.headers["location"] == f"{server.github}/repositories/{number}/stargazers/history?page=2"
    assert requests.get(moved.headers["location"], timeout=5).json()
    assert rows(server, "run-llama/llama_index")
    assert not rows(server, "jerryjliu/gpt_index")
    assert not rows(server, "crewaiinc/crewai")  # another case
    assert not rows(server, "strands-agents/harness-sdk")
    assert rows(server, "strands-agents/sdk-python")


def test_oss_insight_sees_less_and_less_and_never_a_star_that_is_taken_back(server: StandIn) -> None:
    months, days = rows(server), server.shelves[NAME].days
    assert list(months) == sorted(months)
    assert months["2025-05-01"] == sum(new for day, new in days.items() if day < date(2025, 6, 1))
    seen = months["2026-02-01"] - months["2025-08-01"]
    assert 0.3 < seen / sum(new for day, new in days.items() if date(2025, 9, 1) <= day < date(2026, 3, 1)) < 0.36
    assert not {f"2026-0{month}-01" for month in range(5, 10)} <= set(months)
    server.shelves.unstar(NAME, date(2025, 1, 8), 5)
    assert rows(server) == months
    assert rows(server, NAME, "?from=2026-01-15&to=2026-03-01") == {m: months[m] for m in ("2026-02-01", "2026-03-01")}
    assert all(date.fromisoformat(day).weekday() == 0 for day in rows(server, NAME, "?per=week"))
    answer = insight(server)
    assert answer.json()["data_quality"]["status"] == "degraded"
    assert answer.headers["warning"].startswith("199")


def test_repositories_come_and_go(server: StandIn) -> None:
    before = github(server, f"/repos/{NAME}").json()["id"]
    server.shelves.recreate(NAME)
    assert github(server, f"/repos/{NAME}").json()["id"] != before
    server.shelves.rename(NAME, "microsoft/other")
    assert github(server, f"/repos/{NAME}").status_code == 301
    server.shelves.forget("microsoft/other")
    assert github(server, f"/repos/{NAME}").status_code == 404


def test_tokens_and_limits(server: StandIn) -> None:
    server.token = "right"
    assert github(server, WEEKS, Authorization="Bearer wrong").json()["message"] == "Bad credentials"
    assert github(server, WEEKS, Authorization="Bearer right").headers["x-ratelimit-remaining"] == "4999"
    server.limit("github", 1)
    assert github(server, WEEKS).status_code == 200
    spent = github(server, WEEKS)
    assert (spent.status_code, spent.headers["x-ratelimit-remaining"]) == (403, "0")
    assert int(spent.headers["x-ratelimit-reset"]) > time.time()
    server.limit("ossinsight", 0)
    assert insight(server).status_code == 429


def test_faults_come_where_and_as_often_as_ordered(server: StandIn) -> None:
    server.misbehave("github", WEEKS, Fault("status", 503), times=2)
    server.misbehave("github", WEEKS, secondary_limit(7), page=2)
    assert github(server, f"/repos/{NAME}").status_code == 200
    assert [github(server, WEEKS).status_code for _ in range(3)] == [503, 503, 200]
    second = github(server, f"/repositories/{server.shelves[NAME].id}/stargazers/history?page=2")
    assert (second.status_code, second.headers["retry-after"]) == (403, "7")
    server.misbehave("ossinsight", None, disguised(404), times=None)
    assert {insight(server).status_code for _ in range(3)} == {500}
    assert [request.status for request in server.requests if request.service == "github"] == [200, 503, 503, 200, 403]


def test_wrong_content_is_wrong_in_one_thing(server: StandIn) -> None:
    server.misbehave("github", WEEKS, Fault("body", change=not_adding_up))
    wrong, right = github(server, WEEKS).json(), github(server, WEEKS).json()
    assert wrong[0]["total"] == right[0]["total"] + 1
    assert wrong[1:] == right[1:]
    for kind in ("empty_rows", "no_quality", "unavailable"):
        server.misbehave("ossinsight", None, Fault(kind))
    empty, unmarked, withheld = (insight(server).json() for _ in range(3))
    assert (empty["data"]["rows"], empty["data_quality"]["status"]) == ([], "degraded")
    assert "data_quality" not in unmarked
    assert (withheld["data"]["rows"], withheld["data_quality"]["status"]) == ([], "unavailable")


@pytest.mark.parametrize("kind", BAD_WIRE)
def test_answers_that_break_off(server: StandIn, kind: Kind) -> None:
    server.misbehave("github", WEEKS, Fault(kind))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        github(server, WEEKS)


@pytest.mark.parametrize("kind", BAD_JSON)
def test_answers_that_are_no_json(server: StandIn, kind: Kind) -> None:
    server.misbehave("github", WEEKS, Fault(kind))
    answer = github(server, WEEKS)
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize(("kind", "starts_with"), [("slow", b"HTTP/1.1 200"), ("silent", b"")])
def test_closing_ends_whatever_hangs(kind: Kind, starts_with: bytes) -> None:
    """Asked on a bare connection, which tells the end of the answer from a client's patience."""
    with StandIn(TODAY) as server:
        server.misbehave("github", None, Fault(kind))
        client = socket.create_connection(("127.0.0.1", int(server.github.split(":")[2].partition("/")[0])), timeout=5)
        client.sendall(f"GET /github{WEEKS} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        first = client.recv(12) if starts_with else b""
        while not server.requests:
            pass
        began = time.monotonic()
    with client:
        assert first == starts_with
        assert time.monotonic() - began < 30  # or never
        while client.recv(65_536):
            pass
