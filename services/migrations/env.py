"""Alembic's entry: it runs in the transaction it is given, so a half-done migration leaves no trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection

from services.migrations import load_tables
from services.schema import Json, Utc, metadata


def plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Our column types as the plain ones they store: history must not change when the product's code does."""
    if kind == "type" and isinstance(item, Utc):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Json):
        return "sa.Text()"
    return False


@contextmanager
def referred_to(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by putting another in its place, while rows of others refer to it: looked at in the end.

    In a transaction foreign keys cannot be turned off, only looked at later; to stop that forgets what was counted.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    yield
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise CommandError(f"rows that refer to nothing: {broken[:3]}")
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=OFF")


load_tables()
connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, render_item=plain)
with referred_to(connection):
    context.run_migrations()
