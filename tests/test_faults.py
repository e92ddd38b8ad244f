"""`bakeoff run --faults`, end to end: the same plan gives the same matrix, and every cell can be looked into."""

from __future__ import annotations

import json
import signal
import subprocess
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.report.catalogue import page
from scoreboard.report.marks import SIGNS
from scoreboard.runner.catalogue import family_of, framework_cards
from tests.conftest import BAKEOFF, Kitchen
from tests.quoted_faults import PAGE, README, catalogue_quoted
from tests.quoted_faults import cells as cells_of
from tests.test_run import until

if TYPE_CHECKING:
    from collections.abc import Callable

TRIED = ("baseline", "openai_agents", "smolagents")  # Chat Completions, Responses, and calls written as code
QUICK = ",".join(name for name, fault in FAULTS.items() if not fault.waits and fault.group != "endless")


@pytest.fixture(scope="module")
def tried(new_kitchen: Callable[[], Kitchen]) -> Kitchen:
    """A home in which three frameworks were tried with every fault that nobody has to wait for. For reading only."""
    kitchen = new_kitchen()
    done = kitchen.run("run", "--frameworks", ",".join(TRIED), "--faults", QUICK, "--jobs", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    return kitchen


def cells(kitchen: Kitchen) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """What must be the same whenever the same plan is run."""
    names = ("id", "verdict", "coping", "delivered", "requests", "client_retries", "framework_retries", "error_type")
    return {(row["framework"], row["task"], row["fault"]): tuple(row[name] for name in names) for row in kitchen.rows()}


def test_the_same_plan_gives_the_same_matrix(tried: Kitchen, kitchen: Kitchen) -> None:
    done = kitchen.run("run", "--frameworks", ",".join(TRIED), "--faults", QUICK, "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert cells(kitchen) == cells(tried)
    assert len(cells(tried)) > len(TRIED) * 60


def test_every_fault_reaches_every_framework_or_says_why_not(tried: Kitchen) -> None:
    for row in tried.rows():
        assert row["verdict"] != "void", row
        if row["fault"] != "none" and row["verdict"] != "unsupported":
            assert row["delivered"] > 0, row
        if row["verdict"] == "unsupported":
            assert row["reasons"][0].startswith("not applicable: "), row


def test_the_matrix_has_a_row_for_each_fault_and_a_sign_for_each_cell(tried: Kitchen) -> None:
    done = tried.run("show", "--faults", "all", COLUMNS="130")
    assert done.returncode == 0
    lines = {words[0]: words[1:] for line in done.stdout.splitlines() if (words := line.split())}
    signs = {sign.character for sign in SIGNS.values()}
    for name in QUICK.split(","):
        assert len(lines[name]) == len(TRIED), name
        assert {cell[0] for cell in lines[name]} <= signs, name
    assert lines["unknown_tool"] == ["+3", "!1", "+3"]
    assert "  tier: " in done.stdout
    assert "rank" not in done.stdout


def test_a_narrow_terminal_gets_the_matrix_in_parts(tried: Kitchen) -> None:
    done = tried.run("show", "--faults", "all", COLUMNS="50")
    assert max(map(len, done.stdout.splitlines())) <= 50
    assert done.stdout.count("unknown_tool/always") >= 2


def test_few_faults_are_told_cell_by_cell_with_the_default_behind_it(tried: Kitchen) -> None:
    done = tried.run("show", "--faults", "tool_raises", COLUMNS="4000")
    for name in TRIED:
        (line,) = [line for line in done.stdout.splitlines() if line[2:].startswith(f"{name}: ")]
        assert "(bakeoff trial " in line
        defaults = framework_cards()[name].defaults
        assert (defaults.get("tool_raises") or defaults["tool"]) in line


def test_by_framework_tells_all_of_one(tried: Kitchen) -> None:
    done = tried.run("show", "--faults", "all", "--by", "framework", "--frameworks", "openai_agents", COLUMNS="200")
    for name in QUICK.split(","):
        assert f"\n{name} " in done.stdout, name
    assert "baseline" not in done.stdout


def test_programs_get_every_cell_and_every_pair(tried: Kitchen) -> None:
    (found,) = json.loads(tried.run("show", "--faults", "all", "--json").stdout)
    assert len(found["cells"]) == len(TRIED) * len(QUICK.split(","))
    assert all(cell["default"] for cell in found["cells"])
    assert len(found["got_over"]["pairs"]) == len(TRIED) * (len(TRIED) - 1) / 2


def test_the_exchange_of_a_cell_is_one_command_away(tried: Kitchen) -> None:
    done = tried.run("trial", "baseline:dice:unknown_tool")
    assert "under the fault unknown_tool" in done.stdout
    assert "unknown_tool acted here" in done.stdout
    assert "calls roll_dice_by_magic(" in done.stdout
    assert "step tool_call" in done.stdout
    done = tried.run("trial", "baseline:dice:tool_raises")
    assert "tool_raises acted here" in done.stdout


def test_the_scoreboard_stays_without_faults_and_says_that_there_are(tried: Kitchen) -> None:
    done = tried.run("show", COLUMNS="130")
    assert "unknown_tool" not in done.stdout
    assert "bakeoff show --faults all" in done.stdout
    shown = json.loads(tried.run("show", "--json").stdout)
    assert {each["fault"] for each in shown["comparisons"]} == {"none"}


def test_faults_that_only_wait_wait_side_by_side(kitchen: Kitchen) -> None:
    faults = ("slow_first_byte", "stalled_stream", "tool_hangs")
    done = kitchen.run("run", "--frameworks", "baseline", "--faults", ",".join(faults), "--timeout", "3", "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [row for row in kitchen.rows() if row["fault"] in faults]
    assert [row["verdict"] for row in rows] == ["timeout"] * 3
    spans = sorted(
        (began := datetime.fromisoformat(row["started_at"]), began + timedelta(milliseconds=row["total_ms"]))
        for row in rows
    )
    assert spans[1][0] < spans[0][1], "one began before the other had ended, though there is one job"


def test_the_network_is_tried_in_a_real_worker(kitchen: Kitchen) -> None:
    wanted = {
        "http_500": ("absorbed", 3, 1),
        "connection_refused": ("absorbed", 3, 1),
        "connection_reset": ("absorbed", 3, 1),
        "slow_but_fine": ("unaffected", 2, 0),
    }
    done = kitchen.run("run", "--frameworks", "baseline", "--faults", ",".join(wanted))
    assert done.returncode == 0, done.stdout + done.stderr
    found = {r["fault"]: (r["coping"], r["requests"], r["client_retries"]) for r in kitchen.rows()}
    assert {name: found[name] for name in wanted} == wanted


def test_a_model_that_never_finishes_meets_the_limit(kitchen: Kitchen) -> None:
    done = kitchen.run("run", "--frameworks", "openai_agents", "--faults", "never_finishes", COLUMNS="130")
    (row,) = [row for row in kitchen.rows() if row["fault"] == "never_finishes"]
    assert (row["verdict"], row["requests"]) == ("raised", 10)
    assert "MaxTurnsExceeded" in done.stdout


def test_a_stubborn_model_makes_its_mistake_again(kitchen: Kitchen) -> None:
    done = kitchen.run("run", "--frameworks", "baseline", "--faults", "unknown_tool,http_500", "--sim", "stubborn:4")
    assert done.returncode == 0, done.stdout + done.stderr
    found = {row["fault"]: (row["model"], row["coping"], row["delivered"]) for row in kitchen.rows()}
    assert found["unknown_tool"] == ("sim+stubborn4", "recovered", 4)
    assert found["http_500"] == ("sim+stubborn4", "absorbed", 1), "the provider is not the model"


def test_an_interrupt_drops_those_that_wait_and_keeps_the_rest(kitchen: Kitchen) -> None:
    """The response never comes, so whoever waited for the trial would not be done in time."""
    process = kitchen.popen("run", "--frameworks", "nop,baseline", "--faults", "slow_first_byte", "--jobs", "2")
    until(process, "baking nop", "1/1")
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert "the same command continues" in stderr.lower()
    assert stdout == "", "no fault was tried, and nothing else was asked for"
    assert {row["fault"] for row in kitchen.rows()} == {"none"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--faults", "http500"), "Did you mean http_500"),
        (("--faults", "http_500", "--model", "openai:some"), "simulated model"),
        (("--faults", "all,http500"), "Did you mean http_500"),
        (("--faults", ","), "No fault is named"),
        (("--faults", "http_500", "--frameworks", "oracle,nop"), "Controls"),
        (("--faults", "fenced_json", "--tasks", "dice"), "tried in structured tasks only"),
        (("--faults", "http_500", "--sim", "lazy"), "stubborn"),
        (("--faults", "http_500", "--sim", "stubborn:0"), "stubborn"),
        (("--sim", "stubborn"), "--faults"),
        (("--by", "framework"), "--faults"),
        (("--model", "openai:some", "--sim", "stubborn"), "simulated model"),
    ],
)
def test_nonsense_is_told(kitchen: Kitchen, options: tuple[str, ...], words: str) -> None:
    done = kitchen.run("run", *options, OPENAI_API_KEY="none")
    assert done.returncode == 2
    assert words in done.stderr


def test_a_fault_that_no_named_task_can_show_is_told(kitchen: Kitchen) -> None:
    done = kitchen.run("run", "--frameworks", "baseline", "--tasks", "dice", "--faults", "fenced_json,unknown_tool")
    assert done.returncode == 0, done.stderr
    assert "fenced_json: tried in structured tasks only" in done.stderr
    assert {row["fault"] for row in kitchen.rows()} == {"none", "unknown_tool"}


def test_a_cell_that_is_not_measured_is_told_apart_from_a_name_that_is_none(tried: Kitchen) -> None:
    known = tried.run("trial", "baseline:dice:never_finishes")
    assert "Nothing is measured of dice in baseline under never_finishes yet" in known.stderr
    assert "Did you mean never_finishes" in tried.run("trial", "baseline:dice:never_finish").stderr


def test_nobody_reading_on_is_no_failure(tried: Kitchen) -> None:
    process = tried.popen("show", "--faults", "all")
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=60) == 0


def test_what_was_not_tried_is_not_shown(tried: Kitchen) -> None:
    done = tried.run("show", "--faults", "never_finishes")
    assert done.returncode == 2
    assert "tried yet" in done.stderr


@pytest.mark.parametrize("name", [card.name for card in framework_cards().values() if not card.is_control])
def test_every_framework_says_which_default_makes_each_cell(name: str) -> None:
    card = framework_cards()[name]
    lacking = [fault.name for fault in FAULTS.values() if not {fault.base, fault.group} & set(card.defaults)]
    assert not lacking
    unknown = set(card.defaults) - {fault.base for fault in FAULTS.values()} - {f.group for f in FAULTS.values()}
    assert not unknown, "every name is a fault's or a group's"
    if name == family_of(name) and f"{name}/hardened" in framework_cards():
        assert any("(hardened)" in words for words in card.defaults.values())


def test_the_page_of_faults_is_the_catalogue() -> None:
    assert catalogue_quoted() == page(), "make faults brings FAULTS.md up to date"
    done = subprocess.run([BAKEOFF, "list", "faults", "--page"], capture_output=True, text=True, check=True)
    assert done.stdout == page()


def test_the_matrix_that_is_quoted_is_still_true(tried: Kitchen) -> None:
    fresh = cells_of(tried.run("show", "--faults", "all", COLUMNS="130").stdout)
    assert len(fresh) == len(TRIED) * len(QUICK.split(","))
    for path in (README, PAGE):
        quoted = cells_of(path.read_text())
        known = {key: cell for key, cell in fresh.items() if key in quoted}
        assert len(known) > 2 * len(TRIED)
        assert {key: quoted[key] for key in known} == known, f"make faults brings {path.name} up to date"


def test_the_catalogue_is_listed() -> None:
    done = subprocess.run([BAKEOFF, "list", "faults", "--json"], capture_output=True, check=True)
    assert [row["name"] for row in json.loads(done.stdout)] == list(FAULTS)
    assert all(row["seen_at"].startswith("https://") for row in json.loads(done.stdout))
