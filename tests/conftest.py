"""Fixtures that all tests share."""

from pathlib import Path

import pytest
from needs import node_modules


@pytest.fixture(scope="session")
def npm() -> Path:
    """The folder of the npm packages: the stock clients and axe."""
    return node_modules()
