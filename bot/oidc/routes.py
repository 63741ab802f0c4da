"""To the provider and back: a button's post begins, the callback ends it, in a session or in words that say why not."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from unicodedata import normalize

from aiohttp import web

from bot.oidc.attempt import COOKIE, LIVES, Attempt, new_attempt, opened, sealed
from bot.oidc.configured import Oidc
from bot.oidc.failures import SignInFailed, Why
from bot.oidc.groups import Overage, Standing, groups_in, standing
from bot.oidc.views import failed_page, going_page, in_language
from bot.parts import PARTS
from bot.staff.pages import staff_language
from bot.web.forms import form_value
from bot.web.routes import Access, Route
from bot.web.sessions import begin_anew, can_sign_in, entered, own_path, session_token
from services.accounts.provided import Person, sign_in_provided, withdraw_provided
from services.errors import Forbidden, NotFound

BEGIN = "/sign-in/oidc"
CALLBACK = f"{BEGIN}/callback"
LONGEST_NAME = 100
LONGEST_SUBJECT = 255

_log = logging.getLogger("porina.sign_in")
_ERRORS = {"interaction_required", "invalid_request", "invalid_scope", "login_required", "server_error",
           "temporarily_unavailable", "unauthorized_client", "unsupported_response_type"}  # fmt: skip


def oidc_routes() -> tuple[Route, ...]:
    """The routes; without a provider both are 404."""
    return (Route("POST", BEGIN, begin, Access.SIGN_IN), Route("GET", CALLBACK, callback, Access.SIGN_IN))


async def begin(request: web.Request) -> web.Response:
    """Off to the provider. What is needed on the way back is remembered by this browser, signed, for ten minutes."""
    oidc, parts = _oidc(request), request.app[PARTS]
    attempt = new_attempt(own_path(await form_value(request, "next")), staff_language(request))
    try:
        address = await oidc.provider.address(attempt, _redirect_uri(request))
    except SignInFailed as failed:
        return _failed(request, failed, attempt.next)
    response = going_page(request, address)
    response.set_cookie(
        COOKIE,
        sealed(attempt, parts.secret, parts.clock()),
        max_age=int(LIVES.total_seconds()),
        secure=True,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


async def callback(request: web.Request) -> web.Response:
    """Back from the provider. The attempt is over, however it ends: its cookie goes."""
    oidc, parts = _oidc(request), request.app[PARTS]
    next_path, shown = "", in_language(request, staff_language(request))
    try:
        attempt = opened(request.cookies.get(COOKIE), request.query.get("state", ""), parts.secret, parts.clock())
        next_path, shown = own_path(attempt.next), in_language(request, attempt.language)
        response = await entered(request, await _session(request, oidc, attempt), next_path)
    except SignInFailed as failed:
        response = _failed(shown, failed, next_path)
    except Forbidden:
        response = _failed(shown, SignInFailed(Why.DISABLED), next_path)
    response.del_cookie(COOKIE, secure=True, httponly=True, samesite="Lax", path="/")
    return response


async def _session(request: web.Request, oidc: Oidc, attempt: Attempt) -> str:
    """The token of a new session for whoever the provider says is back. Raises SignInFailed, Forbidden."""
    parts, answer = request.app[PARTS], request.query
    if "error" in answer:
        error = answer["error"]
        why = Why.CANCELLED if error == "access_denied" else Why.PROVIDER_ERROR
        raise SignInFailed(why, error if error in _ERRORS else "")
    if not answer.get("code"):
        raise SignInFailed(Why.PROVIDER_ERROR, "no code")
    claims = await oidc.provider.claims(attempt, _redirect_uri(request), answer["code"], answer.get("iss"))
    issuer, subject = oidc.provider.issuer, claims["sub"]
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise SignInFailed(Why.WRONG_ID_TOKEN, "sub")
    try:
        groups = groups_in(claims, parts.settings.oidc_claim)
    except Overage:
        raise SignInFailed(Why.TOO_MANY_GROUPS, "use app roles and PORINA_OIDC_CLAIM=roles") from None
    held = standing(groups, oidc.meanings)
    if not held.roles:
        await parts.database.transaction(withdraw_provided, issuer, subject, parts.clock())
        raise SignInFailed(Why.NO_ROLE)
    person = Person(issuer, subject, _name(claims), held.roles, _known_units(request, held))
    return await parts.database.transaction(_enter, session_token(request), person, parts.clock())


def _enter(tx: Any, old: str | None, person: Person, now: datetime) -> str:
    return begin_anew(tx, old, sign_in_provided(tx, person, now), now, "provider")


def _name(claims: Mapping[str, Any]) -> str:
    """The name for colleagues: the person's, else what they sign in with, else the subject."""
    for claim in ("name", "preferred_username", "sub"):
        told = claims.get(claim)
        if isinstance(told, str):
            plain = "".join(letter for letter in normalize("NFC", told) if letter.isprintable()).strip()
            if plain:
                return plain[:LONGEST_NAME]
    raise SignInFailed(Why.WRONG_ID_TOKEN, "no name")


def _known_units(request: web.Request, held: Standing) -> frozenset[str]:
    """Units are content, which changes while settings stay: those that are not there are passed over."""
    known = held.units & {unit.id for unit in request.app[PARTS].known.base.units}
    if known != held.units:
        fields = {"units": sorted(held.units - known)}
        _log.warning("PORINA_OIDC_GROUPS names units that are not in the content", extra={"fields": fields})
    return known


def _failed(request: web.Request, failed: SignInFailed, next_path: str) -> web.Response:
    fields = {"why": failed.why.name.lower(), **({"detail": failed.detail} if failed.detail else {})}
    _log.warning("nobody was signed in by the provider", extra={"fields": fields})
    return failed_page(request, failed.why, next_path)


def _redirect_uri(request: web.Request) -> str:
    return f"{request.app[PARTS].settings.public_url}{CALLBACK}"


def _oidc(request: web.Request) -> Oidc:
    """Raises NotFound where no provider is configured, or browsers would not keep the cookie."""
    oidc = request.app[PARTS].oidc
    if oidc is None or not can_sign_in(request):
        raise NotFound("provider")
    return oidc
