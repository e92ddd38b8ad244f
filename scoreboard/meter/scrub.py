"""Keeps the key from travelling on in bodies, headers and error texts, even where a chunk ends in the middle of it."""

from __future__ import annotations

import json
import re

REMOVED = b"[key removed]"


class Scrubber:
    """Replaces a key in a stream of bytes. Holds back only what may be the beginning of the key."""

    def __init__(self, key: str) -> None:
        forms = {key, json.dumps(key)[1:-1], json.dumps(key)[1:-1].replace("/", "\\/")} if key else set()
        self._needles = sorted((form.encode() for form in forms), key=len, reverse=True)
        self._pattern = re.compile(b"|".join(map(re.escape, self._needles))) if self._needles else None
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        """What may travel on by now."""
        if self._pattern is None:
            return chunk
        clean = self._pattern.sub(REMOVED, self._held + chunk)
        kept = max(_overlap(clean, needle) for needle in self._needles)
        self._held = clean[len(clean) - kept :]
        return clean[: len(clean) - kept]

    def flush(self) -> bytes:
        """The end of the stream: what was held back turned out to be no key."""
        rest, self._held = self._held, b""
        return rest

    def clean(self, text: str) -> str:
        """A whole text without the key."""
        if self._pattern is None:
            return text
        return self._pattern.sub(REMOVED, text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _overlap(data: bytes, needle: bytes) -> int:
    """How many bytes at the end of the data are a beginning of the needle, but not all of it."""
    longest = min(len(data), len(needle) - 1)
    return next((n for n in range(longest, 0, -1) if data.endswith(needle[:n])), 0)
