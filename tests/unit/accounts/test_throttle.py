"""Guessing is held to documented numbers, and cannot lock the owner out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from sqlalchemy import Connection, func, select, update
from staff import BY, Staff

from services.accounts.acts import disable
from services.accounts.signing_in import Credentials, admit, credentials, device_token, is_device, succeeded
from services.accounts.tables import sign_in_tries
from services.database import Database

SECRET = "a secret of the tests, long enough"
ADDRESSES = [f"192.0.2.{number}" for number in range(100)]
WINDOW_S = 15 * 60


def told(staff: Staff, tries: Iterable[tuple[str, str]], device: str | None = None) -> list[float]:
    """What tries, each a login and an address, were told one after the other."""

    def act(tx: Connection) -> list[float]:
        return [admit(tx, login, address, device, staff.now) for login, address in tries]

    return staff.database.now(act)


def guesses(staff: Staff, login: str, count: int = 1000) -> list[float]:
    """What so many tries at one login from a hundred addresses in turn were told."""
    return told(staff, [(login, ADDRESSES[number % 100]) for number in range(count)])


def device_of(login: str) -> str:
    token = device_token(SECRET, login)
    assert is_device(SECRET, login, token)
    return token


def test_of_a_thousand_guesses_at_one_login_ten_are_admitted_and_the_owner_gets_in(staff: Staff) -> None:
    staff.ready("neuvoja-1")
    known = device_of("neuvoja-1")
    waits = guesses(staff, "neuvoja-1")
    assert waits.count(0) == 10
    assert waits[:10] == [0] * 10
    assert set(waits[10:]) == {WINDOW_S}
    assert staff.act(admit, "neuvoja-1", "198.51.100.1", device=known) == 0
    staff.forward(minutes=14, seconds=59)
    assert staff.act(admit, "neuvoja-1", "198.51.100.1", device=None) == 1
    staff.forward(seconds=1)
    assert staff.act(admit, "neuvoja-1", "198.51.100.1", device=None) == 0


def test_a_login_that_nobody_has_is_told_the_same(staff: Staff) -> None:
    staff.ready("neuvoja-1")
    assert guesses(staff, "neuvoja-1", 30) == guesses(staff, "kukaan", 30)


def test_another_spelling_is_the_same_login(staff: Staff) -> None:
    spellings = ("neuvoja-ä", "NEUVOJA-Ä", " neuvoja-a\u0308", "Neuvoja-Ä ")
    assert told(staff, [(spellings[number % 4], ADDRESSES[number]) for number in range(20)]).count(0) == 10


def test_one_address_is_held_to_a_hundred_over_all_logins(staff: Staff) -> None:
    waits = told(staff, [(f"neuvoja-{number}", "192.0.2.1") for number in range(150)])
    assert waits == [0] * 100 + [WINDOW_S] * 50
    assert staff.act(admit, "neuvoja-149", "192.0.2.2", device=None) == 0


def test_a_refused_try_is_counted_nowhere(staff: Staff) -> None:
    """What one login has used up does not use up the address, and the other way round."""
    assert told(staff, [("neuvoja-1", "192.0.2.1")] * 200).count(0) == 10
    assert told(staff, [(f"muu-{number}", "192.0.2.1") for number in range(90)]) == [0] * 90
    assert told(staff, [("neuvoja-3", "192.0.2.1")] * 20) == [WINDOW_S] * 20
    assert told(staff, [("neuvoja-3", "192.0.2.2")] * 10) == [0] * 10


def test_addresses_of_one_ipv6_network_are_one(staff: Staff) -> None:
    assert told(staff, [(f"neuvoja-{n}", f"2001:db8::{n:x}") for n in range(150)]).count(0) == 100
    assert staff.act(admit, "neuvoja-1", "2001:db8:0:1::1", device=None) == 0


def test_an_ipv4_address_is_itself_also_where_the_socket_speaks_ipv6(staff: Staff) -> None:
    assert told(staff, [(f"neuvoja-{number}", "::ffff:192.0.2.1") for number in range(100)]) == [0] * 100
    assert staff.act(admit, "neuvoja-1", "192.0.2.1", device=None) == WINDOW_S
    assert staff.act(admit, "neuvoja-1", "::ffff:192.0.2.2", device=None) == 0
    assert staff.act(admit, "neuvoja-1", "no address \udcff", device=None) == 0


def test_a_known_device_has_ten_of_its_own(staff: Staff) -> None:
    first, second = device_of("neuvoja-1"), device_of("neuvoja-1")
    assert told(staff, [("neuvoja-1", "192.0.2.1")] * 12, first) == [0] * 10 + [WINDOW_S] * 2
    assert staff.act(admit, "neuvoja-1", "192.0.2.1", device=second) == 0
    assert staff.act(admit, "neuvoja-1", "192.0.2.1", device=None) == 0


def test_a_known_device_is_not_held_up_by_guesses_from_its_own_address(staff: Staff) -> None:
    """A whole city hall can have one address."""
    told(staff, [(f"muu-{number}", "192.0.2.1") for number in range(100)])
    assert staff.act(admit, "neuvoja-1", "192.0.2.1", device=None) == WINDOW_S
    assert staff.act(admit, "neuvoja-1", "192.0.2.1", device=device_of("neuvoja-1")) == 0


def test_who_got_in_begins_anew_but_not_the_address(staff: Staff) -> None:
    for device in (device_of("neuvoja-1"), None):
        assert told(staff, [("neuvoja-1", "192.0.2.1")] * 9, device) == [0] * 9
        staff.act(succeeded, "neuvoja-1", device)
        assert told(staff, [("neuvoja-1", "192.0.2.1")] * 11, device) == [0] * 10 + [WINDOW_S]
    assert told(staff, [(f"muu-{number}", "192.0.2.1") for number in range(82)]) == [0] * 81 + [WINDOW_S]


def test_a_window_that_begins_in_the_future_begins_now(staff: Staff) -> None:
    right = staff.now
    staff.forward(days=3650)
    assert guesses(staff, "neuvoja-1", 20).count(0) == 10
    staff.now = right
    assert staff.act(admit, "neuvoja-1", "192.0.2.1", device=None) == WINDOW_S
    staff.forward(minutes=15)
    assert staff.act(admit, "neuvoja-1", "192.0.2.1", device=None) == 0


def test_a_device_token_is_good_for_its_login_and_its_installation(staff: Staff) -> None:
    token = device_token(SECRET, "neuvoja-1")
    assert is_device(SECRET, " NEUVOJA-1", token)
    assert not is_device(SECRET, "neuvoja-2", token)
    assert not is_device("another secret", "neuvoja-1", token)
    assert token != device_token(SECRET, "neuvoja-1")
    for forged in ("", ".", token[:-1], token + "x", token.replace(".", ""), "x" + token, "ä.ö", "\ud800.x"):
        assert not is_device(SECRET, "neuvoja-1", forged)


def test_credentials_of_who_cannot_sign_in_have_no_hash(staff: Staff) -> None:
    ready, (waiting, _) = staff.ready("neuvoja-1"), staff.add("neuvoja-2")
    assert staff.look(credentials, "NEUVOJA-1") == Credentials(ready, "a hash")
    assert staff.look(credentials, "neuvoja-2") == Credentials(waiting, None)
    staff.act(disable, ready, by=BY)
    assert staff.look(credentials, "neuvoja-1") == Credentials(ready, None)
    for login in ("kukaan", "", "x" * 500, "nul\0l", "\ud800abc", "' or 1=1 --"):
        assert staff.look(credentials, login) == Credentials(None, None)


@pytest.mark.parametrize("login", ["", "x" * 100_000, "nul\0l", "\ud800abc"])
def test_anything_that_can_be_typed_is_counted(staff: Staff, login: str) -> None:
    assert guesses(staff, login, 12).count(0) == 10


async def test_of_many_at_once_ten_are_admitted(staff: Staff) -> None:
    tries = (staff.database.transaction(admit, "neuvoja-1", address, None, staff.now) for address in ADDRESSES[:30])
    waits = await asyncio.gather(*tries)
    assert waits.count(0) == 10


async def test_control_looking_first_and_counting_then_admits_too_many(database: Database, staff: Staff) -> None:
    """What the conditional write is for: each look is right when it is made."""
    await database.transaction(admit, "neuvoja-1", "192.0.2.1", None, staff.now)
    all_looked = asyncio.Barrier(30)

    async def attempt() -> bool:
        tries = await database.read(lambda tx: tx.scalar(select(func.max(sign_in_tries.c.tries))))
        await all_looked.wait()
        if tries < 10:
            await database.transaction(lambda tx: tx.execute(update(sign_in_tries).values(tries=tries + 1)))
        return tries < 10

    assert sum(await asyncio.gather(*(attempt() for _ in range(30)))) == 30
