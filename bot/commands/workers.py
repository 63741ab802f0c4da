"""Several worker processes on one port, kept running by gunicorn; each is the whole product and serves by aiohttp.

The parent prepares the database, binds the port, and then only watches. A worker that dies is started again; one whose
parent died ends. So nothing may run in the parent that a fork does not survive: no thread, no connection.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from aiohttp import web
from aiohttp.worker import GunicornWebWorker
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from bot.app import make_app, prepare
from bot.cli import Failed
from bot.commands.serve import BACKLOG, GRACE_S, say, settle
from bot.settings import Settings
from services.clock import utc_now

STUCK_S = 30
PAUSE_S = 1.0

_log = logging.getLogger("porina.workers")


def serve_by_workers(count: int, listening: socket.socket, address: str, settings: Settings, data: Path) -> None:
    """Serve with `count` processes until told to stop; says `address` once all can answer.

    Raises Failed where a worker cannot start, DatabaseUnusable, ContentErrors.
    """
    database, _, _ = prepare(settings, data, utc_now)
    database.close()
    parent = os.getpid()
    try:
        _Workers(count, listening, address, settings, data).run()
    except SystemExit as end:
        if end.code and os.getpid() == parent:
            raise Failed("the workers could not be started; the log says why") from end
        raise


class _Workers(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn is told: how many, where, and what a worker runs."""

    def __init__(self, count: int, listening: socket.socket, address: str, settings: Settings, data: Path) -> None:
        self._count, self._listening, self._settings, self._data = count, listening.detach(), settings, data
        self.roll_call = _RollCall(count, address)
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"fd://{self._listening}",
            "workers": self._count,
            "worker_class": _Worker,
            "logger_class": _Log,
            "backlog": BACKLOG,
            "timeout": STUCK_S,  # since a worker's event loop last moved; one that is starting is not counted
            "graceful_timeout": round(GRACE_S) + 1,
            "control_socket_disable": True,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """In the worker: the product. aiohttp's worker wants a function that makes the runner."""
        app = make_app(self._settings, self._data)
        settle()

        async def runner() -> web.AppRunner:
            return web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=GRACE_S)

        return runner


class _RollCall:
    """A ticket for each worker that is to come; who draws the last one is the last, and says the address."""

    def __init__(self, count: int, address: str) -> None:
        self._address = address
        self._tickets, tickets = os.pipe()
        os.set_blocking(self._tickets, False)
        os.write(tickets, b"." * (count - 1) + b"!")
        os.close(tickets)

    def here(self) -> bool:
        """Call once in each worker that can answer; whether it was among the first."""
        ticket = os.read(self._tickets, 1)
        if ticket == b"!":
            say(self._address)
        return bool(ticket)


class _Worker(GunicornWebWorker):
    _is_here = False

    def init_process(self) -> None:
        """Run. Where the start fails, gunicorn would end everything, and it does so when the product is started.

        Later a worker that cannot come back (the database is away) must not take the others with it: it is tried again.
        """
        try:
            super().init_process()
        except Exception:
            _log.exception("a worker could not start")
            if self.age <= self.cfg.workers:
                sys.exit(Arbiter.WORKER_BOOT_ERROR)
            time.sleep(PAUSE_S)
            sys.exit(1)

    def notify(self) -> None:
        """Called every second from the event loop, for the first time when requests are taken."""
        super().notify()
        if not self._is_here:
            self._is_here = True
            for listening in self.sockets:
                listening.listen(BACKLOG)  # aiohttp's worker has set its own
            if not self.app.roll_call.here():
                _log.info("a worker was started again", extra={"fields": {"pid": self.pid}})

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: stop at once, not within the second."""
        self.handle_quit(sig, frame)


class _Log(Logger):  # type: ignore[misc]
    """gunicorn's warnings, which tell of processes and never of requests, in our log."""

    def __init__(self, cfg: Any) -> None:
        self.cfg = cfg
        self.error_log = self.access_log = logging.getLogger("porina.workers.gunicorn")
        self.error_log.setLevel(logging.WARNING)

    def setup(self, cfg: Any) -> None:
        """Nothing of its own: bot/log.py says where records go."""
