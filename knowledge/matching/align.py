"""Word-by-word alignment of a message with the words of each entry, weighted by rarity.

Each word of the message looks for the most similar word of each entry: RapidFuzz ratio, or one being the beginning or
end of the other (Finnish and Swedish compounds). An entry scores by the share of the message's rarity (IDF) it covers.
Coverage of single phrasings was tried beside it and added nothing on odd ids, for twice the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from knowledge.matching.alike import Alike

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]

LEAST_RATIO = 74
SHORTEST_PART = 4
_PART = 0.9  # what a shared part of a compound counts at most
_SAME = 0.8  # from this likeness on, a word of the message is as rare as the word it resembles


@dataclass(frozen=True, slots=True)
class Slot:
    """One topical word of the message: its possible stems, and (stem, weight) of what the vocabulary has for it."""

    word: str
    stems: tuple[str, ...]
    stands_for: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """A message of S slots against E entries.

    `words`: the slots' words; `slots`: (S, E) likeness (0–1) of each word to the nearest in the entry, with vocabulary;
    `rarity`: (S,) the IDF of each word; `covered`, `plain_covered`: (E,) share of the rarity found in the entry, with
    and without vocabulary; `known`: share of it found anywhere; `met`: for each word the numbers of the content's words
    it resembles, most alike first.
    """

    words: tuple[str, ...]
    slots: Floats
    rarity: Floats
    covered: Floats
    plain_covered: Floats
    known: float
    met: tuple[tuple[int, ...], ...]


class Aligner:
    """The distinct words (stems) of each entry; immutable once built. `shown` maps a stem to a word as written."""

    def __init__(self, entries: Sequence[dict[str, str]]) -> None:
        self._entries = len(entries)
        shown = {stem: word for entry in reversed(entries) for stem, word in entry.items()}
        self._alike = Alike(shown)
        self._shown = list(shown.values())
        tokens = np.array([self._alike.ids[stem] for entry in entries for stem in entry], np.intp)
        owners = np.repeat(np.arange(len(entries)), [len(entry) for entry in entries])
        order = np.argsort(tokens, kind="stable")
        frequency = np.bincount(tokens, minlength=len(shown))
        self._owners = owners[order]
        self._starts = np.concatenate([[0], np.cumsum(frequency)])
        self._idf = np.log1p((len(entries) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        self._unknown = float(np.log1p((len(entries) + 0.5) / 0.5))

    def similar(self, stem: str) -> tuple[Ints, Floats]:
        """The numbers of the content's words that `stem` resembles, the least alike first, and how much (0–1)."""
        numbers = self._alike.near(stem)
        words = [self._alike.words[number] for number in numbers]
        if not words:
            return numbers, np.zeros(0, np.float32)
        ratios = process.cdist([stem], words, scorer=fuzz.ratio, score_cutoff=LEAST_RATIO)[0] / 100
        parts = [shared_part(stem, word) for word in words]
        likeness = np.maximum(ratios * ratios, np.array(parts, np.float32))
        order = np.argsort(likeness, kind="stable")
        order = order[likeness[order] > 0]
        return numbers[order], likeness[order]

    def align(self, slots: Sequence[Slot]) -> Alignment:
        """Meet every slot with every entry."""
        full = np.zeros((len(slots), self._entries), np.float32)
        plain = np.zeros_like(full)
        rarity = np.full(len(slots), self._unknown, np.float32)
        met: list[tuple[int, ...]] = []
        for row, slot in enumerate(slots):
            best: dict[int, float] = {}
            for stem in slot.stems:
                numbers, likeness = self.similar(stem)
                self._spread(plain[row], numbers, likeness)
                same = numbers[likeness >= _SAME]
                if len(same):
                    rarity[row] = min(rarity[row], self._idf[same].min())
                _keep_best(best, numbers, likeness)
            full[row] = plain[row]
            for stem, weight in slot.stands_for:
                numbers, likeness = self.similar(stem)
                self._spread(full[row], numbers, likeness * weight)
                _keep_best(best, numbers, likeness * weight)
            met.append(tuple(sorted(best, key=lambda number, best=best: (-best[number], number))))  # type: ignore[misc]
        shares = (rarity / max(float(rarity.sum()), 1e-9)).astype(np.float32)
        return Alignment(
            words=tuple(slot.word for slot in slots),
            slots=full,
            rarity=rarity,
            covered=shares @ full,
            plain_covered=shares @ plain,
            known=float(shares @ full.max(axis=1)) if full.size else 0.0,
            met=tuple(met),
        )

    def shown(self, numbers: Sequence[int], entry: int) -> str:
        """The first of these words that stands in `entry`, as the content writes it; empty when none does."""
        for number in numbers:
            owners = self._owners[self._starts[number] : self._starts[number + 1]]
            if entry in owners:
                return self._shown[number]
        return ""

    def _spread(self, row: Floats, numbers: Ints, likeness: Floats) -> None:
        """Raise `row` (E,) to the likeness of the words, for the entries that have them."""
        for number, value in zip(numbers.tolist(), likeness.tolist(), strict=True):
            where = self._owners[self._starts[number] : self._starts[number + 1]]
            row[where] = np.maximum(row[where], value)


def _keep_best(best: dict[int, float], numbers: Ints, likeness: Floats) -> None:
    for number, value in zip(numbers.tolist(), likeness.tolist(), strict=True):
        if value > best.get(number, 0.0):
            best[number] = value


def shared_part(one: str, other: str) -> float:
    """How much of a compound the shorter word is, where it begins or ends the longer: 0.45–0.9; else 0."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) < SHORTEST_PART or len(short) == len(long):
        return 0.0
    if long.startswith(short) or long.endswith(short):
        return _PART * (0.5 + 0.5 * len(short) / len(long))
    return 0.0
