"""The course of a booking: asks what is open, keeps the time that was chosen, and books it."""

from __future__ import annotations

from datetime import timedelta

from bot.appointments.mails import composer, manage_url
from bot.dialog import booking_holds as holds
from bot.dialog import booking_replies as replies
from bot.dialog.booking import TIMED, Step, as_wish, asked, clear, next_step, settle
from bot.dialog.booking_choices import Choice, choices, free, moment_choice
from bot.dialog.scene import Scene
from bot.dialog.talk import Draft
from services.appointments.acts import booking_act, token_of
from services.appointments.calendar import Calendar
from services.appointments.holding import HELD
from services.appointments.slots import NEAREST, Slot
from services.clock import local
from services.errors import CitizenBusy

_LOOKED_AT = 12


def note(scene: Scene, draft: Draft, what: str, **data: str) -> None:
    """Record for statistics how the booking goes on."""
    scene.record(f"booking.{what}", place=draft.place, topic=draft.topic, **data)


class Course:
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
        slot = self._slot()
        if step in TIMED:
            if slot is None:
                clear(self._draft, "day")
                return await self.ask(self._scene.say("booking.too_late"))
            if not holds.is_kept(self._scene, self._draft, slot):
                slot = self._still_free(slot)
                if slot is None:
                    return await self._offer_instead()
                held = self._hold(slot)
                lead = lead if step == "check" else "\n\n".join(filter(None, [lead, held]))
        if step not in self._draft.asked or self._draft.asked[-1] != step:
            note(self._scene, self._draft, "step", step=step)
        asked(self._draft, step)
        self._keep()
        if step == "day" and not offered:
            await self._scene.reply(replies.nothing_free(self._scene, self._draft))
        elif step == "check" and slot:
            await self._scene.reply(replies.check(self._scene, self._draft, slot, lead))
        else:
            await self._scene.reply(replies.question(self._scene, step, self._draft, offered, lead))
        return None

    async def _confirm(self) -> None:
        scene, draft, slot = self._scene, self._draft, self._slot()
        if slot is None:
            await self.ask()
            return
        slot = None if isinstance(scene.refused, CitizenBusy) else self._still_free(slot)
        if slot is None:
            await self._offer_instead()
            return
        if not holds.until(draft):
            holds.give_back(scene, draft)
        wish = as_wish(draft, slot, scene.language, scene.session, holds.token(scene, draft))
        around = scene.around
        compose = composer(around.known.base, around.settings)
        scene.act(booking_act(wish, self._calendar.topics, scene.turn.now, around.secret, compose))
        scene.talk.booking = {}
        link = manage_url(around.settings, token_of(around.secret, wish.id))
        await scene.reply(replies.confirmed(scene, draft, slot, link))

    def _still_free(self, slot: Slot) -> Slot | None:
        """The slot, or the same time with another expert: for the citizen it is the same appointment. None: taken."""
        if not self._calendar.is_free(slot, interpreted=self._draft.interpreter is not None):
            same_time = free(self._draft, self._calendar, slot.start, slot.start + timedelta(minutes=1))
            if not same_time:
                return None
            slot = same_time[0]
        self._draft.slot = slot.id
        return slot

    def _hold(self, slot: Slot) -> str:
        """Have the time kept; how that is said."""
        return replies.kept(self._scene, holds.keep(self._scene, self._draft, slot))

    async def _hold_longer(self) -> None:
        """Keep the time longer, as was asked for; where it was let go meanwhile, `ask` has it kept anew."""
        slot = self._slot()
        if slot is None or not holds.is_kept(self._scene, self._draft, slot):
            await self.ask()
            return
        until = holds.keep_longer(self._scene, self._draft)
        is_last = until < self._scene.turn.now + HELD
        await self.ask(replies.kept(self._scene, until, "booking.held_longest" if is_last else "booking.held"))

    async def _offer_instead(self) -> None:
        """The time went to somebody else meanwhile, or the citizen is elsewhere then: say so, and offer the nearest."""
        scene, draft, slot = self._scene, self._draft, self._slot()
        why: replies.Why = "busy" if isinstance(scene.refused, CitizenBusy) else "taken"
        held = holds.until(draft)
        if scene.refused is None and held and held > scene.turn.now:  # ours still, but not for as long
            why = "too_short"
        nearest = self._nearest(slot) if slot else []
        note(scene, draft, "refused")
        clear(draft, "day")
        draft.alternatives = [other.id for other in nearest]
        asked(draft, "day")
        self._keep()
        offered = [moment_choice(other, scene.language) for other in nearest]
        await scene.reply(replies.taken(scene, offered, why))

    def _nearest(self, slot: Slot) -> list[Slot]:
        """The nearest free times that do not touch the slot's own."""
        interpreted = self._draft.interpreter is not None
        found = self._calendar.nearest_free(slot, _LOOKED_AT, self._draft.language, interpreted=interpreted)
        return [other for other in found if other.end <= slot.start or other.start >= slot.end][:NEAREST]

    def _take_slot(self, choice: Choice) -> None:
        slot = self._calendar.slot(choice.value)
        if slot is not None:
            self._draft.slot = slot.id
            self._draft.day = local(slot.start).date().isoformat()
            self._draft.alternatives = []

    def _slot(self) -> Slot | None:
        interpreted = self._draft.interpreter is not None
        return self._calendar.slot(self._draft.slot, interpreted=interpreted) if self._draft.slot else None

    def _choices(self, step: Step) -> list[Choice]:
        base = self._scene.around.known.base
        return choices(step, self._draft, base, self._calendar, self._scene.language)

    def _keep(self) -> None:
        self._scene.talk.booking = self._draft.as_json()
