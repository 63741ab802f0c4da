"""How often the language is right on messages of our own. The minimums are what was measured, rounded down."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from conftest import EVAL

from knowledge.matching import Matcher
from knowledge.matching.foreign import samples
from knowledge.model import LANGUAGES

Row = Mapping[str, Any]

# Pairs that a few words do not tell apart.
ALIKE = ({"ru", "uk", "bg"}, {"ar", "fa", "ckb", "ur"}, {"hi", "ne"}, {"am", "ti"}, {"es", "pt"})


def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (EVAL / name).read_text("utf-8").splitlines()]


LABELS = rows("language-labels.jsonl")
QUESTIONS = rows("languages.jsonl")
OURS = [row for row in LABELS if row["lang"] in LANGUAGES]
OTHERS = [row for row in LABELS if row["lang"] not in LANGUAGES]


@pytest.fixture(scope="module")
def detected(shipped: Matcher) -> Mapping[str, str]:
    return {row["text"]: shipped.find(row["text"]).language for row in (*LABELS, *QUESTIONS)}


@pytest.fixture(scope="module")
def share(detected: Mapping[str, str]) -> Callable[[list[Row], Callable[[Row, str], bool]], float]:
    return lambda of, right: sum(right(row, detected[row["text"]]) for row in of) / len(of)


def is_named(row: Row, got: str) -> bool:
    return got in {row["lang"], *row.get("also", ())}


def is_nearly_named(row: Row, got: str) -> bool:
    return is_named(row, got) or any({row["lang"], got} <= alike for alike in ALIKE)


def is_foreign(_: Row, got: str) -> bool:
    return got not in LANGUAGES


def is_tagged(row: Row, tag: str) -> bool:
    return tag in row["tags"]


def test_the_sets_are_what_they_should_be() -> None:
    short = [row for row in OURS if len(row["text"].split()) <= 4]
    longer = [row for row in LABELS if is_tagged(row, "long")]
    assert len(short) >= 300
    assert len(longer) >= 80
    by_language = [row["lang"] for row in QUESTIONS]
    assert len(by_language) >= 84
    assert sum(by_language.count(each) >= 5 for each in set(by_language)) >= 12
    plain = sum(is_tagged(row, "plain") for row in QUESTIONS)
    assert 0.4 <= plain / len(QUESTIONS) <= 0.6


@pytest.mark.parametrize(("count", "least"), [(1, 0.97), (2, 0.93), (3, 0.97), (4, 1.0)])
def test_few_words_of_our_three_languages(share: Any, count: int, least: float) -> None:
    assert share([row for row in OURS if len(row["text"].split()) == count], is_named) >= least


def test_longer_messages_of_our_three_languages(share: Any) -> None:
    assert share([row for row in OURS if is_tagged(row, "long")], is_named) == 1


def test_the_content_is_never_foreign_by_mistake(share: Any) -> None:
    assert share(OURS, lambda row, got: not is_foreign(row, got)) >= 0.995


def test_foreign_questions_are_seen_as_such(share: Any) -> None:
    assert share(QUESTIONS, is_foreign) >= 0.98
    assert share(OTHERS, is_foreign) >= 0.95


def test_and_named(share: Any) -> None:
    assert share(QUESTIONS, is_nearly_named) >= 0.98
    assert share([row for row in OTHERS if is_tagged(row, "short")], is_nearly_named) >= 0.94
    assert share([row for row in OTHERS if is_tagged(row, "long")], is_nearly_named) >= 0.97


def test_what_is_kept_of_them_is_about_a_megabyte() -> None:
    assert samples().keys.nbytes + samples().weights.nbytes <= 1_100_000
