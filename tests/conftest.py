"""Fixtures that all tests share."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import databases
import pytest
from needs import node_modules

from knowledge.meaning.sentences import Sentences


@pytest.fixture(scope="session", autouse=True)
def _databases_end() -> Iterator[None]:
    yield
    databases.end()


@pytest.fixture(autouse=True)
def _let_go_of_databases(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test's databases go with it; set up before all else, this is the last to end."""
    yield
    folder = request.node.funcargs.get("tmp_path")
    if folder is not None:
        databases.let_go(folder)


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
