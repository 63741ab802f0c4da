"""Whom the matcher is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.model import KnowledgeBase
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


def our_systems(base: KnowledgeBase) -> list[System]:
    return [System("Porina, by words", know(base).matcher.find, ours=True)]


def peer_systems(base: KnowledgeBase, peers: dict[str, Peer]) -> list[System]:
    return [System(name, finder(base, peer)) for name, peer in peers.items()]
