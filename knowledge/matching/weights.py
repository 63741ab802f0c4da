"""The numbers of the matcher: shipped as JSON, written by `python -m knowledge.matching.fit`, never by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

from knowledge.matching.calibrate import OURS, OURS_BY_MEANING, RIGHT, RIGHT_BY_MEANING, Logistic
from knowledge.matching.fuse import BY_MEANING, BY_WORDS

SHIPPED = Path(__file__).parent / "weights.json"


@dataclass(frozen=True, slots=True)
class Model:
    """`fusion`: a weight for each feature of fuse.py; the two logistic models of calibrate.py."""

    fusion: dict[str, float]
    ours: Logistic
    right: Logistic


Parts = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Names of the features of the fusion, of the measures of "ours" and of those of "right"."""

# What each model is made of: by words alone, by both, and by meaning alone for languages the content does not have.
MADE_OF: dict[str, Parts] = {
    "words": (BY_WORDS, OURS, RIGHT),
    "both": (
        (*BY_WORDS, *BY_MEANING),
        tuple(dict.fromkeys((*OURS, *OURS_BY_MEANING))),
        tuple(dict.fromkeys((*RIGHT, *RIGHT_BY_MEANING))),
    ),
    "meaning": ((*BY_MEANING, "terms"), OURS_BY_MEANING, (*RIGHT_BY_MEANING, "terms")),
}


@dataclass(frozen=True, slots=True)
class Weights:
    """A model for each way of reading, for content with `texts` phrasings, titles and keywords an entry.

    `clear`: the score by words from which on the meaning need not be asked.
    """

    texts: float
    words: Model
    both: Model
    meaning: Model
    clear: float


def read_weights(path: Path = SHIPPED) -> list[Weights]:
    """The fitted weights, for thin content first.

    Raises OSError when there is no such file, ValueError when it does not hold what this version needs.
    """
    data = json.loads(path.read_text("utf-8"))
    try:
        fitted = [
            Weights(
                float(each["texts"]),
                _model(each["words"]),
                _model(each["both"]),
                _model(each["meaning"]),
                float(each["clear"]),
            )
            for each in data
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: not the weights of a matcher: {error}") from error
    if not fitted:
        raise ValueError(f"{path}: no weights in it")
    for each in fitted:
        for name, parts in MADE_OF.items():
            model: Model = getattr(each, name)
            for given, known in zip((model.fusion, model.ours.weights, model.right.weights), parts, strict=True):
                if set(given) != set(known):
                    wrong = sorted(set(given) ^ set(known))
                    raise ValueError(f"{path}: {name}: weights for {wrong} are missing or too many")
    return sorted(fitted, key=lambda each: each.texts)


def write_weights(fitted: Sequence[Weights], path: Path = SHIPPED) -> None:
    """Write what `read_weights` reads, rounded to what matters."""
    rounded = json.loads(json.dumps([asdict(each) for each in fitted]), parse_float=lambda text: round(float(text), 4))
    path.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")


def suited(fitted: Sequence[Weights], texts: float) -> Weights:
    """The weights for content with `texts` texts an entry: between the two nearest, by the logarithm.

    How much a word that is missing says depends on how much an entry says: in rich content it says more.
    """
    for thin, rich in pairwise(fitted):
        if texts < rich.texts:
            share = math.log(max(texts, thin.texts) / thin.texts) / math.log(rich.texts / thin.texts)
            mixed: Weights = _between(thin, rich, share)
            return mixed
    return fitted[-1]


def _between(one: Any, other: Any, share: float) -> Any:
    """All numbers of two objects of the same shape mixed, `share` (0–1) of the other."""
    if isinstance(one, float):
        return one + share * (other - one)
    if isinstance(one, dict):
        return {name: _between(value, other[name], share) for name, value in one.items()}
    return type(one)(*(_between(getattr(one, each.name), getattr(other, each.name), share) for each in fields(one)))


def _model(data: dict[str, Any]) -> Model:
    numbers = {name: float(weight) for name, weight in data["fusion"].items()}
    return Model(numbers, _logistic(data["ours"]), _logistic(data["right"]))


def _logistic(data: dict[str, Any]) -> Logistic:
    return Logistic(float(data["bias"]), {name: float(weight) for name, weight in data["weights"].items()})
