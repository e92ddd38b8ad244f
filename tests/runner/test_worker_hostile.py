"""Whatever a guest does costs that trial alone: the next one is served as if nothing had been."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scoreboard.runner.outcome import AnswerSent, ClaimedUsage, Outcome
from scoreboard.runner.supervisor import Order, Worker

if TYPE_CHECKING:
    from tests.runner.conftest import Workshop

TIMEOUT_S = 1.0


def then_good(workshop: Workshop, order: str | Order) -> Outcome:
    """A trial's outcome, once the next trial has shown that nothing was left of it."""
    outcome, after = workshop.serve(order, "good")
    assert (after.ending, after.stdout, after.stderr) == ("answered", "good was here\n", "good complained\n")
    assert after.answer == AnswerSent("text", "seed 1: 42", "str")
    assert len(after.tool_log) == 1
    return outcome


def error_of(outcome: Outcome) -> tuple[str, str]:
    assert outcome.error
    return outcome.error.type, outcome.error.message


@pytest.mark.parametrize(
    ("manner", "kind", "message"),
    [
        ("give_up", "ValueError", "cannot go on"),
        ("exit_politely", "SystemExit", "0"),
        ("interrupt", "KeyboardInterrupt", ""),
        ("give_up_strangely", "adapters.hostile.give_up_strangely.<locals>.Strange", "(it cannot be put in words)"),
        ("no_answer", "TypeError", "the adapter should return an Answer; it returned str"),
    ],
)
def test_whatever_is_raised_is_an_honest_failure(workshop: Workshop, manner: str, kind: str, message: str) -> None:
    outcome = then_good(workshop, manner)
    assert outcome.ending == "raised"
    assert error_of(outcome) == (kind, message)
    assert outcome.error
    assert manner in outcome.error.traceback or manner == "no_answer"


def test_long_last_words_are_cut(workshop: Workshop) -> None:
    for manner in ("give_up_at_length", "recurse"):
        outcome = then_good(workshop, manner)
        assert outcome.ending == "raised"
        assert outcome.error
        assert len(outcome.error.message) < 11_000
        assert len(outcome.error.traceback) < 51_000


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        ("exit_at_once", "the process ended by itself with exit status 0"),
        ("exit_with_seven", "the process ended by itself with exit status 7"),
        ("die_by_signal", "killed by signal SIGSEGV (segmentation fault)"),
        ("die_in_tool", "killed by signal SIGKILL (killed)"),
        ("close_everything", "the guest closed the worker's private pipe"),
        ("replace_everything", "the guest closed the worker's private pipe"),
        ("meddle_with_pipe", "something other than the worker wrote into its private pipe"),
        ("shout_into_pipe", "something other than the worker wrote into its private pipe"),
        ("fork_and_die", "the process ended by itself with exit status 3"),
    ],
)
def test_a_death_is_told_in_words(workshop: Workshop, manner: str, words: str) -> None:
    outcome = then_good(workshop, manner)
    assert outcome.ending == "crashed"
    assert error_of(outcome) == ("Crash", words)


def test_what_was_told_before_a_death_stays_told(workshop: Workshop) -> None:
    outcome = then_good(workshop, "die_in_tool")
    (run,) = outcome.tool_log
    assert (run.arguments, run.result) == ({"number": 1}, "3")
    assert "before.death.example" in [attempt.target for attempt in outcome.connections]


def test_a_segmentation_fault_says_where(workshop: Workshop) -> None:
    outcome = workshop.serve_one("die_by_signal")
    assert outcome.error
    assert "in die_by_signal" in outcome.error.traceback


def test_last_words_before_a_death_are_kept(workshop: Workshop) -> None:
    assert workshop.serve_one("exit_at_once").stdout == "last gasp\n"


@pytest.mark.parametrize("manner", ["hang", "hang_async", "hang_deaf"])
def test_a_guest_that_hangs_is_killed_and_says_where(workshop: Workshop, manner: str) -> None:
    outcome = then_good(workshop, workshop.order(manner, TIMEOUT_S))
    assert outcome.ending == "timeout"
    assert error_of(outcome) == ("Timeout", "no answer within 1 s, nor in the 2 s of grace")
    assert outcome.finished_ns - outcome.started_ns >= TIMEOUT_S * 1e9
    assert f"in {manner}" in outcome.stderr or manner == "hang_async"


def test_an_answer_stands_even_if_the_farewell_hangs(workshop: Workshop) -> None:
    outcome = then_good(workshop, workshop.order("hang_in_farewell", timeout_s=3600))
    assert outcome.ending == "answered"
    assert outcome.answer == AnswerSent("text", "answered before", "str")


def test_megabytes_are_kept_at_both_ends(workshop: Workshop) -> None:
    outcome = then_good(workshop, "shout")
    assert outcome.ending == "answered"
    assert outcome.stdout.startswith("first words\nxxx")
    assert outcome.stdout.endswith("xxx" + "last words\n")
    assert len(outcome.stdout) < 66_000
    assert "[... 4128791 bytes left out by Bakeoff ...]" in outcome.stdout
    assert "bytes left out by Bakeoff" in outcome.stderr


def test_what_a_guest_prints_is_never_taken_for_the_protocol(workshop: Workshop) -> None:
    outcome = then_good(workshop, "imitate_protocol")
    assert outcome.answer == AnswerSent("text", "true", "str")
    assert "fake" in outcome.stdout
    assert "fake" in outcome.stderr


@pytest.mark.parametrize("manner", ["close_streams", "replace_streams", "unblock_streams", "close_low_numbers"])
def test_streams_are_put_back(workshop: Workshop, manner: str) -> None:
    outcome = then_good(workshop, manner)
    assert outcome.ending == "answered", outcome.error
    assert "into the void" not in outcome.stdout


@pytest.mark.parametrize("manner", ["fork", "fork_and_raise"])
def test_only_the_worker_itself_reports(workshop: Workshop, manner: str) -> None:
    outcome = then_good(workshop, manner)
    assert outcome.answer == AnswerSent("text", "from the parent", "str")
    assert not outcome.tool_log
    assert ("the child was here" in outcome.stdout) == (manner == "fork")


def test_surroundings_are_put_back(workshop: Workshop) -> None:
    _, after = workshop.serve("spoil_surroundings", "look_around")
    assert after.answer
    assert after.answer.value["cwd"][0].endswith("/work")
    assert after.answer.value["stdin"] == ""


def test_an_alarm_rings_in_no_other_trial(workshop: Workshop) -> None:
    outcome, after = workshop.serve("alarm_later", workshop.order("hang", TIMEOUT_S))
    assert outcome.ending == "answered"
    assert after.ending == "timeout"


@pytest.mark.parametrize(
    ("manner", "sent"),
    [
        ("nothing", AnswerSent("nothing")),
        ("typed", AnswerSent("typed", {"name": "a", "size": 2.5}, "Pair", is_answer_type=True)),
        ("typed_otherwise", AnswerSent("typed", {"name": "imitation"}, "Pair", is_answer_type=False)),
        ("as_json", AnswerSent("json", {"list": [1, 2.5, True, None], "text": "ä"}, "dict")),
        ("surrogates", AnswerSent("text", "a?b\x00c", "str")),
        ("bad_repr", AnswerSent("other", "<Bad that has no repr>", "Bad")),
    ],
)
def test_answers_cross_the_border(workshop: Workshop, manner: str, sent: AnswerSent) -> None:
    assert then_good(workshop, manner).answer == sent


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        ("a_socket", "<socket.socket"),
        ("cyclic", "Circular reference"),
        ("not_a_number", "nan (it cannot be written as JSON"),
        ("typed_not_a_number", "size=nan"),
        ("typed_unwilling", "no dump"),
        ("huge_json", "as JSON it has 5,020,000 characters; at most 1,000,000 are kept"),
    ],
)
def test_what_cannot_cross_the_border_is_described(workshop: Workshop, manner: str, words: str) -> None:
    outcome = then_good(workshop, manner)
    assert outcome.ending == "answered"
    assert outcome.answer
    assert outcome.answer.kind == "other"
    assert words in outcome.answer.value
    assert len(outcome.answer.value) < 2_000
    assert outcome.answer.is_answer_type == (manner == "typed_not_a_number")


def test_a_long_text_is_cut_and_says_so(workshop: Workshop) -> None:
    answer = then_good(workshop, "huge_text").answer
    assert answer
    assert answer.kind == "text"
    assert answer.value == "ä" * 1_000_000 + "\n[cut by Bakeoff: 5,000,000 characters in all, 1,000,000 kept]"


def test_only_whole_numbers_are_a_claim(workshop: Workshop) -> None:
    assert then_good(workshop, "boast").usage == ClaimedUsage(None, None, None)


def test_children_left_behind_are_gone_with_their_worker(workshop: Workshop) -> None:
    async def run() -> None:
        worker = await Worker.start(workshop.post())
        outcome = await worker.serve(workshop.order("leave_children"))
        assert outcome.answer
        assert len(outcome.answer.value) == 2
        await worker.stop()
        await workshop.until_gone(outcome.answer.value)

    asyncio.run(run())


def test_children_left_behind_by_a_crash_are_gone_too(workshop: Workshop) -> None:
    outcome = workshop.serve_one("leave_child_and_die")
    assert outcome.ending == "crashed"
    asyncio.run(workshop.until_gone([int(outcome.stdout)]))


HOST = """
import asyncio, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from conftest import Workshop
from scoreboard.runner.supervisor import Worker

async def run():
    workshop = Workshop(Path({home!r}))
    worker = await Worker.start(workshop.post())
    outcome = await worker.serve(workshop.order("leave_children"))
    print(worker.pid, *outcome.answer.value, flush=True)
    if {manner!r}:
        serving = asyncio.create_task(worker.serve(workshop.order({manner!r}, timeout_s=3600)))
        while not worker._process.stdout.text():
            await asyncio.sleep(0.01)
        print("serving", flush=True)
    await asyncio.Event().wait()

asyncio.run(run())
"""


@pytest.mark.parametrize("manner", ["", "hang", "hang_deaf"])
def test_nothing_outlives_a_killed_host(workshop: Workshop, manner: str) -> None:
    code = HOST.format(tests=str(Path(__file__).parent), home=str(workshop.home), manner=manner)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout
        pids = [int(word) for word in host.stdout.readline().split()]
        assert len(pids) == 3
        assert host.stdout.readline() == "serving\n" if manner else True
        for pid in pids:
            os.kill(pid, 0)
        host.kill()
        asyncio.run(workshop.until_gone(pids))
