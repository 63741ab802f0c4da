"""SQLite as the home of the data: one writer thread, a few reader threads, one process.

Every write begins with BEGIN IMMEDIATE: under SQLAlchemy's default (a deferred BEGIN) two read-modify-writes lose one
update without an error. An act costs one hop to the writer thread and back instead of one a statement, which made turns
five times faster than awaited statements on an async engine.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from services.errors import DatabaseAway, DatabaseUnusable
from services.writer import Writer

READERS = 2
BUSY_MS = 10_000
_AWAY = {"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY"}


class Sqlite:
    """The file of `url`. Raises DatabaseUnusable where it cannot be one."""

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:":
            raise DatabaseUnusable(f"the database URL {url.render_as_string()} names no file")
        if not Path(url.database).parent.is_dir():
            raise DatabaseUnusable(f"no folder {Path(url.database).parent} for the database")
        self.engine = _engine(url, begin="BEGIN IMMEDIATE")
        self._read = _engine(url, begin="BEGIN")
        self._of_thread = threading.local()
        self._connections: list[Connection] = []
        self._writer = Writer(lambda: self._connection(self.engine))
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="database-reader")

    async def write(self, act: Callable[[Connection], Any]) -> Any:
        with _away():
            return await self._writer.run(act)

    async def read(self, look: Callable[[Connection], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, look)

    def write_now(self, act: Callable[[Connection], Any]) -> Any:
        return self._run(self.engine, act)

    def read_now(self, look: Callable[[Connection], Any]) -> Any:
        return self._run(self._read, look)

    def close(self) -> None:
        """Finish what was begun and let go of the file."""
        self._writer.close()
        self._readers.shutdown()
        for connection in self._connections:
            connection.close()
        self.engine.dispose()
        self._read.dispose()

    def _run(self, engine: Engine, work: Callable[[Connection], Any]) -> Any:
        with _away():
            connection = self._connection(engine)
            with connection.begin():
                return work(connection)

    def _connection(self, engine: Engine) -> Connection:
        """This thread's connection: taking one from a pool and giving it back costs as much as a statement."""
        mine: dict[int, Connection] = vars(self._of_thread).setdefault("connections", {})
        if id(engine) not in mine:
            mine[id(engine)] = engine.connect()
            self._connections.append(mine[id(engine)])
        return mine[id(engine)]


@contextmanager
def _away() -> Iterator[None]:
    """A disk that is full, or a lock that another program will not give up, is no fault of the act."""
    try:
        yield
    except OperationalError as error:
        name = getattr(error.orig, "sqlite_errorname", "")
        if any(name.startswith(kind) for kind in _AWAY):
            raise DatabaseAway(name) from error
        raise


def _engine(url: URL, *, begin: str) -> Engine:
    engine = create_engine(
        url, poolclass=NullPool, connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000}
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # or the driver begins by itself, and deferred
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if driver.in_transaction:  # a commit that failed (disk full, deferred constraint) leaves it open in SQLite
            driver.rollback()
        driver.execute(begin)

    return engine
