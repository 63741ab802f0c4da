"""The database, and the one way to change it: `await database.transaction(act, …)`.

An *act* is a plain synchronous function of a connection. It cannot await anything while it holds a lock, and is either
committed as a whole or, when it raises, leaves no trace. Its world stands still: on SQLite acts run one after the other
(`services/sqlite.py`), on PostgreSQL several at once, each on one snapshot, and one whose snapshot was overtaken runs
again (`services/postgres.py`). So an act may do nothing but read and write by its connection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from services.errors import DatabaseAway, DatabaseUnusable
from services.listening import Heard
from services.postgres import Postgres
from services.sqlite import Sqlite

Given = ParamSpec("Given")
Result = TypeVar("Result")

KINDS = "sqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME"


class Home(Protocol):
    """Where the data lives. All four run the function as one transaction; `…_now` for callers without an event loop."""

    async def write(self, act: Callable[[Connection], Any]) -> Any: ...

    async def read(self, look: Callable[[Connection], Any]) -> Any: ...

    def write_now(self, act: Callable[[Connection], Any]) -> Any: ...

    def read_now(self, look: Callable[[Connection], Any]) -> Any: ...

    def close(self) -> None: ...


class Database:
    """An open database. Close it when done. Where it does not answer, everything here raises DatabaseAway."""

    def __init__(self, url: str) -> None:
        """Open `url`. Raises DatabaseUnusable with one line that says what is wrong."""
        self.url = _checked(url)
        self.home: Home = Postgres(self.url) if self.url.drivername == "postgresql+asyncpg" else Sqlite(self.url)
        try:
            self.now(lambda tx: tx.exec_driver_sql("SELECT 1"))
        except (DBAPIError, DatabaseAway) as error:
            self.close()
            reason = error.orig if isinstance(error, DBAPIError) else error
            raise DatabaseUnusable(f"cannot open the database {self.url.render_as_string()}: {reason}") from error

    @property
    def is_shared(self) -> bool:
        """Whether several processes may work on it at once."""
        return isinstance(self.home, Postgres)

    async def transaction(
        self, act: Callable[Concatenate[Connection, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """Run `act(connection, …)` as a whole and commit it; what it raises rolls it back and comes out here."""
        result: Result = await self.home.write(lambda tx: act(tx, *args, **kwargs))
        return result

    async def read(
        self, look: Callable[Concatenate[Connection, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """Run `look(connection, …)`, which must only read, on one consistent snapshot."""
        result: Result = await self.home.read(lambda tx: look(tx, *args, **kwargs))
        return result

    def now(
        self, act: Callable[Concatenate[Connection, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """The same as `transaction`, for callers without an event loop: the command line and the start."""
        result: Result = self.home.write_now(lambda tx: act(tx, *args, **kwargs))
        return result

    def read_now(
        self, look: Callable[Concatenate[Connection, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """The same as `read`, for callers without an event loop."""
        result: Result = self.home.read_now(lambda tx: look(tx, *args, **kwargs))
        return result

    def listen(self, heard: Heard) -> None:
        """Call `heard`, in a thread of its own, with what any process told in a transaction that was committed.

        On SQLite there is only this process, and nothing to hear.
        """
        if isinstance(self.home, Postgres):
            self.home.listen(heard)

    async def is_alive(self) -> bool:
        """Whether the database answers."""
        try:
            await self.read(lambda tx: tx.exec_driver_sql("SELECT 1"))
        except (DBAPIError, DatabaseAway):
            return False
        return True

    def close(self) -> None:
        """Finish what was begun and let go."""
        self.home.close()


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: an impossible port; the URL is not repeated, it has a password
        raise DatabaseUnusable(f"not a database URL: use {KINDS}") from None
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+asyncpg"}:
        raise DatabaseUnusable(f"unknown kind of database in {parsed.render_as_string()}: use {KINDS}")
    if parsed.drivername == "postgresql+asyncpg" and not parsed.database:
        raise DatabaseUnusable(f"the database URL {parsed.render_as_string()} names no database")
    return parsed
