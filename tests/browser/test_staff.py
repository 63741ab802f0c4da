"""Staff's pages in a real browser: an account's whole life, the keyboard alone, the end of a session, every eye."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect
from staff_stage import session_cookie
from stage import CLOSES_S, Porina
from test_looks import too_wide, violations

from bot.web.sessions import DEVICE, SESSION
from services.accounts.acts import add, set_title
from services.accounts.records import person
from services.accounts.rules import Role
from services.accounts.sessions import IDLE, LONGEST, begin
from services.accounts.setting_up import set_up
from services.accounts.signing_in import password_changed
from services.audit.acts import entries
from services.jobs.acts import enqueue

PICTURES = Path(__file__).parents[1] / "pictures"
LANGUAGES = ("fi", "sv", "en")
GOOD = "kolme kuhaa kuivui katolla"

Browse = Callable[..., Awaitable[BrowserContext]]
_logins = iter(range(1, 1000))


class Staff:
    """Accounts of the served product."""

    def __init__(self, porina: Porina) -> None:
        self.porina = porina
        self.act = porina.parts.database.transaction

    async def add(self, *roles: Role, units: tuple[str, ...] = ("pysakointi",)) -> tuple[str, str, str]:
        """A new account: its id, its login, the path of its set-up link."""
        login = f"{roles[0]}-{next(_logins)}"
        account, token = await self.act(add, login, roles, units, self.porina.time(), "command line")
        return account, login, f"/set-up/{token}"

    async def person(self, *roles: Role) -> tuple[str, str]:
        """An account that is set up: its id and login."""
        account, login, path = await self.add(*roles)
        password_hash = await self.porina.parts.passwords.hash(GOOD)
        await self.act(set_up, path.rpartition("/")[2], password_hash, self.porina.time())
        return account, login

    async def sign_in(self, context: BrowserContext, account: str) -> Page:
        """A page of `context`, with a session of `account` that was begun behind the scenes."""
        token = await self.act(begin, account, self.porina.time(), "password")
        await context.add_cookies([session_cookie(token)])
        return await context.new_page()


@pytest.fixture
def staff(porina: Porina) -> Staff:
    return Staff(porina)


@pytest_asyncio.fixture(loop_scope="session")
async def browse(browser: Browser, porina: Porina) -> AsyncIterator[Browse]:
    """A browser of somebody's own; a fault in a script, or one that the policy stops, fails the test."""
    contexts = []
    wrong: list[str] = []

    async def opened(*, width: int = 1280, height: int = 860, **options: Any) -> BrowserContext:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            base_url=f"http://127.0.0.1:{porina.port}",
            **{"locale": "fi-FI", **options},
        )
        context.set_default_timeout(15_000)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("console", lambda message: wrong.append(message.text) if "Policy" in message.text else None)
        contexts.append(context)
        return context

    yield opened
    for context in contexts:
        await asyncio.wait_for(context.close(), CLOSES_S)
    assert wrong == []


async def test_an_accounts_whole_life(staff: Staff, browse: Browse) -> None:
    account, login, link = await staff.add(Role.AGENT)
    admin, _ = await staff.person(Role.ADMIN)

    theirs = await browse()
    page = await theirs.new_page()
    await page.goto(link)
    await expect(page.locator("main")).to_contain_text(login)
    await page.get_by_label("Uusi salasana").fill(GOOD)
    await page.get_by_role("button", name="Tallenna ja kirjaudu").click()
    await expect(page).to_have_url(re.compile("/account$"))
    kept = {cookie["name"]: cookie for cookie in await theirs.cookies()}
    assert set(kept) == {SESSION, DEVICE}
    assert all((cookie["secure"], cookie["httpOnly"]) == (True, True) for cookie in kept.values())
    assert kept[SESSION]["expires"] == -1  # it ends with the browser

    await page.get_by_label("Suomi").fill("pysäköintineuvoja")
    await page.get_by_role("button", name="Tallenna nimike").click()
    await expect(page.get_by_role("status")).to_have_text("Tehtävänimike on tallennettu.")
    await page.get_by_label("Suomi").fill("kaupunginjohtaja")

    other = await staff.sign_in(await browse(), admin)
    await other.goto("/admin/people")
    await other.get_by_role("link", name=login, exact=True).click()
    await expect(other.get_by_label("Suomi")).to_have_value("pysäköintineuvoja")
    await other.get_by_role("button", name="Kirjaa ulos kaikkialta").click()
    await expect(other.get_by_role("status")).to_contain_text("kirjattu ulos kaikkialta")

    await page.get_by_role("button", name="Tallenna nimike").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Kirjautumisesi on päättynyt")
    found = await staff.porina.parts.database.read(person, account)
    assert found.title == {"fi": "pysäköintineuvoja"}
    await page.goto("/units")
    await expect(page).to_have_url(re.compile(r"/sign-in\?next=/units$"))
    await page.get_by_label("Kirjautumisnimi").fill(login)
    await page.get_by_label("Salasana").fill(GOOD)
    await page.get_by_role("button", name="Kirjaudu").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Yksiköt")  # back where they wanted to go
    acts = [entry.act for entry in await staff.porina.parts.database.read(entries, subject=account)]
    assert acts == ["session.begun", "account.viewed", "session.ended_all", "account.viewed", "account.title",
                    "session.begun", "account.set_up", "account.added"]  # fmt: skip


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


async def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until `wanted` (an id, or the text of a button) has the focus; it must be seen."""
    for _ in range(30):
        if await focused(page) == wanted:
            outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", wanted
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached")


async def test_the_keyboard_alone_sets_up_and_signs_in(staff: Staff, browse: Browse) -> None:
    _, login, link = await staff.add(Role.AGENT)
    page = await (await browse()).new_page()
    await page.goto(link)
    await tab_to(page, "password")
    await page.keyboard.type("lyhyt")
    await page.keyboard.press("Enter")
    await expect(page.locator("#problems")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # the summary's link leads to the field
    await expect(page.locator("#password")).to_be_focused()
    await page.keyboard.type(GOOD)
    await tab_to(page, "Näytä salasana")
    await page.keyboard.press("Space")
    await expect(page.locator("#password")).to_have_attribute("type", "text")
    await expect(page.locator("#password")).to_have_value(GOOD)
    await tab_to(page, "Tallenna ja kirjaudu")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/account$"))
    await tab_to(page, "Kirjaudu ulos")
    await page.keyboard.press("Enter")
    await expect(page.locator("#login")).to_be_focused()
    await page.keyboard.type(login)
    await tab_to(page, "password")
    await page.keyboard.type(GOOD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Työpöytä")


@pytest.mark.long
async def test_without_a_script(staff: Staff, browse: Browse) -> None:
    _, login, link = await staff.add(Role.AGENT)
    page = await (await browse(java_script_enabled=False)).new_page()
    await page.goto(link)
    await page.get_by_role("link", name="Näytä salasana").click()
    field = page.get_by_label("Uusi salasana")
    await expect(field).to_have_attribute("type", "text")
    await field.fill("x" * 500)
    await field.press("Enter")
    await expect(page.locator("#problems")).to_contain_text("enintään 256 merkkiä")
    await expect(page.locator("#problems")).to_be_focused()
    await field.fill(GOOD)
    await field.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Oma tili")
    await page.get_by_role("link", name="English").click()
    await page.get_by_label("Name", exact=True).fill(f"{login} B")
    await page.get_by_role("button", name="Save the name").click()
    await expect(page.get_by_role("status")).to_have_text("The name is saved.")


async def test_a_session_warns_before_it_ends_and_keeps_what_is_typed(staff: Staff, browse: Browse) -> None:
    account, _ = await staff.person(Role.AGENT)
    context = await browse()
    page = await staff.sign_in(context, account)
    await page.clock.install(time=staff.porina.time())
    await page.goto("/account")
    alert = page.locator("#session")
    await page.get_by_label("Suomi").fill("kesken")

    until_warning = int(IDLE.total_seconds()) - 60 - 5 * 60
    await page.clock.fast_forward((until_warning - 10) * 1000)
    await expect(alert).to_be_empty()
    await page.clock.fast_forward(20_000)
    await expect(page.get_by_role("alert")).to_contain_text("päättyy 5 minuutin päästä")
    await page.get_by_role("button", name="Pysy kirjautuneena").click()
    await expect(alert).to_be_empty()
    so_far = until_warning + 10
    longest = int(LONGEST.total_seconds())
    await page.clock.fast_forward((longest - so_far - 6 * 60) * 1000)
    await expect(alert).to_be_empty()
    await page.clock.fast_forward(2 * 60_000)
    await expect(page.get_by_role("alert")).to_contain_text("enintään 12 tuntia")  # and twelve hours are the most
    await expect(page.get_by_role("button", name="Pysy kirjautuneena")).to_have_count(0)
    await page.clock.fast_forward(6 * 60_000)
    await expect(page.get_by_role("alert")).to_contain_text("Kirjautuminen päättyi")
    await expect(page.get_by_label("Suomi")).to_have_value("kesken")

    again = await staff.sign_in(context, account)  # in another tab, as the message says
    await again.clock.install(time=await page.evaluate("Date.now()"))
    await again.goto("/account")
    await expect(alert).to_be_empty()
    await page.get_by_role("button", name="Tallenna nimike").click()
    await expect(page.get_by_role("status")).to_have_text("Tehtävänimike on tallennettu.")


@pytest.mark.long
async def test_staying_is_refused_where_the_session_was_ended(staff: Staff, browse: Browse) -> None:
    account, _ = await staff.person(Role.AGENT)
    page = await staff.sign_in(await browse(), account)
    await page.clock.install(time=staff.porina.time())
    await page.goto("/account")
    await page.clock.fast_forward((int(IDLE.total_seconds()) - 120) * 1000)
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Pysy kirjautuneena").click()
    await expect(page.get_by_role("alert")).to_contain_text("Kirjautuminen päättyi")


@pytest.mark.long
async def test_adding_a_person_and_copying_the_link(staff: Staff, browse: Browse) -> None:
    admin, _ = await staff.person(Role.ADMIN)
    context = await browse(permissions=["clipboard-read", "clipboard-write"])
    page = await staff.sign_in(context, admin)
    await page.goto("/admin/people")
    form = page.locator("section[aria-labelledby=add]")
    await form.get_by_label("Kirjautumisnimi").fill(f"lisatty-{next(_logins)}")
    await form.get_by_label("neuvoja").check()
    await form.get_by_text("Valitse yksiköt").click()
    await form.get_by_label("Pysäköinninvalvonta").check()
    await form.get_by_role("button", name="Lisää ja näytä linkki").click()
    await page.get_by_role("button", name="Kopioi linkki").click()
    await expect(page.get_by_role("status")).to_have_text("Linkki on kopioitu.")
    link = await page.evaluate("navigator.clipboard.readText()")
    assert link == await page.locator("#link").inner_text()
    await page.goto("/set-up/" + link.rpartition("/")[2])
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ota tilisi käyttöön")


async def house(staff: Staff) -> tuple[str, list[str]]:
    """An admin with something on every page; the pages' paths."""
    admin, _ = await staff.person(Role.ADMIN)
    someone, _ = await staff.person(Role.AGENT)
    _, _, link = await staff.add(Role.EXPERT, units=())
    await staff.act(set_title, someone, {"fi": "pysäköintineuvoja"}, staff.porina.time(), admin)
    job = await staff.act(enqueue, "unheard.of", staff.porina.time(), subject="x" * 22)

    def fail(tx: Any) -> None:
        tx.exec_driver_sql(f"UPDATE jobs SET failed_at = due_at, last_error = 'unknown kind' WHERE id = '{job}'")

    await staff.act(fail)
    paths = ["/account", "/units", "/units/pysakointi", "/admin/people", f"/admin/people/{someone}", "/admin/audit",
             "/admin/jobs", "/admin/people/ei-ole", link, "/set-up/ei-ole"]  # fmt: skip
    return admin, paths


@pytest.mark.parametrize(
    ("language", "scheme", "every"),
    [
        ("fi", "light", 4),
        *(pytest.param(language, "light", 1, marks=pytest.mark.long) for language in LANGUAGES),
        pytest.param("fi", "dark", 1, marks=pytest.mark.long),
    ],
)
async def test_axe_finds_nothing_and_nothing_sticks_out(
    staff: Staff, browse: Browse, axe: str, language: str, scheme: Any, every: int
) -> None:
    """Of the pages every fourth, and where there is time each one."""
    admin, paths = await house(staff)
    context = await browse(width=320, height=568, color_scheme=scheme)
    page = await staff.sign_in(context, admin)
    for path in paths[::every]:
        await page.goto(f"{path}?lang={language}")
        assert await page.get_attribute("html", "lang") == language, path
        await looks_right(page, axe, path)
    await page.goto(f"/account?lang={language}")
    await page.locator("#name").fill(" ")
    await page.locator("#name").press("Enter")
    await expect(page.locator("#problems")).to_be_focused()
    await looks_right(page, axe, "a refused form")
    await page.goto(f"/admin/people?lang={language}")
    await page.locator("#login").fill("ilman-roolia")
    await page.locator("#login").press("Enter")
    await expect(page.locator("#problems")).to_be_focused()
    await looks_right(page, axe, "a person without a role")
    await context.clear_cookies()
    await page.goto(f"/sign-in?lang={language}")
    await looks_right(page, axe, "/sign-in")
    await page.locator("#login").fill("ei-ole")
    await page.locator("#password").fill("x")
    await page.locator("#password").press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await looks_right(page, axe, "a refused sign-in")


async def looks_right(page: Page, axe: str, where: str) -> None:
    await page.evaluate(axe)
    assert await violations(page) == [], where
    assert await too_wide(page) == [], where


@pytest.mark.long
async def test_forced_colours_keep_every_edge(staff: Staff, browse: Browse) -> None:
    admin, _ = await staff.person(Role.ADMIN)
    page = await staff.sign_in(await browse(forced_colors="active"), admin)
    await page.goto("/account")
    for edge in (".panel", "input", ".button"):
        colours = await page.locator(edge).first.evaluate(
            "each => [getComputedStyle(each).borderTopColor, getComputedStyle(document.body).backgroundColor]"
        )
        assert colours[0] != colours[1], edge


@pytest.mark.long
async def test_pictures(staff: Staff, browse: Browse) -> None:
    now = staff.porina.time()
    units = ("asiakaspalvelu", "pysakointi")
    account, _ = await staff.act(add, "pysakointineuvoja", [Role.AGENT, Role.EXPERT], units, now, "command line")
    titles = {"fi": "pysäköintineuvoja", "sv": "parkeringsrådgivare", "en": "parking adviser"}
    await staff.act(set_title, account, titles, now, account)
    await staff.act(password_changed, account, await staff.porina.parts.passwords.hash(GOOD), now, account, None)
    page = await staff.sign_in(await browse(height=1140), account)
    await page.goto("/account")
    await page.evaluate("document.fonts.ready")
    await page.screenshot(path=PICTURES / "staff-account-desktop.png")
    page = await (await browse(width=390, height=844)).new_page()
    await page.goto("/sign-in")
    await page.evaluate("document.fonts.ready")
    await page.locator("#login").fill("pysakointineuvoja")
    await page.screenshot(path=PICTURES / "staff-sign-in-phone.png", caret="hide")
