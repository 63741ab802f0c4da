"""How an appointment stands, in words, and what its citizen can still do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.locale import say
from services.appointments.records import COMING, Appointment

Orders = Literal["unit", "service_point"]


@dataclass(frozen=True, slots=True)
class Standing:
    """`live`: it will be held or is being held. `again`: another one with the same expert can be asked for."""

    words: str
    live: bool
    can_move: bool
    can_cancel: bool
    again: bool


def standing(appointment: Appointment, now: datetime, language: str) -> Standing:
    """The standing of `appointment` at `now`."""
    state = appointment.state
    live = state in COMING and appointment.end > now
    displaced = state == "displaced"
    return Standing(
        words=say(language, f"visit.{_key(appointment, live)}", phone=appointment.phone or ""),
        live=live,
        can_move=displaced or (live and state == "confirmed"),
        can_cancel=displaced or live,
        again=not displaced,
    )


def interpreting(appointment: Appointment, name: str, orders: Orders, language: str) -> str:
    """The interpreter in `name`'s language, who orders one, and how far that is; empty where none was wished for."""
    if appointment.interpreter is None:
        return ""
    state = appointment.interpreter_state or "wanted"
    who = say(language, f"visit.orders_{orders}")
    told = say(language, f"visit.interpreter_{state}", who=who)
    return told if appointment.interpreter == "yes" else f"{name}: {told}"


def needed(appointment: Appointment, language: str) -> tuple[str, ...]:
    """What the citizen said they need."""
    return tuple(say(language, f"visit.need_{need}") for need in appointment.needs)


def _key(appointment: Appointment, live: bool) -> str:
    match appointment.state:
        case "confirmed" | "checked_in" | "in_progress" if not live:
            return "state_over"
        case "cancelled" if appointment.cancelled_by in {"citizen", "staff", "expert"}:
            return f"state_cancelled_{appointment.cancelled_by}"
        case "no_show" if appointment.host_came is False:
            return "state_no_host"
        case "no_show" if appointment.guest_came is False:
            return "state_no_guest"
        case "phone" if not appointment.phone:
            return "state_phone_unknown"
        case state:
            return f"state_{state}"
