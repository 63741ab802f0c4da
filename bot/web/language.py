"""The language a request wishes to be answered in."""

from __future__ import annotations

from knowledge.model import LANGUAGES, Language


def preferred(accept_language: str) -> Language:
    """The best of our languages by RFC 9110's weights; Finnish where none is wanted."""
    wishes: list[tuple[float, int, Language]] = []
    for place, part in enumerate(accept_language.split(",")[:20]):
        tag, _, parameter = part.partition(";")
        short = tag.strip().split("-")[0].lower()
        weight = _weight(parameter)
        wishes.extend((-weight, place, known) for known in LANGUAGES if known == short and weight > 0)
    return min(wishes)[2] if wishes else "fi"


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
