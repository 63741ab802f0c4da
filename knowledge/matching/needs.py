"""Several needs in one message: its parts are matched as well as the whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.matching.found import Found
from knowledge.matching.normalise import LIMIT, clean, fold, visible, words
from knowledge.matching.stopwords import STOPWORDS

_JOINTS = re.compile(r"[.?!;,\n]+|\s+(?:ja|sekä|seka|och|samt|and|also)\s+", re.IGNORECASE)
_MOST_PARTS = 6
CONTEXT = 0.7
"""Of the whole's evidence that a part is read with: all of it hides a second need, none loses what "it" refers to."""

_OPTIONS = 3
_LEAST_SCORE = 0.4  # of a part's options together; lower splits more messages with one need


def parts_of(text: str) -> list[str]:
    """The pieces of a message that may hold a need of their own; empty when it has fewer than two.

    A piece needs a topical word: "och tack" is none.
    """
    pieces = [piece.strip() for piece in _JOINTS.split(visible(text)[:LIMIT])]
    pieces = [piece for piece in pieces if any(fold(word) not in STOPWORDS for word in words(clean(piece)))]
    return pieces[:_MOST_PARTS] if len(pieces) > 1 else []


def with_needs(whole: Found, parts: Sequence[Found]) -> Found:
    """`whole` with the readings of its parts as its needs, where they clearly find different entries; else as it is.

    What the whole finds first must be among them: a split may add an answer and never lose one. A part says less than
    the whole, so it is not refused where the whole was not.
    """
    if whole.decision == "unknown":
        return whole
    found: dict[str, Found] = {}
    for part in parts:
        if sum(each.score for each in part.candidates[:_OPTIONS]) >= _LEAST_SCORE:
            offered = replace(part, decision="clarify") if part.decision == "unknown" else part
            entry = part.candidates[0].entry
            if entry not in found or found[entry].candidates[0].score < part.candidates[0].score:
                found[entry] = offered
    if len(found) < 2 or whole.candidates[0].entry not in found:
        return whole
    return replace(whole, needs=tuple(found.values()))
