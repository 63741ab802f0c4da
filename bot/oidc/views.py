"""The pages on the way to the provider and back. They stand in for the sign-in page, so their links lead there."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from bot.oidc.failures import Why
from bot.parts import PARTS
from bot.staff.pages import staff_page
from bot.web.sessions import SIGN_IN

_FAILED = {
    Why.NO_ATTEMPT: (400, "attempt"),
    Why.WRONG_STATE: (400, "attempt"),
    Why.ATTEMPT_EXPIRED: (400, "expired"),
    Why.CANCELLED: (403, "cancelled"),
    Why.PROVIDER_ERROR: (502, "answer"),
    Why.PROVIDER_DOWN: (502, "unreachable"),
    Why.PROVIDER_SLOW: (504, "unreachable"),
    Why.GARBAGE: (502, "answer"),
    Why.CODE_REFUSED: (400, "attempt"),
    Why.CLIENT_REFUSED: (502, "answer"),
    Why.WRONG_ID_TOKEN: (502, "answer"),
    Why.NO_ROLE: (403, "no_role"),
    Why.TOO_MANY_GROUPS: (403, "overage"),
    Why.DISABLED: (403, "disabled"),
}
"""The status, and the end of the text's key: what a person can do about it, not what went wrong inside."""


def going_page(request: web.Request, address: str) -> web.Response:
    """A page that goes on to the provider by itself.

    Not a redirect: after a form's post, browsers hold those to the policy's `form-action` too, all along the chain, and
    whom the provider sends people on to is not ours to know.
    """
    headers = {"Refresh": f"0; url={address}"}
    return staff_page(
        request, "oidc/going.html", here=SIGN_IN, headers=headers, address=address, provider=_name(request)
    )


def failed_page(request: web.Request, why: Why, next_path: str) -> web.Response:
    """What happened in words, and the way to try again."""
    status, text = _FAILED[why]
    return staff_page(
        request, "oidc/failed.html", status=status, here=SIGN_IN, text=text, next=next_path, provider=_name(request)
    )


def in_language(request: web.Request, language: str) -> web.Request:
    """A provider's answer as it would be in the language in which the person set out, and without its secrets."""
    return request.clone(rel_url=f"{request.path}?{urlencode({'lang': language})}")


def _name(request: web.Request) -> str:
    return request.app[PARTS].settings.oidc_name
