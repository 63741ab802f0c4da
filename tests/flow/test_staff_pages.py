"""What staff do on their pages, as a browser without scripts does it: forms, answers, what is kept when refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import databases
import pytest
from staffed import GOOD, Staff, given, staffed, words

from bot.admin.audit import PAGE
from bot.admin.views import kind_words
from bot.staff.pages import act_words
from services.accounts.records import person
from services.accounts.rules import Role
from services.accounts.sessions import end_all
from services.audit.acts import entries, note
from services.jobs.acts import enqueue
from services.outbox.acts import MAIL

ROOT = Path(__file__).parents[2]
LANGUAGES = ("fi", "sv", "en")
AGENT, ADMIN = Role.AGENT, Role.ADMIN


@pytest.fixture
async def staff(tmp_path: Path) -> AsyncIterator[Staff]:
    async with staffed(tmp_path) as running:
        yield running


async def stored(staff: Staff, account: str) -> Any:
    return await staff.parts.database.read(person, account)


async def audit(staff: Staff, **which: str) -> list[str]:
    """The acts, newest first."""
    return [entry.act for entry in await staff.parts.database.read(entries, **which)]


async def html(staff: Staff, path: str, token: str, status: int = 200) -> str:
    answer = await staff.get(path, token)
    assert answer.status == status, path
    return await answer.text()


# one's own account


async def test_name_title_and_language(staff: Staff) -> None:
    account = await staff.person("neuvoja-1", AGENT, units=["pysakointi"])
    token = await staff.session(account)
    assert (await staff.post("/account/name", token, name="  Ra\u0308isa\u0308nen <b>")).status == 303
    titles = {"title-fi": "pysäköintineuvoja", "title-sv": "parkeringsrådgivare", "title-en": ""}
    answer = await staff.post("/account/title?lang=en", token, **titles)
    assert (answer.status, answer.headers["Location"]) == (303, "/account?done=title&lang=en")
    assert (await staff.post("/account/language", token, language="sv")).status == 303
    found = await stored(staff, account)
    assert (found.name, found.language) == ("Räisänen <b>", "sv")
    assert found.title == {"fi": "pysäköintineuvoja", "sv": "parkeringsrådgivare"}
    assert "Parkeringsövervakningen" in await staff.page("/account", token)

    page = await html(staff, answer.headers["Location"], token)
    assert '<html lang="en">' in page  # ?lang= before the account's own language
    assert 'role="status">The role title is saved.' in page
    assert 'value="Räisänen &lt;b&gt;"' in page
    assert 'value="pysäköintineuvoja"' in page
    await staff.post("/account/language", token, language="tlh")
    assert (await stored(staff, account)).language is None


async def test_what_is_refused_is_kept_and_told(staff: Staff) -> None:
    token = await staff.signed_in("neuvoja-1", AGENT)
    for path, form, said, field in (
        ("name", {"name": "  "}, "Kirjoita nimi", "name"),
        ("name", {"name": "x" * 101}, "enintään 100 merkkiä", "name"),
        ("name", {"name": "a\tb"}, "Kirjoita se uudelleen", "name"),
        ("title", {"title-fi": "y" * 101, "title-sv": "rådgivare"}, "enintään 100 merkkiä", "title-fi"),
    ):
        answer = await staff.post(f"/account/{path}", token, **form)
        page = await answer.text()
        assert answer.status == 422
        assert said in words(page)
        assert f'<a href="#{field}">' in page
        assert re.search(rf'<input id="{field}"[^>]* aria-invalid="true"', page)
        for typed in form.values():
            assert f'value="{typed}"' in page
        assert 'href="/account?lang=sv"' in page  # the language switch leads to a page that can be asked for


async def test_changing_the_password(staff: Staff) -> None:
    account = await staff.person("neuvoja-1", AGENT)
    token, other = await staff.session(account), await staff.session(account)
    new = "neljä haukea hyppi laiturilla"
    for present, password, said in (
        ("väärä salasana tämä", new, "Nykyinen salasana ei täsmää"),
        (GOOD, "pieni", "Kirjoita vähintään 15 merkkiä"),
        (GOOD, "x" * 500, "enintään 256 merkkiä"),
        ("x" * 500, new, "Nykyinen salasana ei täsmää"),
    ):
        answer = await staff.post("/account/password", token, present=present, password=password)
        page = await answer.text()
        assert answer.status == 422
        assert said in words(page)
        assert password not in page
    assert await staff.actor(other) is not None
    answer = await staff.post("/account/password", token, present=GOOD, password=new)
    assert (answer.status, answer.headers["Location"]) == (303, "/account?done=password")
    assert await staff.actor(token) is not None
    assert await staff.actor(other) is None
    assert (await staff.sign_in("neuvoja-1")).status == 422
    assert (await staff.sign_in("neuvoja-1", new)).status == 303


async def test_the_present_password_cannot_be_guessed_on_an_open_session(staff: Staff) -> None:
    token = await staff.signed_in("neuvoja-1", AGENT)
    for _ in range(10):
        await staff.post("/account/password", token, present="väärä salasana tämä", password="x")
    answer = await staff.post("/account/password", token, present=GOOD, password="neljä haukea hyppi laiturilla")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "900")
    assert "Odota 15 min" in words(await answer.text())


async def test_a_session_that_ends_while_the_password_is_hashed_changes_nothing(staff: Staff) -> None:
    account = await staff.person("neuvoja-1", AGENT)
    token = await staff.session(account)
    real = staff.parts.passwords.hash

    async def slow(password: str) -> str:
        await staff.parts.database.transaction(end_all, account, staff.clock(), "command line")
        return await real(password)

    staff.parts.passwords.hash = slow  # type: ignore[method-assign]
    answer = await staff.post("/account/password", token, present=GOOD, password="neljä haukea hyppi laiturilla")
    assert answer.status == 401
    assert (await staff.sign_in("neuvoja-1")).status == 303


async def test_signing_out_elsewhere(staff: Staff) -> None:
    account = await staff.person("neuvoja-1", AGENT)
    other = await staff.session(account)
    staff.clock.forward(minutes=5)
    token = await staff.session(account)
    told = await staff.page("/account", token)
    assert "ti 24.11. klo 12.05, salasanalla · tämä selain" in told
    assert "ti 24.11. klo 12.00, salasanalla · käytetty ti 24.11. klo 12.00" in told
    answer = await staff.post("/account/sessions", token)
    assert answer.headers["Location"] == "/account?done=sessions"
    assert [await staff.actor(each) is None for each in (other, token)] == [True, False]
    assert "Kirjaudu ulos muualta" not in await staff.page("/account", token)


# people


async def test_adding_a_person_shows_the_link_once(staff: Staff) -> None:
    token = await staff.signed_in("paakayttaja", ADMIN)
    answer = await staff.served.ask(
        "POST",
        "/admin/people",
        data=[
            ("login", "Neuvoja-2"),
            ("role", "agent"),
            ("role", "expert"),
            ("unit", "pysakointi"),
            ("unit", "ei-ole"),
        ],
        headers={"Origin": staff.url, "Cookie": f"__Host-porina={token}"},
    )
    assert answer.status == 201
    [link] = re.findall(r'id="link">(http[^<]+)<', await answer.text())
    assert link.startswith(f"{staff.url}/set-up/")
    people = await html(staff, "/admin/people", token)
    assert link not in people
    [account] = re.findall(r'href="/admin/people/([^"?]+)">neuvoja-2<', people)
    found = await stored(staff, account)
    assert (found.login, found.roles, found.units) == ("neuvoja-2", {AGENT, Role.EXPERT}, {"pysakointi"})
    answer = await staff.post(link.removeprefix(staff.url), password=GOOD)
    assert (await staff.actor(given(answer))).account == account
    assert (await audit(staff, subject=account))[-1] == "account.added"


async def test_a_person_that_cannot_be_added(staff: Staff) -> None:
    token = await staff.signed_in("paakayttaja", ADMIN)
    for form, status, said, field in (
        ({"login": "a b", "role": "agent", "unit": "kirjaamo"}, 422, "eikä yhtään väliä", "login"),
        ({"login": "neuvoja-2", "unit": "kirjaamo"}, 422, "ainakin yksi rooli", "roles"),
        ({"login": "neuvoja-2", "role": "keisari"}, 422, "ainakin yksi rooli", "roles"),
        ({"login": "PAAKAYTTAJA", "role": "agent"}, 409, "on jo käytössä", "login"),
    ):
        answer = await staff.post("/admin/people", token, **form)
        page = await answer.text()
        assert answer.status == status
        assert said in words(page)
        assert f'<a href="#{field}">' in page
        assert f'id="login" name="login" value="{form["login"]}"' in page
        if "unit" in form:
            assert 'name="unit" value="kirjaamo" checked' in page
    assert await databases_count(staff, "accounts") == 1


async def databases_count(staff: Staff, table: str) -> int:
    return int(databases.rows(staff.served.database_url, f"SELECT count(*) FROM {table}")[0][0])


async def test_finding_people(staff: Staff) -> None:
    token = await staff.signed_in("paakayttaja", ADMIN)
    await staff.add("neuvoja-2", AGENT, units=["pysakointi"])
    await staff.add("asiantuntija-3", Role.EXPERT)
    for query, found in {
        "": {"paakayttaja", "neuvoja-2", "asiantuntija-3"},
        "q=NEUVOJA": {"neuvoja-2"},
        "role=expert": {"asiantuntija-3"},
        "unit=pysakointi": {"neuvoja-2"},
        "q=neuvoja&role=expert": set(),
        "q=%25": set(),
        "role=keisari": set(),
    }.items():
        page = await html(staff, f"/admin/people?{query}", token)
        assert set(re.findall(r'href="/admin/people/[^"]+">([^<]+)<', page)) == found, query
    told = await staff.page("/admin/people", token)
    assert "yksikkö puuttuu" in told  # the expert's
    assert "Ei ole vielä kirjautunut" in told
    assert 'name="lang" value="sv"' in await html(staff, "/admin/people?lang=sv", token)  # a search keeps the language


async def test_looking_at_a_person_is_written_down(staff: Staff) -> None:
    token = await staff.signed_in("paakayttaja", ADMIN)
    account, _ = await staff.add("neuvoja-2", AGENT)
    await staff.page(f"/admin/people/{account}", token)
    assert await audit(staff, subject=account) == ["account.viewed", "account.added"]
    assert (await staff.get("/admin/people/ei-ole", token)).status == 404
    assert "account.viewed" not in await audit(staff, subject="ei-ole")


async def test_roles_units_and_title_of_a_person(staff: Staff) -> None:
    token = await staff.signed_in("paakayttaja", ADMIN)
    account = await staff.person("neuvoja-2", AGENT)
    theirs = await staff.session(account)
    own = f"/admin/people/{account}"
    assert "ei ole yksikköä" in await staff.page(own, token)
    answer = await staff.post(f"{own}/roles", token, role="editor", unit="kirjaamo")
    assert answer.headers["Location"] == f"{own}?done=roles"
    page = await html(staff, answer.headers["Location"], token)
    assert re.findall(r'name="role" value="(\w+)" checked', page) == ["editor"]
    assert re.findall(r'name="unit" value="(\w+)" checked', page) == ["kirjaamo"]
    assert await staff.actor(theirs) is None  # nobody goes on with what they had
    refused = await staff.post(f"{own}/roles", token, unit="pysakointi")
    page = await refused.text()
    assert (refused.status, "ainakin yksi rooli" in words(page)) == (422, True)
    assert re.findall(r'name="unit" value="(\w+)" checked', page) == ["pysakointi"]
    assert (await staff.post(f"{own}/title", token, **{"title-fi": "kirjaaja"})).status == 303
    assert (await stored(staff, account)).title == {"fi": "kirjaaja"}
    refused = await staff.post(f"{own}/title", token, **{"title-fi": "x" * 101})
    assert (refused.status, f'value="{"x" * 101}"' in await refused.text()) == (422, True)


async def test_the_last_admin_stays(staff: Staff) -> None:
    account = await staff.person("paakayttaja", ADMIN)
    token = await staff.session(account)
    own = f"/admin/people/{account}"
    for answer in (await staff.post(f"{own}/roles", token, role="agent"), await staff.post(f"{own}/disable", token)):
        assert (answer.status, "ainoa pääkäyttäjä" in words(await answer.text())) == (422, True)
    assert (await stored(staff, account)).roles == {ADMIN}
    assert await staff.actor(token) is not None


async def test_a_new_link_closing_opening_and_signing_out(staff: Staff) -> None:
    token = await staff.signed_in("paakayttaja", ADMIN)
    account, first = await staff.add("neuvoja-2", AGENT)
    own = f"/admin/people/{account}"
    answer = await staff.post(f"{own}/link", token)
    [second] = re.findall(r"/set-up/([\w-]+)<", await answer.text())
    assert [(await staff.get(f"/set-up/{link}")).status for link in (first, second)] == [410, 200]

    theirs = await staff.session(account)
    assert (await staff.post(f"{own}/sign-out", token)).headers["Location"] == f"{own}?done=sign-out"
    assert await staff.actor(theirs) is None
    assert await staff.actor(token) is not None

    assert (await staff.post(f"{own}/disable", token)).status == 303
    assert "Tili on suljettu" in await staff.page(own, token)
    assert (await staff.get(f"/set-up/{second}")).status == 410
    refused = await staff.post(f"{own}/link", token)
    assert (refused.status, "Avaa se ensin" in words(await refused.text())) == (409, True)
    assert (await staff.post(f"{own}/enable", token)).status == 303
    assert "Tili on avattu" in await staff.page(f"{own}?done=enable", token)
    for act in ("roles", "title", "link", "disable", "enable", "sign-out"):
        assert (await staff.post(f"/admin/people/ei-ole/{act}", token, role="agent")).status == 404, act


# audit, jobs, units


async def test_the_audit_page_by_page(staff: Staff) -> None:
    admin = await staff.person("paakayttaja", ADMIN)
    token = await staff.session(admin)
    account, _ = await staff.add("neuvoja-2", AGENT)
    for number in range(PAGE + 5):
        await staff.parts.database.transaction(note, admin, "odd.act", account, staff.clock(), number=number)
    page = await html(staff, f"/admin/audit?subject={account}", token)
    assert page.count("<time") == PAGE
    assert "odd.act: <strong>neuvoja-2</strong>" in page  # an act without words is shown as it is
    assert f"number: {PAGE + 4}" in page
    [older] = re.findall(r'href="([^"]+before=[^"]+)"', page)
    rest = await html(staff, older.replace("&amp;", "&"), token)
    assert rest.count("<time") == 6
    assert "Lisäsi tilin" in words(rest)
    assert "komentorivi" in words(rest)
    assert "before=" not in rest.replace("lang", "")[rest.index("<main") :]
    assert (await html(staff, f"/admin/audit?by={admin}&subject=ei-ole", token)).count("<time") == 0
    for odd in ("x", "-1", "0", "9" * 40, "1.5", "٣", "2147483647", "2147483648", "9223372036854775807"):
        assert (await staff.get("/admin/audit", token, params={"before": odd})).status == 200, odd


async def test_jobs_are_shown_and_retried(staff: Staff) -> None:
    token = await staff.signed_in("paakayttaja", ADMIN)
    act = staff.parts.database.transaction
    job = await act(enqueue, "mail", staff.clock(), subject="mail-1")
    other = await act(enqueue, "unheard.of", staff.clock())

    def fail(tx: Any) -> None:
        tx.exec_driver_sql(f"UPDATE jobs SET failed_at = due_at, last_error = 'no such mailbox' WHERE id = '{job}'")

    await act(fail)
    told = await staff.page("/admin/jobs", token)
    for part in ("Sähköpostin lähetys", "mail-1", "no such mailbox", "unheard.of"):
        assert part in told
    answer = await staff.post(f"/admin/jobs/{job}/retry", token)
    assert answer.headers["Location"] == "/admin/jobs?done=retried"
    assert "Mikään ei ole epäonnistunut" in await staff.page("/admin/jobs", token)
    refused = await staff.post(f"/admin/jobs/{other}/retry", token)
    assert (refused.status, "ei ole enää epäonnistuneiden" in words(await refused.text())) == (409, True)
    assert (await staff.post("/admin/jobs/ei-ole/retry", token)).status == 404
    assert "job.retried" in await audit(staff, subject=job)


async def test_units_show_their_people_by_title(staff: Staff) -> None:
    account = await staff.person("neuvoja-1", AGENT, units=["pysakointi"])
    token = await staff.session(account)
    closed, _ = await staff.add("neuvoja-9", AGENT, units=["pysakointi"])
    await staff.add("neuvoja-8", AGENT, units=["kirjaamo"])
    await staff.post("/account/title", token, **{"title-fi": "pysäköintineuvoja"})
    admin = await staff.signed_in("paakayttaja", ADMIN)
    await staff.post(f"/admin/people/{closed}/disable", admin)
    told = await staff.page("/units/pysakointi", token)
    assert "pysäköintineuvoja neuvoja-1" in told
    assert "neuvoja-9" not in told
    assert "neuvoja-8" not in await staff.page("/units", token)
    everything = await staff.page("/units", admin)
    assert "neuvoja neuvoja-8" in everything  # by the role, where there is no title


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_speaks_each_language_and_keeps_it(staff: Staff, language: str) -> None:
    admin = await staff.person("paakayttaja", ADMIN)
    token = await staff.session(admin)
    for path in ("/account", "/units", "/units/kirjaamo", "/admin/people", f"/admin/people/{admin}", "/admin/audit",
                 "/admin/jobs", "/admin/people/ei-ole"):  # fmt: skip
        answer = await staff.get(f"{path}?lang={language}", token)
        page = await answer.text()
        assert f'<html lang="{language}">' in page
        assert answer.headers["Content-Language"] == language
        inside = [
            link
            for link in re.findall(r'(?:href|action)="(/[^"]*)"', page)
            if not re.match(r"/(static|fi|sv|en)\b", link)
        ]
        forms = ("/admin/people", "/admin/audit")  # searches, which carry it in a field
        lost = [link for link in inside if "lang=" not in link and link not in forms]
        assert lost == [], path
    browsers = await staff.get("/account", token, headers={"Accept-Language": f"de, {language};q=0.5"})
    assert browsers.headers["Content-Language"] == language
    switch = await html(staff, f"/admin/people?q=a&role=agent&lang={language}", token)
    assert '/admin/people?q=a&amp;role=agent&amp;lang=sv"' in switch


async def test_a_fault_on_a_page_of_staff_has_their_words(staff: Staff) -> None:
    token = await staff.signed_in("neuvoja-1", AGENT)
    staff.parts.known = None  # type: ignore[assignment]
    assert "Vika on palvelussa" in await staff.page("/units", await staff.signed_in("paakayttaja", ADMIN), 500)
    assert (await staff.get("/account/password", token)).status == 405


def test_every_act_and_every_kind_of_job_has_words() -> None:
    """The catalogue's keys are made up of what is stored, so nothing else would miss one."""
    source = "".join(path.read_text("utf-8") for floor in ("bot", "services") for path in (ROOT / floor).rglob("*.py"))
    acts = set(re.findall(r'"((?:account|session|job)\.[a-z_]+)"', source))
    assert len(acts) > 12
    assert [act for act in acts if act_words("fi", act) == act] == []
    kinds = set(re.findall(r'^        "([a-z.]+)": Kind\(', (ROOT / "bot/jobs.py").read_text("utf-8"), re.MULTILINE))
    assert len(kinds) > 3
    assert [kind for kind in {*kinds, MAIL} if kind_words("fi", kind) == kind] == []
