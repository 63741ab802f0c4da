"""Messages that hold nothing to read, and content that holds little to find."""

from __future__ import annotations

import pytest
from conftest import make_base, make_entry

from knowledge.matching import Matcher, NotOurs
from knowledge.model import KnowledgeBase, Vocabulary

NOTHING = {
    "bidirectional marks": "\u202e\u2066\u061c\u200f" * 50,
    "zero width": "\u200b\u200d\u2060\ufeff",
    "a lone surrogate": "\ud800",
    "surrogates": "\udcff" * 10_000,
    "flags and families": "🇫🇮👨‍👩‍👧‍👦❤️🏳️‍🌈" * 500,
    "combining marks alone": "\u0301\u0308\u0332" * 100,
    "private use": "\ue000\U000f0000",
    "noncharacters": "\ufffe\uffff\ufdd0",
    "nulls": "\x00" * 10_000,
    "line ends": "\r\n\u2028\u2029\x85" * 100,
}
LITTLE = {
    "one letter": "k" * 10_000,
    "one letter in turn": "kK" * 5_000,
    "one syllable": "ka" * 5_000,
    "one sign of another script": "ど" * 10_000,
    "Cyrillic": "где можно припарковаться",
    "Arabic": "أين يمكنني ركن سيارتي؟",
    "Ethiopic": "መኪናዬን የት ማቆም እችላለሁ",
    "Georgian": "სად შემიძლია მანქანის გაჩერება",
    "letters of mathematics": "𝓹𝔂𝓼𝓪𝓴𝓸𝓲𝓷𝓽𝓲",
    "surrogates in words": "pysä\ud83dköinti\udc00lupa",
    "marks on marks": "p" + "\u0335\u0489\u0361" * 300 + "ysäköinti",
    "a long story": "Muutin eilen uuteen asuntoon ja nyt ihmettelen, " * 210,
}


@pytest.mark.parametrize("name", NOTHING)
def test_where_nothing_can_be_read_nothing_is_found(shipped: Matcher, name: str) -> None:
    for language in (None, "fi", "sv", "en", "xx"):
        found = shipped.find(NOTHING[name], language=language)
        assert (found.decision, found.candidates, found.needs) == ("unknown", (), ())


@pytest.mark.parametrize("name", LITTLE)
def test_whatever_else_is_written_gets_a_reading(shipped: Matcher, name: str) -> None:
    found = shipped.find(LITTLE[name])
    assert found.text == LITTLE[name]
    assert 0 <= found.ours <= 1
    assert all(0 <= each.score <= 1 for each in found.candidates)


BARE = make_entry("bare", "Katuvalon vika")
FULL = make_entry("full", "Uimahalli", "milloin uimahalli on auki", "uintilipun hinta")


@pytest.mark.parametrize("base", [make_base(BARE), make_base(FULL, BARE), make_base(BARE, FULL)])
def test_an_entry_without_phrasings_is_found_by_its_title(base: KnowledgeBase) -> None:
    found = Matcher.build(base, vocabulary=Vocabulary(), not_ours=NotOurs({})).find("katuvalon vika")
    assert found.candidates[0].entry == "bare"


@pytest.mark.parametrize("text", [*NOTHING.values(), *LITTLE.values(), "katuvalon vika"])
def test_content_without_entries_finds_nothing(text: str) -> None:
    found = Matcher.build(make_base(), vocabulary=Vocabulary(), not_ours=NotOurs.read()).find(text)
    assert (found.decision, found.candidates, found.needs) == ("unknown", (), ())
