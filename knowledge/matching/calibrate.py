"""Two questions about a ranking, each with its own probability: is the message ours, and is the first entry right?

Scores that rank well say little about "ours": softmax and normalising lose the absolute evidence. So each question has
a logistic model of its own (Platt 1999), over a few measures that do not depend on how large the content is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.matching.fuse import Doubles
from knowledge.matching.index import Evidence, Message
from knowledge.matching.meanings import Meant

OURS = ("top_grams", "elsewhere", "town", "other", "covered", "known", "length", "margin")
RIGHT = ("probability", "margin", "top_grams", "elsewhere", "covered", "length")
OURS_BY_MEANING = ("top_nearest", "meant_elsewhere", "town", "other", "margin")
RIGHT_BY_MEANING = ("probability", "margin", "nearest", "agreed")


def measures(
    message: Message, evidence: Evidence, meant: Meant | None, probabilities: Doubles, order: list[int]
) -> dict[str, float]:
    """The measures by name, for a ranking with at least one entry (`order`: entries, best first)."""
    first = order[0]
    second = float(probabilities[order[1]]) if len(order) > 1 else 0.0
    elsewhere = float(evidence.elsewhere.max()) if len(evidence.elsewhere) else 0.0
    first_probability = float(probabilities[first])
    found = {
        "top_grams": float(evidence.grams.max()),
        "elsewhere": elsewhere,
        "town": float(evidence.town),
        "other": float(evidence.other),
        "covered": float(evidence.aligned.covered[first]),
        "known": evidence.aligned.known,
        "length": math.log1p(len(message.topical)),
        "margin": math.log((first_probability + 0.01) / (second + 0.01)),
        "probability": math.log((first_probability + 0.001) / (1.001 - first_probability)),
    }
    if meant is not None:
        found |= {
            "nearest": float(meant.nearest[first]),
            "terms": float(meant.terms[first]),
            "top_nearest": float(meant.nearest.max()),
            "meant_elsewhere": float(meant.elsewhere.max()) if len(meant.elsewhere) else 0.0,
            "agreed": float(first == int(meant.nearest.argmax())) + float(first == int(meant.centre.argmax())),
        }
    return found


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model: a weight for each named measure."""

    bias: float
    weights: dict[str, float]


def logistic(model: Logistic, values: Mapping[str, float]) -> float:
    """1 / (1 + e^-(bias + weights · values))."""
    z = model.bias + sum(weight * values[name] for name, weight in model.weights.items())
    return 1 / (1 + math.exp(-min(max(z, -30.0), 30.0)))
