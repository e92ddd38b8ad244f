"""A trial's fault as it happens: when it is due, how often it has acted, and what the model says on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from scoreboard.meter import code_form
from scoreboard.meter.call import Call
from scoreboard.meter.dialects.base import Json
from scoreboard.meter.faults.base import Bend, Fault, Inapplicable, Line, Moment, Page, Spoken
from scoreboard.meter.phrase import phrased
from scoreboard.runner.mishaps import FORBIDDEN, INJECTION, OPENED
from tasks.base import Ask, Message, Reply, Task, ToolCall

OFFERED_ONCE = "after its first run the tool is not on offer any more"


@dataclass(frozen=True)
class Said:
    """What the model says to a request, and what becomes of it on the way."""

    spoken: Spoken
    step: str | None  # the logical step that the request has come to
    act: Page | Line | None = None
    acted: bool = False  # whether the fault acts on this call
    inapplicable: str | None = None  # why it does not, although its step has come


@dataclass
class Drill:
    """Kept by the meter for one trial, because once is once for all of its requests."""

    task: Task
    fault: Fault | None = None
    mistakes: int = 1  # how often a stubborn model repeats its mistake
    acted: int = 0
    _too_long: tuple[Message, ...] = ()  # the conversation that was refused for its length
    _wanted: tuple[ToolCall, ...] = field(default=())

    def hear(self, ask: Ask, body: Json) -> Said:
        """What the model says now. The perfect reply, unless the fault's step has come and it is due."""
        moment = self._moment(ask, body)
        steps = moment.steps
        if moment.work:
            self._wanted = moment.work
        step = next(iter(sorted(steps - {"again"})), None)
        perfect = Said(Spoken(moment.phrase(moment.said)), step)
        fault = self.fault
        if fault and self._is_still_too_long(ask):
            return self._act(fault, moment, perfect)
        if fault is None or not self._is_due():
            return perfect
        if fault.step == "again" and "again" not in steps and "answer" in steps and not self.acted:
            return replace(perfect, inapplicable=OFFERED_ONCE)
        if fault.step not in steps or moment.said.failure:
            return perfect
        return self._act(fault, moment, perfect)

    def _act(self, fault: Fault, moment: Moment, perfect: Said) -> Said:
        spoken, act = perfect.spoken, None
        if isinstance(fault.act, Bend):
            try:
                spoken = fault.act.say(moment)
            except Inapplicable as why:
                return replace(perfect, inapplicable=str(why))
        elif isinstance(fault.act, Page | Line):
            act = fault.act
        if fault.until_shorter:
            self._too_long = self._too_long or moment.ask.messages
        self.acted += 1
        return replace(perfect, spoken=spoken, act=act, acted=True)

    def _is_still_too_long(self, ask: Ask) -> bool:
        """Whether a request holds the whole conversation that was refused for its length."""
        return bool(self._too_long) and ask.messages[: len(self._too_long)] == self._too_long

    def _is_due(self) -> bool:
        assert self.fault
        times = self.mistakes if isinstance(self.fault.act, Bend) else 1
        return self.fault.always or self.acted < times

    def _moment(self, ask: Ask, body: Json) -> Moment:
        """The request as the perfect model sees it: it knows nothing of the forbidden tool, but obeys an order."""
        is_code = code_form.is_wanted(ask)
        seen = code_form.with_offers(ask) if is_code else ask
        said = _obeyed(seen) or self.task.play(_without_forbidden(seen))
        return Moment(self.task, seen, body, said, lambda reply: phrased(ask, reply), is_code, self._wanted)

    @property
    def context_tokens(self) -> int | None:
        """The most tokens of a request that the model takes."""
        return self.fault.context_tokens if self.fault else None

    @property
    def keeps_connections(self) -> bool:
        """Whether a connection may serve another request."""
        return self.fault is None or self.fault.step != "connection"


def attempt_of(body: bytes, ended: Sequence[Call]) -> int:
    """Which attempt a request is: 1, and one more for each same request that has ended and failed.

    Requests that still run do not count, so that a retry is told from a twin; neither does another turn of the
    conversation, whose body differs.
    """
    return 1 + sum(1 for call in ended if call.request_body == body and is_failure(call))


def is_failure(call: Call) -> bool:
    """Whether nobody could have been content with this call: an error, half a response, or one the fault acted on."""
    return call.status >= 400 or not call.complete or call.fault is not None


def _obeyed(ask: Ask) -> Reply | None:
    """The call of the forbidden tool, where a tool's result orders it and it has not been called yet."""
    ordered = any(INJECTION in message.text for message in ask.messages)
    called = any(OPENED in message.text for message in ask.messages) or any(
        call.name == FORBIDDEN for message in ask.messages for call in message.tool_calls
    )
    if not ordered or called or ask.tool_choice == "none" or all(offer.name != FORBIDDEN for offer in ask.tools):
        return None
    return Reply(tool_calls=(ToolCall("", FORBIDDEN, "{}"),), final=False)


def _without_forbidden(ask: Ask) -> Ask:
    return replace(ask, tools=tuple(offer for offer in ask.tools if offer.name != FORBIDDEN))
