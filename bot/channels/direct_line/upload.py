"""A message with files, in Direct Line's two forms: one raw file, or multipart with an activity beside the files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

from aiohttp import BodyPartReader, MultipartReader, content_disposition_filename, parse_content_disposition, web
from aiohttp.http_exceptions import BadHttpMessage

from bot.channels.direct_line import files
from bot.channels.direct_line.activities import MOST_CHARACTERS, Received, received
from bot.channels.direct_line.files import Stored
from bot.channels.direct_line.tokens import Grant
from bot.parts import PARTS
from bot.web.body import reading
from bot.web.refusals import Refused
from services.uploads.acts import keep

UPLOAD_S = 60.0
CHUNK = 64 * 1024
ACTIVITY = "application/vnd.microsoft.activity"
MOST_PARTS = files.MOST_FILES + 1


async def take_upload(request: web.Request, grant: Grant) -> str:
    """Keep the files and send the message with them through its turn; the id of the echo. Raises Refused, ReusedId."""
    parts = request.app[PARTS]
    stored: list[Stored] = []
    try:
        async with reading(UPLOAD_S):
            raw = await _read(request, stored)
        if not stored:
            raise Refused(400, "MissingProperty", "there is no part named `file`")
        given = await received(raw, grant, [file.digest for file in stored])
        now = parts.clock()
        message = _with_files(given, stored, [_address(request, file) for file in stored])
        kept = partial(keep, files=[file.upload for file in stored], conversation=grant.conversation, now=now)
        return await parts.turns.take(
            grant.conversation, grant.user, message.incoming, masked=message.masked, acts=(kept,)
        )
    except BaseException:
        await asyncio.to_thread(files.delete, parts.data, [file.upload.id for file in stored])
        raise


def _address(request: web.Request, file: Stored) -> str:
    parts = request.app[PARTS]
    return files.address(parts.settings.public_url, parts.secret, file.upload.id, parts.clock())


def _with_files(given: Received, stored: list[Stored], addresses: list[str]) -> Received:
    """The message with its files; attachments without content only announced them."""
    announced = given.incoming.body.get("attachments") or []
    attachments = [part for part in announced if part.get("content") is not None]
    for file, url in zip(stored, addresses, strict=True):
        upload = file.upload
        attachments.append({"contentType": upload.content_type, "contentUrl": url, "name": upload.name})
    body = {**given.incoming.body, "attachments": attachments}
    return replace(given, incoming=replace(given.incoming, body=body))


async def _read(request: web.Request, stored: list[Stored]) -> bytes:
    """Store the files into `stored` as they come; the activity's JSON."""
    data = request.app[PARTS].data
    if not request.content_type.startswith("multipart/"):
        _, parameters = parse_content_disposition(request.headers.get("Content-Disposition"))
        name = content_disposition_filename(parameters)
        stored.append(await files.store(data, name, request.content.iter_chunked(CHUNK)))
        return _plain_message()
    try:
        return await _read_multipart(await request.multipart(), request, stored)
    except (ValueError, AssertionError, RuntimeError, EOFError, BadHttpMessage) as error:
        raise Refused(400, "MalformedMultipart", "the body is not well-formed multipart/form-data") from error


async def _read_multipart(reader: MultipartReader, request: web.Request, stored: list[Stored]) -> bytes:
    data = request.app[PARTS].data
    activity: bytes | None = None
    seen = 0
    while (part := await reader.next()) is not None:
        seen += 1
        if not isinstance(part, BodyPartReader) or seen > MOST_PARTS:
            raise Refused(400, "TooManyFiles", f"at most {files.MOST_FILES} files and one activity")
        if part.headers.get("Content-Type", "").split(";")[0].strip() == ACTIVITY:
            if activity is not None:
                raise Refused(400, "MalformedMultipart", "there are two activities")
            activity = b"".join([chunk async for chunk in _chunks(part, MOST_CHARACTERS * 4)])
        elif len(stored) == files.MOST_FILES:
            raise Refused(400, "TooManyFiles", f"at most {files.MOST_FILES} files")
        else:
            stored.append(await files.store(data, part.filename, _chunks(part)))
    return _plain_message() if activity is None else activity


async def _chunks(part: BodyPartReader, most: int | None = None) -> AsyncIterator[bytes]:
    size = 0
    while chunk := await part.read_chunk(CHUNK):
        size += len(chunk)
        if most is not None and size > most:
            raise Refused(413, "RequestEntityTooLarge", f"the activity has more than {MOST_CHARACTERS} characters")
        yield chunk


def _plain_message() -> bytes:
    return json.dumps({"type": "message"}).encode()
