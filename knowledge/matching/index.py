"""The content made ready for look-up, and what it says about one message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.matching.align import Alignment, Slot
from knowledge.matching.alike import Floats
from knowledge.matching.collection import Collection
from knowledge.matching.found import Reason
from knowledge.matching.normalise import clean, fold, topical, words
from knowledge.matching.notours import Names, NotOurs
from knowledge.matching.spelling import LONG, without_a_slip
from knowledge.matching.stems import stem
from knowledge.matching.told import texts_of as texts_of
from knowledge.matching.vocabulary import Expander, Expansion
from knowledge.model import LANGUAGES, Entry, KnowledgeBase, Vocabulary

EXPANSION_WEIGHT = 0.6  # of a word that was meant and not written
_SHORTEST_PART = 3  # letters: "ei ole" is never one word
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

    `grams`: (E,) BM25 of each entry, as a share of `most`, about what a text made for the message would get; `aligned`:
    its words one by one; `elsewhere`: (K,) the same BM25 share of each kind of message that is not ours; `town`,
    `other`: whether the name of another town, country or operator is in it.
    """

    grams: Floats
    aligned: Alignment
    elsewhere: Floats
    town: bool
    other: bool


class Index:
    """Everything that is looked up in a knowledge base; never changed once made, so threads may share it."""

    def __init__(
        self, base: KnowledgeBase, vocabulary: Vocabulary, not_ours: NotOurs, before: Index | None = None
    ) -> None:
        """The index of `base`. What is the same in `before` is taken from there: quicker, with the same result."""
        self._vocabulary, self._not_ours = vocabulary, not_ours
        if before and before._vocabulary == vocabulary:
            self._expander: Expander = before._expander
        else:
            self._expander = Expander(vocabulary)
        if before and before._not_ours == not_ours:
            self._towns: Names = before._towns
            self._others: Names = before._others
            content: Collection = before._content
        else:
            self._towns, self._others = Names(not_ours.towns), Names(not_ours.others)
            content = Collection.without_entries([_folded(examples) for examples in not_ours.kinds.values()])
        self._content: Collection = content.updated([entry for entry in base.entries if entry.audience == "public"])

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The public entries, in the order of all that is said about entries."""
        return self._content.entries

    def updated(
        self, base: KnowledgeBase, vocabulary: Vocabulary | None = None, not_ours: NotOurs | None = None
    ) -> Index:
        """The index of `base`, quick where few entries differ from those here.

        Where `vocabulary` or `not_ours` is not given it is the base's own, else the one of this index.
        """
        return Index(base, vocabulary or base.vocabulary or self._vocabulary, not_ours or self._not_ours, self)

    def read(self, text: str, hint: str | None = None) -> Message:
        """Make a message of a text."""
        found = words(clean(text))
        language = self._content.detector.detect(found, hint)
        found = [self._as_meant(word, language) for word in self._compounds_as_one(found, language)]
        expansions = self._expander.expand(found, [stems_of(word, language) for word in found])
        return Message(language, tuple(found), tuple(topical(found)), tuple(expansions))

    def evidence(self, message: Message) -> Evidence:
        """Everything the content says about a message."""
        content = self._content
        aligned = content.aligner.align(self._slots(message))
        own = Counter(fold(word) for word in message.topical)
        meant = (*aligned.slips, *(fold(word) for each in message.expansions for word in each.words))
        scores, made = content.grams.read(own, dict.fromkeys(meant, EXPANSION_WEIGHT))
        most = max(made, 1e-6)
        return Evidence(
            scores[content.places] / most,
            aligned,
            scores[: len(content.kinds)] / most,
            self._towns.are_in(message.words),
            self._others.are_in(message.words),
        )

    def reasons(self, evidence: Evidence, entry: int) -> tuple[Reason, ...]:
        """Which word of the message met which word of the entry, and its share of what the words brought together."""
        aligned, stems = evidence.aligned, self._content.told[entry].stems
        shares = aligned.rarity * aligned.slots[:, entry]
        whole = max(float(shares.sum()), 1e-9)
        found = [
            Reason(word, met, round(share / whole, 3))
            for word, met, share in zip(aligned.words, aligned.met(stems), shares.tolist(), strict=True)
            if share > _LEAST_SHARE * whole
        ]
        return tuple(sorted(found, key=lambda reason: -reason.share))

    def _compounds_as_one(self, found: Sequence[str], language: str) -> list[str]:
        """The words; two that the content or the vocabulary writes as one ("katu valo") as that one."""
        made: list[str] = []
        for word in found:
            if made and min(len(word), len(made[-1])) >= _SHORTEST_PART:
                one = made[-1] + word
                if self._knows(one, language):
                    made[-1] = one
                    continue
            made.append(word)
        return made

    def _as_meant(self, word: str, language: str) -> str:
        """`word`, or the word of the content or the vocabulary that it is but for one slip."""
        if len(word) < LONG or language not in LANGUAGES:
            return word
        said = self._content.detector.words[LANGUAGES.index(language)]
        if word in said or self._knows(word, language):
            return word
        likely = set(without_a_slip(word))
        meant = likely & said.keys() | likely & self._expander.everyday
        return max(meant, key=lambda each: (said.get(each, 0), each), default=word)

    def _knows(self, word: str, language: str) -> bool:
        """Whether the content or the vocabulary has the word, in this or another form."""
        return any(self._content.aligner.has(each) or self._expander.has(each) for each in stems_of(word, language))

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


def stems_of(word: str, language: str) -> tuple[str, ...]:
    """The stem of a message's word in its language; in all three where the language is none of them."""
    known: Iterable[str] = (language,) if language in LANGUAGES else LANGUAGES
    return tuple(dict.fromkeys(stem(word, each) for each in known))


def _folded(texts: Iterable[str]) -> list[str]:
    return [fold(word) for text in texts for word in topical(words(clean(text)))]
