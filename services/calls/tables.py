"""Presence of staff, and calls for an expert. The first to accept a call changes its row; nobody after that can."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table

from services.schema import Utc, metadata

presence = Table(
    "presence",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("seen_at", Utc, nullable=False),
    Column("available", Boolean, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("unit", String(60), nullable=False),
    Column("topic", String(60), nullable=False),
    Column("place", String(60), nullable=False),
    Column("language", String(16), nullable=False),
    Column("made_by", ForeignKey("accounts.id"), nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("state", String(20), nullable=False),
    Column("taken_by", ForeignKey("accounts.id")),
    Column("appointment_id", ForeignKey("appointments.id")),
    Index("ix_calls_state_until", "state", "until"),
)

rung = Table(
    "rung",
    metadata,
    Column("call_id", ForeignKey("calls.id"), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), primary_key=True, index=True),
    Column("declined", Boolean, nullable=False),
)
