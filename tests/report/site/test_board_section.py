"""The board: every figure on it by hand, and nothing known where nothing is."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from scoreboard.report.site.board import LEAD, SCALE, board_section, boards_of
from scoreboard.report.site.board_files import board_csv
from scoreboard.report.site.board_lines import Board, Line
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.pages import render
from scoreboard.results.comparison import ALL, Figures
from scoreboard.results.judge import Verdict
from scoreboard.results.row import Row
from scoreboard.results.statistics import wilson
from scoreboard.runner.catalogue import Card, framework_cards
from scoreboard.runner.plan import adapter_digest
from star_history.history import Subject
from tests.report.site.compared import REAL, compared, facts_on, several
from tests.results.samples import ORIGIN, row
from tests.star_history.collections_ import collection, record

ADAPTER = """
from adapters.base import Adapter, Answer
import shared


class Ours(Adapter):
    title = "Ours"
    group = "ours"
    package = "ours"

    def agent(self, task):
        return shared.one(self.client())

    def team(self, task):
        first = shared.one(self.client())
        return shared.two(first)

    def structured(self, task):
        return shared.typed()

    def client(self):
        return shared.client()
"""  # agent, team and structured take 2, 3 and 2 lines; all use the import, and agent and team 2 lines more


def cells(framework: str, passed: int, failed: int, **fields: object) -> list[Row]:
    verdicts: list[Verdict] = ["passed" if place < passed else "wrong" for place in range(passed + failed)]
    return several(framework, verdicts, **fields)


def board(gathered: Gathered, task: str = "dice") -> Board:
    (only,) = [each for each in boards_of(gathered) if each.task == task]
    return only


def line(gathered: Gathered, framework: str = "strands", task: str = "dice") -> Line:
    (only,) = [each for each in board(gathered, task).lines if each.framework == framework]
    return only


def page(gathered: Gathered) -> str:
    return render("board.html.jinja", section=board_section(gathered), root="")


def shown(gathered: Gathered, framework: str = "strands") -> list[str]:
    """What a reader sees in the cells of one framework's line."""
    title = line(gathered, framework).title
    (found, *_) = re.findall(rf'<tr data-name="{re.escape(title)}".*?</tr>', page(gathered), re.DOTALL)
    cells = re.findall(r"<t[hd][ >].*?</t[hd]>", found, re.DOTALL)
    seen = [re.sub(r'<span class="(away|split)".*', "", cell, flags=re.DOTALL) for cell in cells]
    return [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in seen]


# Who can be told from whom.


def crowd() -> list[Row]:
    """The best and the worst are apart; whoever is in the middle is alike to both."""
    return [
        *cells("strands", 15, 1, model=REAL),
        *cells("crewai", 10, 6, model=REAL),
        *cells("autogen", 4, 12, model=REAL),
    ]


def test_who_shares_a_letter_cannot_be_told_apart() -> None:
    gathered = compared(crowd())
    letters = {each.framework: each.tiers for each in board(gathered).lines}
    assert letters == {"strands": "A", "crewai": "AB", "autogen": "B"}
    assert (board(gathered).has_tiers, board(gathered).pairs) == (True, 3)
    assert 'data-v="AB">AB</td>' in page(gathered)
    assert "over 3 pairs" in page(gathered)


def test_where_all_share_one_tier_there_is_no_column_for_it() -> None:
    gathered = compared([*cells("strands", 4, 0), *cells("autogen", 3, 1)])
    assert not board(gathered).has_tiers
    assert 'data-column="tier"' not in page(gathered)
    assert "nobody here can be told from anybody" in page(gathered)


def test_variants_have_no_tier_and_do_not_dilute_the_others() -> None:
    variants = [*cells("strands/swarm", 0, 16, model=REAL), *cells("strands/graph", 16, 0, model=REAL)]
    gathered = compared([*crowd(), *variants])
    letters = {each.framework: each.tiers for each in board(gathered).lines}
    assert letters == {
        "autogen": "B",
        "crewai": "AB",
        "strands": "A",
        "strands/graph": "",
        "strands/swarm": "",
    }
    assert board(gathered).pairs == 3


def test_what_counts_in_no_rate_tells_nobody_apart() -> None:
    verdicts: list[Verdict] = ["void" if place < 8 else "unsupported" for place in range(16)]
    idle = several("autogen", verdicts)
    assert not board(compared([*cells("strands", 16, 0), *idle])).has_tiers
    assert board(compared([*cells("strands", 16, 0), *cells("autogen", 0, 16)])).has_tiers


def test_tasks_are_paired_with_the_same_tasks() -> None:
    """One fails where the other passes, in eight trials of either task: apart only where each trial meets its like."""
    halves = [*cells("strands", 8, 0), *cells("strands", 0, 8, task="multi_agent")]
    others = [*cells("autogen", 8, 0), *cells("autogen", 0, 8, task="multi_agent")]
    both = board(compared([*halves, *others]), ALL)
    assert [(pair.cells, pair.first_only, pair.second_only) for pair in both.tiers.pairs] == [(16, 0, 0)]


# All tasks together.


def test_all_tasks_together_are_the_sum_of_their_medians() -> None:
    rows = [
        *(row(total_ms=ms, calls=2, input_tokens=100, repeat=n) for n, ms in enumerate((9.0, 10.0, 50.0))),
        row(task="multi_agent", total_ms=30.0, calls=5, input_tokens=300),
        *(row(framework="strands", total_ms=ms, calls=3, repeat=n) for n, ms in enumerate((20.0, 40.0, 30.0))),
        row(framework="strands", task="multi_agent", total_ms=50.0, calls=11, input_tokens=None),
    ]
    gathered = compared(rows)
    assert [(each.task, each.title) for each in boards_of(gathered)] == [
        ("all", "All tasks"),
        ("dice", gathered.task_title("dice")),
        ("multi_agent", gathered.task_title("multi_agent")),
    ]
    base, own = line(gathered, "baseline", ALL).entry, line(gathered, "strands", ALL).entry
    assert (base.medians.total_ms, base.medians.calls, base.medians.input_tokens) == (40.0, 7, 400)
    assert (own.medians.total_ms, own.medians.calls, own.medians.input_tokens) == (80.0, 14, None)
    assert (own.relative.total_ms, own.relative.calls, own.relative.input_tokens) == (2.0, 2.0, None)
    assert (own.passed, own.rated) == (4, 4)
    assert "what one of each takes" in page(gathered)


def test_who_was_not_tried_in_every_task_is_on_the_boards_of_single_tasks_only() -> None:
    rows = [row(), row(task="multi_agent"), row(framework="strands"), row(framework="autogen", task="multi_agent")]
    gathered = compared(rows)
    assert [[each.framework for each in board.lines] for board in boards_of(gathered)] == [
        ["baseline"],
        ["baseline", "strands"],
        ["baseline", "autogen"],
    ]
    left_out = "because they were not tried in every task: AutoGen AgentChat (dice); Strands Agents (multi_agent)."
    assert left_out in page(gathered)
    assert board(gathered, ALL).pairs == 0, "nor are they compared there"
    variant = row(framework="baseline/odd", task="multi_agent")
    assert "not tried in every task" not in page(compared([*rows[:2], variant])), "a variant is baked in some only"


def test_one_task_needs_no_board_of_all() -> None:
    assert [each.task for each in boards_of(compared([row()]))] == ["dice"]


def test_trials_under_a_fault_and_the_controls_are_on_no_board() -> None:
    rows = [row(), row("wrong", fault="tool_raises"), row(framework="oracle"), row("wrong", "nop")]
    gathered = compared(rows)
    (only,) = boards_of(gathered)
    assert [(each.framework, each.entry.trials) for each in only.lines] == [("baseline", 1)]


@pytest.fixture
def ours(tmp_path: Path) -> Card:
    """An adapter whose lines can be counted by hand."""
    path = tmp_path / "ours.py"
    path.write_text(ADAPTER)
    return Card("ours", path, "Ours", "ours", "ours-package", tmp_path / "lock", notes=("one", "two"))


def written(card: Card, *tasks: str, framework: str = "ours", lines: int = 5) -> list[Row]:
    origin = replace(ORIGIN, adapter=adapter_digest(card.path))
    return [row(framework=framework, task=task, origin=origin, lines_of_code=lines) for task in tasks]


def lines_of(gathered: Gathered, framework: str = "ours") -> tuple[float | None, float | None]:
    entry = line(gathered, framework, ALL).entry
    return entry.medians.lines_of_code, entry.relative.lines_of_code


def test_lines_of_several_shapes_are_counted_once(ours: Card) -> None:
    base = replace(ours, name="baseline")
    every = ("dice", "multi_agent", "structured_output")
    rows = [*written(ours, *every), *written(base, *every, framework="baseline")]
    cards = {"ours": ours, "baseline": base}
    assert lines_of(compared(rows, cards=cards)) == (2 + 3 + 2 + 1 + 2, 1.0)
    assert lines_of(compared(written(ours, "dice", "multi_agent"), cards=cards)) == (2 + 3 + 1 + 2, None)
    assert lines_of(compared(written(ours, "dice", "structured_output"), cards=cards)) == (2 + 2 + 1 + 2, None)


def test_lines_are_those_of_the_tasks_that_were_tried_with_the_same_model(ours: Card) -> None:
    rows = written(ours, "dice", "multi_agent")
    elsewhere = [replace(each, model=REAL) for each in written(ours, "structured_output")]
    theirs = written(ours, "a_task_without_a_file")
    assert line(compared([*rows, *elsewhere], cards={"ours": ours}), "ours", ALL).entry.medians.lines_of_code == 8
    assert line(compared([*rows, *theirs], cards={"ours": ours}), "ours", ALL).entry.medians.lines_of_code == 8


def test_lines_are_relative_to_the_baselines_counted_the_same_way(ours: Card, tmp_path: Path) -> None:
    path = tmp_path / "plain.py"
    path.write_text(ADAPTER.replace("first = shared.one(self.client())\n        return shared.two(first)", "pass"))
    plain = replace(ours, name="baseline", path=path)
    tasks = ("dice", "multi_agent")
    rows = [*written(ours, *tasks), *written(plain, *tasks, framework="baseline")]
    assert lines_of(compared(rows, cards={"ours": ours, "baseline": plain})) == (8, 8 / 7)


def test_lines_are_unknown_where_the_adapter_is_another_one_by_now(ours: Card) -> None:
    tasks = ("dice", "multi_agent")
    rows = written(ours, *tasks)
    assert lines_of(compared([replace(rows[0], adapter_digest="another"), rows[1]], cards={"ours": ours}))[0] is None
    assert lines_of(compared(rows, cards={}))[0] is None
    no_way = [replace(rows[0], verdict="unsupported"), rows[1]]
    assert lines_of(compared(no_way, cards={"ours": ours}))[0] is None
    assert line(compared(rows, cards={"ours": ours}), "ours", "dice").entry.medians.lines_of_code == 5


# What stands in a line.


def test_the_baseline_comes_first_and_the_others_by_name() -> None:
    rows = [row(framework=name) for name in ("strands", "autogen/swarm", "baseline", "autogen")]
    assert [each.framework for each in board(compared(rows)).lines] == [
        "baseline",
        "autogen",
        "autogen/swarm",
        "strands",
    ]
    assert "data-variant" in page(compared(rows))
    assert "all ways to use each" in page(compared(rows))
    assert "all ways to use each" not in page(compared(rows[:1]))


def test_a_line_says_what_was_baked_and_what_is_particular_about_it(ours: Card) -> None:
    gathered = compared([row(framework="ours", framework_version="7.8.9")], cards={"ours": ours})
    found = line(gathered, "ours")
    assert (found.title, found.package, found.version, found.notes) == ("Ours", "ours-package", "7.8.9", ("one", "two"))
    assert "2 notes" in page(gathered)
    assert shown(gathered, "ours")[0] == "Ours ours-package 7.8.9"


def test_every_version_that_was_baked_is_told() -> None:
    rows = [row(framework="strands", repeat=n, framework_version=version) for n, version in enumerate(("2", "1", "2"))]
    assert line(compared(rows)).version == "1, 2"


def test_a_framework_whose_adapter_is_gone_keeps_its_line() -> None:
    found = line(compared([row(framework="gone")]), "gone")
    assert (found.title, found.package, found.notes, found.size_mb) == ("gone", "gone", (), None)
    assert shown(compared([row(framework="gone")]), "gone")[0] == "gone gone 1.2.3"


def test_the_example_is_a_passed_trial_of_middle_length() -> None:
    rows = [row(framework="strands", repeat=n, total_ms=ms) for n, ms in enumerate((30.0, 10.0, 20.0))]
    rows.append(row("wrong", "strands", repeat=9, total_ms=15.0))
    others = [row(repeat=n, total_ms=90.0, framework_version="9") for n in range(9)]
    gathered = compared([*others[:4], *rows, *others[4:]])
    assert (line(gathered).example, line(gathered).version) == (rows[2].id, "1.2.3")
    assert f'href="trials/{rows[2].id}.html"' in page(gathered)


def test_what_did_not_pass_is_told_and_void_counts_in_no_rate() -> None:
    gathered = compared(several("strands", ["passed", "wrong", "void", "raised", "wrong"]))
    assert line(gathered).otherwise == "2 wrong, 1 raised, 1 void"
    assert shown(gathered)[1] == "1/4 2 wrong, 1 raised, 1 void"
    assert 'class="bad" aria-label="1/4' in page(gathered)
    assert 'class="good"' in page(compared(cells("strands", 2, 0)))


def test_no_way_to_do_it_is_no_failure() -> None:
    gathered = compared([row(), *several("strands", ["unsupported"])])
    assert shown(gathered)[1] == "no way to do it"
    assert line(gathered).otherwise == ""
    assert shown(compared(several("strands", ["void"])))[1] == ""


def test_an_interval_stands_only_where_there_is_chance() -> None:
    low, high = wilson(3, 4) or (0.0, 0.0)
    words = f"3/4 {100 * low:.0f} % to {100 * high:.0f} % 1 wrong"
    assert shown(compared(cells("strands", 3, 1, model=REAL)))[1] == words
    assert shown(compared(cells("strands", 3, 1)))[1] == "3/4 1 wrong"
    assert "a rate has no interval" in page(compared(cells("strands", 3, 1)))
    some = [*cells("strands", 3, 1, model=REAL), *several("autogen", ["void"], model=REAL)]
    assert "a rate has no interval" not in page(compared(some)), "though one of them has no rate"


def test_figures_stand_with_how_many_times_the_baselines_they_are() -> None:
    gathered = compared([row(calls=2, total_ms=20.0), row(framework="strands", calls=5, total_ms=1250.0)])
    cells = shown(gathered)
    assert cells[2:5] == ["1,250.0 62.5x", "15.0 1.0x", "5 2.5x"]
    assert board_section(gathered).lead == LEAD + SCALE
    assert "there is no overall score. 1.0x is the baseline: " in board_section(gathered).lead


def test_without_the_baseline_nothing_is_relative() -> None:
    gathered = compared([row(framework="strands")])
    assert line(gathered).entry.relative == Figures()
    assert 'class="times"' not in page(gathered)
    assert board_section(gathered).lead == LEAD


def test_the_longest_time_fills_the_bar() -> None:
    rows = [
        row(total_ms=100.0, model_ms=20.0, tools_ms=0.0, framework_ms=80.0),
        row(framework="strands", total_ms=50.0, model_ms=20.0, tools_ms=5.0, framework_ms=25.0),
    ]
    assert board(compared(rows)).longest_ms == 100.0
    widths = re.findall(r'<i class="(\w+)" style="width:([\d.]+)%"', page(compared(rows)))
    assert widths == [
        ("model", "20.0"),
        ("framework", "80.0"),
        ("model", "20.0"),
        ("tools", "5.0"),
        ("framework", "25.0"),
    ]
    assert board(compared([row("wrong")])).longest_ms == 1.0, "where nothing passed there is nothing to divide"


def test_sizes_and_imports_are_those_of_the_facts() -> None:
    rows = [row(framework="strands"), row(framework="autogen")]
    gathered = compared(rows, [facts_on("strands", installed_mb=1234.4, import_s=0.126)])
    found = line(gathered)
    assert (found.size_mb, found.import_s) == (1234.4, 0.126)
    assert shown(gathered)[8:10] == ["1,234", "0.13"]
    assert shown(gathered, "autogen")[8:10] == ["", ""]
    assert "MB</label>" in page(gathered)
    assert not re.search(r"Install|Import|MB</label>", page(compared(rows)))


def test_a_variant_in_its_frameworks_environment_weighs_what_that_weighs() -> None:
    names = ("strands", "strands/swarm", "strands/graph", "autogen/swarm")
    rows = [row(framework=name) for name in names]
    rows[2] = replace(rows[2], lock_digest="another")
    gathered = compared(rows, [facts_on("strands", installed_mb=7.0), facts_on("autogen", installed_mb=9.0)])
    sizes = {each.framework: each.size_mb for each in board(gathered).lines}
    assert sizes == {"strands": 7.0, "strands/swarm": 7.0, "strands/graph": None, "autogen/swarm": None}
    own = compared(rows, [facts_on("strands", installed_mb=7.0), facts_on("strands/swarm", installed_mb=8.0)])
    assert line(own, "strands/swarm").size_mb == 8.0, "unless it was weighed itself"


def test_stars_are_those_of_the_framework_and_never_the_baselines() -> None:
    cards = framework_cards()
    subjects = {name: Subject(cards[name].title, cards[name].repo) for name in ("strands", "baseline")}
    stars = collection(*(replace(record(stars=4321), subject=subject) for subject in subjects.values()))
    rows = [row(framework=name) for name in ("baseline", "strands", "strands/swarm", "autogen")]
    gathered = compared(rows, stars=stars)
    counts = {each.framework: each.stars.count if each.stars else None for each in board(gathered).lines}
    assert counts == {"baseline": None, "autogen": None, "strands": 4321, "strands/swarm": 4321}
    assert ">4,321</span>" in page(gathered)
    assert 'data-column="stars"' not in page(compared(rows))


def test_badges_say_what_it_has_and_by_which_settings() -> None:
    rows = [row(framework=name) for name in ("strands", "strands/hardened", "autogen")]
    rows += [row("wrong", "strands", fault="tool_raises"), row(framework="strands/hardened", fault="tool_raises")]
    rows += [row("raised", "strands", fault="never_finishes", requests=21)]
    gathered = compared(rows, streaming=frozenset({rows[2].id}))
    found = line(gathered)
    assert line(gathered, "autogen").has == ["streams"]
    assert (found.has, found.has_by_variant, found.unknown) == (["stops"], ["recovers"], ["typed"])
    assert shown(gathered)[-1].startswith("recovers from tool errors (hardened) stops by itself after 21 calls 5 notes")
    told = page(gathered)
    assert 'data-has="stops" data-by="recovers" data-unknown="typed"' in told
    assert 'class="badge by"' in told
    assert "<b" not in shown(gathered)[-1]


def test_what_nobody_measured_cannot_be_insisted_on() -> None:
    told = page(compared([row(framework="strands", connection_attempts=0)]))
    boxes = dict(re.findall(r'name="need" value="(\w+)"[^>]*?( disabled)?>', told))
    assert boxes == {
        "streams": "",
        "recovers": " disabled",
        "stops": " disabled",
        "typed": " disabled",
        "phones_nobody": " disabled",
    }
    assert "has a typed answer (not measured)</label>" in told
    typed = page(compared([row(framework="strands"), row("wrong", "autogen", task="structured_output")]))
    assert "has a typed answer</label>" in typed
    assert 'data-lacks="failed a typed answer"' in typed


def test_team_patterns_can_be_asked_for() -> None:
    names = ("langgraph", "pydantic_ai", "autogen")
    both = compared([row(framework=name, task="multi_agent") for name in names])
    wanted = {both.cards[name].pattern for name in names}
    assert board_section(both).shown["patterns"] == sorted(wanted)
    assert f'data-patterns="{both.cards["langgraph"].pattern}"' in page(both)
    assert f"<option>{both.cards['langgraph'].pattern}</option>" in page(both)
    assert "runs my team pattern" not in page(compared([row(framework="strands")]))


def test_times_of_several_sittings_come_with_a_warning() -> None:
    rows = [row(repeat=hour, started_at=f"2026-01-02T0{hour}:00:00+00:00") for hour in range(2)]
    assert "measured in 2 sittings" in page(compared(rows))
    assert "sittings" not in page(compared([row(), row(framework="strands")]))


def test_each_model_has_boards_of_its_own() -> None:
    rows = [*cells("strands", 2, 0), *cells("strands", 1, 1, model=REAL)]
    rows += [row(framework="strands", task="multi_agent", model=REAL)]
    gathered = compared(rows)
    assert [(each.model, each.task, each.lines[0].entry.passed) for each in boards_of(gathered)] == [
        (REAL, "all", 2),
        (REAL, "dice", 1),
        (REAL, "multi_agent", 1),
        ("sim", "dice", 2),
    ]
    mine, other = boards_of(gathered)[1].lines[0], boards_of(gathered)[3].lines[0]
    ids = {model: {each.id for each in rows if each.model == model} for model in (REAL, "sim")}
    assert mine.example in ids[REAL]
    assert other.example in ids["sim"]
    assert f"<option>{REAL}</option><option>sim</option>" in page(gathered)
    assert page(gathered).count(f'data-when-model="{REAL}"') == 3
    assert f"Medians of passed trials, with {REAL}." in page(gathered)
    assert "data-when-model" not in page(compared(cells("strands", 2, 0)))


def test_who_is_apart_with_one_model_need_not_be_with_another() -> None:
    apart = [*cells("strands", 9, 0, model=REAL), *cells("autogen", 0, 9, model=REAL)]
    alike = [*cells("strands", 9, 0), *cells("autogen", 9, 0)]
    found = {each.model: each.has_tiers for each in boards_of(compared([*apart, *alike]))}
    assert found == {REAL: True, "sim": False}


def test_where_nobody_was_tried_in_every_task_there_is_no_board_of_all() -> None:
    gathered = compared([row(), row(framework="strands", task="multi_agent")])
    assert [each.task for each in boards_of(gathered)] == ["dice", "multi_agent"]
    assert "All tasks" not in page(gathered)


def test_a_board_is_made_once_for_one_state_and_anew_for_the_next() -> None:
    first, second = compared([row()]), compared([row("wrong")])
    assert boards_of(first) is boards_of(first)
    assert boards_of(second)[0].lines[0].entry.passed == 0


def test_hostile_names_are_words() -> None:
    told = page(compared([row(framework="<img src=x>", framework_version="<script>alert(1)</script>\u202e")]))
    assert "<img" not in told
    assert "<script" not in told
    assert "\u202e" not in told
    assert "&lt;script&gt;alert(1)" in told


# The files.


def read(rows: Iterable[Row], **fields: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(board_csv(boards_of(compared(rows, **fields))))))  # type: ignore[arg-type]


def test_the_file_has_what_the_board_shows() -> None:
    rows = [
        row(calls=2),
        *several("strands", ["passed", "wrong"], calls=6, input_tokens=None, framework_version="4.5"),
        row(framework="strands", task="multi_agent"),
    ]
    found = {(each["task"], each["framework"]): each for each in read(rows)}
    assert set(found) == {
        ("all", "strands"),
        ("dice", "baseline"),
        ("dice", "strands"),
        ("multi_agent", "strands"),
    }
    own = found["dice", "strands"]
    assert (own["model"], own["version"], own["tiers"], own["passed"], own["rated"]) == ("sim", "4.5", "A", "1", "2")
    assert (own["calls"], own["calls_relative"], own["input_tokens"]) == ("6", "3.0", "")
    assert (own["low"], own["high"], own["size_mb"], own["stars"]) == ("", "", "", "")
    assert (own["team_pattern"], own["team_patterns_of_variants"]) == (framework_cards()["strands"].pattern, "")
    assert own["notes"] == "; ".join(framework_cards()["strands"].notes)
    assert found["dice", "baseline"]["team_pattern"] == ""


def test_the_file_has_intervals_sizes_stars_and_traits() -> None:
    card = framework_cards()["strands"]
    stars = collection(replace(record(stars=77), subject=Subject(card.title, card.repo)))
    facts = [facts_on("strands", installed_mb=12.5, import_s=0.25)]
    rows = cells("strands", 3, 1, model=REAL)
    (own,) = read(rows, facts=facts, stars=stars, streaming=frozenset({rows[0].id}))
    low, high = wilson(3, 4) or (0.0, 0.0)
    assert (float(own["low"]), float(own["high"])) == (low, high)
    assert (own["size_mb"], own["import_s"], own["stars"]) == ("12.5", "0.25", "77")
    assert (own["has"], own["has_by_variant"], own["not_measured"]) == ("streams", "", "recovers; stops; typed")


def test_without_a_board_the_file_is_empty() -> None:
    assert board_csv([]).strip() == ""


def test_programs_get_the_boards_of_single_tasks() -> None:
    data = board_section(compared([row(), row("wrong", "oracle")])).data
    told = json.loads(data["board.json"]())
    assert [entry["framework"] for entry in told["comparisons"][0]["entries"]] == ["baseline"]
    assert "oracle should pass" in told["ruler_problems"][0]
    head, _ = data["board.csv"]().split("\n", 1)
    assert head.startswith("model,task,framework,version,tiers,passed,rated,low,high,total_ms,")
    assert head.endswith(",not_measured,team_pattern,team_patterns_of_variants,notes")
    (own,) = told["boards"]
    assert (own["task"], own["framework"], own["passed"], own["low"], own["size_mb"]) == (
        "dice",
        "baseline",
        1,
        None,
        None,
    )
    assert isinstance(own["notes"], list)
