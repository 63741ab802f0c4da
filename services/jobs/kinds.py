"""How jobs of a kind are done, and the ways in which one may not succeed.

A handler does what lies outside the database (a mail is sent) and returns an act for what lies inside. That act is
committed together with the mark that the job is done, so it happens exactly once. What lies outside happens at least
once: a worker may die in between. So it carries an id of its own by which the second time is known (a Message-ID).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from services.jobs.leases import LEASE, Job

Act = Callable[[Connection, datetime], object]
"""What becomes true with the job: given the transaction that marks it done, and the time."""

Handler = Callable[[Job], Awaitable[Act | None]]
"""Does a job; raises Refused, NotNow. Whatever else it raises counts as a failure of this job and is tried again."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of jobs. `lease`: how long a worker may be at one; its handler is cut off before that ends."""

    handle: Handler
    lease: timedelta = LEASE


class Refused(Exception):
    """This job cannot be done now, and with `final` never. `reason` is shown to admins: no personal data."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class NotNow(Exception):
    """No job of this kind can be done now, which is not this one's fault; so it is not counted. `reason` as in Refused.

    Jobs of the kind rest in this worker for `pause`.
    """

    def __init__(self, reason: str, pause: timedelta) -> None:
        super().__init__(reason)
        self.pause = pause


def inside(act: Act) -> Handler:
    """The handler of a job that is nothing but an act."""

    async def handle(_job: Job) -> Act:
        return act

    return handle
