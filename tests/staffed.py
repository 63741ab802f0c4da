"""Staff at work on a real port: their pages, a real database, accounts and sessions made by the acts themselves.

Passwords are hashed as cheaply as argon2 can; what hashing costs is tested where it matters.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse
from argon2.profiles import CHEAPEST
from bookings import shipped
from served import Served, SetClock, serving

from bot.account.routes import account_routes
from bot.admin.routes import admin_routes
from bot.calendar.routes import calendar_routes
from bot.calls.routes import call_routes
from bot.desk.routes import desk_routes
from bot.feeds.routes import feed_routes
from bot.jobs import job_runner
from bot.meet.routes import meet_routes
from bot.sign_in.routes import sign_in_routes
from bot.units.routes import unit_routes
from bot.web.sessions import DEVICE, SESSION
from knowledge.store import Known
from services.accounts.acts import add
from services.accounts.passwords import Passwords
from services.accounts.rules import Role
from services.accounts.sessions import begin, resume
from services.accounts.setting_up import set_up
from services.limits import Limit

GOOD = "kolme kuhaa kuivui katolla"
FORM = "application/x-www-form-urlencoded"


class Staff:
    """What people with accounts do, each by the token of a session."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.parts = served.parts
        self.clock = served.clock
        self.url = served.url

    async def add(self, login: str, *roles: Role, units: Collection[str] = ()) -> tuple[str, str]:
        """A new account's id, and the token of its set-up link."""
        return await self.parts.database.transaction(add, login, roles, units, self.clock(), "command line")

    async def person(self, login: str, *roles: Role, units: Collection[str] = (), password: str = GOOD) -> str:
        """The id of an account that is set up."""
        account, link = await self.add(login, *roles, units=units)
        password_hash = await self.parts.passwords.hash(password)
        await self.parts.database.transaction(set_up, link, password_hash, self.clock())
        return account

    async def session(self, account: str) -> str:
        """The token of a new session."""
        return await self.parts.database.transaction(begin, account, self.clock(), "password")

    async def signed_in(self, login: str, *roles: Role, units: Collection[str] = ()) -> str:
        """The token of a new session of a new account."""
        return await self.session(await self.person(login, *roles, units=units))

    async def actor(self, token: str) -> Any:
        """Whose session it is; None where it is over."""
        return await self.parts.database.read(resume, token, self.clock())

    async def get(self, path: str, token: str | None = None, **given: Any) -> ClientResponse:
        return await self.served.ask("GET", path, headers=cookies(token) | given.pop("headers", {}), **given)

    async def post(
        self, path: str, token: str | None = None, *, device: str = "", headers: Any = None, **form: Any
    ) -> ClientResponse:
        """A form as a browser posts it from our own page."""
        sent = {"Content-Type": FORM, "Origin": self.url, **cookies(token, device), **(headers or {})}
        return await self.served.ask("POST", path, data=form, headers=sent)

    async def sign_in(self, login: str, password: str = GOOD, **given: Any) -> ClientResponse:
        return await self.post("/sign-in", login=login, password=password, **given)

    async def page(self, path: str, token: str | None = None, status: int = 200) -> str:
        """The words of a page."""
        answer = await self.get(path, token)
        assert answer.status == status, (path, answer.status)
        return words(await answer.text())


def cookies(token: str | None, device: str = "") -> dict[str, str]:
    """The header by hand: aiohttp's jar gives no secure cookie to http."""
    told = [f"{name}={value}" for name, value in ((SESSION, token), (DEVICE, device)) if value]
    return {"Cookie": "; ".join(told)} if told else {}


def given(answer: ClientResponse, name: str = SESSION) -> str:
    """The value of a cookie that an answer sets."""
    return answer.cookies[name].value


def words(html: str) -> str:
    """What a page says, menus and all, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@asynccontextmanager
async def staffed(data: Path, *, clock: SetClock | None = None, **settings: Any) -> AsyncIterator[Staff]:
    """The pages of staff, with nobody in them yet."""
    base = shipped()
    of_staff = (*sign_in_routes(), *account_routes(), *unit_routes(), *desk_routes(), *admin_routes())
    routes = (*of_staff, *call_routes(), *calendar_routes(), *feed_routes(), *meet_routes())
    async with serving(data, routes, clock=clock, **settings) as served:
        parts = served.parts
        parts.known = Known(1, base, None)  # type: ignore[arg-type]
        parts.passwords = Passwords(CHEAPEST)
        parts.touches = Limit(1, served.clock)
        parts.jobs = job_runner(
            parts.settings, data, parts.database, served.clock, parts.secret, lambda: parts.known.base
        )
        yield Staff(served)
        await asyncio.to_thread(parts.passwords.close)
