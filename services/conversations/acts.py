"""Opening a conversation, reading its stream, and committing a turn: *commit, then speak*.

Activities are dumped to JSON once, when they are committed; from then on they travel as that text, to the table, to
every socket and to every later reader, and are never parsed again on the way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.conversations.tables import activities, bot_state, conversations
from services.errors import NotFound, ReusedId, StateMoved
from services.events.acts import Event, record
from services.listening import tell

Activity = dict[str, Any]
Act = Callable[[Connection], None]

PAGE = 200
STEP = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A client's activity as it came (masked). `client_id` is its own id for it, `digest` identifies its content."""

    body: Activity
    client_id: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class StateChange:
    """New bot state under `key`; `version` is the one it was read with (0: there was none)."""

    key: str
    body: dict[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class DecidedTurn:
    """All that one turn wants to be true, committed as one. `acts` are further changes (a booking); any may refuse."""

    conversation: str
    incoming: Incoming | None
    replies: Sequence[Activity]
    states: Sequence[StateChange] = ()
    events: Sequence[Event] = ()
    acts: Sequence[Act] = ()


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a turn: the activities as stored (JSON texts), after sequence number `after`."""

    conversation: str
    after: int
    bodies: tuple[str, ...]

    @property
    def watermark(self) -> int:
        """The sequence number of the last activity."""
        return self.after + len(self.bodies)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the stream (JSON texts). `watermark` is the sequence number of its last activity."""

    bodies: tuple[str, ...]
    watermark: int


@dataclass(frozen=True, slots=True)
class Before:
    """What a turn is decided on: the states read (body, version), and the id stored for a repeated client id."""

    states: Mapping[str, tuple[dict[str, Any], int]] = field(default_factory=dict)
    repeated: str | None = None


def owner(tx: Connection, conversation: str) -> str:
    """The user whose conversation it is. Raises NotFound."""
    user = tx.scalar(select(conversations.c.user_id).where(conversations.c.id == conversation))
    if user is None:
        raise NotFound(conversation)
    return str(user)


# The statements of every turn, built once: building one costs as much as running it.
_STATES = select(bot_state).where(bot_state.c.key.in_(bindparam("keys", expanding=True)))
_BY_CLIENT_ID = select(activities.c.seq, activities.c.digest).where(
    activities.c.conversation_id == bindparam("conversation"), activities.c.client_id == bindparam("client_id")
)
_SAY = insert(activities)
_NEW_STATE = insert(bot_state)
_CHANGE_STATE = (
    update(bot_state)
    .where(bot_state.c.key == bindparam("at_key"), bot_state.c.version == bindparam("read"))
    .values(body=bindparam("body"), version=bindparam("version"))
)
_NEWEST_AT = (
    select(activities.c.at)
    .where(
        activities.c.conversation_id == bindparam("conversation"),
        activities.c.seq == conversations.c.last_seq - bindparam("count"),
    )
    .correlate(conversations)
    .scalar_subquery()
)
_ADVANCE = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(last_seq=conversations.c.last_seq + bindparam("count"))
    .returning(conversations.c.last_seq, _NEWEST_AT)
)
_AFTER = (
    select(activities.c.seq, activities.c.body)
    .where(activities.c.conversation_id == bindparam("conversation"), activities.c.seq > bindparam("seq"))
    .order_by(activities.c.seq)
    .limit(bindparam("most"))
)


def is_open(tx: Connection, conversation: str) -> bool:
    return tx.execute(select(conversations.c.id).where(conversations.c.id == conversation)).first() is not None


def open_conversation(tx: Connection, conversation: str, user: str, channel: str, now: datetime) -> None:
    """Make the conversation's row. Raises StateMoved where it exists already."""
    try:
        tx.execute(
            insert(conversations).values(id=conversation, user_id=user, channel=channel, created_at=now, last_seq=0)
        )
    except IntegrityError as error:
        raise StateMoved(conversation) from error


def before_turn(tx: Connection, conversation: str, keys: Sequence[str], incoming: Incoming | None) -> Before:
    """What is needed to decide a turn. Raises ReusedId where a client id comes with another content."""
    rows = tx.execute(_STATES, {"keys": keys}).all()
    repeated = _repeated(tx, conversation, incoming) if incoming else None
    return Before({row.key: (row.body, row.version) for row in rows}, repeated)


def _repeated(tx: Connection, conversation: str, incoming: Incoming) -> str | None:
    if incoming.client_id is None:
        return None
    row = tx.execute(_BY_CLIENT_ID, {"conversation": conversation, "client_id": incoming.client_id}).first()
    if row is None:
        return None
    if row.digest != incoming.digest:
        raise ReusedId(incoming.client_id)
    return activity_id(conversation, row.seq)


def commit_turn(tx: Connection, turn: DecidedTurn, now: datetime) -> Committed:
    """Write the turn as a whole: acts, state (only if it has not moved), activities in order, events.

    The echo of what came stands before the replies, which point to it by `replyToId`. Raises StateMoved where another
    turn was faster, NotFound for an unknown conversation, and whatever an act refuses with; then nothing is written.
    """
    for act in turn.acts:
        act(tx)
    for state in turn.states:
        _write_state(tx, state)
    new: list[tuple[Activity, Incoming | None]] = [(reply, None) for reply in turn.replies]
    if turn.incoming is not None:
        new.insert(0, (turn.incoming.body, turn.incoming))
    after, moment = _advance(tx, turn.conversation, len(new), now)
    heard = activity_id(turn.conversation, after + 1) if turn.incoming is not None else None
    rows: list[dict[str, Any]] = []
    for seq, (body, incoming) in enumerate(new, after + 1):
        activity = {
            **body,
            "id": activity_id(turn.conversation, seq),
            "timestamp": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "conversation": {"id": turn.conversation},
        }
        if incoming is None and heard is not None:
            activity["replyToId"] = heard
        rows.append(
            {
                "conversation_id": turn.conversation,
                "seq": seq,
                "client_id": incoming.client_id if incoming else None,
                "digest": incoming.digest if incoming else None,
                "body": json.dumps(activity, ensure_ascii=False, separators=(",", ":")),
                "at": moment,
            }
        )
        moment += STEP
    if rows:
        try:
            tx.execute(_SAY, rows)
        except IntegrityError as error:  # the same client id was committed between reading and writing
            raise StateMoved(turn.conversation) from error
    record(tx, turn.events)
    committed = Committed(turn.conversation, after, tuple(row["body"] for row in rows))
    tell(tx, "committed", turn.conversation, committed.watermark)
    return committed


def _write_state(tx: Connection, state: StateChange) -> None:
    if state.version:
        values = {"at_key": state.key, "read": state.version, "body": state.body, "version": state.version + 1}
        if tx.execute(_CHANGE_STATE, values).rowcount != 1:
            raise StateMoved(state.key)
        return
    try:
        tx.execute(_NEW_STATE, {"key": state.key, "body": state.body, "version": 1})
    except IntegrityError as error:
        raise StateMoved(state.key) from error


def _advance(tx: Connection, conversation: str, count: int, now: datetime) -> tuple[int, datetime]:
    """Take `count` sequence numbers: the last one taken before, and the moment of the first new activity.

    Clients order by time, so no activity is as early as the one before it, whatever the clock does.
    """
    row = tx.execute(_ADVANCE, {"conversation": conversation, "count": count}).first()
    if row is None:
        raise NotFound(conversation)
    last, newest_at = row
    moment = now.astimezone(UTC)
    return int(last) - count, max(moment, newest_at + STEP) if newest_at else moment


def activity_id(conversation: str, seq: int) -> str:
    """The id a client sees for activity `seq` (Direct Line's pattern)."""
    return f"{conversation}|{seq:07d}"


def activities_after(tx: Connection, conversation: str, seq: int, limit: int = PAGE) -> Page:
    """Up to `limit` activities after sequence number `seq`; one beyond the end counts as the end. Raises NotFound."""
    rows = tx.execute(_AFTER, {"conversation": conversation, "seq": seq, "most": limit}).all()
    if rows:
        return Page(tuple(row.body for row in rows), rows[-1].seq)
    return Page((), min(seq, last_seq(tx, conversation)))


def last_seq(tx: Connection, conversation: str) -> int:
    """The number of the newest activity. Raises NotFound."""
    last = tx.scalar(select(conversations.c.last_seq).where(conversations.c.id == conversation))
    if last is None:
        raise NotFound(conversation)
    return int(last)
