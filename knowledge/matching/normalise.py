"""From what somebody typed to words that can be compared.

One way for messages and content, so that both meet in the same form.
"""

from __future__ import annotations

import re
import unicodedata

from knowledge.matching.stopwords import STOPWORDS

LIMIT = 500
"""Characters of a message that are read. Scorers are linear in it or worse, and a need is told in fewer."""

_RAW_LIMIT = 4 * LIMIT  # NFKC can make one character into eighteen: cut before as well
_REPEATS = re.compile(r"(.)\1{2,}", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’`´](?=\w)")
_SHORT_HYPHEN = re.compile(r"\b(\w{1,2})[-‐‑–](?=\w)")
_CUT_OFF = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPECIAL = str.maketrans({"ø": "o", "æ": "a", "ß": "ss", "ı": "i", "ł": "l", "đ": "d"})


def clean(text: str) -> str:
    """`text` in NFKC and casefolded, without control and bidirectional marks, three and more of a letter as two.

    At most LIMIT characters. "e-lasku" becomes "elasku", longer hyphenated parts stay apart.
    """
    short = unicodedata.normalize("NFKC", _CUT_OFF.sub("", text[:_RAW_LIMIT])).casefold()
    short = unicodedata.normalize("NFC", _REPEATS.sub(r"\1\1", short)[:LIMIT])
    return _SHORT_HYPHEN.sub(r"\1", _APOSTROPHE.sub("", short))


def fold(word: str) -> str:
    """`word` without the marks over its letters: "pysäköinti" and "pysakointi" are one word."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFD", word.translate(_SPECIAL))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words(cleaned: str) -> list[str]:
    """The words of a cleaned text, in order."""
    return _WORD.findall(cleaned)


def topical(all_words: list[str]) -> list[str]:
    """The words that may carry a topic; stopwords too when nothing else would be left ("mitä on").

    Single letters and digits say nothing; a single sign of another script may be a word.
    """
    told = [word for word in all_words if len(word) > 1 or not fold(word).isascii()]
    return [word for word in told if fold(word) not in STOPWORDS] or told
