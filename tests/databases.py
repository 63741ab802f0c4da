"""The databases of the tests: `PORINA_TEST_DATABASE=postgresql pytest` runs the whole suite on PostgreSQL, else SQLite.

A test asks for `fresh(folder, make)`: a database of its own for the data folder that it uses, as `make` prepares one.
That is done once a session, and copied: a file on SQLite, CREATE DATABASE … TEMPLATE on PostgreSQL (40 ms with its
removal at the end of the test). Tests of what is SQLite's alone name a file themselves.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from postgres import Cluster, apart, programs
from sqlalchemy import CursorResult, NullPool, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

from services.database import Database

SQLITE, POSTGRESQL = "sqlite", "postgresql"
# Taken out of the environment, where the product would find a setting that it does not know.
KIND = os.environ.pop("PORINA_TEST_DATABASE", SQLITE)
assert KIND in {SQLITE, POSTGRESQL}, f"PORINA_TEST_DATABASE={KIND}"

FILE = "porina.db"  # where `porina serve` has it too, when it is given the same folder
Make = Callable[[Database], object]
_names: dict[Path, str] = {}
_numbers = count()


def fresh(folder: Path, make: Make, kind: str = KIND) -> str:
    """The URL of the database of `folder`; at the first call it is new, and as `make` prepares one."""
    if kind == SQLITE:
        file = folder / FILE
        if not file.exists():
            file.write_bytes(_file(make))
        return f"sqlite:///{file}"
    if folder not in _names:
        name = f"test_{next(_numbers)}"
        cluster().create(name, _template(make))
        _names[folder] = name
    return cluster().url(_names[folder])


def let_go(folder: Path) -> None:
    """Remove the databases of `folder` and of the folders in it; files go with their folder."""
    for used in [used for used in _names if used.is_relative_to(folder)]:
        cluster().drop(_names.pop(used))


@cache
def cluster() -> Cluster:
    """The PostgreSQL that the session's tests share. Who stops, kills or pauses one starts his own."""
    return Cluster()


def end() -> None:
    """Leave nothing behind when the session is over."""
    if cluster.cache_info().currsize:
        cluster().stop()


def rows(url: str, query: str, **values: Any) -> list[Any]:
    """What a connection of its own sees, past all of the product's code."""
    if not url.startswith(POSTGRESQL):
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            return plain(connection.execute(text(query), values))

    async def look() -> list[Any]:
        async with create_async_engine(url, poolclass=NullPool).connect() as connection:
            return plain(await connection.execute(text(query), values))

    return apart(look)


def alone(url: str) -> None:
    """Return when nobody is connected to a PostgreSQL any more: it ends what a killed client has begun."""
    others = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()"
    while url.startswith(POSTGRESQL) and rows(url, others):
        time.sleep(0.01)


def plain(result: CursorResult[Any]) -> list[Any]:
    """Rows that are the same from both kinds: moments are text, as SQLite keeps them."""
    row = namedtuple("row", result.keys(), rename=True)  # type: ignore[misc]
    return [row(*(_as_kept(value) for value in found)) for found in result]


def _as_kept(value: Any) -> Any:
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value


def everything(url: str) -> bytes:
    """All that is stored, to look for what must not be: SQLite's files, PostgreSQL's dump."""
    if not url.startswith(POSTGRESQL):
        file = Path(url.removeprefix("sqlite:///"))
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    dump = [f"{programs()}/pg_dump", "--inserts", url.replace("+asyncpg", "")]
    return subprocess.run(dump, check=True, capture_output=True).stdout


@cache
def _file(make: Make) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        with closing(Database(f"sqlite:///{file}")) as database:
            make(database)
        return file.read_bytes()


@cache
def _template(make: Make) -> str:
    name = f"template_{next(_numbers)}"
    with closing(Database(cluster().create(name))) as database:
        make(database)
    return name
