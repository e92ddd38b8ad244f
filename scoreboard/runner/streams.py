"""The guest's standard streams: put back before each trial, whatever the guest did to them."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO

from scoreboard.runner.reports import private


class Streams:
    """Keeps private copies of stdout and stderr, and the streams that modules may have remembered at import."""

    def __init__(self) -> None:
        self._in = private(os.open(os.devnull, os.O_RDONLY))
        self._out, self._err = private(1), private(2)
        self._remembered: list[TextIO | None] = [None, None]
        self.restore()

    @property
    def stderr_fd(self) -> int:
        """Where the interpreter itself may write a last word, even if the guest closed its stderr."""
        return self._err

    def flush(self) -> None:
        """Brings what the guest printed into the pipes, also where it put a stream of its own in the place."""
        for stream in {id(s): s for s in (*self._remembered, sys.stdout, sys.stderr)}.values():
            with contextlib.suppress(BaseException):
                if stream is not None:
                    stream.flush()

    def restore(self) -> None:
        """Standard input at its end, standard output and error in their pipes, blocking, as text in UTF-8."""
        for kept, number in ((self._in, 0), (self._out, 1), (self._err, 2)):
            os.set_blocking(kept, True)
            os.dup2(kept, number)
        if sys.stdin is None or sys.stdin.closed:
            sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115
        for place, (name, number) in enumerate((("stdout", 1), ("stderr", 2))):
            stream = self._remembered[place]
            if stream is None or stream.closed:
                raw = io.FileIO(number, "w", closefd=False)
                stream = io.TextIOWrapper(
                    io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True
                )
            self._remembered[place] = stream
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
