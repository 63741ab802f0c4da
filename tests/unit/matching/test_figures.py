"""The shipped content with the shipped weights understands the labelled queries as well as promised.

The weights are fitted on odd ids; the even ids are the check that they were not fitted too well.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import EVAL

from knowledge.evaluate import Query, evaluate, read_queries
from knowledge.matching import Matcher, NotOurs
from knowledge.matching.index import texts_of
from knowledge.matching.normalise import clean, fold, words
from knowledge.model import LANGUAGES, KnowledgeBase, Vocabulary

QUERIES = read_queries(EVAL / "dev.jsonl")


@pytest.mark.parametrize(
    "belongs",
    [lambda query: True, lambda query: int(query.id) % 2 == 0],
    ids=["all ids", "even ids"],
)
def test_shipped_content(shipped: Matcher, belongs: Callable[[Query], bool]) -> None:
    found = evaluate([query for query in QUERIES if belongs(query)], shipped.find).all
    assert found.hit1 is not None and found.hit1 >= 0.65
    assert found.hit3 is not None and found.hit3 >= 0.80
    assert found.answered is not None and found.answered >= 0.40
    assert found.answered_right is not None and found.answered_right >= 0.85
    assert found.false_answer_rate is not None and found.false_answer_rate <= 0.10
    assert found.auroc is not None and found.auroc >= 0.80
    assert found.ece is not None and found.ece <= 0.12


def test_thin_content_with_the_same_weights(study: Matcher) -> None:
    found = evaluate(QUERIES, study.find).all
    assert found.hit1 is not None and found.hit1 >= 0.55
    assert found.hit3 is not None and found.hit3 >= 0.65
    assert found.auroc is not None and found.auroc >= 0.80


def test_one_need_is_rarely_taken_for_two(shipped: Matcher) -> None:
    single = [shipped.find(query.text) for query in QUERIES if not query.needs]
    assert sum(bool(found.needs) for found in single) / len(single) < 0.10


def test_no_query_stands_in_the_content(
    shipped_content: KnowledgeBase, vocabulary: Vocabulary, not_ours: NotOurs
) -> None:
    """What is in both would measure memory. A city's own word, and "hmm" in `not_ours`, may well be a query too."""

    def plain(text: str) -> str:
        return " ".join(fold(word) for word in words(clean(text)))

    ours = {
        *(text for entry in shipped_content.entries for _, text in texts_of(entry)),
        *(word for language in LANGUAGES for group in getattr(vocabulary, language) for word in group[1:]),
        *(example for examples in not_ours.kinds.values() for example in examples if " " in example),
    } - {entry.title.in_(language) for entry in shipped_content.entries for language in LANGUAGES}
    known = {plain(text) for text in ours}
    assert not [query.text for query in QUERIES if plain(query.text) in known]
