"""Several readings of one message made into one ranking: a conditional logit (McFadden 1974) over the entries."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from knowledge.matching.index import Evidence

Doubles = npt.NDArray[np.float64]

FEATURES = ("grams", "plain_grams", "grams_raw", "covered", "plain_covered")
_RAW = 100.0  # BM25 sums reach hundreds; the other features stay below about one


def features(evidence: Evidence) -> Doubles:
    """(E, F) what the readings say of each entry, in the order of FEATURES."""
    columns = [
        evidence.grams,
        evidence.plain_grams,
        evidence.grams * (evidence.most / _RAW),
        evidence.aligned.covered,
        evidence.aligned.plain_covered,
    ]
    return np.column_stack(columns).astype(np.float64)


def softmax(logits: Doubles) -> Doubles:
    """Probabilities over the last axis."""
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=-1, keepdims=True))
