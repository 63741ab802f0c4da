"""Appointments as rows, and a meeting by video in words: acts at one moment, which the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from services.appointments.tables import appointments, experts
from services.database import Database
from services.ids import digest
from services.video.acts import Entered, RoomEvent, admit, enter, events_after, people

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
ROOM = "appointment-1"
TITLE = {"fi": "pysäköintineuvoja", "sv": "parkeringsrådgivare", "en": "parking adviser"}


@dataclass(frozen=True)
class Planned:
    """What of an appointment its room goes by: half an hour from `NOW`."""

    state: Literal["confirmed", "cancelled"] = "confirmed"
    start: datetime = NOW
    end: datetime = NOW + timedelta(minutes=30)


def plan(
    tx: Connection,
    appointment: str = ROOM,
    *,
    unit: str = "pysakointi",
    start: datetime = NOW,
    minutes: int = 30,
    state: str = "confirmed",
) -> None:
    """Write an appointment of an expert of the unit."""
    expert = f"{unit}-1"
    if tx.execute(select(experts.c.id).where(experts.c.id == expert)).first() is None:
        lists = {"topics": ["pysakointi"], "languages": ["fi"], "places": ["home"], "hours": []}
        tx.execute(insert(experts).values(id=expert, unit=unit, title=TITLE, demo=True, version=1, **lists))
    tx.execute(
        insert(appointments).values(
            id=appointment,
            token_digest=digest(appointment),
            expert_id=expert,
            topic="pysakointi",
            unit=unit,
            place="home",
            language="fi",
            starts=start,
            ends=start + timedelta(minutes=minutes),
            name="Karhu",
            email="karhu@example.fi",
            needs=[],
            same_expert=False,
            state=state,
            sequence=0,
            created_at=NOW,
            changed_at=NOW,
        )
    )


class Meeting:
    """What its participants do, and what they hear."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)

    def act(self, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """`act` at the meeting's moment."""
        return self.database.now(act, *given, now=self.now, **named)

    def host(self, room: str = ROOM) -> Entered:
        entered: Entered = self.act(enter, room, "host", TITLE)
        return entered

    def waiting(self, room: str = ROOM) -> Entered:
        entered: Entered = self.act(enter, room, "citizen", {})
        return entered

    def pair(self, room: str = ROOM) -> tuple[Entered, Entered]:
        """A host, and a citizen who was let in."""
        host, citizen = self.host(room), self.waiting(room)
        self.act(admit, room, host.participant, citizen.participant)
        return host, citizen

    def hears(self, who: Entered, after: int | None = None, room: str = ROOM) -> list[RoomEvent]:
        """The events for `who` since they came."""
        found: list[RoomEvent] = self.database.read_now(
            events_after, room, who.participant, who.seq if after is None else after
        )
        return found

    def here(self, room: str = ROOM) -> dict[str, str]:
        """Who is here, in their order, with the state shown."""
        return {person.id: person.state for person in self.database.read_now(people, room)}
