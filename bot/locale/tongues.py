"""Names and directions of the world's languages, by CLDR: for those that the content does not have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language: its subtag, its name in itself (empty where CLDR has none), and its direction, `ltr` or `rtl`."""

    code: str
    own: str
    direction: str

    def both(self, language: str) -> str:
        """Its own name and the one in `language`: `русский (Russian)`."""
        name = named(self.code, language)
        return f"{self.own} ({name})" if self.own and self.own != name else name


@cache
def tongue(code: str) -> Tongue:
    """The language of a BCP 47 code such as `ru` or `ru-Latn`. Reads a file the first time it is asked for."""
    short = code.split("-")[0].lower()
    current = str(get_global("language_aliases").get(short, short))  # Tagalog is `fil` to CLDR
    try:
        its = Locale(current)
    except (UnknownLocaleError, ValueError):
        return Tongue(short, "", "ltr")
    return Tongue(short, str(its.languages.get(current) or ""), str(its.text_direction))


def named(code: str, language: str) -> str:
    """What `language` calls the language of a code ("venäjä", "Russian"); the same back where that is no code."""
    return str(Locale(language).languages.get(code.split("-")[0].lower()) or code)
