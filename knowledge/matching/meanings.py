"""What the sentence model says of a message: how near each entry's texts are to it in meaning.

Vectors of one language lie closer to each other than to those of another, whatever they say, so the mean of its
language is taken from each before they are compared. For a language the content does not have, the mean is that of its
sample in foreign.yaml.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.matching.foreign import sample_texts
from knowledge.matching.grams import GramIndex
from knowledge.matching.normalise import clean, fold, words
from knowledge.matching.notours import NotOurs
from knowledge.matching.told import texts_of
from knowledge.model import LANGUAGES, Entry

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Meant:
    """Cosines: `texts` (T,) of each text of the content, `nearest` (E,) of each entry's nearest text, `centre` (E,) of
    the mean of its texts, `elsewhere` (K,) of the nearest example of each kind that is not ours.

    `terms`: (E,) BM25 of each entry's titles and keywords in all languages, as a share of what was possible: the model
    confuses neighbours ("passport", "citizenship") whose words are plain.
    """

    texts: Floats
    nearest: Floats
    centre: Floats
    elsewhere: Floats
    terms: Floats


def texts(entries: Sequence[Entry], not_ours: NotOurs) -> list[str]:
    """Every text whose vector is needed: the entries' in their order, the examples of what is not ours, the samples."""
    own = [text for entry in entries for _, text in _told(entry)]
    other = [text for examples in not_ours.kinds.values() for text in examples]
    return [*own, *other, *(text for _, text in sample_texts())]


def texts_an_entry(entries: Sequence[Entry]) -> float:
    """How much the content says of an entry: titles, phrasings and keywords, in the mean."""
    return sum(1 for entry in entries for _ in texts_of(entry)) / max(len(entries), 1)


def as_foreign(language: str) -> str:
    """The code by which a message in one of our languages is treated as a foreign one: to fit the numbers for those."""
    return f"{language}-x-sample"


class Meanings:
    """The vectors of one knowledge base by entry; immutable."""

    def __init__(self, entries: Sequence[Entry], not_ours: NotOurs, vectors: Floats) -> None:
        """`vectors`: (T + N + S, W), one for each of `texts(entries, not_ours)`, in their order."""
        told = [(owner, language, text) for owner, entry in enumerate(entries) for language, text in _told(entry)]
        examples = [len(each) for each in not_ours.kinds.values()]
        own, other, sampled = np.split(vectors, np.cumsum([len(told), sum(examples)]))
        spoken = np.array([language for _, language, _ in told])
        sample = np.array([language for language, _ in sample_texts()])
        self._overall = own.mean(axis=0)
        self._means: dict[str, Floats] = {
            **{str(code): sampled[sample == code].mean(axis=0) for code in dict.fromkeys(sample)},
            **{as_foreign(code): sampled[sample == code].mean(axis=0) for code in LANGUAGES},
            **{code: own[spoken == code].mean(axis=0) for code in LANGUAGES},
        }
        means = np.array([self._means.get(language, self._overall) for language in spoken])
        self._told = [text for _, _, text in told]
        self._own = _unit(own - means)
        self._other = _unit(other - self._overall)
        owners = np.array([owner for owner, _, _ in told])
        self._starts = np.searchsorted(owners, np.arange(len(entries)))
        self._centres = _unit(np.add.reduceat(self._own, self._starts, axis=0))
        self._kinds = np.concatenate([[0], np.cumsum(examples)[:-1]]).astype(np.intp)
        self._terms = GramIndex.build([[fold(word) for term in _terms(entry) for word in term] for entry in entries])

    def meant(self, vector: Floats, language: str, said: Sequence[str]) -> Meant:
        """Compare a message's vector (W,) and its cleaned words with everything; `language` as detected."""
        terms, most = self._terms.read(Counter(fold(word) for word in said), {})
        own = _unit(vector - self._means.get(language, self._overall))
        likeness = self._own @ own
        other = self._other @ _unit(vector - self._overall)
        return Meant(
            likeness,
            np.maximum.reduceat(likeness, self._starts),
            self._centres @ own,
            np.maximum.reduceat(other, self._kinds) if len(other) else other,
            np.asarray(terms / max(most, 1e-6), np.float32),
        )

    def nearest_text(self, meant: Meant, entry: int) -> str:
        """The text of an entry that is nearest to the message."""
        start = int(self._starts[entry])
        end = int(self._starts[entry + 1]) if entry + 1 < len(self._starts) else len(self._told)
        return self._told[start + int(meant.texts[start:end].argmax())]


def _told(entry: Entry) -> Iterator[tuple[str, str]]:
    """(language, text) of all that an entry is meant by: its keywords in other languages, too."""
    yield from texts_of(entry)
    for language, terms in entry.keywords.others.items():
        for term in terms:
            yield language, term


def _terms(entry: Entry) -> Iterator[list[str]]:
    """The words of an entry's titles and keywords."""
    lists = [*(entry.keywords.in_(language) for language in LANGUAGES), *entry.keywords.others.values()]
    for text in (*(entry.title.in_(language) for language in LANGUAGES), *(term for terms in lists for term in terms)):
        yield words(clean(text))


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
