"""The schema's history, and bringing a database up to it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from services.database import Database

TABLES = ("appointments", "content", "conversations", "events", "feedback", "outbox", "uploads")


def upgrade(database: Database) -> None:
    """Bring the schema up to date. Safe to call at every start."""

    def run(tx: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.attributes["connection"] = tx
        command.upgrade(config, "head")

    database.now(run)


def load_tables() -> None:
    """Import every table, so that the metadata is whole."""
    for room in TABLES:
        import_module(f"services.{room}.tables")
    import_module("services.keys")
