"""Making and changing accounts, each with its entry in the audit."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from staff import BY, Staff

from services.accounts.acts import add as add_account
from services.accounts.acts import (
    disable,
    enable,
    forget_old,
    new_link,
    normal_login,
    set_language,
    set_name,
    set_roles,
    set_title,
)
from services.accounts.records import by_login, people, person
from services.accounts.rules import Role
from services.accounts.sessions import begin, resume
from services.accounts.setting_up import opened
from services.accounts.signing_in import admit
from services.accounts.tables import sessions, set_up_links, sign_in_tries
from services.audit.acts import entries
from services.errors import Gone, Invalid, LoginTaken, NotFound


@pytest.mark.parametrize(
    ("written", "login"),
    [
        ("neuvoja-1", "neuvoja-1"),
        ("  Neuvoja-1\n", "neuvoja-1"),
        ("PYSÄKÖINTI", "pysäköinti"),
        ("pa\u0308iva\u0308", "päivä"),
        ("neuvoja@example.org", "neuvoja@example.org"),
        ("a" * 60, "a" * 60),
    ],
)
def test_a_login_has_one_spelling(written: str, login: str) -> None:
    assert normal_login(written) == login


@pytest.mark.parametrize("written", ["", "ab", "a" * 61, "two words", "nul\0l", "tab\tbed", "\u200bghost", "\u2028ab"])
def test_what_cannot_be_a_login_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        normal_login(written)
    assert (refused.value.field, refused.value.code) == ("login", "login")


def test_an_account_is_as_it_was_made(staff: Staff) -> None:
    account, _ = staff.add("Neuvoja-1", Role.AGENT, Role.EXPERT, units=("asiakaspalvelu", "pysakointi"))
    made = staff.look(person, account)
    assert (made.login, made.name, made.title, made.language) == ("neuvoja-1", "neuvoja-1", {}, None)
    assert made.roles == {Role.AGENT, Role.EXPERT}
    assert made.units == {"asiakaspalvelu", "pysakointi"}
    assert (made.has_password, made.provided, made.disabled) == (False, False, False)
    assert (made.created_at, made.signed_in_at) == (staff.now, None)
    assert staff.look(by_login, " NEUVOJA-1 ") == made
    assert staff.look(people) == [made]


@pytest.mark.parametrize("login", ["neuvoja-2", "ab", "nul\0l", "\ud800abc"])
def test_a_login_that_nobody_has_leads_to_nobody(staff: Staff, login: str) -> None:
    staff.add()
    assert staff.look(by_login, login) is None


def test_people_come_by_name(staff: Staff) -> None:
    for login in ("neuvoja-2", "asiantuntija", "neuvoja-1"):
        staff.add(login)
    assert [each.name for each in staff.look(people)] == ["asiantuntija", "neuvoja-1", "neuvoja-2"]


def test_a_login_is_given_once_however_it_is_spelt(staff: Staff) -> None:
    staff.add("neuvoja-1")
    with pytest.raises(LoginTaken):
        staff.add("NEUVOJA-1")
    assert len(staff.look(people)) == 1
    assert staff.noted() == ["account.added"]


async def test_of_two_at_once_one_gets_the_login(staff: Staff) -> None:
    adding = [staff.database.transaction(add_account, "neuvoja-1", [Role.AGENT], (), staff.now, BY) for _ in range(5)]
    outcomes = await asyncio.gather(*adding, return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["LoginTaken"] * 4 + ["tuple"]
    assert len(await staff.database.read(people)) == 1


def test_an_account_has_a_role(staff: Staff) -> None:
    with pytest.raises(Invalid):
        staff.act(add_account, "neuvoja-1", set(), (), by=BY)
    account, _ = staff.add()
    with pytest.raises(Invalid):
        staff.act(set_roles, account, set(), (), by=BY)


def test_other_roles_end_the_sessions_and_the_same_ones_do_not(staff: Staff) -> None:
    account = staff.ready("neuvoja-1", Role.AGENT, units=("asiakaspalvelu",))
    token = staff.act(begin, account, how="password")
    staff.act(set_roles, account, {Role.AGENT}, {"asiakaspalvelu"}, by=BY)
    assert staff.look(resume, token, staff.now)
    staff.act(set_roles, account, {Role.EXPERT}, {"pysakointi"}, by=BY)
    assert staff.look(resume, token, staff.now) is None
    after = staff.look(person, account)
    assert (after.roles, after.units) == ({Role.EXPERT}, {"pysakointi"})
    newest = staff.look(entries)[0]
    assert (newest.by, newest.act, newest.subject) == (BY, "account.roles", account)
    assert newest.data == {
        "roles": ["expert"],
        "units": ["pysakointi"],
        "before": {"roles": ["agent"], "units": ["asiakaspalvelu"]},
    }
    assert staff.noted(account).count("account.roles") == 1


def test_units_can_be_taken_away_whole(staff: Staff) -> None:
    account = staff.ready("neuvoja-1", Role.AGENT, units=("asiakaspalvelu",))
    staff.act(set_roles, account, {Role.AGENT}, (), by=BY)
    assert staff.look(person, account).units == frozenset()


def test_name_title_and_language(staff: Staff) -> None:
    account = staff.ready()
    staff.act(set_name, account, " Pa\u0308iva\u0308vuoro ", by=account)
    staff.act(set_title, account, {"fi": "Pysäköintineuvoja ", "sv": "Parkeringsrådgivare", "en": " "}, by=account)
    staff.act(set_language, account, "sv", by=account)
    after = staff.look(person, account)
    assert (after.name, after.language) == ("Päivävuoro", "sv")
    assert after.title == {"fi": "Pysäköintineuvoja", "sv": "Parkeringsrådgivare"}
    assert staff.noted(account)[-3:] == ["account.name", "account.title", "account.language"]
    staff.act(set_language, account, None, by=account)
    assert staff.look(person, account).language is None


@pytest.mark.parametrize(
    ("name", "code"), [("  ", "required"), ("x" * 101, "long"), ("a\0b", "characters"), ("a\nb", "characters")]
)
def test_a_name_that_cannot_be_shown_is_refused(staff: Staff, name: str, code: str) -> None:
    account = staff.ready()
    with pytest.raises(Invalid) as refused:
        staff.act(set_name, account, name, by=account)
    assert (refused.value.field, refused.value.code) == ("name", code)
    if code != "required":
        with pytest.raises(Invalid):
            staff.act(set_title, account, {"fi": name}, by=account)


def test_disabling_ends_everything_and_enabling_brings_nothing_back(staff: Staff) -> None:
    account = staff.ready()
    session, link = staff.act(begin, account, how="password"), staff.act(new_link, account, by=BY)
    staff.act(disable, account, by=BY)
    staff.act(disable, account, by=BY)
    assert staff.look(resume, session, staff.now) is None
    with pytest.raises(Gone):
        staff.act(new_link, account, by=BY)
    staff.act(enable, account, by=BY)
    staff.act(enable, account, by=BY)
    assert staff.look(resume, session, staff.now) is None
    with pytest.raises(Gone):
        staff.look(opened, link, staff.now)
    assert staff.noted(account)[-3:] == ["account.link", "account.disabled", "account.enabled"]


def test_an_account_that_is_not_there(staff: Staff) -> None:
    for act, given in (
        (set_roles, ("none", {Role.AGENT}, ())),
        (set_name, ("none", "name")),
        (set_title, ("none", {})),
        (set_language, ("none", "fi")),
        (new_link, ("none",)),
        (disable, ("none",)),
        (enable, ("none",)),
    ):
        with pytest.raises(NotFound):
            staff.act(act, *given, by=BY)
    with pytest.raises(NotFound):
        staff.look(person, "none")
    assert staff.noted() == []


def test_old_rows_are_forgotten_and_younger_ones_kept(staff: Staff) -> None:
    account = staff.ready()
    born = staff.now
    for days in (0, 2, 40):
        staff.now = born + timedelta(days=days)
        staff.act(begin, account, how="password")
        staff.act(new_link, account, by=BY)
        assert staff.act(admit, "neuvoja-1", f"192.0.2.{days}", None) == 0
    staff.act(forget_old)
    staff.act(forget_old)
    for table, began, left in (
        (sessions, sessions.c.begun_at, [40]),
        (set_up_links, set_up_links.c.created_at, [40]),
        (sign_in_tries, sign_in_tries.c.began_at, [40, 40]),
    ):
        kept = staff.look(
            lambda tx, table=table, began=began: list(tx.scalars(table.select().with_only_columns(began)))
        )
        assert [(moment - born).days for moment in kept] == left
    staff.now = born + timedelta(days=69)
    staff.act(forget_old)
    assert staff.look(lambda tx: len(list(tx.execute(sessions.select())))) == 1
