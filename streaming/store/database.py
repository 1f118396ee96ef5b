"""The records' file: SQLite in WAL mode, worked on by one thread of its own.

One thread makes every use of the file serial, so the node never waits for itself, and keeps the
disk off the event loop. Another process (``sonopair invite``) may write at the same time: SQLite's
own lock is waited for up to ``BUSY_TIMEOUT_S``.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from streaming.store.errors import StoreError, store_error
from streaming.store.schema import bring_up_to_date

FILE_NAME = "sonopair.sqlite"
BUSY_TIMEOUT_S = 3.0
_READS = "sonopair_reads"

T = TypeVar("T")


class Database:
    """Use ``open``; ``close`` waits for what was submitted."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(**{_READS: True})
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    @classmethod
    def open(cls, data_dir: Path) -> Self:
        """Open or create the file in ``data_dir``. Blocks; call it before the event loop runs.

        Raises:
            StoreError: ``store.unwritable``, ``store.corrupt``, ``store.newer``, ``store.upgrade``,
                ``store.busy`` …
        """
        try:
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            (data_dir / FILE_NAME).touch(mode=0o600)
        except OSError as error:
            raise StoreError(
                "store.unwritable",
                f"The data directory can't be written: {error.strerror}.",
                fix="set data_dir to a folder the node's user may write",
            ) from error
        _prepare(data_dir / FILE_NAME)
        return cls(_engine(data_dir / FILE_NAME))

    async def run(self, work: Callable[[Session], T]) -> T:
        """Do ``work`` in one transaction: committed when it returns, rolled back when it raises.

        Raises:
            StoreError: the file can't be used now.
        """
        return await asyncio.wrap_future(self.submit(work))

    async def read(self, work: Callable[[Session], T]) -> T:
        """As ``run`` for work that changes nothing: it doesn't wait for another process that
        writes, and sees what was committed before."""
        return await asyncio.wrap_future(self._thread.submit(self._transact, work, self._reader))

    def submit(self, work: Callable[[Session], T]) -> Future[T]:
        return self._thread.submit(self._transact, work, self._engine)

    def _transact(self, work: Callable[[Session], T], engine: Engine) -> T:
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return work(session)
        except DBAPIError as error:
            raise store_error(error) from error

    def close(self) -> None:
        self._thread.shutdown(wait=True)
        self._engine.dispose()


def _prepare(path: Path) -> None:
    """With an engine of its own: whether foreign keys are enforced is set before a transaction."""
    engine = _engine(path, foreign_keys=False)
    try:
        with engine.connect() as connection, connection.begin():
            bring_up_to_date(connection)
    except DBAPIError as error:
        raise store_error(error) from error
    finally:
        engine.dispose()


def _engine(path: Path, *, foreign_keys: bool = True) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
    )
    event.listen(engine, "connect", partial(_configure, foreign_keys=foreign_keys))
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: sqlite3.Connection, _record: Any, *, foreign_keys: bool) -> None:
    # The driver's own transaction control begins too late for BEGIN IMMEDIATE.
    connection.isolation_level = None
    pragmas = ("journal_mode=WAL", "synchronous=FULL", f"foreign_keys={int(foreign_keys)}")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # Take the write lock first: a read that turns into a write can't be made to wait by SQLite.
    reads = connection.get_execution_options().get(_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
