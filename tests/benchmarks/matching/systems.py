"""Whom the matcher is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from knowledge.meaning.sentences import Sentences
from knowledge.model import KnowledgeBase
from knowledge.reading import deepened, read_now
from knowledge.store import know
from tests.benchmarks.matching.likeness import chatterbot, token_set_ratio, weighted_ratio
from tests.benchmarks.matching.ranking import Find, Peer, finder
from tests.benchmarks.matching.search import bm25, sqlite_trigrams

PEERS: dict[str, Peer] = {
    "RapidFuzz WRatio": weighted_ratio,
    "RapidFuzz token_set_ratio": token_set_ratio,
    "ChatterBot best match": chatterbot,
    "BM25 over words": bm25,
    "SQLite FTS5 trigrams": sqlite_trigrams,
}


@dataclass(frozen=True, slots=True)
class System:
    """What is compared; `ours` tells Porina's own ways of reading from peers."""

    name: str
    find: Find
    ours: bool = False


def our_systems(base: KnowledgeBase, sentences: Sentences | None = None) -> list[System]:
    """By words, and by words and meaning where a sentence model is given."""
    matcher = know(base).matcher
    words = System("Porina, by words", matcher.find, ours=True)
    if sentences is None:
        return [words]
    deep = partial(read_now, deepened(matcher, sentences), sentences)
    return [System("Porina, words and meaning", deep, ours=True), words]


def peer_systems(base: KnowledgeBase, peers: dict[str, Peer]) -> list[System]:
    return [System(name, finder(base, peer)) for name, peer in peers.items()]
