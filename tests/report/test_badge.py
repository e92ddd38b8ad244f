"""A badge says one figure, says what it means, and is the same picture in every font."""

from __future__ import annotations

import contextlib
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest

from scoreboard.errors import BakeoffError, UsageError
from scoreboard.report.badge import Kind, badge_of, write_badge
from scoreboard.report.badge_picture import GROUNDS, INK, LABEL_GROUND, Badge, Tone, svg
from scoreboard.report.board import Board
from scoreboard.report.site.gathered import Gathered
from scoreboard.results.judge import Judgement, Verdict
from scoreboard.results.matrix import matrices
from scoreboard.results.row import Row
from scoreboard.results.store import Store
from scoreboard.runner.catalogue import framework_cards, task_classes
from tests.results.samples import PASSED, STAMPS, played, row, trial

SVG = "{http://www.w3.org/2000/svg}"


def gathered(rows: Sequence[Row]) -> Gathered:
    kinds = {name: kind for name, kind in task_classes().items() if name in {each.task for each in rows}}
    return Gathered(Path(), rows, Board.of(rows), matrices(rows), framework_cards(), kinds)


def rows(framework: str, verdicts: Sequence[Verdict], **fields: object) -> list[Row]:
    return [row(verdict, framework, repeat=number, **fields) for number, verdict in enumerate(verdicts)]


@pytest.mark.parametrize(
    ("verdicts", "message", "tone"),
    [
        (["passed", "passed"], "passed 2/2", "good"),
        (["passed", "wrong", "void"], "passed 1/2", "warn"),
        (["wrong", "raised"], "passed 0/2", "bad"),
    ],
)
def test_a_pass_count_is_all_some_or_none(verdicts: list[Verdict], message: str, tone: Tone) -> None:
    made = badge_of(gathered(rows("strands", verdicts)), "strands", "passed", "dice")
    assert (made.label, made.message, made.tone) == ("bakeoff: strands, dice", message, tone)


def test_by_default_it_is_all_tasks_and_the_version() -> None:
    both = [*rows("strands", ["passed"] * 2), *rows("strands", ["passed", "wrong"], task="multi_agent")]
    made = badge_of(gathered([*both, *rows("baseline", ["wrong"])]), "strands", "passed")
    assert (made.label, made.message, made.tone) == ("bakeoff: strands 1.2.3", "passed 3/4", "warn")
    assert made.told == (
        "Strands Agents 1.2.3: 3 of 4 trials of all tasks (dice, multi_agent) passed. "
        "Measured by Bakeoff with the model sim, 2026-01-02."
    )


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("tokens", "2.0x the baseline's tokens"),
        ("calls", "1.5x the baseline's calls"),
        ("overhead", "0.5x the baseline's own time"),
        ("lines", "0.3x the baseline's lines of code"),
    ],
)
def test_a_cost_is_a_multiple_of_the_baselines(kind: Kind, message: str) -> None:
    own = row("passed", "strands", input_tokens=150, output_tokens=50, calls=3, framework_ms=4.0, lines_of_code=12)
    base = row("passed", "baseline", input_tokens=80, output_tokens=20, calls=2, framework_ms=8.0, lines_of_code=40)
    made = badge_of(gathered([own, base]), "strands", kind)
    assert (made.label, made.message, made.tone) == ("bakeoff: strands, dice", message, "calm")
    with pytest.raises(UsageError, match="bakeoff run --frameworks baseline,strands --tasks dice"):
        badge_of(gathered([own]), "strands", kind)


def test_times_of_different_sittings_are_no_ratio() -> None:
    own = row("passed", "strands", framework_ms=4.0)
    base = row("passed", "baseline", framework_ms=8.0, started_at="2026-01-03T03:04:05+00:00")
    with pytest.raises(UsageError, match="bakeoff run --fresh --frameworks baseline,strands --tasks dice"):
        badge_of(gathered([own, base]), "strands", "overhead")
    assert badge_of(gathered([own, base]), "strands", "tokens").message == "1.0x the baseline's tokens"


def test_faults_are_counted_and_not_graded() -> None:
    clean = row("passed", "strands", requests=2)
    tried = [
        row("passed", "strands", fault="http_500", coping="absorbed"),
        row("wrong", "strands", fault="tool_raises"),
        row("wrong", "strands", fault="http_401"),  # a wrong key is nothing to get over
    ]
    made = badge_of(gathered([clean, *tried]), "strands", "faults")
    assert (made.label, made.message, made.tone) == ("bakeoff: strands, dice", "got over 1/2 faults", "calm")
    with pytest.raises(UsageError, match="--faults all"):
        badge_of(gathered([clean]), "strands", "faults")


def test_what_is_not_measured_has_no_badge() -> None:
    some = gathered(rows("strands", ["unsupported"]))
    with pytest.raises(UsageError, match="no way to do dice"):
        badge_of(some, "strands", "passed", "dice")
    with pytest.raises(UsageError, match="bakeoff run --frameworks baseline,langgraph"):
        badge_of(some, "langgraph", "passed")
    with pytest.raises(UsageError, match="Did you mean strands"):
        badge_of(some, "strand", "passed")
    with pytest.raises(UsageError, match="--model"):
        badge_of(gathered([row(), row(model="openai:x")]), "baseline", "passed")
    with pytest.raises(BakeoffError, match="ruler is bent"):
        badge_of(gathered([row(), row("wrong", "oracle")]), "baseline", "passed")


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("ground", [LABEL_GROUND, *GROUNDS.values()])
def test_everybody_can_read_it(ground: str) -> None:
    assert (luminance(INK) + 0.05) / (luminance(ground) + 0.05) >= 4.5


@pytest.mark.parametrize("tone", get_args(Tone))
def test_the_picture_says_it_for_eyes_and_ears(tone: Tone) -> None:
    badge = Badge(
        "bakeoff: <dice>", 'passed "3"/10 & so on \N{CJK UNIFIED IDEOGRAPH-6F22}', tone, "what\x00 \ufffe it means"
    )
    tree = ET.fromstring(svg(badge))
    assert tree.get("role") == "img"
    assert tree.get("aria-label") == f"{badge.label}: {badge.message}"
    assert tree.findtext(f"{SVG}title") == "what\ufffd \ufffd it means"
    texts = tree.findall(f".//{SVG}text")
    assert [text.text for text in texts] == [badge.label, badge.message]
    assert GROUNDS[tone] in {part.get("fill") for part in tree}
    left, right = ((float(t.get("x", "")), float(t.get("textLength", ""))) for t in texts)
    assert left[0] + left[1] < right[0]
    assert right[0] + right[1] < float(tree.get("width", ""))


def test_it_is_written_to_stdout_or_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.closing(Store.open(tmp_path)) as store:
        store.add(trial("baseline"), *played(), PASSED, STAMPS)
        store.add(trial("baseline", repeat=1), *played(), Judgement("wrong", ("because",)), STAMPS)
    assert write_badge(tmp_path, "baseline", "passed", None, None, None) == 0
    printed = capsys.readouterr().out
    assert "passed 1/2" in printed
    assert write_badge(tmp_path, "baseline", "passed", None, None, tmp_path / "badge.svg") == 0
    assert (tmp_path / "badge.svg").read_text() == printed
    with pytest.raises(BakeoffError, match="--output"):
        write_badge(tmp_path, "baseline", "passed", None, None, tmp_path / "no" / "badge.svg")
