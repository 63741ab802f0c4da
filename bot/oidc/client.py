"""The provider as we meet it: discovery, the address to go to, the code's exchange for a checked ID token.

The protocol's parts are Authlib's and joserfc's; they travel by aiohttp, as all HTTP here. (Authlib's own client stands
on httpx, which it calls deprecated.) What the provider says of itself and its keys are fetched when first needed, so a
provider that is down stops nobody who has a password.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import quote_plus, urlsplit

from aiohttp import ClientSession
from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.discovery import get_well_known_url  # type: ignore[import-untyped]
from joserfc.jwk import KeySet
from pydantic import AfterValidator, BaseModel, ValidationError

from bot.oidc.attempt import Attempt
from bot.oidc.failures import SignInFailed, Why
from bot.oidc.fetching import fetch, provider_session
from bot.oidc.id_token import Expected, UnknownKey, WrongIdToken, checked, key_set
from bot.settings import LOOPBACK
from services.clock import Clock

WITHIN_S = 5.0
FRESH = timedelta(hours=1)
AGAIN = timedelta(minutes=1)

_PRINTED = re.compile("[!-~]+")
_TOKEN_ERRORS = {"invalid_client", "invalid_request", "unauthorized_client", "unsupported_grant_type", "invalid_scope"}


def _endpoint(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("must be https")
    if not _PRINTED.fullmatch(url):
        raise ValueError("must be written as in a header")
    return url


Endpoint = Annotated[str, AfterValidator(_endpoint)]


class Metadata(BaseModel):
    """What we need of OpenID Connect Discovery 1.0, section 3."""

    issuer: str
    authorization_endpoint: Endpoint
    token_endpoint: Endpoint
    jwks_uri: Endpoint
    id_token_signing_alg_values_supported: frozenset[str] = frozenset({"RS256"})
    token_endpoint_auth_methods_supported: frozenset[str] = frozenset({"client_secret_basic"})
    authorization_response_iss_parameter_supported: bool = False


Document = TypeVar("Document")


class _Kept(Generic[Document]):
    """A document that is fetched when it is needed and an hour old; failures are not kept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = asyncio.Lock()
        self._document: Document | None = None
        self._since: datetime | None = None

    async def get(self, fetch_it: Callable[[], Awaitable[Document]], fresh: timedelta = FRESH) -> Document:
        """The document, at most as old as `fresh`."""
        async with self._lock:
            if self._document is None or not self._younger_than(fresh):
                self._document = await fetch_it()
                self._since = self._clock()
            return self._document

    def _younger_than(self, fresh: timedelta) -> bool:
        return self._since is not None and timedelta(0) <= self._clock() - self._since < fresh


class Provider:
    """One OpenID Connect provider, at which Porina is the client `client_id`. Methods raise SignInFailed."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, scope: str, clock: Clock) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._scope = scope
        self._clock = clock
        self._metadata: _Kept[Metadata] = _Kept(clock)
        self._keys: _Kept[KeySet] = _Kept(clock)

    async def address(self, attempt: Attempt, redirect_uri: str) -> str:
        """Where the browser goes to sign in (RFC 6749, 4.1.1 with PKCE's S256)."""
        async with _session() as session:
            metadata = await self._discovered(session)
        return str(
            prepare_grant_uri(
                metadata.authorization_endpoint,
                client_id=self._client_id,
                response_type="code",
                redirect_uri=redirect_uri,
                scope=self._scope,
                state=attempt.state,
                nonce=attempt.nonce,
                code_challenge=create_s256_code_challenge(attempt.verifier),
                code_challenge_method="S256",
                ui_locales=attempt.language,
            )
        )

    async def claims(self, attempt: Attempt, redirect_uri: str, code: str, answered_by: str | None) -> dict[str, Any]:
        """The checked claims of whoever came back with `code`; `answered_by`: `iss` of the answer (RFC 9207)."""
        async with _session() as session:
            metadata = await self._discovered(session)
            if answered_by != self.issuer and (answered_by or metadata.authorization_response_iss_parameter_supported):
                raise SignInFailed(Why.GARBAGE, "another issuer answered")
            token = await self._token(session, metadata, attempt, redirect_uri, code)
            expected = Expected(
                issuer=self.issuer,
                client_id=self._client_id,
                nonce=attempt.nonce,
                access_token=access if isinstance(access := token.get("access_token"), str) else None,
                algorithms=metadata.id_token_signing_alg_values_supported,
            )
            try:
                return await self._checked(session, metadata, token.get("id_token"), expected)
            except WrongIdToken as wrong:
                raise SignInFailed(Why.WRONG_ID_TOKEN, str(wrong)) from None

    async def _discovered(self, session: ClientSession) -> Metadata:
        return await self._metadata.get(lambda: self._discover(session))

    async def _discover(self, session: ClientSession) -> Metadata:
        status, document = await fetch(session, "GET", get_well_known_url(self.issuer, external=True))
        if status != 200:
            raise SignInFailed(Why.GARBAGE, f"discovery answers {status}")
        try:
            metadata = Metadata.model_validate(document)
        except ValidationError:
            raise SignInFailed(Why.GARBAGE, "discovery") from None
        if metadata.issuer != self.issuer:
            raise SignInFailed(Why.GARBAGE, "discovery names another issuer")
        return metadata

    async def _token(
        self, session: ClientSession, metadata: Metadata, attempt: Attempt, redirect_uri: str, code: str
    ) -> dict[str, Any]:
        body = prepare_token_request(
            "authorization_code", redirect_uri=redirect_uri, code=code, code_verifier=attempt.verifier
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            # RFC 6749, 2.3.1: both are form-encoded before they are joined.
            auth = ClientAuth(quote_plus(self._client_id), quote_plus(self._client_secret), "client_secret_basic")
        else:
            auth = ClientAuth(self._client_id, self._client_secret, "client_secret_post")
        url, headers, body = auth.prepare("POST", metadata.token_endpoint, headers, body)
        status, token = await fetch(session, "POST", url, headers=headers, body=body)
        if status == 200:
            return token
        error = token.get("error")
        if error == "invalid_grant":
            raise SignInFailed(Why.CODE_REFUSED)
        raise SignInFailed(Why.CLIENT_REFUSED, error if error in _TOKEN_ERRORS else f"status {status}")

    async def _checked(
        self, session: ClientSession, metadata: Metadata, id_token: Any, expected: Expected
    ) -> dict[str, Any]:
        """Providers change their keys: one that is not known is looked for again, at most once a minute."""
        if not isinstance(id_token, str):
            raise WrongIdToken("missing")

        async def fetched() -> KeySet:
            return await self._fetch_keys(session, metadata.jwks_uri)

        try:
            return checked(id_token, await self._keys.get(fetched), expected, self._clock())
        except UnknownKey:
            return checked(id_token, await self._keys.get(fetched, AGAIN), expected, self._clock())

    async def _fetch_keys(self, session: ClientSession, url: str) -> KeySet:
        status, document = await fetch(session, "GET", url)
        listed = document.get("keys")
        if status != 200 or not isinstance(listed, list):
            raise SignInFailed(Why.GARBAGE, "keys")
        return key_set(listed)


@asynccontextmanager
async def _session() -> AsyncIterator[ClientSession]:
    try:
        async with asyncio.timeout(WITHIN_S), provider_session() as session:
            yield session
    except TimeoutError:
        raise SignInFailed(Why.PROVIDER_SLOW) from None
