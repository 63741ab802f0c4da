"""A server to talk to, and the product without one."""

import shutil
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest
from conversing import House, known
from served import Served, serving

from bot.appointments.offer import bookables, demo_title
from services.appointments.demo import fill_experts
from services.database import Database
from services.migrations import upgrade


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """Direct Line with a dialog that echoes (`tests/served.py`)."""
    async with serving(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with its tables and the demo experts, to copy for each test."""
    file = tmp_path_factory.mktemp("empty") / "porina.db"
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    base = known().base
    database.now(fill_experts, bookables(base), partial(demo_title, base))
    database.close()
    return file


@pytest.fixture
def house(tmp_path: Path, empty: Path) -> Iterator[House]:
    file = Path(shutil.copy(empty, tmp_path))
    database = Database(f"sqlite:///{file}")
    yield House(database)
    database.close()
