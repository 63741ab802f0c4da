"""The numbers of the matcher: shipped as JSON, written by `python -m knowledge.matching.fit`, never by hand."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.matching.calibrate import OURS, RIGHT, Logistic
from knowledge.matching.fuse import FEATURES

SHIPPED = Path(__file__).parent / "weights.json"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`answer`: the least score to answer outright; `ours`: the least P(ours) to offer anything."""

    answer: float
    ours: float


@dataclass(frozen=True, slots=True)
class Weights:
    """`fusion`: a weight for each of fuse.FEATURES; the two logistic models; the thresholds."""

    fusion: dict[str, float]
    ours: Logistic
    right: Logistic
    thresholds: Thresholds

    @classmethod
    def read(cls, path: Path = SHIPPED) -> Weights:
        """Raises OSError when there is no such file, ValueError when it does not hold what this version needs."""
        data = json.loads(path.read_text("utf-8"))
        try:
            weights = cls(
                dict(data["fusion"]),
                Logistic(**data["ours"]),
                Logistic(**data["right"]),
                Thresholds(**data["thresholds"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}: not the weights of a matcher: {error}") from error
        for names, known in ((weights.fusion, FEATURES), (weights.ours.weights, OURS), (weights.right.weights, RIGHT)):
            if set(names) != set(known):
                raise ValueError(f"{path}: weights for {sorted(set(names) ^ set(known))} are missing or too many")
        return weights

    def write(self, path: Path = SHIPPED) -> None:
        """Write what `read` reads, rounded to what matters."""
        rounded = json.loads(json.dumps(asdict(self)), parse_float=lambda text: round(float(text), 4))
        path.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")
