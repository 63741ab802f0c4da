"""Bookings a second against the same statements alone, and what it takes to see what is free.

`python -m tests.benchmarks.calendars` measures on SQLite and on a PostgreSQL of its own and writes results/calendars.md.
Fifty experts have five thousand appointments in the next 31 days. A booking's statements are recorded once, with their
savepoints, and replayed by plain SQLAlchemy Core on an equal database, in turn with the bookings: what is left is what
`book` itself takes, with the mail and its invitation. One process, one thing at a time.
"""

from __future__ import annotations

import asyncio
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, event, insert, text

sys.path.append(str(Path(__file__).parents[1]))  # as pytest has it

from databases import POSTGRESQL, SQLITE, end, fresh, let_go
from supplied import NINE, NOW, SECRET, WEEKDAYS, add_expert, minutes, topic, wish

from bot.appointments.mails import composer
from bot.settings import Settings
from knowledge.files import SHIPPED, read_folder
from services.appointments import reserving
from services.appointments.acts import book
from services.appointments.calendars import load_calendar
from services.appointments.holidays import public_holidays
from services.appointments.reserving import Taken, reserve
from services.appointments.shifts import Shift, cell_of
from services.appointments.tables import appointments
from services.appointments.wish import Wish
from services.database import Database
from services.migrations import upgrade

RESULTS = Path(__file__).parent / "results"
EXPERTS = 50
APPOINTMENTS = 5_000
BOOKINGS = 400
AT_A_TIME = 20
GOALS = {"bookings": 0.6, "availability": 20}
TOPICS = (topic(),)
COMPOSE = composer(read_folder(SHIPPED), Settings(public_url="http://127.0.0.1:8080"))
MORNINGS = [NINE + timedelta(days=day) for day in range(30)]
STARTS = [
    morning + nth * minutes(40)
    for morning in MORNINGS
    if morning.weekday() < 5 and morning.date() not in public_holidays(morning.year)
    for nth in range(9)
]
# Every second time of a day is taken, from nine on; what is booked is what is left.
TAKEN = [start for number, start in enumerate(STARTS) if number % 9 % 2 == 0]
LEFT = [start for start in STARTS if start not in TAKEN]

Recorded = list[tuple[str, Any, Any]]


def busy_unit(database: Database) -> None:
    """The experts, and every second of their times taken."""
    upgrade(database)
    database.now(_fill)


def _fill(tx: Connection) -> None:
    hours = (Shift(WEEKDAYS, "09:00", "15:00"),)
    for number in range(EXPERTS):
        add_expert(tx, f"e{number:02}", hours=hours)
    made = 0
    for start in TAKEN:
        for number in range(EXPERTS):
            made += 1
            if made > APPOINTMENTS:
                return
            name, who = f"a{made}", f"e{number:02}"
            tx.execute(insert(appointments).values(_row(name, who, start)))
            reserve(
                tx, name, [Taken(reserving.expert(who), cell_of(start), 8), Taken(f"citizen:{made}", cell_of(start), 6)]
            )


def _row(name: str, who: str, start: Any) -> dict[str, Any]:
    """An appointment, at home."""
    return {
        "id": name, "token_digest": name, "expert_id": who, "topic": "tuki", "unit": "neuvonta", "place": "home",
        "language": "fi", "starts": start, "ends": start + minutes(30), "name": "Karhu", "needs": [], "sequence": 0,
        "same_expert": False, "state": "confirmed", "created_at": NOW, "changed_at": NOW,
    }  # fmt: skip


def measure(kind: str, bookings: int = BOOKINGS) -> dict[str, float]:
    """All figures of one kind of database."""
    with tempfile.TemporaryDirectory() as folder:
        made = []
        for name in ("recorded", "booked", "replayed"):
            (Path(folder) / name).mkdir()
            made.append(Database(fresh(Path(folder) / name, busy_unit, kind)))
        with closing(made[0]), closing(made[1]), closing(made[2]):
            figures = asyncio.run(_measure(made[0], made[1], made[2], bookings))
        let_go(Path(folder))
        return figures


async def _measure(first: Database, second: Database, third: Database, bookings: int) -> dict[str, float]:
    figures = await _availability(first)
    free = [(f"e{number:02}", start) for start in LEFT for number in range(EXPERTS)]
    wishes = [wish(who, start) for who, start in free[:: len(free) // bookings][:bookings]]
    recorded = await _record(first, wishes)
    mine, plain = [], []
    for at in range(0, bookings, AT_A_TIME):
        mine += [await _seconds(second, _book, each) for each in wishes[at : at + AT_A_TIME]]
        plain += [await _seconds(third, _replay, told) for told in recorded[at : at + AT_A_TIME]]
    figures |= {
        "statements": float(median(len(told) for told in recorded)),
        "bookings a second": 1 / median(mine),
        "plain a second": 1 / median(plain),
        "bookings": median(plain) / median(mine),
    }
    return figures


async def _availability(database: Database) -> dict[str, float]:
    looks: dict[str, Callable[[Connection], Any]] = {
        "select": lambda tx: tx.execute(text("SELECT 1")).scalar(),
        "load": lambda tx: load_calendar(tx, TOPICS, NOW),
        "times": lambda tx: load_calendar(tx, TOPICS, NOW).times("tuki"),
        "free": lambda tx: load_calendar(tx, TOPICS, NOW).free("tuki", "home"),
    }
    took: dict[str, list[float]] = {name: [] for name in looks}
    for _ in range(2 * AT_A_TIME):
        for name, look in looks.items():
            for _ in range(10 if name == "select" else 1):
                begun = time.perf_counter()
                await database.read(look)
                took[name].append(time.perf_counter() - begun)
    usual = {name: median(seconds[len(seconds) // 4 :]) for name, seconds in took.items()}
    return {
        "select µs": usual["select"] * 1e6,
        **{f"{name} ms": usual[name] * 1e3 for name in ("load", "times", "free")},
        "availability": usual["times"] / usual["select"],
    }


def _book(tx: Connection, wished: Wish) -> Any:
    return book(tx, wished, TOPICS, NOW, SECRET, COMPOSE)


async def _record(database: Database, wishes: list[Wish]) -> list[Recorded]:
    found = []
    for wished in wishes:
        told: Recorded = []

        def act(tx: Connection, wished: Wish = wished, told: Recorded = told) -> None:
            with _heard(tx, told):
                _book(tx, wished)

        await database.transaction(act)
        found.append(told)
    return found


@contextmanager
def _heard(tx: Connection, told: Recorded) -> Iterator[None]:
    """Write down what `tx` is asked to do."""

    def statement(_tx: Any, element: Any, many: Any, one: Any, _options: Any) -> None:
        told.append(("execute", element, many or one or None))

    hooks = {
        "before_execute": statement,
        "savepoint": lambda *_: told.append(("savepoint", None, None)),
        "release_savepoint": lambda *_: told.append(("release", None, None)),
    }
    for name, hook in hooks.items():
        event.listen(tx, name, hook)
    try:
        yield
    finally:
        for name, hook in hooks.items():
            event.remove(tx, name, hook)


def _replay(tx: Connection, told: Recorded) -> None:
    nested = []
    for what, element, given in told:
        if what == "execute":
            result = tx.execute(element, given)
            if result.returns_rows:
                result.all()
        elif what == "savepoint":
            nested.append(tx.begin_nested())
        else:
            nested.pop().commit()


async def _seconds(database: Database, act: Callable[..., Any], *given: Any) -> float:
    begun = time.perf_counter()
    await database.transaction(act, *given)
    return time.perf_counter() - begun


def report(figures: dict[str, dict[str, float]]) -> str:
    rows = [
        ("bookings a second", "bookings a second", 0, ""),
        ("the same statements by plain SQLAlchemy Core, a second", "plain a second", 0, ""),
        ("bookings of plain", "bookings", 2, f"≥ {GOALS['bookings']}"),
        ("statements and savepoints of a booking", "statements", 0, ""),
        ("`SELECT 1` through the same database, µs", "select µs", 0, ""),
        ("what is taken, read (`load_calendar`), ms", "load ms", 1, ""),
        ("and every free time (`times`), ms", "times ms", 1, ""),
        ("or every free slot of every expert (`free`), ms", "free ms", 1, ""),
        ("free times in `SELECT 1`s", "availability", 1, f"≤ {GOALS['availability']}"),
    ]
    lines = [
        "# Calendars",
        "",
        f"One run, one process, one thing at a time ({platform.machine()}, Python {platform.python_version()}):",
        f"{EXPERTS} experts with {APPOINTMENTS} appointments in 31 days; {BOOKINGS} bookings, in turn with their",
        "statements replayed on an equal database. Medians. Made by `python -m tests.benchmarks.calendars`.",
        "",
        "| what | SQLite | PostgreSQL | goal |",
        "| --- | --- | --- | --- |",
        *(
            f"| {what} | {figures[SQLITE][name]:.{digits}f} | {figures[POSTGRESQL][name]:.{digits}f} | {goal} |"
            for what, name, digits, goal in rows
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    figures = {kind: measure(kind) for kind in (SQLITE, POSTGRESQL)}
    end()
    (RESULTS / "calendars.md").write_text(report(figures), "utf-8")
    print(report(figures))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
