"""Text in, ranked entries with probabilities and reasons out. Pure: no I/O, nothing kept between messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from knowledge.matching.calibrate import logistic, measures
from knowledge.matching.decide import Costs, decide
from knowledge.matching.found import Candidate, Found, Sense, Way
from knowledge.matching.fuse import Doubles, features, softmax
from knowledge.matching.index import Evidence, Index, Message
from knowledge.matching.meanings import Floats, Meanings, Meant, texts, texts_an_entry
from knowledge.matching.needs import CONTEXT, parts_of, with_needs
from knowledge.matching.notours import NotOurs
from knowledge.matching.weights import Weights, read_weights, suited
from knowledge.model import LANGUAGES, KnowledgeBase, Vocabulary

MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Look:
    """A text and what the words of the content say about it; no evidence where the text has no words."""

    text: str
    message: Message
    evidence: Evidence | None


class Matcher:
    """Finds entries of one knowledge base; immutable, so it may be shared by threads and swapped in one assignment."""

    def __init__(
        self,
        index: Index,
        not_ours: NotOurs,
        fitted: Sequence[Weights],
        costs: Costs,
        meanings: Meanings | None = None,
    ) -> None:
        self._index = index
        self._not_ours = not_ours
        self._kinds = tuple(not_ours.kinds)
        self._fitted = fitted
        self._weights = suited(fitted, texts_an_entry(index.entries))
        self._costs = costs
        self._meanings = meanings

    @classmethod
    def build(
        cls,
        kb: KnowledgeBase,
        *,
        vocabulary: Vocabulary,
        not_ours: NotOurs,
        weights: Weights | None = None,
        costs: Costs | None = None,
    ) -> Self:
        """A matcher by words for the public entries of `kb`; the shipped weights where none are given."""
        fitted = [weights] if weights else read_weights()
        return cls(Index(kb, vocabulary, not_ours), not_ours, fitted, costs or Costs())

    def updated(self, kb: KnowledgeBase, vocabulary: Vocabulary) -> Self:
        """A matcher by words for other content, quick where little of it has changed; the same as a fresh one."""
        index = self._index.updated(kb, vocabulary, self._not_ours)
        return type(self)(index, self._not_ours, self._fitted, self._costs)

    def texts(self) -> list[str]:
        """The texts whose vectors `with_meanings` wants."""
        return texts(self._index.entries, self._not_ours)

    def with_meanings(self, vectors: Floats) -> Self:
        """A matcher by words and meaning. `vectors`: (T, W), one for each of `texts()`."""
        meanings = Meanings(self._index.entries, self._not_ours, vectors) if self._index.entries else None
        return type(self)(self._index, self._not_ours, self._fitted, self._costs, meanings)

    @property
    def knows_meanings(self) -> bool:
        return self._meanings is not None

    def find(self, text: str, *, language: str | None = None) -> Found:
        """The reading of a message by words. `language` (the page's) weighs in short messages only. Never raises."""
        return self.found(self.look(text, language=language))

    def look(self, text: str, *, language: str | None = None) -> list[Look]:
        """What the words say of the message, and of each of its parts that may be a need of its own."""
        whole = self._look(text, language)
        return [whole, *(self._look(part, whole.message.language) for part in parts_of(text) if whole.evidence)]

    def found(self, looks: Sequence[Look], vectors: Floats | None = None) -> Found:
        """The reading of a message that was looked at. `vectors`: (N, W) of the looks' texts, to read by meaning."""
        meant = [None if vectors is None else self._meant(look, vectors[place]) for place, look in enumerate(looks)]
        whole, logits = self._read(looks[0], meant[0])
        if not whole.candidates:
            return whole
        # A part is read in the light of the whole: "and what does it cost" is about what was said before.
        rest = zip(looks[1:], meant[1:], strict=True)
        return with_needs(whole, [self._read(look, part, CONTEXT * logits)[0] for look, part in rest])

    def wants_meaning(self, looks: Sequence[Look], found: Found) -> bool:
        """Whether the meaning is known and may tell more than `found`, the reading of `looks` by words."""
        sure = bool(found.candidates) and found.candidates[0].score >= self._weights.clear
        clear = len(looks) == 1 and sure and found.language in LANGUAGES
        return self.knows_meanings and looks[0].evidence is not None and not clear

    def _look(self, text: str, hint: str | None) -> Look:
        """`hint`: the page's language or, of a part, the whole's; what is in a foreign one is so in all its parts."""
        message = self._index.read(text, hint)
        if hint is not None and hint not in LANGUAGES:
            message = replace(message, language=hint)
        known = bool(self._index.entries) and bool(message.topical)
        return Look(text, message, self._index.evidence(message) if known else None)

    def _meant(self, look: Look, vector: Floats) -> Meant | None:
        if self._meanings is None or look.evidence is None:
            return None
        return self._meanings.meant(vector, look.message.language, look.message.words)

    def _read(self, look: Look, meant: Meant | None, context: Doubles | float = 0.0) -> tuple[Found, Doubles]:
        """One reading, without needs, and the (E,) logits of its ranking."""
        message, evidence = look.message, look.evidence
        if evidence is None:
            return Found(look.text, message.language, "unknown", 0.0, ()), np.zeros(len(self._index.entries))
        way: Way = "words" if meant is None else "both" if message.language in LANGUAGES else "meaning"
        model = getattr(self._weights, way)
        rows = features(evidence, meant)
        names = list(model.fusion)
        counted = np.array([rows[name] for name in names], np.float64) * np.array(list(model.fusion.values()))[:, None]
        logits = counted.sum(axis=0)
        probabilities = softmax(logits + context)
        order = [int(place) for place in np.argsort(-probabilities, kind="stable")[:MOST_CANDIDATES]]
        values = measures(message, evidence, meant, probabilities, order)
        ours = logistic(model.ours, values)
        right = logistic(model.right, values)
        first = float(probabilities[order[0]])
        above = counted - counted.mean(axis=1, keepdims=True)
        candidates = []
        for place in order:
            if meant is None and evidence.grams[place] <= 0 and evidence.aligned.covered[place] <= 0:
                continue  # nothing of it is in the message: naming it would be a guess
            # The first has a model of its own; the others share what is left as the ranking shares it.
            rest = (1 - right) * float(probabilities[place]) / max(1 - first, 1e-9)
            score = ours * (right if place == order[0] else min(right, rest))
            share = {name: round(float(each), 2) for name, each in zip(names, above[:, place], strict=True)}
            candidates.append(self._candidate(place, score, message.language, evidence, meant, share))
        decision = decide(ours, candidates[0].score, self._costs) if candidates else "unknown"
        elsewhere = self._elsewhere(evidence, meant)
        return Found(look.text, message.language, decision, ours, tuple(candidates), (), way, elsewhere), logits

    def _candidate(
        self,
        place: int,
        score: float,
        language: str,
        evidence: Evidence,
        meant: Meant | None,
        counted: dict[str, float],
    ) -> Candidate:
        entry = self._index.entries[place]
        sense = None
        if meant is not None and self._meanings is not None:
            sense = Sense(self._meanings.nearest_text(meant, place), round(float(meant.nearest[place]), 3))
        return Candidate(
            entry=entry.id,
            title=entry.title.in_(language),
            unit=entry.unit,
            score=score,
            redirect=entry.redirect,
            reasons=self._index.reasons(evidence, place),
            counted=counted,
            sense=sense,
        )

    def _elsewhere(self, evidence: Evidence, meant: Meant | None) -> str:
        """The kind of what is not ours that the message resembles more than any entry; "" for none."""
        if evidence.town:
            return "other_town"
        if evidence.other:
            return "other_country"
        own: npt.NDArray[np.float32] = evidence.grams if meant is None else meant.nearest
        other = evidence.elsewhere if meant is None else meant.elsewhere
        return self._kinds[int(other.argmax())] if len(other) and other.max() > own.max() else ""
