"""A conversation is a row that counts its activities; the activities are the stream every client replays."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from services.schema import Json, Utc, metadata

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", String(128), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("last_seq", Integer, nullable=False, default=0),
)

activities = Table(
    "activities",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("client_id", String(128)),
    Column("digest", String(64)),
    Column("body", Text, nullable=False),  # JSON, as it goes out
    Column("at", Utc, nullable=False),
    # A client that got no answer sends again (lessons, row 29): the same id is the same message.
    Index("uq_activities_client_id", "conversation_id", "client_id", unique=True),
)

bot_state = Table(
    "bot_state",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("body", Json, nullable=False),
    Column("version", Integer, nullable=False),
)
