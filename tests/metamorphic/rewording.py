"""Other ways to write the same message. Pure: the same text and seed give the same rewording.

A rewording that finds nothing to change gives the text back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random

Rewording = Callable[[str, str, Random], str]
"""(text, its language, a seeded source of choices) → the text in other words."""

LONG = 7
"""Letters from which a word is long: one slip in it leaves most of its shape."""
SHORT = range(4, LONG)
SHORTEST_PART = 4
"""Letters of a part of a compound; three are a word by accident too often ("sea son")."""

_WORD = re.compile(r"[^\W\d_]+")
_PLAIN = str.maketrans("äöåÄÖÅ", "aoaAOA")
_ROWS = ("qwertyuiopå", "asdfghjklöä", "zxcvbnm")  # the Finnish and Swedish keyboard
_NEIGHBOURS = {
    key: row[max(place - 1, 0) : place] + row[place + 1 : place + 2] for row in _ROWS for place, key in enumerate(row)
}
_BEFORE = {
    "fi": ("Hei, ", "Moi! ", "Anteeksi että vaivaan, ", "Hyvää päivää, voisitteko ystävällisesti auttaa: "),
    "sv": ("Hej, ", "God dag! ", "Ursäkta att jag stör, ", "Hej, skulle ni vänligen kunna hjälpa mig: "),
    "en": ("Hi, ", "Good morning! ", "Sorry to bother you, ", "Hello, could you please kindly help me: "),
}
_AFTER = {
    "fi": (" kiitos", ", kiitos avusta", " Kiitos jo etukäteen!", " Terveisin kuntalainen"),
    "sv": (" tack", ", tack för hjälpen", " Tack på förhand!", " Vänliga hälsningar"),
    "en": (" thanks", ", thank you for your help", " Thanks in advance!", " Kind regards"),
}


def without_marks(text: str, language: str, choose: Random) -> str:
    """As on a keyboard without ä, ö and å."""
    return text.translate(_PLAIN)


def politely(text: str, language: str, choose: Random) -> str:
    """With a greeting before, a thank-you after, or both."""
    before, after = choose.choice(((1, 0), (0, 1), (1, 1)))
    return before * choose.choice(_BEFORE[language]) + text + after * choose.choice(_AFTER[language])


def slips_in_long_words(text: str, language: str, choose: Random) -> str:
    """One slip in each word of LONG letters and more."""
    return _WORD.sub(lambda word: _slip(word[0], choose) if len(word[0]) >= LONG else word[0], text)


def slip_in_a_short_word(text: str, language: str, choose: Random) -> str:
    """One slip in one word of four to six letters."""
    short = [word for word in _WORD.finditer(text) if len(word[0]) in SHORT]
    if not short:
        return text
    word = choose.choice(short)
    return text[: word.start()] + _slip(word[0], choose) + text[word.end() :]


def _slip(word: str, choose: Random) -> str:
    """`word` with two letters swapped, one dropped, one doubled, or the key beside it struck."""
    swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]
    dropped = [word[:at] + word[at + 1 :] for at in range(len(word))]
    doubled = [word[:at] + word[at] + word[at:] for at in range(len(word))]
    beside = [
        word[:at] + key + word[at + 1 :] for at in range(len(word)) for key in _NEIGHBOURS.get(word[at].lower(), "")
    ]
    kinds = [[slip for slip in kind if slip != word] for kind in (swapped, dropped, doubled, beside)]
    return choose.choice(choose.choice([kind for kind in kinds if kind]))


def in_other_forms(table: Mapping[str, Mapping[str, Sequence[str]]], text: str, language: str, choose: Random) -> str:
    """Each word of `table` (language → word → its other forms) in another form."""
    forms = table[language]

    def other(word: re.Match[str]) -> str:
        known = forms.get(word[0].lower())
        return choose.choice(known) if known else word[0]

    return _WORD.sub(other, text)


def in_other_compounds(written: Mapping[str, Collection[str]], text: str, language: str, choose: Random) -> str:
    """Compounds of `written` (language → words) as one word where they were two, or else as two where they were one."""
    as_one = joined(written[language], text)
    return as_one if as_one != text else split(written[language], text, linking="s" if language == "sv" else "")


def joined(written: Collection[str], text: str) -> str:
    """Two words that `written` has as one: as one."""
    parts = re.split(r"(\s+)", text)
    at = 0
    while at + 2 < len(parts):
        if (parts[at] + parts[at + 2]).lower() in written:
            parts[at : at + 3] = [parts[at] + parts[at + 2]]
        at += 2
    return "".join(parts)


def split(written: Collection[str], text: str, *, linking: str = "") -> str:
    """Each word that consists of two of `written`, `linking` between them or not: as two."""
    return _WORD.sub(lambda word: _in_two(word[0], written, linking), text)


def _in_two(word: str, known: Collection[str], linking: str) -> str:
    for at in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        first, second = word[:at].lower(), word[at:].lower()
        if second in known and (first in known or first.removesuffix(linking) in known):
            return f"{word[:at]} {word[at:]}"
    return word
