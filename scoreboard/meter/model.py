"""Which model answers: the simulated one, or a real one behind an OpenAI-compatible endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from scoreboard.errors import UsageError

OPENAI_URL = "https://api.openai.com/v1"


@dataclass(frozen=True)
class ModelSpec:
    """Everything about the model that a trial's id must know, and nothing secret."""

    kind: Literal["sim", "openai"]
    name: str
    base_url: str | None = None
    latency_ms: int = 0
    mistakes: int = 1  # how often the simulated model makes the mistake that a fault is; more is stubborn

    def __post_init__(self) -> None:
        """The base URL is shown and stored, so a secret in it would leak: better refused than scrubbed."""
        if self.base_url is None:
            return
        url = urlsplit(self.base_url)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise UsageError("The base URL should look like https://host/v1.")
        if url.username or url.password or url.query or url.fragment:
            raise UsageError(
                f"The base URL of {url.hostname} should hold no user name, password, ? or #: it is stored with every "
                "trial. Put the key in OPENAI_API_KEY."
            )

    @property
    def label(self) -> str:
        """How people, trials and tables name it."""
        if self.kind == "sim":
            stubborn = f"+stubborn{self.mistakes}" if self.mistakes > 1 else ""
            return f"{self.name}{stubborn}" + (f"+{self.latency_ms}ms" if self.latency_ms else "")
        return f"openai:{self.name}@{self.base_url or OPENAI_URL}"
