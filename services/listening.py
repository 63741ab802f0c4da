"""Telling other processes that something was committed: PostgreSQL's NOTIFY in the transaction, LISTEN in each process.

NOTIFY is delivered when its transaction commits and never when it does not. A process that was not listening just then
(its connection broke) hears nothing; it is told that it may have missed something, and reads the tables.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

CHANNEL = "porina"
LONGEST = 7900  # bytes; PostgreSQL takes less than 8000
PROBE_S = 5.0
PAUSE_S = 1.0

_log = logging.getLogger("porina.listening")

Heard = Callable[[list[Any] | None], None]
"""Called with what was told, or None where something may have been missed."""


def tell(tx: Connection, *told: Any) -> None:
    """Tell every process `told` (JSON values) when this transaction commits. What is too long to tell is not told.

    On SQLite there is nobody else.
    """
    if tx.dialect.name != "postgresql":
        return
    payload = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    if len(payload.encode()) <= LONGEST:
        tx.execute(select(func.pg_notify(CHANNEL, payload)))


async def listen(engine: AsyncEngine, heard: Heard) -> None:
    """Listen until cancelled, on a connection of `engine` that is made again whenever it breaks, however it does."""
    silent = False
    while True:
        try:
            async with _line(engine, heard) as line:
                silent = False
                await _until_it_breaks(line)
        except Exception as error:  # of the driver, SQLAlchemy's or the system's
            if not silent:
                _log.warning("nothing is heard of other processes: %s", type(error).__name__)
            silent = True
            await asyncio.sleep(PAUSE_S)


@asynccontextmanager
async def _line(engine: AsyncEngine, heard: Heard) -> AsyncIterator[Any]:
    """A connection of the driver's on which is listened."""
    async with engine.connect() as connection:
        try:
            line: Any = (await connection.get_raw_connection()).driver_connection
            await line.add_listener(CHANNEL, lambda _c, _pid, _channel, payload: heard(json.loads(payload)))
            heard(None)
            yield line
        finally:
            await connection.invalidate()


async def _until_it_breaks(line: Any) -> None:
    """Raises when it does. It is asked now and then, since a server that vanished closes nothing."""
    broken = asyncio.Event()
    line.add_termination_listener(lambda _: broken.set())
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(broken.wait(), PROBE_S)
        await line.fetchval("SELECT 1", timeout=PROBE_S)
