"""The audit trail. Triggers (migration 0003) refuse every change, and deletion before two years have passed."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from services.schema import Json, Utc, metadata

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False, index=True),
    Column("by", String(64), nullable=False, index=True),
    Column("act", String(60), nullable=False),
    Column("subject", String(64), index=True),
    Column("data", Json, nullable=False),
)
