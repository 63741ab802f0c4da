"""A real OpenID Connect provider on a loopback port, the npm package oidc-provider in Node, and the pages it leads to."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bookings import shipped
from served import Served, SetClock, serving

from bot.account.routes import account_routes
from bot.oidc.configured import configured
from bot.oidc.routes import oidc_routes
from bot.sign_in.routes import sign_in_routes
from bot.units.routes import unit_routes
from knowledge.store import Known
from services.limits import Limit

CLIENT, SECRET = "porina", "a secret of the tests"


class RealProvider:
    """The running process. Everybody may sign in with any password."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process = process
        self.issuer = f"http://localhost:{port}"  # to browsers another site than 127.0.0.1, as providers are

    @property
    def settings(self) -> dict[str, Any]:
        """What a product must know to use it."""
        return {
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "oidc_name": "Testitunnus",
            "oidc_groups": "neuvojat=agent@pysakointi,nowhere; paakayttajat=admin",
        }

    async def begin(self, public_url: str) -> None:
        """Serve the product at `public_url`."""
        await self._wish(redirect=f"{public_url}/sign-in/oidc/callback")

    async def put_in_groups(self, **groups: list[str]) -> None:
        """From now on, who is in which groups, by the name they sign in with."""
        await self._wish(groups=groups)

    async def _wish(self, **wish: Any) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(wish).encode() + b"\n")
        assert await self._process.stdout.readline() == b"done\n"


@asynccontextmanager
async def real_provider(npm: Path) -> AsyncIterator[RealProvider]:
    """A provider; `npm` is the folder of the npm packages."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(Path(__file__).with_name("provider.mjs")),
        str(npm),
        CLIENT,
        SECRET,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # its warnings that it is set up for tests
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield RealProvider(process, int(await process.stdout.readline()))
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def serving_staff(data: Path, **settings: str) -> AsyncIterator[Served]:
    """The way in, and pages to see behind it, at the time it is: a real provider knows no other."""
    routes = (*sign_in_routes(), *account_routes(), *unit_routes(), *oidc_routes())
    base = shipped()
    async with serving(data, routes, clock=SetClock(datetime.now(UTC)), **settings) as served:
        served.parts.known = Known(1, base, None)  # type: ignore[arg-type]
        served.parts.touches = Limit(1, served.clock)
        served.parts.oidc = configured(served.parts.settings, served.clock)
        yield served
