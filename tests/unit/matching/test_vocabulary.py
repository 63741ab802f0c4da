from __future__ import annotations

import pytest

from knowledge.matching.stems import stem
from knowledge.matching.vocabulary import Expander
from knowledge.model import Vocabulary

VOCABULARY = Vocabulary(
    fi=(
        ("pysäköinti", "parkki", "parkkeeraus"),
        ("sosiaalipäivystys", "hätä yöllä", "apua heti nyt"),
        ("katu", "kuja"),
        ("asunto", "huoneisto"),
    ),
    sv=(("parkering", "p-plats"),),
)
EXPANDER = Expander(VOCABULARY)


def expand(text: str, language: str = "fi") -> list[tuple[str, ...]]:
    message = text.split()
    return [each.words for each in EXPANDER.expand(message, [[stem(word, language)] for word in message])]


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("parkki", [("pysäköinti",)]),
        ("parkissa", [("pysäköinti",)]),  # by its stem
        ("parkkeraus", [("pysäköinti",)]),  # a slip in a long word
        ("hunoeisto", [("asunto",)]),  # two letters swapped
        ("huoneosto", [("asunto",)]),  # one wrong,
        ("kjua", []),  # but not in a short one
        ("hätä yöllä", [("sosiaalipäivystys",)]),
        ("nyt apua heti nyt", [("sosiaalipäivystys",)]),
        ("hätä", []),  # half a phrase
        ("yöllä hätä", []),  # its words in another order
        ("pysäköinti", []),  # one way only: not from the city's word to the everyday one
        ("katu", []),
        ("kujalla", [("katu",)]),
        ("kuka", []),  # short words must be the same
        ("koira", []),
    ],
)
def test_from_everyday_to_city(text: str, city: list[tuple[str, ...]]) -> None:
    assert expand(text) == city


def test_a_word_that_is_there_already_is_not_added() -> None:
    assert expand("parkki pysäköinti") == [("pysäköinti",)]
    assert (
        Expander(Vocabulary(fi=(("parkki", "parkki paikka"),))).expand(
            ["parkki", "paikka"], [[stem("parkki", "fi")], [stem("paikka", "fi")]]
        )
        == []
    )


def test_where_the_words_were() -> None:
    found = EXPANDER.expand(["auto", "hätä", "yöllä"], [["auto"], [stem("hätä", "fi")], [stem("yöllä", "fi")]])
    assert [(each.start, each.end) for each in found] == [(1, 3)]
