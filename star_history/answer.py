"""What came back from a source, and what it says of waiting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from star_history.allowance import reset_moment
from star_history.caption import plain

NO_WORD_S = 60.0  # what GitHub's documentation says to wait where an answer says nothing
LONGEST_S = 366 * 86_400.0  # whatever a source says, it is a moment that can be told


@dataclass(frozen=True)
class Answer:
    """200, 304, or a 4xx that no repetition would change."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    has_next: bool | None = None  # whether its Link header names a next page; None without one

    @property
    def etag(self) -> str:
        return self.headers.get("etag", "")

    @property
    def message(self) -> str:
        """What the body says of an error, if it says anything."""
        try:
            told: Any = json.loads(self.body)
        except (ValueError, RecursionError):
            return ""
        return plain(str(told.get("message", ""))) if isinstance(told, dict) else ""

    @property
    def quoted(self) -> str:
        return f" ({self.message[:120]})" if self.message else ""

    @property
    def is_limit(self) -> bool:
        """Whether a 403 means "too much", not "forbidden"."""
        spent = self.headers.get("x-ratelimit-remaining") == "0"
        return spent or "retry-after" in self.headers or "rate limit" in self.message.lower()

    def asked_s(self, now: datetime) -> float | None:
        """How long the source asks us to wait, in seconds or until a date; None where it does not."""
        after = self.headers.get("retry-after", "").strip()
        if after.isdecimal():
            return min(float(after), LONGEST_S)
        try:
            until = parsedate_to_datetime(after)
            return min(max(0.0, (until - now).total_seconds()), LONGEST_S)
        except (TypeError, ValueError, IndexError):
            return None

    def wait_s(self, now: datetime) -> float:
        """The same where a limit is reached: what it asks for, else until its limit is reset."""
        asked, reset = self.asked_s(now), self.headers.get("x-ratelimit-reset", "")
        if asked is not None:
            return asked
        if self.headers.get("x-ratelimit-remaining") == "0" and (until := reset_moment(reset, now)):
            return min(max(0.0, (until - now).total_seconds()), LONGEST_S)
        return NO_WORD_S
