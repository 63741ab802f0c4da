"""Porina's matcher is ahead of every peer that needs nothing installed, and the peers are what they are called."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path
from xml.etree import ElementTree

import pytest

from knowledge.evaluate import read_queries
from knowledge.files import SHIPPED, read_folder
from tests.benchmarks.matching.compare import Row, behind, compare, single_needs, wilson
from tests.benchmarks.matching.likeness import chatterbot
from tests.benchmarks.matching.plot import as_svg
from tests.benchmarks.matching.ranking import texts
from tests.benchmarks.matching.search import bm25, sqlite_trigrams
from tests.benchmarks.matching.systems import PEERS, our_systems, peer_systems
from tests.benchmarks.matching.table import Comparison, as_markdown

EVAL = Path(__file__).parents[1] / "eval"
QUERIES = single_needs(read_queries(EVAL / "dev.jsonl"))


def compared(folder: Path, step: int = 1) -> list[Row]:
    base = read_folder(folder)
    return compare([*our_systems(base), *peer_systems(base, PEERS)], QUERIES[::step])


@pytest.fixture(scope="module")
def thin() -> list[Row]:
    return compared(EVAL / "kb", 2)


@pytest.mark.long
def test_ahead_of_every_peer_on_thin_content(thin: list[Row]) -> None:
    assert len(thin) == 6
    assert behind(thin) == []


@pytest.mark.long
def test_ahead_of_every_peer_on_the_shipped_content() -> None:
    assert behind(compared(SHIPPED)) == []


@pytest.mark.long
def test_a_peer_in_our_place_is_seen_to_be_behind(thin: list[Row]) -> None:
    ours, others = thin[-1], thin[:-1]  # SQLite as if it were ours, Porina as a peer
    swapped = [Row(row.name, row is ours, row.all, row.even, row.questions) for row in (ours, *others)]
    assert {line.split(":")[0] for line in behind(swapped)} == {"Porina, by words"}


@pytest.mark.long
def test_the_page_and_the_picture_hold_every_system(thin: list[Row]) -> None:
    comparisons = [Comparison("Thin", "small & few", thin), Comparison("Again", "", thin[::-1])]
    page, picture = as_markdown(comparisons, "here"), as_svg(comparisons)
    drawn = ["".join(each.itertext()) for each in ElementTree.fromstring(picture).iter() if each.tag.endswith("}text")]
    for row in thin:
        assert page.count(row.name + " |") + page.count(f"**{row.name}** |") == 2
        assert drawn.count(row.name) == 1


@pytest.mark.long
def test_chatterbot_scores_as_if_all_texts_were_compared() -> None:
    all_texts = texts(read_folder(EVAL / "kb"))
    rank = chatterbot(all_texts)
    for query in QUERIES[::60]:
        scores: dict[str, float] = {}
        for entry, text in all_texts:
            ratio = SequenceMatcher(None, query.text.lower(), text.lower()).ratio()
            scores[entry] = max(scores.get(entry, 0.0), round(ratio, 2))
        assert [score for _, score in rank(query.text)] == sorted(scores.values(), reverse=True)[:5]


SMALL = [("cat", "a cat in the house"), ("cat", "cats"), ("dog", "a dog in the dog house"), ("fish", "fish")]


def test_bm25_by_hand() -> None:
    ranked = bm25(SMALL)("Dog house")
    assert [entry for entry, _ in ranked] == ["dog", "cat"]
    # Documents of 6, 6 and 1 words. "dog", twice in its own: 1.2408 × ln(1 + 2.5/1.5); "house": 0.8640 × ln(1 + 1.5/2.5).
    assert ranked[0][1] == pytest.approx(1.2408 * 0.9808 + 0.8640 * 0.4700, abs=1e-3)


def test_sqlite_finds_by_parts_of_words() -> None:
    rank = sqlite_trigrams(SMALL)
    assert [entry for entry, _ in rank("fishing")] == ["fish"]
    assert rank('"') == rank("zzz") == []


def test_wilson_interval() -> None:
    assert wilson(0.8, 10) == pytest.approx((0.490, 0.943), abs=1e-3)  # Brown, Cai and DasGupta 2001
