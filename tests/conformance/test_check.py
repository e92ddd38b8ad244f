"""Each line of a checklist can fail: adapters that do one thing wrong, checked in real workers by a real meter."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from scoreboard.conformance.check import check
from scoreboard.conformance.checklist import Checklist
from scoreboard.conformance.course import recipe_files
from scoreboard.conformance.lines import LINES
from scoreboard.conformance.named import named_cards
from scoreboard.report.progress import Progress
from scoreboard.runner.catalogue import Card, family_of, framework_cards, task_files
from tests.conftest import Kitchen

FAKES = Path(__file__).parent / "fakes"

# The variants of fakes/faulty.py: the lines that fail, and what one of them has to say.
FAULTS: dict[str, tuple[set[str], str]] = {
    "": (set(), ""),
    "nonsense": (
        {"plain answer", "one tool", "two tool calls at once", "two turns", "team", "typed answer"}
        | {"a tool that raises", "a provider error", "usage claim", "sync and async use", "same result twice"},
        "wrong: the answer should be the model's, which recommends a .*; it is 'All is well.'. "
        r"Call 1, the last, sent user 'Hm\?': answered 200",
    ),
    "deaf": (
        {"one tool", "two tool calls at once", "two turns", "typed answer", "a tool that raises"}
        | {"sync and async use", "same result twice"},
        r"wrong: the result of roll_dice \(run 1\), 'Roll #1: .*', never went back to the model",
    ),
    "first_only": (
        {"two tool calls at once"},
        "call 2 brings the results of 1 of the 2 tool calls in its history",
    ),
    "one_turn": (
        {"two turns", "a tool that raises"},
        r"wrong: the answer should be text; .* Call 2, the last, sent .* tool 'Roll #1: ",
    ),
    "lonely": ({"team"}, "wrong: the reporter never spoke: no call's system text has its instructions"),
    "untyped": ({"typed answer"}, "wrong: the answer should be a DiceReport; it is dict"),
    "hasty": (
        {"plain answer", "one tool", "two tool calls at once", "two turns", "streaming by default"}
        | {"a tool that raises", "sync and async use", "same result twice"},
        "call 1 streams, and no good came of it: wrong: roll_dice should have run once; it ran 0 times",
    ),
    "swallower": ({"a tool that raises"}, "wrong: roll_dice should have run once; it ran 0 times"),
    "denier": ({"a provider error"}, "1 request failed with status 500, yet it returned 'You rolled a 7.'"),
    "hanger": ({"a provider error"}, "timeout: it gave no answer and was killed after .* s; 1 request failed"),
    "stubborn": ({"budget stop"}, "the meter stopped it after 6 calls, yet it made 20 more: Call 26, the last, sent"),
    "boaster": ({"usage claim"}, "one tool claims 6 of 2 calls, .* input tokens, .* output tokens"),
    "miser": ({"usage claim"}, "one tool claims 1 of 2 calls, .* input tokens, .* output tokens"),
    "shouter": ({"stdout noise"}, r"one tool: prints more than can be kept of one trial \(64 KiB a stream\)"),
    "loopless": ({"sync and async use"}, "inside a running event loop: raised: it gave up with KeyError: 'settings'"),
    "caller": (
        {"plain answer", "one tool", "two tool calls at once", "two turns", "team", "typed answer"}
        | {"streaming by default", "a tool that raises", "a provider error", "budget stop", "usage claim"}
        | {"sync and async use", "no connection but the meter", "same result twice", "framework really used"},
        "raised: it gave up with socket.gaierror: .*telemetry.example is not the meter. Nothing was sent to the model",
    ),
    "moody": ({"usage claim", "same result twice"}, "calls 3, then 2; input tokens .*, then .*"),
}


def fake(name: str) -> Card:
    """An adapter of the tests' own, in the baseline's environment."""
    file, _, variant = name.partition("/")
    baseline = framework_cards()["baseline"]
    return Card(name, FAKES / f"{file}.py", "Fake", baseline.group, baseline.package, baseline.lock, variant=variant)


def checked(kitchen: Kitchen, *names: str, timeout_s: float = 5) -> dict[str, Checklist]:
    cards = [fake(name) for name in names]
    # One job: some fakes behave otherwise when they are run again by the same worker.
    checklists = check(cards, kitchen.home, Progress(io.StringIO()), jobs=1, timeout_s=timeout_s)
    return {each.framework: each for each in checklists}


def failures(checklist: Checklist) -> dict[str, str]:
    assert not checklist.problem
    assert [line.name for line in checklist.lines] == [name for name, _, _ in LINES]
    return {line.name: line.words for line in checklist.lines if line.status == "failed"}


def words(checklist: Checklist, name: str) -> str:
    return next(line.words for line in checklist.lines if line.name == name)


@pytest.fixture(scope="module")
def faulty(new_kitchen: Callable[[], Kitchen]) -> Mapping[str, Checklist]:
    return checked(new_kitchen(), *(f"faulty/{variant}" if variant else "faulty" for variant in FAULTS))


@pytest.mark.parametrize("variant", FAULTS)
def test_each_fault_fails_its_own_lines_with_the_evidence(faulty: Mapping[str, Checklist], variant: str) -> None:
    checklist = faulty[f"faulty/{variant}" if variant else "faulty"]
    expected, evidence = FAULTS[variant]
    failed = failures(checklist)
    assert set(failed) == expected, failed
    assert checklist.ok == (not expected)
    assert not expected or any(re.search(evidence, told) for told in failed.values()), failed


def test_there_is_a_fault_for_every_line(faulty: Mapping[str, Checklist]) -> None:
    assert {name for lines, _ in FAULTS.values() for name in lines} == {name for name, _, _ in LINES}


def test_a_line_that_passed_says_what_was_seen(faulty: Mapping[str, Checklist]) -> None:
    said = {line.name: line.words for line in faulty["faulty"].lines}
    assert said["plain answer"] == "1 call, the model's words came back"
    assert said["one tool"] == "2 calls, roll_dice ran once"
    assert said["two tool calls at once"] == "2 calls, roll_dice ran twice, both results in call 2"
    assert said["two turns"] == "3 calls, roll_dice ran twice, its results in calls 2 and 3"
    assert said["team"] == "3 calls, roll_dice ran once; roller in calls 1, 2, reporter in call 3"
    assert said["typed answer"].endswith("a DiceReport came back, asked for by a schema for the answer")
    assert said["streaming by default"] == "does not stream"
    assert said["a tool that raises"].startswith("the model was told in call 2: 'Error: the dice fell off the table'")
    assert said["a provider error"] == "gave up with openai.InternalServerError after 1 request"
    assert said["budget stop"].startswith("the meter stopped it after 6 calls and 1 refusal; it gave up with openai.")
    assert said["usage claim"] == "claims equal the wire: calls, input tokens, output tokens, in 7 trials"
    assert said["stdout noise"] == "silent"
    assert said["sync and async use"] == "works as always, and inside a running event loop"
    assert said["no connection but the meter"] == "none tried"
    assert re.fullmatch(
        r"passed, 2 calls, \d+ input tokens, \d+ output tokens; the same requests", said["same result twice"]
    )
    assert re.search("openai .* was imported, the requests are marked OpenAI/Python", said["framework really used"])


def test_every_line_of_a_fault_is_to_the_point(faulty: Mapping[str, Checklist]) -> None:
    nonsense, caller, hasty = (failures(faulty[f"faulty/{name}"]) for name in ("nonsense", "caller", "hasty"))
    assert nonsense["a tool that raises"].startswith("the tool never ran: wrong: ")
    assert nonsense["a provider error"] == "1 request failed with status 500, yet it returned 'All is well.'"
    assert "tried lookup telemetry.example" in caller["no connection but the meter"]
    assert caller["a provider error"].startswith("no request reached the meter, and it gave up with socket.gaierror")
    assert hasty["sync and async use"] == "cannot be told, because one tool did not pass (wrong)"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("impostor", "no module of openai was imported"),
        (
            "half_impostor",
            r"openai .* was imported, but call 1 says it is 'Python-urllib/.*': no client installed with it",
        ),
    ],
)
def test_a_framework_that_is_not_used_is_found_out(kitchen: Kitchen, name: str, told: str) -> None:
    failed = failures(checked(kitchen, name)[name])
    assert re.search(told, failed["framework really used"])
    assert "one tool" not in failed


def test_an_adapter_that_cannot_be_imported_is_a_problem_of_its_own(kitchen: Kitchen) -> None:
    broken, works = checked(kitchen, "broken", "faulty").values()
    assert "no such framework" in broken.problem
    assert not broken.ok
    assert works.ok


def test_a_variant_is_checked_in_the_shapes_it_writes(kitchen: Kitchen) -> None:
    card = replace(fake("faulty/lonely"), shapes=frozenset({"team"}))
    (checklist,) = check([card], kitchen.home, Progress(io.StringIO()), jobs=1, timeout_s=10)
    status = {line.name: line.status for line in checklist.lines}
    shapes = ("plain answer", "one tool", "two tool calls at once", "two turns", "typed answer")
    assert {status[name] for name in shapes} == {"not supported"}
    unknown = {"usage claim", "sync and async use", "same result twice"}  # what cannot be told has not passed
    assert set(failures(checklist)) == {"team", "a tool that raises", *unknown}
    assert words(checklist, "a provider error") == "gave up with openai.InternalServerError after 1 request"


def test_the_controls_prove_the_recipes(kitchen: Kitchen) -> None:
    """Plain code does every recipe, and who does nothing does none; neither is a framework."""
    cards = framework_cards()
    controls = [cards["oracle"], cards["nop"]]
    oracle, nop = check(controls, kitchen.home, Progress(io.StringIO()), jobs=2, timeout_s=10)
    assert set(failures(oracle)) == {"budget stop", "framework really used"}
    assert {"plain answer", "one tool", "two tool calls at once", "two turns", "team"} <= set(failures(nop))


def test_without_a_name_every_framework_is_meant_and_no_control(tmp_path: Path) -> None:
    known = framework_cards()
    frameworks = {name for name, card in known.items() if not card.is_control}
    assert named_cards((), tmp_path, print, variants=True).keys() == frameworks
    assert set(named_cards((), tmp_path, print, variants=False)) == {family_of(name) for name in frameworks}
    family = {name for name in known if family_of(name) == "langgraph"}
    assert named_cards(["langgraph"], tmp_path, print, variants=False).keys() == {"langgraph"} < family
    assert named_cards(["langgraph"], tmp_path, print, variants=True).keys() == family


def test_no_recipe_hides_a_task() -> None:
    assert not recipe_files().keys() & task_files().keys()


def test_check_prints_a_checklist_and_keeps_nothing(kitchen: Kitchen) -> None:
    done = kitchen.run("check", "baseline")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^  one tool +passed +2 calls, roll_dice ran once$", done.stdout, re.MULTILINE)
    assert done.stdout.endswith("16 passed\n")
    assert not (kitchen.home / "scoreboard.db").exists()


def test_check_for_programs_and_its_exit_status(kitchen: Kitchen) -> None:
    done = kitchen.run("check", "nop", "baseline", "--json")
    assert done.returncode == 1
    baseline, nop = json.loads(done.stdout)
    assert (baseline["framework"], baseline["ok"], nop["ok"]) == ("baseline", True, False)
    assert {line["status"] for line in baseline["lines"]} == {"passed"}
    assert [line["line"] for line in nop["lines"]] == [name for name, _, _ in LINES]


@pytest.mark.parametrize(
    ("name", "hint"), [("langraph", "Did you mean langgraph?"), ("./nowhere.py", "There is no file at")]
)
def test_wrong_use_gets_one_clear_message(kitchen: Kitchen, name: str, hint: str) -> None:
    done = kitchen.run("check", name)
    assert done.returncode == 2
    assert hint in done.stderr
    assert "Traceback" not in done.stderr
