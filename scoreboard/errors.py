"""The errors people see. Each message says what happened, to what, and what to do next.

BakeoffError
├── UsageError          wrong use: an unknown name, an impossible option (exit status 2)
├── BuildError          a framework's environment could not be built
├── StoreError          the scoreboard cannot be read or written
├── MeterError          the meter did not start or died
└── WorkerError         a worker could not be started at all
"""

from __future__ import annotations


class BakeoffError(Exception):
    """Anything that is told to people without a traceback."""

    exit_status = 1


class UsageError(BakeoffError):
    """The command cannot be obeyed as given."""

    exit_status = 2


class BuildError(BakeoffError):
    """A framework's environment could not be built."""


class StoreError(BakeoffError):
    """The scoreboard cannot be read or written."""


class MeterError(BakeoffError):
    """The meter did not start, or died."""


class WorkerError(BakeoffError):
    """A worker could not be started at all."""
