"""Where mail goes: to a mail server, or by default into a folder as .eml files."""

from __future__ import annotations

import asyncio
import os
import ssl
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

SECONDS = 20


class Unreachable(Exception):
    """No mail at all can be delivered now. The reason names no person."""


class Rejected(Exception):
    """This mail was not accepted; `final` where trying again is of no use. The reason names no person."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


class Delivery(Protocol):
    """Hands one message over. Raises Unreachable, Rejected."""

    async def __call__(self, mime: EmailMessage, row_id: str) -> None: ...


class MailFolder:
    """Writes `DATE-ID.eml` files; a message delivered twice is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(self, mime: EmailMessage, row_id: str) -> None:
        try:
            await asyncio.to_thread(self._write, mime, row_id)
        except OSError as error:
            raise Unreachable(f"mail folder: {error.strerror}") from error

    def _write(self, mime: EmailMessage, row_id: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{mime['Date'].datetime:%Y%m%dT%H%M%SZ}-{row_id}.eml"
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            file.write(mime.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)


class MailServer:
    """Sends by SMTP (RFC 5321). `smtps://` is TLS from the start; `smtp://` upgrades where the server offers it, and
    with a password refuses to go on without.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if self._tls else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._context = ssl.create_default_context()

    async def __call__(self, mime: EmailMessage, row_id: str) -> None:
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._tls,
            start_tls=True if self._user and not self._tls else None,
            tls_context=self._context,
            timeout=SECONDS,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unreachable(f"mail server: {type(error).__name__}") from error
        try:
            await client.send_message(mime)
        except asyncio.CancelledError:
            client.close()  # at once: the goodbye below may last as long as the server likes
            raise
        except aiosmtplib.SMTPRecipientsRefused as refused:
            codes = [problem.code for problem in refused.recipients]
            raise Rejected(f"recipient refused: {codes[0]}", final=all(code >= 500 for code in codes)) from refused
        except aiosmtplib.SMTPResponseException as refused:
            raise Rejected(f"mail server: {refused.code}", final=refused.code >= 500) from refused
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Rejected(f"mail server: {type(error).__name__}", final=False) from error
        finally:
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
