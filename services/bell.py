"""The bell: "this was committed", told to everyone in this process who listens to the conversation.

A missed ring costs a delay, never a loss: the tables are the truth, and a listener that is behind reads from them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from services.conversations.acts import Committed

WAITING = 64


class Listener:
    """One listener's bounded queue. `overrun` once it was too slow to take what was rung."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Committed] = asyncio.Queue(WAITING)
        self.overrun = False

    def put(self, committed: Committed) -> None:
        if not self.overrun:
            try:
                self.queue.put_nowait(committed)
            except asyncio.QueueFull:
                self.overrun = True


class Bell:
    """Listeners by conversation. Only for use in the event loop's thread."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)

    @contextmanager
    def listen(self, conversation: str) -> Iterator[Listener]:
        """A listener that is rung for every commit in `conversation` until the block ends."""
        listener = Listener()
        self._listeners[conversation].add(listener)
        try:
            yield listener
        finally:
            self._listeners[conversation].discard(listener)
            if not self._listeners[conversation]:
                del self._listeners[conversation]

    def ring(self, committed: Committed) -> None:
        """Tell that `committed` is in the tables."""
        for listener in tuple(self._listeners.get(committed.conversation, ())):
            listener.put(committed)

    def __len__(self) -> int:
        """How many listeners there are."""
        return sum(map(len, self._listeners.values()))
