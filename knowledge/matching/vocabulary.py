"""From everyday words to the city's: "parkki" is also looked for as "pysäköinti".

One way only: the first word of a group is the city's. An everyday word is recognised by its stem, a phrase of up to
three words by its stems in a row, a word of five letters or more also by likeness (RapidFuzz ratio of at least 88, so
one slip in a long word is forgiven).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.matching.alike import Alike
from knowledge.matching.normalise import clean, fold, words
from knowledge.matching.stems import stem
from knowledge.model import LANGUAGES, Vocabulary

LONGEST_PHRASE = 3
SHORTEST_ALIKE = 5
LEAST_ALIKE = 88


@dataclass(frozen=True, slots=True)
class Expansion:
    """The city's words (as typed in the vocabulary) for the message's words `start` to `end` (exclusive)."""

    start: int
    end: int
    words: tuple[str, ...]
    language: str


class Expander:
    """A vocabulary made ready for look-up; immutable once built."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        phrases: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = {}
        for language in LANGUAGES:
            for group in getattr(vocabulary, language):
                city = tuple(words(clean(group[0])))
                for everyday in group[1:]:
                    key = tuple(stem(word, language) for word in words(clean(everyday)))
                    if 0 < len(key) <= LONGEST_PHRASE:
                        phrases.setdefault(key, []).append((language, city))
        self._phrases = {key: tuple(dict.fromkeys(found)) for key, found in phrases.items()}
        self._singles = Alike(key[0] for key in self._phrases if len(key) == 1 and len(key[0]) >= SHORTEST_ALIKE)
        self._first = frozenset(key[0] for key in self._phrases if len(key) > 1)

    def expand(self, message: Sequence[str], stems: Sequence[Sequence[str]]) -> list[Expansion]:
        """What the vocabulary adds to a message: `message` its words, `stems` the possible stems of each word."""
        found: dict[Expansion, None] = {}
        for start, options in enumerate(stems):
            for key, length in self._keys(start, options, stems):
                for language, city in self._phrases.get(key, ()):
                    found[Expansion(start, start + length, city, language)] = None
        mine = [{fold(word) for word in message[each.start : each.end]} for each in found]
        return [each for each, own in zip(found, mine, strict=True) if not own.issuperset(map(fold, each.words))]

    def _keys(
        self, start: int, options: Sequence[str], stems: Sequence[Sequence[str]]
    ) -> Iterable[tuple[tuple[str, ...], int]]:
        for option in dict.fromkeys(options):
            key = (option,)
            if key in self._phrases:
                yield key, 1
            elif len(option) >= SHORTEST_ALIKE:
                for other, _ in self._singles.find(option, LEAST_ALIKE):
                    yield (other,), 1
            if option in self._first:
                for second in dict.fromkeys(stems[start + 1] if start + 1 < len(stems) else ()):
                    yield (option, second), 2
                    for third in dict.fromkeys(stems[start + 2] if start + 2 < len(stems) else ()):
                        yield (option, second, third), 3
