"""Which documents have which terms, in flat arrays sorted by term: an inverted index that is copied with a change.

Terms are 64-bit keys. A change costs a copy of the arrays and no sorting: a millisecond for a million postings.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from knowledge.matching.ngrams import Ints, Keys, keys_of, lacking


@dataclass(frozen=True, slots=True)
class Terms:
    """Pairs of a term and a document, sorted by term, and how often the document has it; three arrays of one length."""

    keys: Keys
    documents: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Postings:
    """`keys`: (T,) the terms, sorted; `starts`: (T + 1,) where the postings of each begin; `documents`, `counts`: (P,)
    the document of each posting and how often it has the term.
    """

    keys: Keys = field(default_factory=lambda: np.zeros(0, np.uint64))
    starts: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    documents: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    counts: npt.NDArray[np.uint16] = field(default_factory=lambda: np.zeros(0, np.uint16))

    def find(self, keys: Keys) -> tuple[Ints, Ints]:
        """Where the postings of each key begin and end; two equal places for a key that no document has."""
        first = self.keys.searchsorted(keys)
        last = self.keys.searchsorted(keys, side="right")
        return self.starts.take(first), self.starts.take(last)

    def updated(self, gone: Collection[int], new: Terms) -> Postings:
        """These postings without the documents `gone`, and with `new`, whose documents are not among the rest."""
        gaps = [np.flatnonzero(self.documents == each) for each in gone]
        cut = np.sort(np.concatenate(gaps)) if gaps else np.zeros(0, np.int64)
        without = np.bincount(np.searchsorted(self.starts, cut, side="right") - 1, minlength=len(self.keys))
        frequency = np.diff(self.starts) - without
        at = _ends(frequency)[np.searchsorted(self.keys, new.keys)]

        added, many = np.unique(new.keys, return_counts=True)
        places, missing = lacking(self.keys, added)
        keys, frequency = np.insert(self.keys, places, missing), np.insert(frequency, places, 0)
        frequency[np.searchsorted(keys, added)] += many
        alive = frequency > 0
        if not alive.all():
            keys, frequency = keys[alive], frequency[alive]
        return Postings(
            keys,
            _ends(frequency),
            np.insert(np.delete(self.documents, cut), at, new.documents),
            np.insert(np.delete(self.counts, cut), at, new.counts),
        )


def spans(begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """All places from each `begin` to its `end` in one array, without a loop, and the length of each span."""
    lengths = end - begin
    before = lengths.cumsum() - lengths
    places = (begin - before).repeat(lengths)
    places += np.arange(len(places))
    return places, lengths


def terms_of(documents: Mapping[int, Sequence[str]], lengths: range) -> Terms:
    """The n-grams of documents, each given as its number and its words (padded; repetitions count)."""
    numbers: dict[str, int] = {}
    words = np.array([numbers.setdefault(word, len(numbers)) for text in documents.values() for word in text], np.int64)
    owners = np.repeat(np.fromiter(documents, np.int64), [len(text) for text in documents.values()])
    keys, within = keys_of(list(numbers), lengths)
    distinct, ids = np.unique(keys, return_inverse=True)
    ids = ids[np.argsort(within, kind="stable")]  # word by word
    ends = _ends(np.bincount(within, minlength=len(numbers)))
    where, many = spans(ends[words], ends[words + 1])
    size = int(owners.max()) + 1 if len(owners) else 1
    pairs, counts = np.unique(ids[where] * size + np.repeat(owners, many), return_counts=True)
    rows, documents_of = np.divmod(pairs, size)
    return Terms(
        distinct[rows], documents_of.astype(np.int32), np.minimum(counts, np.iinfo(np.uint16).max).astype(np.uint16)
    )


def idf(frequency: npt.ArrayLike, size: int) -> npt.NDArray[np.float32]:
    """How much a term tells that `frequency` of `size` documents have (Robertson & Spärck Jones, kept above 0)."""
    many = np.asarray(frequency, np.float64)
    return np.log1p((size - many + 0.5) / (many + 0.5)).astype(np.float32)


def _ends(lengths: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(lengths)])
