"""BM25 over character n-grams: the first reading of a message.

Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the n-grams of single words
(padded with a space at both ends, so that beginnings and endings count) in the place of terms. For Finnish this does
most of what stems, lemmas and compound splitting would (the matching study measured it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

SHORTEST, LONGEST = 3, 5
K1, B = 2.0, 0.4


def grams_of(word: str) -> list[str]:
    """The 3- to 5-grams of one padded word; the padded word itself when it is shorter."""
    padded = f" {word} "
    length = len(padded)
    if length <= SHORTEST:
        return [padded]
    return [padded[i : i + n] for n in range(SHORTEST, LONGEST + 1) for i in range(length - n + 1)]


@dataclass(frozen=True, slots=True)
class GramIndex:
    """Postings of a collection of D documents with G distinct n-grams.

    `starts`: (G + 1,) where each gram's postings begin; `documents`, `weights`: (P,) the document and the complete BM25
    weight of each posting; `idf`: (G,). Scores are sums of weights, so nothing but additions is left for a message.
    """

    ids: dict[str, int]
    starts: Ints
    documents: Ints
    weights: Floats
    idf: Floats
    size: int

    @classmethod
    def build(cls, texts: Sequence[Iterable[str]]) -> GramIndex:
        """The index of `texts`, each a document's words (folded, repetitions count)."""
        ids: dict[str, int] = {}
        by_word: dict[str, Ints] = {}
        parts: list[Ints] = []
        lengths = np.zeros(len(texts), np.int64)
        for number, text in enumerate(texts):
            for word in text:
                known = by_word.get(word)
                if known is None:
                    known = np.array([ids.setdefault(gram, len(ids)) for gram in grams_of(word)], np.int32)
                    by_word[word] = known
                parts.append(known)
                lengths[number] += len(known)
        size = max(len(texts), 1)
        flat = np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)
        keys, counts = np.unique(flat * size + np.repeat(np.arange(len(texts)), lengths), return_counts=True)
        gram, document = np.divmod(keys, size)
        frequency = np.bincount(gram, minlength=len(ids))
        idf = np.log1p((len(texts) - frequency + 0.5) / (frequency + 0.5))
        mean = max(float(lengths.mean()), 1.0) if len(texts) else 1.0
        norm = K1 * (1 - B + B * lengths[document] / mean)
        weights = idf[gram] * counts * (K1 + 1) / (counts + norm)
        starts = np.concatenate([[0], np.cumsum(frequency)])
        return cls(
            ids,
            starts.astype(np.int32),
            document.astype(np.int32),
            weights.astype(np.float32),
            idf.astype(np.float32),
            len(texts),
        )

    def weigh(self, weighted_words: Iterable[tuple[str, float]]) -> tuple[list[int], list[float], int]:
        """The known grams of the words, a weight for each, and how many grams were not known."""
        total: dict[int, float] = {}
        unknown = 0
        for word, weight in weighted_words:
            for gram in grams_of(word):
                number = self.ids.get(gram)
                if number is None:
                    unknown += 1
                else:
                    total[number] = total.get(number, 0.0) + weight
        return list(total), list(total.values()), unknown

    def most(self, weighted_words: Iterable[tuple[str, float]]) -> float:
        """About the score of a document that is made for the words: what the scores may be measured against."""
        known, weights, unknown = self.weigh(weighted_words)
        rarest = float(self.idf.max()) if len(self.idf) else 0.0
        return float(self.idf[known] @ np.array(weights, np.float32)) + rarest * unknown if known else rarest * unknown

    def scores(self, weighted_words: Iterable[tuple[str, float]]) -> Floats:
        """(D,) the BM25 score of every document for the words, each with its weight."""
        known, weights, _ = self.weigh(weighted_words)
        if not known:
            return np.zeros(self.size, np.float32)
        chosen = np.array(known, np.int32)
        begin, end = self.starts[chosen], self.starts[chosen + 1]
        lengths = end - begin
        # Positions of all postings in one array, without a loop over grams.
        offsets = np.repeat(begin - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
        where = offsets + np.arange(int(lengths.sum()))
        values = self.weights[where] * np.repeat(np.array(weights, np.float32), lengths)
        return np.bincount(self.documents[where], weights=values, minlength=self.size).astype(np.float32)
