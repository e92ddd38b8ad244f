"""A repository is its number: names come, go and change hands. And what only GitHub may know stays with GitHub."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from star_history.addresses import Addresses
from star_history.history import Subject
from tests.star_history.conftest import Collect
from tests.star_history.stand_in import StandIn
from tests.star_history.stand_in_faults import Fault

NAME, NEW = "microsoft/autogen", "microsoft/renamed"


def test_a_new_name_is_followed_and_both_are_remembered(server: StandIn, collect: Collect) -> None:
    before = collect.record(NAME)
    server.shelves.rename(NAME, NEW)
    collect.now += timedelta(hours=25)
    after = collect.record(NAME)
    assert after.repository
    assert before.repository
    assert (after.repository.id, after.repository.full_name) == (before.repository.id, NEW)
    assert after.repository.aliases == (NAME,)
    history = [request.path for request in collect.asked("github") if request.path.endswith("/history")]
    assert history == [f"/repos/{NEW}/stargazers/history"]
    assert after.histories["github"].total == before.histories["github"].total
    for name in (NAME, NEW, NEW.upper()):
        assert collect.record(name).repository == after.repository
        assert server.requests == []
    assert len(list(collect.folder.glob("github-*/[!.]*"))) == 1


def test_a_former_name_that_nobody_took_leads_to_the_repository(server: StandIn, collect: Collect) -> None:
    record = collect.record("jerryjliu/gpt_index")
    assert record.repository
    assert record.repository.full_name == "run-llama/llama_index"
    assert record.repository.aliases == ("jerryjliu/gpt_index",)
    assert collect.record(Subject("LlamaIndex", "run-llama/llama_index")).repository == record.repository
    assert server.requests == []


def test_a_repository_made_anew_does_not_take_over_the_data_of_the_old(server: StandIn, collect: Collect) -> None:
    before = collect.record(NAME, "github", "ossinsight")
    files = {path: path.read_bytes() for path in collect.folder.glob("*/[!.]*")}
    assert len(files) == 2
    server.shelves.recreate(NAME)
    collect.now += timedelta(days=40)
    for _ in range(2):
        after = collect.record(NAME, "github", "ossinsight")
        (trouble,) = after.troubles
        assert f"{NAME} is another repository on GitHub now (number {server.shelves[NAME].id}, it was " in trouble
        kept = next(path for path in files if path.parent.name.startswith("github"))
        assert f"to follow the new one, delete {kept}." in trouble
        assert [request.path for request in server.requests] == [f"/repos/{NAME}"]
        assert (after.repository, after.histories) == (before.repository, before.histories)
        assert {path: path.read_bytes() for path in collect.folder.glob("*/[!.]*")} == files
    kept.unlink()  # as the message says
    followed = collect.record(NAME)
    assert followed.repository
    assert followed.repository.id == server.shelves[NAME].id
    assert followed.histories["github"].total == 155


def test_a_repository_that_is_gone_is_shown_as_it_was(server: StandIn, collect: Collect) -> None:
    before = collect.record(NAME, "github", "ossinsight")
    server.shelves.forget(NAME)
    collect.now += timedelta(hours=25)
    after = collect.record(NAME, "github", "ossinsight")
    assert after.troubles[0].startswith(f"GitHub knows no public repository {NAME} (asked at 127.0.0.1")
    assert (after.repository, after.histories) == (before.repository, before.histories)
    assert [request.status for request in server.requests] == [404]  # not tried again, and nobody else is asked


def test_a_name_that_never_was_is_said_to_be_unknown(collect: Collect) -> None:
    record = collect.record("nobody/nothing", "github", "ossinsight")
    (trouble,) = record.troubles
    assert trouble.startswith("GitHub knows no public repository nobody/nothing")
    assert trouble.endswith("as BAKEOFF_GITHUB_URL says). Check owner and name.")
    assert (record.repository, record.histories) == (None, {})
    assert list(collect.folder.glob("*/[!.]*")) == []


def test_a_server_without_star_history_says_so(server: StandIn, collect: Collect) -> None:
    server.misbehave("github", f"/repos/{NAME}/stargazers/history", Fault("status", 404), times=None)
    record = collect.record(NAME)
    assert record.repository
    assert f"serves no star history of {NAME} (404)" in record.troubles[0]
    assert "--source ossinsight" in record.troubles[0]


def test_the_token_goes_to_github_alone(server: StandIn, collect: Collect) -> None:
    server.token = collect.token = "geheim"
    assert collect.record("jerryjliu/gpt_index", "github", "ossinsight").troubles == ()
    assert {request.headers.get("authorization") for request in collect.asked("github")} == {"Bearer geheim"}
    assert [request.headers.get("authorization") for request in collect.asked("ossinsight")] == [None]
    assert collect.said[0] == "GitHub: run-llama/llama_index; 4991 requests left this hour"


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://api.github.com", True),
        ("https://github.example.org/api/v3", True),
        ("http://127.0.0.1:8000/github", True),
        ("http://[::1]:8000", True),
        ("http://localhost", True),
        ("http://github.example.org", False),
        ("http://localhost.example.org", False),
    ],
)
def test_the_token_goes_over_encrypted_lines_or_stays_on_this_machine(address: str, may: bool) -> None:
    addresses = Addresses.told({"BAKEOFF_GITHUB_URL": address, "GITHUB_TOKEN": " geheim\n"})
    assert addresses.token == "geheim"
    assert addresses.may_carry_token is may
    assert not Addresses.told({"BAKEOFF_GITHUB_URL": address, "GITHUB_TOKEN": "  "}).may_carry_token


def test_a_token_does_not_follow_a_redirect_to_another_host(server: StandIn, collect: Collect) -> None:
    collect.token = "geheim"
    with StandIn(server.shelves.today) as other:
        server.misbehave("github", f"/repos/{NAME}", Fault("status", 301, {"location": f"{other.github}/repos/{NAME}"}))
        assert collect.record(NAME).repository
        assert [request.headers.get("authorization") for request in other.requests] == [None]


def test_a_wrong_token_is_told_and_not_tried_again(server: StandIn, collect: Collect) -> None:
    server.token, collect.token = "right", "wrong"
    record = collect.record(NAME)
    assert "does not take the key in GITHUB_TOKEN (401). Renew it, or unset it" in record.troubles[0]
    assert "wrong" not in "".join([*record.troubles, *collect.said])
    assert ([request.status for request in server.requests], collect.slept) == ([401], [])


def test_a_refusal_without_a_token_does_not_speak_of_one(server: StandIn, collect: Collect) -> None:
    server.misbehave("github", None, Fault("status", 401))
    (trouble,) = collect.record(NAME).troubles
    assert "GITHUB_TOKEN" not in trouble
    assert f"answered 401 to a question about {NAME}. Ask again later." in trouble


@pytest.mark.parametrize("token", ["geh\neim", "geheim\N{EURO SIGN}"])
def test_a_token_that_cannot_be_sent_is_told_but_not_shown(server: StandIn, collect: Collect, token: str) -> None:
    collect.token = token
    record = collect.record(NAME)
    assert record.troubles[0].startswith("GITHUB_TOKEN holds characters that no key has")
    assert "geh" not in "".join([*record.troubles, *collect.said])
    assert (server.requests, collect.slept) == ([], [])


def test_a_netrc_is_left_alone_also_on_a_redirect(
    collect: Collect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password geheim\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert collect.record("jerryjliu/gpt_index", "github", "ossinsight").troubles == ()
    assert len(collect.server.requests) > 4
    assert {request.headers.get("authorization") for request in collect.server.requests} == {None}
