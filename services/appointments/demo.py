"""Experts to try the product with: roles with ordinary hours, marked as a demo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from services.appointments.slots import Bookable, Shift
from services.appointments.tables import experts

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
# Two roles a topic that have lunch one after the other: somebody is there from nine to three.
_HOURS = (
    (Shift(_WEEKDAYS, "09:00", "11:30"), Shift(_WEEKDAYS, "12:00", "15:00")),
    (Shift(_WEEKDAYS, "09:00", "12:00"), Shift(_WEEKDAYS, "12:30", "15:00")),
)

Title = Callable[[str, int], Mapping[str, str]]


def fill_experts(tx: Connection, topics: Sequence[Bookable], title: Title) -> int:
    """Give every topic its demo experts where there is no expert at all; how many were made.

    `title(topic id, number)` is the role's title by language.
    """
    if tx.execute(select(experts.c.id).limit(1)).first():
        return 0
    rows = [
        {
            "id": f"demo-{topic.id}-{number}",
            "unit": topic.unit,
            "title": dict(title(topic.id, number)),
            "topics": [topic.id],
            "languages": list(topic.languages),
            "places": list(topic.places),
            "hours": [asdict(shift) for shift in hours],
            "demo": True,
        }
        for topic in topics
        for number, hours in enumerate(_HOURS, 1)
    ]
    if rows:
        tx.execute(insert(experts), rows)
    return len(rows)
