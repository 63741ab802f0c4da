"""`porina serve`: bind, build, serve in this process or in several, and stop cleanly on SIGINT or SIGTERM."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from pathlib import Path

from aiohttp import web

from bot.app import data_folder, make_app
from bot.cli import Failed, WrongUse
from bot.log import start_logging
from bot.settings import PREFIX, read_settings

GRACE_S = 8.0
BACKLOG = 512


def serve(host: str, port: int, data: Path, workers: int = 1) -> None:
    """Serve until told to stop; prints one line with the address once it can answer.

    Raises WrongUse, Failed (port taken, folder not writable), WrongSetting, DatabaseUnusable, ContentErrors.
    """
    if not 0 <= port <= 65535:
        raise WrongUse(f"--port {port}: not a port")
    if workers < 1:
        raise WrongUse(f"--workers {workers}: at least 1")
    if workers > 1 and not read_settings().database_url.startswith("postgresql"):
        raise WrongUse(f"--workers {workers}: SQLite serves one process, set {PREFIX}DATABASE_URL to a PostgreSQL")
    start_logging()
    with _bound(host, port) as listening:
        bound_host, bound_port = listening.getsockname()[:2]
        address = f"http://{'[' + bound_host + ']' if ':' in bound_host else bound_host}:{bound_port}"
        given = read_settings()
        settings = given if "public_url" in given.model_fields_set else read_settings(public_url=address)
        if workers > 1:
            from bot.commands.workers import serve_by_workers  # gunicorn is not everybody's

            serve_by_workers(workers, listening, address, settings, data_folder(data))
            return
        app = make_app(settings, data_folder(data))
        settle()
        asyncio.run(_run(app, listening, address))


def say(address: str) -> None:
    """The one line on stdout: requests are answered from now on."""
    sys.stdout.write(f"Porina serves on {address}\n")
    sys.stdout.flush()


def settle() -> None:
    """Take what the start has built (content, index) out of the garbage collector's rounds.

    It lives as long as the process, and walking through it again and again stalls the event loop for 100 ms at a time.
    """
    gc.collect()
    gc.freeze()


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
    except OSError as error:
        raise Failed(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    return listening


async def _run(app: web.Application, listening: socket.socket, address: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=GRACE_S)
    await runner.setup()
    try:
        await web.SockSite(runner, listening, backlog=BACKLOG).start()
        say(address)
        await stop.wait()
    finally:
        await runner.cleanup()
