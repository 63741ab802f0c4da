from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from knowledge.matching.spelling import without_a_slip

words = st.text("abkyäö", min_size=1, max_size=8)


@given(words, st.data())
def test_every_word_one_slip_away_is_there(word: str, data: st.DataObject) -> None:
    typed = data.draw(st.sampled_from(sorted(set(slipped(word)))))
    assert word in set(without_a_slip(typed))


@given(words)
def test_and_no_other(word: str) -> None:
    assert max(OSA.distance(word, each) for each in without_a_slip(word)) == 1


def slipped(word: str) -> Iterator[str]:
    """`word` with each slip that leaves something of it."""
    for at in range(len(word)):
        yield word[:at] + "x" + word[at:]
        yield word[:at] + "x" + word[at + 1 :]
        yield word[: max(at - 1, 0)] + word[at] + word[max(at - 1, 0) : at] + word[at + 1 :]
        if len(word) > 1:
            yield word[:at] + word[at + 1 :]


@pytest.mark.parametrize("word", ["", "x"])
def test_short_words_have_few(word: str) -> None:
    assert len(set(without_a_slip(word))) < 100
