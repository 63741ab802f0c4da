"""From text to the numbers of its pieces: the most probable segmentation under a unigram language model.

Kudo, "Subword Regularization" (2018), by Viterbi, as SentencePiece does it for this vocabulary. Own code: the kept
library (`tokenizers`) needs 270 MB for these 250 000 pieces.
"""

from __future__ import annotations

import re
from array import array

from knowledge.meaning.packed import Tokens

_SPACE = "\u2581"
_UNKNOWN_COST = 10.0  # below the least probable piece, as SentencePiece has it


class Pieces:
    """A tokenizer; immutable, so threads may share it."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._scores = array("d", tokens.scores)  # a list of 250 000 floats would be four times as large
        self._longest = max(map(len, tokens.ids), default=1)
        self._unknown = float(tokens.scores.min()) - _UNKNOWN_COST

    def ids(self, text: str, most: int) -> list[int]:
        """The piece numbers of `text` between the marks of beginning and end; at most `most` of them."""
        spaced = re.sub(" {2,}", " ", " " + text.translate(self._tokens.characters))
        marked = spaced.replace(" ", _SPACE)
        length = len(marked)
        best = [0.0] + [float("-inf")] * length
        piece, start = [self._tokens.unknown] * (length + 1), [0] * (length + 1)
        known, scores = self._tokens.ids, self._scores
        for begin in range(length):
            so_far = best[begin]
            if so_far + self._unknown > best[begin + 1]:
                best[begin + 1] = so_far + self._unknown
                piece[begin + 1], start[begin + 1] = self._tokens.unknown, begin
            for end in range(begin + 1, min(length, begin + self._longest) + 1):
                number = known.get(marked[begin:end])
                if number is not None and so_far + scores[number] > best[end]:
                    best[end] = so_far + scores[number]
                    piece[end], start[end] = number, begin
        found = []
        while length > 0:
            found.append(piece[length])
            length = start[length]
        return [self._tokens.first, *found[::-1][: most - 2], self._tokens.last]
