"""One trial's requests in parts, each line of which is the task's own or was added by the framework."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from scoreboard.report.sent import Sent, again, message_lines, parameter_lines, sent, system_lines, tool_lines
from scoreboard.report.site.own import Lines, Own, Voice, squeezed
from scoreboard.results.store import Evidence

LONGEST_LINE = 4_000  # characters on the page; the files beside it have all of them


@dataclass(frozen=True)
class Piece:
    """A stretch of a line."""

    text: str
    added: bool


@dataclass(frozen=True)
class Line:
    """A line as it was sent, of one piece or of several."""

    pieces: tuple[Piece, ...]

    @property
    def added(self) -> bool:
        return any(piece.added for piece in self.pieces)

    @property
    def is_bare(self) -> bool:
        """Blank, or punctuation only: it belongs to whatever stands around it."""
        return not any(character.isalnum() for piece in self.pieces for character in piece.text)


@dataclass(frozen=True)
class Run:
    """Lines one below the other of which all were added, or none."""

    added: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Part:
    """System text, a message, the tools or the parameters. `as_in` is the earlier request that has the very same."""

    name: str
    lines: tuple[Line, ...] = ()
    as_in: int | None = None

    @property
    def runs(self) -> list[Run]:
        """The lines by who wrote them; bare lines between two that were added go with them."""
        marks = [line.added for line in self.lines]
        for place, line in enumerate(self.lines):
            if line.is_bare and any(marks[:place]):
                before = next(place - n for n in range(1, place + 1) if not self.lines[place - n].is_bare)
                after = next((each for each in self.lines[place:] if not each.is_bare), None)
                marks[place] = self.lines[before].added and after is not None and after.added
        grouped = groupby(zip(marks, self.lines, strict=True), key=lambda pair: pair[0])
        return [Run(mark, tuple(line for _, line in pairs)) for mark, pairs in grouped]


@dataclass(frozen=True)
class Request:
    """One request, in parts."""

    number: int
    path: str
    input_tokens: int | None
    parts: tuple[Part, ...]

    @property
    def added(self) -> int:
        """How many lines the framework added, wholly or in part, to what this request says for the first time."""
        return sum(line.added for part in self.parts for line in part.lines)


def requests_of(evidence: Evidence, own: Own) -> list[Request]:
    """Every request of a trial; what an earlier one has said already is only said to be so."""
    known: list[Sent] = []
    found = []
    for call in evidence.calls:
        request = sent(call)
        found.append(Request(request.ordinal, request.path, request.input_tokens, tuple(_parts(request, known, own))))
        known.append(request)
    return found


def marked(line: str, voice: Voice, own: Lines = frozenset()) -> Line:
    """A line, sorted into what is known and what is not."""
    line = line.removeprefix("  ")
    if len(line) > LONGEST_LINE:
        line = f"{line[:LONGEST_LINE]} ({len(line) - LONGEST_LINE:,} more characters)"
    whole = Line((Piece(line, added=False),))
    if whole.is_bare or squeezed(line) in own or voice.knows(line):
        return whole
    return Line(tuple(_pieces(line, voice)))


def _pieces(line: str, voice: Voice) -> Iterator[Piece]:
    known = [False] * len(line)
    for start, stop in voice.places(line):
        known[start:stop] = [True] * (stop - start)
    for is_known, places in groupby(range(len(line)), key=known.__getitem__):
        stretch = [*places]
        text = line[stretch[0] : stretch[-1] + 1]
        yield Piece(text, not is_known and any(map(str.isalnum, text)))


def _parts(request: Sent, known: Sequence[Sent], own: Own) -> Iterator[Part]:
    said = own.said[request.ordinal]
    if request.unread:
        yield Part("no JSON", _marked(request.unread.split("\n"), said))
        return
    schema = frozenset() if _asks_for_answer(request, own) else own.answer  # in words, where it is nowhere else
    yield from _part("system", _marked(system_lines(request), said, schema), _same("system", request, known))
    nearest = max(known, key=lambda earlier: again(request, earlier), default=None)
    seen = again(request, nearest) if nearest else 0
    if nearest and seen:
        yield Part(f"{seen} {'message' if seen == 1 else 'messages'}", as_in=nearest.ordinal)
    for message in request.messages[seen:]:
        heading, *lines = message_lines(message)
        yield Part(heading, _marked(lines, said, own.echoed | schema))
    tools = tuple(
        marked(line, own.voice_of(tool), own.of_tool(tool)) for tool in request.tools for line in tool_lines(tool)
    )
    yield from _part("tools", tools, _same("tools", request, known))
    parameters = _marked(parameter_lines(request), own.asked, own.parameters)
    yield from _part("parameters", parameters, _same("parameters", request, known))


def _asks_for_answer(request: Sent, own: Own) -> bool:
    """Whether a typed answer is asked for by the means there are for that."""
    parameters = request.parameters or {}
    by_tool = any(own.answer and own.of_tool(tool) == own.answer for tool in request.tools)
    return by_tool or bool(parameters.get("response_format") or parameters.get("text"))


def _part(name: str, lines: tuple[Line, ...], as_in: int | None) -> Iterator[Part]:
    if lines:
        yield Part(name, as_in=as_in) if as_in is not None else Part(name, lines)


def _same(name: str, request: Sent, known: Sequence[Sent]) -> int | None:
    """The last request before this one in which a part was the very same."""
    same = (earlier.ordinal for earlier in reversed(known) if getattr(earlier, name) == getattr(request, name))
    return next(same, None)


def _marked(lines: Iterable[str], voice: Voice, own: Lines = frozenset()) -> tuple[Line, ...]:
    return tuple(marked(line, voice, own) for line in lines)
