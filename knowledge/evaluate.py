"""How well messages are understood: labelled queries in, the contract's metrics out.

`find` is passed in, so that the same figures can be had of the bare matcher and of the chat's whole path (small talk
and emergencies come before the matcher there and count as unknown, without candidates).
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.figures import Bin, auroc, expected_calibration_error, reliability, wilson
from knowledge.matching.found import Candidate, Found

OPTIONS = 3


@dataclass(frozen=True, slots=True)
class Query:
    """A labelled message. `accept`: the entries that answer it, none when it is out of scope; `needs`: the accepted
    entries of each need where it holds two (then `accept` is empty and means nothing)."""

    id: str
    lang: str
    text: str
    accept: frozenset[str]
    tags: tuple[str, ...]
    needs: tuple[frozenset[str], ...] = ()


class QueryError(ValueError):
    """A query file that cannot be used; the message is one line with file, line and reason."""


def read_queries(path: Path) -> list[Query]:
    """The queries of a JSON Lines file; blank lines are skipped.

    Raises QueryError for anything else than the contract's shape, for a repeated id and for a file without queries.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise QueryError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise QueryError(f"{path}: not UTF-8: byte {error.start}") from error
    queries: dict[str, Query] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            query = _query(json.loads(line))
        except json.JSONDecodeError as error:
            raise QueryError(f"{path}:{number}: not JSON: {error.msg}") from error
        except ValueError as error:
            raise QueryError(f"{path}:{number}: {error}") from error
        if query.id in queries:
            raise QueryError(f"{path}:{number}: the id `{query.id}` stands twice")
        queries[query.id] = query
    if not queries:
        raise QueryError(f"{path}: no queries in it")
    return list(queries.values())


def _query(row: Any) -> Query:
    if not isinstance(row, dict):
        raise ValueError("not an object")
    for key in ("id", "lang", "text"):
        if not isinstance(row.get(key), str):
            raise ValueError(f"`{key}` must be a string")
    if ("accept" in row) == ("needs" in row):
        raise ValueError("exactly one of `accept` and `needs` must be there")
    needs = row.get("needs", [])
    if not isinstance(needs, list) or ("needs" in row and len(needs) < 2):
        raise ValueError("`needs` must be a list of at least two lists")
    return Query(
        id=row["id"],
        lang=row["lang"],
        text=row["text"],
        accept=frozenset(_ids(row.get("accept", []), "accept")),
        tags=tuple(dict.fromkeys(_ids(row.get("tags", []), "tags"))),
        needs=tuple(frozenset(_ids(need, "needs")) for need in needs),
    )


def _ids(value: Any, key: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"`{key}` must hold lists of strings")
    return value


@dataclass(frozen=True, slots=True)
class Metrics:
    """The contract's figures; shares 0–1, None where there is nothing to take a share of."""

    n: int
    hit1: float | None
    hit3: float | None
    mrr: float | None
    answered: float | None
    answered_right: float | None
    clarified_right: float | None
    false_answer_rate: float | None
    redirected: float | None
    oos_rejected: float | None
    auroc: float | None
    brier: float | None
    ece: float | None
    needs_found: float | None
    us_per_query: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Report:
    """Metrics of all queries, by language label and by tag.

    `intervals`: 95 % of the shares in `all`; `calibration`: the reliability diagram of scores; `ways`: how many were
    read by which evidence; `errors`: one row for each query that went wrong.
    """

    all: Metrics
    by_lang: dict[str, Metrics]
    by_tag: dict[str, Metrics]
    intervals: dict[str, tuple[float, float]]
    calibration: list[Bin]
    ways: dict[str, int]
    errors: list[dict[str, Any]] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """The document of `porina evaluate --json`."""
        return {
            **asdict(self.all),
            "by_lang": {lang: asdict(metrics) for lang, metrics in self.by_lang.items()},
            "by_tag": {tag: asdict(metrics) for tag, metrics in self.by_tag.items()},
            "intervals": self.intervals,
            "calibration": [asdict(each) for each in self.calibration],
            "ways": self.ways,
        }


@dataclass(frozen=True, slots=True)
class _Result:
    query: Query
    found: Found
    microseconds: float

    @property
    def first(self) -> Candidate | None:
        return self.found.candidates[0] if self.found.candidates else None

    @property
    def rank(self) -> int | None:
        """Of the first accepted entry, from 1."""
        ranks = (n for n, each in enumerate(self.found.candidates, start=1) if each.entry in self.query.accept)
        return next(ranks, None)

    @property
    def is_redirect(self) -> bool:
        return self.first is not None and self.first.redirect


def evaluate(queries: Sequence[Query], find: Callable[[str], Found]) -> Report:
    """Ask `find` every query once, in order, and measure."""
    results = []
    for query in queries:
        started = time.perf_counter_ns()
        found = find(query.text)
        results.append(_Result(query, found, (time.perf_counter_ns() - started) / 1000))
    langs = dict.fromkeys(query.lang for query in queries)
    tags = sorted({tag for query in queries for tag in query.tags})
    return Report(
        all=_metrics(results),
        by_lang={lang: _metrics([each for each in results if each.query.lang == lang]) for lang in langs},
        by_tag={tag: _metrics([each for each in results if tag in each.query.tags]) for tag in tags},
        intervals=_intervals(results),
        calibration=reliability(*_scored(results)),
        ways=dict(Counter(each.found.way for each in results)),
        errors=[row for row in map(_error, results) if row],
    )


def _metrics(results: Sequence[_Result]) -> Metrics:
    two = [each for each in results if each.query.needs]
    inside = [each for each in results if not each.query.needs and each.query.accept]
    outside = [each for each in results if not each.query.needs and not each.query.accept]
    answered = [each for each in inside if each.found.decision == "answer"]
    clarified = [each for each in inside if each.found.decision == "clarify"]
    judged = _judged(results)
    scores, right = _scored(results)
    times = [each.microseconds for each in results]
    return Metrics(
        n=len(results),
        hit1=_share(each.rank == 1 for each in inside),
        hit3=_share(each.rank is not None and each.rank <= 3 for each in inside),
        mrr=_share(1 / each.rank if each.rank else 0.0 for each in inside),
        answered=_share(each.found.decision == "answer" for each in inside),
        answered_right=_share(each.rank == 1 for each in answered),
        clarified_right=_share(each.rank is not None and each.rank <= OPTIONS for each in clarified),
        false_answer_rate=_share(each.found.decision == "answer" and not each.is_redirect for each in outside),
        redirected=_share(each.found.decision == "answer" and each.is_redirect for each in outside),
        oos_rejected=_share(each.found.decision == "unknown" for each in outside),
        auroc=auroc([each.found.ours for each in judged], [bool(each.query.accept) for each in judged]),
        brier=_share((score - float(hit)) ** 2 for score, hit in zip(scores, right, strict=True)),
        ece=expected_calibration_error(scores, right),
        needs_found=_share(_all_needs_found(each) for each in two),
        us_per_query={
            "p50": round(float(np.percentile(times, 50)), 1) if times else None,
            "p95": round(float(np.percentile(times, 95)), 1) if times else None,
        },
    )


def _judged(results: Sequence[_Result]) -> list[_Result]:
    """Those with at most one need, save redirects: sending people to the right authority is no false answer, and no
    evidence about "ours" either way."""
    single = [each for each in results if not each.query.needs]
    return [each for each in single if each.query.accept or not each.is_redirect]


def _scored(results: Sequence[_Result]) -> tuple[list[float], list[bool]]:
    """The first entry's score, and whether it was right."""
    judged = _judged(results)
    return [each.first.score if each.first else 0.0 for each in judged], [each.rank == 1 for each in judged]


def _intervals(results: Sequence[_Result]) -> dict[str, tuple[float, float]]:
    inside = sum(1 for each in results if each.query.accept)
    outside = sum(1 for each in results if not each.query.accept and not each.query.needs)
    answered = sum(1 for each in results if each.query.accept and each.found.decision == "answer")
    counts = {
        "hit1": inside,
        "hit3": inside,
        "answered": inside,
        "answered_right": answered,
        "false_answer_rate": outside,
        "needs_found": sum(1 for each in results if each.query.needs),
    }
    metrics = _metrics(results)
    shares = ((name, getattr(metrics, name), count) for name, count in counts.items())
    return {name: wilson(share, count) for name, share, count in shares if share is not None}


def _share(values: Iterable[float]) -> float | None:
    numbers = [float(value) for value in values]
    return sum(numbers) / len(numbers) if numbers else None


def _answers(reading: Found, need: Collection[str]) -> bool:
    """Whether a reading brings the need's answer: as its first entry, or among the options it would offer."""
    offered = reading.candidates[: OPTIONS if reading.decision == "clarify" else 1]
    return any(each.entry in need for each in offered)


def _all_needs_found(result: _Result) -> bool:
    """Whether each need can be given a reading of its own."""

    def assign(needs: Sequence[Collection[str]], readings: tuple[Found, ...]) -> bool:
        if not needs:
            return True
        return any(
            _answers(reading, needs[0]) and assign(needs[1:], readings[:place] + readings[place + 1 :])
            for place, reading in enumerate(readings)
        )

    return assign(result.query.needs, result.found.needs)


def _error(result: _Result) -> dict[str, Any] | None:
    """A row for the error list, None when nothing is wrong with the result."""
    query, found = result.query, result.found
    if query.needs:
        kind = None if _all_needs_found(result) else "needs"
    elif query.accept:
        kind = "wrong" if result.rank != 1 else "refused" if found.decision == "unknown" else None
    else:
        kind = "false answer" if found.decision == "answer" and not result.is_redirect else None
    if kind is None:
        return None
    return {
        "id": query.id,
        "lang": query.lang,
        "text": query.text,
        "tags": list(query.tags),
        "error": kind,
        "accept": sorted(query.accept),
        "needs": [sorted(need) for need in query.needs],
        "language": found.language,
        "decision": found.decision,
        "ours": round(found.ours, 4),
        "rank": result.rank,
        "candidates": [{"entry": each.entry, "score": round(each.score, 4)} for each in found.candidates],
        "found_needs": [[each.entry for each in need.candidates[:OPTIONS]] for need in found.needs],
    }
