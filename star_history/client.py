"""The one way out: a session that is patient where that helps, and counts every request against the allowance."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import requests
import urllib3

from star_history.allowance import Allowance
from star_history.answer import Answer
from star_history.errors import LATER, LimitReached, Refused, StarError, Unanswered, Unreachable

LARGEST_BYTES = 20_000_000
CONNECT_S = 10.0
WRAPPED = re.compile(r"status code (4\d\d)")  # OSS Insight may wrap another service's answer in a 500
CHANCE = secrets.SystemRandom()
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
    sleep: Callable[[float], None] = time.sleep


class _Again(Exception):
    """This may be different the next time."""

    def __init__(self, error: StarError, wait_s: float | None = None, what: str = "") -> None:
        super().__init__(what or str(error))
        self.error, self.wait_s = error, wait_s


class _Session(requests.Session):
    """Nothing goes along but what we give it: a ~/.netrc would send its password, first or on a redirect."""

    def __init__(self) -> None:
        super().__init__()
        self.max_redirects = 5
        self.auth = _nothing

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """What we gave goes no further than the host it was meant for."""
        if self.should_strip_auth(response.request.url, prepared_request.url):  # type: ignore[no-untyped-call]
            prepared_request.headers.pop("Authorization", None)


def _nothing(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


@dataclass
class Client:
    """Asks one source."""

    base: str
    allowance: Allowance
    patience: Patience
    say: Callable[[str], None]
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._session = _Session()
        self._session.headers.update({"User-Agent": "bakeoff-stars", "Accept": "application/json", **self.headers})

    @property
    def origin(self) -> str:
        """The host, and a port where it is not the usual one."""
        return urlsplit(self.base).netloc.rpartition("@")[2] or self.base

    def get(self, path: str, etag: str = "", **parameters: str) -> Answer:
        """The answer to a question, after as many tries as make sense."""
        asking_s = 0.0
        for number in range(1, self.patience.tries + 1):
            self.allowance.ask()
            if pause_s := self.allowance.pause_s:
                self.patience.sleep(pause_s)
            began = time.monotonic()
            try:
                return self._once(path, etag, parameters)
            except _Again as again:
                asking_s += time.monotonic() - began
                if number == self.patience.tries or asking_s > 2 * self.patience.answer_s:
                    raise again.error from again
                pause_s = self._pause_s(again, number)
                self.say(f"{self.allowance.name}: {again} Trying again in {pause_s:.0f} s.")
                self.patience.sleep(pause_s)
        raise AssertionError("a try either returns or raises")

    def _pause_s(self, again: _Again, number: int) -> float:
        """What the source asks for, plus a little so that not all come back at once; else longer each time."""
        grown = CHANCE.uniform(0, self.patience.pause_s * 2**number)
        if again.wait_s is None:
            return grown
        if again.wait_s > self.patience.wait_s:
            is_limit = isinstance(again.error, LimitReached)
            until = self.allowance.clock() + timedelta(seconds=again.wait_s)
            raise self.allowance.reached(until) if is_limit else again.error
        return again.wait_s + min(1.0, grown)

    def _once(self, path: str, etag: str, parameters: Mapping[str, str]) -> Answer:
        answer = self._asked(f"{self.base}{path}", {"If-None-Match": etag} if etag else {}, parameters)
        status = answer.status
        if status == 500 and (wrapped := WRAPPED.search(answer.message)):
            status = int(wrapped[1])
        if status == 429 or (status == 403 and answer.is_limit):
            now = self.allowance.clock()
            wait_s = answer.wait_s(now)
            limit = self.allowance.reached(now + timedelta(seconds=wait_s))
            raise _Again(limit, wait_s, f"it asks us to wait ({status}{answer.quoted}).")
        if status >= 500:
            refused = Refused(f"{self.origin} answered {answer.status}{answer.quoted}. {LATER}")
            raise _Again(refused, answer.asked_s(self.allowance.clock()))
        if status == 401 and "Authorization" in self.headers:
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
            if error.response is not None:
                self.allowance.count(error.response.headers, 1 + len(error.response.history))
            raise Refused(f"{self.origin} sends us round in circles. {LATER}") from error
        except (requests.exceptions.InvalidHeader, UnicodeEncodeError):  # whose message would show the key
            raise Refused("GITHUB_TOKEN holds characters that no key has: correct it, or unset it.") from None
        except _NO_ADDRESS as error:
            message = f"{self.origin} is no address that can be asked. Correct it, or unset the variable that names it."
            raise Unanswered(message) from error
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise _Again(self._silence()) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _Again(
                Unreachable(f"{self.origin} cannot be reached: {_reason(error)}. Is there a network? {LATER}")
            ) from error

    def _body(self, response: requests.Response, deadline: float) -> bytes:
        body = bytearray()
        while piece := response.raw.read1(65_536, decode_content=True):
            body += piece
            if len(body) > LARGEST_BYTES:
                most = f"more than {LARGEST_BYTES // 1_000_000} MB"
                raise Refused(f"{self.origin} sends {most}: no star history. {LATER}")
            if time.monotonic() > deadline:
                raise _Again(self._silence())
        return bytes(body)

    def _silence(self) -> Unanswered:
        limit = f"{self.patience.answer_s:g} s"
        return Unanswered(f"{self.origin} gave no whole answer within {limit}. Ask again, with a longer --timeout.")


def _reason(error: Exception) -> str:
    """The innermost cause, which is the one that says something."""
    cause: BaseException = error
    while inner := cause.__cause__ or cause.__context__:
        cause = inner
    return str(getattr(cause, "strerror", None) or cause or type(cause).__name__)
