"""Telling other processes that something was committed: PostgreSQL's NOTIFY in the transaction, LISTEN in each process.

NOTIFY is delivered when its transaction commits and never when it does not. A process that was not listening just then
(its connection broke) hears nothing; it is told that it may have missed something, and reads the tables.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

CHANNEL = "porina"
LONGEST = 7900  # bytes; PostgreSQL takes less than 8000
PROBE_S = 5.0
PAUSE_S = 1.0

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
    """Listen until cancelled, on a connection of `engine` that is made again whenever it breaks."""
    while True:
        try:
            await _listen_once(engine, heard)
        except (OSError, TimeoutError, DBAPIError):
            await asyncio.sleep(PAUSE_S)


async def _listen_once(engine: AsyncEngine, heard: Heard) -> None:
    """Raises OSError, TimeoutError or DBAPIError when the connection does not work, or no longer."""
    broken = asyncio.Event()
    async with engine.connect() as connection:
        try:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            driver.add_termination_listener(lambda _: broken.set())
            await driver.add_listener(CHANNEL, lambda _c, _pid, _channel, payload: heard(json.loads(payload)))
            heard(None)
            while not driver.is_closed():
                with suppress(TimeoutError):
                    await asyncio.wait_for(broken.wait(), PROBE_S)
                await driver.fetchval("SELECT 1", timeout=PROBE_S)  # a server that vanished closes nothing
        finally:
            await connection.invalidate()
