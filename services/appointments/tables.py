"""An appointment reserves its expert's time in cells of five minutes.

The primary key of `reserved_time` is what makes a double booking impossible, for any length and on any database; all
that is checked before it is courtesy.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from services.schema import Json, Utc, metadata

experts = Table(
    "experts",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("unit", String(60), nullable=False),
    Column("title", Json, nullable=False),
    Column("topics", Json, nullable=False),
    Column("languages", Json, nullable=False),
    Column("places", Json, nullable=False),
    Column("hours", Json, nullable=False),
    Column("demo", Boolean, nullable=False),
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
    Column("language", String(16), nullable=False),
    Column("starts", Utc, nullable=False),
    Column("ends", Utc, nullable=False),
    Column("name", String(100), nullable=False),
    Column("email", String(254)),
    Column("phone", String(40)),
    Column("note", Text),
    Column("interpreter", String(40)),
    Column("state", String(20), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("changed_at", Utc, nullable=False),
    Index("ix_appointments_unit_ends", "unit", "ends"),
)

reserved_time = Table(
    "reserved_time",
    metadata,
    Column("expert_id", ForeignKey("experts.id"), primary_key=True),
    Column("at", Utc, primary_key=True),
    Column("appointment_id", ForeignKey("appointments.id"), nullable=False, index=True),
)

answered_requests = Table(
    "answered_requests",
    metadata,
    Column("key_digest", String(64), primary_key=True),
    Column("content_digest", String(64), nullable=False),
    Column("outcome", Json, nullable=False),
    Column("at", Utc, nullable=False),
)
