"""A database with nothing in it, and a clock to set."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from databases import fresh
from served import SetClock

from services.database import Database
from services.migrations import upgrade


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(fresh(tmp_path, upgrade))
    yield opened
    opened.close()
