"""How a response gets through to the framework, or does not."""

from __future__ import annotations

import asyncio

from scoreboard.meter.exchange import Exchange, Response
from scoreboard.meter.faults.base import Line


async def respond(exchange: Exchange, response: Response, line: Line | None) -> None:
    """Sends the response the way the line lets it; without a line, as it should be."""
    match line.trouble if line else None:
        case "reset":
            exchange.reset()
        case "silent":
            exchange.is_silent = True
        case "stall":
            await exchange.send_part(response, _half(response))
            exchange.is_silent = True
        case "cut":
            await exchange.send_part(response, _half(response))
            exchange.cut()
        case "garble":
            await exchange.send_response(_garbled(response))
        case trouble:
            if line and trouble == "delay":
                await asyncio.sleep(line.delay_s)
            await exchange.send_response(response)


def _half(response: Response) -> tuple[bytes, ...]:
    """The first half: of the events, or of the bytes where there is but one piece."""
    if response.is_stream:
        return response.pieces[: len(response.pieces) // 2]
    (body,) = response.pieces
    return (body[: len(body) // 2],)


def _garbled(response: Response) -> Response:
    """The piece in the middle broken off in its own middle."""
    pieces, middle = list(response.pieces), len(response.pieces) // 2
    broken = pieces[middle][: len(pieces[middle]) // 2]
    pieces[middle] = broken + b"\n\n" if response.is_stream else broken
    return Response(response.headers, tuple(pieces), response.is_stream)
