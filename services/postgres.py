"""PostgreSQL as the home of the data: several acts at once, and several processes.

Acts run at REPEATABLE READ: each sees one snapshot, as on SQLite. Where another transaction changed a row that the act
writes, or won a unique key, PostgreSQL refuses, and the act runs again on a new snapshot, in which it sees what the
other did (PostgreSQL's manual, "Transaction Isolation" and "Serialization Failure Handling"). What a snapshot cannot
see, two acts that read the same and write different rows, must be guarded by the act itself with a row lock.

The driver has an event loop of its own in a thread of its own. So the command line can use it without one, acts never
take time from the loop that serves people, and an act whose caller went away ends as it would have.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

from asyncpg import PostgresError
from sqlalchemy import URL, Connection, NullPool, text
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from services.errors import DatabaseAway
from services.listening import Heard, listen

CONNECTIONS = 8
CONNECT_S = 2.0
COMMAND_S = 3.0
TRIES = 12
TRIES_ON_A_KEY = 4
TRIES_TO_CONNECT = 3  # after a restart of the server the connections of the pool are dead

_OVERTAKEN = {"40001", "40P01"}  # serialization failure, deadlock
_KEY_TAKEN = {"23505", "23P01", "42P07", "42701"}  # unique key, exclusion; table or column made meanwhile
_AWAY = ("08", "53", "57P", "58")  # connection, out of memory or disk, shutdown, system error

Result = TypeVar("Result")
Work = Callable[[Connection], Any]


class Postgres:
    """The database of `url`, with at most `CONNECTIONS` at once from this process."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.loop = asyncio.new_event_loop()
        self._again = asyncio.Lock()
        self._listening: asyncio.Task[None] | None = None
        self._thread = Thread(target=self.loop.run_forever, name="database", daemon=True)
        self._thread.start()
        settings = {"application_name": "porina", "timezone": "UTC"}
        self._engine = create_async_engine(
            url,
            isolation_level="REPEATABLE READ",
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=CONNECT_S,
            connect_args={"timeout": CONNECT_S, "command_timeout": COMMAND_S, "server_settings": settings},
        )
        # The start and the command line are in no hurry, and a migration may take its time.
        self._patient = create_async_engine(
            url,
            isolation_level="REPEATABLE READ",
            poolclass=NullPool,
            connect_args={"timeout": 2 * CONNECT_S, "server_settings": settings},
        )

    async def write(self, act: Work) -> Any:
        return await self._from_outside(self._run(self._engine, act))

    async def read(self, look: Work) -> Any:
        return await self._from_outside(self._run(self._engine, look, read_only=True))

    def write_now(self, act: Work) -> Any:
        return asyncio.run_coroutine_threadsafe(self._run(self._patient, act), self.loop).result()

    def read_now(self, look: Work) -> Any:
        return asyncio.run_coroutine_threadsafe(self._run(self._patient, look, read_only=True), self.loop).result()

    def listen(self, heard: Heard) -> None:
        """Call `heard`, in the driver's thread, with what any process tells, until closed."""
        asyncio.run_coroutine_threadsafe(self._listen(heard), self.loop).result()

    async def _listen(self, heard: Heard) -> None:
        self._listening = asyncio.create_task(listen(self._patient, heard))

    def close(self) -> None:
        """Finish what was begun and let go of the connections."""

        async def finish() -> None:
            if self._listening is not None:
                self._listening.cancel()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            if others and (late := (await asyncio.wait(others, timeout=COMMAND_S))[1]):
                for task in late:
                    task.cancel()
                await asyncio.wait(late, timeout=CONNECT_S)
            try:
                await asyncio.wait_for(self._engine.dispose(), CONNECT_S)
            except TimeoutError:  # the server hangs, and says no goodbye
                await self._engine.dispose(close=False)

        asyncio.run_coroutine_threadsafe(finish(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _from_outside(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of `work` in the driver's loop; it is finished there whether its caller stays or not."""
        return await asyncio.shield(asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop)))

    async def _run(self, engine: AsyncEngine, work: Work, *, read_only: bool = False) -> Any:
        for attempt in range(1, TRIES + 1):
            try:
                return await (self._once if attempt == 1 else self._once_more)(engine, work, read_only)
            except _Lost:
                if attempt == TRIES_TO_CONNECT:
                    raise
            except DBAPIError as error:
                state = _state(error)
                if state in _OVERTAKEN and attempt == TRIES:
                    raise DatabaseAway("too many at once") from error
                if state not in _OVERTAKEN and not (state in _KEY_TAKEN and attempt < TRIES_ON_A_KEY):
                    raise
                await asyncio.sleep(random.uniform(0, 0.001 * 2 ** min(attempt, 4)))  # noqa: S311  no secret
        raise AssertionError("unreachable")

    async def _once_more(self, engine: AsyncEngine, work: Work, read_only: bool) -> Any:
        """Another try, one at a time: those who were overtaken would go on overtaking each other."""
        try:
            await asyncio.wait_for(self._again.acquire(), COMMAND_S)
        except TimeoutError:
            raise DatabaseAway("too many at once") from None
        try:
            return await self._once(engine, work, read_only)
        finally:
            self._again.release()

    async def _once(self, engine: AsyncEngine, work: Work, read_only: bool) -> Any:
        """One try. Raises _Lost where certainly nothing was kept, DatabaseAway where nobody knows."""
        connection = await _connect(engine)
        lost: type[DatabaseAway] = _Lost
        try:
            if read_only:
                await connection.execution_options(postgresql_readonly=True)
            transaction = await connection.begin()
            result = await connection.run_sync(work)
            lost = _Lost if read_only else DatabaseAway
            await transaction.commit()
            return result
        except TimeoutError as error:  # the server hangs: it was waited for long enough
            await connection.invalidate(error)
            raise DatabaseAway("no answer in time") from error
        except (OSError, InterfaceError) as error:
            await connection.invalidate(error)
            raise lost(type(error).__name__) from error
        except DBAPIError as error:
            if error.connection_invalidated or _state(error).startswith(_AWAY):
                await connection.invalidate(error)
                raise lost(type(error.orig).__name__) from error
            raise
        finally:
            with suppress(OSError, DBAPIError):  # a rollback that is not answered: the pool has dropped the connection
                await connection.close()


class _Lost(DatabaseAway):
    """The connection went before the commit was asked for: nothing was kept, and trying again is safe."""


async def _connect(engine: AsyncEngine) -> AsyncConnection:
    try:
        return await engine.connect()
    except (OSError, TimeoutError, PoolTimeout, PostgresError, DBAPIError) as error:
        told = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig is not None else error
        raise DatabaseAway(f"{told}" or type(told).__name__) from error


def _state(error: DBAPIError) -> str:
    """PostgreSQL's error code (SQLSTATE), or nothing."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def see_what_was_committed(tx: Connection) -> None:
    """Leave the snapshot: from here on each statement of `tx` sees what others committed before it (READ COMMITTED).

    For acts that take a row lock first and look then. Call it before anything else. On SQLite nothing changes.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("SET TRANSACTION ISOLATION LEVEL READ COMMITTED"))
