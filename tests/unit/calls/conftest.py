from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from databases import fresh
from ringing import Point

from services.database import Database
from services.migrations import upgrade


@pytest.fixture
def point(tmp_path: Path) -> Iterator[Point]:
    with closing(Database(fresh(tmp_path, upgrade))) as database:
        yield Point(database)
