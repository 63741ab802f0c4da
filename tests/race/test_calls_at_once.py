"""Many who answer one call at the same moment, on several processes: one is in the room, and all others hear who."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from databases import POSTGRESQL, SQLITE, fresh, rows
from ringing import SECRET, TOPIC, Point, an_expert
from sqlalchemy import Connection, true

from services.accounts.rules import Actor
from services.calls import acts
from services.calls.acts import accept, decline
from services.calls.records import call_of
from services.database import Database
from services.errors import CallTaken
from services.migrations import upgrade

EXPERTS = 10
PROCESSES = 4


class Ringing:
    """Ten experts whom calls ring, and processes with connections of their own."""

    def __init__(self, databases: list[Database]) -> None:
        self.databases = databases
        self.point = Point(databases[0])
        self.experts = self.point.act(self._there)
        self.agent: Actor = self.point.agent()

    def _there(self, tx: Connection) -> dict[str, int]:
        """The accounts of experts, with their numbers."""
        return {an_expert(tx, f"asiantuntija-{number}", self.point.now): number for number in range(EXPERTS)}

    async def at_once(self, act: Any, *given: Any) -> list[Any]:
        """`act` by each of them on the next process; what came of it."""
        running = (
            self.databases[number % PROCESSES].transaction(act, given[0], account, *given[1:])
            for account, number in self.experts.items()
        )
        return await asyncio.gather(*running, return_exceptions=True)

    async def accept_at_once(self) -> list[Any]:
        made = await asyncio.to_thread(self.point.call, self.agent)
        return await self.at_once(accept, made.id, [TOPIC], self.point.now, SECRET)

    def count(self, what: str) -> int:
        url = self.databases[0].url.render_as_string(hide_password=False)
        return int(rows(url, f"SELECT count(*) FROM {what}")[0][0])


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def ringing(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ringing]:
    url = fresh(tmp_path, upgrade, request.param)
    many = PROCESSES if request.param == POSTGRESQL else 1
    with ExitStack() as stack:
        opened = [stack.enter_context(closing(Database(url))) for _ in range(many)]
        yield Ringing([opened[number % many] for number in range(PROCESSES)])


async def test_ten_accept_at_once_and_one_has_the_call(ringing: Ringing) -> None:
    came = await ringing.accept_at_once()
    assert Counter(type(each) for each in came) == {tuple: 1, CallTaken: EXPERTS - 1}
    (call, _) = next(each for each in came if isinstance(each, tuple))
    named = {each.title["fi"] for each in came if isinstance(each, CallTaken)}
    assert named == {f"asiantuntija-{ringing.experts[call.taken_by]}"}
    assert ringing.count("appointments") == 1


async def test_without_the_guard_many_have_it(ringing: Ringing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "still_rings", lambda: true())
    came = await ringing.accept_at_once()
    assert sum(isinstance(each, tuple) for each in came) > 1
    assert ringing.count("appointments") > 1


async def test_ten_decline_at_once_and_it_is_over(ringing: Ringing) -> None:
    made = await asyncio.to_thread(ringing.point.call, ringing.agent)
    assert not any(isinstance(each, Exception) for each in await ringing.at_once(decline, made.id, ringing.point.now))
    assert ringing.count("calls WHERE state = 'nobody'") == 1
    assert ringing.count("events WHERE kind = 'call.nobody'") == 1


@pytest.mark.parametrize("ringing", [POSTGRESQL], indirect=True)
async def test_without_the_row_nobody_sees_that_all_declined(ringing: Ringing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the last two sees on a snapshot of their own that the other is rung still."""
    monkeypatch.setattr(acts, "_hold", lambda *_: None)
    made = await asyncio.to_thread(ringing.point.call, ringing.agent)
    accounts = list(ringing.experts)
    for account in accounts[2:]:
        await ringing.databases[0].transaction(decline, made.id, account, ringing.point.now)
    met = threading.Barrier(2)

    def after_both_have_looked(tx: Connection, account: str) -> None:
        call_of(tx, made.id)
        met.wait(10)
        decline(tx, made.id, account, ringing.point.now)

    last = zip(ringing.databases, accounts[:2], strict=False)
    await asyncio.gather(*(database.transaction(after_both_have_looked, account) for database, account in last))
    assert ringing.count("rung WHERE declined") == EXPERTS
    assert ringing.count("calls WHERE state = 'ringing'") == 1
