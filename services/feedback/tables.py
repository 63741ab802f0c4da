"""One vote an answer, the last one counts."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from services.schema import Utc, metadata

answer_votes = Table(
    "answer_votes",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("activity_id", String(96), primary_key=True),
    Column("vote", String(8), nullable=False),
    Column("at", Utc, nullable=False),
)
