"""The facts that go with an answer: who, when open, how to reach. Nothing that the content does not have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import urlsplit

from bot.locale import say
from bot.locale.dates import clock, day, full_day, on_day
from knowledge.hours import on, status
from knowledge.model import Channel, Entry, Unit
from services.clock import local

Way = Literal["phone", "address", "email"]

WAYS: tuple[Way, ...] = ("phone", "address", "email")
_LINKED = ("e-service", "form", "web")
_MOST_LINKS = 3
_DAYS_AHEAD = ("today", "tomorrow")


@dataclass(frozen=True, slots=True)
class Facts:
    """`rows`: (label, value); `links`: (title, address), the main one first; `notes`: the small print."""

    title: str
    rows: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The same in plain words, a fact a line."""
        rows = [f"{label}: {value}" for label, value in self.rows]
        return [*rows, *(f"{title}: {address}" for title, address in self.links)]

    def ways(self) -> str:
        """How to reach the unit, as a Markdown list."""
        rows = (f"- {label}: {'; '.join(value.splitlines())}" for label, value in self.rows[1:])
        return "\n".join([*rows, *(f"- [{title}]({address})" for title, address in self.links)])


def facts_of(unit: Unit, now: datetime, language: str, entry: Entry | None = None) -> Facts:
    """The facts of a unit, with the ways of `entry` before its own."""
    rows = {"hours": opening(unit, now, language)}
    rows |= {way: "\n".join(reached(way, unit, entry, language)) for way in WAYS}
    return Facts(
        title=unit.name.in_(language),
        rows=tuple((say(language, f"dialog.fact_{row}"), value) for row, value in rows.items() if value),
        links=_links(unit, entry.channels if entry else (), language),
        notes=_notes(entry, language) if entry else (),
    )


def reached(way: Way, unit: Unit, entry: Entry | None, language: str) -> list[str]:
    """The numbers, addresses or e-mail addresses of the matter: the entry's, and the unit's that differ from them."""
    of_entry = _of_kind(entry.channels if entry else (), "visit" if way == "address" else way, language)
    kept: list[str] = []
    for value in (*of_entry, str(getattr(unit, way))):
        if value and not any(_bare(value) in _bare(other) for other in kept):
            kept.append(value)
    return kept


def opening(unit: Unit, now: datetime, language: str) -> str:
    """ "Auki nyt, suljetaan klo 15.00", "Avataan maanantaina 30.11. klo 9.00", or where to check."""
    at = status(unit, now)
    if at.state == "unknown":
        return say(language, "dialog.hours_check", where=_host(unit.web)) if unit.web else ""
    if at.changes is None:
        return say(language, "dialog.hours_always" if at.state == "open" else "dialog.hours_closed")
    if at.state == "open":
        return say(language, "dialog.hours_open", time=clock(at.changes, language))
    return say(language, "dialog.hours_opens", day=_when(at.changes, now, language), time=clock(at.changes, language))


def opening_on(unit: Unit, when: date, language: str) -> str:
    """The opening hours of one day: "Lauantai 28.11.: 10.00–15.00"; empty where the content has no hours."""
    if not unit.hours and not unit.exceptions:
        return ""
    spans = [f"{clock(opens, language)}–{clock(closes, language)}" for opens, closes in on(unit, when)]
    hours = ", ".join(spans) or say(language, "dialog.hours_closed")
    return f"{day(when, language).capitalize()}: {hours}"


def _when(moment: datetime, now: datetime, language: str) -> str:
    ahead = (local(moment).date() - local(now).date()).days
    return say(language, f"dialog.{_DAYS_AHEAD[ahead]}") if ahead < len(_DAYS_AHEAD) else on_day(moment, language)


def _of_kind(channels: tuple[Channel, ...], kind: str, language: str) -> list[str]:
    """What to call, visit or write to; with its name where there are several, and always whom a number reaches."""
    found = [(each.number or each.address or "", each.name.in_(language)) for each in channels if each.kind == kind]
    named = len(found) > 1 or kind == "phone"
    return [value if not named else name if value in name else f"{value}, {name}" for value, name in found]


def _bare(value: str) -> str:
    return "".join(filter(str.isalnum, value)).casefold()


def _links(unit: Unit, channels: tuple[Channel, ...], language: str) -> tuple[tuple[str, str], ...]:
    links = [
        (each.name.in_(language), each.url) for kind in _LINKED for each in channels if each.kind == kind and each.url
    ]
    if not links and unit.web:
        links = [(_host(unit.web), unit.web)]
    return tuple(links[:_MOST_LINKS])


def _notes(entry: Entry, language: str) -> tuple[str, ...]:
    checked = date.fromisoformat(entry.checked)
    written = full_day(checked, language).split(" ", 1)[1]
    notes = [say(language, "dialog.checked", date=written)]
    if entry.approved is not None and entry.approved.by == "demo":
        notes.append(say(language, "dialog.demo"))
    return tuple(notes)


def _host(address: str) -> str:
    return (urlsplit(address).hostname or address).removeprefix("www.")
