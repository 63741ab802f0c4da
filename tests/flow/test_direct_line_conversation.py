"""A citizen's talk over Direct Line by plain HTTP: token, conversation, message, answer, retry, reading on."""

import asyncio

import jwt
import pytest
from databases import everything
from served import BASE, Served, serving

SECRET = "a secret for trusted servers"


async def test_a_token_names_its_conversation_and_user(served: Served) -> None:
    given = await served.call("POST", BASE + "/tokens/generate", json={"user": {"id": "dl_mine"}})
    claims = jwt.decode(given["token"], options={"verify_signature": False})
    assert claims["conv"] == given["conversationId"]
    assert claims["user"].startswith("dl_")
    assert claims["user"] != "dl_mine"  # an anonymous caller does not choose
    assert claims["exp"] - claims["nbf"] == given["expires_in"] == 1800
    assert set(given) == {"conversationId", "token", "expires_in"}


async def test_the_conversation_is_opened_once_and_greeted_once(served: Served) -> None:
    token = (await served.call("POST", BASE + "/tokens/generate"))["token"]
    first = await served.call("POST", BASE + "/conversations", token=token, json={"locale": "sv-FI"}, expect=201)
    again = await served.call("POST", BASE + "/conversations", token=token, json={"user": {}}, expect=200)
    assert set(first) == {"conversationId", "token", "expires_in", "streamUrl"} == set(again)
    assert first["conversationId"] == again["conversationId"]
    assert first["streamUrl"].startswith(served.url.replace("http", "ws") + BASE)
    path = f"{BASE}/conversations/{first['conversationId']}/activities"
    read = await served.call("GET", path, token=token)
    assert [activity["text"] for activity in read["activities"]] == ["hello sv-FI"]
    assert read["activities"][0]["id"] == f"{first['conversationId']}|0000001"
    assert "replyToId" not in read["activities"][0]


async def test_twenty_starts_at_once_open_one_conversation(served: Served) -> None:
    token = (await served.call("POST", BASE + "/tokens/generate"))["token"]
    answers = await asyncio.gather(*(served.ask("POST", BASE + "/conversations", token=token) for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]


async def test_a_message_is_echoed_before_its_answer(served: Served) -> None:
    talk = await served.open()
    posted = {
        "type": "message",
        "text": "Missä?",
        "from": {"id": "somebody else", "name": "Minä", "role": "bot"},
        "id": "mine",
        "timestamp": "1999-01-01T00:00:00Z",
        "conversation": {"id": "another"},
        "channelData": {"clientActivityID": "c1", "attachmentSizes": []},
        "entities": [{"type": "ClientCapabilities", "supportsTts": True}],
        "unheardOf": {"deep": [1, 2.5, None, True]},
    }
    answer = await talk.post(posted)
    _, echo, reply = (await talk.read())["activities"]
    user = jwt.decode(talk.token, options={"verify_signature": False})["user"]
    assert answer["id"] == echo["id"] == f"{talk.id}|0000002"
    assert echo["from"] == {"id": user, "name": "Minä", "role": "user"}
    for kept in ("text", "channelData", "entities", "unheardOf"):
        assert echo[kept] == posted[kept]
    assert echo["conversation"] == {"id": talk.id}
    assert echo["channelId"] == reply["channelId"] == "directline"
    assert reply["replyToId"] == echo["id"]
    assert reply["text"] == "1: Missä?"
    assert reply["from"]["role"] == "bot"
    assert echo["timestamp"] < reply["timestamp"]


async def test_time_never_runs_backwards_in_a_conversation(served: Served) -> None:
    talk = await served.open()
    await talk.say("one")
    served.clock.forward(seconds=-30)
    await talk.say("two")
    times = [activity["timestamp"] for activity in (await talk.read())["activities"]]
    assert times == sorted(set(times))


async def test_the_same_client_id_is_the_same_message(served: Served) -> None:
    talk = await served.open()
    answers = await asyncio.gather(*(talk.say("once", client_id="c1") for _ in range(10)))
    assert {answer["id"] for answer in answers} == {f"{talk.id}|0000002"}
    refused = await talk.say("twice", client_id="c1", expect=422)
    assert refused["error"]["code"] == "ReusedId"
    assert await talk.texts() == ["hello fi-FI", "once", "1: once"]


async def test_a_message_sent_again_after_a_restart_is_the_same_message(tmp_path) -> None:
    async with serving(tmp_path) as served:
        talk = await served.open()
        first = await talk.say("once", client_id="c1")
    async with serving(tmp_path) as served:
        talk.served = served
        assert await talk.say("once", client_id="c1", localTimestamp="later") == first
        assert await talk.texts() == ["hello fi-FI", "once", "1: once"]


async def test_twenty_messages_at_once_are_all_answered(served: Served) -> None:
    talk = await served.open()
    await asyncio.gather(*(talk.say(f"m{number}", client_id=f"c{number}") for number in range(20)))
    activities = (await talk.read())["activities"][1:]
    assert len(activities) == 40
    counted = [activity["text"].split(":")[0] for activity in activities[1::2]]
    assert counted == [str(number) for number in range(1, 21)]  # the bot's state lost no turn


async def test_reading_on_from_a_watermark(served: Served) -> None:
    talk = await served.open()
    for number in range(3):
        await talk.say(f"m{number}")
    everything = await talk.read()
    assert everything["watermark"] == "7"
    rest = await talk.read("5")
    assert [activity["text"] for activity in rest["activities"]] == ["m2", "3: m2"]
    assert await talk.read("7") == {"activities": [], "watermark": "7"}
    assert await talk.read("999") == {"activities": [], "watermark": "7"}


@pytest.mark.parametrize("junk", ["", "-", "null", "nonsense", "-5", "1e3", "٣", "9" * 40, "%00"[:0] + "5.5"])
async def test_a_watermark_that_is_none_of_ours_loses_nothing(served: Served, junk: str) -> None:
    talk = await served.open()
    assert [activity["text"] for activity in (await talk.read(junk))["activities"]] == ["hello fi-FI"]


async def test_long_conversations_are_read_a_page_at_a_time(served: Served) -> None:
    talk = await served.open()
    for number in range(110):
        await talk.say(f"m{number}")
    ids: list[str] = []
    watermark = ""
    while activities := (page := await talk.read(watermark))["activities"]:
        ids += [activity["id"] for activity in activities]
        watermark = page["watermark"]
    assert ids == [f"{talk.id}|{seq:07d}" for seq in range(1, 222)]


async def test_reconnecting_gives_a_token_and_a_stream(served: Served) -> None:
    talk = await served.open()
    answer = await served.call("GET", talk.path + "?watermark=1", token=talk.token)
    assert set(answer) == {"conversationId", "token", "streamUrl", "expires_in"}
    assert "watermark=1&" in answer["streamUrl"]


async def test_what_is_not_kept_is_taken_but_not_answered(served: Served) -> None:
    talk = await served.open()
    for kind in ("typing", "conversationUpdate", "endOfConversation", "contactRelationUpdate"):
        answer = await talk.post({"type": kind, "membersAdded": [{"id": "x"}]})
        assert answer["id"].startswith(talk.id)
    assert await talk.texts() == ["hello fi-FI"]


async def test_unknown_types_and_events_are_kept(served: Served) -> None:
    talk = await served.open()
    await talk.post({"type": "event", "name": "unheardOf", "value": {"a": 1}})
    await talk.post({"type": "somethingNew"})
    assert [activity["type"] for activity in (await talk.read())["activities"][1:]] == ["event", "somethingNew"]


async def test_an_identity_code_is_masked_before_it_is_stored(served: Served) -> None:
    talk = await served.open()
    await talk.say("Olen 010190-900X", value={"deep": ["010190-900X"]})
    raw = everything(served.database_url)
    assert b"henkil" in raw and b"010190-900X" not in raw
    assert (await talk.texts())[-1] == "1: Olen [henkilötunnus poistettu] (2 masked)"


async def test_a_token_is_refreshed_as_long_as_it_lives(served: Served) -> None:
    talk = await served.open()
    token = talk.token
    for _ in range(4):
        served.clock.forward(minutes=29)
        answer = await served.call("POST", BASE + "/tokens/refresh", token=token)
        assert answer["conversationId"] == talk.id
        token = answer["token"]
    served.clock.forward(minutes=30)
    for method, path in (
        ("POST", BASE + "/tokens/refresh"),
        ("POST", BASE + "/conversations"),
        ("GET", talk.path),
        ("GET", talk.path + "/activities"),
        ("POST", talk.path + "/activities"),
    ):
        refused = await served.call(method, path, token=token, expect=403)
        assert refused["error"]["code"] == "TokenExpired"


async def test_the_session_id_stays_the_same(served: Served) -> None:
    talk = await served.open()
    first = await served.call("GET", BASE + "/session/getsessionid", token=talk.token)
    assert first["sessionId"]
    assert first == await served.call("GET", BASE + "/session/getsessionid", token=talk.token)


async def test_the_secret_names_the_user_and_the_pages(tmp_path) -> None:
    async with serving(tmp_path, directline_secret=SECRET, allowed_origins="https://pori.example") as served:
        wish = {"user": {"id": "dl_known", "name": "N"}, "trustedOrigins": ["https://pori.example"]}
        given = await served.call("POST", BASE + "/tokens/generate", token=SECRET, json=wish)
        assert jwt.decode(given["token"], options={"verify_signature": False})["user"] == "dl_known"
        for origin, status in (("https://pori.example", 201), (served.url, 403), (None, 200)):
            headers = {"Origin": origin} if origin else {}
            answer = await served.ask("POST", BASE + "/conversations", token=given["token"], headers=headers)
            assert answer.status == status, origin
        opened = await served.call(
            "POST", BASE + "/conversations", token=SECRET, json={"user": {"id": "u"}}, expect=201
        )
        path = f"{BASE}/conversations/{opened['conversationId']}/activities"
        await served.call("POST", path, token=SECRET, json={"type": "message", "text": "hei", "from": {"id": "x"}})
        assert (await served.call("GET", path, token=SECRET))["activities"][1]["from"]["id"] == "u"
        for wrong in ({"user": {"id": 5}}, {"user": "x\ny"}, {"trustedOrigins": "x"}, [], {"user": {"id": "x" * 200}}):
            await served.call("POST", BASE + "/tokens/generate", token=SECRET, json=wrong, expect=400)
        await served.call("POST", BASE + "/tokens/generate", token="wrong", expect=403)
        await served.call("POST", BASE + "/tokens/generate", token=given["token"], expect=403)
        await served.call("GET", f"{BASE}/conversations/none/activities", token=SECRET, expect=404)
