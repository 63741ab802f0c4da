"""The way in and out, as a browser without scripts goes it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientResponse
from staffed import GOOD, Staff, given, staffed, words

from bot.web.sessions import DEVICE, SESSION
from services.accounts.acts import disable, new_link
from services.accounts.rules import Role
from services.accounts.sessions import IDLE, LONGEST

AGENT = Role.AGENT
MISMATCH = "Nimi tai salasana ei täsmää"


@pytest.fixture
async def staff(tmp_path: Path) -> AsyncIterator[Staff]:
    async with staffed(tmp_path) as running:
        yield running


def attributes(answer: ClientResponse, name: str) -> dict[str, str | bool]:
    """The attributes of a cookie that was set, without the empty ones."""
    return {key: value for key, value in answer.cookies[name].items() if value}


async def test_signing_in_working_and_signing_out(staff: Staff) -> None:
    await staff.person("neuvoja-1", AGENT, units=["pysakointi"])
    answer = await staff.sign_in(" Neuvoja-1 ", next="/units")
    assert (answer.status, answer.headers["Location"]) == (303, "/units")
    assert attributes(answer, SESSION) == {"path": "/", "secure": True, "httponly": True, "samesite": "Lax"}
    assert attributes(answer, DEVICE) == {**attributes(answer, SESSION), "max-age": "31536000"}
    token = given(answer)
    assert "Pysäköinninvalvonta" in await staff.page("/units", token)

    assert (await staff.get("/sign-in?next=/units", token)).headers["Location"] == "/units"  # nothing to ask

    out = await staff.post("/sign-out", token)
    assert (out.status, out.headers["Location"]) == (303, "/sign-in?done=signed_out")
    assert attributes(out, SESSION).get("max-age") == "0"
    assert await staff.actor(token) is None
    assert "Olet kirjautunut ulos" in await staff.page("/sign-in?done=signed_out")
    assert (await staff.post("/sign-out")).status == 303  # nobody is


async def test_nobody_is_sent_to_sign_in_and_comes_back(staff: Staff) -> None:
    answer = await staff.get("/admin/audit?by=ä&lang=sv")
    assert answer.status == 303
    assert answer.headers["Cache-Control"] == "no-store"
    to = urlsplit(answer.headers["Location"])
    asked = parse_qs(to.query)
    assert (to.path, asked["lang"], asked["next"]) == ("/sign-in", ["sv"], ["/admin/audit?by=%C3%A4&lang=sv"])
    form = await (await staff.get(answer.headers["Location"])).text()
    assert '<html lang="sv">' in form
    assert 'name="next" value="/admin/audit?by=%C3%A4&amp;lang=sv"' in form

    refused = await staff.post("/account/title", **{"title-fi": "x"})
    assert refused.status == 401
    assert "Mitään ei tallennettu" in words(await refused.text())


FOLLOWED = (  # what `next` says, and where it goes on
    ("/units?lang=sv#a", "/units?lang=sv#a"),
    ("/", "/"),
    ("", "/account"),
    ("//evil.example", "/account"),
    ("///evil.example", "/account"),
    ("/\\evil.example", "/account"),
    ("/a\\b", "/account"),
    ("\\\\evil.example", "/account"),
    ("https://evil.example/units", "/account"),
    ("javascript:alert(1)", "/account"),
    ("/\t/evil.example", "/account"),
    ("/\n/evil.example", "/account"),
    (" //evil.example", "/account"),
    ("/ä", "/account"),
    ("units", "/account"),
    ("/" + "a" * 3000, "/account"),
)


async def test_after_signing_in_only_own_paths_are_followed(staff: Staff) -> None:
    token = await staff.signed_in("neuvoja-1", AGENT)
    further = await staff.get("/sign-in?next=/units%3Fa%3Db&lang=sv", token)
    assert further.headers["Location"] == "/units?a=b"
    for wished, goes in FOLLOWED:
        answer = await staff.get("/sign-in", token, params={"next": wished})
        assert (answer.status, answer.headers["Location"]) == (303, goes), wished
        answer = await staff.sign_in("neuvoja-1", next=wished)
        assert (answer.status, answer.headers["Location"]) == (303, goes), wished


async def test_all_that_does_not_match_looks_the_same(staff: Staff) -> None:
    await staff.person("on-1", AGENT)
    await staff.add("ilman-salasanaa", AGENT)
    closed = await staff.person("suljettu", AGENT)
    await staff.parts.database.transaction(disable, closed, staff.clock(), "command line")
    seen = set()
    for login, password in (
        ("on-1", "väärä salasana tämä"),
        ("ei-ole", GOOD),
        ("ilman-salasanaa", GOOD),
        ("suljettu", GOOD),
        ("ei mikään nimi", GOOD),
        ("", ""),
        ("x" * 3000, "y" * 500),
        ("on-1", "y" * 500),
        ("on-1", GOOD + "\x01"),
    ):
        answer = await staff.sign_in(login, password)
        page = await answer.text()
        assert MISMATCH in words(page)
        assert not answer.cookies
        kept = f'name="login" value="{login}"'
        assert kept in page
        assert len(password) < 10 or password not in page
        focus = "login" if not login else "password"
        assert re.search(rf'<input id="{focus}"[^>]* autofocus', page)
        seen.add((answer.status, re.sub(r" autofocus", "", page.replace(kept, ""))))
    assert {status for status, _ in seen} == {422}
    assert len(seen) == 1


async def test_composed_and_decomposed_letters_are_one_password(staff: Staff) -> None:
    await staff.person("neuvoja-1", AGENT, password="Räyhäävä mäyrä söi öljyä")
    decomposed = "Ra\u0308yha\u0308a\u0308va\u0308 ma\u0308yra\u0308 so\u0308i o\u0308ljya\u0308"
    assert (await staff.sign_in("neuvoja-1", decomposed)).status == 303


async def test_too_many_tries_wait_whether_the_name_is_known_or_not(staff: Staff) -> None:
    await staff.person("neuvoja-1", AGENT)
    told = []
    for login in ("neuvoja-1", "ei-ole"):
        for _ in range(10):
            assert (await staff.sign_in(login, "väärä salasana tämä")).status == 422
        answer = await staff.sign_in(login)
        assert (answer.status, answer.headers["Retry-After"]) == (429, "900")
        page = await answer.text()
        assert "Odota 15 min" in words(page)
        told.append(page.replace(login, ""))
    assert told[0] == told[1]
    staff.clock.forward(minutes=15)
    assert (await staff.sign_in("neuvoja-1")).status == 303


async def test_a_known_browser_is_not_locked_out_by_others(staff: Staff) -> None:
    await staff.person("neuvoja-1", AGENT)
    await staff.person("neuvoja-2", AGENT)
    device = given(await staff.sign_in("neuvoja-1"), DEVICE)
    shared = given(await staff.sign_in("neuvoja-2", device=device), DEVICE)  # a desk's machine that two people use
    for _ in range(10):
        await staff.sign_in("neuvoja-1", "väärä salasana tämä")
    assert (await staff.sign_in("neuvoja-1")).status == 429
    assert (await staff.sign_in("neuvoja-1", device="x~y.z~" + "a" * 400)).status == 429
    for known in (device, shared):
        assert (await staff.sign_in("neuvoja-1", device=known)).status == 303


async def test_a_session_is_new_each_time_and_the_old_one_ends(staff: Staff) -> None:
    await staff.person("neuvoja-1", AGENT)
    first = given(await staff.sign_in("neuvoja-1"))
    second = given(await staff.sign_in("neuvoja-1", token=first))
    assert first != second
    assert await staff.actor(first) is None
    assert await staff.actor(second) is not None
    planted = given(await staff.sign_in("neuvoja-1", token="chosen-by-somebody-else"))  # session fixation
    assert planted != "chosen-by-somebody-else"


async def test_eight_hours_idle_and_twelve_at_the_longest(staff: Staff) -> None:
    token = await staff.signed_in("neuvoja-1", AGENT)
    begun = staff.clock.now
    for hours in (7.9, 7.9 - 3.9):  # used in between, it lives beyond eight hours
        staff.clock.forward(hours=hours)
        assert (await staff.post("/account/session", token)).status == 204
    staff.clock.now = begun + LONGEST
    assert (await staff.get("/account", token)).status == 303

    token = await staff.session((await staff.add("neuvoja-2", AGENT))[0])
    staff.clock.forward(hours=IDLE.total_seconds() / 3600)
    assert (await staff.get("/account", token)).status == 303
    assert (await staff.post("/account/session", token)).status == 401


async def test_a_use_is_written_down_at_most_once_a_minute(staff: Staff) -> None:
    token = await staff.signed_in("neuvoja-1", AGENT)
    assert (await staff.get("/account", token)).status == 200
    writes = []
    real = staff.parts.database.transaction

    async def counted(act, *args, **kwargs):
        writes.append(act.__name__)
        return await real(act, *args, **kwargs)

    staff.parts.database.transaction = counted  # type: ignore[method-assign]
    for _ in range(5):
        staff.clock.forward(seconds=10)
        await staff.get("/account", token)
    assert writes == []
    staff.clock.forward(seconds=11)
    await staff.get("/account", token)
    assert writes == ["touch"]


async def test_setting_an_account_up(staff: Staff) -> None:
    account, link = await staff.add("neuvoja-1", AGENT)
    answer = await staff.get(f"/set-up/{link}?lang=en")
    page = await answer.text()
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    for part in ("neuvoja-1", "At least 15 characters", "not required"):
        assert part in words(page)
    field = re.search(r'<input id="password"[^>]*>', page)[0]  # type: ignore[index]
    assert 'type="password" autocomplete="new-password"' in field
    assert 'aria-describedby="password-hint"' in field
    assert "maxlength" not in field  # a browser would cut a pasted password silently
    shown = await (await staff.get(f"/set-up/{link}?lang=en&show=1")).text()
    assert 'id="password" name="password" type="text"' in shown

    for weak, said in (
        ("", "too short"),
        ("x" * 14, "too short"),
        ("x" * 500, "too long"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"),
        ("passwordpassword1", "easy to guess"),
        ("neuvoja-1 kirjautuu", "easy to guess"),
    ):
        answer = await staff.post(f"/set-up/{link}?lang=en", password=weak)
        page = await answer.text()
        assert answer.status == 422, weak
        assert said in words(page)
        assert 'aria-invalid="true" aria-describedby="password-hint password-wrong"' in page
        assert re.search(r'<div class="notice error" role="alert" tabindex="-1" id="problems" autofocus>', page)
        assert '<a href="#password">' in page
        assert "<title>Please correct" in page

    answer = await staff.post(f"/set-up/{link}", password=GOOD)
    assert (answer.status, answer.headers["Location"]) == (303, "/account")
    assert (await staff.actor(given(answer))).account == account
    assert given(answer, DEVICE)
    assert (await staff.sign_in("neuvoja-1")).status == 303


async def test_a_link_that_does_not_work_says_what_to_do(staff: Staff) -> None:
    account, used = await staff.add("neuvoja-1", AGENT)
    assert (await staff.post(f"/set-up/{used}", password=GOOD)).status == 303
    replaced = await staff.parts.database.transaction(new_link, account, staff.clock(), "command line")
    of_closed = await staff.add("neuvoja-2", AGENT)
    await staff.parts.database.transaction(disable, of_closed[0], staff.clock(), "command line")
    old = await staff.parts.database.transaction(new_link, account, staff.clock(), "command line")
    staff.clock.forward(days=7)
    for link in (used, replaced, of_closed[1], old):
        assert "Pyydä pääkäyttäjältä uusi linkki" in await staff.page(f"/set-up/{link}", status=410)
        answer = await staff.post(f"/set-up/{link}", password=GOOD)
        assert (answer.status, not answer.cookies) == (410, True)
    for unknown in ("x", "x" * 500, "%F0%9F%98%80"):
        assert "kopioit osoitteen kokonaan" in await staff.page(f"/set-up/{unknown}", status=404)
        assert (await staff.post(f"/set-up/{unknown}", password=GOOD)).status == 404


async def test_a_link_used_twice_at_once_works_once(staff: Staff) -> None:
    _, link = await staff.add("neuvoja-1", AGENT)
    answers = await asyncio.gather(*(staff.post(f"/set-up/{link}", password=f"{GOOD} {number}") for number in range(4)))
    assert sorted(answer.status for answer in answers) == [303, 410, 410, 410]
    [winner] = [number for number, answer in enumerate(answers) if answer.status == 303]
    assert (await staff.sign_in("neuvoja-1", f"{GOOD} {winner}")).status == 303


@pytest.mark.parametrize("path", ["/sign-in", "/set-up/{link}", "/account/name"])
async def test_forms_that_are_none(staff: Staff, path: str) -> None:
    token = await staff.signed_in("neuvoja-1", AGENT)
    _, link = await staff.add("neuvoja-2", AGENT)
    path = path.format(link=link)
    ask = staff.served.ask
    own = {"Origin": staff.url, "Cookie": f"{SESSION}={token}"}
    assert (await ask("POST", path, json={"login": "x"}, headers=own)).status == 415
    form = own | {"Content-Type": "application/x-www-form-urlencoded"}
    for body, status in ((b"login=a%00b&name=a%00b&password=%00", 400), (b"login=" + b"x" * 70_000, 413)):
        assert (await ask("POST", path, data=body, headers=form)).status == status
    smuggled = own | {"Content-Type": "application/x-www-form-urlencoded; charset=raw_unicode_escape"}
    assert (await ask("POST", path, data=b"login=\\ud800&name=\\ud800&password=x", headers=smuggled)).status == 400


async def test_where_the_cookie_would_not_be_taken_the_page_says_so(tmp_path: Path) -> None:
    async with staffed(tmp_path, public_url="http://porina.example") as staff:
        await staff.person("neuvoja-1", AGENT)
        _, link = await staff.add("neuvoja-2", AGENT)
        page = await (await staff.get("/sign-in")).text()
        assert "vaatii suojatun yhteyden (https)" in words(page)
        assert 'name="password"' not in page
        for path in ("/sign-in", f"/set-up/{link}"):
            answer = await staff.post(path, login="neuvoja-1", password=GOOD)
            assert (answer.status, not answer.cookies) == (403, True)
        assert "vaatii suojatun yhteyden" in await staff.page(f"/set-up/{link}")  # the link is not used up
    async with staffed(tmp_path, public_url="https://porina.example") as staff:
        assert (await staff.sign_in("neuvoja-1")).status == 303


async def test_one_locked_while_verifying_does_not_get_in(staff: Staff) -> None:
    account = await staff.person("neuvoja-1", AGENT)
    real = staff.parts.passwords.verify

    async def slow(password_hash: str | None, password: str) -> bool:
        right = await real(password_hash, password)
        await staff.parts.database.transaction(disable, account, staff.clock(), "command line")
        return right

    staff.parts.passwords.verify = slow  # type: ignore[method-assign]
    answer = await staff.sign_in("neuvoja-1")
    assert (answer.status, not answer.cookies) == (422, True)


async def test_odd_headers_are_nothing(tmp_path: Path) -> None:
    """Cookies that we never gave, and a proxy that passes anything on."""
    async with staffed(tmp_path, trusted_proxies=1) as staff:
        await odd_headers(staff)


async def odd_headers(staff: Staff) -> None:
    await staff.person("neuvoja-1", AGENT)
    host, port = staff.url.removeprefix("http://").split(":")
    body = f"login=neuvoja-1&password={GOOD.replace(' ', '+')}".encode()
    for odd in (b"\xff", b"\xf0\x9f\x98\x80", b'"', b";;=;", b"a" * 1500):
        for line, status in ((b"GET /account", 303), (b"POST /sign-in", 303)):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(
                line + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n"
                % len(body)
                + b"Cookie: %s=%s; %s=%s.%s\r\n" % (SESSION.encode(), odd, DEVICE.encode(), odd, odd)
                + b"X-Forwarded-For: %s\r\n\r\n" % odd
                + body
            )
            answer = await reader.read()
            writer.close()
            assert answer.startswith(b"HTTP/1.1 %d" % status), (odd, answer[:200])
