from __future__ import annotations

import numpy as np
import pytest

from knowledge.matching.align import Aligner, Slot, shared_part

ENTRIES = [
    {"katuvalo": "katuvalo", "rik": "rikki"},
    {"pysakoin": "pysäköinti", "lup": "lupa", "katu": "katu"},
    {"kalastuslup": "kalastuslupa"},
]


def aligned(*stems: str) -> list[list[float]]:
    found = Aligner(ENTRIES).align([Slot(each, (each,)) for each in stems])
    return np.round(found.slots, 2).tolist()


def test_the_same_word_and_a_slip() -> None:
    assert aligned("katuvalo")[0][0] == 1
    assert 0.5 < aligned("katuvlo")[0][0] < 1
    assert aligned("hevonen") == [[0, 0, 0]]


def test_parts_of_compounds() -> None:
    assert aligned("valo")[0] == [pytest.approx(0.9 * 0.75, abs=0.01), 0, 0]
    assert shared_part("lupa", "kalastuslupa") == pytest.approx(0.9 * (0.5 + 0.5 * 4 / 12))
    assert shared_part("lup", "kalastuslup") == 0  # three letters end half the language
    assert shared_part("valo", "valovoima") > 0
    assert shared_part("valo", "katuvalot") == 0  # inside


def test_rare_words_weigh_more() -> None:
    entries = [{"lupa": "lupa", "koira": "koira"}, {"lupa": "lupa"}, {"lupa": "lupa", "hauta": "hauta"}]
    found = Aligner(entries).align([Slot("koira", ("koira",)), Slot("lupa", ("lupa",))])
    assert found.rarity[0] > found.rarity[1]
    assert found.covered.argmax() == 0
    assert found.covered[0] == pytest.approx(1)
    assert found.covered[1] == pytest.approx(float(found.rarity[1] / found.rarity.sum()))


def test_what_a_word_stands_for_counts_less_and_only_with_vocabulary() -> None:
    found = Aligner(ENTRIES).align([Slot("parkki", ("parkki",), (("pysakoin", 0.6),))])
    assert found.slots[0, 1] == pytest.approx(0.6)
    assert found.covered[1] == pytest.approx(0.6)
    assert found.plain_covered[1] == 0


def test_nothing_meets_nothing() -> None:
    assert Aligner([]).align([Slot("katu", ("katu",))]).slots.shape == (1, 0)
    assert Aligner(ENTRIES).align([]).covered.tolist() == [0, 0, 0]
