"""A client that costs next to nothing: raw sockets, kept alive, in a process of its own. One JSON order in."""

from __future__ import annotations

import asyncio
import json
import socket
import statistics
import sys
import time
from functools import partial
from typing import Any

Address = tuple[str, int]


def raw_request(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\nAuthorization: Bearer none\r\nUser-Agent: hammer\r\n\r\n".encode() + body


def is_whole(answer: bytes | bytearray) -> bool:
    """Whether a response has arrived to its last byte."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    if not gap:
        return False
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"The server answered {bytes(answer[:500])!r}")
    _, named, length = head.lower().partition(b"content-length: ")
    if named:
        return len(body) >= int(length.partition(b"\r\n")[0])
    return body.endswith(b"0\r\n\r\n")


def alternate(orders: list[dict[str, Any]], calls: int) -> list[float]:
    """Median ms a call to each server, called in turns so that whatever disturbs one disturbs the other."""
    clients = [(socket.create_connection(("127.0.0.1", order["port"])), request_of(order)) for order in orders]
    times: list[list[float]] = [[] for _ in orders]
    for _ in range(calls + calls // 10):
        for (connection, request), taken in zip(clients, times, strict=True):
            began = time.perf_counter()
            connection.sendall(request)
            answer = bytearray(connection.recv(65536))
            while not is_whole(answer):
                answer += connection.recv(65536)
            taken.append((time.perf_counter() - began) * 1000)
    return [statistics.median(taken[calls // 10 :]) for taken in times]


class Client(asyncio.Protocol):
    """One of several clients at once: the next request leaves when the last answer is whole."""

    def __init__(self, request: bytes, calls: int, done: asyncio.Future[None]) -> None:
        self.request, self.left, self.done = request, calls, done
        self.answer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        if not is_whole(self.answer):
            return
        self.answer.clear()
        self.left -= 1
        if self.left:
            self.transport.write(self.request)
        else:
            self.transport.close()
            self.done.set_result(None)


async def together(order: dict[str, Any], clients: int, calls: int) -> float:
    """Calls a second, with all clients calling at once."""
    loop = asyncio.get_running_loop()
    each, request = calls // clients, request_of(order)
    crew = [Client(request, each, loop.create_future()) for _ in range(clients)]
    began = time.perf_counter()
    for client in crew:
        await loop.create_connection(partial(_itself, client), "127.0.0.1", order["port"])
    await asyncio.gather(*(client.done for client in crew))
    return clients * each / (time.perf_counter() - began)


def _itself(client: Client) -> Client:
    return client


def request_of(order: dict[str, Any]) -> bytes:
    return raw_request(order["path"], order["body"].encode())


def main() -> None:
    order = json.loads(sys.stdin.read())
    if order["do"] == "alternate":
        done: Any = alternate(order["servers"], order["calls"])
    else:
        done = [asyncio.run(together(server, order["clients"], order["calls"])) for server in order["servers"]]
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    main()
