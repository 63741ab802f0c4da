"""Passwords are long and hard to guess, of any characters; verifying tells nothing by its time."""

from __future__ import annotations

import asyncio
import threading
import time
import unicodedata
from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress
from statistics import median
from typing import Any

import pytest
import zxcvbn
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from zxcvbn.matching import omnimatch

from services.accounts import passwords as module
from services.accounts.passwords import Passwords, weakness

GOOD = "kolme hevosta söi puuron"


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    made = Passwords(CHEAPEST)
    yield made
    await asyncio.to_thread(made.close)


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "ÄÄNETÖN yö tiellä 9",
        "🦊🐻🦉 metsässä kuutamolla",
        "нынче ветрено и волны",
        "  spaces  around  and  between  ",
        "xK9mfq2LwTz8rBv",
        ("auringonkukka ja kivijalka, " * 10)[:256],
    ],
)
async def test_a_good_password_is_taken(password: str) -> None:
    assert await weakness(password, "neuvoja-1", "Pysäköintineuvoja") is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "short"),
        ("xK9mfq2LwTz8rB", "short"),
        ("a\u0308" * 14, "short"),
        ("x" * 257, "long"),
        (GOOD * 21, "long"),
        ("\ufdfa" * 20, "long"),  # one character that NFKC writes as eighteen
        ("passwordpassword", "common"),
        ("aaaaaaaaaaaaaaaaaaaa", "common"),
        ("123456789012345", "common"),
        ("qwertyuiopasdfgh", "common"),
        ("Password123456789", "common"),
        ("salasana salasana", "common"),
        ("Porin kaupunki 2026", "common"),
        ("neuvoja-1 söi puuron aamulla", "common"),
        ("ＮＥＵＶＯＪＡ-1 söi puuron aamulla", "common"),
        ("kesällä PYSÄKÖINTINEUVOJA lomailee", "common"),
    ],
)
async def test_a_weak_password_is_told_why(password: str, why: str) -> None:
    assert await weakness(password, "neuvoja-1", "Pysäköintineuvoja") == why


async def test_a_short_name_may_stand_in_a_password_by_chance() -> None:
    assert await weakness(GOOD, "söi", "") is None


async def test_half_a_character_breaks_nothing(passwords: Passwords) -> None:
    assert await weakness("\ud800 kolme hevosta söi puuron") is None
    assert not await passwords.verify(await passwords.hash(GOOD), "\ud800")


@pytest.mark.parametrize("guarded", [True, False])
async def test_names_of_two_people_at_once_are_kept_apart(monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """zxcvbn keeps the names in a global; without our lock one person's names are looked for in another's password."""
    both_named = threading.Barrier(2)

    def late(*given: Any) -> Any:
        with suppress(threading.BrokenBarrierError):  # the lock lets no second one come
            both_named.wait(0.2)
        return omnimatch(*given)

    monkeypatch.setattr(zxcvbn.matching, "omnimatch", late)
    monkeypatch.setattr(module, "_ONE_AT_A_TIME", module._ONE_AT_A_TIME if guarded else nullcontext())
    backwards = "ajovuenitniökäsyp"
    told = await asyncio.gather(weakness(backwards, "pysäköintineuvoja"), weakness(backwards, "nobody"))
    assert (told == ["common", None]) is guarded


async def test_the_right_password_and_no_other(passwords: Passwords) -> None:
    kept = await passwords.hash(GOOD)
    assert GOOD not in kept
    assert kept != await passwords.hash(GOOD)
    assert await passwords.verify(kept, GOOD)
    for other in (GOOD + " ", GOOD.upper(), GOOD[:-1], "", " " + GOOD):
        assert not await passwords.verify(kept, other)


@pytest.mark.parametrize("typed", ["ä ö å é", "ﬁ ligature", "ｗｉｄｅ", "ﾊﾝｶｸ"])
async def test_the_same_password_from_another_keyboard(passwords: Passwords, typed: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", typed), unicodedata.normalize("NFD", typed)
    assert composed != decomposed or unicodedata.normalize("NFKC", typed) != typed
    kept = await passwords.hash(composed)
    assert await passwords.verify(kept, decomposed)
    assert await passwords.verify(kept, unicodedata.normalize("NFKC", typed))


async def test_without_a_hash_nothing_is_right(passwords: Passwords) -> None:
    for password in (GOOD, "", "x" * 500):
        assert not await passwords.verify(None, password)
    assert not await passwords.verify("not a hash", GOOD)


async def test_more_than_the_longest_password_is_never_right_and_never_hashed(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = ("auringonkukka ja kivijalka, " * 10)[:256]
    kept = await passwords.hash(longest)
    hashed: list[int] = []
    verify = PasswordHasher.verify

    def recorded(self: PasswordHasher, kept: str, plain: str) -> bool:
        hashed.append(len(plain))
        return verify(self, kept, plain)

    monkeypatch.setattr(PasswordHasher, "verify", recorded)
    assert await passwords.verify(kept, longest)
    assert not await passwords.verify(kept, longest + "x")
    assert not await passwords.verify(kept, longest * 1000)
    assert hashed == [256, 256, 256]


async def test_hashing_is_off_the_event_loop_and_two_at_once(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: set[str] = set()
    most: list[int] = []
    hash_ = PasswordHasher.hash

    def recorded(self: PasswordHasher, plain: str) -> str:
        running.add(threading.current_thread().name)
        most.append(len(running))
        kept = hash_(self, plain)
        running.discard(threading.current_thread().name)
        assert threading.current_thread() is not threading.main_thread()
        return kept

    monkeypatch.setattr(PasswordHasher, "hash", recorded)
    await asyncio.gather(*(passwords.hash(GOOD) for _ in range(12)))
    assert len(most) == 12
    assert max(most) <= 2


@pytest.mark.long
async def test_known_and_unknown_names_take_the_same_time() -> None:
    """Medians of 30 each, one after the other within one run, at the cost that is used."""
    passwords = Passwords()
    kept = await passwords.hash(GOOD)
    took: dict[str | None, list[float]] = {kept: [], None: []}
    for _ in range(30):
        for password_hash, times in took.items():
            began = time.perf_counter()
            assert not await passwords.verify(password_hash, "another password")
            times.append(time.perf_counter() - began)
    await asyncio.to_thread(passwords.close)
    assert 0.95 < median(took[kept]) / median(took[None]) < 1.05
