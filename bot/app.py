"""The one place that knows every part and wires it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.account.routes import account_routes
from bot.admin.routes import admin_routes
from bot.api.routes import api_routes
from bot.appointments.offer import bookables, demo_title
from bot.appointments.routes import appointment_routes
from bot.calendar.routes import calendar_routes
from bot.calls.routes import call_routes
from bot.channels.direct_line.routes import direct_line_routes, set_up_direct_line
from bot.citizen.routes import citizen_routes
from bot.content_watch import watch_content
from bot.desk.routes import desk_routes
from bot.dialog.adapter import TurnStorage
from bot.dialog.turn import Porina, Surroundings
from bot.feeds.reading import Feeds
from bot.feeds.routes import feed_routes
from bot.jobs import job_runner, run_jobs
from bot.meet.routes import meet_routes
from bot.oidc.configured import configured
from bot.oidc.routes import oidc_routes
from bot.operations.routes import operations_routes
from bot.parts import PARTS, Parts
from bot.settings import Settings
from bot.sign_in.routes import sign_in_routes
from bot.turns import Turns
from bot.units.routes import unit_routes
from bot.web.middleware import MIDDLEWARE
from bot.web.refusals import limit
from bot.web.routes import add_routes
from bot.web.static import static_routes
from knowledge.meaning.sentences import Sentences
from knowledge.model import KnowledgeBase
from knowledge.store import fill_if_empty, know, load, published
from services.accounts.passwords import Passwords
from services.appointments.demo import fill_experts
from services.bell import Bell
from services.clock import Clock, local, utc_now
from services.database import Database
from services.errors import SlotTaken
from services.keys import key
from services.limits import Limit
from services.migrations import upgrade

MAX_BODY = 1024 * 1024


def data_folder(folder: Path) -> Path:
    """`folder`, made if missing and proven writable. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / ".writable"
    probe.touch()
    probe.unlink()
    return folder


def open_database(settings: Settings, data: Path) -> Database:
    """The database of `settings`, its schema up to date. Raises DatabaseUnusable."""
    database = Database(settings.database_url or f"sqlite:///{data / 'porina.db'}")
    upgrade(database)
    return database


def prepare(settings: Settings, data: Path, clock: Clock) -> tuple[Database, int, KnowledgeBase]:
    """The database, with shipped content and demo experts where it had none; its content's revision, and the content.

    Raises DatabaseUnusable, ContentErrors.
    """
    database = open_database(settings, data)
    fill_if_empty(database, clock())
    number, base = load(database)
    database.now(fill_experts, bookables(base), lambda topic, number: demo_title(base, topic, number))
    return database, number, base


def make_app(
    settings: Settings, data: Path, clock: Clock = utc_now, sentences: Sentences | None = None
) -> web.Application:
    """The whole product as an aiohttp application; `data` is an existing, writable folder.

    `sentences`: a sentence model that is running already and stays so, in place of one of its own.

    Raises DatabaseUnusable, ContentErrors.
    """
    database, number, base = prepare(settings, data, clock)
    today = local(clock()).date()
    bell = Bell()

    def dialog(storage: TurnStorage, refused: SlotTaken | None) -> Porina:
        return Porina(storage, refused, Surroundings(parts.known, database, settings, parts.secret, parts.sentences))

    secret = database.now(key, "signing")
    feeds = Feeds(database, clock)
    jobs = job_runner(settings, data, database, clock, secret, lambda: parts.known.base, feeds)
    parts = Parts(
        settings=settings,
        clock=clock,
        database=database,
        data=data,
        bell=bell,
        secret=secret,
        known=know(published(base, today), number, settings.costs),
        known_on=today,
        turns=Turns(database, bell, clock, dialog, jobs.wake),
        jobs=jobs,
        bookings=limit(settings.bookings_a_minute, clock, on=settings.rate_limits == "on"),
        passwords=Passwords(),
        touches=Limit(1, clock),
        oidc=configured(settings, clock),
        sentences=None if settings.sentence_model == "off" else sentences or Sentences(data / "content.vectors"),
        feeds=feeds,
    )
    app = web.Application(middlewares=MIDDLEWARE, client_max_size=MAX_BODY)
    app[PARTS] = parts
    for routes in (
        operations_routes,
        static_routes,
        citizen_routes,
        appointment_routes,
        meet_routes,
        api_routes,
        direct_line_routes,
        sign_in_routes,
        oidc_routes,
        account_routes,
        unit_routes,
        desk_routes,
        call_routes,
        calendar_routes,
        feed_routes,
        admin_routes,
    ):
        add_routes(app, routes())
    app.cleanup_ctx.extend((_close_database, _close_passwords, hear_others, watch_content, run_jobs))
    if sentences is None:
        app.cleanup_ctx.insert(0, _close_sentences)
    set_up_direct_line(app)
    return app


async def _close_sentences(app: web.Application) -> AsyncIterator[None]:
    yield
    mine = app[PARTS].sentences
    if mine is not None:
        await asyncio.to_thread(mine.close)


async def _close_database(app: web.Application) -> AsyncIterator[None]:
    yield
    await asyncio.to_thread(app[PARTS].database.close)


async def _close_passwords(app: web.Application) -> AsyncIterator[None]:
    yield
    await asyncio.to_thread(app[PARTS].passwords.close)


async def hear_others(app: web.Application) -> AsyncIterator[None]:
    """Ring the bell for what other processes commit."""
    parts, loop = app[PARTS], asyncio.get_running_loop()

    def heard(told: list[Any] | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(parts.bell.hear, told)

    await asyncio.to_thread(parts.database.listen, heard)
    yield
