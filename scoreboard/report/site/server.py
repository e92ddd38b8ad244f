"""`bakeoff view`: the site on this machine alone, which follows a run that is still going."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import re
import signal
import socket
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread

import click
from aiohttp import web
from markupsafe import Markup

import scoreboard
from scoreboard.errors import StoreError, UsageError
from scoreboard.report.site.following import INDEX, Following, Pages
from scoreboard.report.site.pages import TEMPLATES, policy, render, style
from scoreboard.report.summary import Selection
from scoreboard.results.store import Store

HOST = "127.0.0.1"
PORT = 8400  # unless another is asked for; where it is taken, one of those behind it
TRIED = 100
HEARTBEAT_S = 15.0  # to notice browsers that are gone
LIVE = "/live"
PATH = re.compile(r"/(?!\.)[\w-][\w.-]*(/(?!\.)[\w-][\w.-]*)*", re.ASCII)
KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".csv": "text/csv",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".js": "text/javascript",
}
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True)
class Manner:
    """How to serve: `port` as it was asked for, None for the first that is free."""

    port: int | None = None
    opens_browser: bool = True


def live_script(state: str) -> str:
    """What only served pages have: which edition they are of, and how to follow the next ones."""
    follow = (TEMPLATES / "live" / "view.js").read_text(encoding="utf-8")
    return f"document.documentElement.dataset.edition = {json.dumps(state)};\n{follow}"


def view(home: Path, selection: Selection, make: Callable[[str], Pages], manner: Manner) -> int:
    """Serves until somebody stops it, which is how it ends well. UsageError where a name or the port will not do."""
    _check_names(home, selection)
    listener = _listener(manner.port)
    address = f"http://{HOST}:{listener.getsockname()[1]}/"
    following = Following(home, make, f"{scoreboard.__version__} {selection}")
    with contextlib.suppress(OSError):
        os.nice(10)  # a run that is going measures times on this machine
    click.echo(address)
    click.echo(f"Following {home}. Ctrl-C ends it.", err=True)
    if manner.opens_browser and sys.stdout.isatty():
        Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(Viewer(following).serve(listener))
    click.echo("Stopped.", err=True)
    return 0


def _check_names(home: Path, selection: Selection) -> None:
    """A misspelt name is told at once; a model that nothing is measured with may still come."""
    stored = []
    with contextlib.suppress(StoreError), contextlib.closing(Store.open(home, read_only=True)) as store:
        stored = store.rows()
    Selection(selection.frameworks, selection.tasks, None, selection.variants, selection.faults).of(stored)


def _listener(port: int | None) -> socket.socket:
    """A socket on loopback."""
    for candidate in (port,) if port is not None else (*range(PORT, PORT + TRIED), 0):
        try:
            return socket.create_server((HOST, candidate))
        except OSError as error:
            if port is None and error.errno == errno.EADDRINUSE:
                continue
            why = "is taken by another program" if error.errno == errno.EADDRINUSE else f"is refused ({error.strerror})"
            raise UsageError(f"Port {candidate} {why}. Choose another with --port, or leave it out.") from None
    raise UsageError("No port is free.")


class Viewer:
    """Answers whoever asks on this machine, by this machine's name: no other site's page may read along."""

    def __init__(self, following: Following) -> None:
        self._following = following
        self._is_ending = False
        self._hosts: set[str] = set()

    async def serve(self, listener: socket.socket) -> None:
        """Until SIGINT or SIGTERM."""
        port = listener.getsockname()[1]
        self._hosts = {f"{name}:{port}" for name in (HOST, "localhost")} | (
            {HOST, "localhost"} if port == 80 else set()
        )
        runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await self._following.look()
        await runner.setup()
        await web.SockSite(runner, listener).start()
        end = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, end.set)
        follower = asyncio.create_task(self._following.follow())
        await end.wait()
        self._is_ending = True
        follower.cancel()
        self._following.news.set()
        await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        asked = [host.lower() for host in request.headers.getall("Host", [])]
        if len(asked) != 1 or asked[0] not in self._hosts:
            return _plain(403, "This page is served to this machine only, under the address that bakeoff view printed.")
        if request.method not in ("GET", "HEAD"):
            return _plain(405, "Nothing can be changed here.", Allow="GET, HEAD")
        if request.path == LIVE:
            return await self._live(request)
        path = "/" + INDEX if request.path == "/" else request.path
        if not PATH.fullmatch(path):
            return _plain(404, "There is no such page.")
        return await self._page(path.removeprefix("/"))

    async def _page(self, path: str) -> web.Response:
        try:
            body, status = await self._following.page(path)
        except Exception as error:  # noqa: BLE001 - one page that cannot be made must not end the others
            click.echo(f"bakeoff: {path} could not be made: {type(error).__name__}: {error}", err=True)
            return _plain(500, f"This page could not be made ({type(error).__name__}: {error}).")
        if body is None and not status.state:
            words = status.trouble or "Nothing is measured yet; run `bakeoff run`."
            return _plain(200 if path == INDEX else 404, words, is_waiting=True)
        if body is None:
            return _plain(404, "There is no such page: the scoreboard may have changed since the link was made.")
        kind = KINDS.get(Path(path).suffix, "text/plain")
        headers = {**HEADERS, "ETag": f'"{status.state}"'}
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)

    async def _live(self, request: web.BaseRequest) -> web.StreamResponse:
        """Server-sent events: the status at once, and whenever it changes."""
        headers = {**HEADERS, "Content-Type": "text/event-stream; charset=utf-8"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        self._following.listeners += request.method == "GET"
        try:
            told = None
            while request.method == "GET" and not self._is_ending:
                news, status = self._following.news, self._following.status
                event = f"data: {json.dumps(asdict(status))}\n\n" if status != told else ":\n\n"
                await response.write(event.encode())
                told = status
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), HEARTBEAT_S)
        except ConnectionError:
            pass  # the browser went away
        finally:
            self._following.listeners -= request.method == "GET"
        return response


def _plain(status: int, words: str, *, is_waiting: bool = False, **headers: str) -> web.Response:
    """A page without figures, in words; one that waits follows, and gives way to the scoreboard."""
    live = live_script("") if is_waiting else ""
    text = render(
        "live/plain.html.jinja",
        words=words,
        is_waiting=is_waiting,
        policy=policy(live, connects=True) if live else policy(),
        style=Markup(style()),  # noqa: S704 - our own files
        live=Markup(live),  # noqa: S704
    )
    return web.Response(status=status, text=text, content_type="text/html", headers={**HEADERS, **headers})
