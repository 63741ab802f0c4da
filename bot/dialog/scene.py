"""What one turn works with: the message, what is remembered, what is known, and the ways to reply and to record."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

from botbuilder.schema import Activity

from bot.dialog.adapter import Turn
from bot.dialog.talk import Talk
from bot.dialog.understand import Understood
from bot.locale import say
from bot.settings import Settings
from knowledge.matching import Found
from knowledge.meaning.sentences import Sentences
from knowledge.model import Language
from knowledge.reading import read
from knowledge.store import Known
from services.conversations.acts import Act
from services.database import Database
from services.errors import SlotTaken
from services.events.acts import Event


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a turn may reach. `known` is one revision of the knowledge base; `secret` signs links; `sentences` is the
    sentence model, where there is one."""

    known: Known
    database: Database
    settings: Settings
    secret: str
    sentences: Sentences | None = None


@dataclass(slots=True)
class Scene:
    """One message's turn. `words` as the phrase tables want them; `heard`: what is recognised without the matcher.

    `session` ties the events of the talk together. `refused`: the slot that was taken while this turn was committed.
    `notice`: what the next reply says first, in a language that the citizen writes and we do not speak.
    """

    turn: Turn
    around: Surroundings
    talk: Talk
    session: str
    text: str = ""
    words: tuple[str, ...] = ()
    heard: Understood | None = None
    refused: SlotTaken | None = None
    notice: str = ""

    @property
    def language(self) -> Language:
        """The language the bot speaks in this talk."""
        return self.talk.speaks

    @property
    def conversation(self) -> str:
        return str(self.turn.activity.conversation.id)

    async def read(self, text: str) -> Found:
        """The reading of `text`, in the light of the language of the talk; noted with its way and its time in ms."""
        started = perf_counter()
        found = await read(self.around.known.matcher, self.around.sentences, text, language=self.language)
        self.record("question.read", way=found.way, ms=round((perf_counter() - started) * 1000, 1))
        return found

    def say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    async def reply(self, activity: Activity) -> None:
        """Speak, once the turn is committed."""
        await self.turn.send_activities([activity])

    def record(
        self, kind: str, *, unit: str | None = None, entry: str | None = None, place: str | None = None, **data: Any
    ) -> None:
        """Note for statistics that something happened; never what the citizen wrote."""
        at = self.turn.now
        self.turn.outcome.events.append(Event(at, kind, self.session, self.language, unit, entry, place, data))

    def act(self, act: Act) -> None:
        """Have `act` done in the turn's transaction."""
        self.turn.outcome.acts.append(act)
