from __future__ import annotations

import math

import numpy as np
import pytest

from knowledge.matching.grams import K1, B, GramIndex, grams_of

TEXTS = [["katu", "katuvalo", "valo"], ["valo", "valo", "lamppu"], [], ["pysakointi", "katu"]]


def reference(texts: list[list[str]], query: list[tuple[str, float]]) -> list[float]:
    """BM25 as in the book, slowly."""
    documents = [[gram for word in text for gram in grams_of(word)] for text in texts]
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for word, weight in query:
            for gram in grams_of(word):
                having = sum(gram in each for each in documents)
                idf = math.log(1 + (len(documents) - having + 0.5) / (having + 0.5))
                count = document.count(gram)
                score += weight * idf * count * (K1 + 1) / (count + K1 * (1 - B + B * len(document) / mean))
        scores.append(score)
    return scores


@pytest.mark.parametrize(
    "query",
    [
        [("valo", 1.0)],
        [("katuvalot", 1.0), ("valo", 0.6)],
        [("katu", 1.0), ("katu", 1.0), ("zzz", 1.0)],
        [("x", 1.0)],
        [],
    ],
)
def test_scores_equal_the_reference(query: list[tuple[str, float]]) -> None:
    assert np.allclose(GramIndex.build(TEXTS).scores(query), reference(TEXTS, query), rtol=1e-4)


def test_grams_are_of_three_to_five_letters_with_both_ends() -> None:
    assert grams_of("ei") == [" ei", "ei ", " ei "]
    assert grams_of("a") == [" a "]
    assert grams_of("katu") == [" ka", "kat", "atu", "tu ", " kat", "katu", "atu ", " katu", "katu "]


def test_no_text_scores_more_than_the_most() -> None:
    index = GramIndex.build(TEXTS)
    for word in ("valo", "katuvalo", "lamppu"):
        # A BM25 weight is at most idf x (K1 + 1).
        assert index.scores([(word, 1.0)]).max() <= index.most([(word, 1.0)]) * (K1 + 1)


def test_an_empty_collection_has_no_scores() -> None:
    assert GramIndex.build([]).scores([("katu", 1.0)]).shape == (0,)
