"""Word-by-word alignment of a message with the words of each entry, weighted by rarity.

Each word of the message looks for the most similar word of each entry: RapidFuzz ratio, or one being the beginning or
end of the other (Finnish and Swedish compounds). An entry scores by the share of the message's rarity (IDF) it covers.
Coverage of single phrasings was tried beside it and added nothing on odd ids, for twice the time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import itemgetter

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Postfix, Prefix

from knowledge.matching.alike import Alike, Floats, one_slip, ratios
from knowledge.matching.ngrams import Ints
from knowledge.matching.postings import Postings, Terms, idf, spans

LEAST_RATIO = 74
SHORTEST_PART = 4
_PART = 0.9  # what a shared part of a compound counts at most
_SLIP = np.float32(0.9)  # likeness of a word with one slip, at least
_MAY_SLIP = 0.69  # what a slip leaves of a word of six letters: (2 · 5 / 12)²
_FEW_WORDS = 1000  # that may be of no entry any more
_SAME = 0.8  # from this likeness on, a word of the message is as rare as the word it resembles


@dataclass(frozen=True, slots=True)
class Slot:
    """One topical word of the message: its possible stems, and (stem, weight) of what the vocabulary has for it."""

    word: str
    stems: tuple[str, ...]
    stands_for: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Similar:
    """N pairs of a stem that was asked for and a word of the content that resembles it, the least alike first.

    `asked`: (N,) places of the stems; `numbers`, `words`: (N,) the content's words; `likeness`: (N,) 0–1.
    """

    asked: Ints
    numbers: Ints
    words: list[str]
    likeness: Floats


@dataclass(frozen=True, slots=True)
class Alignment:
    """A message of S slots, with A distinct stems, against E entries.

    `words`: the slots' words; `slots`: (S, E) likeness (0–1) of each word to the nearest in the entry, with vocabulary;
    `rarity`: (S,) the IDF of each word; `covered`, `plain_covered`: (E,) share of the rarity found in the entry, with
    and without vocabulary; `known`: share of it found anywhere; `slips`: what was probably meant by stems that no entry
    has, the words that are nearly the same; `similar`: what resembles the stems, and `weights`: for each slot the
    places of its stems and how much each of them counts.
    """

    words: tuple[str, ...]
    slots: Floats
    rarity: Floats
    covered: Floats
    plain_covered: Floats
    known: float
    slips: tuple[str, ...]
    similar: Similar
    weights: tuple[Mapping[int, float], ...]

    def met(self, stems: Mapping[str, str]) -> list[str]:
        """For each slot the word it resembles most of an entry's `stems`, as the entry writes it; empty for none."""
        similar = self.similar
        here = [place for place, word in enumerate(similar.words) if word in stems]
        pairs = [(int(similar.asked[place]), float(similar.likeness[place]), similar.words[place]) for place in here]
        best = []
        for weights in self.weights:
            values = [(weights[asked] * likeness, word) for asked, likeness, word in pairs if asked in weights]
            best.append(stems[max(values, key=itemgetter(0))[1]] if values else "")
        return best


@dataclass(frozen=True, slots=True)
class Aligner:
    """The distinct words (stems) of each entry.

    `words`: all of them, also of entries that are gone; `postings`: the documents of each by its number in `words`;
    `places`: (E,) the document of each entry.
    """

    words: Alike = field(default_factory=lambda: Alike(()))
    postings: Postings = field(default_factory=Postings)
    places: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def build(cls, entries: Sequence[Collection[str]]) -> Aligner:
        """The stems of entries that are their own documents."""
        return cls().updated((), dict(enumerate(entries)), np.arange(len(entries)))

    def updated(self, gone: Collection[int], new: Mapping[int, Collection[str]], places: Ints) -> Aligner:
        """Another aligner: without the documents `gone`, with the stems in `new` by document; entries at `places`."""
        words = Alike((stem for stems in new.values() for stem in stems), self.words)
        keys = np.array([words.ids[stem] for stems in new.values() for stem in stems], np.uint64)
        documents = np.repeat(np.fromiter(new, np.int32, len(new)), [len(stems) for stems in new.values()])
        order = np.argsort(keys, kind="stable")
        terms = Terms(keys[order], documents[order], np.ones(len(keys), np.uint16))
        return Aligner(words, self.postings.updated(gone, terms), places)

    def has(self, stem: str) -> bool:
        """Whether an entry has a word with this stem."""
        number = self.words.ids.get(stem)
        if number is None:
            return False
        begin, end = self.postings.find(np.array([number], np.uint64))
        return bool(end[0] > begin[0])

    @property
    def is_worn(self) -> bool:
        """Whether most of the words are of entries that are gone: they cost time and never count."""
        return len(self.words.words) > 2 * len(self.postings.keys) + _FEW_WORDS

    def align(self, slots: Sequence[Slot]) -> Alignment:
        """Meet every slot with every entry."""
        asked: dict[str, int] = {}
        for slot in slots:
            for stem in (*slot.stems, *(city for city, _ in slot.stands_for)):
                asked.setdefault(stem, len(asked))
        similar = self._similar(list(asked))
        nearest, rarest, slips = self._nearest(similar, len(asked))

        plain = np.zeros((len(slots), len(self.places)), np.float32)
        full = np.zeros_like(plain)
        weights = []
        rarity = np.zeros(len(slots), np.float32)
        for row, slot in enumerate(slots):
            own = [asked[stem] for stem in slot.stems]
            city = {asked[stem]: weight for stem, weight in slot.stands_for}
            plain[row] = nearest[own].max(axis=0) if len(own) > 1 else nearest[own[0]]
            full[row] = plain[row]
            for place, weight in city.items():
                np.maximum(full[row], nearest[place] * weight, out=full[row])
            rarity[row] = min(rarest[place] for place in own)
            weights.append(city | dict.fromkeys(own, 1.0))
        shares = (rarity / max(float(rarity.sum()), 1e-9)).astype(np.float32)
        return Alignment(
            words=tuple(slot.word for slot in slots),
            slots=full,
            rarity=rarity,
            covered=shares @ full,
            plain_covered=shares @ plain,
            known=float(shares @ full.max(axis=1)) if full.size else 0.0,
            slips=slips,
            similar=similar,
            weights=tuple(weights),
        )

    def _similar(self, asked: Sequence[str]) -> Similar:
        places, numbers = self.words.near(asked)
        ones = [asked[place] for place in places.tolist()]
        others = [self.words.words[number] for number in numbers.tolist()]
        likeness = np.maximum((ratios(ones, others, LEAST_RATIO) / 100) ** 2, shared_parts(ones, others))
        near = ((likeness > _MAY_SLIP) & (likeness < _SLIP)).nonzero()[0]
        slipped = one_slip([ones[place] for place in near.tolist()], [others[place] for place in near.tolist()])
        likeness[near[slipped]] = _SLIP
        order = likeness.argsort(kind="stable")
        order = order[len(order) - np.count_nonzero(likeness) :]
        words = [others[place] for place in order.tolist()]
        return Similar(places.take(order), numbers.take(order), words, likeness.take(order))

    def _nearest(self, similar: Similar, size: int) -> tuple[Floats, list[float], tuple[str, ...]]:
        """(A, E) likeness of each of `size` stems to the nearest word in each entry, (A,) its rarity; `slips`."""
        where, frequency = spans(*self.postings.find(similar.numbers.astype(np.uint64)))
        nearest = np.zeros((size, int(self.places.max(initial=-1)) + 1), np.float32)
        owners, documents = similar.asked.repeat(frequency), self.postings.documents.take(where)
        nearest[owners, documents] = similar.likeness.repeat(frequency)  # of several the last stays, the most alike
        rarest = np.full(size, idf(0, len(self.places)))
        same = int(similar.likeness.searchsorted(_SAME))
        np.minimum.at(rarest, similar.asked[same:], idf(frequency[same:], len(self.places)))
        near = int(similar.likeness.searchsorted(_SLIP))
        values = zip(similar.asked[near:].tolist(), similar.likeness[near:].tolist(), similar.words[near:], strict=True)
        closest: dict[int, tuple[float, str]] = {}
        for asked, likeness, word in compress(values, frequency[near:].tolist()):
            closest[asked] = max(closest.get(asked, (0.0, "")), (likeness, word))
        slips = tuple(word for likeness, word in closest.values() if likeness < 1)
        return nearest.take(self.places, axis=1), rarest.tolist(), slips


def shared_parts(ones: Sequence[str], others: Sequence[str]) -> Floats:
    """How much of a compound the shorter word of each pair is, where it begins or ends the longer: 0.45–0.9; else 0."""
    lengths = np.array([*map(len, ones), *map(len, others)], np.float32).reshape(2, -1)
    short, long = lengths.min(axis=0), lengths.max(axis=0)
    shared = np.maximum(*(process.cpdist(ones, others, scorer=each.similarity) for each in (Prefix, Postfix)))
    parts = (shared == short) & (short >= SHORTEST_PART) & (short < long)
    return np.where(parts, _PART * (0.5 + 0.5 * short / np.maximum(long, 1)), 0).astype(np.float32)
