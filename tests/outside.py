"""A calendar service of the outside world: a real https server with an authority of its own, and the names it has.

It listens on two loopback addresses. Tests call the first one public and the second one inside.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.feeds.fetching import Address, Fetcher

HOST, OTHER = "calendar.example", "other.example"
PUBLIC, INSIDE = "127.0.0.1", "127.0.0.2"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Names(AbstractResolver):
    """A name server: each name's addresses one look-up after the other, the last for ever; all at the server's port."""

    def __init__(self, port: int, names: dict[str, Sequence[str]]) -> None:
        self._port = port
        self._names = {name: list(addresses) for name, addresses in names.items()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        answers = self._names.get(host)
        if answers is None:
            raise OSError("no such name")
        address = answers.pop(0) if len(answers) > 1 else answers[0]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=self._port, family=kind, proto=0, flags=0)]

    async def close(self) -> None:
        pass


class Outside:
    """`pages`: what is answered by path. `asked`: who was asked for what, as address and path."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []
        self.leave = asyncio.Event()

    def put(self, path: str, body: bytes, status: int = 200, **headers: str) -> None:
        async def answer(_request: web.Request) -> web.StreamResponse:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return web.Response(body=body, status=status, headers={"Connection": "close", **named})

        self.pages[path] = answer

    def fetcher(self, names: dict[str, Sequence[str]] | None = None, **other: Any) -> Fetcher:
        """Who takes PUBLIC, and nothing else, for public."""
        resolver = Names(self.port, names or {HOST: [PUBLIC]})
        given = {"allowed": public_only, "trust": trusting(), "resolver": resolver, **other}
        return Fetcher(**given)


def public_only(address: Address) -> bool:
    return address == ip_address(PUBLIC)


@asynccontextmanager
async def outside() -> AsyncIterator[Outside]:
    with socket.create_server((PUBLIC, 0)) as first, socket.create_server((INSIDE, first.getsockname()[1])) as second:
        there = Outside(first.getsockname()[1])

        async def answer(request: web.Request) -> web.StreamResponse:
            there.asked.append((request.get_extra_info("sockname")[0], request.path))
            return await there.pages[request.path](request)

        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        context = await asyncio.to_thread(_serving)
        for listening in (first, second):
            await web.SockSite(runner, listening, ssl_context=context).start()
        await asyncio.to_thread(trusting)
        try:
            yield there
        finally:
            there.leave.set()
            await runner.cleanup()


@cache
def trusting() -> ssl.SSLContext:
    """What trusts the authority and nobody else."""
    return ssl.create_default_context(cadata=_authority()[0].public_bytes(serialization.Encoding.PEM).decode())


@cache
def _serving() -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key.public_key(), "server", *_authority(), names=(HOST, OTHER))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "server.pem"
        private = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        pem = serialization.Encoding.PEM
        file.write_bytes(key.private_bytes(pem, *private) + certificate.public_bytes(pem))
        context.load_cert_chain(file)
    return context


@cache
def _authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    return _certificate(key.public_key(), "authority of the tests", None, key), key


def _certificate(
    key: ec.EllipticCurvePublicKey,
    name: str,
    issuer: x509.Certificate | None,
    signer: ec.EllipticCurvePrivateKey,
    names: Sequence[str] = (),
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    is_authority = issuer is None
    usage = {"digital_signature": True, "key_cert_sign": is_authority, "crl_sign": is_authority}
    others = (
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "encipher_only",
        "decipher_only",
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage, **dict.fromkeys(others, False)), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if names:
        built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
    return built.sign(signer, hashes.SHA256())
