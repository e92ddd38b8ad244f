"""The page of one framework: what it is, how each way to use it did, its faults in words, its trials."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scoreboard.report.site.framework_pages import MOST_TRIALS, framework_page_sections
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.site import Site
from scoreboard.runner.outcome import GuestError
from tests.report.site.stock import Baked, stocked


def page(gathered: Gathered, family: str) -> str:
    return Site(gathered).framework(family).partition("<main")[2].partition("</main>")[0]


def test_every_way_to_use_it_stands_below_the_baseline(tmp_path: Path) -> None:
    gathered = stocked(tmp_path, [Baked(name) for name in ("baseline", "autogen", "autogen/tool_loop", "crewai")])
    found = framework_page_sections(gathered, "autogen")["framework"]
    (task,) = found.results
    assert [line.entry.framework for line in task.lines] == ["baseline", "autogen", "autogen/tool_loop"]
    assert [way.entry.framework for way in found.ways] == ["autogen", "autogen/tool_loop"]
    default, variant = found.ways
    assert set(default.notes).isdisjoint(variant.notes)


def test_a_trial_that_failed_is_linked_beside_one_of_middle_length(tmp_path: Path) -> None:
    gathered = stocked(tmp_path, [Baked("autogen"), Baked("autogen", verdict="wrong", reason="it is 7", repeat=1)])
    passed, failed = sorted(gathered.rows, key=lambda row: row.repeat)
    told = page(gathered, "autogen")
    assert f'<a href="../trials/{passed.id}.html">a typical one</a>' in told
    assert f'href="../trials/{failed.id}.html" title="it is 7">wrong, repeat 2</a>' in told


def test_faults_are_told_in_words_with_the_default_that_makes_them_so(tmp_path: Path) -> None:
    gathered = stocked(
        tmp_path,
        [
            Baked("langgraph", "tool_raises", "raised", error=GuestError("ToolException", "boo", "")),
            Baked("langgraph/hardened", "tool_raises", coping="recovered"),
            Baked("crewai", "http_500", "raised"),
        ],
    )
    ((group,),) = [board.groups for board in framework_page_sections(gathered, "langgraph")["framework"].stories]
    (fault,) = group.faults
    assert [story.words for story in fault.stories] == ["ToolException: boo", "recovered in 2 requests"]
    assert fault.defaults == {gathered.cards["langgraph"].defaults["tool_raises"]: ""}


@pytest.mark.parametrize(("repo", "linked"), [("owner/name", True), ("javascript:alert(1)//x", False), ("", False)])
def test_only_a_repository_s_own_name_becomes_a_link(tmp_path: Path, repo: str, linked: bool) -> None:
    gathered = stocked(tmp_path, [Baked("crewai")])
    cards = {**gathered.cards, "crewai": replace(gathered.cards["crewai"], repo=repo)}
    told = page(replace(gathered, cards=cards), "crewai")
    assert ("https://github.com/owner/name" in told) is linked
    assert "javascript:" not in told


def test_of_too_many_trials_only_the_first_of_each_kind_is_listed(tmp_path: Path) -> None:
    kinds = [Baked("crewai", repeat=n) for n in range(MOST_TRIALS)]
    assert framework_page_sections(stocked(tmp_path, kinds), "crewai")["framework"].listed == MOST_TRIALS
    gathered = stocked(tmp_path, [Baked("crewai", "http_500", "raised")])
    found = framework_page_sections(gathered, "crewai")["framework"]
    assert (found.trial_count, found.listed) == (MOST_TRIALS + 1, 2)
    assert "data/trials.csv" in page(gathered, "crewai")


def test_what_a_framework_says_stays_text(tmp_path: Path) -> None:
    error = GuestError("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "")
    gathered = stocked(
        tmp_path,
        [
            Baked("crewai", "http_500", "raised", error=error),
            Baked("crewai", verdict="wrong", reason='"><script>alert(2)</script>'),
        ],
    )
    told = page(gathered, "crewai")
    assert "<script" not in told
    assert "<img" not in told
    assert "&lt;script&gt;alert(2)" in told
