"""What is told of a place before somebody goes there. What is not known is said to be so."""

from __future__ import annotations

from bot.locale import say
from knowledge.model import Place


def devices(place: Place, language: str) -> str:
    """The devices that are there, in one line; empty where they are not known."""
    return ", ".join(say(language, f"visit.device_{each}") for each in place.has or ())


def step_free(place: Place, language: str) -> str:
    """Whether one gets in without steps."""
    known = {True: "yes", False: "no", None: "unknown"}[place.step_free]
    return say(language, f"visit.step_free_{known}")


def help_there(place: Place, language: str) -> str:
    """Whether somebody is there to help."""
    return say(language, f"visit.help_{place.help or 'unknown'}")


def room_there(place: Place | None, room: str | None, language: str) -> str:
    """The room that is reserved: its name, or that there is one; empty where none is."""
    if room is None:
        return ""
    known = next((each.name for each in place.rooms if each.id == room), None) if place else None
    return known.in_(language) if known else say(language, "visit.room_reserved")


def place_facts(place: Place | None, language: str) -> tuple[tuple[str, str], ...]:
    """Pairs of catalogue key and text; none for a place of one's own."""
    if place is None or place.id == "home":
        return ()
    told = (
        ("visit.devices", devices(place, language)),
        ("visit.step_free", step_free(place, language)),
        ("visit.help", help_there(place, language)),
    )
    return tuple((key, text) for key, text in told if text)
