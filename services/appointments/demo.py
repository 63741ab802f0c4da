"""Experts to try the product with: roles with ordinary hours, marked as a demo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from services.appointments.bookable import Bookable
from services.appointments.shifts import Shift
from services.appointments.tables import experts

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
# Two roles a topic that have lunch one after the other: somebody is there from nine to three.
_HOURS = (
    (Shift(_WEEKDAYS, "09:00", "11:30"), Shift(_WEEKDAYS, "12:00", "15:00")),
    (Shift(_WEEKDAYS, "09:00", "12:00"), Shift(_WEEKDAYS, "12:30", "15:00")),
)

Title = Callable[[str, int], Mapping[str, str]]


def fill_experts(tx: Connection, topics: Sequence[Bookable], title: Title) -> int:
    """Give every topic without experts its demo experts, unless there are real ones already; how many were made.

    `title(topic id, number)` is the role's title by language.
    """
    there = tx.execute(select(experts.c.demo, experts.c.topics)).all()
    if not all(expert.demo for expert in there):
        return 0
    served = {topic for expert in there for topic in expert.topics}
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
            "version": 1,
        }
        for topic in topics
        if topic.id not in served
        for number, hours in enumerate(_HOURS, 1)
    ]
    if rows:
        tx.execute(insert(experts), rows)
    return len(rows)
