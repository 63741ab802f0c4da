"""Who calls: the bearer of a conversation's token, or of the installation's secret."""

from __future__ import annotations

import hmac

from aiohttp import web

from bot.channels.direct_line.tokens import Grant, Purpose, verify
from bot.parts import PARTS
from bot.web.refusals import Refused
from services.conversations.acts import owner
from services.errors import NotFound


def bearer(request: web.Request) -> str | None:
    """The bearer's credential; None without Authorization. Raises Refused (401) where the header is malformed."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, credential = header.partition(" ")
    if scheme.lower() != "bearer" or not (credential := credential.strip()):
        raise _unauthorised("the Authorization header must be: Bearer, a space, a token")
    return credential


def is_trusted(request: web.Request, credential: str) -> bool:
    """Whether `credential` is the configured secret."""
    secret = request.app[PARTS].settings.directline_secret
    return secret is not None and hmac.compare_digest(secret.encode(), credential.encode())


def caller(request: web.Request) -> Grant | None:
    """What the caller's token grants; None for the bearer of the secret. Raises Refused (401, 403)."""
    credential = bearer(request)
    if credential is None:
        raise _unauthorised("the Authorization header is missing")
    if is_trusted(request, credential):
        return None
    parts = request.app[PARTS]
    grant = verify(parts.secret, Purpose.CONVERSATION, credential, parts.clock())
    check_page(request, grant)
    return grant


async def participant(request: web.Request) -> Grant:
    """The caller's grant for the conversation in the path; the bearer of the secret acts as the one who opened it.

    Raises Refused (401, 403), and NotFound for another's conversation just as for one that does not exist.
    """
    conversation = request.match_info["conversation"]
    grant = caller(request)
    if grant is None:
        return Grant(conversation, await request.app[PARTS].database.read(owner, conversation))
    if grant.conversation != conversation:
        raise NotFound(conversation)
    return grant


def check_page(request: web.Request, grant: Grant) -> None:
    """Raises Refused (403) for a page that is not among the token's trusted origins."""
    origin = request.headers.get("Origin")
    if grant.origins and origin is not None and origin not in grant.origins:
        raise Refused(403, "UntrustedOrigin", "the token was not made for pages of this origin")


def _unauthorised(message: str) -> Refused:
    return Refused(401, "Unauthorized", message, {"WWW-Authenticate": "Bearer"})
