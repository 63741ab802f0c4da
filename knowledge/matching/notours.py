"""Evidence that a message is not for this knowledge base: examples by kind, and names of other towns and countries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.matching.normalise import clean, fold, words

SHIPPED = Path(__file__).parent / "not_ours.yaml"


@dataclass(frozen=True, slots=True)
class NotOurs:
    """`kinds`: examples of each kind of message that is not ours; `towns`, `others`: names as written."""

    kinds: dict[str, tuple[str, ...]]
    towns: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path = SHIPPED) -> NotOurs:
        """Raises OSError when there is no such file, ValueError when it has another shape."""
        data: Any = yaml.safe_load(path.read_text("utf-8"))
        try:
            towns, others = data.pop("other_towns", ()), data.pop("other_countries_or_operators", ())
            kinds = {
                str(kind): tuple(str(example) for examples in by_language.values() for example in examples)
                for kind, by_language in data.get("kinds", data).items()
            }
            return cls(kinds, tuple(map(str, towns)), tuple(map(str, others)))
        except (AttributeError, TypeError) as error:
            raise ValueError(f"{path}: not a list of kinds with examples by language: {error}") from error


_ENDINGS = re.compile(
    r"(?:|n|a|s|t|e|en|in|ta|an|un|on|ssa|sta|lla|lta|lle|ssi|hin|hun|han|hon|hyn|seen|iin|ia|ksi|na"
    r"|ten|issa|ista|illa|ilta|ille|sa|st|ssakin|stakin|(?:la|lai)(?:nen|set|sen|sta|sia|sille))"
)
# Consonant gradation before the last vowel, folded: Turku → Turun, Lahti → Lahden, Helsinki → Helsingin.
_WEAKER = (
    ("nk", "ng"), ("nt", "nn"), ("lt", "ll"), ("rt", "rr"), ("mp", "mm"), ("kk", "k"), ("pp", "p"), ("tt", "t"),
    ("rk", "r"), ("lk", "l"), ("t", "d"), ("p", "v"), ("k", ""),
)  # fmt: skip
_SHORTEST = 3  # letters of a name: shorter ones begin too many words


class Names:
    """Place names that are recognised in their Finnish cases ("Turussa", "Helsingin"), in Swedish and English."""

    def __init__(self, names: Iterable[str]) -> None:
        self._stems: set[str] = set()
        self._phrases: set[tuple[str, ...]] = set()
        for name in names:
            parts = [fold(word) for word in words(clean(name))]
            if len(parts) == 1:
                self._stems.update(_stems(parts[0]))
            elif parts:
                self._phrases.add(tuple(parts))
        self._firsts = tuple({phrase[0] for phrase in self._phrases})
        self._longest = max((len(stem) for stem in self._stems), default=0)
        self._beginnings = {stem[:_SHORTEST] for stem in self._stems}

    def are_in(self, message: Sequence[str]) -> bool:
        """Whether one of the names stands among the message's cleaned words."""
        folded = [fold(word) for word in message]
        return any(map(self._is_name, folded)) or any(
            self._begins_phrase(folded[start:]) for start, word in enumerate(folded) if word.startswith(self._firsts)
        )

    def _begins_phrase(self, folded: Sequence[str]) -> bool:
        return any(len(folded) >= len(phrase) and all(map(str.startswith, folded, phrase)) for phrase in self._phrases)

    def _is_name(self, word: str) -> bool:
        return word[:_SHORTEST] in self._beginnings and any(
            word[:length] in self._stems and _ENDINGS.fullmatch(word[length:])
            for length in range(_SHORTEST, min(len(word), self._longest) + 1)
        )


def _stems(name: str) -> set[str]:
    """What inflected forms of a folded name begin with."""
    stems = {name}
    if name.endswith("nen"):
        stems.add(name[:-3] + "s")
    elif name.endswith("e"):
        stems.add(name + "e")
    elif len(name) > 3 and name[-1] in "aeiou":
        body, vowel = name[:-1], name[-1]
        vowels = {"i": ("i", "e")}.get(vowel, (vowel,))
        for strong, weak in _WEAKER:
            if body.endswith(strong):
                stems.update(body[: -len(strong)] + weak + each for each in vowels)
                break
        if vowel == "i":
            stems.add(body + "e")
    return stems
