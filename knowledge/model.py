"""What the knowledge base is made of. The shapes are the contract's content files, one class a kind of item.

Clock times are quoted strings "HH:MM" (24:00 allowed as an end), dates ISO strings, languages `fi`, `sv`, `en`.
All instances are immutable: an index is built from them once and shared.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = ("fi", "sv", "en")
CITY = "Porin kaupunki"
ALWAYS_KNOWN_PLACES = ("home", "yrjonkatu-6", "reposaari", "lavia", "ahlainen")

_CLOCK = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")


def _nfc(value: Any) -> Any:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _date(value: str) -> str:
    date.fromisoformat(value)
    return value


def _clock(value: str) -> str:
    if not _CLOCK.match(value):
        raise ValueError('a clock time is a quoted string like "09:00"')
    return value


Text = Annotated[str, BeforeValidator(_nfc)]
Written = Annotated[str, BeforeValidator(_nfc), Field(min_length=1)]
Date = Annotated[str, AfterValidator(_date)]
Clock = Annotated[str, AfterValidator(_clock)]
OtherLanguage = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?$")]
HttpsUrl = Annotated[str, Field(pattern=r"^https://")]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]


class Part(BaseModel):
    """Strict about keys, immutable: an unknown key in a content file is an error, not a surprise later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class InThree(Part):
    """A text in the three languages of the service."""

    fi: Written
    sv: Written
    en: Written

    def in_(self, language: str) -> str:
        """The text in `language`; Finnish for a language the content does not have."""
        return str(getattr(self, language, self.fi))


class Lists(Part):
    """Lists of texts by language."""

    fi: tuple[Written, ...] = ()
    sv: tuple[Written, ...] = ()
    en: tuple[Written, ...] = ()

    def in_(self, language: str) -> tuple[str, ...]:
        value: tuple[str, ...] = getattr(self, language, self.fi)
        return value


class Keywords(Lists):
    """Keywords, in other languages (BCP 47) as well: by them the sentence model knows the city's terms there."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[OtherLanguage, tuple[Written, ...]] = Field(init=False)

    @property
    def others(self) -> dict[str, tuple[str, ...]]:
        """Those in languages that the content does not have."""
        return dict(self.__pydantic_extra__ or {})


class Hours(Part):
    """Weekly opening hours, in Helsinki's wall-clock time."""

    days: Annotated[tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...], Field(min_length=1)]
    opens: Clock
    closes: Clock
    valid_from: Date | None = None
    valid_to: Date | None = None

    @model_validator(mode="after")
    def _possible(self) -> Hours:
        if self.opens >= self.closes:
            raise ValueError(f"impossible hours: opens {self.opens}, closes {self.closes}")
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from is after valid_to")
        return self


class ExceptionalDay(Part):
    """One day that differs from the weekly hours."""

    date: Date
    closed: bool = False
    opens: Clock | None = None
    closes: Clock | None = None
    reason: InThree | Text | None = None

    @model_validator(mode="after")
    def _possible(self) -> ExceptionalDay:
        if not self.closed and (self.opens is None or self.closes is None or self.opens >= self.closes):
            raise ValueError("an exception is `closed: true` or has `opens` before `closes`")
        return self


class Unit(Part):
    id: Id
    name: InThree
    organisation: Written
    address: Text = ""
    place: Text = ""
    phone: Text = ""
    email: Text = ""
    hours: tuple[Hours, ...] = ()
    exceptions: tuple[ExceptionalDay, ...] = ()
    queue: bool = False
    web: Text = ""

    @property
    def is_the_city(self) -> bool:
        return self.organisation == CITY


_CHANNEL_KEY = {
    "e-service": "url",
    "form": "url",
    "web": "url",
    "phone": "number",
    "visit": "address",
    "email": "address",
}


class Channel(Part):
    """One way to get on with the matter."""

    kind: Literal["e-service", "phone", "visit", "form", "email", "web"]
    name: InThree
    url: HttpsUrl | None = None
    number: Written | None = None
    address: Written | None = None
    hours: tuple[Hours, ...] = ()

    @model_validator(mode="after")
    def _reachable(self) -> Channel:
        key = _CHANNEL_KEY[self.kind]
        if getattr(self, key) is None:
            raise ValueError(f"a channel of kind {self.kind} needs `{key}`")
        return self


class Remote(Part):
    """Whether the matter can be handled in a remote appointment, and under which topic."""

    offered: bool
    topic: Id | None = None


class Approval(Part):
    by: Written
    date: Date


class Season(Part):
    """The part of the year an entry is about, month-day to month-day."""

    start: Annotated[str, Field(alias="from", pattern=r"^\d\d-\d\d$")]
    end: Annotated[str, Field(alias="to", pattern=r"^\d\d-\d\d$")]


class Entry(Part):
    """One matter a citizen may ask about."""

    id: Id
    unit: Id
    audience: Literal["public", "staff"] = "public"
    title: InThree
    answer: InThree
    phrasings: Lists = Lists()
    keywords: Keywords = Keywords()
    channels: tuple[Channel, ...] = ()
    steps: Lists | None = None
    price: InThree | None = None
    remote: Remote = Remote(offered=False)
    redirect: bool = False
    related: tuple[Id, ...] = ()
    valid_from: Date | None = None
    valid_to: Date | None = None
    season: Season | None = None
    owner: Written
    approved: Approval | None = None
    review_by: Date
    source: Written
    checked: Date


class Topic(Part):
    """What can be booked as a remote appointment; times in minutes.

    `minutes_interpreted`: its length with an interpreter, half as long again where it is left out. `lead_minutes`,
    `horizon_days`: how soon and how far ahead. `interpreter_by`: who orders the interpreter.
    """

    id: Id
    unit: Id
    name: InThree
    minutes: Annotated[int, Field(ge=5, le=240, multiple_of=5)]
    buffer: Annotated[int, Field(ge=0, le=60, multiple_of=5)] = 0
    languages: Annotated[tuple[OtherLanguage, ...], Field(min_length=1)]
    places: Annotated[tuple[Id, ...], Field(min_length=1)]
    minutes_interpreted: Annotated[int, Field(ge=5, le=480, multiple_of=5)] | None = None
    lead_minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] = 60
    horizon_days: Annotated[int, Field(ge=1, le=31)] = 31
    interpreter_by: Literal["unit", "service_point"] = "service_point"

    @model_validator(mode="after")
    def _longer_when_interpreted(self) -> Topic:
        if self.minutes_interpreted is not None and self.minutes_interpreted < self.minutes:
            raise ValueError("minutes_interpreted is less than minutes")
        return self


class PlaceRoom(Part):
    """A room or booth of a place. `capacity`: appointments at once; without `hours` it is open as the place is."""

    id: Id
    name: InThree | None = None
    capacity: Annotated[int, Field(ge=1, le=100)] = 1
    hours: tuple[Hours, ...] = ()


Device = Literal["document_camera", "hearing_loop", "printer", "scanner", "second_display"]


class Place(Part):
    """Where a citizen sits during a remote appointment. None: not known, and pages say so.

    `equipment` is told in words, `has` are the devices that needs are compared with. `help`: whether somebody is there
    to help: always while it is open, only at certain hours, or never. Without `rooms` it takes any number.
    """

    id: Id
    name: InThree
    address: Text = ""
    equipment: Lists = Lists()
    has: tuple[Device, ...] | None = None
    step_free: bool | None = None
    help: Literal["always", "hours", "none"] | None = None
    hours: tuple[Hours, ...] = ()
    rooms: tuple[PlaceRoom, ...] = ()


class Agency(Part):
    """A body of the state that books its own appointments: what for, and the way there. `demo`: made to try with."""

    id: Id
    name: InThree
    url: HttpsUrl
    phone: Text = ""
    about: InThree
    demo: bool = False


class Vocabulary(Part):
    """Groups of words by language; the first word of a group is the city's, the others are what people say for it."""

    fi: tuple[Annotated[tuple[Written, ...], Field(min_length=2)], ...] = ()
    sv: tuple[Annotated[tuple[Written, ...], Field(min_length=2)], ...] = ()
    en: tuple[Annotated[tuple[Written, ...], Field(min_length=2)], ...] = ()


class KnowledgeBase(Part):
    """Everything together; `vocabulary` None means that the built-in one applies."""

    units: tuple[Unit, ...]
    entries: tuple[Entry, ...]
    topics: tuple[Topic, ...] = ()
    places: tuple[Place, ...] = ()
    agencies: tuple[Agency, ...] = ()
    vocabulary: Vocabulary | None = None

    def find_entry(self, entry_id: str | None) -> Entry | None:
        """The entry, or None where there is none (any more)."""
        return self._entries_by_id.get(entry_id) if entry_id else None

    def unit(self, unit_id: str) -> Unit:
        """Raises KeyError."""
        return self._units_by_id[unit_id]

    def entry(self, entry_id: str) -> Entry:
        """Raises KeyError."""
        return self._entries_by_id[entry_id]

    @cached_property
    def _units_by_id(self) -> dict[str, Unit]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def _entries_by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.entries}
