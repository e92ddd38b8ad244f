"""What is marked as added was added: not said by the task, the adapter, the model or a tool; and it stays text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scoreboard.meter.call import Call
from scoreboard.report.site.added import Line, Part, Piece, Request
from scoreboard.report.site.gathered import Gathered, gather
from scoreboard.report.site.pages import templates
from scoreboard.report.site.sent import sendings_of, sent_json, sent_of, sent_section
from scoreboard.report.summary import Selection
from scoreboard.results.judge import Judgement
from scoreboard.results.overhead import bare_tool
from scoreboard.results.store import Store
from scoreboard.runner.catalogue import framework_cards
from scoreboard.runner.plan import adapter_digest, task_digest
from tasks.dice import Dice
from tests.results.samples import ORIGIN, PASSED, STAMPS, call, played, trial

TASK = Dice(7)
RESULT = Dice(7).tools[0](sides=20)
BARE = {"type": "function", "function": bare_tool(TASK.tools[0])}
SYSTEM = {"role": "system", "content": TASK.instructions}
USER = {"role": "user", "content": TASK.prompt}
CALLS = {"id": "c1", "type": "function", "function": {"name": "roll_dice", "arguments": '{"sides":20}'}}
REPLY = {"choices": [{"message": {"role": "assistant", "content": None, "tool_calls": [CALLS], "index": 7}}]}
ASSISTANT = {"role": "assistant", "content": None, "tool_calls": [CALLS]}
TOOL = {"role": "tool", "tool_call_id": "c1", "content": RESULT}
PLAIN = {"model": "sim", "messages": [SYSTEM, USER], "tools": [BARE]}


def calls_of(*bodies: Any) -> list[Call]:
    return [
        call(number, 7 * number - 5, request_body=json.dumps(body).encode(), response_body=json.dumps(REPLY).encode())
        for number, body in enumerate(bodies, start=1)
    ]


def baked(home: Path, verdict: Judgement = PASSED, /, **sent: Iterable[Call]) -> Gathered:
    """A home in which each framework sent these calls in one trial of the dice task."""
    outcome, _ = played()
    with closing(Store.open(home)) as store:
        for name, calls in sent.items():
            assert store.add(trial(name), outcome, [*calls], verdict, STAMPS)
    return gather(home, Selection(variants=True))


def only(home: Path, *bodies: Any) -> tuple[Request, ...]:
    (sending,) = sent_of(baked(home, zebra=calls_of(*bodies)), "zebra")
    return sending.requests


def added(request: Request) -> list[str]:
    lines = [line for part in request.parts for line in part.lines if line.added]
    return ["".join(f"[{p.text}]" if p.added else p.text for p in line.pieces) for line in lines]


def shown(gathered: Gathered) -> str:
    return templates().get_template("sent.html.jinja").render(section=sent_section(gathered), root="")


def test_the_bare_request_and_its_conversation_are_nobodys_addition(tmp_path: Path) -> None:
    echoed = {**ASSISTANT, "index": 7}
    first, second = only(tmp_path, PLAIN, {**PLAIN, "messages": [SYSTEM, USER, echoed, TOOL]})
    assert added(first) == added(second) == []
    assert first.added == 0
    assert [(part.name, part.as_in) for part in second.parts] == [
        *(("system", 1), ("1 message", 1), ("assistant", None), ("tool", None), ("tools", 1), ("parameters", 1)),
    ]


def test_white_space_and_other_order_are_no_addition(tmp_path: Path) -> None:
    wrapped = TASK.instructions.replace(" ", "\n   ", 3)
    flat = {
        "type": "function",
        **bare_tool(TASK.tools[0]),
        "description": "Roll a dice\twith the given number of sides.",
    }
    (request,) = only(tmp_path, {"tools": [flat], "input": TASK.prompt, "instructions": wrapped, "model": "sim"})
    assert added(request) == []


def test_what_a_framework_puts_around_the_task_is_marked_and_the_task_in_it_is_not(tmp_path: Path) -> None:
    system = {"role": "system", "content": f"You are an agent.\n{TASK.instructions}\n\n---\nThink first."}
    user = {"role": "user", "content": f"<task>{TASK.prompt}</task>"}
    strict = {"type": "function", "function": {**bare_tool(TASK.tools[0]), "strict": True}}
    (request,) = only(tmp_path, {"model": "sim", "messages": [system, user], "tools": [strict], "temperature": 0.1})
    assert added(request) == [
        *("[You are an agent.]", "[Think first.]", f"[<task>]{TASK.prompt}[</task>]"),
        *("[  strict: true]", "[temperature: 0.1]"),
    ]
    assert request.added == 5


def test_a_tool_that_nobody_asked_for_is_marked_whole(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"sides": {"type": "integer", "title": "Sides"}}, "required": ["sides"]}
    further = {"function": {"name": "finish", "description": "Args:\nEnds it.", "parameters": schema}}
    (request,) = only(tmp_path, {**PLAIN, "tools": [BARE, further]})
    marked = added(request)
    assert marked[:3] == ["[finish]", "[  Args:]", "[  Ends it.]"]
    assert '[    "type": "object"]' in marked


def test_words_that_neither_the_model_nor_a_tool_said_are_marked_whoever_is_said_to_say_them(tmp_path: Path) -> None:
    made_up = {"role": "assistant", "content": "Handing over.", "tool_calls": [{"function": {"name": "hand_over"}}]}
    wrapped = {"role": "tool", "tool_call_id": "c1", "content": json.dumps({"result": RESULT})}
    _, second = only(tmp_path, PLAIN, {**PLAIN, "messages": [SYSTEM, USER, ASSISTANT, wrapped, made_up]})
    assert added(second) == ['[{"result": "]' + RESULT + '"}', "[Handing over.]", "[calls hand_over]"]


def test_what_the_model_says_later_excuses_nothing_now(tmp_path: Path) -> None:
    early = {"role": "user", "content": RESULT}
    first, second = only(tmp_path, {**PLAIN, "messages": [SYSTEM, USER, early]}, {**PLAIN, "messages": [SYSTEM, early]})
    assert added(first) == [f"[{RESULT}]"]
    assert added(second) == []


def test_what_came_back_later_is_as_in_the_request_that_had_it(tmp_path: Path) -> None:
    other = {"role": "system", "content": "Something else."}
    *_, third = only(tmp_path, PLAIN, {**PLAIN, "messages": [other, USER]}, PLAIN)
    assert {part.name: part.as_in for part in third.parts}["system"] == 1


def test_the_adapters_own_words_are_not_the_frameworks(tmp_path: Path) -> None:
    file = tmp_path / "zebra.py"
    file.write_text(
        "class Zebra(Adapter):\n    def agent(self, task):\n"
        '        return run(f"Ask the {task.name} at once", "Be kind to all")\n'
    )
    body = {
        **PLAIN,
        "messages": [SYSTEM, USER, {"role": "user", "content": "Ask the roller at once\nBe kind to all\nGo"}],
    }
    gathered = baked(tmp_path / "home", zebra=calls_of(body))
    card = replace(framework_cards()["baseline"], name="zebra", path=file)
    (sending,) = sent_of(replace(gathered, cards={"zebra": card}), "zebra")
    assert added(sending.requests[0]) == ["[Go]"]


def test_bare_lines_go_with_what_stands_around_them() -> None:
    def line(text: str, *, added: bool = False) -> Line:
        return Line((Piece(text, added=added),))

    part = Part("tools", (line("mine"), line("{"), line("a", added=True), line(""), line("b", added=True), line("}")))
    assert [(run.added, len(run.lines)) for run in part.runs] == [(False, 2), (True, 3), (False, 1)]
    assert [(run.added, len(run.lines)) for run in Part("x", (line("{"), line("}"))).runs] == [(False, 2)]


def test_the_summary_tells_tokens_beyond_no_framework_and_marked_lines(tmp_path: Path) -> None:
    greedy = {**PLAIN, "messages": [{"role": "system", "content": "One.\nTwo."}, USER]}
    gathered = baked(
        tmp_path,
        baseline=[replace(each, input_tokens=100) for each in calls_of(PLAIN)],
        lion=[replace(each, input_tokens=1350) for each in calls_of(greedy)],
        zebra=[replace(each, input_tokens=90) for each in calls_of(PLAIN)],
        unknown=[replace(each, input_tokens=None) for each in calls_of(greedy)],
    )
    told = {each.framework: each.summary for each in sendings_of(gathered)}
    assert told == {
        "baseline": "sends 100 tokens in its first request, with 0 lines of its client's own",
        "lion": "adds 1,250 tokens before your first word, in 2 lines",
        "zebra": "sends 10 tokens fewer than no framework before your first word; adds 0 lines",
        "unknown": "adds 2 lines before your first word",
    }
    section = sent_section(gathered)
    assert (section.shown["left"], section.shown["right"]) == ("baseline", "lion")
    assert "1,350 tokens in, 2 lines added" in shown(gathered)


def test_two_stand_open_and_the_others_wait_as_templates(tmp_path: Path) -> None:
    page = shown(baked(tmp_path, baseline=calls_of(PLAIN), lion=calls_of(PLAIN), zebra=calls_of(PLAIN)))
    assert page.count('<article class="sending"') == 3
    assert page.count("<template") == 1
    assert page.count("<option") == 6


def test_marks_are_told_without_their_colour(tmp_path: Path) -> None:
    page = shown(baked(tmp_path, zebra=calls_of({**PLAIN, "seed": 1, "top_p": 1})))
    assert '<mark><span class="away">added by the framework: </span><b>seed: 1</b><b>top_p: 1</b></mark>' in page


def test_requests_stay_text(tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)></p></div></template><script>alert(1)</script>\x1b[2J"
    tool = {"function": {"name": hostile, "description": hostile, "parameters": {hostile: hostile}}}
    messages = [{"role": hostile, "name": hostile, "content": hostile}, {**TOOL, "content": hostile, hostile: hostile}]
    body = {"model": hostile, "messages": messages, "tools": [tool], hostile: hostile}
    unread = replace(call(2, 20), request_body=hostile.encode(), path=hostile)
    gathered = baked(tmp_path, zebra=[*calls_of(body), unread])
    macros = '{% import "sent_macros.html.jinja" as macros %}{{ macros.sent_of(sendings, "../") }}'
    own = templates().from_string(macros).render(sendings=sent_of(gathered, "zebra"))
    for page in (shown(gathered), own):
        assert page.count("&lt;img") >= 8
        assert not [word for word in ("<img", "<script", "\x1b") if word in page]
        assert page.count("<template") == page.count("</template>")


def test_only_what_passed_is_shown_and_who_did_not_is_said(tmp_path: Path) -> None:
    wrong = Judgement("wrong", ("because",))
    assert sent_section(baked(tmp_path / "none", wrong, zebra=calls_of(PLAIN))).missing
    baked(tmp_path, wrong, zebra=calls_of(PLAIN))
    with closing(Store.open(tmp_path)) as store:
        assert store.add(trial("lion", "multi_agent"), played()[0], calls_of(PLAIN), PASSED, STAMPS)
    told = {
        (each.framework, each.task): each.summary for each in sendings_of(baked(tmp_path, baseline=calls_of(PLAIN)))
    }
    assert told["zebra", "dice"] == "passed no trial of this task"
    assert told["lion", "dice"] == "was not tried on this task"


def test_marks_that_go_by_other_files_than_were_baked_say_so(tmp_path: Path) -> None:
    card = framework_cards()["baseline"]
    origin = replace(ORIGIN, adapter=adapter_digest(card.path), task=task_digest(Path("tasks/dice.py").resolve()))
    with closing(Store.open(tmp_path)) as store:
        assert store.add(trial(origin=origin), played()[0], calls_of(PLAIN), PASSED, STAMPS)
    assert "has changed since" not in shown(gather(tmp_path, Selection()))
    assert "has changed since" in shown(baked(tmp_path / "old", baseline=calls_of(PLAIN)))


def test_the_files_have_every_part_as_it_was_sent(tmp_path: Path) -> None:
    gathered = baked(tmp_path, zebra=calls_of(PLAIN))
    (made,) = json.loads(sent_json(sent_of(gathered, "zebra")))["zebra"].values()
    assert made["model"] == "sim"
    assert made["calls"][0]["tools"] == [BARE]
    assert made["calls"][0]["messages"] == [USER]
    assert json.loads(sent_section(gathered).data["sent.json"]()) == {"zebra": {"dice": made}}


@pytest.mark.parametrize(
    "body", [{"messages": "?", "tools": [None, 3, {"function": {"name": []}}]}, [1], {"input": [[]]}]
)
def test_whatever_was_sent_can_be_shown(tmp_path: Path, body: Any) -> None:
    assert "Request 1" in shown(baked(tmp_path, zebra=calls_of(body)))
