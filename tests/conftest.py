"""Fixtures that all tests share."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from needs import node_modules

from knowledge.meaning.sentences import Sentences


@pytest.fixture(scope="session")
def npm() -> Path:
    """The folder of the npm packages: the stock clients and axe."""
    return node_modules()


@pytest.fixture(scope="session")
def sentences(request: pytest.FixtureRequest) -> Sentences | None:
    """What the product under test reads meanings with; none when the suite runs with PORINA_SENTENCE_MODEL=off."""
    off = os.environ.get("PORINA_SENTENCE_MODEL") == "off"
    return None if off else request.getfixturevalue("model")


@pytest.fixture(scope="session")
def model() -> Iterator[Sentences]:
    """The sentence model, loaded once; it knows the vectors of the shipped content."""
    with closing(Sentences()) as running:
        running.now(["ready"])
        yield running
