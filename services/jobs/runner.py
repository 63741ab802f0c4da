"""The task that does jobs: woken after a commit in this process, and by itself every few seconds.

The tables are the truth: a wake that nobody gave costs a delay and never a job. As many workers may run it as like.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from services.clock import Clock
from services.database import Database
from services.errors import DatabaseAway
from services.jobs.kinds import Act, Kind, NotNow, Refused
from services.jobs.leases import Job, LeaseLost, fail, finish, give_back, lease_due
from services.jobs.recurring import Recurring, plan

POLL_S = 5.0
PLAN_S = 60.0
TOGETHER = 4
CUT_OFF = 0.9
"""The part of its lease after which a handler is cut off, so that it has ended before another may begin."""

log = logging.getLogger("porina.jobs")


class Runner:
    """Does the due jobs of `database`, up to `together` at once. Start it in a running event loop."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        kinds: Mapping[str, Kind],
        recurring: Sequence[Recurring] = (),
        *,
        poll: float = POLL_S,
        together: int = TOGETHER,
    ) -> None:
        self._database = database
        self._clock = clock
        self._kinds = kinds
        self._lengths = {name: kind.lease for name, kind in kinds.items()}
        self._recurring = {each.kind: each for each in recurring}
        self._poll = poll
        self._together = together
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._at_work: set[asyncio.Task[bool]] = set()
        self._resting: dict[str, float] = {}  # until when, by the loop's clock, which nobody puts forward or back
        self._away = False

    def start(self) -> None:
        """Begin to do jobs."""
        self._task = asyncio.create_task(self._run(), name="jobs")

    def wake(self) -> None:
        """Say that a job may have been committed."""
        self._woken.set()

    async def stop(self) -> None:
        """Stop at once; a job under way stays leased and is done again after its lease."""
        tasks = [*self._at_work, *([self._task] if self._task else [])]
        self._task = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def run_due(self) -> int:
        """Do everything that is due, as after a start; how many were done."""
        self._resting.clear()
        done = 0
        while taken := await self._lease(self._together):
            done += sum(await asyncio.gather(*map(self._do, taken)))
        return done

    async def _run(self) -> None:
        plan_at = 0.0
        while True:
            self._woken.clear()
            try:
                if asyncio.get_running_loop().time() >= plan_at:
                    await self._database.transaction(plan, tuple(self._recurring.values()), self._clock())
                    plan_at = asyncio.get_running_loop().time() + PLAN_S
                for job in await self._lease(self._together - len(self._at_work)):
                    task = asyncio.create_task(self._do(job), name=f"job-{job.kind}")
                    self._at_work.add(task)
                    task.add_done_callback(self._ended)
                self._back()
            except Exception:
                self._gone()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._woken.wait()

    def _ended(self, task: asyncio.Task[bool]) -> None:
        self._at_work.discard(task)
        self._woken.set()

    def _gone(self) -> None:
        """The database does not answer: say it once, and look again with every poll."""
        if not self._away:
            log.exception("jobs wait until the database answers")
        self._away = True

    def _back(self) -> None:
        if self._away:
            log.info("jobs go on")
        self._away = False

    async def _lease(self, most: int) -> list[Job]:
        if most < 1:
            return []
        now = asyncio.get_running_loop().time()
        self._resting = {kind: until for kind, until in self._resting.items() if until > now}
        return await self._database.transaction(
            lease_due, self._clock(), most, lengths=self._lengths, without=tuple(self._resting)
        )

    async def _do(self, job: Job) -> bool:
        """Whether the job is done now."""
        about: dict[str, Any] = {"job": job.id, "kind": job.kind, "attempt": job.attempts}
        try:
            act = self._with_the_next(job, await self._handle(job))
            await self._database.transaction(finish, job, act, self._clock())
        except LeaseLost:
            log.warning("a job's lease was lost", extra={"fields": about})
        except DatabaseAway:  # no fault of the job, and perhaps it is done: it is taken again after its lease, or not
            log.warning("a job stays leased", extra={"fields": about})
        except NotNow as cause:
            await self._rest(job, cause)
        except Refused as cause:
            log.warning("a job was refused", extra={"fields": {**about, "reason": str(cause)}})
            await self._settle(job, partial(fail, final=cause.final), str(cause), self._clock())
        except Exception as error:
            log.exception("a job failed", extra={"fields": about})
            await self._settle(job, fail, type(error).__name__, self._clock())
        else:
            return True
        return False

    async def _handle(self, job: Job) -> Act | None:
        kind = self._kinds.get(job.kind)
        if kind is None:  # its code is gone, or has not come to this worker yet
            raise Refused("unknown kind")
        try:
            async with asyncio.timeout(kind.lease.total_seconds() * CUT_OFF) as limit:
                return await kind.handle(job)
        except TimeoutError:
            if limit.expired():
                raise Refused("took longer than its lease") from None
            raise

    def _with_the_next(self, job: Job, act: Act | None) -> Act | None:
        """`act`, and the next occurrence of a job that comes again."""
        again = self._recurring.get(job.kind)
        if again is None:
            return act

        def both(tx: Connection, now: datetime) -> None:
            if act is not None:
                act(tx, now)
            plan(tx, (again,), now)

        return both

    async def _rest(self, job: Job, cause: NotNow) -> None:
        now = asyncio.get_running_loop().time()
        if job.kind not in self._resting:
            log.warning("jobs of a kind rest", extra={"fields": {"kind": job.kind, "reason": str(cause)}})
        self._resting[job.kind] = now + cause.pause.total_seconds()
        await self._settle(job, give_back, str(cause))

    async def _settle(self, job: Job, mark: Callable[..., None], *given: Any) -> None:
        """Mark a job that is not done; where even that is not possible, it is taken again after its lease."""
        try:
            await self._database.transaction(mark, job, *given)
        except Exception:
            log.exception("a job stays leased", extra={"fields": {"job": job.id, "kind": job.kind}})
