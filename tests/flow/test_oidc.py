"""Signing in by a real provider, the npm package oidc-provider in a process of its own, over HTTP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar
from provider import RealProvider, real_provider, serving_staff
from served import Served

from bot.oidc.attempt import COOKIE
from bot.oidc.routes import BEGIN, CALLBACK
from bot.web.sessions import SESSION
from services.accounts.acts import disable
from services.accounts.records import Account, people
from services.accounts.rules import Role

pytestmark = pytest.mark.timeout(600)  # the first test may have to install the npm packages


class Browser:
    """Somebody's browser: it keeps the product's cookies (all of them are `Secure`) and the provider's."""

    def __init__(self, served: Served, session: ClientSession) -> None:
        self.served = served
        self.cookies: dict[str, str] = {}
        self._session = session

    async def ask(self, method: str, path: str, **given: object) -> ClientResponse:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {"Origin": self.served.url}
        answer = await self.served.ask(method, path, headers=headers, **given)
        for name, morsel in answer.cookies.items():
            assert morsel["secure"]
            assert morsel["httponly"]
            assert morsel["samesite"] == "Lax"
            self.cookies[name] = morsel.value
            if morsel["max-age"] == "0":
                del self.cookies[name]
        return answer

    async def press(self, query: str = "", **form: str) -> str:
        """The provider's address to which the button leads."""
        answer = await self.ask("POST", BEGIN + query, data=form)
        assert answer.status == 200, await answer.text()
        address = answer.headers["Refresh"].removeprefix("0; url=")
        assert address in unescape(await answer.text()), "the page has a link too"
        return address

    async def at_provider(self, address: str, login: str) -> str:
        """Through the provider's forms as `login`; the path, with its query, to which it sends back."""
        method, form = "GET", {}
        while not address.startswith(self.served.url):
            async with self._session.request(method, address, data=form or None, allow_redirects=False) as answer:
                page = await answer.text()
                if "Location" in answer.headers:
                    method, form, address = "GET", {}, urljoin(str(answer.url), answer.headers["Location"])
                else:
                    assert answer.status == 200, page
                    method, address = "POST", unescape(re.findall(r'<form[^>]* action="([^"]+)"', page)[0])
                    form = dict(re.findall(r'name="(\w+)" value="(\w+)"', page)) | {"login": login, "password": "any"}
        return address.removeprefix(self.served.url)

    async def come_back(self, login: str, **form: str) -> ClientResponse:
        return await self.ask("GET", await self.at_provider(await self.press(**form), login))


@dataclass
class Scene:
    served: Served
    provider: RealProvider
    browser: Browser

    async def accounts(self) -> list[Account]:
        return await self.served.parts.database.read(people)


@pytest.fixture
async def scene(npm: Path, tmp_path: Path) -> AsyncIterator[Scene]:
    async with real_provider(npm) as provider, serving_staff(tmp_path, **provider.settings) as served:
        await provider.begin(served.url)
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
            yield Scene(served, provider, Browser(served, session))


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.fields["why"] for record in caplog.records if record.name == "porina.sign_in" and "why" in record.fields
    ]


async def test_somebody_signs_in_and_has_what_the_groups_say(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    browser = scene.browser
    await scene.provider.put_in_groups(neuvoja=["neuvojat", "muut"])
    answer = await browser.come_back("neuvoja", next="/units?lang=sv")
    assert (answer.status, answer.headers["Location"]) == (303, "/units?lang=sv")
    assert set(browser.cookies) == {SESSION}
    assert (await browser.ask("GET", "/units")).status == 200
    (account,) = await scene.accounts()
    assert (account.name, account.roles, account.units) == ("Neuvoja neuvoja", {Role.AGENT}, {"pysakointi"})
    (unknown,) = [record for record in caplog.records if "not in the content" in record.getMessage()]
    assert unknown.fields == {"units": ["nowhere"]}

    # Another group at the next sign-in, in the same browser: the old session is over, the account is the same.
    first = dict(browser.cookies)
    await scene.provider.put_in_groups(neuvoja=["paakayttajat"])
    assert (await browser.come_back("neuvoja", next="//evil.example")).headers["Location"] == "/account"
    assert browser.cookies[SESSION] != first[SESSION]
    assert [(each.id, each.roles, each.units) for each in await scene.accounts()] == [(account.id, {Role.ADMIN}, set())]
    now, browser.cookies = browser.cookies, first
    assert (await browser.ask("GET", "/account")).status == 303
    browser.cookies = now

    # No group at all: no way in, and the session that was open has nothing left to open.
    await scene.provider.put_in_groups()
    answer = await browser.come_back("neuvoja")
    assert answer.status == 403
    assert "ei ole roolia Porinassa" in await answer.text()
    assert (await browser.ask("GET", "/account")).headers["Location"].startswith("/sign-in")
    assert [each.roles for each in await scene.accounts()] == [set()]
    assert reasons(caplog) == ["no_role"]


async def test_a_way_back_works_once(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    browser = scene.browser
    await scene.provider.put_in_groups(neuvoja=["neuvojat"])
    back = await browser.at_provider(await browser.press(), "neuvoja")
    before = dict(browser.cookies)
    assert (await browser.ask("GET", back)).status == 303
    assert COOKIE not in browser.cookies
    assert (await browser.ask("GET", back)).status == 400
    browser.cookies = before  # a copy of the cookie helps nobody: the provider takes each code once
    assert (await browser.ask("GET", back)).status == 400
    assert SESSION not in browser.cookies
    assert reasons(caplog) == ["no_attempt", "code_refused"]


async def test_what_does_not_lead_in(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    browser, clock = scene.browser, scene.served.clock
    await scene.provider.put_in_groups(neuvoja=["neuvojat"])

    async def refused(path: str, status: int, words: str) -> None:
        answer = await browser.ask("GET", path)
        page = await answer.text()
        assert (answer.status, answer.headers["Content-Language"]) == (status, "en")
        assert words in page, page
        assert "neuvoja" not in page
        assert set(browser.cookies) == set()

    async def went() -> str:
        """The state with which somebody went to the provider."""
        address = await browser.press("?lang=en", next="//evil.example")
        return parse_qs(urlsplit(address).query)["state"][0]

    answers = f"{CALLBACK}?state="
    await refused(f"{answers}{await went()}&error=access_denied", 403, "stopped at Testitunnus")
    await refused(f"{answers}{await went()}&error=%3Cneuvoja%3E", 502, "cannot be accepted")
    await refused(f"{answers}{await went()}", 502, "cannot be accepted")
    back = await browser.at_provider(await browser.press("?lang=en"), "neuvoja")
    clock.forward(minutes=10)
    await refused(f"{back}&lang=en", 400, "more than 10 minutes")
    await went()
    await refused(f"{answers}another&code=c&lang=en", 400, "another window")
    await refused(f"{CALLBACK}?lang=en", 400, "another window")

    assert await scene.accounts() == []
    assert reasons(caplog) == [
        "cancelled", "provider_error", "provider_error", "attempt_expired", "wrong_state", "no_attempt",
    ]  # fmt: skip
    assert "neuvoja" not in caplog.text


async def test_too_many_groups_and_an_account_that_an_admin_closed(scene: Scene) -> None:
    browser = scene.browser
    await scene.provider.put_in_groups(neuvoja=[f"{number}" for number in range(201)])
    answer = await browser.come_back("neuvoja")
    assert answer.status == 403
    assert "sovellusroolit" in await answer.text()
    assert await scene.accounts() == []

    await scene.provider.put_in_groups(neuvoja=["neuvojat"])
    await browser.come_back("neuvoja")
    (account,) = await scene.accounts()
    await scene.served.parts.database.transaction(disable, account.id, scene.served.clock(), "command line")
    answer = await browser.come_back("neuvoja")
    assert answer.status == 403
    assert "on suljettu" in await answer.text()


async def test_a_provider_that_is_down_stops_nothing_else(tmp_path: Path) -> None:
    settings = {"oidc_client_id": "porina", "oidc_client_secret": "s", "oidc_groups": "a=admin"}
    async with serving_staff(tmp_path, oidc_issuer="http://127.0.0.1:1", **settings) as served:
        browser = Browser(served, served.session)
        assert "/sign-in/oidc" in await (await browser.ask("GET", "/sign-in")).text()
        answer = await browser.ask("POST", "/sign-in/oidc", data={"next": "/units"})
        assert answer.status == 502
        page = await answer.text()
        assert "ei vastaa juuri nyt" in page
        assert 'name="next" value="/units"' in page
        assert browser.cookies == {}


async def test_without_a_provider_there_is_no_way(tmp_path: Path) -> None:
    async with serving_staff(tmp_path) as served:
        browser = Browser(served, served.session)
        assert "/sign-in/oidc" not in await (await browser.ask("GET", "/sign-in")).text()
        assert (await browser.ask("POST", "/sign-in/oidc", data={})).status == 404
        assert (await browser.ask("GET", "/sign-in/oidc/callback")).status == 404
