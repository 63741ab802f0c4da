"""Every text a person reads, in the three languages: `say(language, "area.key", name=value)`.

The catalogues are `LANGUAGE/AREA.yaml`, flat maps of key to text with `{name}` places. They are read once, at import of
the first text; a test holds that all languages have the same keys and places.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from knowledge.model import LANGUAGES, Language

FOLDER = Path(__file__).parent
NAMES: Mapping[Language, str] = MappingProxyType({"fi": "Suomi", "sv": "Svenska", "en": "English"})


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of `language` by `area.key`."""
    texts: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.yaml")):
        read = yaml.safe_load(path.read_text("utf-8")) or {}
        texts.update({f"{path.stem}.{key}": text for key, text in read.items()})
    return MappingProxyType(texts)


def say(language: str, key: str, **values: object) -> str:
    """The text `key` in `language` (Finnish for a language there is no catalogue of), its places filled in.

    Raises KeyError for an unknown key or a place without a value.
    """
    text = catalogue(language if language in LANGUAGES else "fi")[key]
    return text.format_map(values) if values else text


def spoken(language: str | None, default: Language = "fi") -> Language:
    """The catalogue language for a BCP 47 tag such as `sv-FI`; `default` where there is none for it."""
    short = (language or "").split("-")[0].lower()
    return short if short in LANGUAGES else default
