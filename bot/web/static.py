"""Static files: read once at start, served from memory, cached for a year under a name that changes with their content.

Each page family keeps its files in `bot/FAMILY/static/`; a template asks for `static("citizen/chat.js")` and gets
`/static/citizen/chat.1f3a….js`. A stylesheet's `url(…)` and a module's `from "./…"` are rewritten the same way.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from aiohttp import web

from bot.web.routes import Access, Route

BOT = Path(__file__).parents[1]
PREFIX = "/static/"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_REFERENCE = {
    ".css": re.compile(rb'(?<=url\(")[^":]+(?="\))'),
    ".js": re.compile(rb'(?<=from ")\./[^"]+(?=")'),
}
_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """`packed` is the gzip form, None where it is not smaller."""

    url: str
    content_type: str
    body: bytes
    packed: bytes | None


@cache
def static_files() -> Mapping[str, StaticFile]:
    """All static files by name, `FAMILY/path`. The first call, by `static_routes` at start, reads the disk."""
    sources = {
        f"{folder.parent.name}/{path.relative_to(folder).as_posix()}": path
        for folder in sorted(BOT.glob("*/static"))
        for path in sorted(folder.rglob("*"))
        if path.suffix in _TYPES
    }
    done: dict[str, StaticFile] = {}

    def finish(name: str) -> StaticFile:
        if name not in done:
            suffix = PurePosixPath(name).suffix
            body = sources[name].read_bytes()
            if suffix in _REFERENCE:
                body = _REFERENCE[suffix].sub(lambda found: finish(_beside(name, found[0].decode())).url.encode(), body)
            done[name] = _named(name, suffix, body)
        return done[name]

    for name in sources:
        finish(name)
    return MappingProxyType(done)


def _beside(name: str, reference: str) -> str:
    return (PurePosixPath(name).parent / reference).as_posix()


def _named(name: str, suffix: str, body: bytes) -> StaticFile:
    digest = hashlib.sha256(body).hexdigest()[:12]
    packed = gzip.compress(body, 9, mtime=0)
    url = f"{PREFIX}{name.removesuffix(suffix)}.{digest}{suffix}"
    return StaticFile(url, _TYPES[suffix], body, packed if len(packed) < 0.95 * len(body) else None)


def static(name: str) -> str:
    """The address of the static file `name`. Raises KeyError where there is none."""
    return static_files()[name].url


def static_routes() -> tuple[Route, ...]:
    """The route of all static files; reads them now."""
    by_url = {file.url: file for file in static_files().values()}

    async def serve(request: web.Request) -> web.Response:
        file = by_url.get(request.path)
        if file is None:
            raise web.HTTPNotFound
        headers = {**_HEADERS, "Content-Type": file.content_type}
        if file.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=file.packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=file.body, headers=headers)

    return (Route("GET", PREFIX + "{name:.+}", serve, Access.PUBLIC),)
