"""The schema's history, and bringing a database up to it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from services.database import Database
from services.errors import DatabaseUnusable

TABLES = (
    "accounts",
    "appointments",
    "audit",
    "calls",
    "content",
    "conversations",
    "events",
    "feedback",
    "jobs",
    "outbox",
    "uploads",
    "video",
)


def upgrade(database: Database) -> None:
    """Bring the schema up to date. Safe to call at every start.

    Raises DatabaseUnusable for a database of a later version, or of another program.
    """

    def run(tx: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.attributes["connection"] = tx
        command.upgrade(config, "head")

    try:
        database.now(run)
    except (CommandError, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise DatabaseUnusable(f"cannot bring {database.url.database} up to date: {reason}") from error


def load_tables() -> None:
    """Import every table, so that the metadata is whole."""
    for room in TABLES:
        import_module(f"services.{room}.tables")
    import_module("services.keys")
