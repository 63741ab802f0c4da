"""The outbox: what mails and text messages say. When they go out is known by the jobs; `sent_at` is set once one is out
of our hands.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text

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
    Column("sent_at", Utc),
)

texts = Table(
    "texts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("appointment_id", ForeignKey("appointments.id"), index=True),
    Column("recipient", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("sent_at", Utc),
)
