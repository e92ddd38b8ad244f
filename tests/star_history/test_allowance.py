"""The hour's requests: counted over runs, stopped before the limit, and believed as each source tells of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from star_history.allowance import Allowance
from star_history.errors import LimitReached
from tests.star_history.conftest import Collect
from tests.star_history.stand_in import StandIn
from tests.star_history.stand_in_faults import Fault

NAME = "microsoft/autogen"
NOON = datetime(2026, 9, 30, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def allowance(folder: Path, at: datetime = NOON, hourly: int = 60, hint: str = "") -> Allowance:
    """As the next run would make it."""
    return Allowance("GitHub", hourly, folder / "allowance.json", hint, clock=lambda: at)


def headers(remaining: int | str, reset: int | str = "") -> dict[str, str]:
    return {"x-ratelimit-remaining": str(remaining), "x-ratelimit-reset": str(reset)}


def test_it_stops_before_the_limit_and_keeps_what_came(server: StandIn, collect: Collect) -> None:
    """Six pages and a card are what one repository takes; of the second, only the card and a page come."""
    server.limit("github", 9)
    found = collect(NAME, "langchain-ai/langgraph")
    assert found.records[0].histories["github"].is_whole
    assert found.records[0].troubles == ()
    assert not found.records[1].histories["github"].is_whole
    (trouble,) = found.records[1].troubles
    assert trouble.startswith("GitHub allows no more requests until ")
    assert trouble.endswith("goes on from there then. With a token in GITHUB_TOKEN it allows 5,000 an hour.")
    assert len(server.requests) == 9
    assert all(request.status == 200 for request in server.requests)  # it never came to a refusal
    again = collect("langchain-ai/langgraph", "pydantic/pydantic-ai", is_fresh=True)
    assert server.requests == []
    assert again.records[0].histories == found.records[1].histories
    assert all(record.troubles for record in again.records)


def test_with_a_token_nobody_is_told_to_get_one(server: StandIn, collect: Collect) -> None:
    server.token = collect.token = "geheim"
    server.limit("github", 2)
    (trouble,) = collect.record(NAME).troubles
    assert trouble.startswith("GitHub allows no more requests until ")
    assert "GITHUB_TOKEN" not in trouble


def test_each_token_has_its_own_count(server: StandIn, collect: Collect) -> None:
    server.limit("github", 1)
    collect.record(NAME)
    server.token = collect.token = "geheim"
    server.limit("github", 5000)
    assert collect.record(NAME).troubles == ()
    files = [path.read_text() + path.name for path in collect.folder.glob("github-*/.allowance-*")]
    assert len(files) == 2
    assert not any("geheim" in told for told in files)
    collect.token = ""
    assert "allows no more" in collect.record(NAME, is_fresh=True).troubles[0]


def test_oss_insight_is_counted_apart(server: StandIn, collect: Collect) -> None:
    server.limit("github", 0)
    server.limit("ossinsight", 1)
    found = collect(NAME, "langchain-ai/langgraph", sources=("ossinsight",))
    assert [len(record.histories) for record in found.records] == [1, 0]
    assert "OSS Insight allows no more requests until " in found.records[1].troubles[1]


def test_where_a_source_says_nothing_our_own_rolling_hour_counts(tmp_path: Path) -> None:
    for minute in range(3):
        allowance(tmp_path, NOON + 10 * minute * MINUTE, hourly=4).count({}, requests=1)
    later = allowance(tmp_path, NOON + 30 * MINUTE, hourly=4)
    assert later.left == 1
    later.ask()
    later.count({}, requests=1)
    with pytest.raises(LimitReached, match="GitHub allows no more requests until 13:00 UTC") as told:
        later.ask()
    assert told.value.until == NOON + 60 * MINUTE
    assert allowance(tmp_path, NOON + 60 * MINUTE, hourly=4).left == 1
    assert allowance(tmp_path, NOON + 70 * MINUTE, hourly=4).left == 2
    assert allowance(tmp_path, NOON + 200 * MINUTE, hourly=4).left == 4


def test_what_the_source_says_wins_until_its_time_is_over(tmp_path: Path) -> None:
    until = NOON + 20 * MINUTE
    allowance(tmp_path).count(headers(3, int(until.timestamp())), requests=1)
    assert allowance(tmp_path).left == 3
    assert allowance(tmp_path, NOON + 19 * MINUTE).until == until
    assert allowance(tmp_path, until).left == 59  # the one request of this hour that we know of


@pytest.mark.parametrize(
    ("reset", "until"),
    [
        (int((NOON + 5 * MINUTE).timestamp()), NOON + 5 * MINUTE),  # GitHub: Unix time
        (300, NOON + 5 * MINUTE),  # OSS Insight: seconds
        ("soon", NOON + 60 * MINUTE),
        ("", NOON + 60 * MINUTE),
        (10**18, NOON + 60 * MINUTE),
    ],
)
def test_a_reset_is_told_in_two_ways(tmp_path: Path, reset: int | str, until: datetime) -> None:
    spent = allowance(tmp_path)
    spent.count(headers(0, reset), requests=1)
    with pytest.raises(LimitReached) as told:
        spent.ask()
    assert told.value.until == until
    assert f"until {until:%H:%M} UTC" in str(told.value)


def test_an_answer_from_somewhere_on_the_way_does_not_undo_what_the_source_said(tmp_path: Path) -> None:
    spent = allowance(tmp_path)
    spent.count(headers(3, 600), requests=1)
    spent.count({}, requests=2)
    assert spent.left == 1
    spent.count({}, requests=2)
    assert spent.left == 0


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b'{"left": "many"}', b'{"left": 0, "until": "2999-01-01T00:00:00"}']
)
def test_a_broken_count_stops_nobody(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "allowance.json").write_bytes(content)
    broken = allowance(tmp_path)
    broken.ask()
    broken.count({}, requests=1)
    assert allowance(tmp_path).left == 59


def test_a_count_that_cannot_be_kept_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("")
    spent = allowance(tmp_path / "in the way")
    spent.count({}, requests=1)
    assert spent.left == 59


def test_what_is_asked_in_vain_is_counted_too(server: StandIn, collect: Collect) -> None:
    server.misbehave("github", None, Fault("status", 404), times=None)
    collect.record(NAME)
    (file,) = collect.folder.glob("github-*/.allowance-*")
    assert '"left":59' in file.read_text()


def test_a_long_run_is_spread_over_the_hour(tmp_path: Path) -> None:
    allowance = Allowance("OSS Insight", 600, tmp_path / "count.json", at_once=60)
    allowance.count({}, 59)
    assert allowance.pause_s == 0
    allowance.count({}, 1)
    assert allowance.pause_s == 6
    assert Allowance("GitHub", 60, tmp_path / "count.json").pause_s == 0


def test_another_run_that_asks_meanwhile_is_seen(tmp_path: Path) -> None:
    ours, theirs = (Allowance("GitHub", 60, tmp_path / "count.json") for _ in range(2))
    theirs.count({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "600"}, 1)
    with pytest.raises(LimitReached):
        ours.ask()
