"""A set-up link lets in once, for seven days, who has the newest one."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, update
from staff import BY, Staff

from services.accounts.acts import disable, new_link
from services.accounts.records import person
from services.accounts.sessions import begin, resume
from services.accounts.setting_up import opened, set_up
from services.accounts.signing_in import credentials, password_changed
from services.accounts.tables import accounts
from services.errors import Gone, NotFound


def test_the_link_sets_the_password_and_the_account_can_sign_in(staff: Staff) -> None:
    account, token = staff.add()
    assert staff.look(opened, token, staff.now).id == account
    assert staff.act(set_up, token, "a hash") == account
    assert staff.look(credentials, "neuvoja-1").password_hash == "a hash"
    assert staff.look(person, account).has_password
    assert staff.noted(account) == ["account.added", "account.set_up"]


def test_a_used_link_is_gone_and_its_password_stays(staff: Staff) -> None:
    _, token = staff.add()
    staff.act(set_up, token, "a hash")
    with pytest.raises(Gone):
        staff.look(opened, token, staff.now)
    with pytest.raises(Gone):
        staff.act(set_up, token, "another's hash")
    assert staff.look(credentials, "neuvoja-1").password_hash == "a hash"


def test_a_link_lasts_seven_days(staff: Staff) -> None:
    _, token = staff.add()
    staff.forward(days=7, seconds=-1)
    staff.look(opened, token, staff.now)
    staff.forward(seconds=1)
    with pytest.raises(Gone):
        staff.look(opened, token, staff.now)
    with pytest.raises(Gone):
        staff.act(set_up, token, "a hash")


def test_a_link_made_while_the_clock_was_wrong_does_not_work_for_years(staff: Staff) -> None:
    right = staff.now
    staff.forward(days=3650)
    _, token = staff.add()
    staff.now = right
    with pytest.raises(Gone):
        staff.look(opened, token, staff.now)


def test_a_token_that_was_never_given(staff: Staff) -> None:
    staff.add()
    for token in ("never-given", "", "ä", "\udcff"):
        with pytest.raises(NotFound):
            staff.look(opened, token, staff.now)
    with pytest.raises(NotFound):
        staff.act(set_up, "never-given", "a hash")


def test_a_newer_link_ends_the_older(staff: Staff) -> None:
    account, first = staff.add()
    second = staff.act(new_link, account, by=BY)
    with pytest.raises(Gone):
        staff.look(opened, first, staff.now)
    assert staff.act(set_up, second, "a hash") == account


def test_the_link_of_a_disabled_account_is_gone(staff: Staff) -> None:
    account, token = staff.add()
    staff.act(disable, account, by=BY)
    with pytest.raises(Gone):
        staff.look(opened, token, staff.now)
    with pytest.raises(Gone):
        staff.act(set_up, token, "a hash")
    assert not staff.look(person, account).has_password


def test_setting_up_anew_ends_the_sessions(staff: Staff) -> None:
    account = staff.ready()
    session = staff.act(begin, account, how="password")
    staff.act(set_up, staff.act(new_link, account, by=BY), "a new hash")
    assert staff.look(resume, session, staff.now) is None


def test_who_changes_the_password_ends_the_links(staff: Staff) -> None:
    account = staff.ready()
    link = staff.act(new_link, account, by=BY)
    staff.act(password_changed, account, "a new hash", by=account, keep_session=None)
    with pytest.raises(Gone):
        staff.look(opened, link, staff.now)


async def test_of_two_requests_at_once_one_sets_the_password(staff: Staff) -> None:
    _, token = staff.add()
    both = (staff.database.transaction(set_up, token, f"hash {number}", staff.now) for number in range(2))
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["Gone", "str"]
    assert staff.noted().count("account.set_up") == 1


async def test_control_looking_in_one_transaction_and_writing_in_the_next_lets_both_in(staff: Staff) -> None:
    account, token = staff.add()

    def write(tx: Connection, password_hash: str) -> str:
        tx.execute(update(accounts).where(accounts.c.id == account).values(password_hash=password_hash))
        return password_hash

    both_looked = asyncio.Barrier(2)

    async def request(number: int) -> str:
        await staff.database.read(opened, token, staff.now)
        await both_looked.wait()
        return await staff.database.transaction(write, f"hash {number}")

    assert await asyncio.gather(request(0), request(1)) == ["hash 0", "hash 1"]
