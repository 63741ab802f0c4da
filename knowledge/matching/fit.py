"""Fit the matcher's numbers: `python -m knowledge.matching.fit tests/eval/dev.jsonl`.

Only queries with an odd id are used; the even ones stay the check. The same queries are asked of the shipped content
and of the thin study content, so that the numbers suit more than one knowledge base.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.evaluate import Query, read_queries
from knowledge.files import SHIPPED, read_folder
from knowledge.matching.calibrate import OURS, RIGHT, Logistic, logistic, measures
from knowledge.matching.fuse import FEATURES, Doubles, features, softmax
from knowledge.matching.index import Evidence, Index, Message
from knowledge.matching.notours import NotOurs
from knowledge.matching.weights import Thresholds, Weights
from knowledge.model import Entry, Vocabulary

_FUSION_RIDGE = 0.3
_LOGISTIC_RIDGE = 1.0
_STEPS = 60
_LEAST_RIGHT = 0.94  # of what is answered outright, on the fitted queries: fresh ones have been 0.03 below
_MOST_FALSE = 0.06  # of out-of-scope messages answered outright: the goal is 0.10
_MOST_REFUSED = 0.03  # of in-scope messages


@dataclass(frozen=True, slots=True)
class Case:
    """One query asked of one content: `rows` (E, F) its features; `right` (E,) whether an entry is accepted."""

    query: Query
    message: Message
    evidence: Evidence
    rows: Doubles
    right: Doubles
    entries: Sequence[Entry]


def cases(index: Index, queries: Sequence[Query]) -> list[Case]:
    """The queries with at most one need as cases of `index`."""
    made = []
    for query in queries:
        if query.needs:
            continue
        message = index.read(query.text)
        evidence = index.evidence(message)
        right = np.array([float(entry.id in query.accept) for entry in index.entries])
        made.append(Case(query, message, evidence, features(evidence), right, index.entries))
    return made


def fit_fusion(given: Sequence[Case], ridge: float = _FUSION_RIDGE) -> Doubles:
    """(F,) weights of the conditional logit: damped Newton steps on the log-probability of the accepted entries.

    Where several entries are accepted, each step aims at them in their present proportion.
    """
    used = [case for case in given if case.right.any()]
    scale = np.sqrt(np.mean([case.rows.var(axis=0) for case in used], axis=0))
    scale = np.where(scale > 0, scale, 1.0)
    scaled = [case.rows / scale for case in used]
    rights = [case.right for case in used]

    def objective(weights: Doubles) -> float:
        logs = (np.log((softmax(x @ weights) * y).sum() + 1e-300) for x, y in zip(scaled, rights, strict=True))
        return float(sum(logs) - ridge / 2 * weights @ weights)

    weights = np.zeros(len(FEATURES))
    reached = objective(weights)
    for _ in range(_STEPS):
        gradient = -ridge * weights
        curvature = ridge * np.eye(len(weights))
        for x, y in zip(scaled, rights, strict=True):
            p = softmax(x @ weights)
            target = p * y / max(float((p * y).sum()), 1e-300)
            mean = p @ x
            gradient += (target - p) @ x
            curvature += (x * p[:, None]).T @ x - np.outer(mean, mean)
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        while size > 1e-4 and objective(weights + size * step) <= reached:
            size /= 2
        if size <= 1e-4:
            break
        weights = weights + size * step
        reached = objective(weights)
    return np.asarray(weights / scale)


def fit_logistic(rows: Sequence[dict[str, float]], labels: Sequence[bool], names: Sequence[str]) -> Logistic:
    """A logistic model by iteratively reweighted least squares, ridge on the standardised weights."""
    x = np.array([[row[name] for name in names] for row in rows], np.float64)
    y = np.array(labels, np.float64)
    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    z = np.column_stack([np.ones(len(x)), (x - mean) / scale])
    penalty = _LOGISTIC_RIDGE * np.diag([0.0, *([1.0] * len(names))])
    weights = np.zeros(z.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(z @ weights, -30, 30)))
        curvature = (z * (p * (1 - p) + 1e-6)[:, None]).T @ z + penalty
        step = np.linalg.solve(curvature, z.T @ (y - p) - penalty @ weights)
        weights += step
        if float(np.abs(step).max()) < 1e-8:
            break
    slopes = weights[1:] / scale
    return Logistic(float(weights[0] - slopes @ mean), {n: float(w) for n, w in zip(names, slopes, strict=True)})


@dataclass(frozen=True, slots=True)
class _Judged:
    query: Query
    values: dict[str, float]
    is_right: bool
    is_redirect: bool


def _judge(given: Sequence[Case], fusion: Doubles) -> list[_Judged]:
    judged = []
    for case in given:
        p = softmax(case.rows @ fusion)
        order = [int(place) for place in np.argsort(-p, kind="stable")]
        entry = case.entries[order[0]]
        values = measures(case.message, case.evidence, p, order)
        judged.append(_Judged(case.query, values, entry.id in case.query.accept, entry.redirect))
    return judged


def fit_thresholds(given: Sequence[_Judged], ours: Logistic, right: Logistic) -> Thresholds:
    """The lowest threshold to answer that keeps wrong answers rare; the highest to refuse that refuses few of ours."""
    p_ours = np.array([logistic(ours, each.values) for each in given])
    scores = p_ours * np.array([logistic(right, each.values) for each in given])
    inside = np.array([bool(each.query.accept) for each in given])
    hit = np.array([each.is_right for each in given])
    redirect = np.array([each.is_redirect for each in given])
    answer = 0.95
    for threshold in np.arange(0.95, 0.3, -0.005):
        over = scores >= threshold
        mine = over & inside
        if mine.any() and (hit[mine].mean() < _LEAST_RIGHT or (over & ~redirect)[~inside].mean() > _MOST_FALSE):
            break
        answer = float(threshold)
    return Thresholds(round(answer, 3), round(float(np.quantile(p_ours[inside], _MOST_REFUSED)), 3))


def fit(indexes: Sequence[Index], queries: Sequence[Query]) -> Weights:
    """All numbers, from the queries with an odd id; the thresholds from the first index alone (the shipped content)."""
    odd = [query for query in queries if query.id.isdigit() and int(query.id) % 2]
    by_index = [cases(index, odd) for index in indexes]
    together = [case for each in by_index for case in each]
    fusion = fit_fusion(together)
    judged = _judge(together, fusion)
    about_ours = [each for each in judged if each.query.accept or not each.is_redirect]
    inside = [each for each in judged if each.query.accept]
    ours = fit_logistic([each.values for each in about_ours], [bool(each.query.accept) for each in about_ours], OURS)
    right = fit_logistic([each.values for each in inside], [each.is_right for each in inside], RIGHT)
    thresholds = fit_thresholds(_judge(by_index[0], fusion), ours, right)
    return Weights({n: float(w) for n, w in zip(FEATURES, fusion, strict=True)}, ours, right, thresholds)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: read the queries and the contents, fit, write the shipped weights."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.matching.fit", description=__doc__)
    parser.add_argument(
        "queries", type=Path, help="labelled queries, JSON Lines; a folder `kb` beside them is used too"
    )
    given = parser.parse_args(arguments)
    shipped = read_folder(SHIPPED)
    beside = given.queries.parent / "kb"
    bases = [shipped, *([read_folder(beside)] if beside.is_dir() else [])]
    vocabulary, not_ours = shipped.vocabulary or Vocabulary(), NotOurs.read()
    indexes = [Index(base, base.vocabulary or vocabulary, not_ours) for base in bases]
    weights = fit(indexes, read_queries(given.queries))
    weights.write()
    sys.stdout.write(f"{weights.thresholds}; now evaluate the even ids\n")


if __name__ == "__main__":
    main()
