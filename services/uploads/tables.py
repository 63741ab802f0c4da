"""What is known of an uploaded file; its bytes are in the data folder under the row's id."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from services.schema import Utc, metadata

uploads = Table(
    "uploads",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("content_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("at", Utc, nullable=False, index=True),
)
