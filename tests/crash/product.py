"""A `porina serve` of its own with its workers, as an operator and the operating system see it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_S = 60
PORINA = (sys.executable, "-m", "bot")


@dataclass(slots=True)
class Product:
    process: asyncio.subprocess.Process
    url: str
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def workers(self) -> list[int]:
        """The process ids of the workers that live."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]

    def holders(self) -> dict[int, int]:
        """Which worker holds a connection, by the port at its other end."""
        sockets = {socket: pid for pid in self.workers() for socket in _sockets(pid)}
        ours = f":{self.port:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
        return {
            int(remote.rpartition(":")[2], 16): sockets[inode]
            for _, local, remote, *_, inode in (row[:10] for row in rows)
            if local.endswith(ours) and inode in sockets
        }

    async def all_again(self, count: int, *, without: int) -> None:
        """Wait until there are `count` workers, all of them heard of as started, and `without` is not among them."""
        async with asyncio.timeout(START_S):
            while True:
                again = {line["pid"] for line in self.lines() if line["event"] == "a worker was started again"}
                now = set(self.workers())
                if len(now) == count and without not in now and now & again:
                    return
                await asyncio.sleep(0.05)

    def lines(self) -> list[dict[str, Any]]:
        """The log; every line of it is a JSON document, or this raises ValueError."""
        whole, _, _ = self.log.read_text("utf-8").rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    async def stop(self) -> int:
        """Ask it to end; its exit code."""
        if self.process.returncode is None:
            self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), 30)

    async def end(self) -> None:
        """Leave nothing behind, whatever happened."""
        for pid in (self.process.pid, *self.workers()) if self.process.returncode is None else ():
            os.kill(pid, signal.SIGKILL)
        await self.process.wait()


async def start(
    data: Path, database_url: str, *arguments: str, command: tuple[str, ...] = PORINA, **settings: str
) -> Product:
    """Start it and wait for the line that says it can answer, the only one that it says."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORINA_")}
    given = {"DATABASE_URL": database_url, "RATE_LIMITS": "off", "SENTENCE_MODEL": "off", **settings}
    log = data / "log"
    with log.open("ab") as stderr:
        process = await asyncio.create_subprocess_exec(
            *command,
            *("serve", "--port", "0", "--data", str(data), *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            env=environment | {f"PORINA_{name}": value for name, value in given.items()},
        )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), START_S)).decode()
    assert line.startswith("Porina serves on http://"), (line, log.read_text("utf-8"))
    return Product(process, line.rpartition(" ")[2].strip(), log)


def lives(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not asked after does not."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


def _sockets(pid: int) -> list[str]:
    """The numbers (inodes) of the sockets that a process has open."""
    found = []
    with suppress(FileNotFoundError):  # it has just ended
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                found.append(str(link.readlink()).removeprefix("socket:[").rstrip("]"))
    return found
