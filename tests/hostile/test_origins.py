"""Who may call from a browser: the policy of `bot/web/origins.py` as a table."""

from pathlib import Path

import pytest
from aiohttp import WSServerHandshakeError, web
from served import BASE, Served, serving

from bot.web.routes import Access, Route

ALLOWED = "https://pori.example"


async def act(_request: web.Request) -> web.Response:
    return web.json_response({"done": True})


OWN_ROUTES = (
    Route("POST", "/api/v1/act", act, Access.PUBLIC),
    Route("GET", "/api/v1/look", act, Access.PUBLIC),
    Route("POST", "/form", act, Access.PUBLIC),
    Route("POST", "/staff-form", act, Access.SIGN_IN),
)


@pytest.fixture
async def served(tmp_path: Path):
    async with serving(tmp_path, OWN_ROUTES, allowed_origins=ALLOWED, rate_limits="off") as running:
        yield running


def origin_of(served: Served, kind: str) -> dict[str, str]:
    origins = {
        "own": served.url,
        "own, https": served.url.replace("http:", "https:"),
        "allowed": ALLOWED,
        "other": "https://evil.example",
        "null": "null",
        "sub": served.url + ".evil.example",
        "empty": "",
    }
    return {"Origin": origins[kind]} if kind in origins else {}


POLICY = {  # Origin → (our own unsafe routes, cross-origin routes)
    "absent": (True, True),
    "own": (True, True),
    "own, https": (True, True),
    "allowed": (False, True),
    "other": (False, False),
    "null": (False, False),
    "sub": (False, False),
    "empty": (False, False),
}


@pytest.mark.parametrize("site", ["same-origin", "same-site", "cross-site", "none", None])
@pytest.mark.parametrize("kind", POLICY)
async def test_unsafe_requests(served: Served, kind: str, site: str | None) -> None:
    headers = origin_of(served, kind) | ({"Sec-Fetch-Site": site} if site else {})
    own, cross = POLICY[kind]
    for path, may in (
        ("/api/v1/act", own and site != "cross-site"),
        ("/form", own and site != "cross-site"),
        ("/staff-form", own and (site == "same-origin" or (site is None and kind != "absent"))),
        (BASE + "/tokens/generate", cross),
    ):
        answer = await served.ask("POST", path, headers=headers)
        assert answer.status == (200 if may else 403), path
    assert (await served.ask("GET", "/api/v1/look", headers=headers)).status == 200


@pytest.mark.parametrize("kind", POLICY)
async def test_sockets(served: Served, kind: str) -> None:
    talk = await served.open()
    headers = origin_of(served, kind)
    if POLICY[kind][1]:
        async with served.session.ws_connect(talk.stream_url, headers=headers):
            pass
        return
    with pytest.raises(WSServerHandshakeError) as refused:
        await served.session.ws_connect(talk.stream_url, headers=headers)
    assert refused.value.status == 403


async def test_an_allowed_page_asks_first_and_reads_the_answer(served: Served) -> None:
    wish = {
        "Origin": ALLOWED,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-ms-bot-agent,x-requested-with",
    }
    answer = await served.ask("OPTIONS", BASE + "/conversations/x/activities", headers=wish)
    assert answer.status == 204
    allowed = set(answer.headers["Access-Control-Allow-Headers"].split(", "))
    assert allowed >= {"authorization", "content-type", "x-ms-bot-agent", "x-requested-with"}
    assert answer.headers["Access-Control-Allow-Origin"] == ALLOWED
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    for path, status in ((BASE + "/tokens/refresh", 401), (BASE + "/tokens/generate", 200)):
        answer = await served.ask("POST", path, headers={"Origin": ALLOWED})
        assert answer.status == status
        assert answer.headers["Access-Control-Allow-Origin"] == ALLOWED
        assert answer.headers["Vary"] == "Origin"
        assert answer.headers["Access-Control-Expose-Headers"] == "Retry-After"


async def test_a_foreign_page_reads_nothing(served: Served) -> None:
    for method in ("OPTIONS", "POST"):
        answer = await served.ask(method, BASE + "/tokens/generate", headers={"Origin": "https://evil.example"})
        assert answer.status == 403
        assert (await answer.json())["error"]["code"] == "ForeignOrigin"
        assert "Access-Control-Allow-Origin" not in answer.headers
    answer = await served.ask("GET", "/api/v1/look", headers={"Origin": ALLOWED})
    assert "Access-Control-Allow-Origin" not in answer.headers
    answer = await served.ask("OPTIONS", "/api/v1/act", headers={"Origin": ALLOWED})
    assert answer.status == 405
