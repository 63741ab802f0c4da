"""The bell: "this was committed", told to everyone in every process who listens to the conversation.

In this process a turn that was committed travels with its ring. Of a meeting's events, whose conversation is called by
`channel()` in `services/video/stream.py`, and to other processes only the place in the stream is told, within the
transaction (`services/listening.py`), and they read it. A missed ring costs a delay, never a loss: the tables are the
truth, and a listener that is behind reads from them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from services.conversations.acts import Committed
from services.listening import tell

WAITING = 64


@dataclass(frozen=True, slots=True)
class Passing:
    """Something said that is not kept (somebody is typing), as JSON text; who does not hear it has lost nothing."""

    conversation: str
    body: str


@dataclass(frozen=True, slots=True)
class Rung:
    """A process, maybe this one, committed up to sequence number `watermark`: who is behind reads the tables."""

    conversation: str
    watermark: int


class Missed:
    """Rings were lost, since the listener was too slow or the line to other processes broke: read the tables."""


Ring = Committed | Passing | Rung | Missed


class Listener:
    """One listener's bounded queue. Iterating ends when the bell is closed."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Ring | None] = asyncio.Queue(WAITING)

    def put(self, ring: Ring | None) -> None:
        """Queue `ring` (None: the end). A full queue is emptied and becomes one Missed, so it stays bounded."""
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            self._queue.put_nowait(Missed())
        self._queue.put_nowait(ring)

    async def __aiter__(self) -> AsyncIterator[Ring]:
        while (ring := await self._queue.get()) is not None:
            yield ring


class Bell:
    """Listeners by conversation. Only for use in the event loop's thread."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)
        self._closed = False

    @contextmanager
    def listen(self, conversation: str) -> Iterator[Listener]:
        """A listener that is rung for every commit in `conversation` until the block ends."""
        listener = Listener()
        if self._closed:
            listener.put(None)
        self._listeners[conversation].add(listener)
        try:
            yield listener
        finally:
            self._listeners[conversation].discard(listener)
            if not self._listeners[conversation]:
                del self._listeners[conversation]

    def ring(self, ring: Committed | Passing | Rung) -> None:
        """Tell that a commit is in the tables, or something in passing."""
        for listener in tuple(self._listeners.get(ring.conversation, ())):
            listener.put(ring)

    def hear(self, told: list[Any] | None) -> None:
        """Ring for what a process told in a committed turn or by `tell_passing`; None: all may have missed it."""
        match told:
            case ["committed", str(conversation), int(watermark)]:
                self.ring(Rung(conversation, watermark))
            case ["passing", str(conversation), str(body)]:
                self.ring(Passing(conversation, body))
            case None:
                for listener in [each for of_one in self._listeners.values() for each in of_one]:
                    listener.put(Missed())

    def close(self) -> None:
        """Send all listeners home: the product is being stopped."""
        self._closed = True
        for listeners in tuple(self._listeners.values()):
            for listener in tuple(listeners):
                listener.put(None)

    @property
    def is_closed(self) -> bool:
        return self._closed

    def __len__(self) -> int:
        """How many listeners there are."""
        return sum(map(len, self._listeners.values()))


def tell_passing(tx: Connection, passing: Passing) -> None:
    """Let every process ring for something said in passing."""
    tell(tx, "passing", passing.conversation, passing.body)
