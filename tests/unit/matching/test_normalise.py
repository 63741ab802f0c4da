from __future__ import annotations

import pytest

from knowledge.matching.normalise import LIMIT, clean, fold, topical, words


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("Pysäköinti", "pysäköinti"),
        ("PYSA\u0308KO\u0308INTI", "pysäköinti"),  # decomposed letters
        ("ﬁrma", "firma"),  # a ligature
        ("apuaaaaa", "apuaa"),
        ("kaappi", "kaappi"),  # two of a letter are Finnish
        ("e-lasku", "elasku"),
        ("tie- ja katuasiat", "tie- ja katuasiat"),
        ("what's", "whats"),
        ("pa\u200brkki\u202e", "parkki"),  # zero width and bidirectional marks
        ("p\u061ca\u034fr\u180ek\ufe0fk\U000e0041i\u3164", "parkki"),  # and others that nobody sees
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_clean(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned


@pytest.mark.parametrize(
    ("word", "folded"),
    [("pysäköinti", "pysakointi"), ("återvinning", "atervinning"), ("smørrebrød", "smorrebrod"), ("bus", "bus")],
)
def test_fold(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_clean_is_idempotent_and_bounded() -> None:
    text = "Ää-kköset ﷺ" * 300
    assert clean(clean(text)) == clean(text)
    assert len(clean(text)) <= LIMIT


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("hei, mistä saan uimakortin", ["uimakortin"]),
        ("hej, var finns simhallen", ["finns", "simhallen"]),
        ("hello, where is the swimming hall please", ["swimming", "hall"]),
        ("mitä se on", ["mitä", "se", "on"]),  # nothing else to go by
        ("moi mä en oo saanu kirjettä", ["saanu", "kirjettä"]),
    ],
)
def test_topical(message: str, kept: list[str]) -> None:
    assert topical(words(clean(message))) == kept
