"""Which language a message is in, from one to three words upwards.

Finnish, Swedish and English by naive Bayes over the letters of the content itself (Cavnar & Trenkle's n-gram idea with
Laplace-smoothed probabilities) plus function words; other languages as foreign.py tells them, and only where they are
clearly none of the three.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.matching.foreign import by_script, by_words, samples
from knowledge.matching.ngrams import Keys, keys_of, lacking
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
_LENGTHS = range(1, 4)

Spoken = tuple[frozenset[str], ...]
"""For each of LANGUAGES, the distinct words of a text that are all letters; each without its dots as well."""


@dataclass(frozen=True, slots=True)
class LanguageDetector:
    """Letter n-grams of each language, in the order of LANGUAGES.

    `words`: for each language its distinct words, and how many texts have each; `keys`: (G,) the n-grams; `counts`:
    (G, 3) how often each stands in the distinct words; `logs`, `unseen`: (G, 3) and (3,) their log-probabilities.
    """

    words: tuple[dict[str, int], ...]
    keys: Keys
    counts: npt.NDArray[np.int64]
    logs: npt.NDArray[np.float64]
    unseen: npt.NDArray[np.float64]

    @classmethod
    def build(cls, texts: Iterable[Spoken]) -> LanguageDetector:
        """Learn from texts; each distinct word counts once."""
        samples()  # learnt now and not with the first message
        size = len(LANGUAGES)
        nothing = np.zeros((0, size), np.int64)
        empty = cls(({},) * size, np.zeros(0, np.uint64), nothing, np.log(nothing + 0.5), np.zeros(size))
        return empty.updated((), [tuple(FUNCTION_WORDS[language] for language in LANGUAGES), *texts])

    def updated(self, gone: Sequence[Spoken], new: Sequence[Spoken]) -> LanguageDetector:
        """What is learnt without the texts `gone` and with the texts `new`."""
        known = tuple(Counter(words) for words in self.words)
        changes: list[tuple[str, int, int]] = []  # word, place of the language, whether it came (1) or went (-1)
        for place, (before, after) in enumerate(zip(self.words, known, strict=True)):
            for text in gone:
                after.subtract(text[place])
            for text in new:
                after.update(text[place])
            for word in frozenset().union(*(text[place] for text in (*gone, *new))):
                if not after[word]:
                    del after[word]
                if (word in after) != (word in before):
                    changes.append((word, place, 1 if word in after else -1))
        keys, owners = keys_of([f"^{word}$" for word, _, _ in changes], _LENGTHS)
        distinct, rows = np.unique(keys, return_inverse=True)
        places, signs = np.array([change[1:] for change in changes], np.int64).reshape(-1, 2)[owners].T
        size = len(LANGUAGES)
        delta = np.bincount(rows * size + places, weights=signs, minlength=len(distinct) * size).astype(np.int64)

        at, missing = lacking(self.keys, distinct)
        all_keys, counts = np.insert(self.keys, at, missing), np.insert(self.counts, at, 0, axis=0)
        counts[np.searchsorted(all_keys, distinct)] += delta.reshape(-1, size)
        alive = counts.any(axis=1)
        all_keys, counts = all_keys[alive], counts[alive]
        totals = counts.sum(axis=0) + 0.5 * (len(counts) + 1)  # Laplace, with a half, and one more for all the unseen
        return LanguageDetector(known, all_keys, counts, np.log((counts + 0.5) / totals), np.log(0.5 / totals))

    def letters(self, words: Sequence[str]) -> npt.NDArray[np.float64]:
        """(3,) log-odds (nats, unnormalised) of each of LANGUAGES for the letters of the words."""
        keys, _ = keys_of([f"^{word}$" for word in words if word.isalpha()], _LENGTHS)
        rows = self.keys.searchsorted(keys)
        rows = rows[self.keys.searchsorted(keys, side="right") > rows]
        total = self.logs.take(rows, axis=0).sum(axis=0) + (len(keys) - len(rows)) * self.unseen
        return np.asarray(total / len(_LENGTHS))  # n-grams of three lengths overlap: a word must not count three times

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
        folded = [fold(word) for word in words]
        own = [sum(word in FUNCTION_WORDS[language] for word in folded) for language in LANGUAGES]
        other = by_words(words, max(own))
        if other:
            return other
        scores = self.letters(words) + _FUNCTION_WEIGHT * np.array(own)
        if hint in LANGUAGES and len(words) <= _UNSURE_WORDS:
            scores[LANGUAGES.index(hint)] += _HINT
        return LANGUAGES[int(scores.argmax())]
