"""Words that look alike, found among thousands without comparing with each of them.

Words that share too few trigrams cannot be alike; only the rest meets RapidFuzz. The measure is `rapidfuzz.fuzz.ratio`,
2 · LCS / (length + length) in per cent.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

_SHARED = 0.5  # of the shorter word's trigrams: true of every containment and of nearly every pair with ratio ≥ 74


def _trigrams(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


class Alike:
    """A set of distinct words that can be searched by likeness; immutable once built."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = list(dict.fromkeys(words))
        self.ids = {word: number for number, word in enumerate(self.words)}
        postings: dict[str, list[int]] = {}
        sizes = np.zeros(len(self.words), np.float32)
        for number, word in enumerate(self.words):
            grams = _trigrams(word)
            sizes[number] = len(grams)
            for gram in grams:
                postings.setdefault(gram, []).append(number)
        self._sizes = sizes
        self._postings = {gram: np.array(numbers, np.int32) for gram, numbers in postings.items()}

    def near(self, word: str) -> npt.NDArray[np.intp]:
        """The numbers of the words that share enough trigrams with `word` to be worth a comparison."""
        grams = _trigrams(word)
        found = [self._postings[gram] for gram in grams if gram in self._postings]
        if not found:
            return np.zeros(0, np.intp)
        shared = np.bincount(np.concatenate(found))
        some = np.flatnonzero(shared)
        return some[shared[some] >= _SHARED * np.minimum(self._sizes[some], len(grams))]

    def find(self, word: str, least: int) -> list[tuple[str, float]]:
        """The words whose ratio to `word` is at least `least`, with the ratio (0–100)."""
        numbers = self.near(word)
        if not len(numbers):
            return []
        candidates = [self.words[number] for number in numbers]
        ratios = process.cdist([word], candidates, scorer=fuzz.ratio, score_cutoff=least)[0]
        return [(candidates[place], float(ratios[place])) for place in np.flatnonzero(ratios)]
