"""From what somebody typed to words that can be compared.

One way for messages and content, so that both meet in the same form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from knowledge.matching.stopwords import STOPWORDS

LIMIT = 500
"""Characters of a message that are read. Scorers are linear in it or worse, and a need is told in fewer."""

_RAW_LIMIT = 4 * LIMIT  # NFKC can make one character into eighteen: cut before as well
_REPEATS = re.compile(r"(.)\1{2,}", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
# The rare sign first and what stands before it afterwards: most texts have none, and are passed over at once.
_APOSTROPHE = re.compile(r"['’`´](?<=\w.)(?=\w)")
_SHORT_HYPHEN = re.compile(r"[-‐‑–](?:(?<=\b\w.)|(?<=\b\w\w.))(?=\w)")
# Default_Ignorable_Code_Point of Unicode without the musical and shorthand signs, and all of Bidi_Control.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
# Letters that no decomposition takes apart, and the commonest that one does, which this does quicker.
_PLAIN = str.maketrans(dict(zip("øæıłđåäöéü", "oaildaaoeu", strict=True)) | {"ß": "ss"})


def visible(text: str) -> str:
    """`text` without what nobody sees: marks of direction, width, variation and language."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def clean(text: str) -> str:
    """`text` in NFKC and casefolded, without invisible marks, three and more of a letter as two.

    At most LIMIT characters. "e-lasku" becomes "elasku", longer hyphenated parts stay apart.
    """
    short = unicodedata.normalize("NFKC", visible(text)[:_RAW_LIMIT]).casefold()
    short = unicodedata.normalize("NFC", _REPEATS.sub(r"\1\1", short)[:LIMIT])
    return _SHORT_HYPHEN.sub("", _APOSTROPHE.sub("", short))


def fold(word: str) -> str:
    """`word` without the marks over its letters: "pysäköinti" and "pysakointi" are one word."""
    if word.isascii():
        return word
    plain = word.translate(_PLAIN)
    if plain.isascii():
        return plain
    apart = unicodedata.normalize("NFD", plain)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words(cleaned: str) -> list[str]:
    """The words of a cleaned text, in order."""
    return _WORD.findall(cleaned)


def topical(all_words: list[str], fold: Callable[[str], str] = fold) -> list[str]:
    """The words that may carry a topic; stopwords too when nothing else would be left ("mitä on").

    Single letters and digits say nothing; a single sign of another script may be a word. `fold` may be one that
    remembers.
    """
    told = [word for word in all_words if len(word) > 1 or not fold(word).isascii()]
    return [word for word in told if fold(word) not in STOPWORDS] or told
