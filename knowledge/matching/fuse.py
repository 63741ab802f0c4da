"""Several readings of one message made into one ranking: a conditional logit (McFadden 1974) over the entries."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from knowledge.matching.index import Evidence
from knowledge.matching.meanings import Meant

Doubles = npt.NDArray[np.float64]

BY_WORDS = ("grams", "covered", "plain_covered")
BY_MEANING = ("nearest", "centre")


def features(evidence: Evidence, meant: Meant | None) -> dict[str, npt.NDArray[np.float32]]:
    """(E,) by name: what each reading says of each entry."""
    found = {
        "grams": evidence.grams,
        "covered": evidence.aligned.covered,
        "plain_covered": evidence.aligned.plain_covered,
    }
    if meant is not None:
        found |= {"nearest": meant.nearest, "centre": meant.centre, "terms": meant.terms}
    return found


def softmax(logits: Doubles) -> Doubles:
    """Probabilities over the last axis."""
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=-1, keepdims=True))
