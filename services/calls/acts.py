"""Calling for an expert, and what comes of it. Of those who are rung, the first to accept is the only one.

Every change of a call begins with the call's row, at READ COMMITTED: who comes second waits for the first and then sees
that the call is over. Listeners are told by the bell, with `channel()` of each who is `told` of the call; other
processes hear it with the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from services.accounts.records import person
from services.accounts.rules import Actor, Right, require
from services.appointments.acts import Compose, Wish, book
from services.appointments.bookable import Bookable
from services.appointments.on_the_spot import begin_now, expert_of
from services.appointments.records import Appointment, find, token_of
from services.audit.acts import note
from services.calls.presence import present
from services.calls.records import MISSED, Call, State, call_of, channel
from services.calls.tables import calls, presence, rung
from services.errors import CallTaken, Conflict, Gone, Invalid, NotFound
from services.events.acts import Event, record
from services.ids import digest
from services.jobs.acts import enqueue
from services.listening import tell
from services.postgres import see_what_was_committed

RING = timedelta(seconds=45)
KEPT = timedelta(days=30)
EXPIRE = "calls.expire"


def call(tx: Connection, call_id: str, actor: Actor, topic: Bookable, place: str, language: str, now: datetime) -> Call:
    """Ring every expert of the topic's unit who is there, can be called and speaks `language`.

    `call_id` is the caller's (`new_id()`). Where nobody is there, the call is over at once. Who calls again while their
    call for the same rings gets that one. Raises Forbidden, Invalid (`place`, `language`).
    """
    require(actor, Right.MEET)
    if place not in topic.places:
        raise Invalid("place", "place")
    if language not in topic.languages:
        raise Invalid("language", "language")
    wish = {"unit": topic.unit, "topic": topic.id, "place": place, "language": language, "made_by": actor.account}
    same = [calls.c[name] == value for name, value in wish.items()]
    going_on = tx.scalar(select(calls.c.id).where(*same, calls.c.state == "ringing", calls.c.until > now))
    if going_on is not None:
        return call_of(tx, going_on)
    there = present(tx, [topic.unit], now, topic.buffer).get(topic.unit, [])
    whom = [each.account for each in there if language in each.languages and each.account != actor.account]
    state: State = "ringing" if whom else "nobody"
    tx.execute(insert(calls).values(id=call_id, made_at=now, until=now + RING, state=state, **wish))
    if whom:
        tx.execute(insert(rung), [{"call_id": call_id, "account_id": each, "declined": False} for each in whom])
        enqueue(tx, EXPIRE, now, subject=call_id, due_at=now + RING, key=f"{EXPIRE}:{call_id}")
    made = call_of(tx, call_id)
    note(tx, actor.account, "call.made", call_id, now, topic=topic.id)
    _record(tx, made, "made", now, rung=len(whom))
    if not whom:
        _record(tx, made, "nobody", now, rung=0)
    return _told(tx, made)


def accept(
    tx: Connection, call_id: str, account: str, topics: Sequence[Bookable], now: datetime, secret: str
) -> tuple[Call, Appointment]:
    """`account` takes the call, and an appointment with them begins. A second time changes nothing.

    Raises NotFound (they were not rung), CallTaken (a colleague was first), Gone (it is over), Conflict (something of
    theirs is on or about to begin); then nothing is written.
    """
    see_what_was_committed(tx)
    _is_rung(tx, call_id, account)
    mine = update(calls).where(calls.c.id == call_id, still_rings(), calls.c.until > now)
    if tx.execute(mine.values(state="accepted", taken_by=account)).rowcount != 1:
        before = call_of(tx, call_id)
        if before.taken_by == account and before.appointment is not None:
            return before, find(tx, token_of(secret, before.appointment))
        raise CallTaken(before.title) if before.state == "accepted" else Gone("call")
    asked = call_of(tx, call_id)
    topic = next((topic for topic in topics if topic.id == asked.topic), None)
    if topic is None:
        raise Gone("topic")
    expert = expert_of(tx, person(tx, account), asked.unit)
    begun = begin_now(tx, expert, topic, asked.place, asked.language, now, secret)
    tx.execute(update(calls).where(calls.c.id == call_id).values(appointment_id=begun.id))
    note(tx, account, "call.accepted", call_id, now)
    accepted = call_of(tx, call_id)
    _record(tx, accepted, "accepted", now, wait_ms=round((now - asked.made_at) / timedelta(milliseconds=1)))
    return _told(tx, accepted), begun


def decline(tx: Connection, call_id: str, account: str, now: datetime) -> Call:
    """`account` cannot now; when nobody else is rung any more, the call is over. Raises NotFound."""
    _hold(tx, call_id)
    _is_rung(tx, call_id, account)
    tx.execute(update(rung).where(rung.c.call_id == call_id, rung.c.account_id == account).values(declined=True))
    rings = select(rung.c.account_id).where(rung.c.call_id == call_id, rung.c.declined.is_(False)).limit(1)
    if tx.execute(rings).first() is None:
        _end(tx, calls.c.id == call_id, "nobody", now)
    return _told(tx, call_of(tx, call_id))


def withdraw(tx: Connection, call_id: str, account: str, now: datetime) -> Call:
    """Who called rings no longer; nothing where it is over already. Raises NotFound (not their call)."""
    _hold(tx, call_id)
    _own(tx, call_id, account)
    _end(tx, calls.c.id == call_id, "withdrawn", now)
    return _told(tx, call_of(tx, call_id))


def expire(tx: Connection, now: datetime) -> list[Call]:
    """End the calls that rang for long enough; which they were. By a job, and by whoever looks first."""
    see_what_was_committed(tx)
    return [_told(tx, call_of(tx, ended)) for ended in _end(tx, calls.c.until <= now, "nobody", now)]


def book_instead(
    tx: Connection, call_id: str, account: str, wish: Wish, topics: Sequence[Bookable], now: datetime, secret: str,
    compose: Compose,
) -> Appointment:  # fmt: skip
    """Book a time in place of the call that nobody accepted: one at most.

    Raises NotFound (not their call), Conflict (it still rings, or a time was booked), and what `book()` does.
    """
    _own(tx, call_id, account)
    booked = book(tx, wish, topics, now, secret, compose)
    missed = calls.c.state.in_(MISSED) & calls.c.appointment_id.is_(None)
    if tx.execute(update(calls).where(calls.c.id == call_id, missed).values(appointment_id=booked.id)).rowcount != 1:
        raise Conflict("the call goes on, or led to an appointment")
    return booked


def forget(tx: Connection, now: datetime) -> None:
    """Delete calls, and the presence of people who were not here, after 30 days."""
    old = calls.c.made_at < now - KEPT
    tx.execute(delete(rung).where(rung.c.call_id.in_(select(calls.c.id).where(old))))
    tx.execute(delete(calls).where(old))
    tx.execute(delete(presence).where(presence.c.seen_at < now - KEPT))


def still_rings() -> ColumnElement[bool]:
    """Nobody has accepted the call, and it has not ended: what makes the first to accept the only one."""
    return calls.c.state == "ringing"


def _hold(tx: Connection, call_id: str) -> None:
    """Keep other changes of the call out until the commit. Raises NotFound."""
    see_what_was_committed(tx)
    if tx.scalar(select(calls.c.id).where(calls.c.id == call_id).with_for_update()) is None:
        raise NotFound("call")


def _is_rung(tx: Connection, call_id: str, account: str) -> None:
    """Raises NotFound."""
    mine = rung.c.call_id == call_id, rung.c.account_id == account
    if tx.execute(select(rung.c.call_id).where(*mine)).first() is None:
        raise NotFound("call")


def _own(tx: Connection, call_id: str, account: str) -> None:
    """Raises NotFound."""
    if call_of(tx, call_id).made_by != account:
        raise NotFound("call")


def _end(tx: Connection, which: ColumnElement[bool], state: State, now: datetime) -> list[str]:
    """End those of the calls `which` that still ring; their ids."""
    over = update(calls).where(which, still_rings()).values(state=state).returning(calls.c.id)
    ended = sorted(tx.scalars(over))
    for each in ended:
        was = call_of(tx, each)
        _record(tx, was, state, now, rung=len(was.rung))
    return ended


def _told(tx: Connection, changed: Call) -> Call:
    """Let every process ring for who is told of it."""
    for account in changed.told:
        tell(tx, "committed", channel(account), 0)
    return changed


def _record(tx: Connection, about: Call, what: str, now: datetime, **data: Any) -> None:
    """Record `call.WHAT`, with nothing about who called whom."""
    data = {"topic": about.topic, **data}
    session = digest(f"call:{about.id}")[:22]
    record(tx, [Event(now, f"call.{what}", session, about.language, about.unit, place=about.place, data=data)])
