"""Fit the matcher's numbers: `python -m knowledge.matching.fit tests/eval/dev.jsonl`.

Only queries with an odd id are used; the even ones stay the check. The same queries are asked of the shipped content
and of the thin study content: content between the two gets numbers between (weights.py).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.evaluate import Query, read_queries
from knowledge.files import SHIPPED, read_folder
from knowledge.matching.calibrate import Logistic, logistic, measures
from knowledge.matching.fuse import Doubles, features, softmax
from knowledge.matching.index import Evidence, Index, Message
from knowledge.matching.meanings import Meanings, Meant, as_foreign, texts, texts_an_entry
from knowledge.matching.notours import NotOurs
from knowledge.matching.weights import MADE_OF, Model, Parts, Weights, write_weights
from knowledge.meaning.sentences import Sentences
from knowledge.model import Entry, KnowledgeBase, Vocabulary

_FUSION_RIDGE = 0.3
_LOGISTIC_RIDGE = 1.0
_STEPS = 60
_LEAST_CLEAR = 0.5


@dataclass(frozen=True, slots=True)
class Case:
    """One query asked of one content: what each way of reading says; `right` (E,) whether an entry is accepted."""

    query: Query
    message: Message
    evidence: Evidence
    meant: Mapping[str, Meant | None]
    right: Doubles
    entries: Sequence[Entry]

    def rows(self, way: str, names: Iterable[str]) -> Doubles:
        """(E, F) the features of a way of reading."""
        found = features(self.evidence, self.meant[way])
        return np.column_stack([found[name] for name in names]).astype(np.float64)


def cases(
    base: KnowledgeBase, vocabulary: Vocabulary, not_ours: NotOurs, queries: Sequence[Query], sentences: Sentences
) -> list[Case]:
    """The queries with at most one need as cases of one content."""
    index = Index(base, vocabulary, not_ours)
    meanings = Meanings(index.entries, not_ours, sentences.content(texts(index.entries, not_ours)))
    single = [query for query in queries if not query.needs]
    made = []
    for query in single:
        message = index.read(query.text)
        vector = sentences.now([query.text])[0]
        meant = {
            "words": None,
            "both": meanings.meant(vector, message.language, message.words),
            "meaning": meanings.meant(vector, as_foreign(message.language), message.words),
        }
        right = np.array([float(entry.id in query.accept) for entry in index.entries])
        made.append(Case(query, message, index.evidence(message), meant, right, index.entries))
    return made


def fit_fusion(rows: Sequence[Doubles], rights: Sequence[Doubles], ridge: float = _FUSION_RIDGE) -> Doubles:
    """(F,) weights of the conditional logit: damped Newton steps on the log-probability of the accepted entries.

    `rows`: (E, F) for each query; `rights`: (E,), with at least one accepted. Where several entries are accepted, each
    step aims at them in their present proportion.
    """
    scale = np.sqrt(np.mean([row.var(axis=0) for row in rows], axis=0))
    scale = np.where(scale > 0, scale, 1.0)
    scaled = [row / scale for row in rows]

    def objective(weights: Doubles) -> float:
        logs = (np.log((softmax(x @ weights) * y).sum() + 1e-300) for x, y in zip(scaled, rights, strict=True))
        return float(sum(logs) - ridge / 2 * weights @ weights)

    weights = np.zeros(len(scale))
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
class Judged:
    """A case with the measures of its ranking by one way of reading; `rank` of the first accepted entry, from 1."""

    case: Case
    values: dict[str, float]
    rank: int | None
    is_redirect: bool

    @property
    def is_right(self) -> bool:
        return self.rank == 1


def judge(given: Sequence[Case], way: str, fusion: Mapping[str, float]) -> list[Judged]:
    """Rank each case's entries by fused features of one way of reading."""
    judged = []
    for case in given:
        p = softmax(case.rows(way, fusion) @ np.array(list(fusion.values())))
        order = [int(place) for place in np.argsort(-p, kind="stable")]
        entry = case.entries[order[0]]
        values = measures(case.message, case.evidence, case.meant[way], p, order)
        rank = next((n for n, place in enumerate(order, start=1) if case.right[place]), None)
        judged.append(Judged(case, values, rank, entry.redirect))
    return judged


def fit_model(given: Sequence[Case], way: str, parts: Parts) -> Model:
    """The numbers of one way of reading."""
    features_used, ours_by, right_by = parts
    used = [case for case in given if case.right.any()]
    fusion = fit_fusion([case.rows(way, features_used) for case in used], [case.right for case in used])
    named = {name: float(weight) for name, weight in zip(features_used, fusion, strict=True)}
    judged = judge(given, way, named)
    about_ours = [each for each in judged if each.case.query.accept or not each.is_redirect]
    inside = [each for each in judged if each.case.query.accept]
    ours = fit_logistic(
        [each.values for each in about_ours], [bool(each.case.query.accept) for each in about_ours], ours_by
    )
    right = fit_logistic([each.values for each in inside], [each.is_right for each in inside], right_by)
    return Model(named, ours, right)


def fit_clear(given: Sequence[Case], words: Model, both: Model) -> float:
    """The lowest score by words from which on words do as well as words and meaning together: as often right first, and
    as often among the first three."""
    by_words, by_both = judge(given, "words", words.fusion), judge(given, "both", both.fusion)
    scores = np.array([logistic(words.ours, each.values) * logistic(words.right, each.values) for each in by_words])
    gained = np.array([_gained(one.rank, two.rank) for one, two in zip(by_words, by_both, strict=True)])
    inside = np.array([bool(case.query.accept) for case in given])
    order = np.argsort(-scores, kind="stable")
    order = order[inside[order]]
    last = np.flatnonzero((np.cumsum(gained[order], axis=0) <= 0).all(axis=1))
    return max(float(scores[order[last[-1]]]) if len(last) else 1.0, _LEAST_CLEAR)


def _gained(one: int | None, two: int | None) -> tuple[int, int]:
    """What the second rank has over the first: right one first, right one among three."""
    first, second = one or 99, two or 99
    return (second == 1) - (first == 1), (second <= 3) - (first <= 3)


def fit(given: Sequence[Case], made_of: Mapping[str, Parts] = MADE_OF) -> Weights:
    """All numbers, from the cases of one content."""
    models = {way: fit_model(given, way, parts) for way, parts in made_of.items()}
    texts = texts_an_entry(given[0].entries)
    return Weights(texts, **models, clear=fit_clear(given, models["words"], models["both"]))


def contents(folder: Path) -> list[KnowledgeBase]:
    """The shipped content, and the folder `kb` beside the queries where there is one."""
    return [read_folder(SHIPPED), *([read_folder(folder / "kb")] if (folder / "kb").is_dir() else [])]


def all_cases(bases: Sequence[KnowledgeBase], queries: Sequence[Query], sentences: Sentences) -> list[list[Case]]:
    """The queries asked of each content; the first one's vocabulary where one has none."""
    vocabulary, not_ours = bases[0].vocabulary or Vocabulary(), NotOurs.read()
    return [cases(base, base.vocabulary or vocabulary, not_ours, queries, sentences) for base in bases]


def is_odd(query: Query) -> bool:
    return query.id.isdigit() and int(query.id) % 2 == 1


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: read the queries and the contents, fit, write the shipped weights."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.matching.fit", description=__doc__)
    parser.add_argument(
        "queries", type=Path, help="labelled queries, JSON Lines; a folder `kb` beside them is used too"
    )
    parser.add_argument("--vectors", type=Path, help="a file in which to keep vectors from run to run")
    given = parser.parse_args(arguments)
    odd = [query for query in read_queries(given.queries) if is_odd(query)]
    with closing(Sentences(given.vectors)) as sentences:
        fitted = [fit(each) for each in all_cases(contents(given.queries.parent), odd, sentences)]
    write_weights(fitted)
    for each in fitted:
        sys.stdout.write(f"{each.texts:.0f} texts an entry: words are clear from {each.clear:.3f}\n")


if __name__ == "__main__":
    main()
