"""How the host and the meter talk: JSON lines on a private socket. Light, because both sides import it."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from scoreboard.meter.call import Call

LONGEST_LINE_BYTES = 2**31
_BODIES = ("request_body", "response_body")


def line(message: Mapping[str, Any]) -> bytes:
    """One message."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def pack(calls: Sequence[Call]) -> str:
    """Calls as one compressed text: conversations repeat themselves, so together they become much smaller."""
    rows = []
    for call in calls:
        row = {**vars(call)}
        row.update({name: row[name].decode("utf-8", "surrogateescape") for name in _BODIES})
        rows.append(row)
    return base64.b64encode(zlib.compress(json.dumps(rows).encode(), 1)).decode("ascii")


def unpack(packed: str) -> list[Call]:
    """The calls again, byte for byte."""
    rows = json.loads(zlib.decompress(base64.b64decode(packed)))
    for row in rows:
        row.update({name: row[name].encode("utf-8", "surrogateescape") for name in _BODIES})
        row["chunks"] = tuple((at, size) for at, size in row["chunks"])
    return [Call(**row) for row in rows]


def weight(calls: Sequence[Call]) -> int:
    """How many bytes of bodies there are to pack."""
    return sum(len(call.request_body) + len(call.response_body) for call in calls)
