"""BM25 over character n-grams: the first reading of a message.

Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the n-grams of single words
(padded with a space at both ends, so that beginnings and endings count) in the place of terms. For Finnish this does
most of what stems, lemmas and compound splitting would (the matching study measured it).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from knowledge.matching.ngrams import Ints, keys_of
from knowledge.matching.postings import Postings, idf, spans, terms_of

Floats = npt.NDArray[np.float32]

LENGTHS = range(3, 6)
K1, B = 2.0, 0.4


@dataclass(frozen=True, slots=True)
class GramIndex:
    """A collection of documents with numbers below D, not all of which need be taken.

    `lengths`: (D,) n-grams in each document; `norms`: (D,) what BM25 adds to a count in each; `size`: how many
    documents there are; `rarest`: the highest IDF. What depends on the whole collection is reckoned when it is asked
    for, so a change of one document leaves the postings of the others as they are.
    """

    postings: Postings = field(default_factory=Postings)
    lengths: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    norms: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    size: int = 0
    rarest: float = 0.0

    @classmethod
    def build(cls, texts: Sequence[Sequence[str]]) -> GramIndex:
        """The index of `texts`, each a document's words (folded, repetitions count)."""
        return cls().updated((), dict(enumerate(texts)), len(texts))

    def updated(self, gone: Collection[int], new: Mapping[int, Sequence[str]], size: int) -> GramIndex:
        """Another index of `size` documents: without the numbers `gone`, with the words in `new` by number."""
        terms = terms_of({number: _padded(text) for number, text in new.items()}, LENGTHS)
        postings = self.postings.updated(gone, terms)
        lengths = np.zeros(max(len(self.lengths), *(number + 1 for number in new), 0), np.int64)
        lengths[: len(self.lengths)] = self.lengths
        lengths[list(gone)] = 0
        lengths += np.bincount(terms.documents, weights=terms.counts, minlength=len(lengths)).astype(np.int64)
        mean = max(float(lengths.sum()) / max(size, 1), 1.0)
        norms = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)
        frequency = np.diff(postings.starts)
        rarest = float(idf(frequency.min(), size)) if len(frequency) else 0.0
        return GramIndex(postings, lengths, norms, size, rarest)

    def read(self, words: Mapping[str, float], added: Mapping[str, float]) -> tuple[Floats, float]:
        """(D,) the BM25 score of each document for `words` and `added` with their weights.

        And about the score of a document that is made for `words`: what the scores may be measured against.
        """
        keys, owners = keys_of(_padded((*words, *added)), LENGTHS)
        weights = np.array((*words.values(), *added.values()), np.float32).take(owners)
        where, frequency = spans(*self.postings.find(keys))
        worth = weights * np.where(frequency > 0, idf(frequency, self.size), np.float32(self.rarest))
        documents, counts = self.postings.documents.take(where), self.postings.counts.take(where).astype(np.float32)
        values = worth.repeat(frequency) * (counts * (K1 + 1) / (counts + self.norms.take(documents)))
        scores = np.bincount(documents, weights=values, minlength=len(self.lengths))
        return scores.astype(np.float32), float(worth[owners < len(words)].sum())


def _padded(words: Iterable[str]) -> list[str]:
    return [f" {word} " for word in words]
