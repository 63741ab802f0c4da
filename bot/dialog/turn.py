"""One turn of the conversation: the order in which a message is looked at."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from botbuilder.core import ActivityHandler
from botbuilder.schema import ChannelAccount

from bot.dialog import answering, booking_agencies, booking_talk, foreign
from bot.dialog.adapter import BOT, Turn, TurnStorage, states
from bot.dialog.booking_begin import begin, chose_interpreter
from bot.dialog.carrying_on import carry_over, go_on
from bot.dialog.commanding import obey
from bot.dialog.commands import SWITCHES, wishes_to_book
from bot.dialog.following import follow_up
from bot.dialog.phrases import plain_words
from bot.dialog.questions import asks_for_a_verdict
from bot.dialog.replies import reply
from bot.dialog.scene import Scene, Surroundings
from bot.dialog.talk import Person, Talk
from bot.dialog.understand import recognise
from bot.dialog.welcome import greet, remind_of_codes, small_talk
from bot.locale import say, spoken
from knowledge.matching import Found
from knowledge.model import LANGUAGES
from services.errors import NotFound, SlotTaken
from services.feedback.acts import VOTES, vote
from services.ids import digest
from services.privacy.masking import MASK

__all__ = ["Porina", "Surroundings"]

_SESSION = 32
_SURE_WORDS = 2  # one word is too little to change the language of a talk for


class Porina(ActivityHandler):  # type: ignore[misc]
    """Decides one turn; made anew for each. `refused`: the slot that was taken while this turn was committed before."""

    def __init__(self, storage: TurnStorage, refused: SlotTaken | None, surroundings: Surroundings) -> None:
        self._conversation, self._user = states(storage)
        self._talk = self._conversation.create_property("talk")
        self._person = self._user.create_property("person")
        self._refused = refused
        self._around = surroundings

    async def on_turn(self, turn_context: Turn) -> None:
        await super().on_turn(turn_context)
        await self._conversation.save_changes(turn_context)
        await self._user.save_changes(turn_context)

    async def on_message_activity(self, turn_context: Turn) -> None:
        scene, person = await self._recall(turn_context)
        for look in (
            self._masked,
            self._emergency,
            self._empty,
            self._command,
            self._booking,
            self._choice,
            self._smalltalk,
            self._question,
        ):
            if await look(scene, person):
                break
        await self._remember(scene, person)

    async def on_members_added_activity(self, members_added: list[ChannelAccount], turn_context: Turn) -> None:
        if all(member.id == BOT.id for member in members_added):
            return
        scene, person = await self._recall(turn_context)
        scene.talk.language = person.language or spoken(turn_context.activity.locale)
        scene.record("conversation.started")
        await greet(scene)
        await self._remember(scene, person)

    async def on_message_reaction_activity(self, turn_context: Turn) -> None:
        answered, activity = turn_context.activity.reply_to_id, turn_context.activity
        given = [each.type for each in activity.reactions_added or () if each.type in VOTES]
        if not answered or not given:
            return
        scene, _ = await self._recall(turn_context)

        def keep(tx: Any) -> None:
            with suppress(NotFound):  # a vote for what is not there harms nobody
                vote(tx, scene.conversation, answered, given[-1], turn_context.now)

        scene.act(keep)
        scene.record("vote", vote=given[-1])

    async def on_event(self, turn_context: Turn) -> None:
        """Our page tells that its language was changed in the middle of a talk."""
        activity = turn_context.activity
        command = f"to_{activity.value}"
        if activity.name != "language" or command not in SWITCHES:
            return
        scene, person = await self._recall(turn_context)
        if activity.value != scene.language:
            await obey(scene, person, command)
            await self._remember(scene, person)

    async def on_invoke_activity(self, turn_context: Turn) -> None:
        """Not offered; botbuilder would answer with an activity of its own."""

    async def _masked(self, scene: Scene, _person: Person) -> bool:
        """Say that an identity code was taken out; then go on with the rest of the message."""
        if not scene.turn.masked:
            return False
        await remind_of_codes(scene)
        if scene.words:
            return False
        await self._go_on(scene)
        return True

    async def _emergency(self, scene: Scene, person: Person) -> bool:
        if scene.heard is None or scene.heard.kind != "safety":
            return False
        self._follow(scene, person, scene.heard.language)
        text = say(scene.heard.language, f"safety.{scene.heard.what}")
        await scene.reply(reply(spoken(scene.heard.language), "safety", text))
        scene.record("safety", alarm=scene.heard.what)
        return True

    async def _empty(self, scene: Scene, _person: Person) -> bool:
        """Files, emoji, blanks: nothing to read."""
        if scene.words:
            return False
        key = "dialog.attachment" if scene.turn.activity.attachments and not scene.text else "dialog.empty"
        await scene.reply(reply(scene.language, "notice", scene.say(key), choices=[scene.say("dialog.choose_help")]))
        await self._go_on(scene)
        return True

    async def _command(self, scene: Scene, person: Person) -> bool:
        if scene.heard is None or scene.heard.kind != "command":
            return False
        switches = scene.heard.what in SWITCHES
        if switches and booking_talk.asks_for_language(scene):
            return False  # "englanniksi" answers the question
        if not scene.talk.booking and not switches:
            self._follow(scene, person, scene.heard.language)
        return await obey(scene, person, scene.heard.what)

    async def _booking(self, scene: Scene, _person: Person) -> bool:
        return bool(scene.talk.booking) and await booking_talk.take(scene)

    async def _choice(self, scene: Scene, _person: Person) -> bool:
        """An interpreter, an offered entry, or none of them."""
        if await chose_interpreter(scene):
            return True
        if not scene.talk.offered:
            return False
        none = tuple(plain_words(scene.say("dialog.choose_none")))
        if scene.talk.clarifying and scene.words in {none, (str(len(scene.talk.offered) + 1),)}:
            scene.record("choice.taken", rank=0)
            await answering.unknown(scene, refused=True)
            return True
        entry = answering.chosen(scene)
        if entry is None:
            return False
        scene.record("choice.taken", entry=entry, rank=scene.talk.offered.index(entry) + 1)
        await answering.answer(scene, entry, verdict=scene.talk.clarifying and scene.talk.verdict)
        return True

    async def _smalltalk(self, scene: Scene, person: Person) -> bool:
        if scene.heard is None or scene.heard.kind != "smalltalk":
            return False
        self._follow(scene, person, scene.heard.language)
        await small_talk(scene, scene.heard.what)
        return True

    async def _question(self, scene: Scene, person: Person) -> bool:
        found = await scene.read(scene.text)
        last, asked = answering.last_entry(scene), follow_up(scene.words)
        if not (last and asked and foreign.is_foreign(found.language)):  # "mis se on" is Finnish, not Estonian
            await self._listen(scene, person, found.language)
        wishes = wishes_to_book(scene.words)
        agency = booking_agencies.agency_of(scene, found) if wishes else None
        if agency:
            await booking_agencies.show(scene, agency)
            await self._go_on(scene)
            return True
        topic = self._topic_of(found) if wishes and not scene.talk.booking else None
        if topic:
            await begin(scene, topic)
            return True
        verdict = asks_for_a_verdict(scene.words)
        if last and asked:
            await carry_over(scene, last, asked)
        elif last and await go_on(scene, last, found):
            pass
        elif answering.sure_needs(found):
            await answering.answer_needs(scene, found, verdict=verdict)
        elif found.decision == "answer":
            await answering.answer(scene, found.candidates[0].entry, found=found, verdict=verdict)
        elif found.decision == "clarify":
            await answering.clarify(scene, found, verdict=verdict)
        else:
            await answering.unknown(scene, found)
        await self._go_on(scene)
        return True

    def _topic_of(self, found: Found) -> str | None:
        """What an expert can be met about in the matter found; None where nobody but the desk can."""
        if found.decision == "unknown" or not found.candidates:
            return None
        entry = self._around.known.base.entry(found.candidates[0].entry)
        return entry.remote.topic if entry.remote.offered and entry.unit != answering.CUSTOMER_SERVICE else None

    async def _go_on(self, scene: Scene) -> None:
        """Something came between: ask the booking's open question again."""
        if scene.talk.booking:
            await booking_talk.again(scene)

    async def _listen(self, scene: Scene, person: Person, language: str) -> None:
        """Speak the language of a question; English where it is none of ours, until one of ours is written again."""
        if foreign.is_foreign(language):
            await foreign.meet(scene, language)
            language = "en"
        elif len(scene.words) < _SURE_WORDS:
            return
        else:
            scene.talk.foreign = ""
        if not scene.talk.booking:
            self._follow(scene, person, language)

    def _follow(self, scene: Scene, person: Person, language: str) -> None:
        """Speak the citizen's language, unless one was chosen expressly."""
        if language in LANGUAGES and language != scene.talk.language and not person.language:
            scene.talk.language = language
            scene.record("language.switched", chosen=False)

    async def _recall(self, turn: Turn) -> tuple[Scene, Person]:
        """The turn's scene, from what is remembered of the talk and of its citizen."""
        self._remembered = await self._talk.get(turn), await self._person.get(turn)
        talk, person = Talk.from_json(self._remembered[0]), Person.from_json(self._remembered[1])
        activity = turn.activity
        said = activity.text if isinstance(activity.text, str) else activity.value
        text = said.replace(MASK, " ").strip() if isinstance(said, str) else ""
        words = tuple(plain_words(text))
        await foreign.recall(talk)
        session = digest(f"{self._around.secret}:{activity.conversation.id}")[:_SESSION]
        heard = recognise(text, words, hint=talk.language)
        return Scene(turn, self._around, talk, session, text, words, heard, self._refused), person

    async def _remember(self, scene: Scene, person: Person) -> None:
        """Keep the states, where they changed."""
        for kept, accessor, before in zip(
            (scene.talk, person), (self._talk, self._person), self._remembered, strict=True
        ):
            if kept != type(kept).from_json(before):
                await accessor.set(scene.turn, kept.as_json())
