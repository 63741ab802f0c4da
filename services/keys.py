"""Secrets that the installation makes for itself once and keeps in its database, so that all workers share them."""

from __future__ import annotations

from sqlalchemy import Column, Connection, String, Table, insert, select

from services.ids import new_secret
from services.schema import metadata

keys = Table(
    "keys",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(100), nullable=False),
)


def key(tx: Connection, name: str) -> str:
    """The secret called `name`; made at the first call."""
    value = tx.scalar(select(keys.c.value).where(keys.c.name == name))
    if value is None:
        value = new_secret()
        tx.execute(insert(keys).values(name=name, value=value))
    return str(value)
