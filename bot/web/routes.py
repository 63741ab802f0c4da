"""A route says who may use it; one that does not is not a route."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from aiohttp import web

from services.accounts.rules import Right

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Access(Enum):
    """Who may use a route that asks for no staff session. The handler's own checks (a token's) come on top."""

    PUBLIC = "anyone"
    CONVERSATION = "the bearer of a Direct Line token or of the configured secret"
    CAPABILITY = "who knows the unguessable token in the path or in the link"
    SIGN_IN = "anyone, on the way into a staff session or out of it"


@dataclass(frozen=True, slots=True)
class Route:
    """`access`: a Right is what a signed-in person must have, and the middleware of `bot/web/sessions.py` decides it.

    `cross_origin`: pages of allowed foreign origins may call it (CORS); all others only by our own pages.
    """

    method: str
    path: str
    handler: Handler
    access: Access | Right
    cross_origin: bool = False

    @property
    def is_for_staff(self) -> bool:
        """Whether a session's cookie is at stake: staff's pages, and the way to them."""
        return isinstance(self.access, Right) or self.access is Access.SIGN_IN


Declared = dict[web.AbstractRoute, Route]
ROUTES: web.AppKey[Declared] = web.AppKey("routes", Declared)


def add_routes(app: web.Application, routes: Iterable[Route]) -> None:
    """Serve `routes`. A GET answers HEAD too, and a cross-origin path the browser's OPTIONS."""
    declared = app[ROUTES] if ROUTES in app else app.setdefault(ROUTES, {})
    asked = {route.path for route in declared.values() if route.method == "OPTIONS"}
    for route in routes:
        declared[app.router.add_route(route.method, route.path, route.handler)] = route
        if route.method == "GET":
            declared[app.router.add_route("HEAD", route.path, route.handler)] = replace(route, method="HEAD")
        if route.cross_origin and route.path not in asked:
            asked.add(route.path)
            preflight = Route("OPTIONS", route.path, _preflight, Access.PUBLIC, cross_origin=True)
            declared[app.router.add_route("OPTIONS", route.path, _preflight)] = preflight


def declaration(request: web.Request) -> Route | None:
    """What was declared of the route that `request` met; None where it met none (404, 405)."""
    return request.app[ROUTES].get(request.match_info.route) if ROUTES in request.app else None


async def _preflight(_request: web.Request) -> web.Response:
    """The browser asks first whether it may; whether it may is the origin policy's answer, beside this one."""
    return web.Response(status=204)
