"""The database, migration by migration. What has been released is never edited: a change is a new migration at the end.

Times are in milliseconds since the trial began; blobs are compressed with zlib; what is called JSON is JSON text.
"""

from __future__ import annotations

APPLICATION_ID = 0x42414B45  # "BAKE": tells our file from another program's database

_TRIALS = """
CREATE TABLE trials (
    id TEXT NOT NULL,
    take INTEGER NOT NULL CHECK (take >= 1),
    framework TEXT NOT NULL,
    task TEXT NOT NULL,
    model TEXT NOT NULL,
    fault TEXT NOT NULL,
    repeat INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    verdict TEXT NOT NULL CHECK (
        verdict IN ('passed', 'wrong', 'raised', 'runaway', 'timeout', 'crashed', 'unsupported', 'void')
    ),
    reasons TEXT NOT NULL, -- JSON
    total_ms REAL NOT NULL,
    model_ms REAL NOT NULL,
    tools_ms REAL NOT NULL,
    framework_ms REAL NOT NULL,
    calls INTEGER NOT NULL,
    input_tokens INTEGER, -- NULL: unknown
    output_tokens INTEGER,
    claimed_calls INTEGER, -- NULL: nothing claimed
    claimed_input_tokens INTEGER,
    claimed_output_tokens INTEGER,
    tool_runs INTEGER NOT NULL,
    connection_attempts INTEGER NOT NULL,
    lines_of_code INTEGER,
    started_at TEXT NOT NULL,
    framework_version TEXT NOT NULL,
    python_version TEXT NOT NULL,
    bakeoff_version TEXT NOT NULL,
    machine TEXT NOT NULL,
    max_calls INTEGER NOT NULL,
    max_tokens INTEGER NOT NULL,
    timeout_s REAL NOT NULL,
    adapter_digest TEXT NOT NULL,
    task_digest TEXT NOT NULL,
    lock_digest TEXT NOT NULL,
    harness_digest TEXT NOT NULL,
    python TEXT NOT NULL,
    PRIMARY KEY (id, take)
)
"""

_GUESTS = """
CREATE TABLE guests (
    trial TEXT NOT NULL,
    take INTEGER NOT NULL,
    ending TEXT NOT NULL,
    started_ns INTEGER NOT NULL, -- monotonic, of the machine that measured
    finished_ns INTEGER NOT NULL,
    answer TEXT, -- JSON
    usage TEXT, -- JSON
    error_type TEXT,
    error_message TEXT,
    traceback BLOB,
    stdout BLOB NOT NULL,
    stderr BLOB NOT NULL,
    stamps TEXT NOT NULL, -- JSON
    PRIMARY KEY (trial, take),
    FOREIGN KEY (trial, take) REFERENCES trials (id, take)
)
"""

_CALLS = """
CREATE TABLE calls (
    trial TEXT NOT NULL,
    take INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    dialect TEXT,
    status INTEGER NOT NULL,
    started_ms REAL NOT NULL,
    first_byte_ms REAL NOT NULL,
    finished_ms REAL NOT NULL,
    streamed INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    retry_count INTEGER NOT NULL,
    input_tokens INTEGER,
    output_tokens INTEGER,
    refused TEXT,
    provider_failure TEXT,
    request_headers TEXT NOT NULL, -- JSON
    request_body BLOB NOT NULL,
    response_headers TEXT NOT NULL, -- JSON
    response_body BLOB NOT NULL,
    chunks BLOB, -- compressed JSON: [nanoseconds since the trial began, bytes] for each
    PRIMARY KEY (trial, take, ordinal),
    FOREIGN KEY (trial, take) REFERENCES trials (id, take)
)
"""

_TOOL_RUNS = """
CREATE TABLE tool_runs (
    trial TEXT NOT NULL,
    take INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    arguments TEXT NOT NULL, -- JSON
    result TEXT,
    error TEXT,
    started_ms REAL NOT NULL,
    finished_ms REAL NOT NULL,
    PRIMARY KEY (trial, take, number),
    FOREIGN KEY (trial, take) REFERENCES trials (id, take)
)
"""

_CONNECTION_ATTEMPTS = """
CREATE TABLE connection_attempts (
    trial TEXT NOT NULL,
    take INTEGER NOT NULL,
    number INTEGER NOT NULL,
    target TEXT NOT NULL,
    kind TEXT NOT NULL,
    during TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (trial, take, number),
    FOREIGN KEY (trial, take) REFERENCES trials (id, take)
)
"""

_RETIRED = """
CREATE TABLE retired (
    trial TEXT NOT NULL,
    take INTEGER NOT NULL,
    at TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (trial, take),
    FOREIGN KEY (trial, take) REFERENCES trials (id, take)
)
"""

_CURRENT_TRIALS = """
CREATE VIEW current_trials AS
SELECT * FROM trials
WHERE NOT EXISTS (SELECT 1 FROM retired WHERE retired.trial = trials.id AND retired.take = trials.take)
"""

_ONE_CURRENT_TAKE = """
CREATE TRIGGER one_current_take BEFORE INSERT ON trials
WHEN EXISTS (SELECT 1 FROM current_trials WHERE current_trials.id = NEW.id)
BEGIN SELECT RAISE(IGNORE); END
"""

_FACTS = """
CREATE TABLE facts (
    framework TEXT NOT NULL,
    adapter_digest TEXT NOT NULL,
    task_digest TEXT NOT NULL,
    lock_digest TEXT NOT NULL,
    harness_digest TEXT NOT NULL,
    python TEXT NOT NULL,
    take INTEGER NOT NULL CHECK (take >= 1),
    measured_at TEXT NOT NULL,
    framework_version TEXT NOT NULL,
    facts TEXT NOT NULL, -- JSON
    requests BLOB NOT NULL, -- compressed JSON: the body of each request that the facts were read off
    PRIMARY KEY (framework, adapter_digest, task_digest, lock_digest, harness_digest, python, take)
)
"""


_FAULTS = (  # what nobody counted before stays NULL: unknown
    "ALTER TABLE trials ADD COLUMN coping TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE trials ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE trials ADD COLUMN requests INTEGER",
    "ALTER TABLE trials ADD COLUMN turns INTEGER",
    "ALTER TABLE trials ADD COLUMN client_retries INTEGER",
    "ALTER TABLE trials ADD COLUMN framework_retries INTEGER",
    "ALTER TABLE trials ADD COLUMN error_type TEXT",
    "ALTER TABLE trials ADD COLUMN error_message TEXT",
    "ALTER TABLE calls ADD COLUMN step TEXT",
    "ALTER TABLE calls ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE calls ADD COLUMN fault TEXT",
    "ALTER TABLE calls ADD COLUMN inapplicable TEXT",
    "ALTER TABLE tool_runs ADD COLUMN fault TEXT NOT NULL DEFAULT ''",
)


def _append_only(*tables: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_keep_on_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in tables
        for event in ("UPDATE", "DELETE")
    )


MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        f"PRAGMA application_id = {APPLICATION_ID}",
        _TRIALS,
        _GUESTS,
        _CALLS,
        _TOOL_RUNS,
        _CONNECTION_ATTEMPTS,
        _RETIRED,
        _CURRENT_TRIALS,
        _ONE_CURRENT_TAKE,
        *_append_only("trials", "guests", "calls", "tool_runs", "connection_attempts", "retired"),
    ),
    (_FACTS, *_append_only("facts")),
    _FAULTS,
)
