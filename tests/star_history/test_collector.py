"""Whatever fails, the last good data is shown, and what failed is told in words that say what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from star_history.addresses import Addresses
from star_history.errors import StarError, WrongAddress, WrongName
from star_history.history import Source, Subject, full_name
from tests.star_history.conftest import NOW, Collect
from tests.star_history.stand_in import StandIn
from tests.star_history.stand_in_data import charted
from tests.star_history.stand_in_faults import Fault, disguised, forbidden, slow_down

NAME = "microsoft/autogen"
SIX = ("a/one", "a/two", "a/three", "a/four", "a/five", "a/six")
Break = Callable[[StandIn, Collect], object]


def wrong(source: Source, fault: Fault) -> Break:
    """Everything that source says goes wrong from now on."""
    return lambda server, collect: server.misbehave(source, None, fault, None)


def hushed(server: StandIn, collect: Collect) -> None:
    collect.answer_s = 0.1
    server.misbehave("github", None, Fault("silent"), times=None)


TROUBLES: dict[str, tuple[Source, Break, str, str]] = {
    "drop": ("github", wrong("github", Fault("drop")), "127.0.0.1:[0-9]+ cannot be reached", "Is there a network"),
    "silence": ("github", hushed, "127.0.0.1:[0-9]+ gave no whole answer within 0.1 s", "longer --timeout"),
    "503": ("github", wrong("github", Fault("status", 503)), "127.0.0.1:[0-9]+ answered 503 .Serv", "Ask again later"),
    "403": ("github", wrong("github", forbidden()), f"answered 403 .* {NAME}|no star history of {NAME}", "again later"),
    "limit": ("github", wrong("github", slow_down(900)), "GitHub allows no more requests until ..:.. UTC", "token in"),
    "404": (
        "github",
        wrong("github", Fault("status", 404)),
        f"GitHub knows no public repository {NAME}",
        "Check owner",
    ),
    "html": ("github", wrong("github", Fault("html")), f"GitHub about .*{NAME} is not what was agreed", "again later"),
    "new": ("github", lambda server, _: server.shelves.recreate(NAME), f"{NAME} is another repository", "delete /"),
    "unknown": ("ossinsight", wrong("ossinsight", Fault("empty_rows")), f"no rows for {NAME}", "GitHub's own history"),
    "withheld": (
        "ossinsight",
        wrong("ossinsight", Fault("unavailable")),
        f"compute the stars of {NAME}",
        "again later",
    ),
    "cut": ("ossinsight", wrong("ossinsight", Fault("cut_json")), f"OSS Insight about {NAME} is not", "again later"),
    "spent": ("ossinsight", wrong("ossinsight", slow_down(900)), "OSS Insight allows no more requests", "goes on from"),
    "500": ("ossinsight", wrong("ossinsight", Fault("status", 500)), "127.0.0.1:[0-9]+ answered 500", "again later"),
    "hidden": ("ossinsight", wrong("ossinsight", disguised(403)), f"answered 403 .* about {NAME}", "again later"),
}


@pytest.mark.parametrize("kind", TROUBLES)
def test_each_trouble_is_told_and_the_last_good_data_is_shown(server: StandIn, collect: Collect, kind: str) -> None:
    """What happened, to whom, and what to do next: in one line that a stranger understands."""
    source, go_wrong, happened, what_next = TROUBLES[kind]
    good = collect.record(NAME, "github", "ossinsight").histories
    server.shelves.star(NAME, server.shelves.today)  # so that nothing is merely unchanged
    collect.now += timedelta(hours=25)
    go_wrong(server, collect)
    record = collect.record(NAME, "github", "ossinsight")
    assert record.troubles
    for trouble in record.troubles:
        assert re.search(happened, trouble), trouble
        assert what_next in trouble
        assert "\n" not in trouble
        assert any(trouble in line for line in collect.said)
    assert record.histories[source] == good[source]
    assert record.histories[source].fetched_at == NOW
    if kind != "new":
        nothing = Collect(server, collect.folder.with_name("empty"), answer_s=collect.answer_s)
        assert nothing.record(NAME, source).histories == {}


def test_no_kind_of_trouble_is_without_a_test() -> None:
    """Those above, and the name that is none, below."""
    assert {error.__name__ for error in StarError.__subclasses__()} == {
        *("WrongName", "Unanswered", "Refused", "LimitReached", "NotFound"),
        *("UnknownThere", "Withheld", "BadBody", "AnotherOne", "WrongAddress"),
    }


@pytest.mark.parametrize("words", ["microsoft", "a/b/c", "a/..", "/", "https://gitlab.com/a/b", "a b/c", ""])
def test_what_is_no_name_is_told_before_anybody_is_asked(words: str) -> None:
    with pytest.raises(WrongName, match="names no repository on GitHub: give owner/name, as in microsoft/autogen"):
        full_name(words)


@pytest.mark.parametrize(("source", "other"), [("github", "ossinsight"), ("ossinsight", "github")])
def test_a_source_that_fails_twice_in_a_row_is_left_alone(
    server: StandIn, collect: Collect, source: Source, other: Source
) -> None:
    collect(*charted()[:4], sources=("github", "ossinsight"))
    server.misbehave(source, None, Fault("status", 503), times=None)
    collect.now += timedelta(hours=25)
    found = collect(*charted()[:4], sources=("github", "ossinsight"))
    assert len(collect.asked(source)) == 8  # two questions of four tries
    assert len(collect.asked(other)) >= 4  # the other one is asked on
    assert all(len(record.histories) == 2 for record in found.records)
    assert ["503" in record.troubles[0] for record in found.records] == [True, True, False, False]
    assert "was left alone, as it failed twice in a row" in found.records[2].troubles[0]


def test_what_one_repository_has_not_is_no_reason_to_leave_the_source_alone(server: StandIn, collect: Collect) -> None:
    for name in charted()[:2]:
        server.misbehave("github", f"/repos/{name}/stargazers/history", Fault("status", 404), times=None)
    found = collect(*charted()[:3])
    assert [bool(record.histories) for record in found.records] == [False, False, True]
    assert all(record.subject.repo in record.troubles[0] for record in found.records[:2])


def test_a_source_that_asks_us_to_wait_is_not_asked_for_the_next_one(server: StandIn, collect: Collect) -> None:
    server.misbehave("github", None, slow_down(900), times=None)
    found = collect(*charted()[:4])
    assert len(collect.asked("github")) == 1
    assert all("allows no more requests" in record.troubles[0] for record in found.records)


def test_failures_that_are_not_in_a_row_leave_nobody_alone(server: StandIn, collect: Collect) -> None:
    names = charted()[:5]
    for name in names[::2]:
        server.misbehave("github", f"/repos/{name}", Fault("status", 503), times=4)
    assert [bool(record.repository) for record in collect(*names).records] == [False, True, False, True, False]


def test_a_repository_that_is_unknown_says_nothing_against_the_source(collect: Collect) -> None:
    found = collect(*SIX, NAME)
    assert [bool(record.histories) for record in found.records] == [False] * 6 + [True]


def test_all_frameworks_come_with_less_than_an_hours_requests_and_without_a_token(
    server: StandIn, collect: Collect
) -> None:
    found = collect(*charted(), sources=("github", "ossinsight"))
    assert [len(record.histories) for record in found.records].count(2) >= 8  # Strands is known there by another name
    assert all(record.histories["github"].is_whole for record in found.records)
    assert len(collect.asked("github")) < 60
    collect.now += timedelta(hours=25)
    collect(*charted(), sources=("github", "ossinsight"))
    assert len(collect.asked("github")) == 18
    assert {request.status for request in collect.asked("github")} == {304}


def test_all_cards_come_before_the_hours_requests_are_spent_on_weeks(server: StandIn, collect: Collect) -> None:
    server.limit("github", 12)
    found = collect(*charted())
    assert all(record.repository for record in found.records)
    assert not all(record.histories for record in found.records)


def test_subjects_keep_their_order_and_what_is_known_of_them(collect: Collect) -> None:
    subject = Subject("CrewAI", "crewAIInc/crewAI", ("joaomdmoura/crewAI",), "CrewAI Inc", "MIT", "red")
    found = collect("pydantic/pydantic-ai", subject, NAME, sources=("ossinsight", "github"))
    assert [record.subject.repo for record in found.records] == ["pydantic/pydantic-ai", "crewAIInc/crewAI", NAME]
    assert found.records[1].subject == subject
    assert (found.sources, found.now) == (("ossinsight", "github"), NOW)
    assert list(found.records[0].histories) == ["ossinsight", "github"]
    assert {history.origin for history in found.records[0].histories.values()} == {
        collect.server.github.removeprefix("http://").removesuffix("/github")
    }


def test_what_comes_from_a_stand_in_says_so(collect: Collect) -> None:
    host = collect.server.github.removeprefix("http://").removesuffix("/github")
    told = f"DEMONSTRATION, not real: these figures come from {host} in place of GitHub"
    assert collect(NAME).demonstration == f"{told}."
    assert collect(NAME, sources=("ossinsight",)).demonstration == f"{told} and OSS Insight."
    real = Addresses.told({})
    assert real.demonstration(["github", "ossinsight"]) == ""
    partly = Addresses(real.github, "http://me:geheim@here:1/v1")
    assert partly.demonstration(["github"]) == ""
    assert partly.demonstration(["ossinsight"]).endswith("come from here:1 in place of OSS Insight.")


def test_the_addresses_are_the_public_ones_unless_told_otherwise() -> None:
    assert Addresses.told({}) == Addresses("https://api.github.com", "https://api.ossinsight.io/v1")
    told = {"BAKEOFF_GITHUB_URL": "http://here/", "BAKEOFF_OSSINSIGHT_URL": "http://there/v1/", "GITHUB_TOKEN": ""}
    assert Addresses.told(told) == Addresses("http://here", "http://there/v1")


@pytest.mark.parametrize(
    "address", ["api.github.com", "http://[::1", "ftp://api.github.com", "https://", "http://a/b?x=1"]
)
def test_what_is_no_address_is_told_before_anybody_is_asked(address: str) -> None:
    for variable in ("BAKEOFF_GITHUB_URL", "BAKEOFF_OSSINSIGHT_URL"):
        with pytest.raises(WrongAddress, match=f"{variable} is .* give one like https://.*, or unset it"):
            Addresses.told({variable: address})
