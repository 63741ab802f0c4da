"""What was typed into the calendar's forms, as the supply and the times that it means; nothing is judged here.

Hours come in numbered rows (`opens-0`, `days-0` …). A row without days and times says nothing, and one whose box is
checked is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from bot.web.forms import Form
from services.appointments.shifts import DAY, DAYS, Shift, moment
from services.appointments.supply import Supply
from services.appointments.supply_rules import MOST_SHIFTS
from services.errors import Invalid

WEEKS = ("1", "2", "3", "4", "5", "-1")

_MOMENT = re.compile(r"(20[0-9]{2}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Typed:
    """A filled-in form. `was`: the mark of the supply it began with; `empty`: how many rows are open for more hours."""

    supply: Supply
    unit: str
    was: str
    empty: int = 1


def read_supply(form: Form) -> Typed:
    """The supply of a form, in the form's own order."""
    rows = (_shift(form, number) for number in range(min(_number(form["rows"]), MOST_SHIFTS + 1)))
    supply = Supply(
        topics=form.all("topic"),
        languages=form.all("language"),
        places=form.all("place"),
        hours=tuple(shift for shift in rows if shift is not None),
        daily_most=_number(form["daily_most"]) if form["daily_most"].strip() else None,
    )
    return Typed(supply, form["unit"], form["was"], 2 if form["then"] == "more" else 1)


def read_moments(form: Form) -> tuple[datetime, datetime]:
    """When an absence begins and ends (UTC), typed by Helsinki's wall clock. Raises Invalid (`starts`, `ends`)."""
    return _moment(form, "starts"), _moment(form, "ends")


def read_illness(form: Form, now: datetime) -> tuple[datetime, datetime]:
    """From now until the end of the local day that was typed. Raises Invalid (`until`)."""
    try:
        return now, moment(date.fromisoformat(form["until"].strip()) + DAY, "00:00")
    except (ValueError, OverflowError):
        raise Invalid("until", "day") from None


def _shift(form: Form, number: int) -> Shift | None:
    def one(name: str) -> str:
        return form[f"{name}-{number}"].strip()

    days = tuple(day for day in DAYS if day in form.all(f"days-{number}"))
    opens, closes, first, last = one("opens"), one("closes"), one("from"), one("to")
    if one("drop") or not (days or opens or closes or first or last):
        return None
    return Shift(
        days=days or _day_of(first, last),
        opens=opens,
        closes="24:00" if closes == "00:00" else closes,
        valid_from=first or None,
        valid_to=last or None,
        nth=tuple(int(week) for week in WEEKS if week in form.all(f"nth-{number}")),
        places=form.all(f"places-{number}"),
        languages=form.all(f"languages-{number}"),
    )


def _day_of(first: str, last: str) -> tuple[str, ...]:
    """The day of the week where the hours are for a single date; none else."""
    try:
        return (DAYS[date.fromisoformat(first).weekday()],) if first and first == last else ()
    except ValueError:
        return ()


def _number(text: str) -> int:
    """The number that is written; 0, which is never right, where it is none."""
    return int(text) if re.fullmatch(r" *[0-9]{1,4} *", text) else 0


def _moment(form: Form, field: str) -> datetime:
    written = _MOMENT.fullmatch(form[field].strip())
    try:
        if written is not None:
            return moment(date.fromisoformat(written[1]), f"{written[2]}:{written[3]}")
    except ValueError:
        pass
    raise Invalid(field, "moment")
