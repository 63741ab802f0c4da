"""From everyday words to the city's: "parkki" is also looked for as "pysäköinti".

One way only: the first word of a group is the city's. An everyday word is recognised by its stem, a phrase of up to
three words by its stems in a row, a word of five letters or more also by likeness (RapidFuzz ratio of at least 88, or
one slip in a word of six).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

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
        written: set[str] = set()
        for language in LANGUAGES:
            for group in getattr(vocabulary, language):
                city = tuple(words(clean(group[0])))
                for everyday in group[1:]:
                    typed = words(clean(everyday))
                    written.update(typed, map(fold, typed))
                    key = tuple(stem(word, language) for word in typed)
                    if 0 < len(key) <= LONGEST_PHRASE:
                        phrases.setdefault(key, []).append((language, city))
        self.everyday = frozenset(written)
        """The words of the everyday side as written, with and without their dots."""
        self._phrases = {key: tuple(dict.fromkeys(found)) for key, found in phrases.items()}
        self._singles = Alike(key[0] for key in self._phrases if len(key) == 1 and len(key[0]) >= SHORTEST_ALIKE)
        self._first = frozenset(key[0] for key in self._phrases if len(key) > 1)

    def has(self, stem: str) -> bool:
        """Whether an everyday word has this stem."""
        return (stem,) in self._phrases

    def expand(self, message: Sequence[str], stems: Sequence[Sequence[str]]) -> list[Expansion]:
        """What the vocabulary adds to a message: `message` its words, `stems` the possible stems of each word."""
        alike = self._alike({option for options in stems for option in options})
        found: dict[Expansion, None] = {}
        for start in range(len(stems)):
            for key in self._keys(stems[start : start + LONGEST_PHRASE], alike):
                for language, city in self._phrases.get(key, ()):
                    found[Expansion(start, start + len(key), city, language)] = None
        mine = [{fold(word) for word in message[each.start : each.end]} for each in found]
        return [each for each, own in zip(found, mine, strict=True) if not own.issuperset(map(fold, each.words))]

    def _alike(self, options: Iterable[str]) -> dict[str, list[str]]:
        """Everyday words that look like those of `options` that are long enough and none themselves."""
        found: dict[str, list[str]] = {}
        unknown = sorted(each for each in options if len(each) >= SHORTEST_ALIKE and (each,) not in self._phrases)
        for option, other in self._singles.find(unknown, LEAST_ALIKE):
            found.setdefault(option, []).append(other)
        return found

    def _keys(
        self, following: Sequence[Sequence[str]], alike: Mapping[str, Sequence[str]]
    ) -> Iterator[tuple[str, ...]]:
        """What may be an everyday word or phrase where these stems follow one another."""
        for option in dict.fromkeys(following[0]):
            yield (option,)
            yield from ((other,) for other in alike.get(option, ()))
            if option in self._first:
                for length in range(2, len(following) + 1):
                    yield from product((option,), *(dict.fromkeys(each) for each in following[1:length]))
