"""Every fault of the catalogue that acts on the wire is there, in the bytes that a client gets, in every form.

Those that act beside the guest are proved with a real worker, in tests/runner/test_mishaps.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from scoreboard.meter.call import Call
from scoreboard.meter.faults.base import Fault, Line, Mishap
from scoreboard.meter.faults.catalogue import FAULTS
from tests.meter.bytewise import Heard, listen
from tests.meter.callers import ROLLED, Kitchen, kitchen
from tests.meter.delivered import Delivered
from tests.meter.forms import FORMS, Form
from tests.meter.promises_of_lines import DELAY_S, LINES, half_of
from tests.meter.promises_of_replies import REPLIES

ON_THE_WIRE = {name: fault for name, fault in FAULTS.items() if not isinstance(fault.act, Mishap)}
PROMISES = {**REPLIES, **LINES}
BROKEN_OFF = ("reset", "silent", "stall", "cut")
every_form = pytest.mark.parametrize(
    "form", FORMS, ids=lambda form: f"{form.path.partition('/')[0]}{'-streamed' * form.streamed}"
)
every_fault = pytest.mark.parametrize("fault", ON_THE_WIRE.values(), ids=lambda fault: fault.name)


@dataclass
class Trial:
    """What came of the same request sent over and over, after those that lead up to it."""

    before: list[Heard] = field(default_factory=list)
    tries: list[Heard] = field(default_factory=list)
    perfect: list[Heard] = field(default_factory=list)  # the same requests where nothing is to go wrong
    calls: list[Call] = field(default_factory=list)


def task_of(fault: Fault) -> str:
    return "structured_output" if fault.shapes[0] == "structured" else "dice"


def stays(fault: Fault) -> bool:
    """Whether the same request meets the fault as often as it is made."""
    return fault.always or fault.until_shorter


def played(fault: Fault, form: Form, task: str, tries: int) -> Trial:
    """The conversation up to the step of the fault; that request is made several times."""
    requests = [form.request(task, has_results=False), form.request(task, has_results=True)]
    *before, last = requests[:1] if fault.step == "tool_call" else requests

    async def run() -> Trial:
        async with kitchen() as here:
            trial = Trial(perfect=await perfectly(here, form, task, [*before, last]))
            guest = await here.admit(task, fault=fault.name)
            until = silence_after(fault, form, trial.perfect[-1])
            trial.before = [await listen(guest, form.path, body) for body in before]
            for number in range(1, tries + 1):
                is_struck = stays(fault) or number == 1
                trial.tries.append(await listen(guest, form.path, last, until if is_struck else None))
            trial.calls = await here.calls(guest)
            return trial

    return asyncio.run(run())


async def perfectly(here: Kitchen, form: Form, task: str, requests: Sequence[object]) -> list[Heard]:
    guest = await here.admit(task)
    return [await listen(guest, form.path, body) for body in requests]


def silence_after(fault: Fault, form: Form, perfect: Heard) -> bytes | None:
    """The last bytes that come before a fault leaves its line silent."""
    match fault.act:
        case Line("silent"):
            return b""
        case Line("stall"):
            half = half_of(form, perfect)
            return half[-200:] + b"\r\n" if form.streamed else half[-200:]
    return None


def check(fault: Fault, form: Form, task: str, tries: int) -> Trial:
    """The promise is kept as often as the fault strikes, nothing else is touched, and the record says it all."""
    trial = played(fault, form, task, tries)
    *perfect_before, perfect = trial.perfect
    assert [heard.body for heard in trial.before] == [heard.body for heard in perfect_before]
    struck = trial.tries if stays(fault) else trial.tries[:1]
    before = tuple(call for heard in trial.before for call in form.read(heard).calls)
    for heard in struck:
        PROMISES[fault.base](Delivered(fault, form, heard, perfect, before))
    for heard in trial.tries[len(struck) :]:
        assert heard.body == perfect.body
        assert (heard.status, heard.is_whole) == (200, True)
    first = len(trial.before)
    assert [call.fault for call in trial.calls[:first]] == [None] * first
    assert [call.fault for call in trial.calls[first:]] == [
        fault.name if number <= len(struck) else None for number in range(1, tries + 1)
    ]
    assert {call.inapplicable for call in trial.calls} == {None}
    return trial


@every_form
@every_fault
def test_a_fault_is_delivered_as_it_says(fault: Fault, form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    if isinstance(fault.act, Line) and fault.act.trouble == "delay":
        monkeypatch.setitem(FAULTS, fault.name, replace(fault, act=replace(fault.act, delay_s=DELAY_S)))
    tries = 3 if fault.always else 2
    trial = check(fault, form, task_of(fault), tries)
    first = len(trial.before)
    assert [call.attempt for call in trial.calls] == [1] * first + list(range(1, tries + 1))
    step = "tool_call" if fault.step == "tool_call" else "answer"
    assert [call.step for call in trial.calls] == ["tool_call"] * first + [step] * tries
    is_broken = isinstance(fault.act, Line) and fault.act.trouble in BROKEN_OFF
    broken = [is_broken and call.fault is not None for call in trial.calls]
    assert [call.complete for call in trial.calls] == [not each for each in broken]


@every_form
@pytest.mark.parametrize(
    "fault", [each for each in ON_THE_WIRE.values() if each.step == "tool_call"], ids=lambda fault: fault.name
)
def test_of_three_calls_those_are_changed_that_it_says(fault: Fault, form: Form) -> None:
    trial = check(fault, form, "structured_output", tries=2)
    assert len(form.read(trial.perfect[0]).calls) == 3


@every_form
def test_a_conversation_that_was_too_long_is_answered_once_it_is_shorter(form: Form) -> None:
    asked = form.request("dice", has_results=True)
    assert isinstance(asked, dict)

    async def run() -> list[int]:
        async with kitchen() as here:
            guest = await here.admit("dice", fault="http_400")
            held = "messages" if "messages" in asked else "input"
            longer = {**asked, held: [*asked[held], {"role": "user", "content": "Try again"}]}
            shorter = {**asked, held: [{"role": "user", "content": f"Rolled so far: {ROLLED}"}]}
            bodies = [asked, asked, longer, shorter]
            return [(await listen(guest, form.path, body)).status for body in bodies]

    assert asyncio.run(run()) == [400, 400, 400, 200]


def test_every_promise_is_one_of_the_catalogue() -> None:
    assert set(PROMISES) == {fault.base for fault in ON_THE_WIRE.values()}


def test_who_is_only_slow_takes_two_seconds() -> None:
    assert "2 s" in FAULTS["slow_but_fine"].wire
    assert FAULTS["slow_but_fine"].act == Line("delay", 2.0)


def test_an_error_goes_with_the_tokens_of_nobody() -> None:
    """A response that is not the model's tells no usage, and the record has none."""
    for name in ("http_429", "html_error_page_200"):
        calls = check(FAULTS[name], FORMS[0], "dice", tries=2).calls
        assert [call.output_tokens is None for call in calls] == [False, True, False]
