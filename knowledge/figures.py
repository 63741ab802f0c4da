"""Statistics of labelled results: how well scores separate and mean what they say, and how sure a share is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Results of like score: how many, their mean score, and the share that was right."""

    n: int
    score: float
    right: float


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """The chance that a positive scores higher than a negative, ties counting half (Mann-Whitney U).

    None without both kinds.
    """
    values, labels = np.array(scores, np.float64), np.array(positive, bool)
    above, below = values[labels], np.sort(values[~labels])
    if not len(above) or not len(below):
        return None
    lower = np.searchsorted(below, above, side="left")
    not_higher = np.searchsorted(below, above, side="right")
    return float((lower + not_higher).sum() / (2 * len(above) * len(below)))


def reliability(scores: Sequence[float], right: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """The reliability diagram: at most `bins` bins of equal count, the lowest scores first."""
    order = np.argsort(np.array(scores, np.float64), kind="stable")
    values, hits = np.array(scores, np.float64)[order], np.array(right, np.float64)[order]
    parts = zip(np.array_split(values, bins), np.array_split(hits, bins), strict=True)
    return [Bin(len(part), float(part.mean()), float(hit.mean())) for part, hit in parts if len(part)]


def expected_calibration_error(scores: Sequence[float], right: Sequence[bool], bins: int = BINS) -> float | None:
    """Mean distance of score and share right over the bins of `reliability`; None without scores."""
    if not scores:
        return None
    found = reliability(scores, right, bins)
    return sum(each.n * abs(each.score - each.right) for each in found) / len(scores)


def wilson(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """The score interval of a share of `count` (Wilson 1927), 95 % by default."""
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return middle - half, middle + half
