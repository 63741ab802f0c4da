"""A meeting while it lasts. Nothing is recorded: when the last one has left, every row of the room is deleted.

A room's `session` ties its statistics together and leads nowhere else. `heard` is how far a participant's line has
read, `hears_from` the place in the stream where the talk began to be for them too: NULL while they wait.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table

from services.schema import Json, Utc, metadata

rooms = Table(
    "rooms",
    metadata,
    Column("id", ForeignKey("appointments.id"), primary_key=True),
    Column("last_seq", Integer, nullable=False),
    Column("session", String(64), nullable=False),
    Column("begun_at", Utc),
    Column("most", Integer, nullable=False),
)

participants = Table(
    "participants",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("room_id", ForeignKey("rooms.id"), nullable=False, index=True),
    Column("secret_digest", String(64), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("title", Json, nullable=False),
    Column("state", String(20), nullable=False),
    Column("away", Boolean, nullable=False),
    Column("line", Integer, nullable=False),
    Column("heard", Integer, nullable=False),
    Column("hears_from", Integer),
    Column("joined_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
)

room_events = Table(
    "room_events",
    metadata,
    Column("room_id", ForeignKey("rooms.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("from_id", String(64), nullable=False),
    Column("to_id", String(64)),
    Column("kind", String(20), nullable=False),
    Column("body", Json, nullable=False),
    Column("at", Utc, nullable=False),
)
