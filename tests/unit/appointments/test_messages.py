"""What mails and text messages say of each kind of change, and their calendar objects as two parsers read them."""

from __future__ import annotations

import itertools
import warnings
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from bookings import shipped
from icalendar import Calendar

from bot.appointments.mails import calendar_file, composer
from bot.appointments.texts import international
from bot.settings import Settings
from services.appointments.records import Appointment, State
from services.appointments.slots import Slot, encode
from services.appointments.telling import Kind
from services.outbox.acts import Mail, Sms

with warnings.catch_warnings():  # its parser generator announces its own future
    warnings.simplefilter("ignore")
    import ics

START = datetime(2026, 11, 30, 7, tzinfo=UTC)
KINDS: tuple[Kind, ...] = get_args(Kind)
STATE_AFTER: dict[Kind, State] = {"cancelled": "cancelled", "phone": "phone", "displaced": "displaced"}
METHODS = {
    "confirmed": "REQUEST",
    "moved": "REQUEST",
    "cancelled": "CANCEL",
    "displaced": "CANCEL",
    "phone": "CANCEL",
    "reminder": None,
}
TOKEN = "t" * 43  # as long as ours are
# 3GPP TS 23.038, the basic alphabet; what is in its extension takes two.
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
SETTINGS = Settings(public_url="https://porina.pori.fi", sms_url="https://sms.example/send")


def appointment(kind: Kind = "confirmed", **other: Any) -> Appointment:
    values: dict[str, Any] = {
        **dict.fromkeys(field.name for field in fields(Appointment)),
        "id": "8Wg4vW2cQqC3b1mZr0uX5w",
        "token": TOKEN,
        "expert": "demo-1",
        "expert_title": {"fi": "Neuvoja (demo)"},
        "demo": True,
        "topic": "pysakointi",
        "unit": "pysakointi",
        "place": "lavia",
        "language": "fi",
        "start": START,
        "end": START + timedelta(minutes=20),
        "name": "Karhu",
        "email": "karhu@example.fi",
        "phone": "044 123 4567",
        "needs": (),
        "same_expert": False,
        "state": STATE_AFTER.get(kind, "confirmed"),
        "sequence": KINDS.index(kind),
        "created_at": START - timedelta(days=6),
        "changed_at": START - timedelta(days=5),
        **other,
    }
    return Appointment(**values)


def mail(kind: Kind, offers: tuple[Slot, ...] = (), **other: Any) -> Mail:
    [written] = [
        each
        for each in composer(shipped(), SETTINGS)(appointment(kind, **other), kind, offers)
        if isinstance(each, Mail)
    ]
    return written


def sms(kind: Kind, **other: Any) -> list[Sms]:
    return [each for each in composer(shipped(), SETTINGS)(appointment(kind, **other), kind) if isinstance(each, Sms)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_calendar_object_of_each_kind(kind: Kind) -> None:
    written = mail(kind)
    assert written.calendar_method == METHODS[kind]
    if written.calendar is None:
        return
    calendar = Calendar.from_ical(written.calendar)
    [event] = calendar.walk("VEVENT")
    assert calendar["method"] == METHODS[kind]
    assert event["uid"] == "8Wg4vW2cQqC3b1mZr0uX5w@porina.pori.fi"
    assert event["sequence"] == KINDS.index(kind)
    status = "CANCELLED" if METHODS[kind] == "CANCEL" else "CONFIRMED"
    assert event["status"] == status
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = ics.Calendar(written.calendar)
    [same] = other.events
    assert (other.method, same.status, same.begin.datetime) == (METHODS[kind], status, START)
    fetched = Calendar.from_ical(calendar_file(appointment(kind), shipped(), SETTINGS))
    assert fetched["method"] == ("CANCEL" if METHODS[kind] == "CANCEL" else "PUBLISH")


def test_no_mail_or_text_names_the_topic() -> None:
    for kind, language in itertools.product(KINDS, ("fi", "sv", "en")):
        for each in (mail(kind, language=language), *sms(kind, language=language)):
            text = each.text if isinstance(each, Sms) else f"{each.subject} {each.text} {each.calendar}"
            assert not any(word in text.casefold() for word in ("pysäk", "parker", "parking")), (kind, language)


def test_who_cancelled_and_why() -> None:
    own = mail("cancelled", cancelled_by="citizen").text
    assert "Etätapaaminen on peruttu. Sinun ei tarvitse tehdä mitään." in own
    assert "Syy:" not in own
    for by, words in (("staff", "Asiakaspalvelu perui"), ("expert", "Asiantuntija perui")):
        told = mail("cancelled", cancelled_by=by, reason="Sairastuminen").text
        assert words in told
        assert "Syy: Sairastuminen" in told
        assert "https://porina.pori.fi/fi" in told
        assert "ei tarvitse tehdä" not in told


def test_new_times_by_one_link_each() -> None:
    slots = tuple(
        Slot(encode("demo-1", "pysakointi", "lavia", at), "demo-1", "pysakointi", "lavia", at, at, ("fi",))
        for at in (START + timedelta(days=1), START + timedelta(days=2))
    )
    told = mail("displaced", slots).text
    own = f"https://porina.pori.fi/appointments/{TOKEN}/move"
    links = [line for line in told.splitlines() if line.startswith("https:")]
    assert links == [*(f"{own}?slot={slot.id}" for slot in slots), own]
    assert "tiistai 1.12. klo 9.00, Lavia" in told
    assert "/meet/" not in told
    assert [line for line in mail("displaced").text.splitlines() if line.startswith("https:")] == [own]


def test_a_call_says_to_which_number() -> None:
    told = mail("phone").text
    assert "Soitamme sinulle varattuna aikana numeroon 044 123 4567." in told
    assert "/meet/" not in told


def test_what_is_needed_at_the_place_and_how_far_the_interpreter_is() -> None:
    base = shipped()
    place = base.places[0].model_copy(update={"id": "lavia", "step_free": True, "help": "hours"})
    known = base.model_copy(update={"places": (place,)})
    wished = {"needs": ("step_free", "papers"), "interpreter": "ru", "interpreter_state": "ordered"}
    [written, _] = composer(known, SETTINGS)(appointment(**wished), "confirmed")
    for words in (
        "Paikalle pääsee esteettömästi.",
        "Paikalla on joku auttamassa vain osan ajasta.",
        "Tarpeet: Esteetön kulku, Papereiden näyttäminen kameralla",
        "Tulkki: venäjä, tilattu",
    ):
        assert words in written.text
    unknown = known.model_copy(update={"places": (place.model_copy(update={"step_free": None, "help": None}),)})
    [written, _] = composer(unknown, SETTINGS)(appointment(), "confirmed")
    assert "esteett" not in written.text
    assert "auttamassa" not in written.text


@pytest.mark.parametrize(("kind", "language"), list(itertools.product(KINDS, ("fi", "sv", "en"))))
def test_a_text_is_one_message(kind: Kind, language: str) -> None:
    late = datetime(2026, 12, 30, 21, 30, tzinfo=UTC)  # the longest day and time
    [text] = sms(kind, language=language, start=late)
    assert text.recipient == "+358441234567"
    assert len(text.text) <= 160, text.text
    assert set(text.text) <= GSM_7
    assert text.text.endswith(f" https://porina.pori.fi/appointments/{TOKEN}")


def test_no_text_without_a_gateway_or_a_number() -> None:
    assert sms("confirmed", phone=None) == []
    assert sms("confirmed", phone="123 456") == []
    plain = Settings(public_url="https://porina.pori.fi")
    assert not any(isinstance(each, Sms) for each in composer(shipped(), plain)(appointment(), "confirmed"))
    assert len(composer(shipped(), SETTINGS)(appointment(email=None), "confirmed")) == 1


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("044 123 4567", "+358441234567"),
        ("(02) 621 1100", "+35826211100"),
        ("+358 (0)44 123-4567", "+358441234567"),
        ("00358 44 1234567", "+358441234567"),
        ("358441234567", "+358441234567"),
        ("+46 70 123 45 67", "+46701234567"),
        ("123 456", None),
        ("0 12", None),
        ("", None),
    ],
)
def test_numbers_as_gateways_take_them(written: str, number: str | None) -> None:
    assert international(written) == number
