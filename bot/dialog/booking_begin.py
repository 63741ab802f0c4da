"""How a booking begins: with what is known already, and with an interpreter where the citizen needs one."""

from __future__ import annotations

from bot.dialog import booking_talk
from bot.dialog.booking_replies import interpreter_choice, interpreter_line
from bot.dialog.phrases import plain_words
from bot.dialog.replies import reply
from bot.dialog.scene import Scene
from bot.dialog.talk import Draft
from bot.locale.tongues import tongue

_GENERAL = ("asiakaspalvelu", "kotoutuminen")
"""Topics for a matter that has none of its own; the first that is there."""


async def begin(scene: Scene, topic: str | None = None) -> None:
    """Start a booking; the `topic` named with the wish, or that of the last answer, is not asked again.

    Who writes a language that we do not speak gets an interpreter noted down, and the talk's language as the expert's.
    """
    base = scene.around.known.base
    if not base.topics:
        await scene.reply(reply(scene.language, "help", scene.say("booking.not_offered")))
        return
    entry = base.find_entry(scene.talk.entry)
    named = next((each for each in base.topics if each.id == topic), None)
    draft = Draft(topic=named.id if named else entry.remote.topic if entry and entry.remote.offered else None)
    lead = [scene.say("booking.line_topic", value=named.name.in_(scene.language))] if named else []
    if scene.talk.foreign:
        draft.interpreter, draft.language = tongue(scene.talk.foreign).code, scene.language
        lead.append(interpreter_line(scene, draft.interpreter))
    await booking_talk.start(scene, draft, "\n".join(f"- {line}" for line in lead))


async def chose_interpreter(scene: Scene) -> bool:
    """Begin the booking that the choice offers, where it was taken."""
    offered = interpreter_choice(scene)
    if not offered or scene.words != tuple(plain_words(offered)):
        return False
    await begin(scene, _topic(scene))
    return True


def _topic(scene: Scene) -> str | None:
    """What the appointment is about: the topic of the last answer, of its unit, or a general one."""
    base = scene.around.known.base
    entry = base.find_entry(scene.talk.entry)
    own = [entry.remote.topic] if entry and entry.remote.offered else []
    of_unit = [topic.id for topic in base.topics if entry and topic.unit == entry.unit]
    known = {topic.id for topic in base.topics}
    return next((each for each in (*own, *of_unit, *_GENERAL) if each in known), None)
