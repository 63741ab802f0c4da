"""What commands do. They work at any time, in the middle of a booking too."""

from __future__ import annotations

from bot.dialog import answering, booking_talk
from bot.dialog.booking_begin import begin
from bot.dialog.commands import SWITCHES
from bot.dialog.replies import reply
from bot.dialog.scene import Scene
from bot.dialog.talk import Person, Talk
from bot.dialog.welcome import greet


async def obey(scene: Scene, person: Person, command: str) -> bool:
    """Do what is asked; False where the words are no command now."""
    booking = bool(scene.talk.booking)
    if command in SWITCHES:
        await _switch(scene, person, SWITCHES[command])
    elif command == "over":
        if booking:
            booking_talk.give_up(scene)
        scene.talk = Talk(language=scene.talk.language)
        await greet(scene)
    elif command in {"cancel", "stop_booking"} and booking:
        await booking_talk.stop(scene)
    elif command == "back" and booking:
        await booking_talk.step_back(scene)
    elif command == "book":
        await (booking_talk.again(scene) if booking else begin(scene))
    elif command == "stop_booking":
        return False
    else:
        await _explain(scene, command)
        if booking:
            await booking_talk.again(scene)
    return True


async def _explain(scene: Scene, command: str) -> None:
    if command == "person":
        await answering.person(scene)
        return
    key = "help_booking" if command == "help" and scene.talk.booking else command
    choices = [] if scene.talk.booking else [scene.say(f"dialog.choose_{each}") for each in ("book", "person")]
    await scene.reply(reply(scene.language, "help", scene.say(f"dialog.{key}"), choices=choices))


async def _switch(scene: Scene, person: Person, language: str) -> None:
    """Speak `language` from now on; what a citizen chose expressly stays, in later talks too."""
    person.language = scene.talk.language = language
    scene.record("language.switched", chosen=True)
    await scene.reply(reply(scene.language, "notice", scene.say("dialog.switched")))
    if scene.talk.booking:
        await booking_talk.again(scene)
