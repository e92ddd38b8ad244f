"""The plan: which trials there are, each with an id that says exactly what it is and what it was made from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property


@dataclass(frozen=True)
class Budget:
    """What one trial may spend before the meter (calls, tokens, seconds) and then the runner (seconds) stop it."""

    max_calls: int = 30
    max_tokens: int = 200_000
    timeout_s: float = 60.0


@dataclass(frozen=True)
class Origin:
    """What a trial is made from: change any of it and it is another trial."""

    adapter: str  # digest of the adapter's file and of adapters/base.py
    task: str  # digest of the task's file and of what it imports from tasks/
    lock: str  # digest of the lock file of the framework's environment
    harness: str  # digest of the meter and the worker
    python: str  # "3.11"


@dataclass(frozen=True)
class Trial:
    """One framework x task x model x fault x repeat."""

    framework: str
    task: str
    model: str  # "sim", "sim+20ms", "openai:NAME@BASE_URL"
    fault: str
    repeat: int
    seed: int
    budget: Budget
    origin: Origin

    @cached_property
    def id(self) -> str:
        """The same trial has the same id on every machine."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]
