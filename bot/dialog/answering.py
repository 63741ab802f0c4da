"""Answers from the knowledge base: the right one, "did you mean", and "I do not know"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.dialog.booking_replies import interpreter_choice
from bot.dialog.facts import Facts, facts_of
from bot.dialog.foreign import lead, title_of
from bot.dialog.phrases import plain_words
from bot.dialog.replies import reply
from bot.dialog.scene import Scene
from knowledge.matching import Found
from knowledge.model import Entry, Unit

OPTIONS = 3
_RELATED = 2
_CLEARLY_OURS = 0.9
_HARDLY_OURS = 0.3
_LIKELIER_THAN_NOT = 0.5
CUSTOMER_SERVICE = "asiakaspalvelu"

# What is said of each kind of what is not ours (`knowledge/matching/not_ours.yaml`): the texts `dialog.elsewhere_…`.
_ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "other_town": "town",
        "other_country": "operator",
        "health": "health",
        "world": "world",
        "private_business": "business",
        "people": "people",
        "opinion": "opinion",
        "small_talk": "talk",
        "abuse": "abuse",
        "injection": "injection",
    }
)
_NAMED = frozenset({"other_town", "other_country"})


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
    first = lead(scene, found, "about", entry)
    paragraphs = [*first.paragraphs, *_first(scene, entry, unit, facts, verdict=verdict), entry.answer.in_(language)]
    if entry.steps:
        paragraphs.append("\n".join(f"{n}. {step}" for n, step in enumerate(entry.steps.in_(language), 1)))
    if entry.price:
        paragraphs.append(scene.say("dialog.price", price=entry.price.in_(language)))
    if not verdict and not entry.redirect:
        paragraphs.append(scene.say("dialog.handled_by", unit=facts.title))
    related = [*map(base.entry, also), *_related(scene, entry)][:_RELATED]
    *book, person = ways_on(scene, entry)
    choices = [*book, *(title_of(scene, each) for each in related), person]
    text = "\n\n".join(paragraph.strip() for paragraph in paragraphs if paragraph)
    said = reply(
        language, "answer", text,
        choices=choices, facts=facts, entry=entry.id, feedback=True, spoken=first.languages,
    )  # fmt: skip
    await scene.reply(said)
    scene.talk.entry = entry.id
    scene.talk.offered = [related_entry.id for related_entry in related]
    scene.talk.clarifying = scene.talk.verdict = False
    scene.record("question.answered", unit=unit.id, entry=entry.id, verdict=verdict, **_scores(found))


def ways_on(scene: Scene, entry: Entry) -> list[str]:
    """The choices of an appointment, where there is one to be had, and of a person."""
    topics = {topic.id for topic in scene.around.known.base.topics}
    book = scene.say("dialog.choose_book") if entry.remote.offered and entry.remote.topic in topics else ""
    return [*filter(None, [interpreter_choice(scene) or book]), scene.say("dialog.choose_person")]


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
    first = lead(scene, found, "unsure")
    choices = [title_of(scene, base.entry(option)) for option in options]
    choices += [scene.say("dialog.choose_none"), *filter(None, [interpreter_choice(scene)])]
    text = "\n\n".join(first.paragraphs or [scene.say("dialog.clarify")])
    await scene.reply(reply(scene.language, "clarify", text, choices=choices, spoken=first.languages))
    scene.talk.entry, scene.talk.offered, scene.talk.clarifying, scene.talk.verdict = "", options, True, verdict
    scene.record("question.clarified", options=options, **_scores(found))


async def unknown(scene: Scene, found: Found | None = None, *, refused: bool = False) -> None:
    """An honest "I do not know" with ways on. `refused`: none of the options offered was right.

    Where it is clear that the message is for somebody else, that is said in its place.
    """
    first = lead(scene, found, "unknown")
    elsewhere = "" if first.paragraphs or found is None else _not_ours(found)
    key = "unknown_none" if refused else f"elsewhere_{elsewhere}" if elsewhere else "unknown"
    facts = None if elsewhere else customer_service(scene)
    book = interpreter_choice(scene) or scene.say("dialog.choose_book")
    choices = [*([] if elsewhere else [book]), scene.say("dialog.choose_person"), scene.say("dialog.choose_help")]
    text = "\n\n".join(first.paragraphs or [scene.say(f"dialog.{key}")])
    await scene.reply(reply(scene.language, "unknown", text, choices=choices, facts=facts, spoken=first.languages))
    scene.talk.offered, scene.talk.clarifying = [], False
    if not elsewhere:
        scene.talk.entry = ""  # what comes next does not lean on what was answered before it
    scene.record("question.unknown", refused=refused, elsewhere=elsewhere, **_scores(found))


async def person(scene: Scene) -> None:
    """How to reach a person, at any point of a talk: the unit of the matter if it can be reached, and the desk."""
    entry = last_entry(scene)
    unit = scene.around.known.base.unit(entry.unit) if entry else None
    facts = customer_service(scene)
    if entry and unit and unit.id != CUSTOMER_SERVICE and (unit.phone or unit.email or not unit.is_the_city):
        facts = facts_of(unit, scene.turn.now, scene.language, entry)
    choices = [scene.say("dialog.choose_book"), scene.say("dialog.choose_save")]
    await scene.reply(reply(scene.language, "help", scene.say("dialog.person"), choices=choices, facts=facts))
    scene.record("person.requested", unit=entry.unit if entry else None, entry=entry.id if entry else None)


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
        titles = {tuple(plain_words(each)) for each in (title_of(scene, entry), entry.title.in_(scene.language))}
        if said in titles or (scene.talk.clarifying and said == (str(number),)):
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


def customer_service(scene: Scene) -> Facts | None:
    """The desk that helps with everything, where the content has one."""
    unit = next((each for each in scene.around.known.base.units if each.id == CUSTOMER_SERVICE), None)
    return facts_of(unit, scene.turn.now, scene.language) if unit else None


def _not_ours(found: Found) -> str:
    """Whose matter it is instead; a likeness alone does not tell where it may be ours after all."""
    named = found.elsewhere in _NAMED or found.ours < _HARDLY_OURS
    return _ELSEWHERE.get(found.elsewhere, "") if named else ""


def _scores(found: Found | None) -> dict[str, Any]:
    if found is None:
        return {}
    top = found.candidates[0].score if found.candidates else 0.0
    return {"ours": round(found.ours, 3), "score": round(top, 3)}
