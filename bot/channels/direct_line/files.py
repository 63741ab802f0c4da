"""Uploaded files in the data folder: random names, types by their first bytes, addresses that are signed and expire.

What the sender says of a file's type or name decides nothing: the type is sniffed, the name is for show.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import unicodedata
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from bot.web.refusals import Refused
from services.errors import NotFound
from services.ids import derived_token, new_id
from services.privacy.masking import mask_text
from services.uploads.acts import KEPT, Upload

MOST_FILES = 5
MOST_BYTES = 4 * 1024 * 1024
LONGEST_NAME = 100
_HEAD = 16


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was written. `digest` identifies its content."""

    upload: Upload
    digest: str


def folder(data: Path) -> Path:
    return data / "uploads"


def sniffed(head: bytes) -> str | None:
    """The content type by the first 16 bytes; None for a kind that is not taken."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    return None


async def store(data: Path, name: str | None, chunks: AsyncIterator[bytes]) -> Stored:
    """Write one file as it arrives. Raises Refused (413, 415); then nothing of it stays."""
    upload = new_id()
    path = folder(data) / upload
    content, size, head = hashlib.sha256(), 0, b""
    file = await asyncio.to_thread(path.open, "xb")
    try:
        async for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                raise Refused(413, "RequestEntityTooLarge", f"a file has more than {MOST_BYTES} bytes")
            head = head if len(head) >= _HEAD else (head + chunk)[:_HEAD]
            content.update(chunk)
            await asyncio.to_thread(file.write, chunk)
        kind = sniffed(head)
        if kind is None:
            raise Refused(415, "UnsupportedMediaType", "files may be PNG, JPEG or WebP images, or PDF")
    except BaseException:
        await asyncio.to_thread(file.close)
        await asyncio.to_thread(path.unlink)
        raise
    await asyncio.to_thread(file.close)
    return Stored(Upload(upload, shown_name(name, kind), kind, size), content.hexdigest())


def shown_name(name: str | None, kind: str) -> str:
    """The sender's name for a file without path, control characters and identity codes."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    masked, _ = mask_text(unicodedata.normalize("NFC", clean))
    return masked[-LONGEST_NAME:] or f"file.{kind.rsplit('/', 1)[-1]}"


def delete(data: Path, uploads: Iterable[str]) -> None:
    """Remove the files, where they are there."""
    for upload in uploads:
        (folder(data) / upload).unlink(missing_ok=True)


def delete_old(data: Path, now: datetime) -> None:
    """Remove every file that is older than files are kept, known or not."""
    oldest = (now - KEPT).timestamp()
    for path in folder(data).iterdir():
        if path.stat().st_mtime <= oldest:
            path.unlink(missing_ok=True)


def address(public_url: str, secret: str, upload: str, now: datetime) -> str:
    """Where the file can be fetched by whoever has this address, until it is deleted."""
    until = int((now + KEPT).timestamp())
    query = urlencode({"until": until, "signature": _signature(secret, upload, until)})
    return f"{public_url}/v3/directline/files/{upload}?{query}"


def check_address(secret: str, upload: str, until: str, signature: str, now: datetime) -> None:
    """Raises NotFound for an address that was not made here or is over."""
    genuine = until.isascii() and until.isdecimal() and len(until) < 12
    if not genuine or not hmac.compare_digest(_signature(secret, upload, int(until)).encode(), signature.encode()):
        raise NotFound(upload)
    if int(until) <= now.timestamp():
        raise NotFound(upload)


def _signature(secret: str, upload: str, until: int) -> str:
    return derived_token(secret, "file", f"{upload}:{until}")
