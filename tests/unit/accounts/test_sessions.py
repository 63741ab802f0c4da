"""A session ends by itself, from elsewhere, and whatever the clock does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from staff import BY, Staff

from services.accounts.acts import disable, enable, set_roles
from services.accounts.records import person
from services.accounts.rules import Actor, Role
from services.accounts.sessions import begin, end, end_all, of, resume, touch
from services.accounts.signing_in import credentials, password_changed
from services.accounts.tables import sessions
from services.errors import Forbidden, NotFound


@pytest.fixture
def account(staff: Staff) -> str:
    return staff.ready("neuvoja-1", Role.AGENT, units=("asiakaspalvelu",))


def present(staff: Staff, token: str) -> Actor | None:
    return staff.look(resume, token, staff.now)


def test_who_signed_in_is_known_by_the_token(staff: Staff, account: str) -> None:
    token = staff.act(begin, account, how="password")
    actor = present(staff, token)
    assert actor is not None
    assert (actor.account, actor.name, actor.roles, actor.units, actor.language) == (
        account, "neuvoja-1", {Role.AGENT}, {"asiakaspalvelu"}, None,
    )  # fmt: skip
    assert [session.id for session in staff.look(of, account, staff.now)] == [actor.session]
    assert staff.look(person, account).signed_in_at == staff.now
    assert staff.noted(account)[-1] == "session.begun"


def test_the_token_is_not_in_the_database(staff: Staff, account: str) -> None:
    token = staff.act(begin, account, how="password")
    row = staff.look(lambda tx: tx.execute(select(sessions)).one())
    assert token not in map(str, row)
    assert not any(present(staff, wrong) for wrong in (row.id, row.token_digest, "", "ä", "\udcff"))


def test_each_sign_in_is_a_session_of_its_own(staff: Staff, account: str) -> None:
    tokens = {staff.act(begin, account, how="password") for _ in range(3)}
    found = [present(staff, token) for token in tokens]
    assert len({actor.session for actor in found if actor}) == 3


def test_eight_idle_hours_end_it(staff: Staff, account: str) -> None:
    token = staff.act(begin, account, how="password")
    staff.forward(hours=8, seconds=-1)
    assert present(staff, token)
    staff.forward(seconds=1)
    assert present(staff, token) is None
    assert staff.look(of, account, staff.now) == []


def test_who_is_seen_stays_but_no_longer_than_twelve_hours(staff: Staff, account: str) -> None:
    token = staff.act(begin, account, how="password")
    for _ in range(2):
        actor = present(staff, token)
        assert actor is not None
        staff.forward(hours=5)
        staff.act(touch, actor.session)
    staff.forward(hours=2, seconds=-1)
    assert present(staff, token)
    staff.forward(seconds=1)
    assert present(staff, token) is None


def test_being_seen_goes_only_forwards_and_wakes_nothing(staff: Staff, account: str) -> None:
    token = staff.act(begin, account, how="password")
    actor = present(staff, token)
    assert actor is not None
    staff.forward(hours=-1)
    staff.act(touch, actor.session)
    staff.forward(hours=1)
    assert staff.look(of, account, staff.now)[0].seen_at == staff.now
    staff.forward(hours=8)
    staff.act(touch, actor.session)
    assert present(staff, token) is None


def test_a_clock_that_was_ahead_makes_no_session_immortal(staff: Staff, account: str) -> None:
    right = staff.now
    token = staff.act(begin, account, how="password")
    actor = present(staff, token)
    assert actor is not None
    staff.now = right + timedelta(hours=7)
    staff.act(touch, actor.session)  # by a clock that is seven hours ahead
    staff.now = right + timedelta(hours=12)
    assert present(staff, token) is None

    staff.now = right + timedelta(days=3650)
    wrong = staff.act(begin, account, how="password")
    staff.now = right
    assert present(staff, wrong) is None
    staff.forward(hours=1)
    assert present(staff, wrong) is None


def test_the_clocks_of_two_machines_may_differ_a_little(staff: Staff, account: str) -> None:
    token = staff.act(begin, account, how="password")
    staff.forward(seconds=-60)
    assert present(staff, token)
    staff.forward(seconds=-1)
    assert present(staff, token) is None


def test_ending_one_leaves_the_others(staff: Staff, account: str) -> None:
    first, second = (staff.act(begin, account, how="password") for _ in range(2))
    actor = present(staff, first)
    assert actor is not None
    for _ in range(2):
        staff.act(end, actor.session, by=account)
    assert present(staff, first) is None
    assert present(staff, second)
    assert staff.noted(account).count("session.ended") == 1


def test_ending_all_but_one_tells_how_many(staff: Staff, account: str) -> None:
    other = staff.ready("neuvoja-2")
    elsewhere = staff.act(begin, other, how="password")
    mine, *others = (staff.act(begin, account, how="password") for _ in range(4))
    actor = present(staff, mine)
    assert actor is not None
    assert staff.act(end_all, account, by=account, but=actor.session) == 3
    assert present(staff, mine)
    assert not any(present(staff, token) for token in others)
    assert staff.act(end_all, account, by=BY) == 1
    assert staff.act(end_all, account, by=BY) == 0
    assert present(staff, mine) is None
    assert present(staff, elsewhere)


def test_another_password_ends_the_others(staff: Staff, account: str) -> None:
    mine, other = (staff.act(begin, account, how="password") for _ in range(2))
    actor = present(staff, mine)
    assert actor is not None
    staff.act(password_changed, account, "a new hash", by=account, keep_session=actor.session)
    assert present(staff, mine)
    assert present(staff, other) is None
    assert staff.look(credentials, "neuvoja-1").password_hash == "a new hash"
    assert staff.noted(account)[-1] == "account.password"
    with pytest.raises(NotFound):
        staff.act(password_changed, "none", "a hash", by=BY, keep_session=None)


def test_what_the_account_may_do_is_what_it_may_now(staff: Staff, account: str) -> None:
    staff.act(set_roles, account, {Role.EXPERT}, {"pysakointi"}, by=BY)
    actor = present(staff, staff.act(begin, account, how="password"))
    assert actor is not None
    assert (actor.roles, actor.units) == ({Role.EXPERT}, {"pysakointi"})


def test_nobody_begins_a_session_of_an_account_that_is_disabled_or_not_there(staff: Staff, account: str) -> None:
    staff.act(disable, account, by=BY)
    for who in (account, "none"):
        with pytest.raises(Forbidden):
            staff.act(begin, who, how="password")
    staff.act(enable, account, by=BY)
    assert staff.act(begin, account, how="password")


def test_a_password_that_was_changed_while_it_was_verified_does_not_let_in(staff: Staff, account: str) -> None:
    verified = staff.look(credentials, "neuvoja-1").password_hash
    staff.act(begin, account, how="password", verified=verified)
    staff.act(password_changed, account, "a new hash", by=account, keep_session=None)
    with pytest.raises(Forbidden):
        staff.act(begin, account, how="password", verified=verified)
    assert staff.look(of, account, staff.now) == []
