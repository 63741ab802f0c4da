"""Languages that the content does not have, told by script, letters and commonest words.

Naive Bayes over letter n-grams and whole words (as Cavnar & Trenkle 1994, with Laplace-smoothed probabilities), learnt
from the few hundred words of each language in `foreign.yaml`. That is enough to pass the question on and to offer an
interpreter in the right language. Finnish, Swedish and English are in it as the other side of the scale, and a message
is called foreign only when it is clearly none of them: that mistake is the worse one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
import yaml

from knowledge.matching.ngrams import Keys, keys_of
from knowledge.matching.normalise import clean, fold
from knowledge.matching.normalise import words as words_of
from knowledge.model import LANGUAGES

SAMPLES = Path(__file__).parent / "foreign.yaml"

# (first, last code point, languages): where several share a script, their letters and words decide.
_SCRIPTS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0x0370, 0x03FF, ("el",)),
    (0x0400, 0x052F, ("ru", "uk", "bg")),
    (0x0530, 0x058F, ("hy",)),
    (0x0590, 0x05FF, ("he",)),
    (0x0600, 0x077F, ("ar", "fa", "ckb", "ur")),
    (0x0900, 0x097F, ("hi", "ne")),
    (0x0980, 0x09FF, ("bn",)),
    (0x0A00, 0x0A7F, ("pa",)),
    (0x0B80, 0x0BFF, ("ta",)),
    (0x0C00, 0x0C7F, ("te",)),
    (0x0D00, 0x0D7F, ("ml",)),
    (0x0D80, 0x0DFF, ("si",)),
    (0x0E00, 0x0E7F, ("th",)),
    (0x0E80, 0x0EFF, ("lo",)),
    (0x1000, 0x109F, ("my",)),
    (0x10A0, 0x10FF, ("ka",)),
    (0x1100, 0x11FF, ("ko",)),
    (0x1200, 0x137F, ("am", "ti")),
    (0x1780, 0x17FF, ("km",)),
    (0x3040, 0x30FF, ("ja",)),
    (0x4E00, 0x9FFF, ("zh",)),
    (0xAC00, 0xD7AF, ("ko",)),
)
_LENGTHS = range(2, 4)
_PIECE = 12  # words
_UNSEEN = 0.3  # count of an n-gram that a sample lacks
_STEPS = 40  # of a nat, so that a weight fits a byte
_WORD = 3.0  # nats for a word of the sample
_CLEARLY = 3.0  # nats by which the best foreign language must beat Finnish, Swedish and English
_KNOWN = 1.5  # nats more for every word that the content's languages know


@dataclass(frozen=True, slots=True)
class Samples:
    """What is known of languages from samples of them.

    `languages`: (L,) codes, one repeated where it is sampled in another script too; `keys`: (G,) n-grams and words,
    sorted; `weights`: (G, L) what each adds to a language, in `_STEPS` of a nat; `unseen`: (L,) nats that every n-gram
    costs.
    """

    languages: tuple[str, ...]
    keys: Keys
    weights: npt.NDArray[np.uint8]
    unseen: npt.NDArray[np.float64]

    @classmethod
    def learn(cls, texts: Iterable[tuple[str, str]]) -> Samples:
        """From (BCP 47 code, running text); each distinct word counts once, with and without its marks."""
        codes, grams, known = [], [], []
        for code, text in texts:
            plain = {word for part in text.split() for word in words_of(clean(part)) if word.isalpha()}
            spelt = sorted(plain.union(map(fold, plain)))
            codes.append(code.split("-")[0])
            grams.append(keys_of([f"^{word}$" for word in spelt], _LENGTHS)[0])
            known.append(_whole(spelt))
        keys = np.unique(np.concatenate([*grams, *known]))
        weights = np.zeros((len(keys), len(codes)), np.uint8)
        for place, (own_grams, own_words) in enumerate(zip(grams, known, strict=True)):
            counts = np.bincount(np.searchsorted(keys, own_grams), minlength=len(keys))
            # n-grams of two lengths overlap, and each letter with its neighbours': a third of their sum is fairer
            nats = np.log1p(counts / _UNSEEN) / 3
            nats[np.searchsorted(keys, own_words)] += _WORD
            weights[:, place] = np.minimum(np.rint(nats * _STEPS), 255)
        unseen = np.log(np.array([len(each) for each in grams]) / _UNSEEN + len(keys)) / 3
        return cls(tuple(codes), keys, weights, unseen)

    def scores(self, words: Sequence[str]) -> dict[str, float]:
        """Log-odds (nats, unnormalised) of each language for the words."""
        spelt = [word for word in words if word.isalpha()]
        if not spelt:
            return dict.fromkeys(self.languages, 0.0)
        grams, _ = keys_of([f"^{word}$" for word in spelt], _LENGTHS)
        asked = np.concatenate([grams, _whole(each for word in spelt for each in {word, fold(word)})])
        rows = np.minimum(np.searchsorted(self.keys, asked), len(self.keys) - 1)
        found = self.weights[rows[self.keys[rows] == asked]].sum(axis=0, dtype=np.int64) / _STEPS
        best: dict[str, float] = {}
        for language, score in zip(self.languages, (found - len(grams) * self.unseen).tolist(), strict=True):
            best[language] = max(score, best.get(language, score))
        return best


@cache
def running_texts() -> dict[str, str]:
    """The shipped samples: BCP 47 code and running text."""
    read: dict[str, str] = yaml.safe_load(SAMPLES.read_text("utf-8"))
    return read


@cache
def samples() -> Samples:
    """What is learnt from the shipped samples, once (some 150 ms: at start, not with the first message)."""
    return Samples.learn(running_texts().items())


@cache
def sample_texts() -> tuple[tuple[str, str], ...]:
    """(language, a few words) of all samples: as long as a message, to see where a language's vectors lie."""
    found = []
    for code, text in running_texts().items():
        spelt = text.split()
        pieces = (" ".join(spelt[start : start + _PIECE]) for start in range(0, len(spelt), _PIECE))
        found += [(code.split("-")[0], piece) for piece in pieces]
    return tuple(found)


def by_script(words: Sequence[str]) -> str | None:
    """The language of a message written in another script than Latin (most of its letters), else None."""
    letters = [letter for word in words for letter in word if letter.isalpha()]
    found: Counter[tuple[str, ...]] = Counter()
    for letter in letters:
        code = ord(letter)
        if code >= _SCRIPTS[0][0]:
            found.update(languages for first, last, languages in _SCRIPTS if first <= code <= last)
    if not found or 2 * sum(found.values()) <= len(letters):
        return None
    # Japanese mixes kana with Chinese characters
    likely = ("ja",) if found[("ja",)] else found.most_common(1)[0][0]
    if len(likely) == 1:
        return likely[0]
    scores = samples().scores(words)
    return max(likely, key=scores.__getitem__)


def by_words(words: Sequence[str], own: int) -> str | None:
    """The language of a Latin-script message when it is clearly none of the content's, else None.

    `own`: how many of the words the best of the content's languages knows.
    """
    scores = samples().scores(words)
    ours = max(scores.pop(language) for language in LANGUAGES)
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > ours + _CLEARLY + _KNOWN * own else None


def _whole(words: Iterable[str]) -> Keys:
    """The keys of whole words; those of n-grams are as good as never below 2^32."""
    return np.array([crc32(word.encode()) for word in words], np.uint64)
