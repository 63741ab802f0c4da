"""`porina content check|import|export`, and opening the database for a command."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.app import data_folder, open_database
from bot.cli import WrongUse
from bot.settings import read_settings
from knowledge.files import read_folder, write_folder
from knowledge.store import is_empty, load, save
from services.clock import utc_now
from services.database import Database


def open_for_command(data: Path) -> Database:
    """The database that `serve --data DATA` would use, its schema up to date."""
    return open_database(read_settings(), data_folder(data))


def check(folder: Path, _data: Path) -> None:
    """Validate a folder; say what it holds. Raises ContentErrors."""
    base = read_folder(folder)
    drafts = sum(entry.approved is None for entry in base.entries)
    sys.stdout.write(
        f"{folder}: {len(base.entries)} entries ({drafts} drafts), {len(base.units)} units, "
        f"{len(base.topics)} topics, {len(base.places)} places\n"
    )


def import_(folder: Path, data: Path) -> None:
    """Make a folder the content of the database; a running server takes it into use by itself. Raises ContentErrors."""
    base = read_folder(folder)
    database = open_for_command(data)
    try:
        number = save(database, base, utc_now(), by="import", source=folder.name)
    finally:
        database.close()
    sys.stdout.write(f"imported {len(base.entries)} entries as revision {number}\n")


def export(folder: Path, data: Path) -> None:
    """Write the database's content as a folder that `check` accepts. Raises WrongUse where there is none."""
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise WrongUse(f"{folder} is not an empty folder")
    database = open_for_command(data)
    try:
        if is_empty(database):
            raise WrongUse(f"the database in {data} has no content yet: serve once, or import a folder")
        number, base = load(database)
    finally:
        database.close()
    write_folder(base, folder)
    sys.stdout.write(f"exported {len(base.entries)} entries of revision {number} to {folder}\n")
