"""`/healthz`: the process lives. `/readyz`: it can serve, which needs its database."""

from __future__ import annotations

from aiohttp import web

from bot.parts import PARTS
from bot.web.routes import Access, Route


async def healthz(_request: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})


async def readyz(request: web.Request) -> web.Response:
    if await request.app[PARTS].database.is_alive():
        return web.json_response({"status": "ready"})
    return web.json_response({"status": "the database does not answer"}, status=503, headers={"Retry-After": "3"})


def operations_routes() -> tuple[Route, ...]:
    return (
        Route("GET", "/healthz", healthz, Access.PUBLIC),
        Route("GET", "/readyz", readyz, Access.PUBLIC),
    )
