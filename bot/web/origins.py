"""Who may call us from a browser: our own pages everywhere, the allowed sites where a route says so, others nowhere.

No cookie decides anything on a cross-origin route (they take bearer tokens), so answering with credentials allowed is
harmless there; `session/getsessionid` of the stock client is sent with them.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from bot.parts import PARTS
from bot.web.refusals import Refused
from bot.web.routes import Route

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type, x-ms-bot-agent, x-requested-with",
    "Access-Control-Max-Age": "600",
}


def check_origin(request: web.Request, route: Route | None) -> None:
    """Raises Refused (403) for an unsafe request or a WebSocket from a foreign page.

    WebSockets are not bound by CORS and always say their Origin, so it is checked here. `Sec-Fetch-Site` covers
    browsers that leave the Origin out. Where a session's cookie is at stake, silence is no proof: one of the two must
    say that our own page asks, and neither may say otherwise.
    """
    cross_origin = route is not None and route.cross_origin
    unsafe = request.method not in SAFE or request.headers.get("Upgrade", "").lower() == "websocket"
    if not unsafe and not cross_origin:
        return
    origin = request.headers.get("Origin")
    if origin is not None and not (_own(request, origin) or (cross_origin and _allowed(request, origin))):
        raise Refused(403, "ForeignOrigin", "pages of this origin may not do this")
    if unsafe and not cross_origin and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Refused(403, "ForeignOrigin", "other sites may not do this")
    if unsafe and route is not None and route.is_for_staff:
        site = request.headers.get("Sec-Fetch-Site", "same-origin" if origin is not None else "unsaid")
        if site != "same-origin":
            raise Refused(403, "ForeignOrigin", "only our own pages may do this")


def cors_headers(request: web.Request, route: Route | None) -> dict[str, str]:
    """The headers that let an allowed page read the answer; none for others."""
    if route is None or not route.cross_origin:
        return {}
    headers = {"Vary": "Origin"}
    origin = request.headers.get("Origin")
    if origin is not None and (_own(request, origin) or _allowed(request, origin)):
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Allow-Credentials"] = "true"
        headers["Access-Control-Expose-Headers"] = "Retry-After"
        if request.method == "OPTIONS":
            headers.update(_PREFLIGHT)
    return headers


def _own(request: web.Request, origin: str) -> bool:
    here = urlsplit(request.app[PARTS].settings.public_url)
    return origin in (f"{here.scheme}://{here.netloc}", f"http://{request.host}", f"https://{request.host}")


def _allowed(request: web.Request, origin: str) -> bool:
    return origin in request.app[PARTS].settings.allowed_origins
