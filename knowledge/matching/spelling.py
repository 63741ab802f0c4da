"""What may have been meant by a word with one slip (Norvig, "How to Write a Spelling Corrector", 2007)."""

from __future__ import annotations

from collections.abc import Iterator

LONG = 7
"""Letters from which a word is corrected: a slip in a shorter one makes another word too often."""

_LETTERS = "abcdefghijklmnopqrstuvwxyzåäö"


def without_a_slip(word: str) -> Iterator[str]:
    """Everything that is `word` with two letters swapped, or one dropped, put in or put right; repetitions occur."""
    for at in range(len(word)):
        before, letter, after = word[:at], word[at], word[at + 1 :]
        yield before + after
        if after:
            yield before + after[0] + letter + after[1:]
        begun = [before + other for other in _LETTERS]
        rest = letter + after
        yield from [each + after for each in begun]
        yield from [each + rest for each in begun]
    yield from [word + other for other in _LETTERS]
