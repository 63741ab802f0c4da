"""Words that look alike, found among thousands without comparing with each of them.

Words that share too few trigrams cannot be alike; only the rest meets RapidFuzz. The measure is `rapidfuzz.fuzz.ratio`,
2 · LCS / (length + length) in per cent; in short words it falls far with one slip, so slips are told as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from knowledge.matching.ngrams import Ints, keys_of
from knowledge.matching.postings import Postings, spans, terms_of

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_SHARED = 0.5  # of the shorter word's trigrams: true of every containment and of nearly every pair with ratio ≥ 74
_SLIPPED = 6  # letters; with one slip, a shorter word is too often another
_TRIGRAMS = range(3, 4)
_FEW = 3  # a longer word is like none of one or two letters


class Alike:
    """Distinct words with numbers, searched by likeness; immutable once built."""

    def __init__(self, words: Iterable[str], before: Alike | None = None) -> None:
        """The words of `before`, with the same numbers, and those of `words` that are not among them."""
        self.words: list[str] = list(before.words) if before else []
        self.ids: dict[str, int] = dict(before.ids) if before else {}
        known = len(self.words)
        for word in words:
            if self.ids.setdefault(word, len(self.words)) == len(self.words):
                self.words.append(word)
        new = {number: [f" {self.words[number]} "] for number in range(known, len(self.words))}
        terms = terms_of(new, _TRIGRAMS)
        self._postings: Postings = (before._postings if before else Postings()).updated((), terms)
        self._sizes: Ints = np.bincount(terms.documents, minlength=len(self.words))
        if before:
            self._sizes[:known] = before._sizes

    def near(self, asked: Sequence[str]) -> tuple[Ints, Ints]:
        """The pairs that are worth a comparison: (N,) places in `asked`, ascending, and (N,) numbers of words."""
        keys, owners = keys_of([f" {word} " for word in asked], _TRIGRAMS)
        order = np.lexsort((keys, owners))
        keys, owners = keys.take(order), owners.take(order)
        again = (keys[1:] == keys[:-1]) & (owners[1:] == owners[:-1])
        if again.any():  # a trigram that stands twice in a word counts once
            keys, owners = np.delete(keys, 1 + again.nonzero()[0]), np.delete(owners, 1 + again.nonzero()[0])
        where, lengths = spans(*self._postings.find(keys))
        width = max(len(self.words), 1)
        pairs = (owners * width).repeat(lengths) + self._postings.documents.take(where)
        pairs.sort()
        final = np.ones(len(pairs), np.bool_)
        np.not_equal(pairs[1:], pairs[:-1], out=final[:-1])
        last = final.nonzero()[0]
        shared = last - np.concatenate([[-1], last[:-1]])
        sizes = np.bincount(owners, minlength=len(asked))
        if min(map(len, asked), default=0) > _FEW:
            some = (shared > 1).nonzero()[0]  # one alone is enough only for words of one or two letters
            last, shared = last.take(some), shared.take(some)
        places, numbers = np.divmod(pairs.take(last), width)
        enough = shared >= _SHARED * np.minimum(self._sizes.take(numbers), sizes.take(places))
        return places[enough], numbers[enough]

    def find(self, asked: Sequence[str], least: int) -> list[tuple[str, str]]:
        """(one of `asked`, a word) for each pair with a ratio of at least `least` (0–100), or one slip apart."""
        places, numbers = self.near(asked)
        ones = [asked[place] for place in places.tolist()]
        others = [self.words[number] for number in numbers.tolist()]
        alike = (ratios(ones, others, least) > 0) | one_slip(ones, others)
        return [(ones[place], others[place]) for place in np.flatnonzero(alike).tolist()]


def ratios(ones: Sequence[str], others: Sequence[str], least: int) -> Floats:
    """The ratio (0–100) of each pair, 0 where it is below `least`."""
    return np.asarray(process.cpdist(ones, others, scorer=fuzz.ratio, score_cutoff=least), np.float32)


def one_slip(ones: Sequence[str], others: Sequence[str]) -> Bools:
    """Which pairs of longer words differ by a letter more, less or wrong, or by two swapped (OSA distance 1)."""
    long = [min(len(one), len(other)) >= _SLIPPED for one, other in zip(ones, others, strict=True)]
    near: Bools = process.cpdist(ones, others, scorer=OSA.distance, score_cutoff=1) == 1
    return near & np.array(long, np.bool_)
