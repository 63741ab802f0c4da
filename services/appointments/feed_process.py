"""Reading a stranger's calendar in a process of its own, whose time and memory are bounded by the system.

A few lines of a calendar can ask for more work than a day has, and no parser is sure of all of them. Whatever happens
in there, the service goes on and the answer is `too_much`.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
from datetime import date, datetime
from subprocess import DEVNULL, PIPE

from services.appointments.feed_reading import Span, Unreadable, busy

CPU_S = 15
WALL_S = 25
MEMORY = 512 * 1024 * 1024
_NICE = 10


async def busy_apart(text: bytes, first: date, days: int) -> list[Span]:
    """What `busy()` says, read in another process. Raises Unreadable; RuntimeError where that process does not work."""
    # Isolated and without an environment: nothing that the service knows goes along.
    command = (sys.executable, "-I", "-m", "services.appointments.feed_process", first.isoformat(), str(days))
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={})
    try:
        async with asyncio.timeout(WALL_S):
            told, _ = await process.communicate(text)
    except TimeoutError:
        raise Unreadable("too_much") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode is None or process.returncode < 0:  # ended by a signal: the limit of its time
        raise Unreadable("too_much")
    if process.returncode:
        raise RuntimeError("the process that reads calendars fails")  # ours to mend, not the expert's
    answer = json.loads(told)
    if isinstance(answer, str):
        raise Unreadable(answer)
    return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in answer]


def main() -> None:
    """The other process: a calendar comes in, its busy times or the code of a problem go out as JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.nice(_NICE)
    first, days = date.fromisoformat(sys.argv[1]), int(sys.argv[2])
    try:
        spans = busy(sys.stdin.buffer.read(), first, days)
        answer: object = [(start.isoformat(), end.isoformat()) for start, end in spans]
    except Unreadable as problem:
        answer = problem.code
    except MemoryError:
        answer = "too_much"
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
