"""Staff sessions in a browser: two cookies, and the middleware that lets in who has the right a route asks for.

The session's cookie is a random secret and nothing else; the row that its digest names is the truth, so a session can
be ended from elsewhere. `__Host-` makes browsers take it over https only (or from a loopback address), for this host
only and from no subdomain (RFC 6265bis, 4.1.3.2). It ends with the browser.

The device's cookie says that somebody signed in to an account from this browser before. It opens nothing: guesses from
elsewhere cannot lock such a browser out (services/accounts/signing_in.py).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.parts import PARTS
from bot.settings import LOOPBACK
from bot.web.refusals import Refused
from bot.web.routes import Handler, declaration
from services.accounts.rules import Actor, Right, may
from services.accounts.sessions import How, begin, end, resume, touch
from services.accounts.signing_in import device_token, is_device
from services.errors import Forbidden

SESSION = "__Host-porina"
DEVICE = "__Host-porina-device"
SIGN_IN = "/sign-in"
HOME = "/account"
DESK = "/desk"

ACTOR: web.RequestKey[Actor] = web.RequestKey("actor")

_YEAR_S = 365 * 24 * 3600
_DEVICES = 5
_BETWEEN = "~"
# A path of ours as it stands in a Location: no second slash or backslash, which browsers read as another host, and no
# white space, which they leave out before they look.
_OWN = re.compile(r"/(?!/)[!-\[\]-~]{0,2000}")


@web.middleware
async def access(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Where a route asks for a Right: whose session it is, whether they have it, and then the handler."""
    route = declaration(request)
    if route is None or not isinstance(route.access, Right):
        return await handler(request)
    actor = await present(request)
    if actor is None:
        return _to_sign_in(request)
    if not may(actor, route.access):
        raise Forbidden(f"{route.access.name} is not theirs")
    return await handler(request)


async def present(request: web.Request) -> Actor | None:
    """Who is signed in by this request's cookie, also as `request[ACTOR]`.

    That they were here is written down, at most once a minute; an open page that asks by itself does not count.
    """
    token = session_token(request)
    if not token:
        return None
    parts = request.app[PARTS]
    actor = await parts.database.read(resume, token, parts.clock())
    if actor is None:
        return None
    request[ACTOR] = actor
    if not by_itself(request) and not parts.touches.wait(actor.session):
        await parts.database.transaction(touch, actor.session, parts.clock())
    return actor


def by_itself(request: web.Request) -> bool:
    """Whether an open page asks to stay as things stand, without anybody at it."""
    return "X-Porina-Refresh" in request.headers


async def entered(request: web.Request, token: str, where: str = "") -> web.Response:
    """On to `where`, a path of ours, or to the first page of whose session it is, with the session of `token`."""
    parts = request.app[PARTS]
    response = see_other(where or first_page(await parts.database.read(resume, token, parts.clock())))
    set_session(response, token)
    return response


def first_page(actor: Actor | None) -> str:
    """Where one's work begins: the desk, for who meets citizens."""
    return DESK if actor is not None and may(actor, Right.MEET) else HOME


def see_other(where: str) -> web.Response:
    """On by GET to `where`, a path of ours."""
    return web.Response(status=303, headers={"Location": where, "Cache-Control": "no-store"})


def begin_anew(tx: Any, old: str | None, account: str, now: datetime, how: How, *, verified: str | None = None) -> str:
    """An act: a new session, and an end to the one whose token the browser had. Returns the new token.

    Raises Forbidden as `begin()` does.
    """
    end_present(tx, old, now)
    return begin(tx, account, now, how, verified=verified)


def end_present(tx: Any, token: str | None, now: datetime) -> None:
    """An act: end the session of `token`, if there is one."""
    actor = resume(tx, token, now) if token and token.isascii() else None
    if actor is not None:
        end(tx, actor.session, now, actor.account)


def session_token(request: web.Request) -> str:
    """The token that the browser has; empty where it has none."""
    return _cookie(request, SESSION)


def set_session(response: web.Response, token: str) -> None:
    """Give the browser its session."""
    response.set_cookie(SESSION, token, secure=True, httponly=True, samesite="Lax", path="/")


def forget_session(response: web.Response) -> None:
    """Take it back."""
    response.del_cookie(SESSION, secure=True, httponly=True, samesite="Lax", path="/")


def known_device(request: web.Request, login: str) -> str | None:
    """The token that tells that `login` signed in from this browser before."""
    secret = request.app[PARTS].secret
    return next((token for token in _devices(request) if is_device(secret, login, token)), None)


def remember_device(request: web.Request, response: web.Response, login: str) -> None:
    """Let this browser be known as one of `login`, beside the last few others who share it."""
    token = known_device(request, login) or device_token(request.app[PARTS].secret, login)
    tokens = [token, *(other for other in _devices(request) if other != token)][:_DEVICES]
    response.set_cookie(
        DEVICE, _BETWEEN.join(tokens), max_age=_YEAR_S, secure=True, httponly=True, samesite="Lax", path="/"
    )


def _devices(request: web.Request) -> list[str]:
    return _cookie(request, DEVICE).split(_BETWEEN)[:_DEVICES]


def _cookie(request: web.Request, name: str) -> str:
    """A cookie's value; what we never gave, as bytes that are no text, is none."""
    value = request.cookies.get(name, "")
    return value if value.isascii() else ""


def own_path(path: str) -> str:
    """`path` where it is one of ours, to go on to after signing in; else empty."""
    return path if _OWN.fullmatch(path) else ""


def can_sign_in(request: web.Request) -> bool:
    """Whether browsers would take the cookie: over https, or on this machine."""
    here = urlsplit(request.app[PARTS].settings.public_url)
    return here.scheme == "https" or here.hostname in LOOPBACK


def _to_sign_in(request: web.Request) -> web.Response:
    """A page is asked for again after signing in; what would have been done is refused. Raises Refused (401)."""
    if request.method not in {"GET", "HEAD"}:
        raise Refused(401, "NoSession", "nobody is signed in, or not any more")
    asked = request.query.get("lang", "")
    language = f"&lang={quote(asked)}" if asked else ""
    return see_other(f"{SIGN_IN}?next={quote(own_path(request.raw_path), safe='/')}{language}")
