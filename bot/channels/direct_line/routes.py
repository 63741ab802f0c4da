"""Bot Framework Direct Line 3.0 under /v3/directline, as the stock npm clients speak it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.channels.direct_line import files
from bot.channels.direct_line.activities import NOT_KEPT, received
from bot.channels.direct_line.callers import bearer, caller, check_page, is_trusted, participant
from bot.channels.direct_line.stream import frame, serve_stream
from bot.channels.direct_line.tokens import Grant, Purpose, issue, verify
from bot.channels.direct_line.upload import take_upload
from bot.parts import PARTS
from bot.web.address import client_address
from bot.web.body import read_body, read_json
from bot.web.refusals import Refused, limit, take
from bot.web.routes import Access, Route
from services.bell import Passing, tell_passing
from services.conversations.acts import activities_after, last_seq
from services.errors import NotFound
from services.ids import derived_token, new_id
from services.limits import Limit
from services.uploads.acts import find

BASE = "/v3/directline"
MOST_CHARACTERS = 10_000
LONGEST_USER = 128


@dataclass(frozen=True, slots=True)
class Limits:
    """How often an address may get tokens and open conversations, and a conversation may send; None: as it likes."""

    tokens: Limit | None
    conversations: Limit | None
    messages: Limit | None


LIMITS: web.AppKey[Limits] = web.AppKey("direct_line_limits", Limits)


def direct_line_routes() -> tuple[Route, ...]:
    conversation = BASE + "/conversations/{conversation}"
    rows = (
        ("POST", BASE + "/tokens/generate", generate, Access.PUBLIC),
        ("POST", BASE + "/tokens/refresh", refresh, Access.CONVERSATION),
        ("POST", BASE + "/conversations", start, Access.CONVERSATION),
        ("GET", conversation, reconnect, Access.CONVERSATION),
        ("GET", conversation + "/activities", read, Access.CONVERSATION),
        ("POST", conversation + "/activities", send, Access.CONVERSATION),
        ("POST", conversation + "/upload", upload, Access.CONVERSATION),
        ("GET", conversation + "/stream", stream, Access.CAPABILITY),
        ("GET", BASE + "/session/getsessionid", session_id, Access.CONVERSATION),
        ("GET", BASE + "/files/{upload}", file, Access.CAPABILITY),
    )
    return tuple(Route(*row, cross_origin=True) for row in rows)


def set_up_direct_line(app: web.Application) -> None:
    """What the routes need beside them: limits, the folder of files, and a goodbye to open streams at the end."""
    parts = app[PARTS]
    on = parts.settings.rate_limits == "on"
    app[LIMITS] = Limits(
        tokens=limit(parts.settings.conversations_a_minute, parts.clock, on=on),
        conversations=limit(parts.settings.conversations_a_minute, parts.clock, on=on),
        messages=limit(parts.settings.messages_a_minute, parts.clock, on=on),
    )
    files.folder(parts.data).mkdir(exist_ok=True)
    app.on_shutdown.append(_close_streams)


async def generate(request: web.Request) -> web.Response:
    """A token for a new conversation: for anybody as an anonymous user, for the bearer of the secret as he names."""
    credential = bearer(request)
    if credential is not None and not is_trusted(request, credential):
        raise Refused(403, "InvalidSecret", "the secret is not valid here")
    take(request.app[LIMITS].tokens, client_address(request))
    wish = await _wish(request)
    return _answer(_token(request, _new_grant(wish, trusted=credential is not None)))


async def refresh(request: web.Request) -> web.Response:
    """A new token for an unexpired one."""
    grant = caller(request)
    if grant is None:
        raise Refused(403, "InvalidToken", "a secret needs no refreshing")
    return _answer(_token(request, grant))


async def start(request: web.Request) -> web.Response:
    """Open the token's conversation (201), or find it open already (200); the bot's greeting is its first activity."""
    take(request.app[LIMITS].conversations, client_address(request))
    wish = await _wish(request)
    grant = caller(request) or _new_grant(wish, trusted=True)
    locale = wish.get("locale")
    if not isinstance(locale, str | None):
        raise Refused(400, "BadArgument", "`locale` must be a text")
    fresh = await request.app[PARTS].turns.start(grant.conversation, grant.user, locale)
    body = {**_token(request, grant), "streamUrl": _stream_url(request, grant, 0)}
    return _answer(body, status=201 if fresh else 200)


async def reconnect(request: web.Request) -> web.Response:
    """A new stream address that continues at the watermark; without one, with what comes after this request."""
    grant = await participant(request)
    newest = await request.app[PARTS].database.read(last_seq, grant.conversation)
    position = _position(request, missing=newest)
    return _answer({**_token(request, grant), "streamUrl": _stream_url(request, grant, position)})


async def read(request: web.Request) -> web.Response:
    """The activities after the watermark, a page at a time; from the beginning without one."""
    grant = await participant(request)
    position = _position(request, missing=0)
    page = await request.app[PARTS].database.read(activities_after, grant.conversation, position)
    return web.Response(text=frame(page.bodies, page.watermark), content_type="application/json", headers=_NO_STORE)


async def send(request: web.Request) -> web.Response:
    """Take one activity through its turn; the id under which it is echoed."""
    grant = await participant(request)
    take(request.app[LIMITS].messages, grant.conversation)
    parts = request.app[PARTS]
    given = await received(await read_body(request), grant)
    body = given.incoming.body
    if body["type"] in NOT_KEPT:
        return _answer({"id": await _in_passing(request, grant, body)})
    return _answer({"id": await parts.turns.take(grant.conversation, grant.user, given.incoming, masked=given.masked)})


async def upload(request: web.Request) -> web.Response:
    """Take a message with files."""
    grant = await participant(request)
    if not request.query.get("userId"):
        raise Refused(400, "MissingProperty", "`userId` is missing in the query")
    take(request.app[LIMITS].messages, grant.conversation)
    await request.app[PARTS].database.read(last_seq, grant.conversation)
    return _answer({"id": await take_upload(request, grant)})


async def stream(request: web.Request) -> web.StreamResponse:
    """The WebSocket; its address is the permission."""
    parts = request.app[PARTS]
    grant = verify(parts.secret, Purpose.STREAM, request.query.get("t", ""), parts.clock())
    if grant.conversation != request.match_info["conversation"]:
        raise NotFound(grant.conversation)
    check_page(request, grant)
    newest = await parts.database.read(last_seq, grant.conversation)
    return await serve_stream(request, grant.conversation, min(newest, _position(request, missing=newest)))


async def session_id(request: web.Request) -> web.Response:
    """The client's session, which it asks for before it shows a sign-in card."""
    grant = caller(request)
    if grant is None:
        raise Refused(403, "InvalidToken", "a secret has no session")
    return _answer({"sessionId": derived_token(request.app[PARTS].secret, "session", grant.conversation)})


async def file(request: web.Request) -> web.StreamResponse:
    """An uploaded file, to be saved and never to be run."""
    parts = request.app[PARTS]
    wanted = request.match_info["upload"]
    until, signature = request.query.get("until", ""), request.query.get("signature", "")
    files.check_address(parts.secret, wanted, until, signature, parts.clock())
    found = await parts.database.read(find, wanted)
    path = files.folder(parts.data) / found.id
    if not await asyncio.to_thread(path.is_file):
        raise NotFound(wanted)
    headers = {
        "Content-Type": found.content_type,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return web.FileResponse(path, headers=headers)


_NO_STORE = {"Cache-Control": "no-store"}


def _answer(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers=_NO_STORE)


async def _wish(request: web.Request) -> dict[str, Any]:
    """The optional body of a request for a token or a conversation."""
    wish = await read_json(request, most=MOST_CHARACTERS, optional=True)
    if wish is None:
        return {}
    if not isinstance(wish, dict):
        raise Refused(400, "BadArgument", "the body must be an object")
    return wish


def _new_grant(wish: dict[str, Any], *, trusted: bool) -> Grant:
    """A grant for a new conversation; only a trusted caller may name its user and the pages it is for."""
    anonymous = f"dl_{new_id()}"
    if not trusted:
        return Grant(new_id(), anonymous)
    account = wish.get("user") or {}
    user = (account.get("id") if isinstance(account, dict) else account) or anonymous
    origins = wish.get("trustedOrigins") or []
    if not isinstance(user, str) or not user.isprintable() or len(user) > LONGEST_USER:
        raise Refused(400, "BadArgument", f"`user.id` must be a text of at most {LONGEST_USER} characters")
    if not isinstance(origins, list) or not all(isinstance(origin, str) for origin in origins):
        raise Refused(400, "BadArgument", "`trustedOrigins` must be a list of texts")
    return Grant(new_id(), user, tuple(origins))


def _token(request: web.Request, grant: Grant) -> dict[str, Any]:
    parts = request.app[PARTS]
    return {
        "conversationId": grant.conversation,
        "token": issue(parts.secret, Purpose.CONVERSATION, grant, parts.clock()),
        "expires_in": int(Purpose.CONVERSATION.value.total_seconds()),
    }


def _stream_url(request: web.Request, grant: Grant, position: int) -> str:
    parts = request.app[PARTS]
    base = "ws" + parts.settings.public_url.removeprefix("http")
    query = urlencode({"watermark": position, "t": issue(parts.secret, Purpose.STREAM, grant, parts.clock())})
    return f"{base}{BASE}/conversations/{grant.conversation}/stream?{query}"


def _position(request: web.Request, *, missing: int) -> int:
    """The sequence number in the watermark; `missing` without one. Of a watermark that is none of ours everything."""
    watermark = request.query.get("watermark", "")
    if watermark in {"", "-", "null", "undefined"}:
        return missing
    return int(watermark) if watermark.isascii() and watermark.isdecimal() and len(watermark) < 10 else 0


async def _in_passing(request: web.Request, grant: Grant, body: dict[str, Any]) -> str:
    """Tell typing to who listens now; an id that no kept activity has."""
    parts = request.app[PARTS]
    number = f"{grant.conversation}|{new_id()}"
    if body["type"] == "typing":
        at = parts.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        said = {**body, "id": number, "timestamp": at, "conversation": {"id": grant.conversation}}
        passing = Passing(grant.conversation, json.dumps(said, ensure_ascii=False))
        if parts.database.is_shared:
            await parts.database.transaction(tell_passing, passing)
        else:
            parts.bell.ring(passing)
    return number


async def _close_streams(app: web.Application) -> None:
    app[PARTS].bell.close()
