"""Which language a message is in, from one to three words upwards.

Finnish, Swedish and English by naive Bayes over the letters of the content itself (Cavnar & Trenkle's n-gram idea with
Laplace-smoothed probabilities) plus function words; other languages by their script or their function words only, which
is cheap and says no more than "not one of the three".
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.matching.foreign import by_script, by_words
from knowledge.matching.normalise import fold
from knowledge.matching.stopwords import BY_LANGUAGE
from knowledge.model import LANGUAGES

# Function words that only one of the three languages has; they also seed the letters of an empty content.
FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: own.difference(*(other for each, other in BY_LANGUAGE.items() if each != language))
    for language, own in BY_LANGUAGE.items()
}
_FUNCTION_WEIGHT = 4.0  # nats: one function word outweighs the letters of one ambiguous word
_HINT = 3.0  # nats: the page's language decides "info" and "salon", not "library" and not "kirjasto"
_UNSURE_WORDS = 3


def _letters(word: str) -> list[str]:
    padded = f"^{word}$"
    return [padded[i : i + length] for length in (1, 2, 3) for i in range(len(padded) - length + 1)]


@dataclass(frozen=True, slots=True)
class LanguageDetector:
    """Log-probabilities of letter n-grams by language, in the order of LANGUAGES."""

    _letters: Mapping[str, tuple[float, ...]]
    _unseen: tuple[float, ...]

    @classmethod
    def build(cls, words: Iterable[tuple[str, str]]) -> LanguageDetector:
        """Learn from (language, cleaned word); each distinct word counts once, with and without its dots."""
        distinct: dict[str, set[str]] = {language: set(FUNCTION_WORDS[language]) for language in LANGUAGES}
        for language, word in words:
            if word.isalpha():
                distinct[language].add(word)
        counts = [
            Counter(gram for word in known | set(map(fold, known)) for gram in _letters(word))
            for known in distinct.values()
        ]
        seen = set().union(*counts)
        totals = [sum(each.values()) + 0.5 * (len(seen) + 1) for each in counts]
        table = {
            gram: tuple(math.log((each[gram] + 0.5) / total) for each, total in zip(counts, totals, strict=True))
            for gram in seen
        }
        return cls(table, tuple(math.log(0.5 / total) for total in totals))

    def scores(self, words: Iterable[str]) -> list[float]:
        """Log-odds (nats, unnormalised) of each of LANGUAGES for the words."""
        total = [0.0] * len(LANGUAGES)
        for word in words:
            if not word.isalpha():
                continue
            folded = fold(word)
            columns = zip(*(self._letters.get(gram, self._unseen) for gram in _letters(word)), strict=True)
            for place, logs in enumerate(columns):
                # n-grams of three lengths overlap: a third of their sum keeps a word from counting three times
                total[place] += sum(logs) / 3 + _FUNCTION_WEIGHT * (folded in FUNCTION_WORDS[LANGUAGES[place]])
        return total

    def detect(self, words: Sequence[str], hint: str | None = None) -> str:
        """The BCP 47 code of the language of a message's cleaned words.

        `hint` is the language of the page, and weighs only in messages of at most three words. Without any letters the
        hint stands, or Finnish.
        """
        if not any(word.isalpha() for word in words):
            return hint if hint in LANGUAGES else "fi"
        other = by_script(words)
        if other:
            return other
        scores = self.scores(words)
        own = [sum(fold(word) in FUNCTION_WORDS[language] for word in words) for language in LANGUAGES]
        other = by_words(words, max(own))
        if other:
            return other
        if hint in LANGUAGES and len(words) <= _UNSURE_WORDS:
            scores[LANGUAGES.index(hint)] += _HINT
        return LANGUAGES[max(range(len(LANGUAGES)), key=scores.__getitem__)]
