"""Content items as JSON documents in their order; the revision grows with every change."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from services.schema import Json, Utc, metadata

content_items = Table(
    "content_items",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("id", String(60), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("body", Json, nullable=False),
)

content_revisions = Table(
    "content_revisions",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("by", String(60), nullable=False),
    Column("source", String(200), nullable=False),
)
