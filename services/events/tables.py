"""One row a happening, in the order in which they were committed."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from services.schema import Json, Utc, metadata

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("kind", String(40), nullable=False, index=True),
    Column("session", String(64), nullable=False),
    Column("language", String(16)),
    Column("unit", String(60)),
    Column("entry", String(60)),
    Column("place", String(60)),
    Column("data", Json, nullable=False),
)
