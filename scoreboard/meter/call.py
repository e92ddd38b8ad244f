"""What the meter knows of one HTTP request that a framework made."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Call:
    """One request and its response, verbatim. Times are `time.monotonic_ns()`: one clock for the whole machine."""

    ordinal: int
    method: str
    path: str  # below the trial's base URL, e.g. "chat/completions"; "../x" where it is not below it
    dialect: str | None  # "openai-chat", "openai-responses", or None where the meter does not know the path
    request_headers: dict[str, str]
    request_body: bytes
    status: int
    response_headers: dict[str, str]
    response_body: bytes
    started_ns: int
    first_byte_ns: int
    finished_ns: int
    streamed: bool = False
    chunks: tuple[tuple[int, int], ...] = field(default=())  # of a stream: (monotonic ns, bytes) as they left
    retry_count: int = 0  # x-stainless-retry-count: above 0 the client library repeated the call by itself
    input_tokens: int | None = None
    output_tokens: int | None = None
    refused: str | None = None  # the budget that was spent ("calls", "tokens", "seconds"), else None
    provider_failure: str | None = None  # what went wrong at the real provider, or in the meter itself, else None
    complete: bool = True  # False where the connection ended before the response did (status 0: before it began)
    step: str | None = None  # the logical step that the conversation had come to ("tool_call", "answer"), if any
    attempt: int = 1  # above 1 the same request had been made before, had ended, and had failed
    fault: str | None = None  # the fault that acted on this call
    inapplicable: str | None = None  # why the fault did not act, although its step had come
