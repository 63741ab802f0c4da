"""What the bot says in a booking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from botbuilder.schema import Activity

from bot.appointments.mails import interpreter_name
from bot.appointments.offer import places
from bot.dialog.booking import STEPS, Step
from bot.dialog.booking_choices import Choice
from bot.dialog.booking_holds import until
from bot.dialog.booking_needs import UNKNOWN
from bot.dialog.replies import reply
from bot.dialog.scene import Scene
from bot.dialog.talk import Draft
from bot.locale.dates import clock, day
from bot.locale.tongues import named, tongue
from services.appointments.slots import Slot, utc_text

Why = Literal["taken", "busy", "too_short"]
"""It went to somebody else; the citizen has another appointment then; it is too short with an interpreter."""

PAGE = {"topic": 8, "day": 5, "time": 8}


def interpreter_choice(scene: Scene) -> str:
    """ "Book a time with an interpreter (русский)"; empty where there is no need for one, or nothing to book."""
    if not scene.talk.foreign or not scene.around.known.base.topics:
        return ""
    its = tongue(scene.talk.foreign)
    return scene.say("dialog.choose_interpreter", name=its.own or named(its.code, scene.language))


def interpreter_line(scene: Scene, code: str) -> str:
    """ "Interpreter: русский (Russian)" """
    return scene.say("booking.line_interpreter", value=_interpreter(scene, code))


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
    if step == "topic" and scene.around.known.base.agencies:
        labels.append(scene.say("booking.agencies"))
    if len(draft.asked) > 1:
        labels.append(scene.say("booking.back"))
    labels.append(scene.say("booking.stop"))
    asking = _ask_needs(scene, draft) if step == "needs" else scene.say(f"booking.ask_{step}")
    return _said(scene, [lead, asking], labels, draft=draft)


def _ask_needs(scene: Scene, draft: Draft) -> str:
    if draft.which:
        return scene.say("booking.ask_which")
    chosen = [_need(scene, need) for need in draft.needs]
    if draft.interpreter:
        chosen.insert(0, _in_sentence(interpreter_line(scene, draft.interpreter)))
    if chosen:
        return scene.say("booking.ask_needs_more", chosen=", ".join(chosen))
    return scene.say("booking.ask_needs_home" if draft.place == "home" else "booking.ask_needs")


def nothing_free(scene: Scene, draft: Draft) -> Activity:
    """No free time for the wishes: another place, language or topic may have some."""
    changes = [scene.say(f"booking.change_{step}") for step in ("place", "language", "needs", "topic")]
    return _said(scene, [scene.say("booking.none_free")], [*changes, scene.say("booking.stop")])


def taken(scene: Scene, alternatives: Sequence[Choice], why: Why) -> Activity:
    """The time cannot be had; nothing else is lost."""
    offer = "booking.others" if alternatives else "booking.others_none"
    text = f"{scene.say(f'booking.{why}')} {scene.say(offer)}"
    labels = [*(choice.label for choice in alternatives), scene.say("booking.change_day"), scene.say("booking.stop")]
    return _said(scene, [text], labels)


def kept(scene: Scene, until: datetime, key: str = "booking.held") -> str:
    """Until when the time is kept, and how to have it longer."""
    return scene.say(key, until=clock(until, scene.language))


def check(scene: Scene, draft: Draft, slot: Slot, lead: str = "") -> Activity:
    """Everything once more; each line can be changed."""
    lines = "\n".join(f"- {line}" for line in _lines(scene, draft, slot))
    labels = [scene.say("booking.confirm"), *(scene.say(f"booking.change_{step}") for step in STEPS[:-1])]
    if draft.interpreter:
        labels.append(scene.say("booking.no_interpreter"))
    held = until(draft)
    ask = scene.say("booking.check_ask", until=clock(held, scene.language)) if held else ""
    paragraphs = [lead, scene.say("booking.check"), lines, ask]
    return _said(scene, paragraphs, [*labels, scene.say("booking.stop")], main=True, draft=draft)


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


def _said(
    scene: Scene, paragraphs: Sequence[str], labels: Sequence[str], *, main: bool = False, draft: Draft | None = None
) -> Activity:
    kept_until = until(draft) if draft else None
    held = utc_text(kept_until) if kept_until else None
    return reply(scene.language, "booking", "\n\n".join(filter(None, paragraphs)), choices=labels, main=main, held=held)


def _lines(scene: Scene, draft: Draft, slot: Slot) -> list[str]:
    base, language = scene.around.known.base, scene.language
    topic = next(topic for topic in base.topics if topic.id == slot.topic)
    values = {
        "topic": topic.name.in_(language),
        "place": _place(scene, slot.place),
        "language": named(draft.language or language, language),
        "interpreter": _interpreter(scene, draft.interpreter) if draft.interpreter else None,
        "needs": ", ".join(_need(scene, need) for need in draft.needs)
        or (None if draft.interpreter else scene.say("booking.needs_none")),
        "time": scene.say("booking.when", day=day(slot.start, language), start=clock(slot.start, language),
                          end=clock(slot.end, language)),
        "name": draft.name,
        "contact": ", ".join(filter(None, (draft.email, draft.phone))),
    }  # fmt: skip
    return [scene.say(f"booking.line_{key}", value=value) for key, value in values.items() if value]


def _interpreter(scene: Scene, code: str) -> str:
    return interpreter_name(scene.language, code) if code == UNKNOWN else tongue(code).both(scene.language)


def _need(scene: Scene, need: str) -> str:
    return _in_sentence(scene.say(f"booking.need_{need}"))


def _in_sentence(text: str) -> str:
    return text[:1].lower() + text[1:]


def _place(scene: Scene, place: str) -> str:
    found = places(scene.around.known.base)[place]
    return ", ".join(filter(None, (found.name.in_(scene.language), found.address)))
