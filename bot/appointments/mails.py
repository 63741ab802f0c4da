"""The mail that tells of an appointment's change, with its invitation; and the calendar file to fetch.

Neither names the topic: what a talk is about can be secret, and mail and calendars are read over shoulders.
"""

from __future__ import annotations

from functools import partial

from bot.appointments.offer import places
from bot.locale import say, spoken
from bot.locale.dates import clock, day
from bot.locale.tongues import named
from bot.settings import Settings
from knowledge.model import KnowledgeBase, Place
from services.appointments.acts import Appointment, Compose, Kind
from services.appointments.invitation import Method, Words, invitation
from services.outbox.acts import Mail
from services.video.window import opens_at


def manage_url(settings: Settings, token: str) -> str:
    """The address of a citizen's own appointment."""
    return f"{settings.public_url}/appointments/{token}"


def join_url(settings: Settings, token: str) -> str:
    """The address of the appointment's video room."""
    return f"{settings.public_url}/meet/{token}"


def composer(base: KnowledgeBase, settings: Settings) -> Compose:
    """What writes the mail of an appointment in its language; None for an appointment without an address."""
    known = places(base)

    def compose(appointment: Appointment, kind: Kind) -> Mail | None:
        if appointment.email is None:
            return None
        method: Method = "CANCEL" if kind == "cancelled" else "REQUEST"
        place = known.get(appointment.place)
        language = spoken(appointment.language)
        when = {"day": day(appointment.start, language), "starts": clock(appointment.start, language)}
        return Mail(
            recipient=appointment.email,
            language=language,
            subject=say(language, f"mail.subject_{kind}", **when),
            text=_text(appointment, kind, place, settings),
            calendar=invitation(appointment, method, _words(appointment, place, settings), settings.mail_from),
            calendar_method=method,
        )

    return compose


def calendar_file(appointment: Appointment, base: KnowledgeBase, settings: Settings) -> str:
    """The calendar file that a citizen fetches from the appointment's page."""
    method: Method = "CANCEL" if appointment.state == "cancelled" else "PUBLISH"
    place = places(base).get(appointment.place)
    return invitation(appointment, method, _words(appointment, place, settings), settings.mail_from)


def language_name(language: str, of: str) -> str:
    """The name of language `of` in `language`; its code where the catalogue has no name for it."""
    return say(language, f"appointment.language_{of}") if of == spoken(of) else of


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


def _text(appointment: Appointment, kind: Kind, place: Place | None, settings: Settings) -> str:
    language = spoken(appointment.language)
    tell = partial(say, language)
    facts = [
        tell("mail.time", day=day(appointment.start, language), starts=clock(appointment.start, language),
             ends=clock(appointment.end, language)),
        tell("mail.place", place=place_name(place, language) or appointment.place),
        tell("mail.language", name=language_name(language, appointment.language)),
    ]  # fmt: skip
    if appointment.interpreter:
        facts.append(tell("mail.interpreter", name=interpreter_name(language, appointment.interpreter)))
    paragraphs = [tell("mail.greeting", name=appointment.name), tell(f"mail.lead_{kind}"), "\n".join(facts)]
    if kind != "cancelled":
        url, opens = join_url(settings, appointment.token), clock(opens_at(appointment, "citizen"), language)
        paragraphs.append(tell("mail.join", url=url, opens=opens))
        if appointment.place == "home":
            paragraphs.append(tell("mail.check", url=f"{url}?check=1"))
        ready = to_prepare(place, language)
        if ready:
            paragraphs.append("\n".join([tell("mail.ready"), *(f"- {thing}" for thing in ready)]))
        paragraphs.append(tell("mail.manage", url=manage_url(settings, appointment.token)))
    if appointment.demo:
        paragraphs.append(tell("mail.demo"))
    paragraphs.append(tell("mail.signature"))
    return "\n\n".join(paragraphs) + "\n"
