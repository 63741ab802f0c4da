"""What is not a proper request, and what every answer carries."""

import asyncio
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from served import BASE, Served, SetClock, serving

from bot.web import body


async def raw(served: Served, request: bytes, *, close: bool = False) -> bytes:
    """The answer to `request` as it stands, over a connection of its own."""
    here = urlsplit(served.url)
    reader, writer = await asyncio.open_connection(here.hostname, here.port)
    writer.write(request)
    if close:
        writer.write_eof()
    answer = await asyncio.wait_for(reader.read(4096), 20)
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize("path", ["/%ff", "/fi?x=%fe%ff", "/%00", BASE + "/%c3%28", "/api/v1/%ff", "/fi?%80=1"])
async def test_addresses_that_are_no_text(served: Served, path: str) -> None:
    answer = await raw(served, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBroken\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 20_000 + b"\r\n\r\n",
    ],
    ids=range(7),
)
async def test_what_is_hardly_http(served: Served, request_: bytes) -> None:
    answer = await raw(served, request_)
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400")), answer[:200]


async def test_bodies_that_break_off_or_lie(served: Served) -> None:
    talk = await served.open()
    head = (
        f"POST {talk.path}/activities HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {talk.token}\r\n"
        "Content-Type: application/json\r\nConnection: close\r\n"
    ).encode()
    lies = await raw(served, head + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde")
    assert lies.startswith(b"HTTP/1.1 400")
    chunks = await raw(served, head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")
    assert b" 400 " in chunks.splitlines()[0]
    await raw(served, head + b"Content-Length: 500\r\n\r\nabc", close=True)  # nobody is left to be answered
    assert len(await talk.texts()) == 1


async def test_a_body_that_does_not_arrive_is_not_waited_for(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_S", 0.2)
    talk = await served.open()
    request = (
        f"POST {talk.path}/activities HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {talk.token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 500\r\n\r\nabc"
    ).encode()
    answer = await raw(served, request)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"Connection: close" in answer


async def test_every_answer_carries_the_security_headers(served: Served) -> None:
    talk = await served.open()
    for method, path in (
        ("GET", "/nothing"),
        ("GET", talk.path),
        ("POST", BASE + "/conversations"),
        ("DELETE", talk.path),
        ("GET", "/api/v1/nothing"),
        ("OPTIONS", talk.path),
    ):
        answer = await served.ask(method, path)
        policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["connect-src"] == f"'self' {served.url.replace('http', 'ws')}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert "aiohttp" not in answer.headers["Server"]


async def test_errors_are_told_in_the_words_of_the_caller(served: Served) -> None:
    direct_line = await served.ask("GET", BASE + "/nothing")
    assert (await direct_line.json())["error"]["code"] == "NotFound"
    api = await served.ask("GET", "/api/v1/nothing", headers={"Accept-Language": "sv"})
    assert api.content_type == "application/problem+json"
    assert (await api.json(content_type=None))["status"] == 404
    for path, language in (("/nothing", "sv"), ("/en/nothing", "en")):
        page = await served.ask("GET", path, headers={"Accept-Language": "sv-FI,fi;q=0.5"})
        assert (page.status, page.content_type) == (404, "text/html")
        assert page.headers["Content-Language"] == language
    wrong = await served.ask("PUT", BASE + "/conversations")
    assert wrong.status == 405
    assert "POST" in wrong.headers["Allow"]


async def test_many_silent_connections_keep_nobody_waiting(served: Served) -> None:
    here = urlsplit(served.url)
    address = (here.hostname, here.port)
    silent = await asyncio.to_thread(lambda: [socket.create_connection(address) for _ in range(200)])
    try:
        for number, connection in enumerate(silent):
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + b"Content-Length: 9\r\n\r\n" * (number % 2))
        talk = await served.open()
        await talk.say("served all the same")
        assert len(await talk.texts()) == 3
    finally:
        for connection in silent:
            connection.close()


@pytest.mark.parametrize(
    ("settings", "headers", "same"),
    [
        ({}, {"X-Forwarded-For": "10.0.0.{}"}, True),  # forged: nobody trusted stands in front
        ({"trusted_proxies": 1}, {"X-Forwarded-For": "6.6.6.{}, 10.0.0.1"}, True),
        ({"trusted_proxies": 1}, {"X-Forwarded-For": "6.6.6.6, 10.0.0.{}"}, False),
        ({"trusted_proxies": 2}, {"X-Forwarded-For": "10.0.0.{}, 10.1.1.1"}, False),
    ],
)
async def test_conversations_are_limited_by_address(tmp_path: Path, settings: dict, headers: dict, same: bool) -> None:
    async with serving(tmp_path, conversations_a_minute=5, **settings) as served:
        statuses = []
        for number in range(7):
            given = {name: value.format(number) for name, value in headers.items()}
            statuses.append((await served.ask("POST", BASE + "/tokens/generate", headers=given)).status)
        assert statuses == ([200] * 5 + [429] * 2 if same else [200] * 7)


async def test_messages_are_limited_by_conversation(tmp_path: Path) -> None:
    clock = SetClock()
    async with serving(tmp_path, clock=clock, messages_a_minute=10) as served:
        talk, other = await served.open(), await served.open()
        answers = await asyncio.gather(
            *(
                served.ask("POST", talk.path + "/activities", token=talk.token, json={"type": "typing"})
                for _ in range(50)
            )
        )
        assert sorted(answer.status for answer in answers) == [200] * 10 + [429] * 40
        assert {answer.headers.get("Retry-After") for answer in answers} == {None, "6"}
        await other.say("not my fault")
        clock.forward(seconds=6)
        await talk.say("again")
