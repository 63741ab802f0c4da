"""Addresses of calendars that lead where they must not, or give more than anybody wants."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from outside import HOST, INSIDE, OTHER, PUBLIC, Outside, outside

from bot.feeds.fetching import Fetcher, NotFetched, is_public
from services.appointments.feed_reading import MOST_BYTES
from services.appointments.feeds import checked_address
from services.errors import Invalid

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


@pytest.fixture
async def there() -> AsyncIterator[Outside]:
    async with outside() as running:
        running.put("/calendar.ics", CALENDAR)
        yield running


async def problem(fetcher: Fetcher, url: str = f"https://{HOST}/calendar.ics") -> str:
    with pytest.raises(NotFetched) as refused:
        await fetcher.fetch(url)
    return refused.value.code


async def test_a_calendar_comes(there: Outside) -> None:
    """The control of all that follows: from here it can be had, packed or not, and by a redirect."""
    fetcher = there.fetcher({HOST: [PUBLIC], OTHER: [PUBLIC]})
    assert await fetcher.fetch(f"https://{HOST}/calendar.ics") == CALENDAR
    there.put("/packed", gzip.compress(CALENDAR), Content_Encoding="gzip")
    assert await fetcher.fetch(f"https://{HOST}/packed") == CALENDAR
    there.put("/moved", b"", 302, Location=f"https://{OTHER}/calendar.ics")
    assert await fetcher.fetch(f"https://{HOST}/moved") == CALENDAR
    there.put("/near", b"", 307, Location="calendar.ics")
    assert await fetcher.fetch(f"https://{HOST}/near") == CALENDAR


INSIDE_ADDRESSES = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
)


async def test_no_address_inside_is_connected_to(there: Outside) -> None:
    for address in INSIDE_ADDRESSES:
        assert not is_public(ipaddress.ip_address(address)), address
        fetcher = there.fetcher({HOST: [address]}, allowed=is_public)
        assert await problem(fetcher) == "inside", address
        literal = f"[{address}]" if ":" in address else address
        assert await problem(fetcher, f"https://{literal}/calendar.ics") == "inside", address
    assert there.asked == []


@pytest.mark.parametrize("address", ["8.8.8.8", "193.166.1.1", "2a00:1450:400f:80d::200e", "2001:708::1"])
def test_the_public_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


async def test_numbers_that_are_addresses_in_disguise(there: Outside) -> None:
    """The machine's own resolver reads these as 127.0.0.1; what is looked at is where it would connect."""
    for host in ("2130706433", "0x7f000001", "127.1", "0177.0.0.1", "localhost"):
        assert await problem(Fetcher(), f"https://{host}/calendar.ics") in {"inside", "unreachable"}
    assert await problem(Fetcher(), "https://localhost/calendar.ics") == "inside"


async def test_a_redirect_inside(there: Outside) -> None:
    there.put("/moved", b"", 302, Location=f"https://{OTHER}/calendar.ics")
    names = {HOST: [PUBLIC], OTHER: [INSIDE]}
    assert await problem(there.fetcher(names), f"https://{HOST}/moved") == "inside"
    assert there.asked == [(PUBLIC, "/moved")]
    # Without the guard it is reached.
    assert await there.fetcher(names, allowed=lambda _address: True).fetch(f"https://{HOST}/moved") == CALENDAR
    assert there.asked[-1] == (INSIDE, "/calendar.ics")


async def test_a_name_that_changes_its_address(there: Outside) -> None:
    """Rebinding: the first look-up is harmless, the second is not."""
    there.put("/moved", b"", 302, Location="/calendar.ics")
    names = {HOST: [PUBLIC, INSIDE]}
    assert await problem(there.fetcher(names), f"https://{HOST}/moved") == "inside"
    assert there.asked == [(PUBLIC, "/moved")]
    assert await there.fetcher(names, allowed=lambda _address: True).fetch(f"https://{HOST}/moved") == CALENDAR
    assert there.asked[-1] == (INSIDE, "/calendar.ics")


async def test_a_redirect_to_what_may_not_be_typed(there: Outside) -> None:
    for to in (
        "http://calendar.example/calendar.ics",
        "https://calendar.example:8443/calendar.ics",
        "https://somebody:secret@calendar.example/",
        "file:///etc/passwd",
        "ftp://calendar.example/",
        "https://[::1",
    ):
        there.put("/moved", b"", 302, Location=to)
        assert await problem(there.fetcher(), f"https://{HOST}/moved") == "redirects", to
    assert {path for _, path in there.asked} == {"/moved"}


async def test_redirects_end(there: Outside) -> None:
    there.put("/round", b"", 302, Location="/round")
    assert await problem(there.fetcher(), f"https://{HOST}/round") == "redirects"
    assert len(there.asked) == 4


async def test_one_that_hangs(there: Outside) -> None:
    async def hang(request: web.Request) -> web.StreamResponse:
        await there.leave.wait()
        return web.Response()

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"BEGIN:VCALENDAR\r\n")
        await there.leave.wait()
        return response

    there.pages = {"/hang": hang, "/drip": drip}
    for path in there.pages:
        assert await problem(there.fetcher(timeout=0.3), f"https://{HOST}{path}") == "slow"


async def test_ten_megabytes_and_without_an_end(there: Outside) -> None:
    hung_up = asyncio.Event()

    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 64 * 1024)
        finally:
            hung_up.set()

    there.pages["/flood"] = flood
    assert await problem(there.fetcher(), f"https://{HOST}/flood") == "too_large"
    await asyncio.wait_for(hung_up.wait(), 10)
    there.put("/large", bytes(10 * 1024 * 1024))
    assert await problem(there.fetcher(), f"https://{HOST}/large") == "too_large"


async def test_a_small_packet_of_much(there: Outside) -> None:
    there.put("/bomb", gzip.compress(bytes(10 * MOST_BYTES)), Content_Encoding="gzip")
    assert await problem(there.fetcher(), f"https://{HOST}/bomb") == "too_large"
    there.put("/torn", b"no gzip at all", Content_Encoding="gzip")
    assert await problem(there.fetcher(), f"https://{HOST}/torn") == "answer"
    there.put("/other", CALENDAR, Content_Encoding="br")
    assert await problem(there.fetcher(), f"https://{HOST}/other") == "answer"


async def test_who_is_not_who_the_name_says(there: Outside) -> None:
    assert await problem(there.fetcher(trust=None)) == "unreachable"  # nobody's authority
    stranger = there.fetcher({"stranger.example": [PUBLIC]})
    assert await problem(stranger, "https://stranger.example/calendar.ics") == "unreachable"
    assert await problem(there.fetcher(), "https://unknown.example/calendar.ics") == "unreachable"
    assert there.asked == []


async def test_another_answer(there: Outside) -> None:
    for status, code in ((404, "refused"), (401, "refused"), (500, "answer"), (204, "answer")):
        there.put("/other", b"", status)
        assert await problem(there.fetcher(), f"https://{HOST}/other") == code, status


async def test_nothing_of_ours_goes_along(there: Outside) -> None:
    seen: list[str] = []

    async def look(request: web.Request) -> web.StreamResponse:
        seen.extend(f"{name}: {value}" for name, value in request.headers.items())
        answer = web.Response(status=302, headers={"Location": "/look2"})
        answer.set_cookie("follow", "me")
        return answer

    async def again(request: web.Request) -> web.StreamResponse:
        assert "Cookie" not in request.headers
        return web.Response(body=CALENDAR)

    there.pages = {"/look": look, "/look2": again}
    assert await there.fetcher().fetch(f"https://{HOST}/look") == CALENDAR
    assert {line.split(":")[0] for line in seen} <= {"Host", "Accept", "Accept-Encoding", "User-Agent"}


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (" https://calendar.example/a?b=c ", "https://calendar.example/a?b=c"),
        ("webcal://calendar.example/a", "https://calendar.example/a"),
        ("WEBCALS://calendar.example/a", "https://calendar.example/a"),
        ("https://calendar.example:443/a", "https://calendar.example:443/a"),
    ],
)
def test_addresses_that_can_be_typed(written: str, address: str) -> None:
    assert checked_address(written) == address


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "address"),
        ("kalenterini", "address"),
        ("file:///etc/passwd", "address"),
        ("https://", "address"),
        ("https://[::1", "address"),
        ("https://calendar.example:99999/", "address"),
        (f"https://calendar.example/{'a' * 2000}", "address"),
        ("http://calendar.example/a", "https"),
        ("webcal://calendar.example:80/a", "https"),
        ("https://calendar.example:22/a", "https"),
        ("https://somebody:secret@calendar.example/a", "password"),
    ],
)
def test_addresses_that_cannot(written: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_address(written)
    assert (refused.value.field, refused.value.code) == ("feed", code)
