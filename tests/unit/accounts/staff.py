"""Shorthand of the tests of accounts: acts and looks at one moment, which the test moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from services.accounts.acts import add
from services.accounts.rules import Role
from services.accounts.setting_up import set_up
from services.audit.acts import Entry, entries
from services.database import Database

BY = "command line"


class Staff:
    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.now = now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)

    def act(self, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """`act` with `now` after what is `given`, as all acts of accounts have it; more goes by name."""
        return self.database.now(act, *given, now=self.now, **named)

    def look(self, look: Callable[..., Any], *given: Any, **named: Any) -> Any:
        return self.database.read_now(look, *given, **named)

    def add(self, login: str = "neuvoja-1", *roles: Role, units: tuple[str, ...] = ()) -> tuple[str, str]:
        """A new account's id, and the token of its link."""
        account, token = self.act(add, login, roles or {Role.AGENT}, units, by=BY)
        return account, token

    def ready(self, login: str = "neuvoja-1", *roles: Role, units: tuple[str, ...] = ()) -> str:
        """An account with a password."""
        account, token = self.add(login, *roles, units=units)
        self.act(set_up, token, "a hash")
        return account

    def noted(self, subject: str | None = None) -> list[str]:
        """The acts in the audit, oldest first."""
        found: list[Entry] = self.look(entries, subject=subject)
        return [entry.act for entry in reversed(found)]
