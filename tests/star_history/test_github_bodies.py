"""What GitHub says is believed only if it makes sense; what does not is set aside, and the last good data stays."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.star_history.conftest import TODAY, Collect
from tests.star_history.stand_in import StandIn
from tests.star_history.stand_in_faults import PAGE, Fault, not_adding_up, out_of_order, six_days, words_for_numbers
from tests.star_history.stand_in_github import sunday, weeks

NAME = "microsoft/autogen"
CARD, WEEKS = f"/repos/{NAME}", f"/repos/{NAME}/stargazers/history"
WEEK_S = 7 * 86_400


def from_saturday(told: Any) -> Any:
    told[0]["days"][6] += 1
    told[0]["total"] += 1
    return told


def next_week(told: Any) -> Any:
    return [{"week": told[0]["week"] + WEEK_S, "total": 1, "days": [1, 0, 0, 0, 0, 0, 0]}, *told[:-1]]


def milliseconds(told: Any) -> Any:
    return [{**week, "week": week["week"] * 1000} for week in told]


def twice_the_same_week(told: Any) -> Any:
    return [told[0], *told[:-1]]


def on_a_tuesday(told: Any) -> Any:
    told[3]["week"] += 2 * 86_400
    return told


def minus_one(told: Any) -> Any:
    told[1]["days"][0] -= told[1]["total"] + 1
    told[1]["total"] = -1
    return told


BAD = {
    "six days": (Fault("body", change=six_days), "at least 7"),
    "sums": (Fault("body", change=not_adding_up), "add up to"),
    "order": (Fault("body", change=out_of_order), "stands after"),
    "words": (Fault("body", change=words_for_numbers), "valid integer"),
    "saturday": (Fault("body", change=from_saturday), "still to come"),
    "next week": (Fault("body", change=next_week), "still to come"),
    "milliseconds": (Fault("body", change=milliseconds), "less than"),
    "twice": (Fault("body", change=twice_the_same_week), "stands after"),
    "tuesday": (Fault("body", change=on_a_tuesday), "stands after"),
    "minus": (Fault("body", change=minus_one), "greater than or equal to 0"),
    "no list": (Fault("body", body={"weeks": []}), "valid list"),
    "nothing": (Fault("body", body=[]), "names no week"),
    "null": (Fault("body", body=None), "valid list"),
    "cut": (Fault("cut_json"), "no whole JSON"),
    "html": (Fault("html"), "<!DOCTYPE html>"),
}


@pytest.mark.parametrize("kind", BAD)
def test_weeks_that_make_no_sense(server: StandIn, collect: Collect, kind: str) -> None:
    fault, why = BAD[kind]
    good = collect.record(NAME).histories["github"]
    server.shelves.star(NAME, TODAY)  # so that the answer is not 304
    collect.now += timedelta(hours=25)
    server.misbehave("github", WEEKS, fault)
    record = collect.record(NAME)
    (trouble,) = record.troubles
    (body,) = collect.quarantined
    assert f"GitHub about the stars of {NAME}" in trouble
    assert why in trouble
    assert str(body) in trouble
    assert body.read_bytes() == sent(server, fault)
    assert record.histories["github"] == good
    assert collect.record(NAME).histories["github"].total == (good.total or 0) + 1
    assert collect.pages == ["1"]  # nothing of the wrong answer, so no 304


def sent(server: StandIn, fault: Fault) -> bytes:
    """The bytes of the newest page with that fault."""
    page = weeks(server.shelves[NAME], TODAY)[:30]
    if fault.kind == "html":
        return PAGE
    if fault.kind == "cut_json":
        whole = json.dumps(page).encode()
        return whole[: len(whole) // 2]
    return json.dumps(fault.change(page) if fault.change else fault.body).encode()


@pytest.mark.parametrize("first_moved", [2, 3, 5])
@pytest.mark.parametrize("shared", [1, 2])
def test_pages_may_share_one_week_and_no_more(server: StandIn, collect: Collect, shared: int, first_moved: int) -> None:
    """A week that begins between two requests moves every page from there on by one."""
    everything = weeks(server.shelves[NAME], TODAY)
    for page in range(first_moved, 8):
        part = everything[(page - 1) * 30 - shared : page * 30 - shared]
        server.misbehave("github", WEEKS, Fault("body", body=part), page=page)
    record = collect.record(NAME)
    if shared == 1:
        assert record.troubles == ()
        assert record.histories["github"].total == sum(server.shelves[NAME].days.values())
    else:
        begins = sunday(TODAY) - timedelta(weeks=(first_moved - 1) * 30 - shared)
        assert f"the week of {begins} stands after" in record.troubles[0]


def test_a_week_that_is_told_of_no_more_is_no_more(server: StandIn, collect: Collect) -> None:
    collect.record(NAME)
    collect.now += timedelta(hours=25)
    server.misbehave("github", WEEKS, Fault("body", change=lambda told: told[:3] + told[4:]), times=None)
    server.shelves.star(NAME, TODAY)
    history = collect.record(NAME).histories["github"]
    assert sunday(TODAY) - timedelta(weeks=3) not in history.days
    assert history.total == sum(history.days.values())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": "7"}, "id: "),
        ({"stargazers_count": -1}, "stargazers_count: "),
        ({"full_name": "no name"}, "full_name: "),
        ({"created_at": "long ago"}, "created_at: "),
    ],
)
def test_a_card_that_makes_no_sense(server: StandIn, collect: Collect, change: dict[str, object], why: str) -> None:
    good = collect.record(NAME).repository
    server.shelves.star(NAME, TODAY)
    collect.now += timedelta(hours=25)
    server.misbehave("github", CARD, Fault("body", change=lambda card: {**card, **change}))
    record = collect.record(NAME)
    (trouble,) = record.troubles
    assert f"GitHub about {NAME}" in trouble
    assert why in trouble
    assert change.items() <= json.loads(collect.quarantined[0].read_bytes()).items()
    assert record.repository == good
    found = collect.record(NAME).repository
    assert found
    assert found.stars == server.shelves[NAME].stars


def test_where_nothing_was_known_a_wrong_answer_leaves_nothing(server: StandIn, collect: Collect) -> None:
    server.misbehave("github", CARD, Fault("html"))
    record = collect.record(NAME)
    assert (record.repository, record.histories, len(record.troubles)) == (None, {}, 1)


def test_a_body_that_stops_in_the_middle_is_asked_for_again(server: StandIn, collect: Collect) -> None:
    """The wire itself tells that it is not whole, so it is no wrong answer, but none."""
    server.misbehave("github", WEEKS, Fault("truncated"))
    assert collect.record(NAME).troubles == ()
    assert (len(collect.slept), collect.quarantined) == (1, [])


def test_where_nothing_can_be_set_aside_that_is_told(server: StandIn, collect: Collect) -> None:
    collect.folder.mkdir()
    (collect.folder / "quarantine").write_text("in the way")
    server.misbehave("github", CARD, Fault("html"))
    assert "could not be set aside" in collect.record(NAME).troubles[0]
