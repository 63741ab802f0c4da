"""A provider that lies, stalls and breaks as it is told, on a loopback port."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from served import SetClock

CLIENT, SECRET, REDIRECT = "porina", "a+secret/of=ours", "http://127.0.0.1:1/sign-in/oidc/callback"


class FalseProvider:
    """Honest until a test changes it: `said` replaces claims, `header` the token's header, `answers` whole answers."""

    def __init__(self, issuer: str, clock: SetClock) -> None:
        self.issuer = issuer
        self.clock = clock
        self.key = ECKey.generate_key("P-256", {"kid": "first"})
        self.published = [self.key]
        self.nonce = ""
        self.said: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.answers: dict[str, web.Response] = {}
        self.hangs: set[str] = set()
        self.over = asyncio.Event()
        self.asked: list[str] = []
        self.posted: dict[str, str] = {}
        self.authorization = ""

    def claims(self) -> dict[str, Any]:
        now = int(self.clock().timestamp())
        usual = {"iss": self.issuer, "sub": "8f2a", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": self.nonce}
        return {name: value for name, value in {**usual, **self.said}.items() if value is not None}

    def id_token(self) -> str:
        header = {"alg": "ES256", "kid": self.key.kid, **self.header}
        if header["alg"] == "none":
            return f"{_part(header)}.{_part(self.claims())}."
        key = OctKey.import_key(SECRET) if header["alg"].startswith("HS") else self.key
        return jwt.encode(header, self.claims(), key, algorithms=[header["alg"]])

    async def answer(self, request: web.Request) -> web.Response:
        what = request.path.rpartition("/")[2]
        self.asked.append(what)
        if what in self.hangs:
            await self.over.wait()
        if what in self.answers:
            return self.answers[what]
        if what == "openid-configuration":
            return web.json_response(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize?tenant=pori",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
                    **self.metadata,
                }
            )
        if what == "keys":
            return web.json_response({"keys": [key.as_dict(private=False) for key in self.published]})
        self.posted = {name: str(value) for name, value in (await request.post()).items()}
        self.authorization = request.headers.get("Authorization", "")
        return web.json_response({"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()})


@asynccontextmanager
async def false_provider(clock: SetClock) -> AsyncIterator[FalseProvider]:
    app = web.Application()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    provider: FalseProvider | None = None

    async def answer(request: web.Request) -> web.Response:
        assert provider is not None
        return await provider.answer(request)

    app.router.add_route("*", "/{path:.*}", answer)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    provider = FalseProvider(f"http://127.0.0.1:{runner.addresses[0][1]}/pori/v2.0", clock)
    yield provider
    provider.over.set()
    await runner.cleanup()


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
