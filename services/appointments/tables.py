"""Experts, what is reserved, holds and appointments.

`reservations` says which resource (an expert, a room, a citizen) is taken for how long, in cells of five minutes
counted from 1970 in UTC. `reserved_cells` is what makes it impossible to take one twice: its primary key, for any
length, for every writer and on any database. All that is checked before it is courtesy.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from services.schema import Json, Utc, metadata

experts = Table(
    "experts",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), unique=True),
    Column("unit", String(60), nullable=False),
    Column("title", Json, nullable=False),
    Column("topics", Json, nullable=False),
    Column("languages", Json, nullable=False),
    Column("places", Json, nullable=False),
    Column("hours", Json, nullable=False),
    Column("daily_most", Integer),
    Column("demo", Boolean, nullable=False),
    # Grows with every change of what can be booked: who books holds the row, who changes it writes it.
    Column("version", Integer, nullable=False),
    Column("feed_url", Text),
    Column("feed_read_at", Utc),
    Column("feed_problem", String(40)),
    Column("calendar_digest", String(64), unique=True),
)

absences = Table(
    "absences",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("expert_id", ForeignKey("experts.id"), nullable=False, index=True),
    Column("starts", Utc, nullable=False),
    Column("ends", Utc, nullable=False),
    Column("source", String(10), nullable=False),
)

appointments = Table(
    "appointments",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("expert_id", ForeignKey("experts.id"), nullable=False, index=True),
    Column("topic", String(60), nullable=False),
    Column("unit", String(60), nullable=False),
    Column("place", String(60), nullable=False),
    Column("room", String(60)),
    Column("language", String(16), nullable=False),
    Column("starts", Utc, nullable=False),
    Column("ends", Utc, nullable=False),
    Column("name", String(100), nullable=False),
    Column("email", String(254)),
    Column("phone", String(40)),
    Column("note", Text),
    Column("needs", Json, nullable=False),
    Column("interpreter", String(40)),
    Column("interpreter_state", String(20)),
    Column("same_expert", Boolean, nullable=False),
    Column("citizen", String(64)),
    Column("state", String(20), nullable=False),
    Column("guest_came", Boolean),
    Column("host_came", Boolean),
    Column("cancelled_by", String(20)),
    Column("reason", String(200)),
    Column("sequence", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("changed_at", Utc, nullable=False),
    Index("ix_appointments_unit_ends", "unit", "ends"),
    Index("ix_appointments_expert_ends", "expert_id", "ends"),
)

holds = Table(
    "holds",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("slot", String(400), nullable=False),
    Column("room", String(60)),
    Column("interpreted", Boolean, nullable=False),
    Column("until", Utc, nullable=False, index=True),
    Column("created_at", Utc, nullable=False),
)

reservations = Table(
    "reservations",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("resource", String(160), primary_key=True),
    Column("first_cell", Integer, nullable=False),
    Column("cells", Integer, nullable=False),
    Index("ix_reservations_when", "resource", "cells", "first_cell"),
)

reserved_cells = Table(
    "reserved_cells",
    metadata,
    Column("resource", String(160), primary_key=True),
    Column("cell", Integer, primary_key=True, autoincrement=False),
    Column("owner", String(64), nullable=False, index=True),
)

answered_requests = Table(
    "answered_requests",
    metadata,
    Column("key_digest", String(64), primary_key=True),
    Column("content_digest", String(64), nullable=False),
    Column("outcome", Json, nullable=False),
    Column("at", Utc, nullable=False),
)
