"""What the pages on the way in show."""

from __future__ import annotations

from math import ceil

from aiohttp import web

from bot.locale import say
from bot.parts import PARTS
from bot.staff.pages import Wrong, staff_language, staff_page
from bot.web.sessions import can_sign_in, own_path
from services.accounts.records import Account

_DONE = {"signed_out"}


def sign_in_page(
    request: web.Request, *, login: str = "", where: str | None = None, problem: str | None = None, wait_s: float = 0
) -> web.Response:
    """The form. `problem`: "mismatch" (422) or "throttled" (429, for `wait_s` more); else all is well.

    Where browsers would not take the cookie, the page says so in place of the form.
    """
    settings = request.app[PARTS].settings
    done = request.query.get("done", "")
    places = {"minutes": ceil(wait_s / 60)} if wait_s else {}
    wrong = [Wrong("login", say(staff_language(request), f"signing.{problem}", **places))] if problem else []
    status = {"mismatch": 422, "throttled": 429}.get(problem or "", 200)
    return staff_page(
        request,
        "sign_in/sign_in.html",
        status=status if _possible(request) else 403,
        headers={"Retry-After": f"{ceil(wait_s)}"} if wait_s else None,
        possible=can_sign_in(request),
        login=login,
        next=own_path(request.query.get("next", "") if where is None else where),
        done=done if done in _DONE else "",
        wrong=wrong,
        provider=settings.oidc_name if settings.oidc_issuer else "",
    )


def _possible(request: web.Request) -> bool:
    """False for a form that was sent although browsers would not take the cookie."""
    return can_sign_in(request) or request.method != "POST"


def set_up_page(request: web.Request, account: Account, weakness: str | None = None) -> web.Response:
    """The form for a new password. `weakness`: what is wrong with the one that was sent."""
    wrong = [Wrong("password", say(staff_language(request), f"signing.weak_{weakness}"))] if weakness else []
    return staff_page(
        request,
        "sign_in/set_up.html",
        status=(422 if wrong else 200) if _possible(request) else 403,
        possible=can_sign_in(request),
        login=account.login or "",
        shown=request.query.get("show") == "1",
        wrong=wrong,
    )


def dead_link_page(request: web.Request, status: int) -> web.Response:
    """The link does not work: 404 where there never was such a one, 410 where it was used, replaced or too old."""
    return staff_page(request, "sign_in/dead_link.html", status=status, kind="gone" if status == 410 else "unknown")
