"""Answers from the knowledge base: the right one, "did you mean", "I do not know", and more of the last one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.dialog.days import days_named
from bot.dialog.facts import Facts, facts_of, opening_on
from bot.dialog.phrases import plain_words
from bot.dialog.questions import FollowUp
from bot.dialog.replies import reply
from bot.dialog.scene import Scene
from knowledge.matching import Found
from knowledge.model import LANGUAGES, Entry, Unit
from services.clock import local

OPTIONS = 3
_RELATED = 2
_MOST_CHOICES = 4
_CLEARLY_OURS = 0.9
_LIKELIER_THAN_NOT = 0.5
CUSTOMER_SERVICE = "asiakaspalvelu"


async def answer(
    scene: Scene, entry_id: str, *, found: Found | None = None, verdict: bool = False, also: Sequence[str] = ()
) -> None:
    """The entry's answer in words, with its facts. `also`: entries that may be meant, too.

    `verdict`: the question asked for a decision, which a bot never gives (Act 306/2019, 6 a § 1): then who decides, and
    the way there, come first.
    """
    base, language = scene.around.known.base, scene.language
    entry = base.entry(entry_id)
    unit = base.unit(entry.unit)
    facts = facts_of(unit, scene.turn.now, language, entry)
    paragraphs = [*_first(scene, entry, unit, facts, verdict=verdict), entry.answer.in_(language)]
    if entry.steps:
        paragraphs.append("\n".join(f"{n}. {step}" for n, step in enumerate(entry.steps.in_(language), 1)))
    if entry.price:
        paragraphs.append(scene.say("dialog.price", price=entry.price.in_(language)))
    if not verdict and not entry.redirect:
        paragraphs.append(scene.say("dialog.handled_by", unit=facts.title))
    related = [*map(base.entry, also), *_related(scene, entry)][:_RELATED]
    choices = [related_entry.title.in_(language) for related_entry in related]
    if entry.remote.offered and any(topic.id == entry.remote.topic for topic in base.topics):
        choices.insert(0, scene.say("dialog.choose_book"))
    choices.append(scene.say("dialog.choose_person"))
    text = "\n\n".join(paragraph.strip() for paragraph in paragraphs if paragraph)
    await scene.reply(
        reply(language, "answer", text, choices=choices[:_MOST_CHOICES], facts=facts, entry=entry.id, feedback=True)
    )
    scene.talk.entry = entry.id
    scene.talk.offered = [related_entry.id for related_entry in related]
    scene.talk.clarifying = scene.talk.verdict = False
    scene.record("question.answered", unit=unit.id, entry=entry.id, verdict=verdict, **_scores(found))


async def answer_needs(scene: Scene, found: Found, *, verdict: bool) -> None:
    """One message for each need that is sure; what may be meant besides is offered under the last."""
    sure = sure_needs(found)
    unsure = [need.candidates[0].entry for need in found.needs if need not in sure]
    for place, need in enumerate(sure, 1):
        also = unsure if place == len(sure) else ()
        await answer(scene, need.candidates[0].entry, found=need, verdict=verdict, also=also)
        if place > 1:
            scene.record("need.second", entry=need.candidates[0].entry, unit=need.candidates[0].unit)


def sure_needs(found: Found) -> list[Found]:
    """The needs to answer without asking back; none where the message as a whole is to be taken.

    A message of one need may end in "what do I do", in which the matcher finds a need, too.
    """
    first = found.candidates[0].entry if found.candidates else None
    firsts = {need.candidates[0].entry: need for need in found.needs}
    sure = [entry for entry, need in firsts.items() if _sure(need) or (entry == first and found.decision == "answer")]
    return [firsts[entry] for entry in sure] if len(sure) > 1 or first in sure else []


def _sure(need: Found) -> bool:
    likely = need.ours >= _CLEARLY_OURS and need.candidates[0].score >= _LIKELIER_THAN_NOT
    return need.decision == "answer" or likely


async def clarify(scene: Scene, found: Found, *, verdict: bool) -> None:
    """ "Did you mean": at most three titles, and none of them."""
    base = scene.around.known.base
    options = [candidate.entry for candidate in found.candidates[:OPTIONS]]
    choices = [base.entry(option).title.in_(scene.language) for option in options]
    choices.append(scene.say("dialog.choose_none"))
    await scene.reply(reply(scene.language, "clarify", scene.say("dialog.clarify"), choices=choices))
    scene.talk.offered, scene.talk.clarifying, scene.talk.verdict = options, True, verdict
    scene.record("question.clarified", options=options, **_scores(found))


async def unknown(scene: Scene, found: Found | None = None, *, refused: bool = False) -> None:
    """An honest "I do not know" with ways on. `refused`: none of the options offered was right."""
    key = "dialog.unknown_none" if refused else "dialog.unknown"
    if found is not None and found.language not in LANGUAGES:
        key = "dialog.unknown_language"
    facts = _customer_service(scene)
    choices = [scene.say(f"dialog.choose_{choice}") for choice in ("book", "person", "help")]
    await scene.reply(reply(scene.language, "unknown", scene.say(key), choices=choices, facts=facts))
    scene.talk.offered, scene.talk.clarifying = [], False
    scene.record("question.unknown", refused=refused, **_scores(found))


async def person(scene: Scene) -> None:
    """How to reach a person, at any point of a talk: the unit of the matter if it can be reached, and the desk."""
    entry = scene.around.known.base.find_entry(scene.talk.entry)
    unit = scene.around.known.base.unit(entry.unit) if entry else None
    facts = _customer_service(scene)
    if entry and unit and unit.id != CUSTOMER_SERVICE and (unit.phone or unit.email or not unit.is_the_city):
        facts = facts_of(unit, scene.turn.now, scene.language, entry)
    choices = [scene.say("dialog.choose_book"), scene.say("dialog.choose_save")]
    await scene.reply(reply(scene.language, "help", scene.say("dialog.person"), choices=choices, facts=facts))
    scene.record("person.requested", unit=unit.id if unit else None, entry=entry.id if entry else None)


async def carry_over(scene: Scene, entry: Entry, asked: FollowUp) -> None:
    """The part of the last answer that a short question after it asks for."""
    unit = scene.around.known.base.unit(entry.unit)
    facts = facts_of(unit, scene.turn.now, scene.language, entry)
    title = entry.title.in_(scene.language)
    days = days_named(scene.words, local(scene.turn.now).date())
    said = ""
    if asked == "price" and entry.price:
        said = scene.say("dialog.price_of", title=title, price=entry.price.in_(scene.language))
    elif asked == "price":
        said = scene.say("dialog.price_unknown", title=title)
    elif asked == "hours":
        said = _hours(unit, days, scene.language) or scene.say("dialog.hours_unknown", unit=facts.title)
    text = said or scene.say("dialog.facts_of", title=title)
    choices = [scene.say("dialog.choose_person")]
    await scene.reply(
        reply(scene.language, "answer", text, choices=choices, facts=facts, entry=entry.id, feedback=True)
    )
    scene.record("question.answered", unit=unit.id, entry=entry.id, followed=asked)


def last_entry(scene: Scene) -> Entry | None:
    """The entry answered last, if it is still there."""
    return scene.around.known.base.find_entry(scene.talk.entry)


def chosen(scene: Scene) -> str | None:
    """The offered entry that the message names by its title, or by its number under a "did you mean"."""
    said = scene.words
    for number, option in enumerate(scene.talk.offered, 1):
        entry = scene.around.known.base.find_entry(option)
        if entry is None:
            continue
        title = tuple(plain_words(entry.title.in_(scene.language)))
        if said == title or (scene.talk.clarifying and said == (str(number),)):
            return option
    return None


def _first(scene: Scene, entry: Entry, unit: Unit, facts: Facts, *, verdict: bool) -> list[str]:
    """What must be said before the answer: who decides, or that another body handles it."""
    if verdict:
        return [scene.say("dialog.verdict", unit=facts.title), facts.ways()]
    return [scene.say("dialog.redirect", unit=facts.title)] if entry.redirect else []


def _related(scene: Scene, entry: Entry) -> list[Entry]:
    shown = [each for each in scene.around.known.base.entries if each.id in entry.related and each.audience == "public"]
    return sorted(shown, key=lambda each: entry.related.index(each.id))


def _customer_service(scene: Scene) -> Facts | None:
    unit = next((each for each in scene.around.known.base.units if each.id == CUSTOMER_SERVICE), None)
    return facts_of(unit, scene.turn.now, scene.language) if unit else None


def _hours(unit: Unit, days: Sequence[date], language: str) -> str:
    return "\n".join(filter(None, (opening_on(unit, each, language) for each in days)))


def _scores(found: Found | None) -> dict[str, Any]:
    if found is None:
        return {}
    top = found.candidates[0].score if found.candidates else 0.0
    return {"ours": round(found.ours, 3), "score": round(top, 3)}
