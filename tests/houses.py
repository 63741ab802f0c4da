"""The meeting of one appointment as people meet in it: its citizen, and somebody of its unit."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime
from typing import Any

from aiohttp import WSServerHandshakeError
from callers import Caller, calling
from databases import rows
from desks import appoint
from staffed import Staff, cookies

from services.accounts.acts import set_title
from services.accounts.rules import Role

START = datetime(2026, 11, 24, 10, 10, tzinfo=UTC)  # ten minutes after the clock's time
UNIT = "pysakointi"
TITLE = {"fi": "pysäköintineuvoja", "sv": "parkeringsrådgivare", "en": "parking adviser"}
HOST, CITIZEN = "pysäköintineuvoja", "asiakas"


class House:
    """An appointment, its citizen, and somebody of its unit."""

    def __init__(self, staff: Staff) -> None:
        self.staff, self.parts, self.clock = staff, staff.parts, staff.clock
        self.appointment = self.account = self.session = ""

    async def open(self) -> None:
        act = self.parts.database.transaction
        self.appointment = await act(appoint, START)
        self.account = await self.staff.person("neuvoja-1", Role.EXPERT, units=[UNIT])
        await act(set_title, self.account, TITLE, self.clock(), self.account)
        self.session = await self.staff.session(self.account)

    @property
    def own(self) -> str:
        """The citizen's page: the token of `appoint` is the id."""
        return f"/meet/{self.appointment}"

    @property
    def desk(self) -> str:
        return f"/desk/meet/{self.appointment}"

    def citizen(self, *, language: str = "fi", **given: Any) -> AbstractAsyncContextManager[Caller]:
        url = f"{self.staff.url}{self.own}/line?lang={language}"
        return calling(self.staff.served.session, url, **given)

    def host(self, session: str | None = None, **given: Any) -> AbstractAsyncContextManager[Caller]:
        headers = {"Origin": self.staff.url, **cookies(session or self.session)}
        return calling(self.staff.served.session, f"{self.staff.url}{self.desk}/line", headers=headers, **given)

    async def begun(self, stack: AsyncExitStack) -> tuple[Caller, Caller]:
        """A host, and a citizen who was let in; both know."""
        host = await stack.enter_async_context(self.host())
        citizen = await stack.enter_async_context(self.citizen())
        await host.sees((HOST, "in"), (CITIZEN, "waiting"))
        await host.say("admit", id=citizen.id)
        for each in (host, citizen):
            await each.sees((HOST, "in"), (CITIZEN, "in"))
        return host, citizen

    def stored(self, table: str) -> int:
        return int(rows(self.staff.served.database_url, f"SELECT count(*) FROM {table}")[0][0])

    async def status(self, path: str, **headers: str) -> int:
        """What a WebSocket's handshake at `path` is answered."""
        try:
            async with self.staff.served.session.ws_connect(self.staff.url + path, headers=headers):
                return 101
        except WSServerHandshakeError as refused:
            return refused.status
