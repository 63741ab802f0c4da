"""Personal identity codes are masked before anything is stored: the one place where that happens.

The shape is that of Decree 690/2022: DDMMYY, a separator (`-` Y X W V U for the 1900s, A–F for the 2000s, `+` for the
1800s), three digits and a check character. Masked by shape, valid check character or not: a mistyped code is a code.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

MASK = "[henkilötunnus poistettu]"

_GAP = r"[\s\u200b\u2060]{0,2}"
_DAY = rf"(?:0{_GAP}[1-9]|[12]{_GAP}\d|3{_GAP}[01])"
_MONTH = rf"(?:0{_GAP}[1-9]|1{_GAP}[0-2])"
# A word may be glued to a code, but where a digit or a letter of hexadecimal numbers stands beside it, it is an id.
_CODE = re.compile(
    rf"(?<![0-9A-Fa-f]){_DAY}{_GAP}{_MONTH}{_GAP}\d{_GAP}\d{_GAP}[-+\u2010-\u2015\u2212A-FUVWXYa-fuvwxy]{_GAP}"
    rf"\d{_GAP}\d{_GAP}\d{_GAP}[0-9A-FHJ-NPR-Ya-fhj-npr-y](?![0-9A-Fa-f])"
)


def mask_text(text: str) -> tuple[str, int]:
    """`text` with every identity code replaced, and how many there were. Full-width digits and letters count too."""
    if not any(character.isdigit() for character in text):
        return text, 0
    plain = text if text.isascii() else _narrow(text)
    spans = [match.span() for match in _CODE.finditer(plain)]
    for start, end in reversed(spans):
        text = text[:start] + MASK + text[end:]
    return text, len(spans)


def _narrow(text: str) -> str:
    """The same text with full-width forms narrowed, character by character, so that positions stay the same."""
    narrowed = (unicodedata.normalize("NFKC", character) for character in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, narrowed, strict=True))


def mask(value: Any) -> tuple[Any, int]:
    """`value` (JSON: text, list, object …) with the codes in all its texts and keys masked, and how many there were."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, list):
        items = [mask(item) for item in value]
        return [item for item, _ in items], sum(count for _, count in items)
    if isinstance(value, dict):
        pairs = [(mask_text(key), mask(item)) for key, item in value.items()]
        masked = {key: item for (key, _), (item, _) in pairs}
        return masked, sum(count + inner for (_, count), (_, inner) in pairs)
    return value, 0
