"""Text messages, from the booking to a real HTTP server in the gateway's place: none lost, none sent for nothing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from bookings import Office, appointment_office

from bot.appointments import gateway
from bot.settings import WrongSetting, read_settings
from services.jobs.acts import dead
from services.jobs.leases import LEASE, PAUSES
from services.jobs.runner import CUT_OFF
from services.outbox.acts import Sms
from services.outbox.delivery import Unreachable


class Phones:
    """The gateway: keeps what it is given, answers with `status`, and hangs when told to."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 202
        self.hangs = False
        self.taken: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []

    async def take(self, request: web.Request) -> web.Response:
        self.taken.append(await request.json())
        self.headers.append(dict(request.headers))
        if self.hangs:
            await asyncio.Event().wait()
        if self.status == 0:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=self.status or 200, headers={"Location": self.url} if self.status == 307 else {})


@pytest.fixture
async def phones() -> AsyncIterator[Phones]:
    there = Phones()
    app = web.Application()
    app.router.add_post("/send", there.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    there.url = f"http://127.0.0.1:{runner.addresses[0][1]}/send"
    yield there
    await runner.cleanup()


@pytest.fixture
async def office(tmp_path: Path, phones: Phones) -> AsyncIterator[Office]:
    async with appointment_office(tmp_path, sms_url=phones.url, sms_token="a-secret") as running:
        yield running


async def booked(office: Office, **other: Any) -> Any:
    slots = await office.free(topic="pysakointi", place="home", language="fi")
    return await office.book(slots[0], **{"email": None, "phone": "044 123 4567", **other})


async def test_who_gives_a_number_gets_a_text(office: Office, phones: Phones) -> None:
    made = await booked(office)
    await office.parts.jobs.run_due()
    [sent] = phones.taken
    [(row_id, at)] = office.rows("SELECT id, sent_at FROM texts")
    assert at is not None
    assert (sent["to"], sent["id"]) == ("+358441234567", row_id)
    assert sent["text"].startswith("Porina: etätapaaminen varattu ")
    assert sent["text"].endswith(f"/appointments/{made['token']}")
    assert phones.headers[0]["Authorization"] == "Bearer a-secret"
    await office.change(made, "cancel")
    await office.parts.jobs.run_due()
    assert "on peruttu" in phones.taken[1]["text"]
    assert phones.taken[1]["id"] != row_id


async def test_who_gives_both_gets_both(office: Office, phones: Phones) -> None:
    await booked(office, email="karhu@example.fi")
    await office.parts.jobs.run_due()
    assert (len(phones.taken), office.count("outbox", "sent_at IS NOT NULL")) == (1, 1)


@pytest.mark.parametrize("status", [401, 403, 429, 503, 0])
async def test_where_the_gateway_takes_none_all_wait_and_nothing_is_counted(
    office: Office, phones: Phones, status: int
) -> None:
    phones.status = status
    await booked(office)
    await office.parts.jobs.run_due()
    assert office.rows("SELECT attempts FROM jobs WHERE kind = 'sms'") == [(0,)]
    phones.status = 200
    await office.parts.jobs.run_due()
    assert office.count("texts", "sent_at IS NOT NULL") == 1
    assert len({each["id"] for each in phones.taken}) == 1  # the gateway can tell that it is the same


@pytest.mark.parametrize("status", [500, 502, 307])
async def test_what_fails_once_is_tried_again(office: Office, phones: Phones, status: int) -> None:
    phones.status = status
    await booked(office)
    await office.parts.jobs.run_due()
    assert len(phones.taken) == 1  # and no redirect was followed
    phones.status = 200
    office.clock.now += PAUSES[0]
    await office.parts.jobs.run_due()
    assert office.count("texts", "sent_at IS NOT NULL") == 1


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_what_is_refused_for_good_is_given_up_with_a_reason(office: Office, phones: Phones, status: int) -> None:
    phones.status = status
    await booked(office)
    await office.parts.jobs.run_due()
    [given_up] = await office.parts.database.read(dead)
    assert (given_up.kind, given_up.last_error) == ("sms", f"gateway: {status}")


async def test_a_gateway_that_hangs_or_is_not_there(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    assert timedelta(seconds=gateway.SECONDS) < LEASE * CUT_OFF
    monkeypatch.setattr(gateway, "SECONDS", 0.2)
    sms = Sms("+358441234567", "x")
    phones.hangs = True
    with pytest.raises(Unreachable, match="TimeoutError"):
        await gateway.HttpGateway(phones.url, None)(sms, "1")
    assert "Authorization" not in phones.headers[0]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        with pytest.raises(Unreachable, match="ClientConnectorError"):
            await gateway.HttpGateway(f"http://127.0.0.1:{taken.getsockname()[1]}/", None)(sms, "1")


async def test_without_a_gateway_no_text_is_written(tmp_path: Path) -> None:
    async with appointment_office(tmp_path) as office:
        await booked(office)
        assert office.count("texts") == 0


def test_the_address_of_a_gateway() -> None:
    for wrong in ("http://sms.example/", "ftp://sms.example/", "https:///x", "https://u:p@sms.example/"):
        with pytest.raises(WrongSetting, match="PORINA_SMS_URL"):
            read_settings({"PORINA_SMS_URL": wrong})
    for right in ("https://sms.example/v1/send?from=Pori", "http://127.0.0.1:9/send"):
        assert read_settings({"PORINA_SMS_URL": right}).sms_url == right
