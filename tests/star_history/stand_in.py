"""A local server that plays both star services, and misbehaves on request.

`python -m tests.star_history.stand_in` runs it until Ctrl-C, for trying by hand.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from star_history.history import Source
from tests.star_history import stand_in_github, stand_in_ossinsight
from tests.star_history.stand_in_data import Repo, Shelves
from tests.star_history.stand_in_faults import Fault
from tests.star_history.stand_in_github import Answer, refusal
from tests.star_history.stand_in_wire import Reply, Server

HOUR = 3600
PREFIXES: dict[str, Source] = {"/github/": "github", "/ossinsight/v1/": "ossinsight"}


@dataclass(frozen=True)
class Request:
    """What was asked and answered."""

    service: Source
    path: str  # below the service's base, without the query
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    status: int  # 0 where no answer was given


@dataclass
class Allowance:
    """How many requests are left in the hour: with the right token, and without."""

    limits: dict[bool, int]
    left: dict[bool, int] = field(default_factory=dict)
    resets_at: int = field(default_factory=lambda: int(time.time()) + HOUR)

    def __post_init__(self) -> None:
        self.left = self.left or dict(self.limits)

    def headers(self, is_known: bool) -> dict[str, str]:
        limit, left = self.limits[is_known], self.left[is_known]
        return {"x-ratelimit-limit": str(limit), "x-ratelimit-remaining": str(left)}


@dataclass
class Order:
    """A fault that waits for its request."""

    service: Source
    path: str | None
    fault: Fault
    times: int | None
    page: int | None


class StandIn:
    """Both services on one port. Everything a test may look at or change is an attribute."""

    def __init__(self, today: date | None = None, token: str | None = None) -> None:
        self.shelves = Shelves(today)
        self.token = token
        self.requests: list[Request] = []
        self._allowances: dict[Source, Allowance] = {
            "github": Allowance({False: 60, True: 5000}),
            "ossinsight": Allowance({False: 600, True: 600}),
        }
        self._orders: list[Order] = []
        self._one_at_a_time = threading.Lock()
        self._server = Server(self._reply)
        self.github = f"http://127.0.0.1:{self._server.server_port}/github"
        self.ossinsight = f"http://127.0.0.1:{self._server.server_port}/ossinsight/v1"

    @property
    def repositories(self) -> list[Repo]:
        return self.shelves.repositories

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def misbehave(
        self, service: Source, path: str | None, fault: Fault, times: int | None = 1, page: int | None = None
    ) -> None:
        """The next `times` answers (None: all) to that path (None: any) go wrong, or only those of one page."""
        self._orders.append(Order(service, path, fault, times, page))

    def behave(self) -> None:
        """Nothing goes wrong any more."""
        self._orders.clear()

    def limit(self, service: Source, left: int, resets_at: int | None = None) -> None:
        """So many requests are left until that Unix time, by default for an hour."""
        allowance = self._allowances[service]
        allowance.left = dict.fromkeys(allowance.left, left)
        allowance.resets_at = resets_at or int(time.time()) + HOUR

    def _reply(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        prefix = next((prefix for prefix in PREFIXES if path.startswith(prefix)), None)
        if prefix is None:
            return _written(refusal(404, "Not Found"), {})
        service, below = PREFIXES[prefix], path[len(prefix) - 1 :]
        with self._one_at_a_time:
            fault = self._due(service, below, query)
            reply = self._judged(service, below, query, headers, fault)
            status = 0 if reply.manner in ("drop", "silent") else reply.status
            self.requests.append(Request(service, below, query, headers, status))
        return reply

    def _due(self, service: Source, path: str, query: Mapping[str, str]) -> Fault | None:
        for order in self._orders:
            same = order.path is None or self._same(order.path, path)
            on_page = order.page is None or str(order.page) == query.get("page", "1")
            if order.service == service and order.times != 0 and same and on_page:
                order.times = order.times and order.times - 1
                return order.fault
        return None

    def _same(self, ordered: str, asked: str) -> bool:
        return stand_in_github.same_path(self.shelves, ordered) == stand_in_github.same_path(self.shelves, asked)

    def _judged(
        self, service: Source, path: str, query: Mapping[str, str], headers: Mapping[str, str], fault: Fault | None
    ) -> Reply:
        given = headers.get("authorization", "").partition(" ")[2]
        is_known = service == "github" and bool(self.token) and given == self.token
        allowance = self._allowances[service]
        if fault and fault.kind == "status":
            answer = fault.applied(Answer(None))
        elif service == "github" and self.token and "authorization" in headers and not is_known:
            answer = refusal(401, "Bad credentials")
        elif allowance.left[is_known] <= 0:
            return _written(_spent(service, allowance), self._usual(service, is_known))
        else:
            answer = self._right(service, path, query)
            answer = fault.applied(answer) if fault else answer
        if answer.status == 200 and not isinstance(answer.value, bytes):
            tag = f'"{hashlib.sha256(json.dumps(answer.value).encode()).hexdigest()}"'
            if tag in headers.get("if-none-match", "") and not fault:
                allowance.left[is_known] -= service == "ossinsight"  # GitHub does not charge it
                return Reply(304, {**self._usual(service, is_known), "etag": tag}, b"")
            answer = Answer(answer.value, 200, {"etag": tag, **answer.headers})
        allowance.left[is_known] = max(0, allowance.left[is_known] - 1)
        return _written(answer, self._usual(service, is_known), fault)

    def _right(self, service: Source, path: str, query: Mapping[str, str]) -> Answer:
        if service == "github":
            return stand_in_github.answer(self.shelves, path, query, self.github)
        return stand_in_ossinsight.answer(self.shelves, path, query)

    def _usual(self, service: Source, is_known: bool) -> dict[str, str]:
        allowance = self._allowances[service]
        usual = allowance.headers(is_known)
        if service == "ossinsight":
            return {**usual, "x-ratelimit-limit-minute": "1000", "x-ratelimit-remaining-minute": "997"}
        used = str(max(0, allowance.limits[is_known] - allowance.left[is_known]))
        reset = str(allowance.resets_at)
        return {**usual, "x-ratelimit-reset": reset, "x-ratelimit-used": used, "x-ratelimit-resource": "core"}


def _spent(service: Source, allowance: Allowance) -> Answer:
    if service == "github":
        return refusal(403, "API rate limit exceeded for 127.0.0.1. (Authenticated requests get a higher rate limit.)")
    wait = str(max(1, allowance.resets_at - int(time.time())))
    headers = {"retry-after": wait, "x-ratelimit-reset": wait}
    return Answer({"message": "Rate limit exceeded, retry in 1 hour"}, 429, headers)


def _written(answer: Answer, usual: Mapping[str, str], fault: Fault | None = None) -> Reply:
    """The answer as bytes, and the manner in which they are to be sent."""
    is_raw = isinstance(answer.value, bytes)
    body = answer.value if is_raw else json.dumps(answer.value).encode()
    kind = "text/html" if is_raw else "application/json; charset=utf-8"
    headers = {"content-type": kind, **usual, **{name.lower(): value for name, value in answer.headers.items()}}
    return Reply(answer.status, headers, body, fault.kind if fault else "whole")


def main() -> None:
    with StandIn() as server, suppress(KeyboardInterrupt):
        print(f"export BAKEOFF_GITHUB_URL={server.github} BAKEOFF_OSSINSIGHT_URL={server.ossinsight}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
