"""What must be told under every chart and table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from star_history.caption import caption, plain
from star_history.history import Repository, Source
from tests.star_history.collections_ import NOW, Failures, collection, history, record


def told(*lines: str) -> str:
    return "\n".join(lines)


def test_a_source_tells_where_when_how_far_and_how_much() -> None:
    lines = caption(
        collection(record("a", history(), stars=650), record("b", history(through=date(2026, 3, 1)), stars=660))
    )
    assert lines[0] == "Stars now, licences: GitHub's own word, fetched 2026-03-20 12:00 UTC."
    assert lines[1] == (
        "GitHub (api.github.com): fetched 2026-03-20 10:00 UTC; data through 2026-03-01 to 2026-03-19; "
        "accounts for 98 to 100 % of the stars there are now."
    )
    assert "America/Los_Angeles" in lines[2]
    assert "an unstar lowers the past" in lines[2]
    assert len(lines) == 3


def test_a_demonstration_says_so_first() -> None:
    assert (
        caption(collection(record("a", history()), demonstration="All of it\nis invented."))[0]
        == "All of it is invented."
    )


def test_oldest_and_newest_fetch_are_told() -> None:
    late = history(fetched_at=NOW - timedelta(hours=20))
    assert (
        "fetched 2026-03-19 16:00 to 2026-03-20 10:00 UTC"
        in caption(collection(record("a", late), record("b", history())))[1]
    )


def test_oss_insight_is_a_lower_bound_with_its_reason_or_ours() -> None:
    own = history("ossinsight", lower_bound="event-derived counts are lower bounds.")
    silent = history("ossinsight")
    assert (
        "a lower bound (event-derived counts are lower bounds)."
        in caption(collection(record("a", own), sources=("ossinsight",)))[1]
    )
    lines = told(*caption(collection(record("a", silent), sources=("ossinsight",))))
    assert "a lower bound (it counts the public event feed" in lines
    assert "months are UTC; unstars are never subtracted" in lines
    assert "lower bound" not in told(*caption(collection(record("a", history()))))


def test_old_data_is_told_per_repository_where_ages_differ() -> None:
    old = history(fetched_at=NOW - timedelta(days=12, hours=1))
    older = history(fetched_at=NOW - timedelta(days=30))
    differ = caption(collection(record("a", old), record("b", history()), record("c", older), record("d", old)))
    assert "Some of GitHub's data is old: c: 30 days old; a, d: 12 days old." in differ
    assert "GitHub's data is old: 12 days old." in caption(collection(record("a", old), record("b", old)))
    young = history(fetched_at=NOW - timedelta(hours=23))
    assert "old" not in told(*caption(collection(record("a", young))))


def test_what_is_missing_is_told_with_the_trouble_that_is_about_it() -> None:
    failures: Failures = {"github": ("It answered late.",), "ossinsight": ("No rows. Look there.",)}
    both: tuple[Source, ...] = ("github", "ossinsight")
    lines = caption(collection(record("a", history(), failures=failures), sources=both))
    assert "OSS Insight: no figures." in lines
    assert "Not shown from OSS Insight: a (No rows)." in lines
    assert not any("Not shown from GitHub" in line for line in lines)
    alike = caption(collection(*(record(title, failures={"github": ("The limit.",)}) for title in "abc"), sources=both))
    assert "Not shown from GitHub: a, b, c (The limit)." in alike
    assert "Not shown from OSS Insight: a, b, c (The limit)." in alike, "without a card nobody else is asked"
    long = caption(collection(record("a", failures={"github": ("x" * 500,)})))
    assert max(map(len, long)) < 200


def test_a_history_that_does_not_reach_back_cannot_be_summed() -> None:
    partial = history(points=(), is_whole=False)
    lines = caption(collection(record("a", partial), record("b", history())))
    assert "Cumulative stars from GitHub cannot be drawn yet, as older weeks were not fetched: a." in lines


def test_words_from_elsewhere_stay_on_one_line() -> None:
    assert plain("a\x1b[31m\n b\u202e c\x00") == "a [31m b c"
    lines = caption(collection(record("evil\nname", failures={"github": ("down\r\nfor now",)})))
    assert "Not shown from GitHub: evil name (down for now)." in lines


def test_the_stars_there_are_now_have_a_date_and_an_age_of_their_own() -> None:
    late = replace(record("a", history()), repository=replace(card(), fetched_at=NOW - timedelta(days=12)))
    lines = caption(collection(late, record("b", history())))
    assert lines[0] == (
        "Stars now, licences: GitHub's own word, fetched 2026-03-08 12:00 to 2026-03-20 12:00 UTC. "
        "By now a: 12 days old."
    )
    alone = caption(collection(record("a", history("ossinsight")), sources=("ossinsight",)))
    assert alone[0].startswith("Stars now, licences: GitHub's own word")


def card() -> Repository:
    found = record("a", history()).repository
    assert found
    return found
