"""A server that answers the same bytes to everything: what an HTTP call costs here when nothing is done for it."""

from __future__ import annotations

import asyncio
import base64
import json
import sys

from aiohttp import web


async def serve() -> None:
    """One line in: by path, the chunks to answer (a single one is a whole body). One line out: the port."""
    answers = {
        path: [base64.b64decode(chunk) for chunk in chunks] for path, chunks in json.loads(sys.stdin.readline()).items()
    }

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        chunks = answers[request.raw_path]
        if len(chunks) == 1:
            return web.Response(body=chunks[0], headers={"content-type": "application/json"})
        response = web.StreamResponse(headers={"content-type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
        await response.write_eof()
        return response

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
