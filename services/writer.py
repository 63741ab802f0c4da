"""The writer thread: acts that wait at the same time are committed together, each behind a savepoint of its own.

A commit costs as much as an act does, since it waits for the disk; while it waits, the next acts queue up and share the
next one. An act that raises is rolled back to its savepoint and takes nothing from its neighbours; where the commit
itself fails, none of them has happened and each caller is told so. An act alone needs no savepoint.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import Connection

TOGETHER = 16


@dataclass(slots=True)
class _Waiting:
    act: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


class Writer:
    """Runs acts on the connection that `connect` gives in the writer's thread."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database-writer")
        self._queue: deque[_Waiting] = deque()
        self._lock = Lock()
        self._busy = False

    async def run(self, act: Callable[[Connection], Any]) -> Any:
        """The result of `act` once it is committed; raises what it raised, or why it could not be committed."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(act, loop, loop.create_future())
        with self._lock:
            self._queue.append(waiting)
            if not self._busy:
                self._busy = True
                self._thread.submit(self._drain)
        return await waiting.future

    def close(self) -> None:
        """Finish what waits."""
        self._thread.shutdown()

    def _drain(self) -> None:
        while batch := self._next():
            try:
                self._commit(batch)
            except Exception as error:
                for each in batch:
                    each.error = error
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                batch[0].loop.call_soon_threadsafe(_settle, batch)

    def _next(self) -> list[_Waiting]:
        with self._lock:
            batch = [self._queue.popleft() for _ in range(min(TOGETHER, len(self._queue)))]
            self._busy = bool(batch)
        return batch

    def _commit(self, batch: list[_Waiting]) -> None:
        connection = self._connect()
        if len(batch) == 1:
            with connection.begin():
                batch[0].result = batch[0].act(connection)
            return
        with connection.begin():
            for each in batch:
                try:
                    with connection.begin_nested():
                        each.result = each.act(connection)
                except Exception as error:
                    each.error = error


def _settle(batch: list[_Waiting]) -> None:
    for each in batch:
        if each.future.done():  # its caller went away
            continue
        if each.error is not None:
            each.future.set_exception(each.error)
        else:
            each.future.set_result(each.result)
