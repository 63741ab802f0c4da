"""From the outbox to a real SMTP server and to the mail folder: nothing lost, nothing sent for what did not happen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from bookings import Office, appointment_office
from icalendar import Calendar

from services.jobs.kinds import Kind
from services.jobs.leases import LEASE, PAUSES
from services.jobs.runner import Runner
from services.outbox.acts import MAIL, Mail, put
from services.outbox.delivery import Delivery, MailServer
from services.outbox.sender import Sender


class Postbox:
    """A mail server's other end: keeps what arrives; answers RCPT with `refuse` when that is set."""

    def __init__(self) -> None:
        self.address = ""
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuse: str | None = None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        self.recipients.extend(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture
async def postbox() -> AsyncIterator[Postbox]:
    """A real SMTP server on a free port."""
    box = Postbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop, hostname="localhost"), "127.0.0.1", 0)
    async with server:
        box.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield box


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with appointment_office(tmp_path) as running:
        yield running


def mailing(office: Office, deliver: Delivery) -> Runner:
    """A worker that sends mail by `deliver`."""
    database = office.parts.database
    return Runner(database, office.clock, {MAIL: Kind(Sender(database, deliver, "porina@example.fi"))})


async def by_smtp(office: Office, address: str) -> Runner:
    """A worker that sends to a mail server; made in a thread, since it reads the machine's certificates, which the
    product does before it serves.
    """
    return mailing(office, await asyncio.to_thread(MailServer, f"smtp://{address}"))


def calendar_of(mail: EmailMessage) -> Any:
    """The invitation in a mail, after a look at its two copies."""
    [alternative] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    [attached] = [part for part in mail.walk() if part.get_content_type() == "application/ics"]
    assert attached.get_filename() == "porina.ics"
    raw = attached.get_content()
    assert alternative.get_payload(decode=True) == raw
    calendar = Calendar.from_ical(raw)
    assert alternative.get_param("method") == calendar["method"]
    return calendar


def text_of(mail: EmailMessage) -> str:
    """What a person reads, its lines as Python has them."""
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")  # type: ignore[union-attr]


async def test_a_bookings_whole_life_by_smtp(office: Office, postbox: Postbox) -> None:
    sender = await by_smtp(office, postbox.address)
    slots = await office.free(topic="maaseutu", place="lavia", language="sv")
    booked = await office.book(slots[0], language="sv")
    assert await sender.run_due() == 1
    await office.change(booked, "move", slot=slots[5]["id"])
    assert await sender.run_due() == 1
    await office.change(booked, "cancel")
    assert await sender.run_due() == 1
    assert await sender.run_due() == 0

    assert postbox.recipients == ["karhu@example.fi"] * 3
    assert len({mail["Message-ID"] for mail in postbox.mails}) == 3
    assert [mail["Subject"].split(",")[0] for mail in postbox.mails] == [
        "Distansmötet är bokat",
        "Ny tid för distansmötet",
        "Distansmötet är avbokat",
    ]
    events = [calendar_of(mail).walk("VEVENT")[0] for mail in postbox.mails]
    assert [calendar_of(mail)["method"] for mail in postbox.mails] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["sequence"] for event in events] == [0, 1, 2]
    assert len({event["uid"] for event in events}) == 1
    assert [f"{event['dtstart'].dt:%Y-%m-%dT%H:%M:%SZ}" for event in events] == [
        slots[0]["start"],
        slots[5]["start"],
        slots[5]["start"],
    ]
    text = text_of(postbox.mails[0])
    assert booked["manage_url"] in text
    assert f"Väntrummet öppnar kl. 13.05. Anslut här:\n{booked['join_url']}\n" in text
    assert "?check=1" not in text  # the devices of the place are there already
    for mail in postbox.mails:  # the topic is not told in mails
        assert "maaseutu" not in mail.as_string().lower()
        assert "Gårdar" not in text_of(mail)


async def test_the_folder_is_used_without_a_mail_server(office: Office) -> None:
    booked = await office.book((await office.free(topic="tontit", place="home"))[0])
    assert await office.parts.jobs.run_due() == 1
    [path] = (office.parts.data / "mail").iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    [event] = calendar_of(mail).walk("VEVENT")  # type: ignore[arg-type]
    assert event["location"] == booked["join_url"]
    text = text_of(mail)  # type: ignore[arg-type]
    assert f"Kokeile kameraa ja mikrofonia jo etukäteen:\n{booked['join_url']}?check=1\n" in text
    assert mail["To"] == "karhu@example.fi"
    assert path.name == f"20261124T100000Z-{mail['Message-ID'].strip('<>').split('@')[0]}.eml"


async def test_a_server_that_is_away_costs_no_attempt_and_its_return_clears_the_backlog(
    office: Office, postbox: Postbox
) -> None:
    sender = await by_smtp(office, postbox.address)
    for slot in (await office.free(topic="tontit", place="home"))[:3]:
        await office.book(slot)
    away = await by_smtp(office, "127.0.0.1:1")
    for _ in range(20):
        assert await away.run_due() == 0
        office.clock.forward(seconds=30)
    assert office.rows("SELECT DISTINCT attempts, failed_at, last_error FROM jobs WHERE kind = 'mail'") == [
        (0, None, "mail server: SMTPConnectError")
    ]
    assert await sender.run_due() == 3
    assert len(postbox.mails) == 3


async def test_a_refusal_for_now_is_tried_again_after_growing_pauses_and_given_up_in_the_end(
    office: Office, postbox: Postbox
) -> None:
    postbox.refuse = "450 mailbox busy"
    sender = await by_smtp(office, postbox.address)
    await office.book((await office.free(topic="tontit"))[0])
    for pause in PAUSES:
        assert await sender.run_due() == 0
        office.clock.now += pause - timedelta(seconds=1)
        attempts = office.rows("SELECT attempts FROM jobs WHERE kind = 'mail'")
        assert await sender.run_due() == 0
        assert office.rows("SELECT attempts FROM jobs WHERE kind = 'mail'") == attempts
        office.clock.forward(seconds=1)
    assert office.count("jobs", "failed_at IS NOT NULL") == 0
    await sender.run_due()
    assert office.rows("SELECT attempts, last_error FROM jobs WHERE failed_at IS NOT NULL") == [
        (len(PAUSES) + 1, "recipient refused: 450")
    ]
    postbox.refuse = None
    office.clock.forward(days=30)
    assert await sender.run_due() == 0


async def test_an_address_that_does_not_exist_is_given_up_at_once_and_holds_nobody_up(
    office: Office, postbox: Postbox
) -> None:
    postbox.refuse = "550 no such user karhu@example.fi"
    sender = await by_smtp(office, postbox.address)
    first, second = (await office.free(topic="tontit", place="home"))[:2]
    await office.book(first)
    await sender.run_due()
    assert office.rows("SELECT last_error FROM jobs WHERE failed_at IS NOT NULL") == [("recipient refused: 550",)]
    postbox.refuse = None
    await office.book(second)
    assert await sender.run_due() == 1


async def test_a_mail_that_was_sent_but_not_marked_is_sent_again_with_the_same_message_id(
    office: Office, postbox: Postbox
) -> None:
    """The worker ends between the server's 250 and the mark."""
    accepted = asyncio.Event()
    deliver = await asyncio.to_thread(MailServer, f"smtp://{postbox.address}")

    class Ending:
        async def __call__(self, mime: EmailMessage, row_id: str) -> None:
            await deliver(mime, row_id)
            accepted.set()
            await asyncio.Event().wait()

    ending, sender = mailing(office, Ending()), mailing(office, deliver)
    await office.book((await office.free(topic="tontit"))[0])
    ending.start()
    await asyncio.wait_for(accepted.wait(), 5)
    await ending.stop()
    assert await sender.run_due() == 0  # somebody else has it, as far as anyone knows
    assert office.count("outbox", "sent_at IS NULL") == len(postbox.mails) == 1
    office.clock.now += LEASE
    assert await sender.run_due() == 1
    office.clock.forward(days=30)
    assert await sender.run_due() == 0
    [(row_id,)] = office.rows("SELECT id FROM outbox WHERE sent_at IS NOT NULL")
    assert [mail["Message-ID"] for mail in postbox.mails] == [f"<{row_id}@example.fi>"] * 2


async def test_a_server_that_says_nothing_more_is_left_at_once(office: Office) -> None:
    """It greets and then is silent, also at the goodbye: nobody waits for it when the product stops."""
    greeted = asyncio.Event()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 localhost\r\n")
        await reader.readline()
        writer.write(b"250 localhost\r\n")
        await reader.readline()
        greeted.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        sender = await by_smtp(office, f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await office.book((await office.free(topic="tontit"))[0])
        sender.start()
        await asyncio.wait_for(greeted.wait(), 5)
        await asyncio.wait_for(sender.stop(), 5)


async def test_four_senders_send_each_mail_once(office: Office, postbox: Postbox) -> None:
    mail = Mail("karhu@example.fi", "fi", "Aihe", "Teksti")
    for _ in range(60):
        await office.parts.database.transaction(put, mail, office.clock())
    senders = [await by_smtp(office, postbox.address) for _ in range(4)]
    sent = await asyncio.gather(*(sender.run_due() for sender in senders))
    assert sum(sent) == len(postbox.mails) == 60
    assert len({mail["Message-ID"] for mail in postbox.mails}) == 60


async def test_a_refused_booking_leaves_no_mail(office: Office) -> None:
    slot = (await office.free(topic="tontit"))[0]
    await office.book(slot)
    await office.book(slot, 409)
    assert office.count("outbox") == 1


async def test_the_running_sender_is_woken_and_stops(office: Office) -> None:
    arrived = asyncio.Event()

    class Waiting:
        async def __call__(self, _mime: EmailMessage, _row_id: str) -> None:
            arrived.set()

    sender = mailing(office, Waiting())
    sender.start()
    office.parts.jobs = sender
    await office.book((await office.free(topic="tontit"))[0])
    await asyncio.wait_for(arrived.wait(), 4)  # well before it would have looked by itself
    await sender.stop()
    await sender.stop()


async def test_the_sender_outlives_a_fault(office: Office) -> None:
    tries: list[str] = []
    arrived = asyncio.Event()

    class Faulty:
        async def __call__(self, _mime: EmailMessage, row_id: str) -> None:
            tries.append(row_id)
            if len(tries) == 1:
                raise RuntimeError("a bug")
            arrived.set()

    sender = mailing(office, Faulty())
    sender.start()
    office.parts.jobs = sender
    first, second = (await office.free(topic="tontit", place="home"))[:2]
    await office.book(first)
    await office.book(second)
    await asyncio.wait_for(arrived.wait(), 10)
    await sender.stop()


async def test_a_mail_of_which_no_message_can_be_made_holds_nobody_up(office: Office) -> None:
    await office.parts.database.transaction(put, Mail("karhu\r\n@x", "fi", "Aihe", "Teksti"), office.clock())
    await office.parts.database.transaction(put, Mail("karhu@example.fi", "fi", "Aihe", "Teksti"), office.clock())
    assert await office.parts.jobs.run_due() == 1
    assert office.rows("SELECT last_error FROM jobs WHERE failed_at IS NOT NULL") == [
        ("mail cannot be written: ValueError",)
    ]


async def test_a_password_is_not_sent_without_encryption(office: Office, postbox: Postbox) -> None:
    """The test server speaks no TLS. Nothing can be sent then, which is not the mail's fault."""
    sender = await by_smtp(office, f"user:secret@{postbox.address}")
    await office.book((await office.free(topic="tontit"))[0])
    assert await sender.run_due() == 0
    assert postbox.mails == []
    assert office.count("jobs", "kind = 'mail' AND attempts = 0 AND leased_until IS NULL AND failed_at IS NULL") == 1


async def test_a_folder_that_cannot_be_written_is_unreachable(office: Office) -> None:
    (office.parts.data / "mail").write_text("a file where the folder should be")
    await office.book((await office.free(topic="tontit"))[0])
    assert await office.parts.jobs.run_due() == 0
    assert office.count("outbox", "sent_at IS NULL") == 1
    assert office.rows("SELECT attempts, last_error FROM jobs WHERE kind = 'mail'") == [(0, "mail folder: File exists")]
