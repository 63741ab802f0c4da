"""A database with two appointments, and a meeting in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from databases import fresh
from meeting import Meeting, plan

from services.database import Database
from services.migrations import upgrade

OTHER = "appointment-2"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(fresh(tmp_path, upgrade))) as opened:
        yield opened


@pytest.fixture
def meeting(database: Database) -> Meeting:
    database.now(plan)
    database.now(plan, OTHER)
    return Meeting(database)


@pytest.fixture
def other() -> str:
    """The room of another appointment."""
    return OTHER
