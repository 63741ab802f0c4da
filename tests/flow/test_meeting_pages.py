"""The pages of a meeting, the relays that browsers are told of, and meetings on a Jitsi server."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from databases import rows
from desks import appoint
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import OctKey
from pydantic import ValidationError
from staffed import Staff, staffed, words

from bot.settings import Settings, WrongSetting, read_settings
from bot.web.security import security_headers
from services.accounts.rules import Role
from services.appointments.acts import cancel

START = datetime(2026, 11, 24, 10, 10, tzinfo=UTC)  # ten minutes after the clock's time
MINUTES = 20
SECRET = "a secret shared with another server"
TURN = {
    "turn_url": "turn:turn.example:3478,turns:turn.example:5349?transport=tcp,stun:turn.example",
    "turn_secret": SECRET,
}
JITSI = {"video": "jitsi", "jitsi_url": "https://meet.example", "jitsi_app_id": "porina", "jitsi_secret": SECRET}
DEFAULT = security_headers("http://127.0.0.1")["Permissions-Policy"]
ROOM = "/static/meet/room."
USED = "camera=(self), microphone=(self), display-capture=(self)"


@asynccontextmanager
async def meeting(data: Path, **settings: str) -> AsyncIterator[tuple[Staff, str, str]]:
    """The running pages, an appointment that is its own token, and the account of a host."""
    async with staffed(data, **settings) as staff:
        appointment = await staff.parts.database.transaction(appoint, START)
        yield staff, appointment, await staff.person("neuvoja-1", Role.AGENT, units=["pysakointi"])


async def at(staff: Staff, account: str, minutes: int) -> str:
    """Go to so many minutes after the appointment's beginning; the token of a session of then."""
    staff.clock.now = START + timedelta(minutes=minutes)
    return await staff.session(account)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_each_page_in_each_language(tmp_path: Path, language: str) -> None:
    async with meeting(tmp_path) as (staff, appointment, account):
        for minutes, citizens, hosts in ((-40, "closed", "closed"), (-20, "closed", "room"), (-5, "room", "room")):
            session = await at(staff, account, minutes)
            for path, state in ((f"/meet/{appointment}", citizens), (f"/desk/meet/{appointment}", hosts)):
                answer = await staff.get(f"{path}?lang={language}", session)
                html = await answer.text()
                assert answer.status == 200
                assert f'<html lang="{language}">' in html
                assert (ROOM in html, f'{path}/line?lang={language}"' in html) == ((state == "room"),) * 2, path
                assert answer.headers["Permissions-Policy"].startswith(USED) == (state == "room")
                assert answer.headers["Cache-Control"] == "no-store"
                assert answer.headers["Referrer-Policy"] == "same-origin"
                policy = answer.headers["Content-Security-Policy"]
                assert f"connect-src 'self' {staff.url.replace('http', 'ws')};" in policy
                assert "form-action 'self';" in policy
                assert "Karhu" not in html  # whose meeting it is stands on the desk
        everywhere_else = await staff.get(f"/account?lang={language}", session)
        assert everywhere_else.headers["Permissions-Policy"] == DEFAULT


async def test_the_page_that_is_too_early_says_when_it_opens(tmp_path: Path) -> None:
    async with meeting(tmp_path) as (staff, appointment, account):
        await at(staff, account, -16)
        html = await (await staff.get(f"/meet/{appointment}")).text()
        assert 'data-in="61"' in html
        assert "klo 11.55" in words(html)  # Helsinki's time, a quarter of an hour before
        assert f'href="/meet/{appointment}?lang=fi&amp;check=1"' in html
        session = await at(staff, account, -31)
        html = await (await staff.get(f"/desk/meet/{appointment}", session)).text()
        assert 'data-in="61"' in html
        assert "klo 11.40" in words(html)


async def test_devices_can_be_tried_before_the_day_without_a_line(tmp_path: Path) -> None:
    async with meeting(tmp_path) as (staff, appointment, _):
        for before in (60 * 24 * 20, 5):
            staff.clock.now = START - timedelta(minutes=before)
            answer = await staff.get(f"/meet/{appointment}?check=1&lang=en")
            html = await answer.text()
            assert ROOM in html
            assert '"line":""' in html
            assert answer.headers["Permissions-Policy"].startswith(USED)
            assert f'href="/meet/{appointment}?lang=sv&amp;check=1"' in html
        await staff.parts.database.transaction(cancel, appointment, staff.clock(), lambda *_: [])
        assert ROOM not in await (await staff.get(f"/meet/{appointment}?check=1")).text()


async def test_relays_are_told_with_credentials_by_coturns_rule(tmp_path: Path) -> None:
    async with meeting(tmp_path, **TURN) as (staff, appointment, _):
        async with staff.served.session.ws_connect(f"{staff.url}/meet/{appointment}/line") as socket:
            await socket.send_json({"type": "enter", "secret": None})
            hello = await socket.receive_json(timeout=10)
        stun, turn = hello["ice"]
        assert stun == {"urls": ["stun:turn.example"]}
        assert turn["urls"] == ["turn:turn.example:3478", "turns:turn.example:5349?transport=tcp"]
        until, _, participant = turn["username"].partition(":")
        assert participant == hello["you"]
        assert int(until) == int((START + timedelta(minutes=MINUTES + 60)).timestamp())
        assert base64.b64decode(turn["credential"]) == hmac_sha1(SECRET.encode(), turn["username"].encode())


def hmac_sha1(key: bytes, text: bytes) -> bytes:
    """RFC 2104 as it is written, for keys shorter than a block."""
    block = key.ljust(64, b"\0")
    inner = hashlib.sha1(bytes(byte ^ 0x36 for byte in block) + text).digest()
    return hashlib.sha1(bytes(byte ^ 0x5C for byte in block) + inner).digest()


def test_that_computation_is_right() -> None:
    """RFC 2202, test case 2."""
    assert hmac_sha1(b"Jefe", b"what do ya want for nothing?").hex() == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"


async def to_jitsi(staff: Staff, path: str, session: str | None = None) -> tuple[str, dict[str, Any]]:
    """The room to which a click leads, and the token's claims as another library verifies them."""
    answer = await staff.post(f"{path}/jitsi?lang=fi", session)
    assert answer.status == 303
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    where = urlsplit(answer.headers["Location"])
    assert (where.scheme, where.netloc) == ("https", "meet.example")
    token = jwt.decode(parse_qs(where.query)["jwt"][0], OctKey.import_key(SECRET), algorithms=["HS256"])
    assert token.header == {"alg": "HS256", "typ": "JWT"}
    return where.path.removeprefix("/"), token.claims


async def test_a_click_leads_to_a_room_of_its_own_on_the_jitsi_server(tmp_path: Path) -> None:
    async with meeting(tmp_path, **JITSI) as (staff, appointment, account):
        session = await staff.session(account)
        room, citizen = await to_jitsi(staff, f"/meet/{appointment}")
        same, host = await to_jitsi(staff, f"/desk/meet/{appointment}", session)
        assert room == same == citizen["room"] == host["room"]
        assert room == room.lower()
        assert len(room) == 64
        assert appointment not in room
        common = {
            "iss": "porina",
            "aud": "porina",
            "sub": "meet.example",
            "room": room,
            "nbf": int((START - timedelta(minutes=15)).timestamp()),
            "exp": int((START + timedelta(minutes=MINUTES + 60)).timestamp()),
        }
        assert citizen == {**common, "context": {"user": {"name": "asiakas"}}}
        assert host == {**common, "context": {"user": {"name": "neuvoja", "moderator": True}}}
        query = "SELECT subject FROM audit WHERE act = 'video.entered'"
        assert rows(staff.served.database_url, query) == [(appointment,)]


async def test_a_token_does_not_open_another_room(tmp_path: Path) -> None:
    async with meeting(tmp_path, **JITSI) as (staff, appointment, _):
        other = await staff.parts.database.transaction(appoint, START)
        room, claims = await to_jitsi(staff, f"/meet/{appointment}")
        another, others = await to_jitsi(staff, f"/meet/{other}")
        assert (claims["room"], others["room"]) == (room, another)
        assert room != another
        answer = await staff.post(f"/meet/{other}/jitsi")
        token = parse_qs(urlsplit(answer.headers["Location"]).query)["jwt"][0]
        with pytest.raises(BadSignatureError):
            jwt.decode(token, OctKey.import_key(f"{SECRET}x"), algorithms=["HS256"])
        stranger = await staff.signed_in("neuvoja-2", Role.AGENT, units=["kirjaamo"])
        assert (await staff.post(f"/desk/meet/{appointment}/jitsi", stranger)).status == 403
        assert (await staff.post("/meet/wrong/jitsi")).status == 404
        assert (
            await staff.post(f"/meet/{appointment}/jitsi", headers={"Origin": "https://evil.example"})
        ).status == 403


async def test_with_jitsi_the_page_waits_and_then_offers_the_click(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with meeting(tmp_path, **JITSI) as (staff, appointment, account):
        for minutes, state in ((-16, "early"), (-15, "open"), (MINUTES + 60, "over")):
            session = await at(staff, account, minutes)
            for path in (f"/meet/{appointment}", f"/desk/meet/{appointment}"):
                answer = await staff.get(path, session)
                html = await answer.text()
                assert (f'action="{path}/jitsi' in html) == (state == "open"), (path, state)
                assert "jwt" not in html
                assert ROOM not in html
                policy = answer.headers["Content-Security-Policy"]
                assert ("form-action 'self' https://meet.example;" in policy) == (state == "open")
                assert answer.headers["Permissions-Policy"] == DEFAULT
                click = await staff.post(f"{path}/jitsi", session)
                assert click.headers["Location"].startswith("https://meet.example/" if state == "open" else path)
                line = await staff.get(f"{path}/line", session)
                assert line.status == 404  # nobody meets here
        assert "meet.example" not in caplog.text
        assert appointment not in caplog.text


async def test_without_jitsi_there_is_no_click(tmp_path: Path) -> None:
    async with meeting(tmp_path) as (staff, appointment, account):
        session = await staff.session(account)
        assert (await staff.post(f"/meet/{appointment}/jitsi")).status == 404
        assert (await staff.post(f"/desk/meet/{appointment}/jitsi", session)).status == 404
        assert (await staff.get(f"/meet/{appointment}/line")).status == 400  # no upgrade


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"VIDEO": "zoom"}, "PORINA_VIDEO"),
        ({"VIDEO": "jitsi"}, "PORINA_JITSI_URL: is missing though PORINA_VIDEO is jitsi"),
        ({"VIDEO": "jitsi", "JITSI_URL": "https://m.example"}, "PORINA_JITSI_APP_ID: is missing"),
        ({"VIDEO": "jitsi", "JITSI_URL": "https://m.example", "JITSI_APP_ID": "p"}, "PORINA_JITSI_SECRET: is missing"),
        ({"JITSI_URL": "http://m.example"}, "PORINA_JITSI_URL: must be"),
        ({"JITSI_URL": "https://m.example/tenant"}, "PORINA_JITSI_URL: must be"),
        ({"JITSI_URL": "https://u:p@m.example"}, "PORINA_JITSI_URL: must be"),
        ({"JITSI_SECRET": "short"}, "PORINA_JITSI_SECRET"),
        ({"TURN_URL": "turn:t.example"}, "PORINA_TURN_SECRET: is missing though PORINA_TURN_URL names a relay"),
        ({"TURN_URL": "https://t.example", "TURN_SECRET": SECRET}, "PORINA_TURN_URL: must be"),
        ({"TURN_URL": "stun:t.example?transport=udp"}, "PORINA_TURN_URL: must be"),
        ({"TURN_URL": "turn://t.example", "TURN_SECRET": SECRET}, "PORINA_TURN_URL: must be"),
    ],
)
def test_wrong_settings_are_told_in_a_line(given: Mapping[str, str], told: str) -> None:
    with pytest.raises(WrongSetting) as wrong:
        read_settings({f"PORINA_{name}": value for name, value in given.items()})
    assert str(wrong.value).startswith(told)


def test_right_settings() -> None:
    assert Settings(**JITSI).jitsi_url == "https://meet.example"
    assert Settings(jitsi_url="https://Meet.example:8443/").jitsi_url == "https://meet.example:8443"
    assert len(Settings(**TURN).turn_url) == 3
    assert Settings(turn_url="stun:t.example").turn_url == ("stun:t.example",)
    with pytest.raises(ValidationError):
        Settings(video="none")
