"""A finder that knows exact words only, to show what the rewordings ask of a better one."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict

from keeping import texts_of

from knowledge.model import KnowledgeBase


class ExactWords:
    """The entry with the most of a message's words, rare ones first (sum of IDF)."""

    def __init__(self, content: KnowledgeBase) -> None:
        entries = [entry for entry in content.entries if entry.audience == "public"]
        self._having: defaultdict[str, set[str]] = defaultdict(set)
        for entry in entries:
            for _, text in texts_of(entry):
                for word in _words(text):
                    self._having[word].add(entry.id)
        self._entries = len(entries)

    def first(self, text: str) -> str | None:
        scores: Counter[str] = Counter()
        for word in _words(text):
            having = self._having.get(word, ())
            scores.update({entry: math.log(self._entries / len(having)) for entry in sorted(having)})
        return max(scores, key=scores.__getitem__) if scores else None


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\w+", text.lower())))
