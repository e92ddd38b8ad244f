"""The pages of a store that may still grow: made anew when it has news, one at a time, the last good ones kept."""

from __future__ import annotations

import asyncio
import hashlib
import math
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Protocol, TypeVar

from scoreboard.errors import BakeoffError
from scoreboard.report.site.watch import Mark, Pulse, look

T = TypeVar("T")
INDEX = "index.html"
POLL_S = 1.0
SHORTEST_PAUSE_S = 2.0  # between two renderings
PAUSES = 3.0  # of the time the last one took, while a run is going: it measures times on the same machine
MOST_KEPT = 64  # pages in memory


class Pages(Protocol):
    """What a site gives by its path, "index.html" first; None where there is no such page."""

    def page(self, path: str) -> bytes | None: ...


@dataclass(frozen=True)
class Edition:
    """All pages of one state of the store."""

    state: str
    mark: Mark
    pages: Pages
    kept: dict[str, bytes | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Status:
    """What browsers are told of it; `state` names the edition that they get when they ask."""

    state: str = ""
    trials: int = 0
    running: bool = False
    newest: str = ""
    newest_at: str = ""
    trouble: str = ""  # why there is no newer edition, in words


class Following:
    """`make` makes the pages of the store as it is, for a state by that name; it may take seconds, and may fail.

    `label` is what else the pages depend on: what of the store was asked for.
    """

    def __init__(self, home: Path, make: Callable[[str], Pages], label: str = "") -> None:
        self._home = home
        self._make = make
        self._label = label
        self._pulse: Pulse | None = None
        self._edition: Edition | None = None
        self._unread = ""  # why the store cannot be read
        self._unmade = ""  # why the pages cannot be made
        self._ended_s = -math.inf  # the last rendering
        self._took_s = 0.0
        self._turn = asyncio.Lock()
        self.listeners = 0
        self.news = asyncio.Event()  # set when the status changes; another one waits for the next change

    @property
    def status(self) -> Status:
        state, trouble = self._edition.state if self._edition else "", self._unread or self._unmade
        if self._pulse is None:
            return Status(state, trouble=trouble)
        pulse = self._pulse
        return Status(state, pulse.trials, pulse.is_running, pulse.newest, pulse.newest_at, trouble)

    async def follow(self) -> None:
        """Looks for news for ever; nothing is rendered while nobody looks."""
        told = self.status
        while True:
            await self.look()
            if self.listeners:
                await self._renew()
            if self.status != told:
                told, news, self.news = self.status, self.news, asyncio.Event()
                news.set()
            await asyncio.sleep(POLL_S)

    async def page(self, path: str) -> tuple[bytes | None, Status]:
        """A page of the newest edition. None where there is no such page, or no edition yet."""
        await self.look()
        await self._renew()
        async with self._turn:
            edition = self._edition
            if edition is None:
                return None, self.status
            if path not in edition.kept:
                made = await aside(lambda: edition.pages.page(path))
                if len(edition.kept) >= MOST_KEPT:
                    del edition.kept[next(name for name in edition.kept if name != INDEX)]
                edition.kept[path] = made
            return edition.kept[path], self.status

    async def look(self) -> None:
        """Takes the pulse; what goes wrong becomes part of the status."""
        try:
            self._pulse, self._unread = await aside(lambda: look(self._home)), ""
        except Exception as error:  # noqa: BLE001 - whatever befalls the store, the last good page stays
            self._unread = _in_words(error)

    async def _renew(self) -> None:
        async with self._turn:
            mark = self._pulse.mark if self._pulse else ()
            is_new = self._edition is None or self._edition.mark != mark
            if self._unread or not is_new or time.monotonic() < self._ended_s + self._pause_s():
                return
            began_s = time.monotonic()
            try:
                self._edition, self._unmade = await aside(lambda: self._made(mark)), ""
            except Exception as error:  # noqa: BLE001 - as above
                self._unmade = _in_words(error)
            self._ended_s = time.monotonic()
            self._took_s = self._ended_s - began_s

    def _pause_s(self) -> float:
        is_running = self._pulse is not None and self._pulse.is_running
        return max(SHORTEST_PAUSE_S, PAUSES * self._took_s) if is_running else SHORTEST_PAUSE_S

    def _made(self, mark: Mark) -> Edition:
        state = hashlib.sha256(repr((self._home, self._label, mark)).encode()).hexdigest()[:16]
        pages = self._make(state)
        return Edition(state, mark, pages, {INDEX: pages.page(INDEX)})


async def aside(work: Callable[[], T]) -> T:
    """Works in a thread that keeps nobody from leaving: who stops the server does not wait for a page."""
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as error:  # noqa: BLE001 - raised again where it is awaited
            done.set_exception(error)

    Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(done)


def _in_words(error: Exception) -> str:
    if isinstance(error, BakeoffError):
        return str(error)
    return f"The page could not be made ({type(error).__name__}: {error})."
