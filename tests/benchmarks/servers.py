"""The servers that are measured, each started as `python -m tests.benchmarks.servers KIND PORT DATA`.

`echo`: bare aiohttp, a JSON body in and out. `adapter`: our adapter and an ActivityHandler with one reply on that.
`dialog`: the same with the product's dialog, without database.
`product`: the whole product, with a probe that writes the longest stall of the event loop to DATA/stall when it stops.
The database of these two is a file in DATA, or the one that PORINA_DATABASE_URL names.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from botbuilder.core import ActivityHandler

from bot.app import make_app
from bot.commands.serve import settle
from bot.dialog.adapter import ADAPTER, Turn, TurnStorage, heard
from bot.dialog.replies import reply
from bot.dialog.turn import Porina, Surroundings
from bot.parts import PARTS, Parts
from bot.settings import Settings

TICK_S = 0.001
DATABASE_URL = os.environ.get("PORINA_DATABASE_URL", "")


def echo() -> web.Application:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response(await request.json())

    app = web.Application()
    app.router.add_post("/turn", handler)
    return app


class OneReply(ActivityHandler):
    """The least a bot can do."""

    async def on_message_activity(self, turn_context: Turn) -> None:
        await turn_context.send_activities([reply("fi", "smalltalk", "Ole hyvä. Kerro, jos tulee muuta mieleen.")])


def adapter() -> web.Application:
    """As `echo`, with a turn of botbuilder's between in and out."""

    async def handler(request: web.Request) -> web.Response:
        turn = Turn(heard(await request.json(), "conversation", "user"), datetime.now(UTC))
        await ADAPTER.run_pipeline(turn, OneReply().on_turn)
        return web.json_response(turn.outcome.replies)

    app = web.Application()
    app.router.add_post("/turn", handler)
    return app


def dialog(data: Path) -> web.Application:
    """As `adapter`, with the product's dialog; its state is read and kept by nobody."""
    product = make_app(Settings(database_url=DATABASE_URL, rate_limits="off", sentence_model="off"), data)
    parts = product[PARTS]
    around = Surroundings(parts.known, parts.database, parts.settings, parts.secret)

    async def handler(request: web.Request) -> web.Response:
        body = await request.json()
        turn = Turn(heard(body, "conversation", "user"), datetime.now(UTC))
        storage = TurnStorage({})
        await ADAPTER.run_pipeline(turn, Porina(storage, None, around).on_turn)
        return web.json_response(turn.outcome.replies)

    app = web.Application()
    app.router.add_post("/turn", handler)
    return app


def product(data: Path, port: int) -> web.Application:
    url = f"http://127.0.0.1:{port}"
    app = make_app(Settings(database_url=DATABASE_URL, rate_limits="off", public_url=url), data)
    app.cleanup_ctx.append(lambda app: _watch_stalls(app[PARTS], data / "stall"))
    return app


async def _watch_stalls(parts: Parts, result: Path) -> AsyncIterator[None]:
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        # the start itself is not what is measured
        while parts.sentences and not parts.known.matcher.knows_meanings:  # noqa: ASYNC110 nothing rings for this
            await asyncio.sleep(TICK_S)
        last = time.perf_counter()
        while True:
            await asyncio.sleep(TICK_S)
            now = time.perf_counter()
            longest = max(longest, now - last - TICK_S)
            last = now

    task = asyncio.create_task(watch())
    yield
    task.cancel()
    figures = json.dumps({"longest_stall_ms": round(longest * 1000, 2)})
    await asyncio.to_thread(result.write_text, figures, "utf-8")


def main(kind: str, port: int, data: Path) -> None:
    apps = {"echo": echo, "adapter": adapter, "dialog": lambda: dialog(data), "product": lambda: product(data, port)}
    app = apps[kind]()
    settle()
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
