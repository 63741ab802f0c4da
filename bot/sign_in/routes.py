"""Signing in by name and password, setting an account up by its link, signing out.

Whether nobody has the name, the password is another, there is none yet, or the account is disabled: the answer is the
same, and so is the time it takes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web

from bot.parts import PARTS
from bot.sign_in.views import dead_link_page, set_up_page, sign_in_page
from bot.staff.pages import go
from bot.web.address import client_address
from bot.web.forms import read_form
from bot.web.routes import Access, Handler, Route
from bot.web.sessions import (
    HOME,
    SIGN_IN,
    begin_anew,
    can_sign_in,
    end_present,
    entered,
    first_page,
    forget_session,
    known_device,
    own_path,
    present,
    remember_device,
    see_other,
    session_token,
)
from services.accounts.passwords import weakness
from services.accounts.setting_up import opened, set_up
from services.accounts.signing_in import Credentials, admit, credentials, succeeded
from services.errors import Forbidden, Gone, NotFound


async def show(request: web.Request) -> web.Response:
    """The form; who is signed in goes on."""
    actor = await present(request)
    if actor is not None:
        return see_other(own_path(request.query.get("next", "")) or first_page(actor))
    return sign_in_page(request)


async def sign_in(request: web.Request) -> web.Response:
    if not can_sign_in(request):
        return sign_in_page(request)
    form = await read_form(request)
    login, where = form["login"], own_path(form["next"])
    parts = request.app[PARTS]
    device = known_device(request, login)
    wait_s = await parts.database.transaction(admit, login, client_address(request), device, parts.clock())
    if wait_s:
        return sign_in_page(request, login=login, where=where, problem="throttled", wait_s=wait_s)
    found = await parts.database.read(credentials, login)
    token = None
    if await parts.passwords.verify(found.password_hash, form["password"]):
        old = session_token(request)
        token = await parts.database.transaction(_begin, old, login, found, device, parts.clock())
    if token is None:
        return sign_in_page(request, login=login, where=where, problem="mismatch")
    response = await entered(request, token, where)
    remember_device(request, response, login)
    return response


def _begin(tx: Any, old: str, login: str, found: Credentials, device: str | None, now: datetime) -> str | None:
    """The new session's token; None where the account was disabled or got another password meanwhile."""
    if found.account is None:
        return None
    try:
        token = begin_anew(tx, old, found.account, now, "password", verified=found.password_hash)
    except Forbidden:
        return None
    succeeded(tx, login, device, now)
    return token


async def sign_out(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    await parts.database.transaction(end_present, session_token(request), parts.clock())
    response = go(request, SIGN_IN, done="signed_out")
    forget_session(response)
    return response


async def show_set_up(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    return set_up_page(request, await parts.database.read(opened, request.match_info["token"], parts.clock()))


async def set_up_(request: web.Request) -> web.Response:
    """Take the password and sign in, first of all to one's account; the browser is known from then on."""
    parts = request.app[PARTS]
    token = request.match_info["token"]
    account = await parts.database.read(opened, token, parts.clock())
    if not can_sign_in(request):
        return set_up_page(request, account)
    password = (await read_form(request))["password"]
    weak = await weakness(password, account.login or "", account.name)
    if weak:
        return set_up_page(request, account, weak)
    password_hash = await parts.passwords.hash(password)
    old = session_token(request)
    session = await parts.database.transaction(_set_up, old, token, password_hash, parts.clock())
    response = await entered(request, session, HOME)
    remember_device(request, response, account.login or "")
    return response


def _set_up(tx: Any, old: str, token: str, password_hash: str, now: datetime) -> str:
    account = set_up(tx, token, password_hash, now)
    return begin_anew(tx, old, account, now, "link")


def _or_dead(handler: Handler) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except NotFound:
            return dead_link_page(request, 404)
        except Gone:
            return dead_link_page(request, 410)

    return handle


def sign_in_routes() -> tuple[Route, ...]:
    own = "/set-up/{token}"
    return (
        Route("GET", SIGN_IN, show, Access.SIGN_IN),
        Route("POST", SIGN_IN, sign_in, Access.SIGN_IN),
        Route("POST", "/sign-out", sign_out, Access.SIGN_IN),
        Route("GET", own, _or_dead(show_set_up), Access.SIGN_IN),
        Route("POST", own, _or_dead(set_up_), Access.SIGN_IN),
    )
