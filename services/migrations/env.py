"""Alembic's entry: it runs in the transaction it is given, so a half-done migration leaves no trace."""

from typing import Any, Literal

from alembic import context

from services.migrations import load_tables
from services.schema import Json, Utc, metadata


def plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Our column types as the plain ones they store: history must not change when the product's code does."""
    if kind == "type" and isinstance(item, Utc):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Json):
        return "sa.Text()"
    return False


load_tables()
connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, render_item=plain)
context.run_migrations()
