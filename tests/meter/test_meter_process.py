"""The meter as a process: it comes up, obeys several at once, keeps its mouth shut, and dies with its host."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from scoreboard.errors import MeterError
from scoreboard.meter.call import Call
from scoreboard.meter.model import ModelSpec
from scoreboard.meter.process import Meter
from scoreboard.runner.plan import Trial
from tests.meter.callers import Got, Guest, chat, responses, trial

SIM = ModelSpec("sim", "sim")
CHAT = "chat/completions"
ROOT = Path(__file__).parents[2]


def test_trials_are_served_and_recorded(capfd: pytest.CaptureFixture[str]) -> None:
    async def run() -> tuple[Trial, str, list[Got], list[Call]]:
        async with await Meter.start(SIM) as meter, aiohttp.ClientSession() as session:
            wanted = trial()
            url = await meter.open(wanted)
            guest = Guest(session, url)
            got = [await guest.post(CHAT, chat()), await guest.post("responses", responses(stream=True))]
            got.append(await guest.post(CHAT, b"\xff\x00 no json"))
            calls = await meter.close(url)
            got.append(await guest.post(CHAT, chat()))
            return wanted, url, got, calls

    wanted, url, got, calls = asyncio.run(run())
    assert f"/t/{wanted.id}-" in url
    assert [answer.status for answer in got] == [200, 200, 400, 401]
    assert [call.response_body for call in calls] == [answer.body for answer in got[:3]]
    assert calls[2].request_body == b"\xff\x00 no json"
    assert calls[1].chunks
    assert calls[0].input_tokens
    assert capfd.readouterr() == ("", "")


def test_several_tasks_may_use_it_at_once() -> None:
    async def run() -> list[list[Call]]:
        async with await Meter.start(SIM) as meter, aiohttp.ClientSession() as session:

            async def play(calls: int) -> list[Call]:
                url = await meter.open(trial())
                for _ in range(calls):
                    await Guest(session, url).post(CHAT, chat())
                return await meter.close(url)

            return await asyncio.gather(*map(play, range(12)))

    assert [len(calls) for calls in asyncio.run(run())] == list(range(12))


def test_megabytes_cross_the_control_socket() -> None:
    async def run() -> tuple[int, list[Call]]:
        async with await Meter.start(SIM) as meter, aiohttp.ClientSession() as session:
            url = await meter.open(trial())
            noise = os.urandom(3_000_000)
            await Guest(session, url).post(CHAT, noise)
            calls = await meter.close(url)
            return calls[0].request_body == noise, calls

    same, calls = asyncio.run(run())
    assert same
    assert calls[0].status == 400


def test_a_token_does_as_well_as_a_url_and_works_once() -> None:
    async def run() -> None:
        async with await Meter.start(SIM) as meter:
            url = await meter.open(trial())
            token = url.split("/")[-2]
            assert await meter.close(token) == []
            with pytest.raises(MeterError, match="close"):
                await meter.close(token)
            with pytest.raises(MeterError, match="open"):
                await meter.open(trial("no_such_task"))
            assert await meter.open(trial())

    asyncio.run(run())


def test_the_key_is_read_over_there_and_never_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "sk-only-the-meter-knows-0123"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    heard: list[bytes] = []

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        told = key.encode()
        writer.write(b"HTTP/1.1 401 No\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(told), told))
        await writer.drain()
        writer.close()

    async def run() -> tuple[Got, list[Call]]:
        server = await asyncio.start_server(provider, "127.0.0.1", 0)
        spec = ModelSpec("openai", "gpt", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
        async with server, await Meter.start(spec) as meter, aiohttp.ClientSession() as session:
            url = await meter.open(trial())
            return await Guest(session, url).post(CHAT, chat()), await meter.close(url)

    got, (call,) = asyncio.run(run())
    assert f"Bearer {key}".encode() in heard[0]
    assert (got.status, got.body) == (401, b"[key removed]")
    assert key not in f"{got}{call}"
    assert "401" in (call.provider_failure or "")


def test_a_meter_that_does_not_come_up_tells_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'no room for a meter' >&2\nexit 3\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(MeterError, match=r"exit status 3.*no room for a meter"):
        asyncio.run(Meter.start(SIM))


def test_a_meter_that_cannot_even_be_started_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(MeterError, match="could not be started"):
        asyncio.run(Meter.start(SIM))


def test_a_meter_that_dies_says_so_to_whoever_asks() -> None:
    async def run() -> None:
        async with await Meter.start(SIM) as meter:
            os.kill(meter.pid, signal.SIGSTOP)
            asking = asyncio.create_task(meter.open(trial()))
            await asyncio.sleep(0)
            os.kill(meter.pid, signal.SIGKILL)
            with pytest.raises(MeterError, match="died"):
                await asking
            with pytest.raises(MeterError, match="died"):
                await meter.open(trial())

    asyncio.run(run())


def test_ctrl_c_in_the_terminal_is_for_the_host_alone() -> None:
    async def run() -> tuple[int, int]:
        async with await Meter.start(SIM) as meter:
            return os.getsid(meter.pid), meter.pid

    session, pid = asyncio.run(run())
    assert session == pid


HOST = """
import asyncio
from scoreboard.meter.model import ModelSpec
from scoreboard.meter.process import Meter

async def main():
    meter = await Meter.start(ModelSpec("sim", "sim"))
    print(meter.port, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def test_it_dies_with_its_host() -> None:
    with subprocess.Popen([sys.executable, "-c", HOST], stdout=subprocess.PIPE, text=True, cwd=ROOT) as host:
        assert host.stdout is not None
        port = int(host.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)) as witness:
            host.kill()
            assert witness.recv(1) == b"", "the system closes its connections when it is gone"


def test_the_host_loads_neither_the_server_nor_the_tokenizer() -> None:
    code = "import scoreboard.meter.process, sys; print({'aiohttp', 'bpe_openai'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "set()"
