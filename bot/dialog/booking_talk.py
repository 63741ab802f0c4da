"""A booking by chat: hears the answer to the step that is open, asks the next, and confirms."""

from __future__ import annotations

from datetime import timedelta

from bot.appointments.mails import composer, manage_url
from bot.appointments.offer import bookables
from bot.dialog import booking_replies as replies
from bot.dialog.booking import STEPS, Step, as_wish, asked, back, clear, next_step, settle
from bot.dialog.booking_choices import Choice, choices, moment_choice
from bot.dialog.booking_hearing import SIGN, YES, at_clock, contact_in, interpreter_in, line_to_change, name_in, pick
from bot.dialog.foreign import recall
from bot.dialog.phrases import plain_words
from bot.dialog.replies import reply
from bot.dialog.scene import Scene
from bot.dialog.talk import Draft
from bot.locale.tongues import tongue
from services.appointments.acts import booking_act, load_calendar, token_of
from services.appointments.slots import Calendar, Slot
from services.clock import local
from services.errors import Invalid

_MORE = "lisaa seuraavat muita mer fler nasta more next others"
_QUESTION_WORDS = 3


async def start(scene: Scene, draft: Draft, lead: str = "") -> None:
    """Start a booking with what is known already; `lead` says it."""
    _note(scene, draft, "started")
    await _Booking(scene, draft, await _calendar(scene)).ask(lead)


async def take(scene: Scene) -> bool:
    """Hear an answer in the booking that is going on. False where it is no answer but a question of its own."""
    return await _Booking(scene, _draft(scene), await _calendar(scene)).hear()


async def again(scene: Scene) -> None:
    """Ask the open question once more, after something else came between."""
    await _Booking(scene, _draft(scene), await _calendar(scene)).ask()


async def step_back(scene: Scene) -> None:
    """Back to the question before."""
    draft = _draft(scene)
    lead = "" if back(draft) else scene.say("booking.first")
    await _Booking(scene, draft, await _calendar(scene)).ask(lead)


async def stop(scene: Scene) -> None:
    """Give the booking up, and say so; nothing was reserved."""
    give_up(scene)
    choices = [scene.say("dialog.choose_book"), scene.say("dialog.choose_person")]
    await scene.reply(reply(scene.language, "booking", scene.say("booking.stopped"), choices=choices))


def give_up(scene: Scene) -> None:
    """Forget the booking."""
    draft = _draft(scene)
    _note(scene, draft, "abandoned", step=next_step(draft))
    scene.talk.booking = {}


def asks_for_language(scene: Scene) -> bool:
    """Whether "englanniksi" is an answer now, and not the wish to talk English here."""
    return bool(scene.talk.booking) and next_step(_draft(scene)) == "language"


def _note(scene: Scene, draft: Draft, what: str, **data: str) -> None:
    scene.record(f"booking.{what}", place=draft.place, topic=draft.topic, **data)


def _draft(scene: Scene) -> Draft:
    return Draft.from_json(scene.talk.booking)


async def _calendar(scene: Scene) -> Calendar:
    return await scene.around.database.read(load_calendar, bookables(scene.around.known.base), scene.turn.now)


class _Booking:
    """The booking of one turn: its draft and the calendar of this moment."""

    def __init__(self, scene: Scene, draft: Draft, calendar: Calendar) -> None:
        self._scene = scene
        self._draft = draft
        self._calendar = calendar
        settle(draft, calendar.topics)

    async def ask(self, lead: str = "") -> None:
        """Ask the first open step, and remember the draft."""
        step = next_step(self._draft)
        offered = self._choices(step)
        if step == "time" and not offered:  # the last time of the day went meanwhile
            clear(self._draft, "day")
            return await self.ask(lead or self._scene.say("booking.day_full"))
        if step == "check" and not self._slot():
            clear(self._draft, "day")
            return await self.ask(self._scene.say("booking.too_late"))
        if step not in self._draft.asked or self._draft.asked[-1] != step:
            _note(self._scene, self._draft, "step", step=step)
        asked(self._draft, step)
        self._keep()
        slot = self._slot()
        if step == "day" and not offered:
            await self._scene.reply(replies.nothing_free(self._scene, self._draft))
        elif step == "check" and slot:
            await self._scene.reply(replies.check(self._scene, self._draft, slot, lead))
        else:
            await self._scene.reply(replies.question(self._scene, step, self._draft, offered, lead))
        return None

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
        if step == "check":
            return await self._hear_check()
        if step in {"name", "contact"}:
            problem = self._hear_words(step)
            if problem and "?" in self._scene.text and await self._is_a_question():
                return False
            await self.ask(problem)
            return True
        if await self._hear_choice(step):
            await self.ask(self._taken_down())
            return True
        if await self._is_a_question():
            return False
        await self.ask(self._scene.say(f"booking.unclear_{'choice' if step in STEPS[:3] else step}"))
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

    async def _confirm(self) -> None:
        scene, draft, slot = self._scene, self._draft, self._slot()
        if slot is None:
            await self.ask()
            return
        if not self._calendar.is_free(slot):
            same_time = self._calendar.free(
                slot.topic, slot.place, draft.language, slot.start, slot.start + timedelta(minutes=1)
            )
            if not same_time:
                await self._offer_instead(slot)
                return
            slot = same_time[0]  # another expert is free: for the citizen it is the same appointment
        wish = as_wish(draft, slot, scene.language, scene.session)
        around = scene.around
        compose = composer(around.known.base, around.settings)
        scene.act(booking_act(wish, self._calendar.topics, scene.turn.now, around.secret, compose))
        scene.talk.booking = {}
        link = manage_url(around.settings, token_of(around.secret, wish.id))
        await scene.reply(replies.confirmed(scene, draft, slot, link))

    async def _offer_instead(self, slot: Slot) -> None:
        """The time went to somebody else meanwhile: say so, and offer the nearest."""
        scene, draft = self._scene, self._draft
        nearest = scene.refused.alternatives if scene.refused else ()
        nearest = nearest or tuple(self._calendar.nearest_free(slot, language=draft.language))
        _note(scene, draft, "refused")
        clear(draft, "day")
        draft.alternatives = [other.id for other in nearest]
        asked(draft, "day")
        self._keep()
        await scene.reply(replies.taken(scene, [moment_choice(other, scene.language) for other in nearest]))

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
            self._draft.interpreter = None
            return True
        wished = plain_words(replies.interpreter_choice(self._scene))
        if wished and self._scene.words == tuple(wished):
            self._draft.interpreter = tongue(self._scene.talk.foreign).code
            return True
        step = next_step(self._draft)
        if step in {"language", "check"} and (language := interpreter_in(self._scene.words)):
            self._draft.interpreter = self._scene.say("booking.sign_language") if language == SIGN else language
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

    def _take_slot(self, choice: Choice) -> None:
        slot = self._calendar.slot(choice.value)
        if slot is not None:
            self._draft.slot = slot.id
            self._draft.day = local(slot.start).date().isoformat()
            self._draft.alternatives = []

    def _slot(self) -> Slot | None:
        return self._calendar.slot(self._draft.slot) if self._draft.slot else None

    def _choices(self, step: Step) -> list[Choice]:
        base = self._scene.around.known.base
        return choices(step, self._draft, base, self._calendar, self._scene.language)

    def _keep(self) -> None:
        self._scene.talk.booking = self._draft.as_json()
