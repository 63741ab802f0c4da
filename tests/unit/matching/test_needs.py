from __future__ import annotations

import pytest

from knowledge.matching.found import Candidate, Decision, Found
from knowledge.matching.needs import parts_of, with_needs


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("katuvalo on rikki ja koira on kadonnut", ["katuvalo on rikki", "koira on kadonnut"]),
        ("bygglov och parkering", ["bygglov", "parkering"]),
        ("bus card. Also the pool?", ["bus card", "the pool"]),
        ("uimahalli, kiitos ja hei", []),  # politeness is no second need
        ("uimahalli", []),
        ("", []),
        ("kirjas\u00adto\u200b,\u2060 bussi", ["kirjasto", "bussi"]),  # without the marks nobody sees
        ("bussi\u061c \u202eja\u200d pyörä", ["bussi", "pyörä"]),
        ("jalkapallo", []),  # "ja" inside a word
    ],
)
def test_parts(text: str, parts: list[str]) -> None:
    assert parts_of(text) == parts


def reading(entry: str, score: float, decision: Decision = "answer") -> Found:
    return Found(entry, "fi", decision, 0.9, (Candidate(entry, entry, "unit", score, False, ()),))


def test_two_clear_parts_are_two_needs() -> None:
    found = with_needs(reading("a", 0.5), [reading("a", 0.8), reading("b", 0.7)])
    assert [need.candidates[0].entry for need in found.needs] == ["a", "b"]
    assert found.candidates == reading("a", 0.5).candidates


def test_an_entry_is_told_by_its_best_part() -> None:
    found = with_needs(reading("a", 0.5), [reading("b", 0.3), reading("a", 0.8), reading("b", 0.9)])
    assert {need.candidates[0].entry: need.candidates[0].score for need in found.needs} == {"a": 0.8, "b": 0.9}


@pytest.mark.parametrize(
    "parts",
    [
        [reading("a", 0.8), reading("a", 0.7)],  # both about the same
        [reading("a", 0.8), reading("b", 0.1)],  # one is weak
        [reading("a", 0.8), Found("b", "fi", "unknown", 0.1, ())],  # one finds nothing
        [reading("b", 0.8), reading("c", 0.8)],  # the whole's own answer would be lost
        [],
    ],
)
def test_otherwise_it_is_one(parts: list[Found]) -> None:
    whole = reading("a", 0.9)
    assert with_needs(whole, parts) is whole
