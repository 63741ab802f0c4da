"""Ratios that must hold, with room for a noisy machine: goals and measured figures stand in results/matching-speed.md."""

from __future__ import annotations

import pytest

from knowledge.evaluate import read_queries
from knowledge.files import SHIPPED, read_folder
from tests.benchmarks.matching_speed import QUERIES, grown, measure


@pytest.mark.long
def test_reading_grows_slower_than_the_content_and_an_edit_is_no_build() -> None:
    messages = [query.text for query in read_queries(QUERIES)][::16]
    shipped = read_folder(SHIPPED)
    small, large = (
        measure(grown(shipped, texts, entries), messages) for texts, entries in ((1_200, 24), (12_000, 240))
    )
    assert large.find < 4 * small.find, (small, large)
    assert large.find < 0.5 * large.compared, (small, large)
    assert large.update < large.build / 20, (small, large)
