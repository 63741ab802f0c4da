"""The entries and the kinds of messages that are not ours as one collection, which a change does not make anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from knowledge.matching.align import Aligner
from knowledge.matching.grams import GramIndex
from knowledge.matching.language import LanguageDetector
from knowledge.matching.ngrams import Ints
from knowledge.matching.told import Told, same_texts, tell
from knowledge.model import Entry

_FEW = 8
_SHARE = 8  # from a change of an eighth of the entries on, the start is as quick


@dataclass(frozen=True, slots=True)
class Collection:
    """`kinds`: the words of each kind that is not ours; `entries`, `told`: the entries and what is said for each.

    Each kind and each entry is a document with a number: the kinds from 0, the entries as `places` (E,) says. An entry
    keeps its number in the collections made from this one, so what is kept for the others is shared and not copied.
    """

    kinds: Sequence[Sequence[str]]
    entries: tuple[Entry, ...]
    told: tuple[Told, ...]
    places: Ints
    grams: GramIndex
    aligner: Aligner
    detector: LanguageDetector

    @classmethod
    def without_entries(cls, kinds: Sequence[Sequence[str]]) -> Collection:
        """Only the kinds, each given as its words (folded, repetitions count)."""
        nowhere = np.zeros(0, np.int64)
        return cls(kinds, (), (), nowhere, GramIndex.build(kinds), Aligner(), LanguageDetector.build(()))

    def updated(self, entries: Sequence[Entry]) -> Collection:
        """The collection of `entries`: as if made from the start, but quicker where most are the same as here."""
        same = self._same(entries)
        fresh = [place for place in range(len(entries)) if place not in same]
        made = dict(zip(fresh, tell(entries[place] for place in fresh), strict=True))
        told = [made.get(place) or self.told[same[place]] for place in range(len(entries))]
        gone = sorted(set(range(len(self.entries))).difference(same.values()))
        if len(fresh) + len(gone) > max(_FEW, len(entries) // _SHARE) or self.aligner.is_worn:
            return Collection.without_entries(self.kinds)._with(entries, told, {}, ())
        return self._with(entries, told, same, gone)

    def _same(self, entries: Sequence[Entry]) -> dict[int, int]:
        """The places of those `entries` that are found by the same texts as one here, and the places of these."""
        known = {entry.id: place for place, entry in enumerate(self.entries)}
        found = ((place, known.pop(entry.id, None)) for place, entry in enumerate(entries))
        return {
            place: here for place, here in found if here is not None and same_texts(self.entries[here], entries[place])
        }

    def _with(
        self, entries: Sequence[Entry], told: Sequence[Told], same: Mapping[int, int], gone: Sequence[int]
    ) -> Collection:
        documents = {place: int(self.places[here]) for place, here in same.items()}
        taken = set(documents.values())
        free = (number for number in count(len(self.kinds)) if number not in taken)
        fresh = {place: next(free) for place in range(len(entries)) if place not in same}
        documents.update(fresh)
        places = np.array([documents[place] for place in range(len(entries))], np.int64)
        old = [int(self.places[here]) for here in gone]
        new = {number: told[place] for place, number in fresh.items()}
        words = {number: each.words for number, each in new.items()}
        stems = {number: each.stems for number, each in new.items()}
        heard, unheard = [each.spoken for each in new.values()], [self.told[here].spoken for here in gone]
        return Collection(
            self.kinds,
            tuple(entries),
            tuple(told),
            places,
            self.grams.updated(old, words, len(self.kinds) + len(entries)),
            self.aligner.updated(old, stems, places),
            self.detector.updated(unheard, heard),
        )
