"""What can go wrong with the records' file, as errors with a way out."""

import sqlite3

from sqlalchemy.exc import DBAPIError

from streaming.domain.errors import Unavailable


class StoreError(Unavailable):
    """The records can't be read or written now; what is live goes on."""


_BY_RESULT: dict[int, tuple[str, str, str]] = {
    sqlite3.SQLITE_BUSY: (
        "store.busy",
        "The records are locked by another process.",
        "wait a moment; if it stays, look for a second node with the same data_dir",
    ),
    sqlite3.SQLITE_FULL: (
        "store.full",
        "The disk with the records is full.",
        "free space in data_dir",
    ),
    sqlite3.SQLITE_READONLY: (
        "store.unwritable",
        "The records can't be written.",
        "make data_dir writable for the user the node runs as",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "store.unwritable",
        "The records can't be opened.",
        "make data_dir writable for the user the node runs as",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "store.corrupt",
        "The records' file is damaged.",
        "restore sonopair.sqlite from a backup, or move it away to start with none",
    ),
}
_BY_RESULT[sqlite3.SQLITE_LOCKED] = _BY_RESULT[sqlite3.SQLITE_BUSY]
_BY_RESULT[sqlite3.SQLITE_NOTADB] = _BY_RESULT[sqlite3.SQLITE_CORRUPT]
_OTHER = ("store.failed", "The records can't be read or written.", "run `sonopair doctor`")


def store_error(error: DBAPIError) -> StoreError:
    """The typed error for a database error. SQLite's message may quote data, so it isn't kept.

    Source: SQLite result codes; the low byte of an extended code is its primary code.
    """
    result = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    code, message, fix = _BY_RESULT.get(result, _OTHER)
    return StoreError(code, message, fix=fix)
