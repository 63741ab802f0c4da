"""Snowball stems (Porter's algorithms through PyStemmer), folded afterwards: the Finnish rules need ä and ö."""

from __future__ import annotations

import threading

import Stemmer

from knowledge.matching.normalise import fold

_NAMES = {"fi": "finnish", "sv": "swedish", "en": "english"}
_local = threading.local()


def stem(word: str, language: str) -> str:
    """The folded stem of a cleaned word; the Finnish stem for a language the content does not have."""
    name = _NAMES.get(language, "finnish")
    # A stemmer keeps state between calls and may not be shared by threads. No cache (0): it would hold citizens' words.
    stemmers: dict[str, Stemmer.Stemmer] | None = getattr(_local, "stemmers", None)
    if stemmers is None:
        stemmers = _local.stemmers = {each: Stemmer.Stemmer(each, 0) for each in _NAMES.values()}
    return fold(stemmers[name].stemWord(word)) or fold(word)
