"""Accounts, what they may do, their sessions and set-up links, and the counted tries to sign in.

Of tokens only digests are kept. `version` grows with every change of what an account may do: two such changes at once
write the same row, so that a database that runs them side by side lets only one of them through.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from services.schema import Json, Utc, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("login", String(60), unique=True),
    Column("name", String(100), nullable=False),
    Column("title", Json, nullable=False),
    Column("language", String(16)),
    Column("password_hash", String(200)),
    Column("issuer", String(255)),
    Column("subject", String(255)),
    Column("disabled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("signed_in_at", Utc),
    UniqueConstraint("issuer", "subject"),
)

account_roles = Table(
    "account_roles",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("role", String(20), primary_key=True),
)

account_units = Table(
    "account_units",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("unit", String(60), primary_key=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("how", String(20), nullable=False),
    Column("begun_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("ended_at", Utc),
)

set_up_links = Table(
    "set_up_links",
    metadata,
    Column("token_digest", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("created_at", Utc, nullable=False),
    Column("ended_at", Utc),
)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("key_digest", String(64), primary_key=True),
    Column("began_at", Utc, nullable=False),
    Column("tries", Integer, nullable=False),
)
