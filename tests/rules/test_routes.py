"""Every route declares who may use it, and none that changes something takes a foreign page's word."""

import itertools
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from databases import fresh
from served import Served, SetClock, application, serving_product, stocked
from staffed import FORM, Staff, cookies

from bot.app import make_app
from bot.parts import PARTS
from bot.settings import Settings
from bot.web.origins import SAFE
from bot.web.routes import ROUTES, Access
from services.accounts.rules import Right, Role

ODD = ["none", "-1", "9" * 300, "%27%22", "%F0%9F%98%80", "..%2f..", "%00", "%ff", "{}"]


def undeclared(app: web.Application) -> list[str]:
    """The routes that were added without a word on who may use them."""
    return [f"{route.method} {route.resource}" for route in app.router.routes() if route not in app[ROUTES]]


@pytest.fixture
def product(tmp_path: Path) -> Iterator[web.Application]:
    app = make_app(Settings(database_url=fresh(tmp_path, stocked)), tmp_path, SetClock())
    yield app
    app[PARTS].passwords.close()
    app[PARTS].database.close()


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving_product(tmp_path, rate_limits="off") as served:
        yield served


def test_every_route_is_declared(product: web.Application) -> None:
    assert len(list(product.router.routes())) > 20
    assert undeclared(product) == []
    assert all(isinstance(route.access, Access | Right) for route in product[ROUTES].values())


def test_one_that_is_not_is_found(tmp_path: Path) -> None:
    app = application(tmp_path, Settings(), SetClock())

    async def secret(_request: web.Request) -> web.Response:
        return web.Response()

    app.router.add_get("/secret-door", secret)
    found = undeclared(app)
    assert len(found) == 2  # GET and HEAD
    assert all("secret-door" in route for route in found)
    app[PARTS].database.close()


async def test_no_unsafe_route_takes_a_foreign_page(running: Served) -> None:
    unsafe = [route for route in running.app[ROUTES].values() if route.method not in SAFE]
    assert len(unsafe) > 5
    for route in unsafe:
        path = re.sub(r"\{[^}]*\}", "x", route.path)
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
            answer = await running.ask(route.method, path, headers=headers)
            assert answer.status == 403, (route.method, path, headers)


async def test_no_route_breaks_on_an_odd_id(running: Served) -> None:
    routes = [route for route in running.app[ROUTES].values() if "{" in route.path]
    assert len(routes) > 10
    admin = await Staff(running).signed_in("paakayttaja", Role.ADMIN, Role.AGENT, units=["pysakointi"])
    own = {**cookies(admin), "Origin": running.url}
    for route, odd in itertools.product(routes, ODD):
        path = re.sub(r"\{[^}]*\}", lambda _, odd=odd: odd, route.path)
        body = {"data": {}} if route.is_for_staff else {"json": {}}
        sent = {**own, "Content-Type": FORM} if route.is_for_staff else {}
        answer = await running.ask(route.method, path, headers=sent, **(body if route.method == "POST" else {}))
        assert answer.status < 500, (route.method, path, await answer.text())
        assert answer.status not in {401, 403} or not route.is_for_staff, (route.method, path)
