"""The tokenizer: segmentations as SentencePiece makes them for this vocabulary (compared once with `tokenizers`)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.meaning.encoder import weights_file
from knowledge.meaning.packed import Packed, Tokens
from knowledge.meaning.pieces import Pieces


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Packed(weights_file()).tokens


KNOWN = {
    "query: mist mä saan parkkiluvan": [0, 41, 1294, 12, 6, 6133, 21484, 18384, 366, 5508, 822, 2187, 2],
    "query: Где получить разрешение?": [0, 41, 1294, 12, 105267, 28068, 117839, 32, 2],
    "query: 停车许可证": [0, 41, 1294, 12, 6, 138686, 201918, 2],
    "query: ﬁnland  ½": [0, 41, 1294, 12, 176308, 78660, 2],
    "query: 🚗🚙 xyzzyq": [0, 41, 1294, 12, 6, 246333, 248612, 1022, 53, 151581, 864, 2],
}


@pytest.mark.parametrize("text", KNOWN)
def test_texts_are_cut_into_the_most_probable_pieces(tokens: Tokens, text: str) -> None:
    assert Pieces(tokens).ids(text, 100) == KNOWN[text]


def test_long_texts_keep_their_end_mark(tokens: Tokens) -> None:
    ids = Pieces(tokens).ids("sana " * 500, 64)
    assert (len(ids), ids[0], ids[-1]) == (64, tokens.first, tokens.last)


def test_any_text_has_pieces(tokens: Tokens) -> None:
    pieces = Pieces(tokens)

    @given(st.text(max_size=80))
    def any_text(text: str) -> None:
        ids = pieces.ids(text, 100)
        assert ids[0] == tokens.first
        assert ids[-1] == tokens.last
        assert all(0 <= number < len(tokens.scores) for number in ids)

    any_text()
