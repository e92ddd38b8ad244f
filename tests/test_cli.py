"""Every command, as somebody would type it."""

from __future__ import annotations

import csv
import io
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scoreboard.cli import cli
from scoreboard.runner.catalogue import CONTROLS, framework_cards, task_classes
from tests.conftest import BAKEOFF, ROOT, Kitchen
from tests.readme import quoted, quoted_facts, timeless

COMMANDS = sorted(cli.commands)
CONTESTANTS = [card for card in framework_cards().values() if not (card.is_control or card.variant)]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented_and_shows_an_example(command: str) -> None:
    done = subprocess.run([BAKEOFF, command, "--help"], capture_output=True, text=True, check=True)
    assert "Example:" in done.stdout
    assert f"bakeoff {command}" in done.stdout
    assert f"bakeoff {command}" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("command", COMMANDS)
def test_no_option_is_without_a_word_of_help(command: str) -> None:
    for parameter in cli.commands[command].params:
        if parameter.param_type_name == "option" and parameter.name not in ("form",):
            assert getattr(parameter, "help", None), f"{command} {parameter.opts[0]}"


def test_help_does_not_wait_for_heavy_imports() -> None:
    heavy = {"rich", "aiohttp", "bpe_openai", "sqlite3", "altair", "requests", "star_history"}
    code = f"import sys, scoreboard.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_list_tells_what_can_be_baked() -> None:
    done = subprocess.run([BAKEOFF, "list"], capture_output=True, text=True, check=True)
    for name in [*framework_cards(), *task_classes(), "sim", "openai:NAME"]:
        assert re.search(rf"^  {re.escape(name)}\b", done.stdout, re.MULTILINE), name
    frameworks = json.loads(
        subprocess.run([BAKEOFF, "list", "frameworks", "--json"], capture_output=True, text=True, check=True).stdout
    )
    assert {row["name"] for row in frameworks} == set(framework_cards())
    assert all(row["version"] for row in frameworks)


def test_show_has_a_row_for_each_framework_and_a_table_for_each_task(baked: Kitchen) -> None:
    done = baked.run("show", COLUMNS="160")
    assert done.returncode == 0
    for task in task_classes():
        assert task in done.stdout
    for card in framework_cards().values():
        if not (card.is_control or card.variant):
            assert len(re.findall(rf"^\W*{card.name}\b.*100 %", done.stdout, re.MULTILINE)) == len(task_classes())
    assert "1.0x" in done.stdout
    assert "oracle passed" in done.stdout


@pytest.mark.parametrize("width", ["60", "80", "100", "200"])
def test_show_fits_the_terminal(baked: Kitchen, width: str) -> None:
    done = baked.run("show", COLUMNS=width)
    assert max(map(len, done.stdout.splitlines())) <= int(width)
    assert "…" not in done.stdout


def test_the_readme_quotes_a_scoreboard_that_is_still_true(baked: Kitchen) -> None:
    if f"Python {platform.python_version().rpartition('.')[0]}." not in quoted():
        pytest.skip("the README's board was measured with another Python, whose docstrings have another indentation")
    fresh = timeless(baked.run("show", COLUMNS="130").stdout)
    assert len(fresh) > len(CONTESTANTS) * len(task_classes())
    assert timeless(quoted()) == fresh, "make readme brings the README up to date"


def test_variants_are_folded_away_until_asked_for(varied: Kitchen) -> None:
    variants = [card for card in framework_cards().values() if card.variant]
    folded = varied.run("show", COLUMNS="200").stdout
    table, _, words = folded.partition("Further ways")
    for card in variants:
        assert f"/{card.variant}" not in table
        assert card.name in words
    out = varied.run("show", "--variants", COLUMNS="200").stdout
    for card in variants:
        assert len(re.findall(rf"^  /{card.variant} .*100 %", out, re.MULTILINE)) >= len(card.shapes)
    one = varied.run("show", "--frameworks", variants[0].name, COLUMNS="200").stdout
    assert len(re.findall(rf"^{variants[0].name} .*100 %", one, re.MULTILINE)) == len(variants[0].shapes)
    assert variants[-1].name not in one


def test_the_board_audits_claims_of_tokens_and_calls(varied: Kitchen) -> None:
    board = json.loads(varied.run("show", "--variants", "--json").stdout)
    shown = varied.run("show", "--variants", COLUMNS="200").stdout.partition("claimed / wire")[2]
    claims = {
        (comparison["task"], entry["framework"]): entry["claims"]
        for comparison in board["comparisons"]
        for entry in comparison["entries"]
    }
    assert claims["multi_agent", "baseline"] == {"calls": 1.0, "input_tokens": 1.0, "output_tokens": 1.0}
    assert set(claims["dice", "llama_index"].values()) == {None}
    short = claims["multi_agent", "strands"]
    assert short["input_tokens"] < 0.9
    assert f"{short['input_tokens']:.2f}/{short['output_tokens']:.2f}" in shown
    assert re.search(r"^llama_index *$", shown, re.MULTILINE)


def test_the_readme_quotes_facts_that_are_still_true(kitchen: Kitchen) -> None:
    """Those that no machine changes: packages, whether it streams, what it sends before the user's first word."""
    done = kitchen.run("facts", "--frameworks", "baseline,strands", "--repeats", "1", "--json")
    assert done.returncode == 0, done.stderr
    told = quoted_facts()
    assert set(told) == {card.name for card in CONTESTANTS}
    for facts in json.loads(done.stdout)["facts"]:
        overhead, row = facts["overhead"], told[facts["framework"]]
        assert row[0] == str(facts["footprint"]["packages"])
        assert row[7:10] == [
            "yes" if overhead["streams"] else "no",
            str(overhead["prompt_tokens"]),
            str(overhead["tool_tokens"]),
        ]


def test_show_json_holds_the_same_figures_as_the_table(baked: Kitchen) -> None:
    board = json.loads(baked.run("show", "--json").stdout)
    assert [comparison["task"] for comparison in board["comparisons"]] == sorted(task_classes())
    assert board["ruler_problems"] == []
    rows = baked.rows()
    for comparison in board["comparisons"]:
        for entry in comparison["entries"]:
            tried = (entry["framework"], comparison["task"])
            assert {entry["medians"]["calls"]} == {r["calls"] for r in rows if (r["framework"], r["task"]) == tried}
        assert comparison["entries"][0]["relative"]["calls"] == 1.0


def test_show_without_measurements_says_what_to_do(kitchen: Kitchen) -> None:
    done = kitchen.run("show")
    assert done.returncode == 1
    assert "bakeoff run" in done.stderr
    assert not (kitchen.home / "scoreboard.db").exists()


def test_export_gives_one_row_a_trial_in_csv_and_in_json(baked: Kitchen) -> None:
    rows = baked.rows()
    table = list(csv.DictReader(io.StringIO(baked.run("export", "--format", "csv").stdout)))
    assert [row["id"] for row in table] == [row["id"] for row in rows]
    assert len(rows) == (len(CONTESTANTS) + len(CONTROLS)) * len(task_classes()) * 2


def test_export_to_a_file_says_nothing_on_stdout(baked: Kitchen) -> None:
    target = baked.home.parent / "trials.csv"
    done = baked.run("export", "--output", str(target))
    assert done.stdout == ""
    assert target.read_text().startswith("id,")


def test_a_trial_shows_the_conversation_and_why_the_verdict(baked: Kitchen) -> None:
    row = next(row for row in baked.rows() if (row["framework"], row["task"]) == ("baseline", "dice"))
    shown = baked.run("trial", row["id"][:10]).stdout
    for expected in (
        "passed",
        "system",
        "Roll a 20-sided dice for me",
        'roll_dice({"sides": 20})',
        "Roll #1:",
        "claims",
    ):
        assert expected in shown
    raw = baked.run("trial", row["id"], "--raw").stdout
    assert raw.count(">>> ") == row["calls"] == raw.count("<<< ")
    assert '"model":"sim"' in raw.replace(" ", "")


def test_a_trial_is_found_by_framework_and_task(baked: Kitchen) -> None:
    rows = [row for row in baked.rows() if (row["framework"], row["task"]) == ("strands", "multi_agent")]
    shown = baked.run("trial", "strands:multi_agent").stdout
    middle = min(rows, key=lambda row: row["total_ms"])  # of two, the lower one
    assert shown.startswith(f"trial {middle['id']}: strands bakes multi_agent with sim")
    wrong = baked.run("trial", "strand:multi_agent")
    assert wrong.returncode == 2
    assert "Did you mean strands?" in wrong.stderr
    named = re.search(r"bakeoff trial (\w+:\w+)", baked.run("show").stdout)
    assert named
    assert baked.run("trial", named[1]).returncode == 0


def test_the_controls_speak_for_whatever_is_shown(baked: Kitchen) -> None:
    shown = baked.run("show", "--frameworks", "langgraph", "--tasks", "dice").stdout
    assert "Ruler: oracle passed 2 of 2, nop passed 0 of 2, as they should." in shown
    assert "1.0x is baseline" not in shown


def test_a_trial_that_is_not_there_is_said_so(baked: Kitchen) -> None:
    done = baked.run("trial", "zzzz")
    assert done.returncode == 2
    assert "zzzz" in done.stderr
    assert "bakeoff export" in done.stderr


def test_a_closed_pipe_is_no_error(baked: Kitchen) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [BAKEOFF, "export", "--home", baked.home], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.stderr == b""


def test_a_full_disk_is_no_bug_of_ours(baked: Kitchen) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [BAKEOFF, "show", "--home", baked.home], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert "The disk is full" in done.stderr


def test_a_screen_without_a_width_is_taken_for_a_pipe(baked: Kitchen) -> None:
    assert baked.run("show", COLUMNS="0").stdout == baked.run("show", COLUMNS="130").stdout


def test_an_error_has_a_traceback_only_when_asked(kitchen: Kitchen) -> None:
    assert "Traceback" not in kitchen.run("show").stderr
    assert "Traceback" in kitchen.run("show", "--debug").stderr
