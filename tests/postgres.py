"""A PostgreSQL of the tests' own: a real server on a loopback port, its files in a temporary folder.

It runs as the user `postgres` where the tests run as root, which PostgreSQL refuses. Whoever is on this machine may
connect to it without a password; it holds nothing but what tests write.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import needs

Result = TypeVar("Result")

USER = "porina"
START_S = 60  # with a recovery after a kill
CONNECTIONS = 200
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": str(CONNECTIONS),
    "autovacuum": "off",  # would hold template databases open, which cannot be copied then
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "checkpoint_timeout": "1h", "max_wal_size": "256MB"}
MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30
# When the tests are killed, the pipe to this closes: end the server then, and leave nothing of it.
GUARD = 'read _; kill -CONT "$0"; kill -QUIT "$0"; sleep 1; rm -rf "$1"'


class Cluster:
    """A server that runs. `stop()` it when done, then nothing of it is left.

    `durable`: what was committed is on the disk, as in production. Otherwise files are in memory where there is room,
    which copies databases four times as fast, and what was committed survives the server but not the machine.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._programs = programs()
        self._as = _user()
        memory = MEMORY if not durable and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None
        self._folder = Path(tempfile.mkdtemp(prefix="porina-postgresql-", dir=memory))
        if self._as:
            os.chown(self._folder, self._as["user"], self._as["group"])
        self._options = OPTIONS if durable else OPTIONS | FORGETFUL
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        initdb = f"{self._programs}/initdb --pgdata {self._data} --username {USER} --auth trust --no-sync"
        settled = "--encoding UTF8 --locale C.UTF-8"
        command = f"{initdb} {settled}".split()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._folder, **self._as)
        self.start()

    def url(self, name: str) -> str:
        """The address of the database `name`, as PORINA_DATABASE_URL wants it."""
        return f"postgresql+asyncpg://{USER}@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str = "template0") -> str:
        """Make the database `name`, a copy of `template`, to which nobody may be connected; its address."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Let the database `name` go, with whoever is still connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement past all of the product's code."""
        apart(lambda: _execute(self.port, database, statement))

    def start(self) -> None:
        """Start, or start again, on the same port; returns when it takes connections."""
        options = [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-p", str(self.port), *options],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,  # Ctrl-C is for the tests, which end it in their order
                **self._as,
            )
        watch = ["sh", "-c", GUARD, str(self._process.pid), str(self._folder)]
        self._guard = subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True)
        until = time.monotonic() + START_S
        while not self._takes_connections():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{self.log()}")
            time.sleep(0.01)

    def halt(self) -> None:
        """Shut it down as an operator in a hurry does: every connection is cut, everything is written."""
        self._running.send_signal(signal.SIGINT)
        self._ended()

    def kill(self) -> None:
        """End all its processes at once, in the midst of whatever they do."""
        self._signal(signal.SIGKILL)
        self._ended()

    def pause(self) -> None:
        """From now on nothing answers and nothing is refused: connections stay open and stand still."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it for good, with all its files."""
        if self._running.poll() is None:
            self.resume()
            self._running.send_signal(signal.SIGQUIT)  # writes nothing more, and leaves no shared memory behind
            self._ended()
        shutil.rmtree(self._folder)

    def log(self) -> str:
        return (self._folder / "log").read_text("utf-8", "replace")

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def _ended(self) -> None:
        assert self._guard is not None
        self._running.wait(START_S)
        self._guard.kill()  # before its pipe closes
        self._guard.communicate()

    def _signal(self, number: signal.Signals) -> None:
        """To the first process and to all that it made; it stands still meanwhile, so that it makes no more."""
        pid = self._running.pid
        self._running.send_signal(signal.SIGSTOP)
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
            with suppress(ProcessLookupError):
                os.kill(int(child), number)
        self._running.send_signal(number)

    def _takes_connections(self) -> bool:
        """As pg_ctl sees it: the eighth line of the server's own file says "ready"; the first is whose file it is."""
        try:
            lines = (self._data / "postmaster.pid").read_text("ascii").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(self._running.pid) and lines[7].strip() == "ready"


def programs() -> Path:
    """The folder of PostgreSQL's programs: Debian's newest, or where `initdb` is found."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else needs.missing("postgresql")


def apart(work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run `work` in a thread and an event loop of its own, for callers that may or may not be in one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


async def _execute(port: int, database: str, statement: str) -> None:
    connection = await asyncpg.connect(host="127.0.0.1", port=port, user=USER, database=database, ssl=False)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _user() -> dict[str, Any]:
    """What subprocess needs to know to run the server as somebody else than root."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        needs.missing("postgresql")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}


def _free_port() -> int:
    """Below those that connections are given, so that nobody has it while the server is away."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError("no free port")
