from __future__ import annotations

import math

import numpy as np
import pytest

from knowledge.matching.grams import K1, B, GramIndex
from knowledge.matching.ngrams import keys_of

TEXTS = [["katu", "katuvalo", "valo"], ["valo", "valo", "lamppu"], [], ["pysakointi", "katu"]]


def grams_of(word: str) -> list[str]:
    """The 3- to 5-grams of one padded word."""
    padded = f" {word} "
    return [padded[i : i + n] for n in (3, 4, 5) for i in range(len(padded) - n + 1)]


def reference(texts: list[list[str]], query: dict[str, float]) -> list[float]:
    """BM25 as in the book, slowly."""
    documents = [[gram for word in text for gram in grams_of(word)] for text in texts]
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for word, weight in query.items():
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
        {"valo": 1.0},
        {"katuvalot": 1.0, "valo": 0.6},
        {"katu": 2.0, "zzz": 1.0},
        {"x": 1.0},
        {},
    ],
)
def test_scores_equal_the_reference(query: dict[str, float]) -> None:
    scores, _ = GramIndex.build(TEXTS).read(query, {"valo": 0.5})
    assert np.allclose(scores, np.add(reference(TEXTS, query), reference(TEXTS, {"valo": 0.5})), rtol=1e-4)


def test_keys_tell_grams_of_three_to_five_letters_with_both_ends() -> None:
    words = ["ei", "a", "katu", "ääni", "где", "\ud800x", "ei"]
    keys, owners = keys_of([f" {word} " for word in words], range(3, 6))
    assert len(keys) == sum(len(grams_of(word)) for word in words)
    by_gram: dict[str, set[int]] = {}
    for place, word in enumerate(words):
        own = keys[owners == place].tolist()
        assert len(own) == len(grams_of(word))
        for gram, key in zip(grams_of(word), own, strict=True):
            by_gram.setdefault(gram, set()).add(key)
    assert all(len(found) == 1 for found in by_gram.values())  # the same gram has the same key everywhere
    assert len(set.union(*by_gram.values())) == len(by_gram)  # and no other has it


def test_no_text_scores_more_than_the_most() -> None:
    index = GramIndex.build(TEXTS)
    for word in ("valo", "katuvalo", "lamppu"):
        scores, most = index.read({word: 1.0}, {})
        assert 0 < scores.max() <= most * (K1 + 1)  # a BM25 weight is at most idf x (K1 + 1)


def test_what_no_text_has_counts_as_the_rarest() -> None:
    index = GramIndex.build(TEXTS)
    scores, most = index.read({"zzzz": 2.0}, {})
    assert not scores.any()
    assert most == pytest.approx(2 * len(grams_of("zzzz")) * math.log(1 + (4 - 1 + 0.5) / (1 + 0.5)))


def test_an_empty_collection_has_no_scores() -> None:
    scores, most = GramIndex.build([]).read({"katu": 1.0}, {})
    assert scores.shape == (0,)
    assert most == 0
