"""What a peer is: from the texts of all entries to a function that ranks entries for a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from knowledge.matching.found import Candidate, Found
from knowledge.matching.index import texts_of
from knowledge.model import KnowledgeBase

Text = tuple[str, str]
"""(entry id, what people may say for it). The texts of an entry stand together."""

Ranked = list[tuple[str, float]]
"""(entry id, score), best first."""

Rank = Callable[[str], Ranked]
Peer = Callable[[Sequence[Text]], Rank]
Find = Callable[[str], Found]

MOST = 5  # as many as the matcher gives: the mean reciprocal rank sees no further for anybody


def texts(base: KnowledgeBase) -> list[Text]:
    """Titles, phrasings and keywords of the public entries: all that the matcher indexes of an entry too."""
    return [(entry.id, text) for entry in base.entries if entry.audience == "public" for _, text in texts_of(entry)]


def best(scores: Iterable[tuple[str, float]]) -> Ranked:
    """The best entries of one score for each; on a tie the earlier one first."""
    return sorted(scores, key=lambda each: -each[1])[:MOST]


def finder(base: KnowledgeBase, peer: Peer) -> Find:
    """`peer` in the matcher's shape; its top score stands for P(ours), which no peer has."""
    rank = peer(texts(base))

    def find(text: str) -> Found:
        ranked = rank(text)
        candidates = []
        for entry_id, score in ranked:
            entry = base.entry(entry_id)
            candidates.append(
                Candidate(
                    entry=entry.id,
                    title=entry.title.fi,
                    unit=entry.unit,
                    score=score,
                    redirect=entry.redirect,
                    reasons=(),
                    counted={},
                )
            )
        top = ranked[0][1] if ranked else 0.0
        return Found(text=text, language="und", decision="clarify", ours=top, candidates=tuple(candidates))

    return find
