"""One's own account: what others see of it, its password, where it is signed in. Always the account of the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from math import ceil
from typing import Any

from aiohttp import web

from bot.account.views import account_page
from bot.locale import say
from bot.parts import PARTS
from bot.staff.pages import Wrong, go, refused_field, staff_language
from bot.web.address import client_address
from bot.web.forms import read_form
from bot.web.refusals import Refused
from bot.web.routes import Route
from bot.web.sessions import ACTOR, HOME, known_device
from knowledge.model import LANGUAGES
from services.accounts.acts import set_language, set_name, set_title
from services.accounts.passwords import weakness
from services.accounts.records import Account, person
from services.accounts.rules import Actor, Right
from services.accounts.sessions import Session, end_all, of
from services.accounts.signing_in import admit, credentials, password_changed, succeeded
from services.errors import Invalid


async def show(request: web.Request) -> web.Response:
    return account_page(request, *await _own(request))


async def keep_alive(_request: web.Request) -> web.Response:
    """The middleware has written down that the person is here."""
    return web.Response(status=204, headers={"Cache-Control": "no-store"})


async def end_others(request: web.Request) -> web.Response:
    actor, parts = request[ACTOR], request.app[PARTS]
    await parts.database.transaction(end_all, actor.account, parts.clock(), actor.account, actor.session)
    return go(request, HOME, done="sessions")


async def change_name(request: web.Request) -> web.Response:
    name = (await read_form(request))["name"]
    return await _changed(request, "name", set_name, name, {"name": name})


async def change_title(request: web.Request) -> web.Response:
    form = await read_form(request)
    title = {language: form[f"title-{language}"] for language in LANGUAGES}
    return await _changed(request, "title", set_title, title, {f"title-{tag}": text for tag, text in title.items()})


async def change_language(request: web.Request) -> web.Response:
    language = (await read_form(request))["language"]
    return await _changed(request, "language", set_language, language if language in LANGUAGES else None, {})


async def change_password(request: web.Request) -> web.Response:
    """Asks for the present one, as often as signing in may ask; the other sessions end."""
    actor, parts = request[ACTOR], request.app[PARTS]
    form = await read_form(request)
    account, _ = await _own(request)
    login = account.login or ""
    device = known_device(request, login)
    wait_s = await parts.database.transaction(admit, login, client_address(request), device, parts.clock())
    if wait_s:
        return await _wrong(request, "present", "signing.throttled", 429, wait_s)
    found = await parts.database.read(credentials, login)
    if not await parts.passwords.verify(found.password_hash, form["present"]):
        return await _wrong(request, "present", "own.present_wrong", 422)
    weak = await weakness(form["password"], login, account.name)
    if weak:
        return await _wrong(request, "password", f"signing.weak_{weak}", 422)
    password_hash = await parts.passwords.hash(form["password"])
    await parts.database.transaction(_change_password, actor, login, device, password_hash, parts.clock())
    return go(request, HOME, done="password")


def _change_password(tx: Any, actor: Actor, login: str, device: str | None, password_hash: str, now: datetime) -> None:
    """An act. Hashing took a while, and the session may have been ended meanwhile. Raises Refused."""
    if all(session.id != actor.session for session in of(tx, actor.account, now)):
        raise Refused(401, "NoSession", "the session was ended")
    password_changed(tx, actor.account, password_hash, now, actor.account, actor.session)
    succeeded(tx, login, device, now)


async def _changed(
    request: web.Request, what: str, act: Callable[..., None], value: object, typed: Mapping[str, str]
) -> web.Response:
    """Back to the account after `act`; with what was typed and what is wrong about it, where it was refused."""
    actor, parts = request[ACTOR], request.app[PARTS]
    try:
        await parts.database.transaction(act, actor.account, value, parts.clock(), actor.account)
    except Invalid as invalid:
        wrong = [refused_field(request, invalid)]
        return account_page(request, *await _own(request), wrong=wrong, typed=typed, status=422)
    return go(request, HOME, done=what)


async def _own(request: web.Request) -> tuple[Account, list[Session]]:
    actor, now = request[ACTOR], request.app[PARTS].clock()
    return await request.app[PARTS].database.read(lambda tx: (person(tx, actor.account), of(tx, actor.account, now)))


async def _wrong(request: web.Request, field: str, key: str, status: int, wait_s: float = 0) -> web.Response:
    places = {"minutes": ceil(wait_s / 60)} if wait_s else {}
    wrong = [Wrong(field, say(staff_language(request), key, **places))]
    headers = {"Retry-After": f"{ceil(wait_s)}"} if wait_s else None
    return account_page(request, *await _own(request), wrong=wrong, status=status, headers=headers)


def account_routes() -> tuple[Route, ...]:
    return tuple(
        Route(method, path, handler, Right.OWN_ACCOUNT)
        for method, path, handler in (
            ("GET", HOME, show),
            ("POST", f"{HOME}/password", change_password),
            ("POST", f"{HOME}/title", change_title),
            ("POST", f"{HOME}/language", change_language),
            ("POST", f"{HOME}/name", change_name),
            ("POST", f"{HOME}/sessions", end_others),
            ("POST", f"{HOME}/session", keep_alive),
        )
    )
