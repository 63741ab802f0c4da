"""More of the last answer: a short question after it, and one that goes on with its topic."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialog.answering import customer_service, ways_on
from bot.dialog.booking_choices import place_choices
from bot.dialog.booking_hearing import place_named
from bot.dialog.days import days_named
from bot.dialog.facets import sentences_with, told
from bot.dialog.facts import WAYS, Facts, facts_of, reached
from bot.dialog.following import Facet, goes_on, new_words
from bot.dialog.foreign import title_of
from bot.dialog.replies import reply
from bot.dialog.scene import Scene
from knowledge.matching import Found
from knowledge.model import Entry
from services.clock import local

_ELSEWHERE = frozenset({"other_town", "other_country"})
_MOST_NEAR = 2


async def carry_over(scene: Scene, entry: Entry, asked: Sequence[Facet]) -> None:
    """The parts of the last answer that a short question after it asks for; what is not known is said plainly."""
    unit, language = scene.around.known.base.unit(entry.unit), scene.language
    days = days_named(scene.words, local(scene.turn.now).date())
    parts = {facet: told(facet, entry, unit, scene.turn.now, language, days) for facet in asked}
    said = [part or scene.say(f"dialog.untold_{facet}") for facet, part in parts.items()]
    near: list[Entry] = []
    if not all(parts.values()):  # another entry of the neighbourhood may be about just that
        near = _near(scene, entry, await scene.read(f"{scene.text} {entry.title.in_(language)}"))
    await _say(scene, entry, said, contact=not all(parts.values()) or "who" in parts, near=near)
    scene.record("question.answered", unit=unit.id, entry=entry.id, followed=list(asked))


async def go_on(scene: Scene, entry: Entry, found: Found) -> bool:
    """ "Entä moottoripyörälle?": what the last answer says of it, or plainly that it says nothing.

    `found`: the reading of the message alone. False where it is rather a matter of its own.
    """
    if not goes_on(scene.words) or found.elsewhere in _ELSEWHERE:
        return False
    place = _place_meant(scene, entry)
    if found.decision == "answer" and not place:
        return False
    new = new_words(scene.words)
    part = scene.say("dialog.told_remote", place=place) if place else sentences_with(new, entry, scene.language)
    near = [] if part else _near(scene, entry, found)
    if not part and not near and found.decision == "clarify":
        return False
    await _say(scene, entry, [part or scene.say("dialog.untold_this")], contact=not part, near=near)
    scene.record("question.answered", unit=entry.unit, entry=entry.id, followed=["this"])
    return True


def _place_meant(scene: Scene, entry: Entry) -> str:
    """The name of a place that is asked about, where an expert in the matter can be met from there; else empty."""
    base = scene.around.known.base
    topic = next((each for each in base.topics if entry.remote.offered and each.id == entry.remote.topic), None)
    if topic is None:
        return ""
    meant = place_named(new_words(scene.words), place_choices(topic, base, scene.language))
    return meant.label if meant else ""


def _near(scene: Scene, entry: Entry, found: Found) -> list[Entry]:
    """What may be meant in the neighbourhood of the last topic: of the same unit, or related to it."""
    others = [scene.around.known.base.entry(each.entry) for each in found.candidates if each.entry != entry.id]
    return [each for each in others if each.unit == entry.unit or each.id in entry.related][:_MOST_NEAR]


async def _say(scene: Scene, entry: Entry, said: Sequence[str], *, contact: bool, near: Sequence[Entry] = ()) -> None:
    """`contact`: with the way to somebody who knows; `near`: entries to choose from."""
    facts = _contact(scene, entry) if contact else None
    choices = [*(title_of(scene, each) for each in near), *ways_on(scene, entry)]
    text = "\n\n".join([scene.say("dialog.about", title=entry.title.in_(scene.language)), *said])
    await scene.reply(
        reply(scene.language, "answer", text, choices=choices, facts=facts, entry=entry.id, feedback=True)
    )
    scene.talk.entry, scene.talk.offered, scene.talk.clarifying = entry.id, [each.id for each in near], False


def _contact(scene: Scene, entry: Entry) -> Facts | None:
    """Who knows more: the unit of the matter where there is a way to it, else the desk."""
    unit = scene.around.known.base.unit(entry.unit)
    known = any(reached(way, unit, entry, scene.language) for way in WAYS) or not unit.is_the_city
    return facts_of(unit, scene.turn.now, scene.language, entry) if known else customer_service(scene)
