"""What may go wrong with one answer. Each kind is one thing; the rest of the answer stays right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Literal

from tests.star_history.stand_in_github import Answer
from tests.star_history.stand_in_ossinsight import UNAVAILABLE

Kind = Literal[
    "status",  # this status, with these headers and this body
    "html",  # 200, and a page for people
    "truncated",  # more bytes announced than sent, then the connection is closed
    "cut_json",  # all well on the wire, but the JSON stops in the middle
    "drop",  # the connection is closed without an answer
    "slow",  # headers at once, then a byte now and then, without end
    "silent",  # not a byte
    "body",  # 200, and another value: `body`, or what `change` makes of the right one
    "empty_rows",  # OSS Insight has no rows
    "no_quality",  # OSS Insight says nothing of the quality of its data
    "unavailable",  # OSS Insight withholds the rows
]
PAGE = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Sign in to this network</body></html>"


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong."""

    kind: Kind
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)  # beside the usual ones, or in their place
    body: Any = None  # a JSON value; for "status" also bytes, sent as they are
    change: Callable[[Any], Any] | None = None  # for "body": makes the wrong value of the right one

    def applied(self, right: Answer) -> Answer:
        """The answer with what this fault changes of its content; what it does to the bytes comes later."""
        if self.kind == "status":
            body = {"message": HTTPStatus(self.status).phrase} if self.body is None else self.body
            return Answer(body, self.status, self.headers)
        if right.status != 200:
            return right
        value, headers = deepcopy(right.value), {**right.headers, **self.headers}
        if self.kind == "body":
            value = self.change(value) if self.change else self.body
        elif self.kind == "empty_rows":
            value["data"]["rows"] = []
            value["data"]["result"]["row_count"] = 0
        elif self.kind == "no_quality":
            del value["data_quality"], headers["warning"]
        elif self.kind == "unavailable":
            value, headers = deepcopy(UNAVAILABLE), {**headers, "cache-control": "no-store"}
        return replace(right, value=value, headers=headers)


def slow_down(retry_after: int) -> Fault:
    """Too many requests, come back later."""
    return Fault("status", 429, {"retry-after": str(retry_after)}, {"message": "Too Many Requests"})


def limit_reached(resets_at: int) -> Fault:
    """GitHub's hour is spent, until that Unix time."""
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(resets_at)}
    return Fault("status", 403, headers, {"message": "API rate limit exceeded for 127.0.0.1."})


def secondary_limit(retry_after: int) -> Fault:
    """GitHub's other limit: too much at once, though the hour is not spent."""
    message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    return Fault("status", 403, {"retry-after": str(retry_after)}, {"message": message})


def forbidden() -> Fault:
    """No, and waiting will not help."""
    return Fault("status", 403, {}, {"message": "Resource not accessible by personal access token"})


def disguised(status: int) -> Fault:
    """OSS Insight's 500 that speaks of another status."""
    return Fault("status", 500, {}, {"message": f"Request failed with status code {status}"})


def not_adding_up(weeks: Any) -> Any:
    weeks[0]["total"] += 1
    return weeks


def out_of_order(weeks: Any) -> Any:
    return weeks[::-1]


def six_days(weeks: Any) -> Any:
    weeks[-1]["total"] -= weeks[-1]["days"].pop()
    return weeks


def words_for_numbers(weeks: Any) -> Any:
    return [{**week, "total": str(week["total"])} for week in weeks]


def another_id(repository: Any) -> Any:
    return {**repository, "id": repository["id"] + 1}


def falling(envelope: Any) -> Any:
    """A cumulative count that goes down at its end."""
    envelope["data"]["rows"][-1]["stargazers"] = "1"
    return envelope
