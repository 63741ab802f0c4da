"""What one's own account shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiohttp import web

from bot.parts import PARTS
from bot.staff.pages import Wrong, staff_language, staff_page
from bot.web.sessions import HOME
from knowledge.model import LANGUAGES
from services.accounts.records import Account
from services.accounts.rules import RULES, Reach, Right
from services.accounts.sessions import Session

_DONE = {"password", "title", "language", "name", "sessions"}


def account_page(
    request: web.Request,
    account: Account,
    sessions: Sequence[Session],
    *,
    wrong: Sequence[Wrong] = (),
    typed: Mapping[str, str] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """The account. `typed`: what stands in the form that was not taken, by field, in place of what is stored."""
    language = staff_language(request)
    done = request.query.get("done", "")
    stored = {"name": account.name, "language": account.language or ""}
    titles = {f"title-{tag}": account.title.get(tag, "") for tag in LANGUAGES}
    return staff_page(
        request,
        "account/account.html",
        status=status,
        here=HOME,
        headers=headers,
        account=account,
        units=unit_names(request, account.units, language),
        lacks_unit=lacks_unit(account),
        sessions=sessions,
        values={**stored, **titles, **(typed or {})},
        wrong=wrong,
        done=done if done in _DONE else "",
        shown=request.query.get("show") == "1",
    )


def unit_names(request: web.Request, units: frozenset[str], language: str) -> list[str]:
    """The units' names, in order; the id of one that the content does not have any more."""
    known = {unit.id: unit.name.in_(language) for unit in request.app[PARTS].known.base.units}
    return sorted(known.get(unit, unit) for unit in units)


def lacks_unit(account: Account) -> bool:
    """Whether all that the roles open is a unit's, and there is none."""
    reaches = {RULES[Right.UNITS].get(role) for role in account.roles}
    return not account.units and Reach.UNITS in reaches and Reach.ALL not in reaches
