"""A citizen's appointment from the first question to the last mail, in the real page; mails read as a calendar does."""

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import urlsplit

import ics
import pytest
from icalendar import Calendar, Event
from playwright.async_api import Page, expect
from sqlalchemy import Connection, text
from stage import QUESTION, Chat, OpenPage, Porina

from bot.locale.dates import clock
from services.clock import HELSINKI

EMAIL = "karhu-{language}@porina.example"
TOPIC = "Pysäköinti"
SHOWN = re.compile(
    r"(?P<day>\d+)(?:\.(?P<month>\d+)|\s(?P<name>November|December)).*?(?P<from>\d+[.:]\d\d)–(?P<to>\d+[.:]\d\d)"
)


@dataclass(frozen=True)
class Invitation:
    """A mail and its calendar, as a calendar program takes it."""

    mail: EmailMessage
    source: str
    method: str
    event: Event

    @property
    def times(self) -> tuple[datetime, datetime]:
        return self.event["dtstart"].dt, self.event["dtend"].dt


def shown_times(written: str) -> tuple[datetime, datetime]:
    """The beginning and the end that a person reads: Helsinki's clock, this winter."""
    found = SHOWN.search(written)
    assert found, written
    month = int(found["month"]) if found["month"] else {"November": 11, "December": 12}[found["name"]]
    day = datetime(2026, month, int(found["day"]), tzinfo=HELSINKI)
    hours = [re.split("[.:]", found[end]) for end in ("from", "to")]
    begins, ends = (day.replace(hour=int(hour), minute=int(minute)).astimezone(UTC) for hour, minute in hours)
    return begins, ends


def rows(connection: Connection, query: str, email: str) -> list[dict[str, object]]:
    return [dict(row) for row in connection.execute(text(query), {"email": email}).mappings()]


async def booked(porina: Porina, email: str) -> list[dict[str, object]]:
    """The appointments of an address, with how many cells of time each holds."""
    query = """SELECT a.*, (SELECT count(*) FROM reserved_cells WHERE owner = a.id AND resource LIKE 'expert:%') AS reserved
               FROM appointments a WHERE email = :email"""
    return await porina.parts.database.read(rows, query, email)


async def invitations(porina: Porina, email: str) -> list[Invitation]:
    """The mails of an address once all are sent, in the order of their calendars' sequence."""
    unsent = "SELECT id FROM outbox WHERE recipient = :email AND sent_at IS NULL"
    async with asyncio.timeout(20):
        while await porina.parts.database.read(rows, unsent, email):
            await porina.parts.jobs.run_due()
    mails = [_mail(path.read_bytes()) for path in (porina.parts.data / "mail").glob("*.eml")]
    return sorted(
        (_invitation(mail) for mail in mails if mail["To"] == email), key=lambda each: int(each.event["sequence"])
    )


def _mail(source: bytes) -> EmailMessage:
    mail = message_from_bytes(source, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def _invitation(mail: EmailMessage) -> Invitation:
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    source = part.get_content()
    calendar = Calendar.from_ical(source)
    [event] = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    method = str(calendar["method"])
    assert part.get_param("method") == method
    return Invitation(mail, source, method, event)


async def choose_nth(chat: Chat, place: int) -> str:
    """Take the choice at `place`; what was on it."""
    choice = chat.choices.nth(place)
    title = await choice.inner_text()
    await chat.choose(title)
    return title


async def fact(page: Page, name: str) -> str:
    return await page.locator("dl.facts > div", has_text=re.compile(f"^{name}")).locator("dd").inner_text()


async def own_page(chat: Chat) -> Page:
    """The appointment's page, opened by the link in the chat. The link names the city's address, not this server's."""
    address = await chat.answers.last.locator("a[href*='/appointments/']").get_attribute("href")
    assert address is not None
    page = await chat.page.context.new_page()
    await page.goto(urlsplit(address).path)
    return page


async def test_booked_by_chat_moved_and_cancelled_on_its_page(open_page: OpenPage, porina: Porina) -> None:
    email = EMAIL.format(language="fi")
    chat = await open_page("/fi")
    await chat.get_answer(QUESTION["fi"])
    await chat.ask("Haluan varata ajan")
    await expect(chat.answers.last).to_contain_text("Missä haluat olla")  # the topic is known from the question
    await chat.choose("Koti tai muu oma paikka")
    await chat.choose("Suomi")
    await chat.choose("En tarvitse mitään")
    await choose_nth(chat, 1)  # the second day
    time = await choose_nth(chat, 2)
    await chat.ask("Karhu")
    await chat.ask(email)
    summary = chat.answers.last
    for line in (TOPIC, "Koti tai muu oma paikka", time, "Karhu", email):
        await expect(summary).to_contain_text(line)
    before_correction = shown_times(await summary.inner_text())
    await chat.choose("Muuta nimeä")
    await expect(chat.answers.last).not_to_contain_text("Aika:")  # the time is not news
    await chat.ask("Mesikämmen")
    await expect(chat.answers.last).to_contain_text("Nimi: Mesikämmen")
    assert await booked(porina, email) == []  # nothing before it is confirmed
    await chat.choose("Vahvista varaus")
    await expect(chat.answers.last).to_contain_text("Varattu:")
    [row] = await booked(porina, email)
    wished = {key: row[key] for key in ("topic", "place", "language", "name", "state", "sequence", "phone")}
    assert wished == {
        "topic": "pysakointi",
        "place": "home",
        "language": "fi",
        "name": "Mesikämmen",
        "state": "confirmed",
        "sequence": 0,
        "phone": None,
    }
    assert row["reserved"]

    page = await own_page(chat)
    first = shown_times(await fact(page, "Aika"))
    assert first == before_correction
    await page.get_by_role("link", name="Siirrä aikaa").click()
    await page.locator("a.choice[href*='day=']").nth(3).click()
    await page.locator("form button.choice").last.click()
    await expect(page.get_by_role("status")).to_contain_text("Aika on siirretty")
    moved = shown_times(await fact(page, "Aika"))
    assert moved[0] > first[0] + timedelta(days=1)
    [row] = await booked(porina, email)
    assert (row["state"], row["sequence"], bool(row["reserved"])) == ("confirmed", 1, True)

    await page.get_by_role("link", name="Peru tapaaminen").click()
    await page.get_by_role("button", name="Peru tapaaminen").click()
    await expect(page.get_by_role("status")).to_contain_text("Tapaaminen on peruttu")
    [row] = await booked(porina, email)
    assert (row["state"], row["sequence"], row["reserved"]) == ("cancelled", 2, 0)

    sent = await invitations(porina, email)
    assert [(each.method, each.event["sequence"]) for each in sent] == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
    assert len({str(each.event["uid"]) for each in sent}) == 1
    assert [each.times for each in sent] == [first, moved, moved]
    assert str(sent[2].event["status"]) == "CANCELLED"
    for each in sent:
        assert str(each.event["summary"]) == "Etätapaaminen / asiakaspalvelu"
        assert TOPIC.casefold() not in f"{each.source} {each.mail['Subject']}".casefold()
    [event] = ics.Calendar(sent[0].source).events
    assert (event.begin.datetime, event.end.datetime) == first


async def test_in_swedish_to_the_mail(open_page: OpenPage, porina: Porina) -> None:
    email = EMAIL.format(language="sv")
    chat = await open_page("/sv")
    await chat.get_answer("Hur söker jag dagisplats till mitt barn?")
    await chat.ask("Jag vill boka tid")
    await chat.ask("hemma")
    await chat.choose("Svenska")
    await chat.choose("Jag behöver inget")
    await choose_nth(chat, 2)
    await choose_nth(chat, 1)
    await chat.ask("Jag heter Björn")
    await chat.ask(email)
    for line in ("Namn: Björn", "Språk: svenska", email):
        await expect(chat.answers.last).to_contain_text(line)
    await chat.choose("Bekräfta bokningen")
    await expect(chat.answers.last).to_contain_text("Bokat:")
    times = shown_times(await chat.answers.last.inner_text())
    await confirmed(porina, email, "varhaiskasvatus", "sv", times)
    [sent] = await invitations(porina, email)
    assert (sent.method, sent.event["sequence"], sent.times) == ("REQUEST", 0, times)
    assert str(sent.mail["Subject"]).startswith("Distansmötet är bokat")
    page = await own_page(chat)
    assert await page.get_attribute("html", "lang") == "sv"
    assert shown_times(await fact(page, "Tid")) == times


async def test_in_english_by_keyboard_alone(open_page: OpenPage, porina: Porina) -> None:
    """With an interpreter, and more time for the details."""
    email = EMAIL.format(language="en")
    chat = await open_page("/en")
    await chat.page.keyboard.press("Tab")
    await chat.page.keyboard.press("Enter")  # the skip link to the input
    for said in (QUESTION["en"], "I want to book an appointment"):
        await type_in(chat, said)
    for choice in (
        r"^Home", r"^English$", r"^Sign language interpreter", r"^That's all", r"^Tue 1 Dec", r"^10:30$",
    ):  # fmt: skip
        await reach(chat, choice)
    await type_in(chat, "Bear")
    porina.time.forward(minutes=4)
    until = porina.time() + timedelta(minutes=5)
    await press_for_more_time(chat)
    await expect(chat.answers.last).to_contain_text(f"The time is kept for you until {clock(until, 'en')}")
    await type_in(chat, email)
    for line in ("Name: Bear", "Interpreter: sign language"):
        await expect(chat.answers.last).to_contain_text(line)
    await reach(chat, r"^Confirm")
    await expect(chat.answers.last).to_contain_text("Booked:")
    times = shown_times(await chat.answers.last.inner_text())
    assert times == (datetime(2026, 12, 1, 8, 30, tzinfo=UTC), datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    await expect(chat.page.locator("#hold")).not_to_be_visible()
    await confirmed(porina, email, "pysakointi", "en", times)
    [sent] = await invitations(porina, email)
    assert (sent.method, sent.event["sequence"], sent.times) == ("REQUEST", 0, times)
    assert str(sent.mail["Subject"]).startswith("Remote appointment booked")


async def type_in(chat: Chat, said: str) -> None:
    """Write where the focus is, send by Enter, and wait for the answer."""
    before = await chat.answers.count()
    await expect(chat.input).to_be_focused()
    await chat.page.keyboard.type(said)
    await chat.page.keyboard.press("Enter")
    await chat.answered(before)


async def reach(chat: Chat, title: str) -> None:
    """Go back by Shift+Tab to the choice that is so called, and take it by Enter."""
    before = await chat.answers.count()
    for _ in range(20):
        await chat.page.keyboard.press("Shift+Tab")
        focused = await chat.page.evaluate(
            "document.activeElement.matches('.choices button') ? document.activeElement.textContent : ''"
        )
        if re.search(title, focused):
            break
    else:
        pytest.fail(f"no choice {title} within reach of the keyboard")
    await chat.page.keyboard.press("Enter")
    await chat.answered(before)


async def press_for_more_time(chat: Chat) -> None:
    """Go back by Shift+Tab to the button beside the countdown, and press it by Enter."""
    before = await chat.answers.count()
    for _ in range(5):
        await chat.page.keyboard.press("Shift+Tab")
        if await chat.page.evaluate("document.activeElement.id") == "hold-more":
            break
    else:
        pytest.fail("no way to more time within reach of the keyboard")
    await chat.page.keyboard.press("Enter")
    await chat.answered(before)


async def confirmed(porina: Porina, email: str, topic: str, language: str, times: tuple[datetime, datetime]) -> None:
    """The one appointment of an address is kept as it was told."""
    [row] = await booked(porina, email)
    assert (row["topic"], row["place"], row["language"], row["state"]) == (topic, "home", language, "confirmed")
    starts, ends = (datetime.fromisoformat(str(row[end])).replace(tzinfo=UTC) for end in ("starts", "ends"))
    assert (starts, ends) == times
    assert row["reserved"]
