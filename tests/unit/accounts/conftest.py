"""An empty database, and the accounts that tests make in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from databases import fresh
from staff import Staff

from services.database import Database
from services.migrations import upgrade

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(fresh(tmp_path, upgrade))) as opened:
        yield opened


@pytest.fixture
def staff(database: Database) -> Staff:
    return Staff(database, NOW)
