"""Guessing passwords over HTTP: how many tries are looked at, who still gets in, and what the time tells."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator
from pathlib import Path
from time import perf_counter

import pytest
from staffed import Staff, given, staffed

from bot.web.sessions import DEVICE
from services.accounts.passwords import Passwords
from services.accounts.rules import Role

TRIES, ADDRESSES = 1_000, 100
EVALUATED = 10
"""Of one login from browsers that are not known, in 15 minutes; the README says so too."""


@pytest.fixture
async def staff(tmp_path: Path) -> AsyncIterator[Staff]:
    """Behind a proxy that says who asks; whoever guesses has a hundred machines."""
    async with staffed(tmp_path, trusted_proxies=1) as running:
        yield running


def count_evaluated(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What each evaluated try came to, from now on."""
    evaluated: list[bool] = []
    real = staff.parts.passwords.verify

    async def counted(password_hash: str | None, password: str) -> bool:
        evaluated.append(await real(password_hash, password))
        return evaluated[-1]

    monkeypatch.setattr(staff.parts.passwords, "verify", counted)
    return evaluated


async def guess(staff: Staff, login: str, tries: int) -> list[int]:
    """The statuses of `tries` guesses, each from the next of many addresses, and never the right one."""
    return [
        (
            await staff.sign_in(
                login,
                f"arvaus numero {number}",
                headers={"X-Forwarded-For": f"203.0.113.{number % ADDRESSES}, 198.51.100.{number % ADDRESSES}"},
            )
        ).status
        for number in range(tries)
    ]


@pytest.mark.parametrize(
    ("login", "tries"),
    [("neuvoja-1", 100), *(pytest.param(login, TRIES, marks=pytest.mark.long) for login in ("neuvoja-1", "ei-ole"))],
)
async def test_a_thousand_tries_from_a_hundred_addresses(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, login: str, tries: int
) -> None:
    """A hundred where there is no time for a thousand."""
    await staff.person("neuvoja-1", Role.AGENT)
    device = given(await staff.sign_in("neuvoja-1"), DEVICE)
    evaluated = count_evaluated(staff, monkeypatch)
    statuses = await guess(staff, login, tries)
    assert (statuses.count(422), statuses.count(429)) == (EVALUATED, tries - EVALUATED)
    assert evaluated == [False] * EVALUATED

    assert (await staff.sign_in("neuvoja-1", device=device)).status == 303  # the owner, from a browser of theirs
    assert (await staff.sign_in(login, headers={"X-Forwarded-For": "192.0.2.7"})).status == 429
    staff.clock.forward(minutes=15)
    assert (await staff.sign_in("neuvoja-1", headers={"X-Forwarded-For": "192.0.2.7"})).status == 303
    assert await guess(staff, login, 20) == [422] * EVALUATED + [429] * (20 - EVALUATED)


async def test_one_address_tries_many_names(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated = count_evaluated(staff, monkeypatch)
    here = {"X-Forwarded-For": "203.0.113.1"}
    statuses = [(await staff.sign_in(f"nimi-{number}", headers=here)).status for number in range(110)]
    assert (statuses.count(422), statuses.count(429), len(evaluated)) == (100, 10, 100)
    spoofed = {"X-Forwarded-For": "192.0.2.9, 203.0.113.1"}  # what stands further left was written by the client
    assert (await staff.sign_in("nimi-x", headers=spoofed)).status == 429


async def test_with_the_count_taken_away_all_are_evaluated(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: were nobody held back, the test above would see it."""
    evaluated = count_evaluated(staff, monkeypatch)
    monkeypatch.setattr("bot.sign_in.routes.admit", lambda *_: 0.0)
    assert set(await guess(staff, "neuvoja-1", 30)) == {422}
    assert len(evaluated) == 30


async def ratio(staff: Staff, rounds: int) -> float:
    """How long a known login takes beside an unknown one: medians of one run, by turns, in an order that changes.

    With argon2 at the cost of the product.
    """
    taken: dict[str, list[float]] = {"neuvoja-1": [], "neuvoja-2": []}
    for round_ in range(rounds):
        for login in sorted(taken, reverse=bool(round_ % 2)):
            began = perf_counter()
            assert (await staff.sign_in(login, "väärä salasana tämä")).status == 422
            taken[login].append(perf_counter() - began)
    known, unknown = (statistics.median(times[rounds // 10 :]) for times in taken.values())
    assert known > 0.02  # argon2 was at work
    return known / unknown


@pytest.mark.long
async def test_known_and_unknown_names_take_the_same_time(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    cheap, staff.parts.passwords = staff.parts.passwords, Passwords()
    await asyncio.to_thread(cheap.close)
    monkeypatch.setattr("bot.sign_in.routes.admit", lambda *_: 0.0)
    await staff.person("neuvoja-1", Role.AGENT)
    assert abs(await ratio(staff, 100) - 1) < 0.1

    real = staff.parts.passwords.verify

    async def hasty(password_hash: str | None, password: str) -> bool:
        return password_hash is not None and await real(password_hash, password)

    monkeypatch.setattr(staff.parts.passwords, "verify", hasty)
    assert await ratio(staff, 10) > 2  # the control: without the same work for nobody it is plain to see
