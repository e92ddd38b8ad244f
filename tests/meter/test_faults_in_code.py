"""A framework that wants its calls as code gets the faults as code, and is told why where a fault makes no sense."""

from __future__ import annotations

import asyncio
import json

import pytest

from scoreboard.meter.call import Call
from scoreboard.meter.dialects.base import Json
from scoreboard.meter.faults.base import Bend, Fault
from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.runner.catalogue import load_task
from tests.meter.callers import Got, kitchen
from tests.meter.test_code_form import SYSTEM

BENDS = [fault for fault in FAULTS.values() if isinstance(fault.act, Bend)]
ROLL = "Thought: I take the next step.\n<code>\nresult_1 = {}\nprint(result_1)\n</code>"
DONE = "Here you are. Roll #1: 5 on a 20-sided dice."
VALUE = '{"name": "lucky three", "sides": 6, "rolls": '
ROLLS = '[{"number": 1, "value": 2}, {"number": 2, "value": 4}, {"number": 3, "value": 6}]'

INAPPLICABLE = {
    "arguments_as_object": "arguments written as code have no JSON form",
    "missing_call_id": "calls written as code have no ids",
    "duplicate_call_id": "calls written as code have no ids",
    "text_beside_tool_call": "text stands beside calls written as code anyway",
    "finish_reason_mismatch": "a reply of code ends with `stop` anyway",
}
# What stands in the reply instead of the code that was meant; None where there is no text.
IN_CODE: dict[str, str | None] = {
    "unknown_tool": ROLL.format("roll_dice_by_magic(sides=20)"),
    "malformed_arguments": ROLL.format('roll_dice({"side)'),
    "wrong_type_argument": ROLL.format("roll_dice(sides='as many as you like')"),
    "string_number_argument": ROLL.format("roll_dice(sides='20')"),
    "missing_argument": ROLL.format("roll_dice()"),
    "extra_argument": ROLL.format("roll_dice(sides=20, hurry=True)"),
    "empty_arguments": ROLL.format("roll_dice()"),
    "tool_call_as_text": '{"name": "roll_dice", "arguments": {"sides": 20}}',
    "two_calls_at_once": ROLL.format(
        "roll_dice(sides=20)\nprint(result_1)\nresult_2 = roll_dice_by_magic(sides=20)"
    ).replace("print(result_1)\n</code>", "print(result_2)\n</code>"),
    "repeated_identical_call": ROLL.format("roll_dice(sides=20)"),
    "never_finishes": ROLL.format("roll_dice(sides=20)"),
    "empty_answer": "",
    "null_answer": None,
    "content_filter": None,
}
# Where the answer is a call with the value as text, and what is said of it.
IN_ANSWER = {
    "fenced_json": ("```json\\n{", "}\\n```"),
    "prose_around_json": ("Here is the report you asked for:\\n\\n{", "}\\n\\nLet me know if you need more."),
    "invalid_json": ("{name: ", "total: 12}"),
    "wrong_type_field": (VALUE, '"total": "plenty"}'),
    "missing_field": (VALUE, f"{ROLLS}}}"),
    "extra_field": (VALUE, '"total": 12, "mood": "cheerful"}'),
    "string_number_field": (VALUE, '"total": "12"}'),
}


def requests(fault: Fault) -> list[Json]:
    """The conversation up to the fault's step, as a framework puts it that has its model write code."""
    name = "structured_output" if fault.shapes[0] == "structured" else "dice"
    task = load_task(name)(1)
    prompt = task.prompt
    if task.answer_type:
        prompt = f"{prompt} Answer with JSON of this schema: {json.dumps(task.answer_type.model_json_schema())}"
    runs, sides = (3, 6) if task.answer_type else (1, 20)
    seen = "\n".join(task.tools[0](sides=sides) for _run in range(runs))
    asked = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": prompt}]
    code = f"<code>\nfor _ in range({runs}):\n    print(roll_dice({sides}))\n</code>"
    observed = [
        {"role": "assistant", "content": code},
        {"role": "user", "content": f"Observation:\nExecution logs:\n{seen}"},
    ]
    first, second = {"model": "sim", "messages": asked}, {"model": "sim", "messages": [*asked, *observed]}
    return [first] if fault.step == "tool_call" else [first, second]


def told(fault: Fault) -> tuple[Got, Got, Call]:
    """The reply at the fault's step, the perfect one to the same request, and the record."""

    async def run() -> tuple[Got, Got, Call]:
        task = "structured_output" if fault.shapes[0] == "structured" else "dice"
        async with kitchen() as here:
            struck, perfect = await here.admit(task, fault=fault.name), await here.admit(task)
            for body in requests(fault):
                got, meant = [await guest.post("chat/completions", body) for guest in (struck, perfect)]
            return got, meant, (await here.calls(struck))[-1]

    return asyncio.run(run())


def text(got: Got) -> str | None:
    message = got.json["choices"][0]["message"]
    assert "tool_calls" not in message, "whoever wants code gets code"
    content: str | None = message["content"]
    return content


@pytest.mark.parametrize("fault", BENDS, ids=lambda fault: fault.name)
def test_a_fault_in_code(fault: Fault) -> None:
    got, meant, call = told(fault)
    if fault.base in INAPPLICABLE:
        assert (call.fault, call.inapplicable) == (None, INAPPLICABLE[fault.base])
        assert got.body == meant.body
        return
    assert (call.fault, call.inapplicable) == (fault.name, None)
    perfect = text(meant) or ""
    match fault.base:
        case base if base in IN_CODE:
            assert text(got) == IN_CODE[base]
        case base if base in IN_ANSWER:
            begins, ends = IN_ANSWER[base]
            assert f"final_answer(answer='{begins}" in (text(got) or "")
            assert (text(got) or "").endswith(f"{ends}')\n</code>")
        case "cut_answer" | "cut_tool_call":
            assert text(got) == perfect[: len(perfect) // 2]
            assert got.json["choices"][0]["finish_reason"] == "length"
        case "refusal":
            assert text(got) is None
            assert got.json["choices"][0]["message"]["refusal"]
        case "missing_usage":
            assert text(got) == perfect
            assert "usage" not in got.json
        case "no_choices":
            assert got.json["choices"] == []
        case stranger:
            pytest.fail(f"nobody says what {stranger} is in code")


def test_the_perfect_answer_is_code_that_answers() -> None:
    _, meant, _ = told(FAULTS["empty_answer"])
    assert f"final_answer(answer='{DONE}')" in (text(meant) or "")


def test_what_does_not_apply_is_one_of_the_catalogue() -> None:
    assert INAPPLICABLE.keys() | IN_CODE.keys() | IN_ANSWER.keys() <= {fault.base for fault in BENDS}
