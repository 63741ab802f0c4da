"""The mail and the text message that tell of an appointment's change, and the calendar file to fetch.

Neither names the topic: what a talk is about can be secret, and mail and calendars are read over shoulders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from bot.appointments.offer import places
from bot.appointments.texts import text_message
from bot.locale import say, spoken
from bot.locale.dates import clock, day
from bot.locale.tongues import named
from bot.settings import Settings
from knowledge.model import KnowledgeBase, Place
from services.appointments.acts import Appointment, Compose, Kind
from services.appointments.invitation import Method, Words, invitation
from services.appointments.slots import Slot
from services.outbox.acts import Mail, Message
from services.video.window import OFF, opens_at

_OURS = {"staff", "expert"}
_TO_COME = {"confirmed", "moved", "reminder"}


def manage_url(settings: Settings, token: str) -> str:
    """The address of a citizen's own appointment."""
    return f"{settings.public_url}/appointments/{token}"


def join_url(settings: Settings, token: str) -> str:
    """The address of the appointment's video room."""
    return f"{settings.public_url}/meet/{token}"


def composer(base: KnowledgeBase, settings: Settings) -> Compose:
    """What writes the messages of an appointment in its language, to the address and the number that there are.

    Text messages only where there is a gateway. A reminder has no calendar object: calendars have it already.
    """
    known = places(base)

    def compose(appointment: Appointment, kind: Kind, offers: Sequence[Slot] = ()) -> list[Message]:
        messages: list[Message] = []
        if appointment.email is not None:
            messages.append(_mail(appointment, appointment.email, kind, _Letter(appointment, known, settings), offers))
        if appointment.phone is not None and settings.sms_url is not None:
            text = text_message(appointment, kind, manage_url(settings, appointment.token))
            messages.extend([text] if text else [])
        return messages

    return compose


def calendar_file(appointment: Appointment, base: KnowledgeBase, settings: Settings) -> str:
    """The calendar file that a citizen fetches from the appointment's page."""
    method: Method = "CANCEL" if appointment.state in OFF else "PUBLISH"
    place = places(base).get(appointment.place)
    return invitation(appointment, method, _words(appointment, place, settings), settings.mail_from)


def interpreter_name(language: str, wished: str | None) -> str:
    """The interpreting that was wished for, in `language`: a code as its language's name, other words as they are."""
    if wished is None:
        return ""
    return say(language, "appointment.interpreter_wished") if wished == "yes" else named(wished, language)


def place_name(place: Place | None, language: str) -> str:
    """The place's name and address in one line; empty where the knowledge base no longer has the place."""
    return ", ".join(filter(None, (place.name.in_(language), place.address))) if place else ""


def to_prepare(place: Place | None, language: str) -> tuple[str, ...]:
    """What to have ready, or what is there, at the place."""
    return place.equipment.in_(language) if place else ()


def _words(appointment: Appointment, place: Place | None, settings: Settings) -> Words:
    language = spoken(appointment.language)
    at_home = appointment.place == "home"
    return Words(
        summary=say(language, "mail.summary"),
        location=join_url(settings, appointment.token) if at_home else place_name(place, language),
        description="\n".join([say(language, "mail.description"), *to_prepare(place, language)]),
    )


def _mail(appointment: Appointment, recipient: str, kind: Kind, letter: _Letter, offers: Sequence[Slot]) -> Mail:
    language = letter.language
    method: Method | None = None if kind == "reminder" else "CANCEL" if appointment.state in OFF else "REQUEST"
    words = _words(appointment, letter.place, letter.settings)
    return Mail(
        recipient=recipient,
        language=language,
        subject=say(
            language,
            f"mail.subject_{kind}",
            day=day(appointment.start, language),
            starts=clock(appointment.start, language),
        ),
        text=letter.text(kind, offers),
        calendar=method and invitation(appointment, method, words, letter.settings.mail_from),
        calendar_method=method,
    )


class _Letter:
    """The text of a mail: a greeting, what happened, the facts, what to do, who writes."""

    def __init__(self, appointment: Appointment, known: Mapping[str, Place], settings: Settings) -> None:
        self.appointment, self.settings = appointment, settings
        self.language = spoken(appointment.language)
        self.place = known.get(appointment.place)
        self._known = known
        self._tell = partial(say, self.language)
        self._page = manage_url(settings, appointment.token)

    def text(self, kind: Kind, offers: Sequence[Slot]) -> str:
        booked = self.appointment
        paragraphs = [self._tell("mail.greeting", name=booked.name), *self._lead(kind), "\n".join(self._facts(kind))]
        match kind:
            case "cancelled" if booked.cancelled_by in _OURS:
                paragraphs.append(self._tell("mail.again", url=f"{self.settings.public_url}/{self.language}"))
            case "cancelled":
                pass
            case "displaced":
                paragraphs.extend(self._other_times(offers))
            case "phone":
                paragraphs.append(self._tell("mail.see", url=self._page))
            case _:
                paragraphs.extend(self._how_to_meet())
        if booked.demo:
            paragraphs.append(self._tell("mail.demo"))
        paragraphs.append(self._tell("mail.signature"))
        return "\n\n".join(paragraphs) + "\n"

    def _lead(self, kind: Kind) -> Iterator[str]:
        booked = self.appointment
        if kind == "cancelled" and booked.cancelled_by in _OURS:
            yield self._tell(f"mail.lead_cancelled_{booked.cancelled_by}")
            if booked.reason:
                yield self._tell("mail.reason", reason=booked.reason)
        else:
            yield self._tell(f"mail.lead_{kind}", phone=booked.phone)

    def _facts(self, kind: Kind) -> Iterator[str]:
        booked, tell = self.appointment, self._tell
        yield tell(
            "mail.time",
            day=day(booked.start, self.language),
            starts=clock(booked.start, self.language),
            ends=clock(booked.end, self.language),
        )
        if kind != "phone":
            yield tell("mail.place", place=place_name(self.place, self.language) or booked.place)
        if kind in _TO_COME:
            yield from self._at_the_place()
        yield tell("mail.language", name=named(booked.language, self.language))
        if booked.interpreter:
            name = interpreter_name(self.language, booked.interpreter)
            state = booked.interpreter_state and tell(f"life.interpreter_{booked.interpreter_state}")
            yield (
                tell("mail.interpreter_state", name=name, state=state) if state else tell("mail.interpreter", name=name)
            )
        if booked.needs and kind in _TO_COME:
            yield tell("mail.needs", needs=", ".join(tell(f"life.need_{need}") for need in booked.needs))

    def _at_the_place(self) -> Iterator[str]:
        """The room, the way in, and whether somebody helps; nothing of what is not known."""
        place = self.place
        if place is None:
            return
        room = next((room.name for room in place.rooms if room.id == self.appointment.room and room.name), None)
        if room is not None:
            yield self._tell("mail.room", name=room.in_(self.language))
        if place.step_free is not None:
            yield self._tell("mail.step_free" if place.step_free else "mail.not_step_free")
        if place.help is not None:
            yield self._tell(f"mail.help_{place.help}")

    def _how_to_meet(self) -> Iterator[str]:
        booked, tell = self.appointment, self._tell
        url = join_url(self.settings, booked.token)
        yield tell("mail.join", url=url, opens=clock(opens_at(booked, "citizen"), self.language))
        if booked.place == "home":
            yield tell("mail.check", url=f"{url}?check=1")
        ready = to_prepare(self.place, self.language)
        if ready:
            yield "\n".join([tell("mail.ready"), *(f"- {thing}" for thing in ready)])
        yield tell("mail.manage", url=self._page)

    def _other_times(self, offers: Sequence[Slot]) -> Iterator[str]:
        """A link for each time, where it is confirmed by one press, and one to all the others."""
        if offers:
            yield self._tell("mail.offers")
        for slot in offers:
            yield self._tell(
                "mail.offer",
                day=day(slot.start, self.language),
                starts=clock(slot.start, self.language),
                place=place_name(self._known.get(slot.place), self.language) or slot.place,
                url=f"{self._page}/move?slot={slot.id}",
            )
        yield self._tell("mail.others", url=f"{self._page}/move")
