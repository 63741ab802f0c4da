"""Answer, ask back or admit: whichever is expected to cost the citizen least.

Decision theory's minimal expected loss (Wald 1950) over two calibrated probabilities. The unit is the cost of asking
back once, when the question is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.matching.found import Decision


@dataclass(frozen=True, slots=True)
class Costs:
    """In questions asked back: `wrong` of a wrong answer, `vain` of offering choices for a message that is not ours,
    `refused` of not knowing what is ours."""

    wrong: float = 6.0
    vain: float = 2.0
    refused: float = 2.0


def decide(ours: float, score: float, costs: Costs) -> Decision:
    """`ours`: probability that the message is ours; `score`: that the first entry answers it."""
    expected: dict[Decision, float] = {
        "answer": costs.wrong * (1 - score),
        "clarify": ours + costs.vain * (1 - ours),
        "unknown": costs.refused * ours,
    }
    return min(expected, key=expected.__getitem__)
