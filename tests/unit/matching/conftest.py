from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from knowledge.files import SHIPPED, read_folder
from knowledge.matching import Found, Matcher, NotOurs
from knowledge.meaning.sentences import Sentences
from knowledge.model import Entry, KnowledgeBase, Unit, Vocabulary
from knowledge.reading import deepened, read_now

EVAL = Path(__file__).parents[2] / "eval"


@pytest.fixture(scope="session")
def shipped_content() -> KnowledgeBase:
    return read_folder(SHIPPED)


@pytest.fixture(scope="session")
def vocabulary(shipped_content: KnowledgeBase) -> Vocabulary:
    assert shipped_content.vocabulary is not None
    return shipped_content.vocabulary


@pytest.fixture(scope="session")
def not_ours() -> NotOurs:
    return NotOurs.read()


@pytest.fixture(scope="session")
def shipped(shipped_content: KnowledgeBase, vocabulary: Vocabulary, not_ours: NotOurs) -> Matcher:
    return Matcher.build(shipped_content, vocabulary=vocabulary, not_ours=not_ours)


@pytest.fixture(scope="session")
def deep(shipped: Matcher, model: Sentences) -> Callable[[str], Found]:
    """Reading of the shipped content by words and meaning."""
    matcher = deepened(shipped, model)
    return cache(lambda text: read_now(matcher, model, text))


@pytest.fixture(scope="session")
def study(vocabulary: Vocabulary, not_ours: NotOurs) -> Matcher:
    return Matcher.build(read_folder(EVAL / "kb"), vocabulary=vocabulary, not_ours=not_ours)


def make_entry(entry_id: str, fi: str, *phrasings: str, **more: Any) -> Entry:
    return Entry.model_validate(
        {
            "id": entry_id,
            "unit": "unit",
            "title": {"fi": fi, "sv": fi, "en": fi},
            "answer": {"fi": "-", "sv": "-", "en": "-"},
            "phrasings": {"fi": list(phrasings)},
            "owner": "tester",
            "review_by": "2030-01-01",
            "source": "test",
            "checked": "2026-01-01",
            **more,
        }
    )


def make_base(*entries: Entry) -> KnowledgeBase:
    unit = Unit.model_validate({"id": "unit", "name": {"fi": "a", "sv": "b", "en": "c"}, "organisation": "x"})
    return KnowledgeBase(units=(unit,), entries=entries)
