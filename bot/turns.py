"""A message's way through the product: read, decide, commit, speak.

channel → take(): state is read with its version → the dialog decides (no I/O but reading) → one transaction: state
unmoved, acts, activities, events → the bell → sockets. A refused act (slot taken) or a state that moved on: nothing
was written, and the turn is decided again with that knowledge.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Protocol
from weakref import WeakValueDictionary

from bot.dialog.adapter import ADAPTER, Turn, TurnStorage, heard, state_keys
from services.bell import Bell
from services.clock import Clock
from services.conversations.acts import (
    Act,
    Before,
    DecidedTurn,
    Incoming,
    StateChange,
    activity_id,
    before_turn,
    commit_turn,
    is_open,
    open_conversation,
)
from services.database import Database
from services.errors import Conflict, SlotTaken, StateMoved

CHANNEL = "directline"
TRIES = 5


class Dialog(Protocol):
    """What decides a turn: `bot.dialog.turn.Porina`."""

    async def on_turn(self, context: Turn) -> None: ...


DialogMaker = Callable[[TurnStorage, SlotTaken | None], Dialog]


class RecentStates:
    """The states of lately active conversations, as this process committed them: saves a turn its read.

    A memory, not the truth: a commit refuses a state that moved on elsewhere and a client id that was used before; then
    the turn is decided again on what the tables say.
    """

    def __init__(self, most: int = 4096) -> None:
        self._most = most
        self._states: OrderedDict[str, tuple[dict[str, Any], int]] = OrderedDict()

    def get(self, keys: Sequence[str]) -> Before | None:
        """What a turn may be decided on; None where anything of it is not remembered."""
        if not all(key in self._states for key in keys):
            return None
        return Before({key: self._states[key] for key in keys if self._states[key][1]})

    def forget(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._states.pop(key, None)

    def keep(self, keys: Sequence[str], before: Before, changes: Sequence[StateChange]) -> None:
        """Remember what the states are after a committed turn; version 0 stands for "there is none"."""
        for key in keys:
            self._states[key] = before.states.get(key, ({}, 0))
        for change in changes:
            self._states[change.key] = (change.body, change.version + 1)
        while len(self._states) > self._most:
            self._states.popitem(last=False)


class Turns:
    """Takes activities from channels, one at a time in each conversation."""

    def __init__(
        self, database: Database, bell: Bell, clock: Clock, dialog: DialogMaker, acted: Callable[[], None]
    ) -> None:
        """`acted` is called after a commit with acts in it: there may be jobs to do."""
        self._database = database
        self._bell = bell
        self._clock = clock
        self._dialog = dialog
        self._acted = acted
        self._recent = RecentStates()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def start(self, conversation: str, user: str, locale: str | None) -> bool:
        """Open the conversation and let the bot greet, as one; False where it was open already."""
        async with self._alone(conversation):
            if await self._database.read(is_open, conversation):
                return False
            opened = partial(
                open_conversation, conversation=conversation, user=user, channel=CHANNEL, now=self._clock()
            )
            joined = {"type": "conversationUpdate", "locale": locale, "membersAdded": [{"id": user}]}
            try:
                await self._turn(conversation, user, joined, None, acts=(opened,))
            except Conflict:  # another process opened it at the same moment
                if not await self._database.read(is_open, conversation):
                    raise
                return False
            return True

    async def take(
        self, conversation: str, user: str, incoming: Incoming, *, masked: int = 0, acts: Sequence[Act] = ()
    ) -> str:
        """Store the client's activity with the bot's replies; the id under which it is stored.

        `masked`: how many identity codes were taken out of it. `acts`: what else becomes true with it (a file's row).
        Raises NotFound, ReusedId.
        """
        async with self._alone(conversation):
            return await self._turn(conversation, user, incoming.body, incoming, masked=masked, acts=acts)

    @asynccontextmanager
    async def _alone(self, conversation: str) -> AsyncIterator[None]:
        """Turns of one conversation queue here in the order they came; the state's version is the real guard."""
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        async with lock:
            yield

    async def _turn(
        self,
        conversation: str,
        user: str,
        body: dict[str, Any],
        incoming: Incoming | None,
        *,
        masked: int = 0,
        acts: Sequence[Act] = (),
    ) -> str:
        keys = state_keys(CHANNEL, conversation, user)
        refused: SlotTaken | None = None
        for _ in range(TRIES):
            before = self._recent.get(keys)
            if before is None:
                before = await self._database.read(before_turn, conversation, keys, incoming)
                if before.repeated is not None:
                    return before.repeated
            self._recent.forget(keys)  # until it is known what became of this turn
            turn, storage = await self._decide(conversation, user, body, before, masked, refused)
            decided = DecidedTurn(
                conversation,
                incoming,
                turn.outcome.replies,
                storage.changes,
                turn.outcome.events,
                (*acts, *turn.outcome.acts),
            )
            try:
                committed = await self._database.transaction(commit_turn, decided, turn.now)
            except SlotTaken as taken:
                refused = taken
                continue
            except StateMoved:
                continue
            self._recent.keep(keys, before, decided.states)
            self._bell.ring(committed)
            if decided.acts:
                self._acted()
            return activity_id(conversation, committed.after + 1)
        raise Conflict(f"the conversation {conversation} moves faster than it can be answered")

    async def _decide(
        self,
        conversation: str,
        user: str,
        body: dict[str, Any],
        before: Before,
        masked: int,
        refused: SlotTaken | None,
    ) -> tuple[Turn, TurnStorage]:
        storage = TurnStorage(before.states)
        turn = Turn(heard(body, conversation, user), self._clock(), masked=masked)
        decide: Callable[[Turn], Awaitable[None]] = self._dialog(storage, refused).on_turn
        await ADAPTER.run_pipeline(turn, decide)
        return turn, storage
