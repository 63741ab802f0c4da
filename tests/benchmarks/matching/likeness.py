"""Peers that compare the message with each text, letter by letter: RapidFuzz and ChatterBot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process, utils
from rapidfuzz.distance import Indel

from tests.benchmarks.matching.ranking import MOST, Rank, Ranked, Text, best


def _likeness(scorer: Callable[..., float], texts: Sequence[Text]) -> Rank:
    """An entry scores what its most alike text does."""
    said = [utils.default_process(text) for _, text in texts]
    groups = {entry: len(list(rows)) for entry, rows in groupby(texts, key=lambda each: each[0])}
    starts = np.cumsum([0, *groups.values()])[:-1]

    def rank(text: str) -> Ranked:
        each = process.cdist([utils.default_process(text)], said, scorer=scorer, dtype=np.float32)[0]
        return best(zip(groups, np.maximum.reduceat(each, starts).tolist(), strict=True))

    return rank


def weighted_ratio(texts: Sequence[Text]) -> Rank:
    """RapidFuzz `WRatio`, what `process.extract` uses unless told otherwise."""
    return _likeness(fuzz.WRatio, texts)


def token_set_ratio(texts: Sequence[Text]) -> Rank:
    """RapidFuzz `token_set_ratio`, the usual choice for messages with words around the need."""
    return _likeness(fuzz.token_set_ratio, texts)


def chatterbot(texts: Sequence[Text]) -> Rank:
    """ChatterBot 1.2.15: `BestMatch` over `TextSearch` with its `LevenshteinDistance`, which is difflib's ratio.

    The indel similarity is never below that ratio, so texts are taken by it until none that is left can be among the
    best: the same scores as comparing all, in a hundredth of the time.
    """
    said = [text.lower() for _, text in texts]

    def rank(message: str) -> Ranked:
        text = message.lower()
        bounds = process.cdist([text], said, scorer=Indel.normalized_similarity, dtype=np.float64)[0]
        found: dict[str, tuple[float, int]] = {}
        for place in np.argsort(-bounds, kind="stable").tolist():
            if len(found) >= MOST and round(bounds[place], 2) < -sorted(found.values())[MOST - 1][0]:
                break
            score = round(SequenceMatcher(None, text, said[place]).ratio(), 2)
            entry = texts[place][0]
            found[entry] = min(found.get(entry, (0.0, place)), (-score, place))  # of equals the first stored wins
        return [(entry, -score) for entry, (score, _) in sorted(found.items(), key=_value)][:MOST]

    return rank


def _value(item: tuple[str, Any]) -> Any:
    return item[1]
