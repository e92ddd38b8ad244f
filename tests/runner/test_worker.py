"""What a worker tells of well-behaved guests."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from scoreboard.errors import WorkerError
from scoreboard.runner.outcome import AnswerSent, ClaimedUsage
from scoreboard.runner.supervisor import Worker, make_posts

if TYPE_CHECKING:
    from tests.runner.conftest import Workshop


def test_an_answer_comes_with_all_that_belongs_to_it(workshop: Workshop) -> None:
    outcome = workshop.serve_one("good")
    assert outcome.ending == "answered"
    assert outcome.answer == AnswerSent("text", "seed 1: 42", "str")
    assert outcome.usage == ClaimedUsage(2, 30, 4)
    assert (outcome.stdout, outcome.stderr) == ("good was here\n", "good complained\n")
    (run,) = outcome.tool_log
    assert (run.name, run.arguments, run.result, run.error) == ("triple", {"number": 14}, "42", None)
    assert outcome.started_ns <= run.started_ns <= run.finished_ns <= outcome.finished_ns
    assert outcome.framework_version
    assert outcome.python_version.count(".") == 2
    assert outcome.stamps["worker_trial"] == "1"
    assert float(outcome.stamps["import_s"]) > 0


def test_one_process_serves_many_trials(workshop: Workshop) -> None:
    async def run() -> None:
        worker = await Worker.start(workshop.post())
        pid = worker.pid
        outcomes = [await worker.serve(workshop.order("good", seed=seed)) for seed in range(5)]
        assert [outcome.answer and outcome.answer.value for outcome in outcomes] == [f"seed {n}: 42" for n in range(5)]
        assert [outcome.stamps["worker_trial"] for outcome in outcomes] == list("12345")
        assert worker.alive
        assert worker.pid == pid
        await worker.stop()
        assert not worker.alive

    asyncio.run(run())


def test_coroutine_methods_and_async_tools(workshop: Workshop) -> None:
    first, second = workshop.serve("good_async", "good_async")
    for outcome in (first, second):
        assert outcome.answer
        assert outcome.answer.value == "36"
        assert [run.result for run in outcome.tool_log] == ["3", "6"]


def test_each_trial_has_an_event_loop_of_its_own(workshop: Workshop) -> None:
    outcomes = workshop.serve("own_loops", "which_loop", "which_loop", "warnings_of_loop", "own_loops")
    assert [outcome.ending for outcome in outcomes] == ["answered"] * 5
    values = [outcome.answer.value for outcome in outcomes if outcome.answer]
    assert values[0] == values[4] == "1515"
    assert json.loads(values[1]) == json.loads(values[2]) == {"fresh": True, "closed": False}
    assert not any(outcome.stderr for outcome in outcomes)


def test_tasks_left_behind_are_cancelled_within_their_trial(workshop: Workshop) -> None:
    outcome = workshop.serve_one("leave_task")
    assert (outcome.ending, outcome.stdout) == ("answered", "tidied up with 9\n")
    assert not outcome.tool_log, "what runs after the answer is no part of the work"


def test_a_tapped_tool_can_still_be_read(workshop: Workshop) -> None:
    outcome = workshop.serve_one("look_at_tools")
    assert outcome.answer, outcome.error
    assert json.loads(outcome.answer.value) == {
        "name": "triple",
        "doc": "Makes a number three times as large.",
        "signature": "(number: 'int') -> 'str'",
        "hints": {"number": "int", "return": "str"},
        "source": "def triple(number: int) -> str:",
        "is_async": [False, True],
    }


def test_failed_tool_runs_are_told(workshop: Workshop) -> None:
    failed, misused = workshop.serve_one("use_tools_badly").tool_log
    assert (failed.name, failed.arguments, failed.result) == ("stumble", {"number": 7}, None)
    assert failed.error == "LookupError: 'no 7 here'" or failed.error == "LookupError: no 7 here"
    assert misused.arguments["*"] == ["x"]
    assert misused.arguments["wrong"].startswith("<object object")
    assert misused.error
    assert misused.error.startswith("TypeError")


def test_tools_may_run_in_threads(workshop: Workshop) -> None:
    log = workshop.serve_one("tools_in_threads").tool_log
    assert sorted(run.arguments["number"] for run in log) == list(range(50))
    assert all(run.result == str(3 * run.arguments["number"]) for run in log)


def test_a_guest_that_loops_over_a_tool_fills_nothing(workshop: Workshop) -> None:
    outcome = workshop.serve_one("loop_over_tool")
    assert len(outcome.tool_log) == 1_000
    assert outcome.stamps["tool_runs_not_logged"] == "2000"


def test_what_a_leftover_thread_does_is_nobodys(workshop: Workshop) -> None:
    _, second, third = workshop.serve("keep_running_tools", "good", "good")
    for outcome in (second, third):
        assert [run.arguments for run in outcome.tool_log] == [{"number": 14}]


def test_declining_is_no_failure(workshop: Workshop) -> None:
    outcome = workshop.serve_one("decline")
    assert outcome.ending == "unsupported"
    assert outcome.error
    assert outcome.error.message == "not my shape"


def test_a_broken_task_is_our_fault(workshop: Workshop) -> None:
    broken, after = workshop.serve(workshop.order("good", seed=-1), "good")
    assert broken.ending == "lost"
    assert broken.error
    assert broken.error.message == "the task itself is broken"
    assert after.ending == "answered"


@pytest.mark.parametrize(
    ("framework", "words"),
    [
        ("cannot_import", "No module named 'a_framework_that_is_not_there'"),
        ("leaves_while_importing", "SystemExit: not today"),
        ("without_adapter", "should define one Adapter; it defines 0"),
        ("dies_while_importing", "exit status 9"),
    ],
)
def test_a_worker_that_cannot_start_says_why(workshop: Workshop, framework: str, words: str) -> None:
    with pytest.raises(WorkerError) as caught:
        asyncio.run(Worker.start(workshop.post(framework)))
    assert words in str(caught.value)
    assert f"adapters/{framework}.py" in str(caught.value)
    assert not any((workshop.home / "scratch").iterdir())


def test_an_import_that_hangs_is_ended(workshop: Workshop) -> None:
    with pytest.raises(WorkerError, match="took longer than 2 s"):
        asyncio.run(Worker.start(workshop.post("hangs_while_importing"), limit_s=2))


def test_an_environment_without_python_is_told(workshop: Workshop) -> None:
    from dataclasses import replace

    post = replace(workshop.post(), python=workshop.home / "environments" / "gone" / "bin" / "python")
    with pytest.raises(WorkerError, match="could not be started"):
        asyncio.run(Worker.start(post))


def test_a_home_that_cannot_be_written_is_told(workshop: Workshop) -> None:
    (workshop.home / "scratch").write_text("in the way")
    with pytest.raises(WorkerError, match=r"cannot be written.*--home"):
        asyncio.run(Worker.start(workshop.post()))
    with pytest.raises(WorkerError, match=r"cannot be written.*--home"):
        make_posts(workshop.home, {}, meter_port=1)
