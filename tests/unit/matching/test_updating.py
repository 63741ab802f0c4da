"""An index that was updated says the same as one that is made from the start."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import make_base, make_entry
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.matching import NotOurs
from knowledge.matching.index import Index
from knowledge.matching.postings import Postings, terms_of
from knowledge.model import Entry, Vocabulary

VOCABULARY = Vocabulary(fi=(("uimahalli", "plutaaminen"), ("pysäköinti", "parkki")))
NOT_OURS = NotOurs({"chat": ("mitä kuuluu", "kuka voitti pelin"), "world": ("kuinka korkea vuori on",)}, ("Turku",))
TEXTS = (
    "katuvalo on rikki", "lamppu ei pala tien varrella", "milloin uimahalli on auki", "uintilipun hinta", "wc",
    "koira on kadonnut", "banaani anana", "pysäköintilupa", "parkkisakko", "!!!", "kalastuslupa järvelle", "ääni",
    "где парковка", "building permit", "bygglov för garage", "tv", "kirjaston kirja", "kirja",
)  # fmt: skip
QUESTIONS = (
    "katuvalot eivät pala", "plutaaminen", "parkki sakko", "kirja kirja kirjat", "wc", "tv ja wc", "anana", "Turussa",
    "bygglov", "building a garage", "где", "qqqzx qqqzx", "mitä kuuluu", "x", "lupa", "ääniä", "vuori",
)  # fmt: skip

texts = st.lists(st.sampled_from(TEXTS), max_size=4)
edits = st.lists(st.tuples(st.sampled_from(("add", "change", "remove", "move", "answer")), st.integers(0, 99), texts))


def entry(number: int, told: list[str]) -> Entry:
    half = len(told) // 2
    return make_entry(f"e{number}", told[0] if told else "Otsikko", *told[1:half], keywords={"sv": told[half:]})


def assert_same(one: Index, other: Index) -> None:
    assert [each.model_dump() for each in one.entries] == [each.model_dump() for each in other.entries]
    for text in QUESTIONS:
        message = one.read(text)
        assert message == other.read(text)
        mine, fresh = one.evidence(message), other.evidence(message)
        for name in ("grams", "elsewhere", "town", "other"):
            assert np.allclose(getattr(mine, name), getattr(fresh, name), atol=1e-5), (text, name)
        for name in ("slots", "rarity", "covered", "plain_covered", "known"):
            assert np.allclose(getattr(mine.aligned, name), getattr(fresh.aligned, name), atol=1e-5), (text, name)
        for place in range(len(one.entries)):
            pairs = zip(one.reasons(mine, place), other.reasons(fresh, place), strict=True)
            assert all((a.word, a.share) == (b.word, b.share) and bool(a.met) for a, b in pairs)


def edited(entries: list[Entry], act: str, number: int, told: list[str]) -> list[Entry]:
    """One edit; `number` chooses the entry, or names a new one."""
    place = number % len(entries) if entries else 0
    if act == "add" or not entries:
        return [*entries[:place], entry(1000 + number, told), *entries[place:]]
    before, chosen, after = entries[:place], entries[place], entries[place + 1 :]
    if act == "remove":
        return [*before, *after]
    if act == "move":
        return [*before, *after, chosen]
    if act == "answer":  # and as read anew from the database: equal, not the same
        return [*before, Entry.model_validate(chosen.model_dump() | {"source": f"edit {number}"}), *after]
    return [*before, entry(0, told).model_copy(update={"id": chosen.id}), *after]


@settings(max_examples=40, deadline=None)
@given(st.lists(texts, max_size=5), edits)
def test_a_row_of_edits_is_as_good_as_a_new_index(
    first: list[list[str]], acts: list[tuple[str, int, list[str]]]
) -> None:
    entries = [entry(number, told) for number, told in enumerate(first)]
    index = Index(make_base(*entries), VOCABULARY, NOT_OURS)
    for act, number, told in acts:
        entries = edited(entries, act, number, told)
        index = index.updated(make_base(*entries))
    assert_same(index, Index(make_base(*entries), VOCABULARY, NOT_OURS))


FIRST = [entry(number, [text]) for number, text in enumerate(TEXTS)]


def test_what_did_not_change_is_kept_and_the_index_before_stays_as_it_is() -> None:
    index = Index(make_base(*FIRST), VOCABULARY, NOT_OURS)
    said = [index.evidence(index.read(text)) for text in QUESTIONS]
    later = index.updated(make_base(*FIRST[:3], entry(3, ["vuoren korkeus", "lupa"]), *FIRST[4:]))
    kept = [one is other for one, other in zip(index._content.told, later._content.told, strict=True)]
    assert kept == [place != 3 for place in range(len(FIRST))]
    for text, before in zip(QUESTIONS, said, strict=True):
        after = index.evidence(index.read(text))
        assert (after.grams == before.grams).all()
        assert (after.aligned.slots == before.aligned.slots).all()


def test_another_vocabulary_or_other_messages_that_are_not_ours() -> None:
    index = Index(make_base(*FIRST), VOCABULARY, NOT_OURS)
    vocabulary = Vocabulary(fi=(("kirjasto", "plutaaminen"),))
    own = make_base(*FIRST).model_copy(update={"vocabulary": vocabulary})
    assert_same(index.updated(own), Index(own, vocabulary, NOT_OURS))
    assert_same(index.updated(make_base(*FIRST), vocabulary), Index(make_base(*FIRST), vocabulary, NOT_OURS))
    not_ours = NotOurs({"chat": ("kuinka korkea",)}, ("Rauma",))
    later = index.updated(make_base(*FIRST), not_ours=not_ours)
    assert_same(later, Index(make_base(*FIRST), VOCABULARY, not_ours))


@pytest.mark.parametrize("same_id", [FIRST[0], entry(0, ["tv"])])
def test_an_id_that_stands_twice(same_id: Entry) -> None:
    index = Index(make_base(*FIRST), VOCABULARY, NOT_OURS)
    twice = make_base(*FIRST, same_id)
    assert_same(index.updated(twice).updated(twice), Index(twice, VOCABULARY, NOT_OURS))


def test_many_edits_leave_no_words_behind() -> None:
    index = Index(make_base(*FIRST), VOCABULARY, NOT_OURS)
    for number in range(26):
        words = " ".join(f"{chr(97 + number)}{chr(97 + part // 26)}{chr(97 + part % 26)}qxz" for part in range(100))
        changed = make_base(*FIRST[1:], entry(0, [words]))
        index = index.updated(changed)
    assert len(index._content.aligner.words.words) < 1500
    assert_same(index, Index(changed, VOCABULARY, NOT_OURS))


def test_terms_are_those_of_the_documents_that_are_left() -> None:
    documents = {number: [f" {word} " for word in text.split()] for number, text in enumerate(TEXTS)}
    lengths = range(3, 6)
    rest = {number: words for number, words in documents.items() if number not in (2, 5, 7)}
    changed = (
        Postings().updated((), terms_of(documents, lengths)).updated((2, 5, 7), terms_of({7: documents[1]}, lengths))
    )
    fresh = Postings().updated((), terms_of(rest | {7: documents[1]}, lengths))
    assert (changed.keys == fresh.keys).all()
    assert (changed.starts == fresh.starts).all()
    pairs = [
        sorted(zip(np.repeat(each.keys, np.diff(each.starts)), each.documents, each.counts, strict=True))
        for each in (changed, fresh)
    ]
    assert pairs[0] == pairs[1]
