"""A server to talk to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from served import Served, serving


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """Direct Line with a dialog that echoes (`tests/served.py`)."""
    async with serving(tmp_path) as running:
        yield running
