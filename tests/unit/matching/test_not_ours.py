from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.matching.notours import Names, NotOurs

NAMES = Names(
    ["Turku", "Åbo", "Helsinki", "Lahti", "Seinäjoki", "Huittinen", "Tampere", "Kemi", "Yhdysvallat", "New York"]
)


@pytest.mark.parametrize(
    "word",
    ["turku", "Turussa", "turun", "turkuun", "Åbo", "åbos", "helsingissä", "Helsinkiin", "lahden", "lahdessa", "lahteen",
     "seinäjoella", "seinäjoen", "huittisten", "huittisissa", "tampereen", "tampereella", "kemissä", "turkulainen"],
)  # fmt: skip
def test_names_in_their_cases(word: str) -> None:
    assert NAMES.are_in(["kirjasto", word.casefold()])


@pytest.mark.parametrize("word", ["turkis", "lahja", "kemikaali", "helmi", "tamperi", "seinä", "york", "huitti"])
def test_other_words_are_no_names(word: str) -> None:
    assert not NAMES.are_in([word])


def test_names_of_two_words() -> None:
    assert NAMES.are_in(["in", "new", "york"])
    assert not NAMES.are_in(["new", "bike"])
    assert not NAMES.are_in(["york", "new"])


def test_the_shipped_file_has_kinds_and_names() -> None:
    shipped = NotOurs.read()
    assert len(shipped.kinds) >= 5
    assert all(shipped.kinds.values())
    assert len(shipped.towns) >= 20


def test_pori_is_not_another_town() -> None:
    names = Names(NotOurs.read().towns)
    for text in (
        "porissa",
        "porin",
        "björneborg",
        "reposaaressa",
        "lavialla",
        "ahlaisissa",
        "noormarkussa",
        "satakunta",
    ):
        assert not names.are_in([text]), text


@pytest.mark.parametrize("content", ["- just\n- a list\n", "small_talk: 3\n"])
def test_another_shape_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "not_ours.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(ValueError, match="not a list of kinds"):
        NotOurs.read(path)
