"""Who gets in where: each role at each route of staff, over HTTP, against a table that is written by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from served import serving_product
from staffed import Staff, staffed

from bot.web.routes import ROUTES, Access, Route, add_routes
from bot.web.sessions import SESSION
from services.accounts.acts import disable
from services.accounts.rules import Right, Role
from services.accounts.sessions import end

UNIT, OTHER = "pysakointi", "kirjaamo"
NONE = {"unit": UNIT, **dict.fromkeys(("account", "appointment", "job", "call", "expert", "absence", "token"), "none")}
"""What stands in a path where nothing is meant."""

NOBODY = {"nobody", "disabled", "ended", "stranger"}
"""Without a session that lives: not signed in, disabled, signed out, a cookie that we never gave."""
EVERYBODY = {"agent", "expert", "editor", "admin", "agent without a unit"}
ADMIN = {"admin"}
CALENDARS = {"expert", "editor", "admin"}

NAMED = {
    "unit": UNIT,
    "account": "ei-ole",
    "token": "x",
    **dict.fromkeys(("job", "appointment", "call", "expert", "absence"), "none"),
}
"""What stands for the places in a path."""

TABLE: dict[tuple[str, str], set[str]] = {
    ("GET", "/account"): EVERYBODY,
    ("POST", "/account/name"): EVERYBODY,
    ("POST", "/account/title"): EVERYBODY,
    ("POST", "/account/language"): EVERYBODY,
    ("POST", "/account/password"): EVERYBODY,
    ("POST", "/account/sessions"): EVERYBODY,
    ("POST", "/account/session"): EVERYBODY,
    ("GET", "/units"): {"agent", "expert", "editor", "admin"},
    ("GET", "/units/{unit}"): {"agent", "expert", "editor", "admin"},
    ("GET", "/desk"): {"agent", "expert"},
    ("GET", "/desk/calendar"): CALENDARS,
    ("GET", "/desk/calendar/feed"): CALENDARS,
    ("POST", "/desk/calendar/feed"): CALENDARS,
    ("POST", "/desk/calendar/address"): CALENDARS,
    ("GET", "/desk/calendar/{expert}/feed"): CALENDARS,
    ("POST", "/desk/calendar/{expert}/feed"): CALENDARS,
    ("POST", "/desk/calendar/{expert}/address"): CALENDARS,
    ("GET", "/desk/calendar/{expert}"): CALENDARS,
    ("POST", "/desk/calendar/{expert}"): CALENDARS,
    ("POST", "/desk/calendar/{expert}/absences"): CALENDARS,
    ("POST", "/desk/calendar/{expert}/absences/{absence}/remove"): CALENDARS,
    ("POST", "/desk/calendar/{expert}/ill"): CALENDARS,
    ("GET", "/desk/appointments/{appointment}"): {"agent", "expert"},
    ("POST", "/desk/appointments/{appointment}/here"): {"agent", "expert"},
    ("POST", "/desk/appointments/{appointment}/begin"): {"agent", "expert"},
    ("POST", "/desk/appointments/{appointment}/done"): {"agent", "expert"},
    ("POST", "/desk/appointments/{appointment}/no-show"): {"agent", "expert"},
    ("POST", "/desk/appointments/{appointment}/phone"): {"agent", "expert"},
    ("POST", "/desk/appointments/{appointment}/cancel"): {"agent", "expert"},
    ("POST", "/desk/appointments/{appointment}/interpreter"): {"agent", "expert"},
    ("GET", "/desk/line"): {"agent", "expert"},
    ("GET", "/desk/bring"): {"agent", "expert"},
    ("POST", "/desk/bring"): {"agent", "expert"},
    ("GET", "/desk/bring/{call}"): {"agent", "expert"},
    ("POST", "/desk/bring/{call}/withdraw"): {"agent", "expert"},
    ("GET", "/desk/bring/{call}/book"): {"agent", "expert"},
    ("POST", "/desk/bring/{call}/book"): {"agent", "expert"},
    ("GET", "/desk/meet/{appointment}"): {"agent", "expert"},
    ("GET", "/desk/meet/{appointment}/line"): {"agent", "expert"},
    ("POST", "/desk/meet/{appointment}/jitsi"): {"agent", "expert"},
    ("GET", "/admin/people"): ADMIN,
    ("POST", "/admin/people"): ADMIN,
    ("GET", "/admin/people/{account}"): ADMIN,
    ("POST", "/admin/people/{account}/roles"): ADMIN,
    ("POST", "/admin/people/{account}/title"): ADMIN,
    ("POST", "/admin/people/{account}/link"): ADMIN,
    ("POST", "/admin/people/{account}/disable"): ADMIN,
    ("POST", "/admin/people/{account}/enable"): ADMIN,
    ("POST", "/admin/people/{account}/sign-out"): ADMIN,
    ("GET", "/admin/audit"): ADMIN,
    ("GET", "/admin/jobs"): ADMIN,
    ("POST", "/admin/jobs/{job}/retry"): ADMIN,
}
"""Who gets as far as the handler. Whoever else has a session meets 403; who has none is sent to sign in, or meets 401."""

OPEN = {  # no session is asked for, and why that is right
    ("GET", "/sign-in"): "the form",
    ("POST", "/sign-in"): "name and password are asked for instead",
    ("POST", "/sign-out"): "ends the session whose cookie comes along",
    ("GET", "/set-up/{token}"): "the link's token",
    ("POST", "/set-up/{token}"): "the link's token",
    ("POST", "/sign-in/oidc"): "begins signing in at the provider",
    ("GET", "/sign-in/oidc/callback"): "comes back from the provider",
}


def of_staff(app: web.Application) -> list[Route]:
    """The routes that have to do with sessions; HEAD is GET's."""
    return [route for route in app[ROUTES].values() if route.is_for_staff and route.method != "HEAD"]


def not_in_the_table(app: web.Application) -> list[str]:
    """The routes of staff that the tables above do not know."""
    known = {**TABLE, **OPEN}
    return [f"{route.method} {route.path}" for route in of_staff(app) if (route.method, route.path) not in known]


@pytest.fixture
async def staff(tmp_path: Path) -> AsyncIterator[Staff]:
    async with staffed(tmp_path) as running:
        yield running


async def cookie_of(staff: Staff, who: str) -> str | None:
    """The cookie with which `who` comes."""
    first = who.split()[0]
    role = Role(first) if first in set(Role) else Role.ADMIN
    account, _ = await staff.add(who.replace(" ", "-"), role, units=[] if "without" in who else [UNIT])
    token = await staff.session(account)
    act = staff.parts.database.transaction
    if who == "disabled":
        await act(disable, account, staff.clock(), "command line")
    if who == "ended":
        await act(end, (await staff.actor(token)).session, staff.clock(), account)
    return {"nobody": None, "stranger": "x" * 43}.get(who, token)


async def met(staff: Staff, method: str, path: str, token: str | None) -> str:
    """What `token` meets: "in", "sign in" or "refused"."""
    answer = await (staff.get(path, token) if method == "GET" else staff.post(path, token))
    assert answer.status < 500, (method, path)
    if answer.status == 401 or answer.headers.get("Location", "").startswith("/sign-in?"):
        return "sign in"
    return "refused" if answer.status == 403 else "in"


async def test_each_role_at_each_route(tmp_path: Path) -> None:
    """Every cell of the whole product; what is wrong is told cell by cell."""
    async with serving_product(tmp_path) as served:
        assert not_in_the_table(served.app) == []
        assert await wrong_cells(Staff(served)) == []


async def wrong_cells(staff: Staff) -> list[str]:
    routes = [route for route in of_staff(staff.served.app) if isinstance(route.access, Right)]
    assert len(routes) >= len(TABLE) > 20
    other, _ = await staff.add("somebody-else", Role.AGENT)
    wrong = []
    for who in sorted(NOBODY | EVERYBODY):
        token = await cookie_of(staff, who)
        for route in routes:
            path = route.path.format(**{**NONE, "account": other})
            allowed = TABLE.get((route.method, route.path), set())
            right = "in" if who in allowed else "sign in" if who in NOBODY else "refused"
            seen = await met(staff, route.method, path, token)
            if seen != right:
                wrong.append(f"{who} at {route.method} {route.path}: {seen}, not {right}")
    for route in of_staff(staff.served.app):
        if route.access is Access.SIGN_IN and (route.method, route.path) != ("POST", "/sign-out"):
            seen = await met(staff, route.method, route.path.format(token="x"), None)
            if seen != "in":
                wrong.append(f"nobody at {route.method} {route.path}: {seen}")
    return wrong


async def test_units_are_seen_by_their_own_and_by_who_sees_all(staff: Staff) -> None:
    for who, statuses in {  # one's own unit, another one, one that is not there
        "agent": (200, 403, 403),
        "expert": (200, 403, 403),
        "agent without a unit": (403, 403, 403),
        "editor": (200, 200, 404),
        "admin": (200, 200, 404),
    }.items():
        token = await cookie_of(staff, who)
        for unit, status in zip((UNIT, OTHER, "ei-ole"), statuses, strict=True):
            assert (await staff.get(f"/units/{unit}", token)).status == status, (who, unit)
        if statuses[0] == 200:
            told = await staff.page("/units", token)
            assert ("Kirjaamo" in told) == (statuses[1] == 200), who


async def test_who_lacks_a_unit_is_told_so(staff: Staff) -> None:
    token = await cookie_of(staff, "agent without a unit")
    assert "Pyydä pääkäyttäjää lisäämään yksikkösi" in await staff.page("/units", token, 403)
    assert "ei ole vielä yksikköä" in await staff.page("/account", token)
    agent = await cookie_of(staff, "agent")
    assert "Tämä ei kuulu rooliisi" in await staff.page("/admin/people", agent, 403)
    assert "ei ole vielä yksikköä" not in await staff.page("/account", agent)


async def test_the_walk_sees_a_route_that_lets_in_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the rights taken away from the middleware, the walk tells the cells."""
    monkeypatch.setattr("bot.web.sessions.may", lambda *_args, **_more: True)
    monkeypatch.setattr("bot.admin.people.require", lambda *_args, **_more: None)
    async with staffed(tmp_path) as staff:
        wrong = await wrong_cells(staff)
    assert "agent at GET /admin/people: in, not refused" in wrong
    assert "agent without a unit at GET /units: in, not refused" in wrong
    assert not any("nobody" in cell for cell in wrong)


def test_one_that_is_not_is_found(tmp_path: Path) -> None:
    async def secret(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    add_routes(
        app, [Route("GET", "/admin/secret", secret, Right.PEOPLE), Route("GET", "/side", secret, Access.SIGN_IN)]
    )
    assert not_in_the_table(app) == ["GET /admin/secret", "GET /side"]


async def test_pages_of_staff_are_kept_by_nobody(staff: Staff) -> None:
    token = await cookie_of(staff, "admin")
    for method, path in TABLE:
        if method == "GET":
            answer = await staff.get(path.format(**NONE), token)
            headers = [answer.headers[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")]
            assert headers == ["no-store", "noindex", "same-origin"], path
            assert "script-src 'self';" in answer.headers["Content-Security-Policy"]


async def test_only_our_own_page_may_post(staff: Staff) -> None:
    """Each unsafe route, with an admin's cookie: silence is no proof, and a word against it is refused."""
    own, foreign = {"Origin": staff.url}, {"Origin": "https://evil.example"}
    site = "Sec-Fetch-Site"
    refused = (
        {},
        {site: "none"},
        {site: "same-site"},
        {site: "cross-site"},
        {**own, site: "same-site"},
        {**own, site: "cross-site"},
        {**own, site: "none"},
        {**foreign, site: "same-origin"},
        foreign,
        {"Origin": "null"},
        {"Origin": "null", site: "same-origin"},
        {"Origin": ""},
        {"Referer": f"{staff.url}/account"},
    )
    token = await cookie_of(staff, "admin")
    for method, path in [*TABLE, *OPEN]:
        if method == "GET" or path.startswith("/sign-in/"):
            continue
        path = path.format(**NONE)
        for headers in refused:
            answer = await staff.served.ask(method, path, headers={**headers, "Cookie": f"{SESSION}={token}"})
            assert answer.status == 403, (path, headers)
    assert await staff.actor(token) is not None
    for headers in (own, {site: "same-origin"}, {**own, site: "same-origin"}):
        answer = await staff.served.ask("POST", "/account/session", headers={**headers, "Cookie": f"{SESSION}={token}"})
        assert answer.status == 204, headers
