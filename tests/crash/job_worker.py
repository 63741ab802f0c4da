"""A worker process of the tests: `job_worker.py DATABASE-URL FILE SECONDS [unguarded]`.

A job takes about SECONDS; its effect inside is a row in `effects`, its effect outside a line in FILE. `unguarded` takes
lease and fence away.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, text, true

from services.clock import utc_now
from services.database import Database
from services.jobs import leases
from services.jobs.kinds import Act, Kind
from services.jobs.leases import Job
from services.jobs.runner import Runner
from services.jobs.tables import jobs

LEASE = timedelta(seconds=2)
POLL_S = 0.5


def effect(job: str, tx: Connection, _now: Any) -> None:
    tx.execute(text("INSERT INTO effects VALUES (:job)"), {"job": job})


async def work(url: str, outside: int, seconds: float) -> None:
    async def handle(job: Job) -> Act:
        os.write(outside, f"{job.id}\n".encode())
        await asyncio.sleep(seconds * job.id.encode()[0] / 80)  # time to be killed in, not the same for all
        return partial(effect, job.id)

    Runner(Database(url), utc_now, {"effect": Kind(handle, LEASE)}, poll=POLL_S).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[4:] == ["unguarded"]:
        leases.unleased = lambda _now, _lengths: true()
        leases.held = lambda job: jobs.c.id == job.id
    file = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    asyncio.run(work(sys.argv[1], file, float(sys.argv[3])))
