"""The content made ready for look-up, and what it says about one message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.matching.align import Aligner, Alignment, Slot
from knowledge.matching.found import Reason
from knowledge.matching.grams import Floats, GramIndex
from knowledge.matching.language import LanguageDetector
from knowledge.matching.normalise import clean, fold, topical, words
from knowledge.matching.notours import Names, NotOurs
from knowledge.matching.stems import stem
from knowledge.matching.vocabulary import Expander, Expansion
from knowledge.model import LANGUAGES, Entry, KnowledgeBase, Vocabulary

EXPANSION_WEIGHT = 0.6
_LEAST_SHARE = 0.05  # a word that brought less explains nothing


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is compared: its words, its language, the topical ones among them, and what they stand for."""

    language: str
    words: tuple[str, ...]
    topical: tuple[str, ...]
    expansions: tuple[Expansion, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the content says about a message.

    `grams`, `plain_grams`: (E,) BM25 of each entry with and without vocabulary, as a share of `most`, about what a text
    made for the message would get; `aligned`: its words one by one; `elsewhere`: (K,) the same BM25 share of each kind
    of message that is not ours; `town`, `other`: whether the name of another town, country or operator is in it.
    """

    grams: Floats
    plain_grams: Floats
    most: float
    aligned: Alignment
    elsewhere: Floats
    town: bool
    other: bool


class Index:
    """Everything that is looked up, built once from a knowledge base; never changed afterwards."""

    def __init__(self, base: KnowledgeBase, vocabulary: Vocabulary, not_ours: NotOurs) -> None:
        self.entries = tuple(entry for entry in base.entries if entry.audience == "public")
        texts = [[(language, topical_words(text)) for language, text in texts_of(entry)] for entry in self.entries]
        bags = [[fold(word) for _, text in each for word in text] for each in texts]
        kinds = [[fold(word) for text in each for word in topical_words(text)] for each in not_ours.kinds.values()]
        self._grams = GramIndex.build([*bags, *kinds])
        self._aligner = Aligner(
            [{stem(word, language): word for language, text in each for word in text} for each in texts]
        )
        self._detector = LanguageDetector.build(
            (language, word) for each in texts for language, text in each for word in text
        )
        self._expander = Expander(vocabulary)
        self._towns, self._others = Names(not_ours.towns), Names(not_ours.others)

    def read(self, text: str, hint: str | None = None) -> Message:
        """Make a message of a text."""
        found = words(clean(text))
        language = self._detector.detect(found, hint)
        expansions = self._expander.expand(found, [stems_of(word, language) for word in found])
        return Message(language, tuple(found), tuple(topical(found)), tuple(expansions))

    def evidence(self, message: Message) -> Evidence:
        """Everything the content says about a message."""
        own = [(fold(word), 1.0) for word in message.topical]
        added = {fold(word): EXPANSION_WEIGHT for each in message.expansions for word in each.words}
        plain = self._grams.scores(own)
        full = plain + self._grams.scores(added.items()) if added else plain
        most = max(self._grams.most(own), 1e-6)
        count = len(self.entries)
        return Evidence(
            full[:count] / most,
            plain[:count] / most,
            most,
            self._aligner.align(self._slots(message)),
            full[count:] / most,
            self._towns.are_in(message.words),
            self._others.are_in(message.words),
        )

    def reasons(self, evidence: Evidence, entry: int) -> tuple[Reason, ...]:
        """Which word of the message met which word of the entry, and its share of what the words brought together."""
        aligned = evidence.aligned
        shares = aligned.rarity * aligned.slots[:, entry]
        whole = max(float(shares.sum()), 1e-9)
        found = [
            Reason(word, self._aligner.shown(met, entry), round(float(share) / whole, 3))
            for word, met, share in zip(aligned.words, aligned.met, shares, strict=True)
            if share > _LEAST_SHARE * whole
        ]
        return tuple(sorted(found, key=lambda reason: -reason.share))

    def _slots(self, message: Message) -> list[Slot]:
        stands_for: dict[str, dict[tuple[str, float], None]] = {}
        for each in message.expansions:
            city = {(stem(word, each.language), EXPANSION_WEIGHT): None for word in each.words}
            for word in message.words[each.start : each.end]:
                stands_for.setdefault(word, {}).update(city)
        return [
            Slot(word, stems_of(word, message.language), tuple(stands_for.get(word, ())))
            for word in dict.fromkeys(message.topical)
        ]


def topical_words(text: str) -> list[str]:
    """The cleaned words of a text that may carry its topic."""
    return topical(words(clean(text)))


def stems_of(word: str, language: str) -> tuple[str, ...]:
    """The stem of a message's word in its language; in all three where the language is none of them."""
    known: Iterable[str] = (language,) if language in LANGUAGES else LANGUAGES
    return tuple(dict.fromkeys(stem(word, each) for each in known))


def texts_of(entry: Entry) -> Iterator[tuple[str, str]]:
    """(language, text) of what people may say for an entry: title, phrasings, keywords."""
    for language in LANGUAGES:
        yield language, entry.title.in_(language)
        for text in (*entry.phrasings.in_(language), *entry.keywords.in_(language)):
            yield language, text
