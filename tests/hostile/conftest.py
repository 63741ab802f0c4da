"""A server to attack."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from served import Served, serving


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """Direct Line with a dialog that echoes (`tests/served.py`), without limits on how often."""
    async with serving(tmp_path, rate_limits="off") as running:
        yield running
