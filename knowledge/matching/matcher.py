"""Text in, ranked entries with probabilities and reasons out. Pure: no I/O, nothing kept between messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np

from knowledge.matching.calibrate import logistic, measures
from knowledge.matching.found import Candidate, Decision, Found
from knowledge.matching.fuse import FEATURES, Doubles, features, softmax
from knowledge.matching.index import Evidence, Index
from knowledge.matching.needs import parts_of, with_needs
from knowledge.matching.notours import NotOurs
from knowledge.matching.weights import Weights
from knowledge.model import KnowledgeBase, Vocabulary

MOST_CANDIDATES = 5


class Matcher:
    """Finds entries of one knowledge base; immutable, so it may be shared by threads and swapped in one assignment."""

    def __init__(self, index: Index, weights: Weights) -> None:
        self._index = index
        self._weights = weights
        self._fusion = np.array([weights.fusion[name] for name in FEATURES])

    @classmethod
    def build(
        cls,
        kb: KnowledgeBase,
        *,
        vocabulary: Vocabulary,
        not_ours: NotOurs,
        weights: Weights | None = None,
    ) -> Self:
        """A matcher for the public entries of `kb`; the shipped weights where none are given."""
        return cls(Index(kb, vocabulary, not_ours), weights or Weights.read())

    def find(self, text: str, *, language: str | None = None) -> Found:
        """The reading of a message. `language` (the page's) weighs in very short messages only. Never raises."""
        whole, logits = self._read(text, language)
        if not whole.candidates:
            return whole
        # A part is read in the light of the whole: "and what does it cost" is about what was said before.
        parts = [self._read(part, whole.language, logits)[0] for part in parts_of(text)]
        return with_needs(whole, parts)

    def _read(self, text: str, hint: str | None, context: Doubles | float = 0.0) -> tuple[Found, Doubles]:
        """One reading, without needs, and the (E,) logits of its ranking."""
        message = self._index.read(text, hint)
        if not self._index.entries or not message.topical:
            return Found(text, message.language, "unknown", 0.0, ()), np.zeros(len(self._index.entries))
        evidence = self._index.evidence(message)
        logits = features(evidence) @ self._fusion
        probabilities = softmax(logits + context)
        order = [int(place) for place in np.argsort(-probabilities, kind="stable")[:MOST_CANDIDATES]]
        values = measures(message, evidence, probabilities, order)
        ours = logistic(self._weights.ours, values)
        right = logistic(self._weights.right, values)
        first = float(probabilities[order[0]])
        candidates = []
        for place in order:
            if evidence.grams[place] <= 0 and evidence.aligned.covered[place] <= 0:
                continue  # nothing of it is in the message: naming it would be a guess
            # The first has a model of its own; the others share what is left as the ranking shares it.
            rest = (1 - right) * float(probabilities[place]) / max(1 - first, 1e-9)
            score = ours * (right if place == order[0] else min(right, rest))
            candidates.append(self._candidate(place, score, message.language, evidence))
        return Found(text, message.language, self._decide(ours, candidates), ours, tuple(candidates)), logits

    def _candidate(self, place: int, score: float, language: str, evidence: Evidence) -> Candidate:
        entry = self._index.entries[place]
        return Candidate(
            entry=entry.id,
            title=entry.title.in_(language),
            unit=entry.unit,
            score=score,
            redirect=entry.redirect,
            reasons=self._index.reasons(evidence, place),
        )

    def _decide(self, ours: float, candidates: Sequence[Candidate]) -> Decision:
        if not candidates or ours < self._weights.thresholds.ours:
            return "unknown"
        return "answer" if candidates[0].score >= self._weights.thresholds.answer else "clarify"
