# ruff: noqa: E501  (a pattern is a line)
"""What an entry says of one facet of its matter: a field where it has one, else its own approved sentences. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache

from bot.dialog.facts import Way, opening, opening_on, reached
from bot.dialog.following import Facet
from bot.dialog.phrases import plain_words
from bot.locale import say
from knowledge.model import Entry, Unit
from services.clock import local

_MOST_SENTENCES = 3
_MOST_HOLDING = 2
_WEEK = 7
_STEM = 4
_ENDING = 5
_SENTENCES = re.compile(r"(?<=[.?])\s+(?=[A-ZÅÄÖ])|\n+")

# The words by which a sentence speaks of a facet.
_SPEAKS: Mapping[tuple[Facet, str], str] = {
    ("price", "fi"): r"€|\beuro|\bmaks|\bhin(?:ta|na|noi|to|no)|ilmai|taksa",
    ("price", "sv"): r"€|\beuro|kosta|avgift|\bpris|gratis|betala",
    ("price", "en"): r"€|\beuro|\bcosts?\b|\bfees?\b|\bpric|\bfree (?:of|to|for)|\bis free|\bpa(?:y|id)\b|\bcharge",
    ("hours", "fi"): r"\bauki\b|\bavoi(?:nna|n\b)|aukiolo|\bklo\b",
    ("hours", "sv"): r"\böppe[nt]\b|öppettid|\bkl\.",
    ("hours", "en"): r"\bopen\b|\bopening|\bhours?\b",
    ("duration", "fi"): r"kestä|käsittelya|odotusa|jonotusa|arkipäiv|(?:viiko|kuukaude|päivä|tunni)ssa\b",
    ("duration", "sv"): r"handläggningst|väntet|kötid|vardag|\btar (?:ungefär|cirka|ca|högst|minst|det|\d)|\bdröj",
    ("duration", "en"): r"processing time|waiting time|working days?|\btakes?\b (?:about|around|up|at least|at most|\d)",
    ("papers", "fi"): r"\bliit(?:ä|teet|teitä|e\b|teen\b|etään)|todistu|henkilöllisy|asiakirj|paperi|piirustu|\bpassi|ajokort"
                      r"|\bota\b.*\bmukaan|mukaasi|lomak|kuiti|valtakirj",
    ("papers", "sv"): r"bilag|bifoga|intyg|handlingar|legitimation|identitet|\bpass\b|papper|blankett|ritning|\bta med|fullmakt",
    ("papers", "en"): r"attach|certificate|document|\bID\b|identity|passport|\bpapers?\b|\bforms?\b|drawing|\bbring|proof|receipt",
}  # fmt: skip


_REACHED: Mapping[Facet, Way] = {"place": "address", "phone": "phone", "email": "email"}


def told(facet: Facet, entry: Entry, unit: Unit, now: datetime, language: str, days: Sequence[date] = ()) -> str:
    """What there is to say of `facet`, as Markdown; empty where the content does not tell. `days`: those meant."""
    if facet == "price" and entry.price:
        return say(language, "dialog.price", price=entry.price.in_(language))
    if facet == "hours":
        return _hours(unit, now, language, days) or ("" if days else _quoted(facet, entry, language))
    if facet in _REACHED:
        values = reached(_REACHED[facet], unit, entry, language)
        return say(language, f"dialog.told_{facet}", value="; ".join(values)) if values else ""
    if facet == "who":
        return say(language, "dialog.handled_by", unit=unit.name.in_(language))
    if facet == "online":
        links = [each for each in entry.channels if each.kind in {"e-service", "form"} and each.url]
        ways = "\n".join(f"- [{each.name.in_(language)}]({each.url})" for each in links)
        return say(language, "dialog.told_online", ways=ways) if ways else ""
    if facet == "way":
        return "\n".join(f"{n}. {step}" for n, step in enumerate(entry.steps.in_(language), 1)) if entry.steps else ""
    return _quoted(facet, entry, language)


def sentences_with(words: Sequence[str], entry: Entry, language: str) -> str:
    """The entry's sentences that hold one of the words (`plain_words`), whatever their endings.

    A word that stands all over the entry picks none of them: "lapsi" does not tell where daycare is the topic.
    """
    sentences = _sentences(entry, language)
    found: set[str] = set()
    for stem in (word[: max(_STEM, len(word) - 3)] for word in words if len(word) >= _STEM):
        holding = [each for each in sentences if _is_in(stem, plain_words(each))]
        found.update(holding if len(holding) <= _MOST_HOLDING else ())
    return " ".join([each for each in sentences if each in found][:_MOST_SENTENCES])


def _is_in(stem: str, words: Sequence[str]) -> bool:
    return any(word.startswith(stem) and len(word) - len(stem) <= _ENDING for word in words)


def _hours(unit: Unit, now: datetime, language: str, days: Sequence[date]) -> str:
    """The hours of the days asked about, else how it is now and in the week that begins today."""
    today = local(now).date()
    asked = days or [today + timedelta(days=ahead) for ahead in range(_WEEK)]
    lines = [f"- {line}" for each in asked if (line := opening_on(unit, each, language))]
    if not lines:
        return ""
    return "\n".join(lines) if days else "\n\n".join([opening(unit, now, language), "\n".join(lines)])


def _quoted(facet: Facet, entry: Entry, language: str) -> str:
    speaks = _speaks(facet, language)
    if speaks is None:
        return ""
    return " ".join([each for each in _sentences(entry, language) if speaks.search(each)][:_MOST_SENTENCES])


def _sentences(entry: Entry, language: str) -> list[str]:
    steps = entry.steps.in_(language) if entry.steps else ()
    return [each.strip() for text in (entry.answer.in_(language), *steps) for each in _SENTENCES.split(text) if each]


@cache
def _speaks(facet: Facet, language: str) -> re.Pattern[str] | None:
    pattern = _SPEAKS.get((facet, language))
    return re.compile(pattern, re.IGNORECASE) if pattern else None
