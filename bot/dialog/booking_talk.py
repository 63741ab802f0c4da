"""A booking by chat: hears the answer to the step that is open, asks the next, and confirms."""

from __future__ import annotations

from datetime import date

from bot.dialog import booking_agencies as agencies
from bot.dialog import booking_holds as holds
from bot.dialog import booking_needs as needs
from bot.dialog import booking_replies as replies
from bot.dialog.booking import STEPS, TIMED, Step, back, clear, next_step, settle
from bot.dialog.booking_choices import CLEARED, NO_MORE, NOTHING, Choice, moment_choice
from bot.dialog.booking_course import Course, note
from bot.dialog.booking_hearing import YES, at_clock, contact_in, line_to_change, name_in, pick, wants_more_time
from bot.dialog.foreign import recall
from bot.dialog.phrases import plain_words
from bot.dialog.replies import reply
from bot.dialog.scene import Scene
from bot.dialog.talk import Draft
from bot.locale.tongues import tongue
from services.clock import local
from services.errors import Invalid

_MORE = "lisaa seuraavat muita mer fler nasta more next others"
_QUESTION_WORDS = 3


async def start(scene: Scene, draft: Draft, lead: str = "") -> None:
    """Start a booking with what is known already; `lead` says it."""
    note(scene, draft, "started")
    await _Answer(scene, draft, await holds.calendar(scene, draft)).ask(lead)


async def take(scene: Scene) -> bool:
    """Hear an answer in the booking that is going on. False where it is no answer but a question of its own."""
    return await (await _going_on(scene)).hear()


async def again(scene: Scene) -> None:
    """Ask the open question once more, after something else came between."""
    await (await _going_on(scene)).ask()


async def step_back(scene: Scene) -> None:
    """Back to the question before."""
    draft = _draft(scene)
    lead = "" if back(draft) else scene.say("booking.first")
    await _Answer(scene, draft, await holds.calendar(scene, draft)).ask(lead)


async def stop(scene: Scene) -> None:
    """Give the booking up, and say so; nothing was reserved."""
    give_up(scene)
    choices = [scene.say("dialog.choose_book"), scene.say("dialog.choose_person")]
    await scene.reply(reply(scene.language, "booking", scene.say("booking.stopped"), choices=choices))


def give_up(scene: Scene) -> None:
    """Forget the booking, and give back the time that was kept for it."""
    draft = _draft(scene)
    holds.give_back(scene, draft)
    note(scene, draft, "abandoned", step=next_step(draft))
    scene.talk.booking = {}


def asks_for_language(scene: Scene) -> bool:
    """Whether "englanniksi" is an answer now, and not the wish to talk English here."""
    return bool(scene.talk.booking) and next_step(_draft(scene)) == "language"


def _draft(scene: Scene) -> Draft:
    return Draft.from_json(scene.talk.booking)


async def _going_on(scene: Scene) -> _Answer:
    draft = _draft(scene)
    return _Answer(scene, draft, await holds.calendar(scene, draft))


class _Answer(Course):
    """What the citizen says to the open question."""

    async def hear(self) -> bool:
        """Take the message as the answer to the open step, or as a wish to change another."""
        if self._changed() or self._turned_page():
            self._keep()
            await recall(self._scene.talk)
            await self.ask(self._noted())
            return True
        if self._alternative():
            await self.ask(self._taken_down())
            return True
        step = next_step(self._draft)
        if step == "topic" and await self._heard_agency():
            await self.ask()
            return True
        if step in TIMED and wants_more_time(self._scene.words):
            await self._hold_longer()
            return True
        if step == "check":
            return await self._hear_check()
        if step in {"name", "contact"}:
            problem = self._hear_words(step)
            if problem and "?" in self._scene.text and await self._is_a_question():
                return False
            await self.ask(problem)
            return True
        if "?" in self._scene.text and step == "needs" and await self._is_a_question():
            return False
        if self._hear_needs() if step == "needs" else await self._hear_choice(step):
            self._keep()
            await recall(self._scene.talk)
            await self.ask(self._taken_down())
            return True
        if await self._is_a_question():
            return False
        if step == "time" and self._scene.refused:
            await self.ask(f"{self._scene.say('booking.taken')} {self._scene.say('booking.others')}")
            return True
        await self.ask(self._scene.say(f"booking.unclear_{step if step in {'day', 'time'} else 'choice'}"))
        return True

    async def _heard_agency(self) -> bool:
        """Whether the state's services are wished for, or one of them: they are shown, and nothing is booked."""
        if self._said("booking.agencies"):
            await agencies.show_all(self._scene)
            return True
        offered = self._choices("topic")
        if pick("topic", self._scene.text, offered, replies.shown("topic", self._draft, offered), date.min):
            return False
        agency = agencies.agency_of(self._scene, await self._scene.read(self._scene.text))
        if agency:
            await agencies.show(self._scene, agency)
        return agency is not None

    def _hear_needs(self) -> bool:
        """Take what is needed, one thing or several; whether anything was understood."""
        scene, draft = self._scene, self._draft
        today = local(scene.turn.now).date()
        offered = self._choices("needs")
        button = pick("day", scene.text, offered, offered, today)  # its words or its number, and nothing like them
        if draft.which:
            its = button.value if button else needs.which_language(scene.words, scene.text)
            draft.interpreter, draft.which = its or draft.interpreter, its is None
            return its is not None
        value = button.value if button else None
        said = needs.told((value,) if value == needs.SIGN else scene.words)
        if value == CLEARED:
            draft.needs, draft.interpreter = [], None
        elif value in {NOTHING, NO_MORE} or (value is None and said.nothing):
            draft.needs_told = True
        elif value in needs.offered(draft.place):
            draft.needs.append(str(value))
        elif value == "interpreter":
            draft.interpreter, draft.which = needs.UNKNOWN, True
        elif value == needs.SIGN:
            draft.interpreter = scene.say("booking.sign_language")
        else:
            needs.take(draft, said, scene.say("booking.sign_language"))
            return bool(said)
        return True

    async def _hear_choice(self, step: Step) -> bool:
        offered = self._choices(step)
        today = local(self._scene.turn.now).date()
        chosen = pick(step, self._scene.text, offered, replies.shown(step, self._draft, offered), today)
        if chosen is None and step == "topic":
            chosen = await self._topic_meant(offered)
        if chosen is None:
            return False
        self._draft.page, self._draft.alternatives = 0, []
        if step == "time":
            self._take_slot(chosen)
        else:
            setattr(self._draft, step, chosen.value)
        if step == "day" and (time := at_clock(self._scene.text, self._choices("time"))):
            self._take_slot(time)
        settle(self._draft, self._calendar.topics)
        return True

    def _taken_down(self) -> str:
        """The time that was just chosen: "klo 10" may have become 10.40."""
        slot = self._slot() if next_step(self._draft) == "name" else None
        return self._scene.say("booking.chosen", when=moment_choice(slot, self._scene.language).label) if slot else ""

    def _noted(self) -> str:
        """The interpreter that is wished for, while the expert's language is still open."""
        code = self._draft.interpreter if next_step(self._draft) == "language" else None
        return replies.interpreter_line(self._scene, code) if code else ""

    async def _topic_meant(self, offered: list[Choice]) -> Choice | None:
        """The topic of the matter that the words are about, as the matcher reads them."""
        found = await self._scene.read(self._scene.text)
        if found.decision == "unknown" or not found.candidates:
            return None
        topic = self._scene.around.known.base.entry(found.candidates[0].entry).remote.topic
        return next((choice for choice in offered if choice.value == topic), None)

    def _hear_words(self, step: Step) -> str:
        """Take a name or a contact; what is wrong with it, or nothing."""
        try:
            if step == "name":
                self._draft.name = name_in(self._scene.text)
            else:
                self._draft.email, self._draft.phone = contact_in(self._scene.text)
        except Invalid as invalid:
            return self._scene.say(f"booking.wrong_{invalid.field}")
        return ""

    async def _hear_check(self) -> bool:
        said = self._scene.words
        if self._said("booking.confirm") or (said and set(said) <= set(YES.split())):
            await self._confirm()
            return True
        if await self._is_a_question():
            return False
        await self.ask(self._scene.say("booking.unclear_check"))
        return True

    def _alternative(self) -> bool:
        """Whether one of the times offered in place of a taken one is meant."""
        slots = [slot for each in self._draft.alternatives if (slot := self._calendar.slot(each))]
        offered = [moment_choice(slot, self._scene.language) for slot in slots]
        today = local(self._scene.turn.now).date()
        chosen = pick("place", self._scene.text, offered, offered, today) if offered else None
        if chosen is None or len(plain_words(self._scene.text)) > len(plain_words(chosen.label)):
            return False
        self._take_slot(chosen)
        return True

    def _changed(self) -> bool:
        """Whether a line of the summary is to be changed: "Muuta päivää"."""
        for step in STEPS[:-1]:
            if self._said(f"booking.change_{step}"):
                clear(self._draft, step)
                return True
        if self._said("booking.no_interpreter"):
            self._draft.interpreter, self._draft.which = None, False
            return True
        wished = plain_words(replies.interpreter_choice(self._scene))
        if wished and self._scene.words == tuple(wished):
            self._draft.interpreter = tongue(self._scene.talk.foreign).code
            return True
        step = next_step(self._draft)
        if step in {"language", "check"} and (said := needs.told(self._scene.words)) and not said.nothing:
            needs.take(self._draft, said, self._scene.say("booking.sign_language"))
            return True
        meant = line_to_change(self._scene.words) if step == "check" else None
        if meant:
            clear(self._draft, meant)
        return meant is not None

    def _turned_page(self) -> bool:
        step = next_step(self._draft)
        size = replies.PAGE.get(step)
        if size is None or not (
            self._said("booking.more") or (self._scene.words and set(self._scene.words) <= set(_MORE.split()))
        ):
            return False
        pages = -(-len(self._choices(step)) // size) or 1
        self._draft.page = (self._draft.page + 1) % pages
        return True

    async def _is_a_question(self) -> bool:
        """Whether the message is a matter of its own: it is answered, and the booking goes on after it."""
        if len(self._scene.words) < _QUESTION_WORDS:
            return False
        found = await self._scene.read(self._scene.text)
        return found.decision == "answer"

    def _said(self, key: str) -> bool:
        """Whether the message is the text of a button."""
        return self._scene.words == tuple(plain_words(self._scene.say(key)))
