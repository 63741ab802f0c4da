"""How a message is read before it is compared."""

from __future__ import annotations

import pytest
from conftest import make_base, make_entry

from knowledge.matching import NotOurs
from knowledge.matching.index import Index
from knowledge.model import Vocabulary

VOCABULARY = Vocabulary(fi=(("pysäköinti", "autopaikka"),))
ENTRIES = (
    make_entry("light", "Katuvalo on rikki", "eiole"),
    make_entry("permit", "Kalastuslupa", keywords={"sv": ["parkeringstillstånd"]}),
)
INDEX = Index(make_base(*ENTRIES), VOCABULARY, NotOurs({"chat": ("mitä kuuluu",)}))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("katu valo rikki", ("katuvalo", "rikki")),
        ("katu valot pimeinä", ("katuvalot", "pimeinä")),  # by its stem
        ("kalas tus lupa", ("kalas", "tus", "lupa")),  # "kalastus" is no word here
        ("varaan auto paikan", ("varaan", "autopaikan")),  # of the vocabulary
        ("parkerings tillstånd i stan", ("parkeringstillstånd", "i", "stan")),
        ("valo katu", ("valo", "katu")),
        ("ei ole", ("ei", "ole")),  # two letters are no part
        ("", ()),
    ],
)
def test_a_compound_in_two_words_is_read_as_one(text: str, read: tuple[str, ...]) -> None:
    assert INDEX.read(text).words == read


def test_what_the_joined_words_stand_for_is_told_of_their_new_places() -> None:
    message = INDEX.read("varaan auto paikan")
    assert [(each.start, each.end, each.words) for each in message.expansions] == [(1, 2, ("pysäköinti",))]
    assert message.topical == ("varaan", "autopaikan")


def test_a_word_of_an_entry_that_is_gone_joins_nothing() -> None:
    later = INDEX.updated(make_base(*ENTRIES[1:]))
    assert later.read("katu valo").words == ("katu", "valo")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("kalatsuslupa", "kalastuslupa"),  # swapped
        ("klastuslupa", "kalastuslupa"),  # dropped
        ("kalastuslupaa", "kalastuslupaa"),  # a form of the word, and no slip
        ("kalasttuslupa", "kalastuslupa"),  # doubled
        ("kalastuslups", "kalastuslupa"),  # the key beside
        ("aktopaikka", "autopaikka"),  # of the vocabulary
        ("kiiotksia", "kiitoksia"),  # a word without a topic
        ("rikik", "rikik"),  # short
        ("hevostalli", "hevostalli"),
    ],
)
def test_one_slip_in_a_long_word_is_undone(text: str, read: str) -> None:
    assert INDEX.read(text, "fi").words == (read,)


def test_a_slip_in_a_form_nobody_wrote_is_found_by_letters_as_well() -> None:
    right, slipped = (INDEX.evidence(INDEX.read(f"{word}lupamme", "fi")).grams[1] for word in ("kalastus", "kalatsus"))
    assert slipped > 0.9 * right
