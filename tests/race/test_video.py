"""A room whose participants are on several processes: each act counts once, and all hear the same in one order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from databases import KIND, POSTGRESQL, SQLITE, fresh, rows
from meeting import NOW, ROOM, TITLE, plan
from sqlalchemy import Connection, true

from services.database import Database
from services.errors import DatabaseAway, RoomFull
from services.migrations import upgrade
from services.video import hosting, presence
from services.video.acts import (
    MOST,
    Entered,
    RoomEvent,
    admit,
    come_back,
    enter,
    events_after,
    gone,
    in_turn,
    leave,
    people,
    say,
    signal,
    sweep,
)

KINDS = (SQLITE, POSTGRESQL)

PROCESSES = 4
SIGNALS = 200
ROUNDS = 5


class Room:
    """A room, and processes with connections of their own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.databases = [Database(url) for _ in range(PROCESSES)]
        self.databases[0].now(plan)
        self.rung = asyncio.Event()

    async def comes(self, role: Any, number: int = 0) -> Entered:
        title = TITLE if role == "host" else {}
        return await self.databases[number % PROCESSES].transaction(enter, ROOM, role, title, NOW)

    async def everybody_in(self) -> list[Entered]:
        """Three hosts and a citizen who was let in."""
        hosts = [await self.comes("host", number) for number in range(3)]
        citizen = await self.comes("citizen")
        await self.databases[0].transaction(admit, ROOM, hosts[0].participant, citizen.participant, NOW)
        return [*hosts, citizen]

    async def at_once(self, *acts: tuple[Any, ...]) -> list[Any]:
        """Each act on the next process; what came of it."""
        running = (
            self.databases[number % PROCESSES].transaction(act, *given) for number, (act, *given) in enumerate(acts)
        )
        return await asyncio.gather(*running, return_exceptions=True)

    async def lines(self, acts: list[tuple[Any, ...]], *, waits: bool) -> tuple[list[Any], int]:
        """All senders at once, each saying one thing after the other, as a line does, on a process each.

        The number of each act's event, and how often acts were run.
        """
        told: dict[int, Any] = {}
        runs = 0

        def counted(tx: Connection, act: Any, *given: Any) -> Any:
            nonlocal runs
            runs += 1
            return in_turn(tx, act, *given) if waits else act(tx, *given)

        async def one(database: Database, sender: str) -> None:
            for number, (act, by, *given) in enumerate(acts):
                if by == sender:
                    told[number] = await database.transaction(counted, act, by, *given)
                    self.rung.set()

        senders = list(dict.fromkeys(act[1] for act in acts))
        await asyncio.gather(*(one(*each) for each in zip(self.databases, senders, strict=True)))
        return [told[number] for number in range(len(acts))], runs

    def count(self, what: str) -> int:
        return int(rows(self.url, f"SELECT count(*) FROM {what}")[0][0])


@asynccontextmanager
async def open_room(folder: Path, kind: str = KIND) -> AsyncIterator[Room]:
    room = Room(fresh(folder, upgrade, kind))
    try:
        yield room
    finally:
        for database in room.databases:
            await asyncio.to_thread(database.close)


async def two_hosts_admit(room: Room) -> tuple[list[Any], int]:
    """What each of the two was told, and how many events there are of it."""
    one, another = await room.comes("host"), await room.comes("host", 1)
    citizen = (await room.comes("citizen")).participant
    told = await room.at_once(*((admit, ROOM, by.participant, citizen, NOW) for by in (one, another)))
    events = room.count("room_events WHERE kind = 'admitted'")
    for each in (one.participant, another.participant, citizen):
        await room.databases[0].transaction(leave, each, NOW)
    return told, events


@pytest.mark.parametrize("kind", KINDS)
async def test_two_hosts_let_the_same_one_in_at_once(tmp_path: Path, kind: str) -> None:
    async with open_room(tmp_path, kind) as room:
        for _ in range(ROUNDS):
            told, events = await two_hosts_admit(room)
            assert sorted(type(each).__name__ for each in told) == ["NoneType", "int"]
            assert events == 1


async def test_control_whoever_is_in_already_is_let_in_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosting, "waiting", true)
    async with open_room(tmp_path) as room:
        _, events = await two_hosts_admit(room)
        assert events == 2


class Reader:
    """Reads while others write, as a line does: from where it is, whenever somebody rings."""

    def __init__(self, database: Database, me: Entered) -> None:
        self.database = database
        self.me = me.participant
        self.at = me.seq
        self.heard: list[RoomEvent] = []

    async def read(self) -> None:
        while page := await self.database.read(events_after, ROOM, self.me, self.at, 7):
            self.heard += page
            self.at = page[-1].seq

    async def read_until(self, rung: asyncio.Event, done: asyncio.Event) -> None:
        while not done.is_set():
            await rung.wait()
            rung.clear()
            await self.read()
        await self.read()


def talk(everybody: list[Entered]) -> list[tuple[Any, ...]]:
    """Signals from each to each other in turn, and lines to all between them."""
    ids = [each.participant for each in everybody]
    acts: list[tuple[Any, ...]] = []
    for number in range(SIGNALS):
        sender, to = ids[number % 4], ids[(number + 1 + number // 4 % 3) % 4]
        acts.append((signal, sender, to, {"candidate": f"{number}"}, NOW))
        if number % 10 == 0:
            acts.append((say, sender, f"{number}", NOW))
    return acts


@pytest.mark.parametrize("kind", KINDS)
async def test_many_signals_at_once_come_in_one_order_without_gaps_to_every_reader(tmp_path: Path, kind: str) -> None:
    async with open_room(tmp_path, kind) as room:
        everybody = await room.everybody_in()
        readers = [Reader(*each) for each in zip(room.databases, everybody, strict=True)]
        done = asyncio.Event()
        acts = talk(everybody)
        async with asyncio.TaskGroup() as reading:
            for reader in readers:
                reading.create_task(reader.read_until(room.rung, done))
            told, runs = await room.lines(acts, waits=True)
            done.set()
            room.rung.set()

        assert runs == len(acts)
        last = rows(room.url, "SELECT last_seq FROM rooms")[0][0]
        assert sorted(told) == list(range(last - len(acts) + 1, last + 1))
        written = dict(zip(told, acts, strict=True))
        for reader in readers:
            heard = [event for event in reader.heard if event.seq in written]
            mine = [seq for seq in sorted(told) if written[seq][0] is say or written[seq][2] == reader.me]
            assert [event.seq for event in heard] == mine
            for event in heard:
                _, sender, *_, body, _ = written[event.seq]
                assert (event.sender, event.body) == (sender, body if event.kind == "signal" else {"text": body})
        assert {event.seq for reader in readers for event in reader.heard} >= set(told)


async def test_control_who_does_not_wait_for_their_turn_is_overtaken(tmp_path: Path) -> None:
    async with open_room(tmp_path, POSTGRESQL) as room:
        acts = talk(await room.everybody_in())[:40]
        with suppress(DatabaseAway):
            _, runs = await room.lines(acts, waits=False)
            assert runs > len(acts)


async def test_the_first_to_come_at_once_come_to_one_room(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        came = await asyncio.gather(*(room.comes("host", number) for number in range(MOST)))
        assert room.count("rooms") == 1
        here = await room.databases[0].read(people, ROOM)
        assert {each.id for each in here} == {each.participant for each in came}
        assert sorted(each.seq for each in came) == list(range(1, MOST + 1))


async def many_hosts_come(room: Room) -> Counter[str]:
    came = await asyncio.gather(*(room.comes("host", number) for number in range(2 * MOST)), return_exceptions=True)
    return Counter(type(each).__name__ for each in came)


async def test_no_more_come_at_once_than_there_is_room_for(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        assert await many_hosts_come(room) == {Entered.__name__: MOST, RoomFull.__name__: MOST}
        assert room.count("participants") == MOST


async def test_control_without_the_count_all_of_them_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "fits", lambda *_: None)
    async with open_room(tmp_path) as room:
        assert await many_hosts_come(room) == {Entered.__name__: 2 * MOST}


async def test_one_place_is_left_and_many_are_let_in(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        hosts = [await room.comes("host") for _ in range(MOST - 1)]
        waiting = [await room.comes("citizen") for _ in range(MOST)]
        told = await room.at_once(*((admit, ROOM, hosts[0].participant, each.participant, NOW) for each in waiting))
        assert Counter(type(each).__name__ for each in told) == {"int": 1, RoomFull.__name__: MOST - 1}
        assert room.count("participants WHERE state = 'in'") == MOST


async def test_all_leave_at_once_and_the_room_ends_once(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        for number in range(1, ROUNDS + 1):
            everybody = await room.everybody_in()
            leaving = [(leave, each.participant, NOW) for each in everybody]
            told = await room.at_once(*leaving, *leaving, (sweep, ROOM, NOW))
            assert Counter(type(each).__name__ for each in told) == {"int": 4, "NoneType": 5}
            assert [room.count(table) for table in ("rooms", "participants", "room_events")] == [0, 0, 0]
            assert room.count("events WHERE kind = 'video.ended'") == number


async def test_who_comes_as_the_last_one_leaves_is_in_a_room_that_lives(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        last = await room.comes("host")
        for _ in range(ROUNDS):
            _, entered = await room.at_once((leave, last.participant, NOW), (enter, ROOM, "host", TITLE, NOW))
            assert isinstance(entered, Entered)
            assert [each.id for each in await room.databases[0].read(people, ROOM)] == [entered.participant]
            assert await room.databases[1].transaction(say, entered.participant, "moi", NOW)
            last = entered


async def test_the_old_line_is_found_dead_as_the_new_one_comes(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        host = await room.comes("host")
        for line in range(1, ROUNDS + 1):
            _, back = await room.at_once(
                (gone, host.participant, NOW, line, host.seq), (come_back, ROOM, host.secret, NOW)
            )
            assert back.line == line + 1
            assert [each.state for each in await room.databases[0].read(people, ROOM)] == ["in"]
