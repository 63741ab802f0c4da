"""The rewordings do what they say, and the table of inflections is what the tests take it for."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from keeping import Case
from rapidfuzz.distance import OSA
from rewording import (
    LONG,
    Rewording,
    in_other_compounds,
    in_other_forms,
    joined,
    politely,
    slip_in_a_short_word,
    slips_in_long_words,
    split,
    without_marks,
)

SEEDS = range(40)


def test_marks_are_dropped_and_nothing_else() -> None:
    assert without_marks("Ääkköset på Åland, ÖLJY é", "fi", Random(0)) == "Aakkoset pa Aland, OLJY é"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_politeness_leaves_the_message_as_it_was(language: str) -> None:
    said = {politely("katuvalo", language, Random(seed)) for seed in SEEDS}
    assert len(said) > 8
    assert all("katuvalo" in text and text != "katuvalo" for text in said)


def test_each_long_word_gets_one_slip() -> None:
    words = ["missä", "Uimahalli,", "ja", "aaaaaaa", "kirjasto", "2026"]
    for seed in SEEDS:
        slipped = slips_in_long_words(" ".join(words), "fi", Random(seed)).split()
        distances = [OSA.distance(before, after) for before, after in zip(words, slipped, strict=True)]
        assert distances == [int(sum(map(str.isalpha, word)) >= LONG) for word in words]


def test_one_short_word_gets_one_slip() -> None:
    words = ["on", "katu", "kirjasto", "lunta"]
    touched: Counter[int] = Counter()
    for seed in SEEDS:
        slipped = slip_in_a_short_word(" ".join(words), "fi", Random(seed)).split()
        (place,) = [at for at, word in enumerate(words) if slipped[at] != word]
        assert OSA.distance(words[place], slipped[place]) == 1
        touched[place] += 1
    assert set(touched) == {1, 3}


def test_slips_are_of_all_four_kinds() -> None:
    slips = {slip_in_a_short_word("katu", "fi", Random(seed)) for seed in range(200)}
    assert {"aktu", "kau", "kattu", "karu"} <= slips


@pytest.mark.parametrize("rewording", [slips_in_long_words, slip_in_a_short_word])
@pytest.mark.parametrize("text", ["", "on se", "12345678", "😀 ?!"])
def test_without_such_words_nothing_changes(rewording: Rewording, text: str) -> None:
    assert rewording(text, "fi", Random(0)) == text


def test_words_take_another_form_both_ways() -> None:
    table = {"fi": {"katu": ["kadun"], "kadun": ["katu"]}}
    assert in_other_forms(table, "Katu ja kadun, katuvalo", "fi", Random(0)) == "kadun ja katu, katuvalo"


def test_compounds_are_joined_and_split() -> None:
    written = frozenset({"katu", "valo", "katuvalo", "rikki", "talo"})
    assert joined(written, "Katu  valo rikki, katu talo") == "Katuvalo rikki, katu talo"
    assert split(written, "Katuvalo katutalo muu", linking="") == "Katu valo katu talo muu"
    assert split(frozenset({"parkering", "kort"}), "parkeringskort", linking="s") == "parkerings kort"
    assert split(frozenset({"parkering", "kort"}), "parkeringskort") == "parkeringskort"
    assert in_other_compounds({"fi": written}, "katu valo, katutalo", "fi", Random(0)) == "katu valo, katu talo"
    assert in_other_compounds({"fi": written}, "katu valo katutalo", "fi", Random(0)) == "katuvalo katutalo"


def test_the_same_seed_gives_the_same_text(rewordings: dict[str, Rewording], right: list[Case]) -> None:
    for rewording in rewordings.values():
        for case in right[:50]:
            once, again = (rewording(case.text, case.language, Random("1")) for _ in range(2))
            assert once == again


def test_the_table_is_large_and_of_all_common_forms(pairs: list[dict[str, str]]) -> None:
    assert Counter(pair["language"] for pair in pairs) > Counter(fi=300, sv=60, en=30)
    cases = ("genitive", "partitive", "inessive", "elative", "illative", "adessive", "ablative", "allative", "essive", "translative")  # fmt: skip
    plural = ("nominative", "genitive", "partitive", "inessive", "elative", "illative", "allative")
    finnish = {*cases, *(f"plural {case}" for case in plural), "possessive", "question clitic"}
    assert finnish <= {pair["form"] for pair in pairs if pair["language"] == "fi"}
    assert {"definite", "plural", "definite plural", "genitive"} <= {
        pair["form"] for pair in pairs if pair["language"] == "sv"
    }
    assert {"plural", "genitive"} <= {pair["form"] for pair in pairs if pair["language"] == "en"}


def test_the_table_holds_no_pair_twice_and_no_form_of_two_words(pairs: list[dict[str, str]]) -> None:
    inflected = [(pair["language"], pair["inflected"]) for pair in pairs]
    assert len(set(inflected)) == len(inflected)
    assert not set(inflected) & {(pair["language"], pair["base"]) for pair in pairs}


def test_the_table_is_of_words_that_the_content_uses(
    pairs: list[dict[str, str]], written: dict[str, frozenset[str]]
) -> None:
    strange = [pair for pair in pairs if not {pair["base"], pair["inflected"]} & written[pair["language"]]]
    assert len(strange) <= 0.05 * len(pairs), strange
