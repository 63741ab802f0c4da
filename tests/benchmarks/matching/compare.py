"""Every system through the same queries, with the metrics of `porina evaluate`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from knowledge.evaluate import Metrics, Query, evaluate
from knowledge.figures import wilson
from tests.benchmarks.matching.systems import System

COMPARED = ("hit1", "hit3", "mrr", "auroc")


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one system: of all queries, and of those with even ids, on which nothing of ours was fitted."""

    name: str
    ours: bool
    all: Metrics
    even: Metrics
    questions: int

    def interval(self, metric: str) -> tuple[float, float]:
        """95 % of a share of the questions, such as `hit1`."""
        return wilson(getattr(self.all, metric), self.questions)


def single_needs(queries: Sequence[Query]) -> list[Query]:
    """Queries that a ranking can answer, and those out of scope; two needs at once are another matter."""
    return [query for query in queries if not query.needs]


def compare(systems: Sequence[System], queries: Sequence[Query]) -> list[Row]:
    """One row a system, in their order."""
    even = [query for query in queries if int(query.id) % 2 == 0]
    questions = sum(bool(query.accept) for query in queries)
    rows = []
    for system in systems:
        find = cache(system.find)  # the even ids are counted again, not asked again
        rows.append(Row(system.name, system.ours, evaluate(queries, find).all, evaluate(even, find).all, questions))
    return rows


def behind(rows: Sequence[Row]) -> list[str]:
    """Where a peer is level with Porina or ahead, a line each; Porina is its best reading."""
    return [
        f"{peer.name}: {metric} {getattr(peer.all, metric):.3f}, ours {most:.3f}"
        for metric in COMPARED
        for most in [max(getattr(row.all, metric) for row in rows if row.ours)]
        for peer in rows
        if not peer.ours and getattr(peer.all, metric) >= most
    ]
