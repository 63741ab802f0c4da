from __future__ import annotations

import time

import pytest
from conftest import make_base, make_entry
from hypothesis import given
from hypothesis import strategies as st

from knowledge.matching import Costs, Matcher, NotOurs
from knowledge.matching.decide import decide
from knowledge.model import KnowledgeBase, Vocabulary

NOT_OURS = NotOurs({"chat": ("mitä kuuluu", "kuka voitti pelin")}, ("Turku",))
SMALL = make_base(
    make_entry("katuvalo", "Katuvalot", "katuvalo on rikki", "lamppu ei pala tien varrella"),
    make_entry("uimahalli", "Uimahalli", "milloin uimahalli on auki", "uintilipun hinta"),
    make_entry("sisainen", "Henkilöstön uimahalliseteli", "uimahalliseteli henkilöstölle", audience="staff"),
    make_entry("terveys", "Terveysasema", "lääkärin vastaanotto", redirect=True),
)
MATCHER = Matcher.build(SMALL, vocabulary=Vocabulary(fi=(("uimahalli", "plutaaminen"),)), not_ours=NOT_OURS)


def test_the_best_entry_comes_first_with_its_reasons() -> None:
    found = MATCHER.find("Katuvalo ei toimi")
    first = found.candidates[0]
    assert (first.entry, first.title, first.unit, first.redirect) == ("katuvalo", "Katuvalot", "unit", False)
    assert first.reasons[0].word == "katuvalo"
    assert first.reasons[0].met.startswith("katuvalo")
    assert sum(reason.share for reason in first.reasons) == pytest.approx(1, abs=0.06)


def test_everyday_words_find_the_city_s() -> None:
    first = MATCHER.find("plutaaminen").candidates[0]
    assert first.entry == "uimahalli"
    assert first.reasons[0].word == "plutaaminen"
    assert first.reasons[0].met.startswith("uimahalli")


def test_staff_entries_are_never_found() -> None:
    for text in ("uimahalliseteli henkilöstölle", "Henkilöstön uimahalliseteli"):
        assert "sisainen" not in [each.entry for each in MATCHER.find(text).candidates]


def test_redirects_are_marked() -> None:
    assert MATCHER.find("lääkärin vastaanotto").candidates[0].redirect


def test_scores_are_probabilities_best_first(study: Matcher) -> None:
    for text in ("milloin roskat viedään", "var kan jag simma", "school", "turku", "ja ja ja"):
        found = study.find(text)
        scores = [each.score for each in found.candidates]
        assert 0 <= found.ours <= 1
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= found.ours + 1e-9 for score in scores)
        assert sum(scores) <= found.ours + 1e-6
        assert len(scores) <= 5


@pytest.mark.parametrize("text", ["ä", "ä ä ä ä", "a b c", "1 2 3"])
def test_single_letters_are_no_question(shipped: Matcher, text: str) -> None:
    assert shipped.find(text).decision == "unknown"


def test_the_same_answer_every_time(shipped_content: KnowledgeBase, vocabulary: Vocabulary, not_ours: NotOurs) -> None:
    first, second = (Matcher.build(shipped_content, vocabulary=vocabulary, not_ours=not_ours) for _ in range(2))
    for text in ("mistä saan luvan kadun sulkemiseen", "hur anmäler jag ett fel", "kirjasto ja uimahalli", "x"):
        assert first.find(text) == second.find(text) == first.find(text)


AWKWARD = {
    "empty": "",
    "spaces": " \n\t ",
    "letters": "a" * 10_000,
    "words": "uimahalli katuvalo " * 600,
    "distinct words": " ".join(f"sana{number}tunnus" for number in range(900)),
    "joints": "uimahalli, " * 900,
    "emoji": "🎉👍🏽🇫🇮👨‍👩‍👧",
    "control": "\x00\x01\x1b[31m\x7f",
    "bidirectional": "\u202euimahalli\u202c\u2066x",
    "combining": "u" + "\u0301" * 5000,
    "expanding": "ﷺ" * 2000,
    "surrogate": "\ud800 uimahalli",
    "digits": "1234567890 " * 50,
    "punctuation": "?!.;,-–—''\"" * 300,
    "scripts": "где كيف 哪里 どこ ที่ไหน ምን",
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_messages_are_answered_at_once(study: Matcher, name: str) -> None:
    study.find(AWKWARD[name])
    best = min(_seconds(study, AWKWARD[name]) for _ in range(3))
    assert best < 0.05


def _seconds(matcher: Matcher, text: str) -> float:
    started = time.thread_time()  # not the wall's: other processes' time is not ours
    matcher.find(text)
    return time.thread_time() - started


@pytest.mark.parametrize("name", ["empty", "spaces", "emoji", "control", "punctuation"])
def test_nothing_readable_is_unknown(study: Matcher, name: str) -> None:
    found = study.find(AWKWARD[name])
    assert (found.decision, found.candidates, found.needs) == ("unknown", (), ())


@given(st.text(max_size=200))
def test_any_text_gets_a_reading(text: str) -> None:
    found = MATCHER.find(text)
    assert found.text == text
    assert found.decision in ("answer", "clarify", "unknown")
    assert (found.decision == "unknown") or found.candidates


@pytest.mark.parametrize(
    "base",
    [
        make_base(),
        make_base(make_entry("only", "Yksi")),
        make_base(make_entry("staff", "Vain henkilöstölle", audience="staff")),
        make_base(make_entry("marks", "!!!"), make_entry("more", "???")),
    ],
    ids=["empty", "one entry without phrasings", "only staff", "titles without words"],
)
def test_small_and_odd_contents(base: KnowledgeBase) -> None:
    matcher = Matcher.build(base, vocabulary=Vocabulary(), not_ours=NotOurs({}))
    for text in ("", "Yksi", "jotain muuta", "???"):
        found = matcher.find(text)
        assert {each.entry for each in found.candidates} <= {entry.id for entry in base.entries}


def test_an_updated_matcher_answers_as_a_fresh_one(
    shipped_content: KnowledgeBase, vocabulary: Vocabulary, not_ours: NotOurs
) -> None:
    fewer = shipped_content.model_copy(update={"entries": shipped_content.entries[3:]})
    before = Matcher.build(fewer, vocabulary=vocabulary, not_ours=not_ours)
    fresh = Matcher.build(shipped_content, vocabulary=vocabulary, not_ours=not_ours)
    for text in ("mistä saan luvan kadun sulkemiseen", "hur anmäler jag ett fel", "kirjasto ja uimahalli"):
        found, expected = before.updated(shipped_content, vocabulary).find(text), fresh.find(text)
        assert [each.entry for each in found.candidates] == [each.entry for each in expected.candidates]
        scores = [each.score for each in found.candidates]
        assert scores == pytest.approx([each.score for each in expected.candidates], abs=1e-5)


def test_costs_decide() -> None:
    assert decide(0.9, 0.8, Costs(wrong=2)) == "answer"
    assert decide(0.9, 0.8, Costs(wrong=20)) == "clarify"
    assert decide(0.4, 0.1, Costs(vain=1, refused=10)) == "clarify"
    assert decide(0.4, 0.1, Costs(vain=10, refused=1)) == "unknown"
