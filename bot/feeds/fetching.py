"""Fetching a calendar from an address that a person typed: from the public internet only, never much, never long.

An address could make this server ask a machine inside the city's network, or itself, for somebody who cannot reach it
(SSRF). So the guard stands where a socket is made: at the address that is connected to, whatever name, redirect or
changed answer of a name server led there.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import zlib
from collections.abc import Callable
from ssl import SSLContext
from urllib.parse import urljoin

from aiohttp import (
    AddrInfoType,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver

from services.appointments.feed_reading import MOST_BYTES
from services.appointments.feeds import checked_address
from services.errors import Invalid

TIMEOUT_S = 10.0
REDIRECTS = 3

_ENCODINGS = {"", "identity", "gzip", "x-gzip"}
_HEADERS = {"Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity", "User-Agent": "Porina"}
_UNICAST = ipaddress.IPv6Network("2000::/3")
_6TO4 = ipaddress.IPv6Network("2002::/16")  # an IPv4 address in an IPv6 one (RFC 3056)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotFetched(Exception):
    """Nothing came. `code`: inside, slow, unreachable, refused, answer, redirects, too_large."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could connect to it.

    Of IPv6 only global unicast: IPv4 in disguise (mapped, NAT64) lies elsewhere, 6to4 is named.
    """
    if isinstance(address, ipaddress.IPv6Address):
        return address in _UNICAST and address not in _6TO4 and address.is_global
    return address.is_global and not address.is_multicast


class Fetcher:
    """Fetches calendars. Tests say otherwise which addresses are `allowed`, how names are resolved, whom to trust."""

    def __init__(
        self,
        *,
        allowed: Callable[[Address], bool] = is_public,
        resolver: AbstractResolver | None = None,
        trust: SSLContext | None = None,
        timeout: float = TIMEOUT_S,
    ) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._trust = trust
        self._timeout = timeout

    async def fetch(self, url: str) -> bytes:
        """What `url` (https) gives. Raises NotFetched."""
        guard = _Guard(self._allowed)
        connector = TCPConnector(
            resolver=self._resolver, ssl=self._trust or True, socket_factory=guard.socket, use_dns_cache=False
        )
        session = ClientSession(
            connector=connector,
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=None),
            auto_decompress=False,
            trust_env=False,
        )
        try:
            async with asyncio.timeout(self._timeout), session:
                return await _follow(session, url)
        except TimeoutError:
            raise NotFetched("slow") from None
        except (ClientError, OSError, ValueError):
            raise NotFetched("inside" if guard.refused else "unreachable") from None


class _Guard:
    """Makes the sockets of one fetch. `refused`: whether one was not made."""

    def __init__(self, allowed: Callable[[Address], bool]) -> None:
        self._allowed = allowed
        self.refused = False

    def socket(self, info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        if not self._allowed(ipaddress.ip_address(str(address[0]).partition("%")[0])):
            self.refused = True
            raise OSError("an address inside")
        return socket.socket(family, kind, protocol)


async def _follow(session: ClientSession, url: str) -> bytes:
    """Each redirect is looked at like the first address."""
    for _ in range(REDIRECTS + 1):
        async with session.get(url, headers=_HEADERS, allow_redirects=False) as response:
            if response.status == 200:
                return await _read(response)
            if response.status not in {301, 302, 303, 307, 308}:
                raise NotFetched("refused" if response.status in {401, 403, 404, 410} else "answer")
            try:
                url = checked_address(urljoin(url, response.headers.get("Location", "")))
            except (Invalid, ValueError):
                raise NotFetched("redirects") from None
    raise NotFetched("redirects")


async def _read(response: ClientResponse) -> bytes:
    """The body, and what it is when unpacked; of neither more than MOST_BYTES."""
    encoding = response.headers.get("Content-Encoding", "").casefold()
    if encoding not in _ENCODINGS:
        raise NotFetched("answer")
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotFetched("too_large")
    if "gzip" not in encoding:
        return bytes(body)
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(bytes(body), MOST_BYTES + 1)
    except zlib.error:
        raise NotFetched("answer") from None
    if len(unpacked) > MOST_BYTES:
        raise NotFetched("too_large")
    return unpacked
