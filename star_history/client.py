"""The one way out: a session that is patient where that helps, and counts every request against the allowance."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from star_history.allowance import Allowance, reset_moment
from star_history.errors import Refused, StarError, Unanswered

LARGEST_BYTES = 20_000_000
CONNECT_S = 10.0
WRAPPED = re.compile(r"status code (4\d\d)")  # OSS Insight may wrap another service's answer in a 500
CHANCE = secrets.SystemRandom()
NO_WORD_S = 60.0  # what GitHub's documentation says to wait where an answer says nothing
_NO_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


@dataclass(frozen=True)
class Patience:
    """How long to wait for an answer, and how long a source may make us wait."""

    answer_s: float = 30.0  # for a whole answer, its body included
    wait_s: float = 60.0  # the longest wait a source may ask for
    tries: int = 4
    pause_s: float = 0.5  # the first pause; each further one is up to twice as long


@dataclass(frozen=True)
class Answer:
    """What came back: 200, 304, or a 4xx that no repetition would change."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    has_next: bool | None = None  # whether its Link header names a next page; None without one

    @property
    def etag(self) -> str:
        return self.headers.get("etag", "")


class _Again(Exception):
    """This may be different the next time."""

    def __init__(self, error: StarError, wait_s: float | None = None, what: str = "") -> None:
        super().__init__(what or str(error))
        self.error, self.wait_s = error, wait_s


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Given as the session's auth: a ~/.netrc would otherwise send its password along."""
    return request


@dataclass
class Client:
    """Asks one source."""

    base: str
    allowance: Allowance
    patience: Patience
    say: Callable[[str], None]
    headers: Mapping[str, str] = field(default_factory=dict)
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self._session.max_redirects = 5
        self._session.auth = _no_netrc
        self._session.headers.update({"User-Agent": "bakeoff-stars", "Accept": "application/json", **self.headers})

    @property
    def origin(self) -> str:
        """The host, and a port where it is not the usual one."""
        return urlsplit(self.base).netloc.rpartition("@")[2] or self.base

    def get(self, path: str, etag: str = "", **parameters: str) -> Answer:
        """The answer to a question, after as many tries as make sense."""
        began = time.monotonic()
        for number in range(1, self.patience.tries + 1):
            self.allowance.ask()
            try:
                return self._once(path, etag, parameters)
            except _Again as again:
                late = time.monotonic() - began > 2 * self.patience.answer_s
                if number == self.patience.tries or late:
                    raise again.error from again
                pause_s = self._pause_s(again, number)
                self.say(f"{self.allowance.name}: {again} Trying again in {pause_s:.0f} s.")
                self.sleep(pause_s)
        raise AssertionError("a try either returns or raises")

    def _pause_s(self, again: _Again, number: int) -> float:
        """What the source asks for, plus a little so that not all come back at once; else longer each time."""
        grown = CHANCE.uniform(0, self.patience.pause_s * 2**number)
        if again.wait_s is None:
            return grown
        if again.wait_s > self.patience.wait_s:
            raise self.allowance.reached(datetime.now(UTC) + timedelta(seconds=again.wait_s))
        return again.wait_s + min(1.0, grown)

    def _once(self, path: str, etag: str, parameters: Mapping[str, str]) -> Answer:
        answer = self._asked(f"{self.base}{path}", {"If-None-Match": etag} if etag else {}, parameters)
        status = answer.status
        if status == 500 and (wrapped := WRAPPED.search(_message(answer))):
            status = int(wrapped[1])
        if status == 429 or (status == 403 and _is_limited(answer)):
            wait_s = _wait_s(answer)
            limit = self.allowance.reached(datetime.now(UTC) + timedelta(seconds=wait_s))
            raise _Again(limit, wait_s, f"it asks us to wait ({status}{_quoted(answer)}).")
        if status >= 500:
            raise _Again(Refused(f"{self.origin} answered {answer.status}{_quoted(answer)}."))
        if status == 401:
            raise Refused(
                f"{self.origin} does not take the key in GITHUB_TOKEN (401). Renew it, or unset it to ask without."
            )
        return Answer(status, answer.body, answer.headers, answer.has_next)

    def _asked(self, url: str, headers: Mapping[str, str], parameters: Mapping[str, str]) -> Answer:
        """One request, its whole body within the time for an answer."""
        deadline = time.monotonic() + self.patience.answer_s
        patience = (min(CONNECT_S, self.patience.answer_s), self.patience.answer_s)
        try:
            with self._session.get(url, headers=headers, params=parameters, timeout=patience, stream=True) as response:
                self.allowance.count(response.headers, 1 + len(response.history))
                body = self._body(response, deadline)
                has_next = "next" in response.links if "link" in response.headers else None
                return Answer(response.status_code, body, response.headers, has_next)
        except requests.TooManyRedirects as error:
            raise Refused(f"{self.origin} sends us round in circles. Ask again later.") from error
        except _NO_ADDRESS as error:
            message = f"{self.base!r} is no address that can be asked; it should begin with https://."
            raise Unanswered(message) from error
        except requests.Timeout as error:
            raise _Again(self._silence()) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _Again(Unanswered(f"{self.origin} cannot be reached: {_reason(error)}.")) from error

    def _body(self, response: requests.Response, deadline: float) -> bytes:
        body = bytearray()
        while piece := response.raw.read1(65_536, decode_content=True):
            body += piece
            if len(body) > LARGEST_BYTES:
                raise Refused(f"{self.origin} sends more than {LARGEST_BYTES // 1_000_000} MB: no star history.")
            if time.monotonic() > deadline:
                raise _Again(self._silence())
        return bytes(body)

    def _silence(self) -> Unanswered:
        return Unanswered(f"{self.origin} gave no whole answer within {self.patience.answer_s:g} s (--timeout).")


def _is_limited(answer: Answer) -> bool:
    """A 403 that means "too much", not "forbidden"."""
    spent = answer.headers.get("x-ratelimit-remaining") == "0"
    return spent or "retry-after" in answer.headers or "rate limit" in _message(answer).lower()


def _wait_s(answer: Answer) -> float:
    """How long the source asks us to wait: retry-after, else until its limit is reset."""
    after, reset = answer.headers.get("retry-after", ""), answer.headers.get("x-ratelimit-reset", "")
    if after.isdecimal():
        return float(after)
    now = datetime.now(UTC)
    if answer.headers.get("x-ratelimit-remaining") == "0" and (until := reset_moment(reset, now)):
        return max(0.0, (until - now).total_seconds())
    return NO_WORD_S


def _message(answer: Answer) -> str:
    """What the body says of an error, if it says anything."""
    try:
        told: Any = json.loads(answer.body)
    except ValueError:
        return ""
    return str(told.get("message", "")) if isinstance(told, dict) else ""


def _quoted(answer: Answer) -> str:
    message = _message(answer)
    return f" ({message[:120]})" if message else ""


def _reason(error: Exception) -> str:
    """The innermost cause, which is the one that says something."""
    cause: BaseException = error
    while inner := cause.__cause__ or cause.__context__:
        cause = inner
    return str(getattr(cause, "strerror", None) or cause or type(cause).__name__)
