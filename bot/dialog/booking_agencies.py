"""Bodies of the state that book their own appointments: nothing is booked for them here, but the way is shown."""

from __future__ import annotations

from bot.dialog.replies import reply
from bot.dialog.scene import Scene
from knowledge.matching import Found
from knowledge.model import Agency


def agency_of(scene: Scene, found: Found) -> Agency | None:
    """The body that a message is about, where it books its own appointments: read surely, or named in it."""
    base = scene.around.known.base
    if not found.candidates or found.decision == "unknown":
        return None
    unit = base.entry(found.candidates[0].entry).unit
    agency = next((each for each in base.agencies if each.id == unit), None)
    if agency and (found.decision == "answer" or any(word.startswith(agency.id) for word in scene.words)):
        return agency
    return None


async def show(scene: Scene, agency: Agency) -> None:
    """Say that the body books its own appointments, and where."""
    text = scene.say("booking.agency", name=agency.name.in_(scene.language))
    choices = [] if scene.talk.booking else [scene.say(f"dialog.choose_{each}") for each in ("book", "person")]
    paragraphs = [text, _line(scene, agency), scene.say("booking.agency_help")]
    await scene.reply(reply(scene.language, "help", "\n\n".join(paragraphs), choices=choices))


async def show_all(scene: Scene) -> None:
    """All of them, with the way to each."""
    lines = "\n".join(f"- {_line(scene, each)}" for each in scene.around.known.base.agencies)
    await scene.reply(reply(scene.language, "help", f"{scene.say('booking.agencies_about')}\n\n{lines}"))


def _line(scene: Scene, agency: Agency) -> str:
    name = f"[{agency.name.in_(scene.language)}]({agency.url})"
    demo = f" ({scene.say('visit.agency_demo')})" if agency.demo else ""
    phone = f" {agency.phone}" if agency.phone else ""
    return f"{name}{demo}: {agency.about.in_(scene.language)}.{phone}"
