"""Tables of what people write: a phrase a line, found in a message at the cost of a look-up a word.

A word of a phrase stands for itself, `word*` for all that begin with it, `a|b` for either; `!word` at the end of a
line: not where this word is in the message. Phrases and messages are folded alike: no dots, no apostrophes, small.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from knowledge.matching.normalise import visible

Label = TypeVar("Label")

_WORD = re.compile(r"[^\W_]+")
_REPEATS = re.compile(r"(.)\1{2,}")
_APOSTROPHE = re.compile("['’`´]")
_MARKS = re.compile(r"[\u0300-\u036f]")
_GAP = 3


def plain_words(text: str) -> list[str]:
    """The words of a message as the tables have them: small letters, no marks, at most two of a letter in a row.

    The whole message, however long: what must not be missed may stand at its end.
    """
    text = visible(text).casefold()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return _WORD.findall(_REPEATS.sub(r"\1\1", _APOSTROPHE.sub("", text)))


class _Word:
    """A word of a phrase: whole words, and beginnings."""

    __slots__ = ("beginnings", "wholes")

    def __init__(self, written: str) -> None:
        each = written.split("|")
        self.wholes = frozenset(word for word in each if word[-1] != "*")
        self.beginnings = tuple(word[:-1] for word in each if word[-1] == "*")

    def meets(self, word: str) -> bool:
        return word in self.wholes or word.startswith(self.beginnings)


@dataclass(frozen=True, slots=True)
class _Phrase(Generic[Label]):
    label: Label
    first: _Word
    others: tuple[_Word, ...]
    unless: _Word | None

    def goes_on(self, words: Sequence[str], place: int, gap: int) -> bool:
        """Whether its other words follow the one at `place` in their order, with at most `gap` words between two."""
        for other in self.others:
            reach = range(place + 1, min(place + 2 + gap, len(words)))
            following = next((each for each in reach if other.meets(words[each])), None)
            if following is None:
                return False
            place = following
        return self.unless is None or not any(map(self.unless.meets, words))


class Phrases(Generic[Label]):
    """Phrases with what each stands for; `fillers` are words that may stand among them and mean nothing."""

    def __init__(self, tables: Mapping[Label, str], fillers: str = "") -> None:
        self._fillers = frozenset(fillers.split())
        self._by_word: defaultdict[str, list[_Phrase[Label]]] = defaultdict(list)
        self._by_beginning: defaultdict[str, list[tuple[str, _Phrase[Label]]]] = defaultdict(list)
        for label, table in tables.items():
            for line in filter(None, map(str.strip, table.splitlines())):
                phrase = _read(label, line)
                for word in phrase.first.wholes:
                    self._by_word[word].append(phrase)
                for beginning in phrase.first.beginnings:
                    self._by_beginning[beginning[:2]].append((beginning, phrase))

    def spot(self, words: Sequence[str], gap: int = _GAP) -> Iterator[Label]:
        """What is in the message, anywhere, in the order of the words."""
        for place in range(len(words)):
            for phrase in self._from(words, place):
                if phrase.goes_on(words, place, gap):
                    yield phrase.label

    def cover(self, words: Sequence[str]) -> list[Label]:
        """What the message says when it consists of phrases and fillers only, one after the other; else nothing.

        A phrase that stands for several labels (`stop` is said in all three languages) brings them all.
        """
        left = [word for word in words if word not in self._fillers]
        labels: list[Label] = []
        place = 0
        while place < len(left):
            fitting = [each for each in self._from(left, place) if each.goes_on(left, place, gap=0)]
            if not fitting:
                return []
            longest = max(len(each.others) for each in fitting)
            labels += [each.label for each in fitting if len(each.others) == longest]
            place += longest + 1
        return labels

    def _from(self, words: Sequence[str], place: int) -> Iterator[_Phrase[Label]]:
        """The phrases whose first word is the one at `place`."""
        word = words[place]
        if word in self._by_word:
            yield from self._by_word[word]
        for beginning, phrase in self._by_beginning.get(word[:2], ()):
            if word.startswith(beginning):
                yield phrase


def _read(label: Label, line: str) -> _Phrase[Label]:
    words = [_Word(word) for word in line.split() if word[0] != "!"]
    unless = "|".join(word[1:] for word in line.split() if word[0] == "!")
    return _Phrase(label, words[0], tuple(words[1:]), _Word(unless) if unless else None)
