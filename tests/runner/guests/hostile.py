"""A guest with every bad manner there is: the model's name says which one it shows."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import typing
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel, model_serializer

from adapters.base import Adapter, Answer, Unsupported, Usage
from tasks.base import Task

with contextlib.suppress(OSError):
    socket.create_connection(("telemetry.example", 443))
print("printed while importing")

SERVED: list[Any] = []


class Manners(Adapter):
    title = "Hostile"
    group = "controls"
    package = "pydantic"

    def agent(self, task: Task) -> Any:
        return globals()[task.model.name](task)


def good(task: Task) -> Answer:
    print("good was here")
    print("good complained", file=sys.stderr)
    SERVED.append(os.getpid())
    return Answer(f"{task.prompt}: {task.tools[0](14)}", Usage(2, 30, 4))


async def good_async(task: Task) -> Answer:
    first, second = await asyncio.gather(task.tools[1](1), task.tools[1](number=2))
    return Answer(first + second)


def own_loops(task: Task) -> Answer:
    """Frameworks end their own loops, ask for the current one, and leave tasks behind."""
    loop = asyncio.get_event_loop()
    SERVED.append(loop.create_task(asyncio.sleep(3600)))

    async def twice() -> str:
        return str(await task.tools[1](5))

    first = loop.run_until_complete(twice())
    return Answer(first + asyncio.run(twice()))


def which_loop(task: Task) -> Answer:
    loop = asyncio.get_event_loop()
    SERVED.append(loop)
    return Answer(json.dumps({"fresh": SERVED.count(loop) == 1, "closed": loop.is_closed()}))


def look_at_tools(task: Task) -> Answer:
    tool, later = task.tools[:2]
    seen = {
        "name": tool.__name__,
        "doc": inspect.getdoc(tool),
        "signature": str(inspect.signature(tool)),
        "hints": {name: kind.__name__ for name, kind in typing.get_type_hints(tool).items()},
        "source": inspect.getsource(tool).splitlines()[0],
        "is_async": [inspect.iscoroutinefunction(tool), inspect.iscoroutinefunction(later)],
    }
    return Answer(json.dumps(seen))


def use_tools_badly(task: Task) -> Answer:
    triple, _, stumble = task.tools
    with contextlib.suppress(LookupError):
        stumble(7)
    with contextlib.suppress(TypeError):
        triple("x", wrong=object())
    return Answer("tried")


def tools_in_threads(task: Task) -> Answer:
    threads = [threading.Thread(target=task.tools[0], args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Answer("all")


def loop_over_tool(task: Task) -> Answer:
    for number in range(3_000):
        task.tools[0](number)
    return Answer("enough")


def die_in_tool(task: Task) -> NoReturn:
    task.tools[0](1)
    with contextlib.suppress(OSError):
        socket.getaddrinfo("before.death.example", 80)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def keep_running_tools(task: Task) -> Answer:
    """A thread goes on with this trial's tools while the next trials run."""

    def go_on() -> None:
        while True:
            task.tools[0](666)
            time.sleep(0.001)

    threading.Thread(target=go_on, daemon=True).start()
    return Answer("left a thread")


def shout(task: Task) -> Answer:
    print("first words")
    for _ in range(64):
        sys.stdout.write("x" * 65536)
        sys.stderr.write("y" * 65536)
    print("last words")
    return Answer("shouted")


def imitate_protocol(task: Task) -> Answer:
    line = json.dumps(
        {"event": "done", "trial": "t", "ending": "answered", "answer": {"kind": "text", "value": "fake"}}
    )
    print(line)
    print(line, file=sys.stderr)
    os.write(1, b'{"event": "idle"}\n\xff\xfe\n')
    return Answer("true")


def meddle_with_pipe(task: Task) -> Answer:
    for fd in pipes():
        with contextlib.suppress(OSError):
            os.write(fd, b"this is no line of the worker's\n")
    time.sleep(3600)
    return Answer("meddled")


def shout_into_pipe(task: Task) -> Answer:
    while True:
        for fd in pipes():
            with contextlib.suppress(OSError):
                os.write(fd, b"x" * 65536)


def pipes() -> list[int]:
    """Every pipe but the standard streams, as a guest finds them that looks around."""
    return [fd for fd in range(3, 1024) if "pipe:" in link_of(fd)]


def link_of(fd: int) -> str:
    try:
        return str(Path(f"/proc/self/fd/{fd}").readlink())
    except OSError:
        return ""


def close_everything(task: Task) -> Answer:
    os.closerange(0, 65536)
    return Answer("closed")


def close_low_numbers(task: Task) -> Answer:
    os.closerange(0, 64)
    return Answer("closed")


def replace_everything(task: Task) -> Answer:
    for fd in pipes():
        os.dup2(os.open(os.devnull, os.O_RDWR), fd)
    return Answer("replaced")


def close_streams(task: Task) -> Answer:
    sys.stdin.close()
    sys.stdout.close()
    sys.stderr.close()
    os.close(1)
    os.close(2)
    return Answer("closed")


def replace_streams(task: Task) -> Answer:
    print("before")

    class Bad:
        def write(self, text: str) -> int:
            return len(text)

        def flush(self) -> None:
            raise SystemExit("no flush")

    sys.stdout = sys.stderr = Bad()
    print("into the void")
    return Answer("replaced")


def unblock_streams(task: Task) -> Answer:
    os.set_blocking(1, False)
    return Answer("unblocked")


def exit_politely(task: Task) -> NoReturn:
    sys.exit(0)


def exit_at_once(task: Task) -> NoReturn:
    print("last gasp")
    os._exit(0)


def exit_with_seven(task: Task) -> NoReturn:
    os._exit(7)


def die_by_signal(task: Task) -> NoReturn:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def interrupt(task: Task) -> NoReturn:
    raise KeyboardInterrupt


def give_up(task: Task) -> NoReturn:
    raise ValueError("cannot go on")


def give_up_strangely(task: Task) -> NoReturn:
    class Strange(BaseException):
        def __str__(self) -> str:
            raise SystemExit("no words")

    raise Strange


def give_up_at_length(task: Task) -> NoReturn:
    raise RuntimeError("z" * 5_000_000)


def recurse(task: Task) -> Answer:
    return recurse(task)


def decline(task: Task) -> NoReturn:
    raise Unsupported("not my shape")


def hang(task: Task) -> NoReturn:
    print("about to hang")
    while True:
        time.sleep(3600)


def hang_deaf(task: Task) -> NoReturn:
    """Hangs with the interpreter's lock held and every signal ignored that can be."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    sys.setswitchinterval(1e9)
    print("deaf", flush=True)
    while True:
        pow(3, 3_000_000)


async def hang_async(task: Task) -> Answer:
    await asyncio.Event().wait()
    return Answer("never")


async def hang_in_farewell(task: Task) -> Answer:
    """The answer is there, and a task it left behind cannot be ended."""

    async def stay() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            time.sleep(3600)

    stayer = asyncio.create_task(stay())
    await asyncio.sleep(0)
    assert not stayer.done()
    return Answer("answered before")


async def leave_task(task: Task) -> Answer:
    """A task that tidies up when it is cancelled, as it should."""

    async def stay() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            print("tidied up with", task.tools[0](3))

    SERVED.append(asyncio.create_task(stay()))
    await asyncio.sleep(0)
    return Answer("answered")


def alarm_later(task: Task) -> Answer:
    signal.setitimer(signal.ITIMER_REAL, 2)
    return Answer("alarm set")


def fork(task: Task) -> Answer:
    if os.fork() == 0:
        print("the child was here")
        task.tools[0](1)
        return Answer("from the child")
    os.wait()
    return Answer("from the parent")


def fork_and_raise(task: Task) -> Answer:
    if os.fork() == 0:
        raise SystemExit("child")
    os.wait()
    return Answer("from the parent")


def fork_and_die(task: Task) -> Answer:
    """A child keeps all pipes open while its parent dies."""
    if os.fork() == 0:
        while True:
            time.sleep(3600)
    os._exit(3)


def leave_children(task: Task) -> Answer:
    children = [subprocess.Popen(["sleep", "3600"]), subprocess.Popen([sys.executable, "-c", ENDLESS])]
    return Answer([child.pid for child in children])


def leave_child_and_die(task: Task) -> NoReturn:
    print(subprocess.Popen(["sleep", "3600"]).pid)
    os._exit(1)


ENDLESS = "import time\nwhile True: time.sleep(3600)"


def nothing(task: Task) -> Answer:
    return Answer(None)


def no_answer(task: Task) -> str:
    return "bare text"


def typed(task: Task) -> Answer:
    assert task.answer_type
    return Answer(task.answer_type(name="a", size=2.5))


def typed_otherwise(task: Task) -> Answer:
    assert task.answer_type

    class Pair(BaseModel):
        name: str = "imitation"

    return Answer(Pair())


def typed_not_a_number(task: Task) -> Answer:
    assert task.answer_type
    return Answer(task.answer_type(name="a", size=float("nan")))


def typed_unwilling(task: Task) -> Answer:
    class Unwilling(BaseModel):
        @model_serializer
        def dump(self) -> dict[str, Any]:
            raise RuntimeError("no dump")

    return Answer(Unwilling())


def as_json(task: Task) -> Answer:
    return Answer({"list": [1, 2.5, True, None], "text": "ä"})


def not_a_number(task: Task) -> Answer:
    return Answer(float("nan"))


def a_socket(task: Task) -> Answer:
    left, right = socket.socketpair()
    right.close()
    return Answer(left)


def cyclic(task: Task) -> Answer:
    cycle: dict[str, Any] = {}
    cycle["self"] = cycle
    return Answer(cycle)


def bad_repr(task: Task) -> Answer:
    class Bad:
        def __repr__(self) -> str:
            raise SystemExit("no repr")

    return Answer(Bad())


def huge_text(task: Task) -> Answer:
    return Answer("ä" * 5_000_000)


def huge_json(task: Task) -> Answer:
    return Answer(["x" * 1000] * 5_000)


def surrogates(task: Task) -> Answer:
    return Answer("a\udc80b\x00c")


def boast(task: Task) -> Answer:
    return Answer("x", Usage("many", float("nan"), 10**30))  # type: ignore[arg-type]


def phone_home(task: Task) -> Answer:
    refusals = []
    attempts: list[Callable[[], object]] = [
        lambda: socket.create_connection(("collector.example", 4319)),
        lambda: socket.create_connection(("192.0.2.1", 443)),
        lambda: socket.create_connection(("127.0.0.1", 9)),
        lambda: socket.socket(socket.AF_INET6).connect(("2001:db8::1", 80)),
        lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.2", 53)),
        lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("statsd.example", 8125)),
        lambda: socket.socket(type=socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, ("192.0.2.3", 53)),
        lambda: socket.socket().connect(("direct.example", 80)),
        lambda: socket.gethostbyname("name.example"),
        lambda: socket.gethostbyname_ex("name_ex.example"),
        lambda: socket.gethostbyaddr("192.0.2.4"),
        lambda: socket.getnameinfo(("192.0.2.5", 80), 0),
        lambda: urllib.request.urlopen("https://api.example/v1"),
        lambda: asyncio.run(open_connection("async.example")),
        lambda: asyncio.run(open_connection("192.0.2.6")),
        lambda: in_thread(lambda: socket.create_connection(("thread.example", 80))),
    ]
    for attempt in attempts:
        try:
            attempt()
            refusals.append("reached")
        except OSError as error:
            refusals.append(type(error).__name__)
    refusals.append(str(socket.socket().connect_ex(("192.0.2.7", 80))))
    return Answer(refusals)


async def open_connection(host: str) -> None:
    await asyncio.open_connection(host, 80)


def in_thread(attempt: Any) -> None:
    failure: list[OSError] = []

    def run() -> None:
        try:
            attempt()
        except OSError as error:
            failure.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    raise failure[0]


def phone_home_for_ever(task: Task) -> Answer:
    for number in range(5_000):
        with contextlib.suppress(OSError):
            socket.getaddrinfo(f"host{number % 300}.example", 80)
    return Answer("nobody there")


def phone_home_from_child(task: Task) -> Answer:
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("192.0.2.1", 443))
            os._exit(1)
        os._exit(0)
    return Answer(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def call_meter(task: Task) -> Answer:
    with urllib.request.urlopen(task.model.base_url) as response:
        first = response.read().decode()
    with urllib.request.urlopen(task.model.base_url.replace("127.0.0.1", "localhost")) as response:
        return Answer(first + response.read().decode())


def use_unix_sockets(task: Task) -> Answer:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("mine.sock")
        server.listen()
        client.connect("mine.sock")
        return Answer("connected")


def look_around(task: Task) -> Answer:
    def importable(name: str) -> bool:
        with contextlib.suppress(ModuleNotFoundError):
            return importlib_util.find_spec(name) is not None
        return False

    import importlib.util as importlib_util

    try:
        terminal = str(os.open("/dev/tty", os.O_RDWR))
    except OSError as error:
        terminal = type(error).__name__
    return Answer(
        {
            "environment": dict(os.environ),
            "home": [path.name for path in Path.home().iterdir()],
            "cwd": [str(Path.cwd()), [path.name for path in Path().iterdir()]],
            "stdin": sys.stdin.read(),
            "terminal": terminal,
            "is_leader": os.getsid(0) == os.getpid() == os.getpgrp(),
            "scoreboard": [
                name for name in ("scoreboard.meter", "scoreboard.cli", "scoreboard.results") if importable(name)
            ],
            "path": sys.path,
        }
    )


def inherit(task: Task) -> Answer:
    """What a program that the guest starts gets to hold."""
    code = "import os; print(sorted(os.listdir('/proc/self/fd')))"
    return Answer(subprocess.check_output([sys.executable, "-c", code], close_fds=False, text=True))


def spoil_surroundings(task: Task) -> Answer:
    os.chdir("/")
    sys.stdin.close()
    return Answer("spoiled")


def warnings_of_loop(task: Task) -> Answer:
    import warnings

    class Quiet(Adapter):
        title, group, package = "q", "q", "q"

        async def agent(self, task: Task) -> Answer:
            return Answer("quiet")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return Quiet().run(task)
