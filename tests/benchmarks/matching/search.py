"""Peers that search documents, one for each entry: BM25 over words, and the full-text search of SQLite."""

from __future__ import annotations

import math
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence

from tests.benchmarks.matching.ranking import MOST, Rank, Ranked, Text, best

K1, B = 1.2, 0.75  # the defaults of Lucene and of SQLite


def _documents(texts: Sequence[Text]) -> dict[str, str]:
    documents: defaultdict[str, list[str]] = defaultdict(list)
    for entry, text in texts:
        documents[entry].append(text)
    return {entry: "\n".join(lines) for entry, lines in documents.items()}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def bm25(texts: Sequence[Text]) -> Rank:
    """Okapi BM25 (Robertson and others, TREC-3) over words, with the idf of Lucene, which is never negative."""
    counts = {entry: Counter(_words(document)) for entry, document in _documents(texts).items()}
    mean = sum(each.total() for each in counts.values()) / len(counts)
    postings: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for entry, words in counts.items():
        long = K1 * (1 - B + B * words.total() / mean)
        for word, count in words.items():
            postings[word].append((entry, count * (K1 + 1) / (count + long)))

    def rank(text: str) -> Ranked:
        scores: defaultdict[str, float] = defaultdict(float)
        for word in _words(text):
            having = postings.get(word, ())
            idf = math.log(1 + (len(counts) - len(having) + 0.5) / (len(having) + 0.5))
            for entry, weight in having:
                scores[entry] += idf * weight
        return best(scores.items())

    return rank


def sqlite_trigrams(texts: Sequence[Text]) -> Rank:
    """SQLite FTS5 with its trigram tokenizer: any trigram of the message, best first by its own `bm25()`."""
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table entries using fts5(id unindexed, said, tokenize = 'trigram')")
    database.executemany("insert into entries values (?, ?)", _documents(texts).items())

    def rank(text: str) -> Ranked:
        trigrams = dict.fromkeys(text.lower()[at : at + 3] for at in range(len(text) - 2))
        if not trigrams:
            return []
        quoted = " OR ".join('"{}"'.format(each.replace('"', '""')) for each in trigrams)
        query = "select id, -bm25(entries) from entries where entries match ? order by rank limit ?"
        return database.execute(query, (quoted, MOST)).fetchall()

    return rank
