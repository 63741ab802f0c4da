"""Reminders a day and an hour before: a job each, wanted together with the time itself.

A job's key names the appointment and its sequence number, so each reminder is wanted once; it is due once, and its
messages are written with the mark that it is done (`services/jobs/kinds.py`): exactly once, whatever restarts. What was
moved or cancelled meanwhile has another sequence number and is not reminded of. A day is 24 hours, also over the nights
on which clocks change: the reminder then comes an hour earlier or later by the clock on the wall.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from services.appointments.records import Booked
from services.jobs.acts import enqueue

REMIND = "appointments.remind"
BEFORE = {"day": timedelta(days=1), "hour": timedelta(hours=1)}


def plan(tx: Connection, appointment: Booked, now: datetime) -> None:
    """Want the reminders that are still to come."""
    for which, before in BEFORE.items():
        due = appointment.start - before
        if due > now:
            key = f"remind:{appointment.id}:{appointment.sequence}:{which}"
            body = {"sequence": appointment.sequence, "which": which}
            enqueue(tx, REMIND, now, subject=appointment.id, body=body, due_at=due, key=key)
