"""Greeting, small talk and the word about identity codes: short, dignified, with a way on."""

from __future__ import annotations

from bot.dialog.replies import reply
from bot.dialog.scene import Scene

STARTERS = ("asukaspysakointi", "paivahoitohaku", "aukioloajat")
"""Entries offered to begin with, where the knowledge base has them."""


_LEADS_ON = frozenset({"abuse", "bot", "greeting", "joke", "bored", "unsure", "how"})


async def greet(scene: Scene) -> None:
    """Say that this is a bot and that a person can be had (Act 306/2019, 6 a §); offer a few beginnings."""
    entries = {entry.id: entry for entry in scene.around.known.base.entries}
    starters = [entries[each] for each in STARTERS if each in entries]
    choices = [entry.title.in_(scene.language) for entry in starters]
    choices += [scene.say("dialog.choose_book"), scene.say("dialog.choose_person")]
    scene.talk.offered, scene.talk.clarifying = [entry.id for entry in starters], False
    await scene.reply(reply(scene.language, "greeting", scene.say("dialog.greeting"), choices=choices))


async def small_talk(scene: Scene, kind: str) -> None:
    """Answer small talk of `kind`."""
    choices = [scene.say(f"dialog.choose_{each}") for each in ("help", "person")] if kind in _LEADS_ON else []
    await scene.reply(reply(scene.language, "smalltalk", scene.say(f"smalltalk.{kind}"), choices=choices))
    scene.record("smalltalk", about=kind)


async def remind_of_codes(scene: Scene) -> None:
    """Tell that an identity code was taken out of the message."""
    key = "dialog.masked" if scene.words or scene.talk.booking else "dialog.masked_only"
    await scene.reply(reply(scene.language, "notice", scene.say(key)))
