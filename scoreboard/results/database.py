"""The file under the store: opened for writing or reading only, brought up to date, and its failures put in words."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from scoreboard.errors import StoreError
from scoreboard.results.schema import APPLICATION_ID, MIGRATIONS

KEPT = "Everything measured so far is kept."

_READ_ONLY = (
    "{path} cannot be written: the file or its folder is read-only ({error}). "
    "Make it writable, or choose another place with --home."
)
_FULL = (
    "{path} cannot be written: the disk is full or failing ({error}). {kept} Make room and run the same command again."
)
_DAMAGED = "{path} is not a scoreboard, or it is damaged ({error}). Move it away, or choose another place with --home."
_LOCKED = "{path} is locked by another program ({error}). {kept} Close what has it open and run the same command again."

_SQLITE_WORDS = {
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _FULL,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
}
_FULL_ERRNOS = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO}


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Whatever the disk or SQLite refuses becomes one clear message. What is a bug of ours stays what it is."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code not in _SQLITE_WORDS:
            raise
        raise StoreError(_SQLITE_WORDS[code].format(path=path, error=error, kept=KEPT)) from error
    except OSError as error:
        words = _FULL if error.errno in _FULL_ERRNOS else _READ_ONLY
        raise StoreError(words.format(path=path, error=error.strerror, kept=KEPT)) from error


def open_for_writing(path: Path, patience_s: float) -> sqlite3.Connection:
    """The database, made where there is none and migrated where it is older."""
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=patience_s, isolation_level=None)
        try:
            _refuse_strangers(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            migrate(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def open_for_reading(path: Path, patience_s: float) -> sqlite3.Connection:
    """The database as it is, never made and never changed; but an older one is first brought up to date."""
    with explained(path):
        if not path.exists():
            raise nothing_yet(path)
        connection = _connect_reading(path, patience_s)
        try:
            _refuse_strangers(connection, path)
            version = _version(connection)
        except BaseException:
            connection.close()
            raise
    if version == len(MIGRATIONS):
        return connection
    connection.close()
    if version == 0:
        raise nothing_yet(path)
    open_for_writing(path, patience_s).close()
    return open_for_reading(path, patience_s)


def nothing_yet(path: Path) -> StoreError:
    return StoreError(f"Nothing measured yet in {path.parent}; run `bakeoff run`.")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # after a full disk SQLite has rolled back by itself
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise


def migrate(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Runs the migrations that a database has not seen, all of them or none."""
    if _version(connection) == len(migrations):
        return
    with transaction(connection):
        for statements in migrations[_version(connection) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")


def _connect_reading(path: Path, patience_s: float) -> sqlite3.Connection:
    """Where the folder is read-only, SQLite cannot make the files it shares with a writer; but then there is none."""
    address = f"file:{quote(str(path))}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=patience_s, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        log = path.with_name(f"{path.name}-wal")
        refused = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not refused or (log.exists() and log.stat().st_size):
            raise
        return sqlite3.connect(f"{address}&immutable=1", uri=True, isolation_level=None)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _refuse_strangers(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (tables or version):
        raise StoreError(f"{path} is another program's database. Move it away, or choose another place with --home.")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by a newer Bakeoff (its format is {version}, this one knows {len(MIGRATIONS)}). "
            "Upgrade Bakeoff, or choose another place with --home."
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
