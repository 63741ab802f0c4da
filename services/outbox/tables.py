"""The outbox. A row is due until `sent_at` or `failed_at` is set; `leased_until` keeps two senders from one mail."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from services.schema import Utc, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("appointment_id", ForeignKey("appointments.id"), index=True),
    Column("recipient", String(254), nullable=False),
    Column("language", String(16), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("calendar", Text),
    Column("calendar_method", String(20)),
    Column("created_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False, index=True),
    Column("leased_until", Utc),
    Column("attempts", Integer, nullable=False, default=0),
    Column("last_error", String(200)),
    Column("sent_at", Utc),
    Column("failed_at", Utc),
)
