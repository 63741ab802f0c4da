"""What must hold between the items of a knowledge base; each rule of the contract is one function here.

Shapes are the models' business (`knowledge/model.py`); these rules need more than one item to see.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.model import ALWAYS_KNOWN_PLACES, LANGUAGES, KnowledgeBase


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule: the item (class name and id), the way to the value inside it, and what is wrong."""

    kind: str
    id: str
    way: tuple[str | int, ...]
    message: str


def check(base: KnowledgeBase) -> list[Finding]:
    """Every broken rule of `base`."""
    rules = (_unique_ids, _known_ids, _redirects, _phrasings, _steps, _rooms)
    return [finding for rule in rules for finding in rule(base)]


def _unique_ids(base: KnowledgeBase) -> Iterator[Finding]:
    for items in (base.units, base.entries, base.topics, base.places, base.agencies):
        for item_id, count in Counter(item.id for item in items).items():
            if count > 1:
                yield Finding(type(items[0]).__name__, item_id, ("id",), f"the id `{item_id}` stands {count} times")


def _known_ids(base: KnowledgeBase) -> Iterator[Finding]:
    units = {unit.id for unit in base.units}
    entries = {entry.id for entry in base.entries}
    topics = {topic.id for topic in base.topics}
    places = {place.id for place in base.places} | set(ALWAYS_KNOWN_PLACES)
    for unit in base.units:
        if unit.place and unit.place not in places:
            yield Finding("Unit", unit.id, ("place",), f"no place `{unit.place}`")
    for entry in base.entries:
        if entry.unit not in units:
            yield Finding("Entry", entry.id, ("unit",), f"no unit `{entry.unit}`")
        if entry.remote.offered and entry.remote.topic is None:
            yield Finding("Entry", entry.id, ("remote",), "a remote appointment is offered without a topic")
        if entry.remote.topic is not None and topics and entry.remote.topic not in topics:
            yield Finding("Entry", entry.id, ("remote", "topic"), f"no topic `{entry.remote.topic}`")
        for index, related in enumerate(entry.related):
            if related not in entries:
                yield Finding("Entry", entry.id, ("related", index), f"no entry `{related}`")
    for topic in base.topics:
        if topic.unit not in units:
            yield Finding("Topic", topic.id, ("unit",), f"no unit `{topic.unit}`")
        for index, place in enumerate(topic.places):
            if place not in places:
                yield Finding("Topic", topic.id, ("places", index), f"no place `{place}`")


def _redirects(base: KnowledgeBase) -> Iterator[Finding]:
    """A redirect sends to another body; what the city does itself is an answer (contract, content files)."""
    units = {unit.id: unit for unit in base.units}
    for entry in base.entries:
        unit = units.get(entry.unit)
        if entry.redirect and unit is not None and unit.is_the_city:
            yield Finding("Entry", entry.id, ("redirect",), f"`{unit.id}` is the city's own: not a redirect")
        if entry.redirect and entry.remote.offered:
            yield Finding("Entry", entry.id, ("remote",), "another body's service cannot be booked here")


def _phrasings(base: KnowledgeBase) -> Iterator[Finding]:
    """The same words must not lead to two entries, nor stand twice in one."""
    seen: dict[str, str] = {}
    for entry in base.entries:
        for language in LANGUAGES:
            for index, phrasing in enumerate(entry.phrasings.in_(language)):
                key = " ".join(re.findall(r"\w+", phrasing.casefold()))
                if key in seen:
                    where = ("phrasings", language, index)
                    yield Finding("Entry", entry.id, where, f"duplicate phrasing `{phrasing}`, also in `{seen[key]}`")
                seen.setdefault(key, entry.id)


def _steps(base: KnowledgeBase) -> Iterator[Finding]:
    for entry in base.entries:
        if entry.steps and len({len(entry.steps.in_(language)) for language in LANGUAGES}) > 1:
            yield Finding("Entry", entry.id, ("steps",), "the languages have different numbers of steps")


def _rooms(base: KnowledgeBase) -> Iterator[Finding]:
    """A room has one name in its place; a citizen's own place has none."""
    for place in base.places:
        if place.id == "home" and place.rooms:
            yield Finding("Place", place.id, ("rooms",), "a citizen's own place has no rooms")
        seen: set[str] = set()
        for index, room in enumerate(place.rooms):
            if room.id in seen:
                yield Finding("Place", place.id, ("rooms", index, "id"), f"the id `{room.id}` stands twice")
            seen.add(room.id)
