"""Nothing is lost and nothing doubled: reloads, broken lines, lost answers, tokens that ran out."""

import json

import pytest
from playwright.async_api import Request, Route, expect
from stage import Chat, OpenPage, Porina, Wire

from services.bell import Passing
from services.conversations.acts import PAGE


async def texts(chat: Chat) -> list[str]:
    return await chat.page.locator(".message").evaluate_all("all => all.map(each => each.textContent)")


async def stored(porina: Porina, chat: Chat) -> list[str]:
    """The citizen's messages as the server has them."""
    said = await porina.said(await chat.conversation())
    return [each["text"] for each in said if each["type"] == "message" and each["from"]["role"] == "user"]


async def test_a_reload_keeps_the_talk_and_the_draft(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.ask("Moi")
    await chat.ask("Pysäköintilupa")
    before = await texts(chat)
    choices = await chat.choices.all_inner_texts()
    await chat.input.fill("tämä jäi kesken")
    await chat.page.reload()
    await expect(chat.page.locator(".message")).to_have_count(len(before))
    assert await texts(chat) == before
    assert await chat.choices.all_inner_texts() == choices
    await expect(chat.input).to_have_value("tämä jäi kesken")
    await chat.ask("Kiitos")
    assert (await texts(chat))[: len(before) - 1] == before[:-1]


async def test_history_is_not_read_out_again(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.ask("Moi")
    await chat.page.add_init_script(
        """addEventListener("DOMContentLoaded", () => new MutationObserver((all) => {
             window.loud ??= 0;
             if (document.getElementById("log").ariaLive !== "off") window.loud += all.length;
           }).observe(document.getElementById("log"), { childList: true }));"""
    )
    await chat.page.reload()
    await expect(chat.mine).to_have_count(1)
    assert await chat.page.evaluate("window.loud") == 0
    await chat.ask("Kiitos")
    assert await chat.page.evaluate("window.loud") >= 2


@pytest.mark.long
async def test_a_long_history_comes_back_whole(open_page: OpenPage, porina: Porina) -> None:
    chat = await open_page()
    many = [{"text": f"Viesti {number}."} for number in range(2 * PAGE + 5)]
    await porina.speak(await chat.conversation(), *many)
    await expect(chat.answers).to_have_count(1 + len(many))
    before = await texts(chat)
    await chat.page.reload()
    await expect(chat.answers).to_have_count(1 + len(many))
    assert await texts(chat) == before


async def test_a_dropped_line_is_said_and_mended_without_loss(open_page: OpenPage, wire: Wire, porina: Porina) -> None:
    chat = await open_page()
    await chat.ask("Moi")
    before = await texts(chat)
    await wire.cut()
    await expect(chat.connection).to_contain_text("Yhteys katkesi")
    conversation = await chat.conversation()
    await porina.speak(conversation, {"text": "Tämä sanottiin katkon aikana."})
    await wire.mend()
    await expect(chat.answers.last).to_contain_text("katkon aikana")
    await expect(chat.connection).to_have_text("Yhteys palautui.")
    await expect(chat.connection).to_be_hidden()
    after = await texts(chat)
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1


async def test_what_is_sent_without_a_line_goes_once_when_it_is_back(
    open_page: OpenPage, wire: Wire, porina: Porina
) -> None:
    chat = await open_page()
    await wire.cut()
    await expect(chat.connection).to_be_visible()
    answers = await chat.answers.count()
    for text in ("Ensimmäinen", "Toinen"):
        await chat.input.fill(text)
        await chat.input.press("Enter")
    await expect(chat.page.locator(".wait")).to_have_count(2)
    await wire.mend()
    await chat.answered(answers + 1)
    await expect(chat.page.locator(".wait")).to_have_count(0)
    assert await stored(porina, chat) == ["Ensimmäinen", "Toinen"]
    await expect(chat.mine).to_have_count(2)


@pytest.mark.long
async def test_what_waits_survives_a_reload(open_page: OpenPage, wire: Wire, porina: Porina) -> None:
    chat = await open_page()
    await wire.cut()
    await chat.input.fill("Ennen latausta")
    await chat.input.press("Enter")
    await expect(chat.page.locator(".wait")).to_have_count(1)
    await wire.mend()
    await chat.page.reload()
    await chat.answered(1)
    assert await stored(porina, chat) == ["Ennen latausta"]
    await expect(chat.mine).to_have_count(1)


@pytest.mark.long
async def test_a_lost_answer_does_not_double_the_message(open_page: OpenPage, wire: Wire, porina: Porina) -> None:
    chat = await open_page()
    wire.deafen()
    await chat.input.fill("Kuulitko?")
    await chat.input.press("Enter")
    await wire.heard.wait()
    assert await stored(porina, chat) == ["Kuulitko?"]
    await wire.cut()
    await expect(chat.connection).to_be_visible()
    await wire.mend()
    await chat.answered(1)
    await expect(chat.page.locator(".wait")).to_have_count(0)
    assert await stored(porina, chat) == ["Kuulitko?"]
    await expect(chat.mine).to_have_count(1)


@pytest.mark.long
async def test_the_network_is_back_and_so_are_we_at_once(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.page.clock.install()
    await chat.page.reload()
    await expect(chat.answers).to_have_count(1)
    await chat.page.context.set_offline(True)
    await expect(chat.connection).to_contain_text("Yhteys katkesi")
    await chat.page.clock.pause_at(await chat.page.evaluate("Date.now() + 60_000"))
    await expect(chat.connection).to_contain_text("Yhteys katkesi")
    await chat.page.context.set_offline(False)
    await expect(chat.connection).to_contain_text("Yhteys palautui")  # no timer could run


@pytest.mark.long
async def test_a_page_that_slept_takes_a_new_socket_without_a_word(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.page.clock.install()
    await chat.page.reload()
    await expect(chat.answers).to_have_count(1)
    look = """(hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    await chat.page.evaluate(look, True)
    await chat.page.clock.fast_forward("05:00")
    async with chat.page.expect_websocket():
        await chat.page.evaluate(look, False)
    await expect(chat.connection).to_be_hidden()
    await chat.ask("Huomenta")
    await expect(chat.mine).to_have_count(1)


@pytest.mark.long
@pytest.mark.parametrize(
    ("status", "shown"),
    [(503, "Odottaa lähetystä"), (429, "Viestejä tuli monta peräkkäin"), (500, "Odottaa lähetystä")],
)
async def test_a_server_that_cannot_just_now_is_asked_again(
    open_page: OpenPage, porina: Porina, status: int, shown: str
) -> None:
    chat = await open_page()
    refusals = 0

    async def once(route: Route) -> None:
        nonlocal refusals
        if route.request.method != "POST" or refusals:
            return await route.continue_()
        refusals += 1
        return await route.fulfill(status=status, headers={"Retry-After": "1"} if status == 429 else {}, body="{}")

    await chat.page.route("**/activities", once)
    await chat.input.fill("Vielä kerran")
    await chat.input.press("Enter")
    await expect(chat.page.get_by_text(shown)).to_be_visible()
    await chat.answered(1)
    assert refusals == 1
    assert await stored(porina, chat) == ["Vielä kerran"]


@pytest.mark.long
async def test_what_is_refused_comes_back_to_the_input(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.page.route("**/activities", lambda route: route.fulfill(status=400, body="{}"))
    await chat.input.fill("Ei kelpaa")
    await chat.input.press("Enter")
    await expect(chat.page.locator("#note")).to_contain_text("Viesti ei lähtenyt")
    await expect(chat.input).to_have_value("Ei kelpaa")
    await expect(chat.mine).to_have_count(0)
    await chat.page.unroute("**/activities")
    await chat.ask("Kelpaa")


@pytest.mark.long
async def test_a_token_is_refreshed_at_half_its_life(open_page: OpenPage) -> None:
    chat = await open_page()
    refreshed: list[Request] = []
    chat.page.on("request", lambda request: refreshed.append(request) if "refresh" in request.url else None)
    await chat.page.clock.install()
    await chat.page.reload()
    await expect(chat.answers).to_have_count(1)
    await chat.page.clock.fast_forward("14:00")
    assert refreshed == []
    async with chat.page.expect_response("**/tokens/refresh") as response:
        await chat.page.clock.fast_forward("02:00")
    assert (await response.value).status == 200
    await chat.ask("Moi")


@pytest.mark.long
async def test_a_token_that_ran_out_costs_nothing_that_was_written(open_page: OpenPage, porina: Porina) -> None:
    chat = await open_page()
    await chat.ask("Moi")
    first = await chat.conversation()
    porina.time.forward(minutes=31)
    await chat.input.fill("Vieläkö olet siinä?")
    await chat.input.press("Enter")
    await expect(chat.page.locator(".between")).to_contain_text("avasin uuden")
    await expect(chat.mine).to_have_count(2)
    await expect(chat.answers.nth(3)).to_be_visible()
    assert await chat.conversation() != first
    assert await stored(porina, chat) == ["Vieläkö olet siinä?"]
    await expect(chat.page.locator(".wait")).to_have_count(0)


@pytest.mark.long
async def test_a_talk_that_ended_while_the_page_was_away_starts_anew(open_page: OpenPage, porina: Porina) -> None:
    chat = await open_page()
    await chat.ask("Moi")
    porina.time.forward(minutes=31)
    await chat.page.reload()
    await expect(chat.page.locator(".between")).to_contain_text("oli jo päättynyt")
    await expect(chat.answers).to_have_count(1)


@pytest.mark.long
async def test_thinking_is_shown_only_when_it_takes_a_while(open_page: OpenPage, wire: Wire) -> None:
    chat = await open_page()
    thinking = chat.page.locator("#thinking")
    await chat.page.clock.install()
    await chat.page.reload()
    await expect(chat.answers).to_have_count(1)
    await chat.ask("Moi")
    await chat.page.clock.run_for(5000)
    await expect(thinking).to_be_empty()
    answers = await chat.answers.count()
    wire.deafen()
    await chat.page.clock.pause_at(await chat.page.evaluate("Date.now() + 1000"))
    await chat.input.fill("Hidas kysymys")
    await chat.input.press("Enter")
    await chat.page.clock.run_for(390)
    await expect(thinking).to_be_empty()
    await chat.page.clock.run_for(20)
    await expect(thinking.locator(".dots i")).to_have_count(3)
    await expect(thinking).to_contain_text("Porina kirjoittaa.")
    await wire.heard.wait()
    await wire.cut()
    await wire.mend()
    await chat.page.clock.resume()
    await chat.answered(answers)
    await expect(thinking).to_be_empty()


@pytest.mark.long
async def test_typing_is_shown_at_once_and_ends_with_the_message(open_page: OpenPage, porina: Porina) -> None:
    chat = await open_page()
    conversation = await chat.conversation()
    typing = {"type": "typing", "id": f"{conversation}|x", "from": {"id": "porina", "role": "bot"}}
    porina.parts.bell.ring(Passing(conversation, json.dumps(typing)))
    await expect(chat.page.locator("#thinking .dots")).to_be_visible()
    await porina.speak(conversation, {"text": "Tässä."})
    await expect(chat.page.locator("#thinking")).to_be_empty()
