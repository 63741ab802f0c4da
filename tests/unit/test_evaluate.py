from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.evaluate import (
    Query,
    QueryError,
    auroc,
    evaluate,
    expected_calibration_error,
    read_queries,
)
from knowledge.matching.found import Candidate, Decision, Found


def query(text: str, *accept: str, lang: str = "fi", tags: tuple[str, ...] = ()) -> Query:
    return Query(text, lang, text, frozenset(accept), tags)


def two(text: str, *needs: set[str]) -> Query:
    return Query(text, "fi", text, frozenset(), ("two",), tuple(map(frozenset, needs)))


def reading(decision: Decision, ours: float, *scored: tuple[str, float], needs: tuple[Found, ...] = ()) -> Found:
    candidates = tuple(Candidate(entry, entry, "u", score, entry.startswith("r_"), ()) for entry, score in scored)
    return Found("", "fi", decision, ours, candidates, needs)


# Four in scope, four out of scope; worked out by hand below.
READINGS = {
    "right": reading("answer", 0.9, ("a", 0.8), ("b", 0.1)),
    "wrong": reading("answer", 0.8, ("x", 0.6), ("y", 0.1), ("a", 0.05)),
    "asked": reading("clarify", 0.6, ("x", 0.4), ("a", 0.3)),
    "missed": reading("unknown", 0.3, ("x", 0.2), ("y", 0.1), ("z", 0.05), ("a", 0.01)),
    "false": reading("answer", 0.7, ("x", 0.7)),
    "sent on": reading("answer", 0.95, ("r_police", 0.9)),
    "offered": reading("clarify", 0.5, ("x", 0.3)),
    "refused": reading("unknown", 0.1),
}
QUERIES = [
    query("right", "a", "b", tags=("kw",)),
    query("wrong", "a", lang="sv"),
    query("asked", "a", tags=("kw",)),
    query("missed", "a"),
    *map(query, ("false", "sent on", "offered", "refused")),
]


def test_every_metric_of_a_small_set() -> None:
    found = evaluate(QUERIES, READINGS.__getitem__).all
    assert found.n == 8
    assert found.hit1 == 1 / 4
    assert found.hit3 == 3 / 4
    assert found.mrr == pytest.approx((1 + 1 / 3 + 1 / 2 + 1 / 4) / 4)
    assert found.answered == 2 / 4
    assert found.answered_right == 1 / 2
    assert found.clarified_right == 1
    assert found.false_answer_rate == 1 / 4
    assert found.redirected == 1 / 4
    assert found.oos_rejected == 1 / 4
    # ours: .9 .8 .6 .3 against .7 .5 .1 (the redirect is left out): 3 + 3 + 2 + 1 of 12 pairs
    assert found.auroc == pytest.approx(9 / 12)
    # (score, right): (.8, 1) (.6, 0) (.4, 0) (.2, 0) (.7, 0) (.3, 0) and no candidate: (0, 0)
    assert found.brier == pytest.approx((0.04 + 0.36 + 0.16 + 0.04 + 0.49 + 0.09 + 0) / 7)
    assert found.ece == pytest.approx((0.2 + 0.6 + 0.4 + 0.2 + 0.7 + 0.3 + 0) / 7)  # a bin each
    assert found.needs_found is None
    assert found.us_per_query["p50"] is not None
    assert found.us_per_query["p95"] >= found.us_per_query["p50"]


def test_by_language_and_tag() -> None:
    report = evaluate(QUERIES, READINGS.__getitem__)
    assert {lang: metrics.n for lang, metrics in report.by_lang.items()} == {"fi": 7, "sv": 1}
    assert report.by_lang["sv"].hit1 == 0
    assert report.by_tag["kw"].n == 2
    assert report.by_tag["kw"].hit1 == 1 / 2
    assert report.by_tag["kw"].false_answer_rate is None
    document = report.document()
    assert json.loads(json.dumps(document))["by_lang"]["sv"]["answered_right"] == 0
    assert list(document) == [
        *(
            "n",
            "hit1",
            "hit3",
            "mrr",
            "answered",
            "answered_right",
            "clarified_right",
            "false_answer_rate",
            "redirected",
        ),
        *("oos_rejected", "auroc", "brier", "ece", "needs_found", "us_per_query", "by_lang", "by_tag"),
        *("intervals", "calibration", "ways"),
    ]
    low, high = document["intervals"]["hit1"]
    assert low < document["hit1"] < high
    assert sum(each["n"] for each in document["calibration"]) == 7  # the redirected message is judged by neither


@pytest.mark.parametrize(
    ("needs", "share"),
    [
        ((reading("answer", 1, ("a", 0.9)), reading("answer", 1, ("b", 0.9))), 1),
        ((reading("clarify", 1, ("x", 0.4), ("y", 0.3), ("b", 0.2)), reading("answer", 1, ("a", 0.9))), 1),
        ((reading("clarify", 1, ("a", 0.4), ("b", 0.3)),), 0),  # one object cannot answer both
        ((reading("answer", 1, ("a", 0.9), ("b", 0.1)), reading("answer", 1, ("x", 0.9), ("b", 0.1))), 0),
        ((reading("clarify", 1, *((each, 0.1) for each in "xyzb")), reading("answer", 1, ("a", 0.9))), 0),  # a fourth
        ((), 0),
    ],
)
def test_needs_found(needs: tuple[Found, ...], share: float) -> None:
    whole = reading("answer", 1, ("a", 0.9), ("b", 0.1), needs=needs)
    found = evaluate([two("both", {"a"}, {"b"})], lambda _: whole).all
    assert found.needs_found == share
    assert (found.hit1, found.auroc, found.brier) == (None, None, None)


def test_needs_are_assigned_one_to_one() -> None:
    # The first need fits both readings, the second only the first of them.
    whole = reading("answer", 1, ("a", 0.9), needs=(reading("answer", 1, ("a", 1)), reading("answer", 1, ("b", 1))))
    assert evaluate([two("both", {"a", "b"}, {"a"})], lambda _: whole).all.needs_found == 1


def test_errors_name_what_went_wrong() -> None:
    queries = [*QUERIES, two("two", {"a"}, {"b"})]
    readings = {**READINGS, "two": reading("answer", 0.9, ("a", 0.9))}
    rows = evaluate(queries, readings.__getitem__).errors
    assert [(row["id"], row["error"], row["rank"]) for row in rows] == [
        ("wrong", "wrong", 3),
        ("asked", "wrong", 2),
        ("missed", "wrong", 4),
        ("false", "false answer", None),
        ("two", "needs", None),
    ]
    assert rows[0]["candidates"][0] == {"entry": "x", "score": 0.6}


def test_a_right_entry_that_is_not_offered_is_an_error() -> None:
    rows = evaluate([query("q", "a")], lambda _: reading("unknown", 0.1, ("a", 0.1))).errors
    assert [row["error"] for row in rows] == ["refused"]


@pytest.mark.parametrize(
    ("scores", "positive", "area"),
    [
        ([1, 0], [True, False], 1),
        ([0, 1], [True, False], 0),
        ([0.5, 0.5], [True, False], 0.5),
        ([0.9, 0.4, 0.4, 0.1], [True, True, False, False], 3.5 / 4),
        ([0.5], [True], None),
        ([], [], None),
    ],
)
def test_auroc(scores: list[float], positive: list[bool], area: float | None) -> None:
    assert auroc(scores, positive) == area


def test_calibration_error_uses_bins_of_equal_count() -> None:
    assert expected_calibration_error([0.2, 0.4, 0.6, 0.8], [False, True, False, True], bins=2) == pytest.approx(0.2)
    assert expected_calibration_error([0.0, 1.0], [False, True]) == 0
    assert expected_calibration_error([], []) is None


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), "utf-8")
    return path


GOOD = '{"id": "1", "lang": "fi", "text": "katu", "accept": ["a"], "tags": ["in"]}'


def test_reading_a_file(tmp_path: Path) -> None:
    path = write(
        tmp_path / "q.jsonl",
        GOOD,
        "",
        '{"id": "2", "lang": "sv", "text": "gata", "accept": []}',
        '{"id": "3", "lang": "en", "text": "both", "needs": [["a"], ["b", "c"]], "tags": ["two", "two"]}',
    )
    first, second, third = read_queries(path)
    assert first == Query("1", "fi", "katu", frozenset({"a"}), ("in",))
    assert (second.accept, second.tags) == (frozenset(), ())
    assert (third.needs, third.tags) == ((frozenset({"a"}), frozenset({"b", "c"})), ("two",))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", ":2: not JSON"),
        ("[]", ":2: not an object"),
        ('{"id": 7, "lang": "fi", "text": "x", "accept": []}', ":2: `id` must be a string"),
        ('{"id": "7", "lang": "fi", "accept": []}', ":2: `text` must be a string"),
        ('{"id": "7", "lang": "fi", "text": "x"}', ":2: exactly one of `accept` and `needs`"),
        ('{"id": "7", "lang": "fi", "text": "x", "accept": [], "needs": [["a"], ["b"]]}', ":2: exactly one of"),
        ('{"id": "7", "lang": "fi", "text": "x", "needs": [["a"]]}', ":2: `needs` must be a list of at least two"),
        ('{"id": "7", "lang": "fi", "text": "x", "accept": "a"}', ":2: `accept` must hold lists of strings"),
        ('{"id": "7", "lang": "fi", "text": "x", "accept": [], "tags": [1]}', ":2: `tags` must hold"),
        (GOOD, ":2: the id `1` stands twice"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = write(tmp_path / "q.jsonl", GOOD, line)
    with pytest.raises(QueryError) as error:
        read_queries(path)
    assert str(error.value).startswith(f"{path}{reason}")
    assert "\n" not in str(error.value)


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"no\.jsonl: No such file"):
        read_queries(tmp_path / "no.jsonl")
    with pytest.raises(QueryError, match="no queries in it"):
        read_queries(write(tmp_path / "empty.jsonl", ""))
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xe4"}')
    with pytest.raises(QueryError, match="not UTF-8"):
        read_queries(tmp_path / "latin.jsonl")
