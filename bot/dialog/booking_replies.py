"""What the bot says in a booking."""

from __future__ import annotations

from collections.abc import Sequence

from botbuilder.schema import Activity

from bot.appointments.mails import language_name
from bot.appointments.offer import places
from bot.dialog.booking import STEPS, Step
from bot.dialog.booking_choices import Choice
from bot.dialog.replies import reply
from bot.dialog.scene import Scene
from bot.dialog.talk import Draft
from bot.locale.dates import clock, day
from bot.locale.tongues import named, tongue
from services.appointments.slots import Slot

PAGE = {"topic": 8, "day": 5, "time": 8}


def interpreter_choice(scene: Scene) -> str:
    """ "Book a time with an interpreter (русский)"; empty where there is no need for one, or nothing to book."""
    if not scene.talk.foreign or not scene.around.known.base.topics:
        return ""
    its = tongue(scene.talk.foreign)
    return scene.say("dialog.choose_interpreter", name=its.own or named(its.code, scene.language))


def interpreter_line(scene: Scene, code: str) -> str:
    """ "Interpreter: русский (Russian)" """
    return scene.say("booking.line_interpreter", value=tongue(code).both(scene.language))


def shown(step: Step, draft: Draft, choices: Sequence[Choice]) -> Sequence[Choice]:
    """The part of the choices that has buttons now."""
    size = PAGE.get(step, len(choices))
    return choices[draft.page * size : (draft.page + 1) * size]


def question(scene: Scene, step: Step, draft: Draft, choices: Sequence[Choice], lead: str = "") -> Activity:
    """The question of a step, with its choices and the ways out; `lead` says first what became of the last answer."""
    visible = shown(step, draft, choices)
    labels = [choice.label for choice in visible]
    if len(choices) > PAGE.get(step, len(choices)):
        labels.append(scene.say("booking.more"))
    if len(draft.asked) > 1:
        labels.append(scene.say("booking.back"))
    labels.append(scene.say("booking.stop"))
    return _said(scene, [lead, scene.say(f"booking.ask_{step}")], labels)


def nothing_free(scene: Scene, draft: Draft) -> Activity:
    """No free time for the wishes: another place, language or topic may have some."""
    changes = [scene.say(f"booking.change_{step}") for step in ("place", "language", "topic")]
    return _said(scene, [scene.say("booking.none_free")], [*changes, scene.say("booking.stop")])


def taken(scene: Scene, alternatives: Sequence[Choice]) -> Activity:
    """The time went to somebody else; nothing else is lost."""
    key = "booking.taken" if alternatives else "booking.taken_none"
    labels = [*(choice.label for choice in alternatives), scene.say("booking.change_day"), scene.say("booking.stop")]
    return _said(scene, [scene.say(key)], labels)


def check(scene: Scene, draft: Draft, slot: Slot, lead: str = "") -> Activity:
    """Everything once more; each line can be changed."""
    lines = "\n".join(f"- {line}" for line in _lines(scene, draft, slot))
    labels = [scene.say("booking.confirm"), *(scene.say(f"booking.change_{step}") for step in STEPS[:-1])]
    if draft.interpreter:
        labels.append(scene.say("booking.no_interpreter"))
    paragraphs = [lead, scene.say("booking.check"), lines, scene.say("booking.check_ask")]
    return _said(scene, paragraphs, [*labels, scene.say("booking.stop")], main=True)


def confirmed(scene: Scene, draft: Draft, slot: Slot, link: str) -> Activity:
    """It is booked: when, where, how to change it."""
    when = scene.say("booking.when", day=day(slot.start, scene.language), start=clock(slot.start, scene.language),
                     end=clock(slot.end, scene.language))  # fmt: skip
    sent = scene.say("booking.sent", email=draft.email) if draft.email else scene.say("booking.not_sent")
    paragraphs = [
        scene.say("booking.confirmed", when=when),
        scene.say("booking.confirmed_place", place=_place(scene, slot.place)),
        sent,
        scene.say("booking.manage", link=link),
    ]
    return reply(scene.language, "confirmed", "\n\n".join(paragraphs), choices=[scene.say("dialog.choose_help")])


def _said(scene: Scene, paragraphs: Sequence[str], labels: Sequence[str], *, main: bool = False) -> Activity:
    return reply(scene.language, "booking", "\n\n".join(filter(None, paragraphs)), choices=labels, main=main)


def _lines(scene: Scene, draft: Draft, slot: Slot) -> list[str]:
    base, language = scene.around.known.base, scene.language
    topic = next(topic for topic in base.topics if topic.id == slot.topic)
    values = {
        "topic": topic.name.in_(language),
        "place": _place(scene, slot.place),
        "language": language_name(language, draft.language or language),
        "interpreter": tongue(draft.interpreter).both(language) if draft.interpreter else None,
        "time": scene.say("booking.when", day=day(slot.start, language), start=clock(slot.start, language),
                          end=clock(slot.end, language)),
        "name": draft.name,
        "contact": ", ".join(filter(None, (draft.email, draft.phone))),
    }  # fmt: skip
    return [scene.say(f"booking.line_{key}", value=value) for key, value in values.items() if value]


def _place(scene: Scene, place: str) -> str:
    found = places(scene.around.known.base)[place]
    return ", ".join(filter(None, (found.name.in_(scene.language), found.address)))
