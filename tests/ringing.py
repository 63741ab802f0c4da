"""A service point and experts who are there to be called: accounts, sessions and presence made by the acts themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from services.accounts.acts import add, set_title
from services.accounts.rules import Actor, Role
from services.accounts.sessions import begin, resume
from services.appointments.bookable import Bookable
from services.appointments.records import Appointment
from services.appointments.tables import experts
from services.calls.acts import accept, call
from services.calls.presence import appear
from services.calls.records import Call
from services.database import Database
from services.ids import new_id

NOW = datetime(2026, 11, 24, 10, 2, tzinfo=UTC)
UNIT = "pysakointi"
SECRET = "a secret of the tests, long enough"
TOPIC = Bookable("pysakointi", UNIT, 20, 10, ("fi", "en"), ("home", "lavia"))


class Point:
    """What happens at the service point, at a moment that the test moves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)

    def act(self, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        return self.database.now(act, *given, **named)

    def signed_in(self, login: str, *roles: Role, units: Collection[str] = (UNIT,)) -> Actor:
        actor: Actor = self.act(signed_in, login, roles, units, self.now)
        return actor

    def agent(self, login: str = "neuvoja") -> Actor:
        """Somebody of the service point, who belongs to another unit than the experts."""
        return self.signed_in(login, Role.AGENT, units=["asiakaspalvelu"])

    def expert(self, login: str, languages: Collection[str] = ()) -> str:
        """The account of an expert who is there; with `languages`, one with a calendar."""
        account: str = self.act(an_expert, login, self.now, languages)
        return account

    def call(self, by: Actor, language: str = "fi", topic: Bookable = TOPIC) -> Call:
        made: Call = self.act(call, new_id(), by, topic, "lavia", language, self.now)
        return made

    def accept(self, made: Call, account: str) -> tuple[Call, Appointment]:
        accepted: tuple[Call, Appointment] = self.act(accept, made.id, account, [TOPIC], self.now, SECRET)
        return accepted


def signed_in(tx: Connection, login: str, roles: Collection[Role], units: Collection[str], now: datetime) -> Actor:
    account, _ = add(tx, login, roles, units, now, "command line")
    actor = resume(tx, begin(tx, account, now, "password"), now)
    assert actor is not None
    return actor


def an_expert(tx: Connection, login: str, now: datetime, languages: Collection[str] = ()) -> str:
    account = signed_in(tx, login, [Role.EXPERT], [UNIT], now).account
    set_title(tx, account, {"fi": login}, now, account)
    if languages:
        with_a_calendar(tx, account, languages)
    appear(tx, account, now)
    return account


def with_a_calendar(tx: Connection, account: str, languages: Collection[str] = ("fi",)) -> str:
    """The id of the expert that an account is made to be."""
    lists: dict[str, list[str]] = {name: [] for name in ("topics", "places", "hours")}
    values = {"id": f"of-{account}", "account_id": account, "unit": UNIT, "title": {}, "demo": False, "version": 1}
    tx.execute(insert(experts).values(languages=list(languages), **values, **lists))
    return str(values["id"])
