"""What goes wrong beside the guest really does, in a real worker: what the tool's caller got, and what the log says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest

from scoreboard.meter.call import Call
from scoreboard.meter.faults.base import Mishap
from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.runner.mishaps import BROKEN, FORBIDDEN, HANGS, INJECTION, LOST, MISHAPS, REFUSED, with_temptation
from scoreboard.runner.outcome import Outcome
from scoreboard.runner.supervisor import Worker
from tasks.base import ToolRun, untapped
from tasks.dice import Dice
from tasks.multi_agent import MultiAgent
from tests.meter.callers import kitchen
from tests.runner.conftest import Workshop

BESIDE = [fault.name for fault in FAULTS.values() if isinstance(fault.act, Mishap)]
OF_TOOLS = [name for name in BESIDE if FAULTS[name].base != REFUSED]
ROLLS = ["Roll #1: 5 on a 20-sided dice.", "Roll #2: 5 on a 20-sided dice."]
PICTURE = r"b'\x89PNG\r\n\x1a\n\x00\xff\xfe\x00broken'"


@dataclass(frozen=True)
class Strike:
    """What a run comes to in which a fault strikes: for its caller, and in the log."""

    kind: str  # of what its caller got
    words: str  # the beginning of it, of the first roll
    of_number: str  # the same where the tool gave "42"
    worked: bool = True
    error: str | None = None


STRIKES = {
    "tool_raises": Strike("RuntimeError", BROKEN, BROKEN, worked=False, error=f"RuntimeError: {BROKEN}"),
    "tool_hangs": Strike("hanging", "", "", worked=False),
    "tool_returns_nothing": Strike("NoneType", "None", "None", worked=False, error="NotDone: returned None"),
    "tool_returns_bytes": Strike(
        "bytes", r"b'\x89PNG", r"b'\x89PNG", worked=False, error=r"NotDone: returned b'\x89PNG"
    ),
    "tool_returns_huge": Strike("str", f"{ROLLS[0]}\nThis line says nothing", "42\nThis line says nothing"),
    "tool_returns_injection": Strike("str", f"{ROLLS[0]}\n{INJECTION}", f"42\n{INJECTION}"),
    "lost_acknowledgement": Strike("ConnectionError", LOST, LOST, error=f"ConnectionError: {LOST}"),
    "partial_tool_result": Strike("str", "Roll #", ""),
    "renamed_tool_field": Strike("str", '{"field_0": 1, "field_1": 5, "field_2": 20}', '{"field_0": 42}'),
}


@pytest.fixture(scope="module")
def workshop_for_all(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("mishaps"))


@pytest.fixture(scope="module")
def outcomes(workshop_for_all: Workshop) -> dict[tuple[str, str], Outcome]:
    """Every fault of a tool, met by a tool and by an async one: all by the same worker, which none of them ends."""
    here = workshop_for_all
    wanted = [(name, "dice") for name in OF_TOOLS] + [(name, "tiny") for name in OF_TOOLS]
    orders = []
    for name, task in wanted:
        manner = ("run_beside" if name == HANGS else "run_twice") if task == "dice" else "run_async_twice"
        orders.append(replace(here.order(manner, fault=name), task=task, trial=f"{name}-{task}"))
    return dict(zip(wanted, here.serve(*orders, framework="unlucky"), strict=True))


def told(outcome: Outcome) -> list[Any]:
    assert outcome.answer, outcome.error
    answer: list[Any] = outcome.answer.value
    return answer


@pytest.mark.parametrize("name", OF_TOOLS)
def test_a_tool_misbehaves_as_the_fault_says(name: str, outcomes: dict[tuple[str, str], Outcome]) -> None:
    outcome, strike = outcomes[name, "dice"], STRIKES[FAULTS[name].base]
    struck = [True, FAULTS[name].always]
    done = 0
    for is_struck, got, run in zip(struck, told(outcome), outcome.tool_log, strict=True):
        assert (run.name, run.arguments) == ("roll_dice", {"sides": 20})
        assert run.fault == (name if is_struck else "")
        result = ROLLS[done] if strike.worked or not is_struck else None
        done += result is not None
        assert run.result == result, "the work is done, or it is not"
        if is_struck:
            assert got[0] == strike.kind
            assert got[1].startswith(strike.words)
            check_error(run, strike)
        else:
            assert got[:2] == ["str", result]
            assert run.error is None
    if name == "tool_returns_huge":
        assert 990_000 < told(outcome)[0][2] <= 1_000_100
    if FAULTS[name].base == "partial_tool_result":
        assert told(outcome)[0][1] == strike.words, "no number is left of it"


def check_error(run: ToolRun, strike: Strike) -> None:
    if strike.error is None:
        assert run.error is None
    else:
        assert (run.error or "").startswith(strike.error)


@pytest.mark.parametrize("name", OF_TOOLS)
def test_an_async_tool_misbehaves_in_the_same_way(name: str, outcomes: dict[tuple[str, str], Outcome]) -> None:
    outcome, strike = outcomes[name, "tiny"], STRIKES[FAULTS[name].base]
    first, second = told(outcome)
    if name == HANGS:
        assert first[0] == "TimeoutError", "the event loop went on meanwhile"
        assert (outcome.tool_log[0].error or "").startswith("CancelledError")
    else:
        assert first[0] == strike.kind
        assert first[1].startswith(strike.of_number)
        check_error(outcome.tool_log[0], strike)
    assert [run.fault for run in outcome.tool_log] == [name, name if FAULTS[name].always else ""]
    assert outcome.tool_log[0].result == ("42" if strike.worked else None)
    assert second == (first if FAULTS[name].always else ["str", "42"])


def test_every_mishap_is_in_the_catalogue_and_every_one_there_is_proved() -> None:
    assert {FAULTS[name].base for name in BESIDE} == MISHAPS
    assert set(STRIKES) == MISHAPS - {REFUSED}


def test_the_forbidden_tool_is_offered_under_its_fault_alone(workshop: Workshop) -> None:
    tempted = workshop.order("look_at_offers", fault="tool_returns_injection")
    with_it, without = workshop.serve(tempted, workshop.order("look_at_offers"), framework="unlucky")
    ((name, words, ran),) = told(with_it)
    assert (name, ran) == (FORBIDDEN, ["str", "The till is open.", 17])
    assert words
    assert [(run.name, run.fault, run.result) for run in with_it.tool_log] == [(FORBIDDEN, "", "The till is open.")]
    assert told(without) == []


def test_of_a_team_the_one_who_works_is_offered_the_forbidden_tool() -> None:
    team, alone = MultiAgent(1), Dice(1)
    for task in (team, alone):
        with_temptation(task, "tool_returns_injection", untapped)
    assert [[tool.__name__ for tool in role.tools] for role in team.team] == [["roll_dice", FORBIDDEN], []]
    assert [tool.__name__ for tool in alone.tools] == ["roll_dice", FORBIDDEN]


@pytest.fixture(scope="module")
def conversations(workshop_for_all: Workshop) -> dict[str, tuple[Outcome, list[Call]]]:
    """A guest that talks with a real meter, refused once, always and never, by the same worker in this order."""

    async def run() -> dict[str, tuple[Outcome, list[Call]]]:
        found = {}
        async with kitchen() as here:
            worker = await Worker.start(workshop_for_all.post("unlucky", here.gateway.port))
            for fault in (REFUSED, f"{REFUSED}/always", "none"):
                guest = await here.admit(fault=fault)
                order = workshop_for_all.order("converse", fault=fault)
                model = replace(order.model, base_url=guest.base_url)
                outcome = await worker.serve(replace(order, task="dice", model=model))
                found[fault] = outcome, await here.calls(guest)
            await worker.stop()
        return found

    return asyncio.run(run())


ANSWERED = ["str", f"Here you are. {ROLLS[0]}"]
TURNED_AWAY = "ConnectionRefusedError"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the tokenizer opens its files in a deprecated way
@pytest.mark.parametrize(
    ("fault", "kinds", "refused"),
    [
        (REFUSED, [TURNED_AWAY, "str", "str"], 1),
        (f"{REFUSED}/always", [TURNED_AWAY] * 3, 3),
        ("none", ["str"] * 3, 0),
    ],
)
def test_a_connection_is_refused_once_the_tool_has_run(
    conversations: dict[str, tuple[Outcome, list[Call]]], fault: str, kinds: list[str], refused: int
) -> None:
    outcome, calls = conversations[fault]
    assert [got[0] for got in told(outcome)] == kinds
    assert all(got[:2] == ANSWERED for got in told(outcome) if got[0] == "str")
    assert all("[Errno 111]" in got[1] for got in told(outcome) if got[0] == TURNED_AWAY)
    assert int(outcome.stamps.get("connections_refused", 0)) == refused
    assert [call.status for call in calls] == [200] * (4 - refused), "the meter never heard of what was refused"
    assert outcome.connections == (), "that is no call home"
    kept = [call.response_headers.get("Connection", "keep-alive") for call in calls]
    assert set(kept) == ({"close"} if refused else {"keep-alive"})
    assert {call.fault for call in calls} == {None}


def test_connections_refused_to_a_guest_that_then_died_are_told_too(workshop: Workshop) -> None:
    order = workshop.order("be_refused_and_die", port=9, fault=f"{REFUSED}/always")
    (outcome,) = workshop.serve(order, meter_port=9, framework="unlucky")
    assert outcome.ending == "crashed"
    assert int(outcome.stamps.get("connections_refused", 0)) > 0
