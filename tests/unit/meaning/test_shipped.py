"""The vectors that come with the shipped content are those of its texts: else a fresh start computes them for a while."""

from __future__ import annotations

from knowledge.files import SHIPPED as CONTENT
from knowledge.files import read_folder
from knowledge.meaning.sentences import SHIPPED, plain
from knowledge.meaning.vectors import Vectors
from knowledge.store import know


def test_no_text_of_the_shipped_content_lacks_its_vector() -> None:
    vectors = Vectors()
    vectors.read(SHIPPED)
    texts = know(read_folder(CONTENT)).matcher.texts()
    assert not vectors.missing(map(plain, texts)), "run python -m knowledge.ship"
