"""Acts and looks of a line: those of the room, with who comes and by what right asked again each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.meet.frames import Admit, Enter, PutOut, Say, Signal
from bot.meet.guests import Guest
from services.errors import Gone, NotFound
from services.video.acts import (
    Entered,
    Person,
    RoomEvent,
    admit,
    come_back,
    enter,
    events_after,
    people,
    put_out,
    say,
    seen,
    signal,
    sweep,
)
from services.video.window import window

Act = Callable[[Any], int | None]
"""An act of a room; it returns the number of its event, if there is one, to ring the bell with."""

_LAST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a participant finds: themselves, and who is there.

    They are told events after `position`, but no signals before `fresh`: those were for a page that is gone.
    `came` is the number of their coming.
    """

    entered: Entered
    people: list[Person]
    came: int
    position: int
    fresh: int


@dataclass(frozen=True, slots=True)
class News:
    """Events in order, and the people as they are after them."""

    events: list[RoomEvent]
    people: list[Person]


@dataclass(frozen=True, slots=True)
class Kept:
    """`mine`: this line speaks for its participant still; `present`: some line does. `seq`: to ring the bell with."""

    mine: bool
    present: bool
    seq: int | None


def arrive(tx: Any, guest: Guest, asked: Enter, now: datetime) -> Arrival:
    """An act: back as who one was, where the secret says so and they have not left meanwhile; else for the first time.

    A page that does not know how far it heard was loaded anew: it is told the talk again.

    Raises Gone where the room is not open, RoomFull, and what `guest.look` does.
    """
    room = _open_room(tx, guest, now)
    try:
        entered = come_back(tx, room, asked.secret or "", now, _LAST)
    except NotFound:
        entered = enter(tx, room, guest.role, guest.title, now, guest.account)
        return Arrival(entered, people(tx, room), entered.seq, entered.seq, 0)
    came = entered.seq + 1
    if asked.seq is None:
        return Arrival(entered, people(tx, room), came, 0, came)
    return Arrival(entered, people(tx, room), came, min(asked.seq, entered.seq), 0)


def keep(tx: Any, guest: Guest, entered: Entered, heard: int, now: datetime, sweeps: bool) -> Kept:
    """An act: this line is alive; with `sweeps`, those of whom that was not said for long leave.

    Raises Gone where the time is over, and what `guest.look` does.
    """
    room = _open_room(tx, guest, now)
    mine = seen(tx, entered.participant, now, entered.line, heard)
    seq = sweep(tx, room, now) if sweeps else None
    return Kept(mine, mine or any(each.id == entered.participant for each in people(tx, room)), seq)


def news(tx: Any, room: str, participant: str, seq: int) -> News:
    """A look at what came after `seq`. Raises NotFound where the room has ended."""
    events = events_after(tx, room, participant, seq)
    return News(events, people(tx, room) if events else [])


def act_of(frame: Admit | PutOut | Signal | Say, room: str, me: str, now: datetime) -> Act:
    """The act by which `frame` is done."""
    match frame:
        case Admit():
            return lambda tx: admit(tx, room, me, frame.id, now)
        case PutOut():
            return lambda tx: put_out(tx, room, me, frame.id, now)
        case Signal():
            return lambda tx: signal(tx, me, frame.to, frame.plain(), now)
        case Say():
            return lambda tx: say(tx, me, frame.text, now)


def _open_room(tx: Any, guest: Guest, now: datetime) -> str:
    appointment = guest.look(tx, now)
    if window(appointment, now, guest.role) != "open":
        raise Gone("room")
    return appointment.id
