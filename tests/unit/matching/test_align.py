from __future__ import annotations

import numpy as np
import pytest

from knowledge.matching.align import Aligner, Slot, shared_parts

ENTRIES = [
    {"katuvalo": "katuvalo", "rik": "rikki"},
    {"pysakoin": "pysäköinti", "lup": "lupa", "katu": "katu"},
    {"kalastuslup": "kalastuslupa"},
]


def aligned(*stems: str) -> list[list[float]]:
    found = Aligner.build(ENTRIES).align([Slot(each, (each,)) for each in stems])
    return np.round(found.slots, 2).tolist()


def test_the_same_word_and_a_slip() -> None:
    assert aligned("katuvalo")[0][0] == 1
    assert 0.5 < aligned("katuvlo")[0][0] < 1
    assert aligned("hevonen") == [[0, 0, 0]]


@pytest.mark.parametrize("typed", ["katvualo", "katvalo", "kkatuvalo", "katubalo"])  # swapped, dropped, doubled, wrong
def test_a_slip_in_a_longer_word_leaves_it_what_it_is(typed: str) -> None:
    found = Aligner.build(ENTRIES).align([Slot(typed, (typed,))])
    assert found.slots[0, 0] >= np.float32(0.9)
    assert found.slips == ("katuvalo",)


def test_a_short_word_with_a_slip_and_one_that_is_known_are_no_slips() -> None:
    entries = [{"katu": "katu", "lumi": "lumi"}, {"kirjast": "kirjasto", "kirjasti": "kirjasti"}]
    for typed in ("kaut", "kirjast"):
        assert not Aligner.build(entries).align([Slot(typed, (typed,))]).slips


def test_words_of_entries_that_are_gone_are_not_met() -> None:
    aligner = Aligner.build(ENTRIES)
    assert (aligner.has("katuvalo"), aligner.has("katuv")) == (True, False)
    left = aligner.updated([0], {}, np.array([1, 2]))
    assert not left.has("katuvalo")
    assert not left.align([Slot("katvualo", ("katvualo",))]).slips


def test_parts_of_compounds() -> None:
    assert aligned("valo")[0] == [pytest.approx(0.9 * 0.75, abs=0.01), 0, 0]
    pairs = {
        ("lupa", "kalastuslupa"): 0.9 * (0.5 + 0.5 * 4 / 12),
        ("lup", "kalastuslup"): 0,  # three letters end half the language
        ("valovoima", "valo"): 0.9 * (0.5 + 0.5 * 4 / 9),
        ("valo", "katuvalot"): 0,  # inside
        ("valo", "valo"): 0,
    }
    ones, others = zip(*pairs, strict=True)
    assert shared_parts(ones, others) == pytest.approx(list(pairs.values()))
    assert shared_parts([], []).tolist() == []


def test_rare_words_weigh_more() -> None:
    entries = [{"lupa": "lupa", "koira": "koira"}, {"lupa": "lupa"}, {"lupa": "lupa", "hauta": "hauta"}]
    found = Aligner.build(entries).align([Slot("koira", ("koira",)), Slot("lupa", ("lupa",))])
    assert found.rarity[0] > found.rarity[1]
    assert found.covered.argmax() == 0
    assert found.covered[0] == pytest.approx(1)
    assert found.covered[1] == pytest.approx(float(found.rarity[1] / found.rarity.sum()))


def test_what_a_word_stands_for_counts_less_and_only_with_vocabulary() -> None:
    found = Aligner.build(ENTRIES).align([Slot("parkki", ("parkki",), (("pysakoin", 0.6),))])
    assert found.slots[0, 1] == pytest.approx(0.6)
    assert found.covered[1] == pytest.approx(0.6)
    assert found.plain_covered[1] == 0


def test_nothing_meets_nothing() -> None:
    assert Aligner.build([]).align([Slot("katu", ("katu",))]).slots.shape == (1, 0)
    assert Aligner.build(ENTRIES).align([]).covered.tolist() == [0, 0, 0]
