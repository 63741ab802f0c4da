"""Accounts: finding them, adding one, what each may do, and ending what it has open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.admin.views import PEOPLE, Typed, link_page, people_page, person_page
from bot.parts import PARTS
from bot.staff.pages import go, refused_field
from bot.web.forms import Form, read_form
from bot.web.sessions import ACTOR
from knowledge.model import LANGUAGES
from services.accounts.acts import add, disable, enable, new_link, set_roles, set_title
from services.accounts.records import Account, people, person
from services.accounts.rules import Right, Role, require
from services.accounts.sessions import Session, end_all, of
from services.audit.acts import note
from services.errors import Gone, Invalid, LoginTaken

_ROLES = {role.value: role for role in Role}
Seen = tuple[Account, list[Session]]


async def show_people(request: web.Request) -> web.Response:
    return people_page(request, await request.app[PARTS].database.read(people))


async def add_person(request: web.Request) -> web.Response:
    """A new account; its set-up link is shown in the answer, this once."""
    actor, parts = request[ACTOR], request.app[PARTS]
    form = await read_form(request)
    roles, units = _roles(form), _units(request, form)
    try:
        account, token = await parts.database.transaction(
            add, form["login"], roles, units, parts.clock(), actor.account
        )
    except Invalid as invalid:
        wrong, status = refused_field(request, invalid), 422
    except LoginTaken:
        wrong, status = refused_field(request, Invalid("login", "taken")), 409
    else:
        return link_page(request, await parts.database.read(person, account), token, 201)
    typed = Typed(login=form["login"], roles=frozenset(roles), units=frozenset(units))
    return people_page(request, await parts.database.read(people), typed, [wrong], status)


async def show_person(request: web.Request) -> web.Response:
    """That an account was looked at is written down."""
    parts = request.app[PARTS]
    return person_page(
        request, *await parts.database.transaction(_view, _account(request), parts.clock(), request[ACTOR].account)
    )


async def change_roles(request: web.Request) -> web.Response:
    form = await read_form(request)
    roles, units = _roles(form), _units(request, form)
    typed = Typed(roles=frozenset(roles), units=frozenset(units))
    return await _done(request, "roles", set_roles, roles, units, typed=typed)


async def change_title(request: web.Request) -> web.Response:
    form = await read_form(request)
    title: dict[str, str] = {language: form[f"title-{language}"] for language in LANGUAGES}
    return await _done(request, "title", set_title, title, typed=Typed(title=title))


async def give_link(request: web.Request) -> web.Response:
    """Another set-up link; the older ones end."""
    parts = request.app[PARTS]
    account = _account(request)
    try:
        token = await parts.database.transaction(new_link, account, parts.clock(), request[ACTOR].account)
    except Gone:
        wrong = [refused_field(request, Invalid("account", "disabled"))]
        return person_page(request, *await _seen(request), wrong=wrong, status=409)
    return link_page(request, await parts.database.read(person, account), token)


async def disable_person(request: web.Request) -> web.Response:
    return await _done(request, "disable", disable)


async def enable_person(request: web.Request) -> web.Response:
    return await _done(request, "enable", enable)


async def sign_out_person(request: web.Request) -> web.Response:
    """End all sessions of the account, everywhere."""
    return await _done(request, "sign-out", _sign_out)


async def _done(
    request: web.Request, what: str, act: Callable[..., Any], *values: Any, typed: Typed | None = None
) -> web.Response:
    """Back to the person after `act`; with what was typed and what is wrong about it, where it was refused."""
    parts = request.app[PARTS]
    account = _account(request)
    try:
        await parts.database.transaction(act, account, *values, parts.clock(), request[ACTOR].account)
    except Invalid as invalid:
        return person_page(request, *await _seen(request), typed, [refused_field(request, invalid)], 422)
    return go(request, f"{PEOPLE}/{account}", done=what)


async def _seen(request: web.Request) -> Seen:
    return await request.app[PARTS].database.read(_look, _account(request), request.app[PARTS].clock())


def _look(tx: Any, account: str, now: datetime) -> Seen:
    return person(tx, account), of(tx, account, now)


def _view(tx: Any, account: str, now: datetime, by: str) -> Seen:
    seen = _look(tx, account, now)
    note(tx, by, "account.viewed", account, now)
    return seen


def _sign_out(tx: Any, account: str, now: datetime, by: str) -> None:
    person(tx, account)
    end_all(tx, account, now, by)


def _account(request: web.Request) -> str:
    """The account of the address. Raises Forbidden where it is not the actor's to change."""
    account = request.match_info["account"]
    require(request[ACTOR], Right.PEOPLE, account=account)
    return account


def _roles(form: Form) -> list[Role]:
    return [_ROLES[role] for role in form.all("role") if role in _ROLES]


def _units(request: web.Request, form: Form) -> list[str]:
    """Of the content's units those that were checked."""
    known = {unit.id for unit in request.app[PARTS].known.base.units}
    return [unit for unit in form.all("unit") if unit in known]
