"""Jobs. A row is open until `done_at` or `failed_at` is set; `lease` names who is at it, until `leased_until`."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from services.schema import Json, Utc, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("subject", String(64), index=True),
    Column("body", Json, nullable=False),
    Column("key", String(120), unique=True),
    Column("created_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("leased_until", Utc),
    Column("lease", String(64)),
    Column("attempts", Integer, nullable=False),
    Column("done_at", Utc),
    Column("failed_at", Utc),
    Column("last_error", String(200)),
)

is_open = jobs.c.done_at.is_(None) & jobs.c.failed_at.is_(None)

Index("ix_jobs_open", jobs.c.due_at, sqlite_where=is_open, postgresql_where=is_open)
