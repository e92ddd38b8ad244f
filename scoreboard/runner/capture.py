"""What a guest printed: its beginning and its end, however much there was in between."""

from __future__ import annotations

KEPT_BYTES = 32 * 1024  # at each end


class Capture:
    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept = kept_bytes
        self._head = bytearray()
        self._tail = bytearray()
        self._left_out = 0

    def take(self, data: bytes) -> None:
        room = self._kept - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        beyond = len(self._tail) - self._kept
        if beyond > 0:
            del self._tail[:beyond]
            self._left_out += beyond

    def text(self) -> str:
        head, tail = (bytes(part).decode("utf-8", "replace") for part in (self._head, self._tail))
        if not self._left_out:
            return bytes(self._head + self._tail).decode("utf-8", "replace")
        return f"{head}\n[... {self._left_out} bytes left out by Bakeoff ...]\n{tail}"
