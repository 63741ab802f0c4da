"""Where a request comes from."""

from __future__ import annotations

from aiohttp import web

from bot.parts import PARTS


def client_address(request: web.Request) -> str:
    """The client's address, for limits only; never logged.

    X-Forwarded-For counts only as far from the right as there are trusted proxies: what stands further left was
    written by the client.
    """
    proxies = request.app[PARTS].settings.trusted_proxies
    if proxies:
        hops = [hop.strip() for line in request.headers.getall("X-Forwarded-For", ()) for hop in line.split(",")]
        if len(hops) >= proxies:
            return hops[-proxies]
    return request.remote or ""
