"""The meeting in real browsers: from the check of devices to the end, over two servers, lost lines, a relay, every eye."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest
from meeting_stage import FAKE, TITLE, House, People, Room, two_in
from needs import chromium_path
from playwright.async_api import Page, async_playwright, expect
from test_looks import too_wide, violations

from bot.locale import catalogue
from services.accounts.rules import Role

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "tests/pictures"
LANGUAGES = ("fi", "sv", "en")


async def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the control with the accessible name `wanted` has the focus."""
    target = page.get_by_role("button", name=wanted, exact=True)
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await target.evaluate_all("each => each.includes(document.activeElement)"):
            return
    raise AssertionError(f"{wanted} cannot be reached by Tab")


async def press(page: Page, button: str) -> None:
    await tab_to(page, button)
    await page.keyboard.press("Enter")


async def test_from_the_check_to_the_end_by_keyboard_alone(house: House, url: str, filmed: People) -> None:
    booked = await house.book(url)
    session = await house.session(Role.EXPERT, [booked.unit], **TITLE)
    citizen = await filmed.come(url, f"/meet/{booked.token}?lang=fi")
    await press(citizen.page, "Kokeile kameraa ja mikrofonia")
    await expect(citizen.page.locator("#mirror")).to_be_visible()
    await expect(citizen.page.locator("#heard")).to_have_text("Mikrofoni kuulee sinut.")
    await expect(citizen.button("Liity tapaamiseen")).to_be_focused()
    await citizen.page.keyboard.press("Enter")
    await expect(citizen.page.get_by_role("heading", name="Odotushuone")).to_be_focused()
    await expect(citizen.page.locator("#host")).to_have_text("Asiantuntija ei ole vielä tullut.")

    host = await filmed.come(url, f"/desk/meet/{booked.id}", session=session)
    await press(host.page, "Liity ilman kameraa")
    await expect(citizen.page.locator("#host")).to_have_text("Asiantuntija on paikalla.")
    await press(host.page, "Päästä sisään: asiakas")
    await expect(citizen.inside).to_be_visible()
    await expect(citizen.news).to_have_text("Pääsit sisään.")
    await expect(host.news).to_have_text("Asiakas tuli tapaamiseen.")
    assert await host.sees_moving(1)
    tile = citizen.page.locator("#others .tile")
    await expect(tile.locator("figcaption b")).to_have_text("Pysäköintineuvoja")
    await expect(tile.locator("video")).to_be_hidden()  # without a camera the name stands there
    await expect(tile.locator(".plain-tile")).to_have_text("Pysäköintineuvoja Ei kuvaa")

    await press(citizen.page, "Viestit")
    await citizen.page.keyboard.type("Tunnus on 131052-308T.")
    await citizen.page.keyboard.press("Enter")
    await expect(citizen.said).to_have_count(1)
    assert "308T" not in await citizen.said.inner_text()
    await expect(host.news).to_have_text("Uusi viesti: asiakas")
    await expect(host.page.locator("#open-chat")).to_contain_text("(1 uutta)")

    await press(citizen.page, "Mikrofoni")
    await expect(citizen.button("Mikrofoni")).to_have_attribute("aria-pressed", "false")
    await expect(host.page.locator("#others .note")).to_have_text("mikrofoni pois")
    await press(citizen.page, "Poistu")
    await expect(citizen.page.get_by_role("heading", name="Poistuit tapaamisesta")).to_be_focused()
    await expect(citizen.page.get_by_role("link", name="Näytä varaus")).to_be_visible()
    await expect(host.news).to_have_text("Asiakas poistui.")
    await expect(host.page.locator("#others .tile")).to_have_count(0)


@pytest.mark.long
async def test_a_page_that_is_loaded_again_is_the_same_participant(house: House, url: str, filmed: People) -> None:
    citizen, host = await two_in(house, url, filmed)
    await citizen.write("Hetki, lataan sivun uudelleen.")
    for each in (citizen, host):  # the one whose id is smaller is the polite one, and it may be either
        await each.page.reload()
        await each.join()
        await expect(each.inside).to_be_visible()
        assert await citizen.sees_moving(1)
        assert await host.sees_moving(1)
        await each.page.locator("#open-chat").click()
        await expect(each.said).to_have_count(1)
    await asyncio.gather(citizen.page.reload(), host.page.reload())
    await asyncio.gather(citizen.join(), host.join())  # both offer
    for each in (citizen, host):
        assert await each.sees_moving(1)


@pytest.mark.long
async def test_papers_a_screen_and_sound_only(house: House, url: str, filmed: People) -> None:
    citizen, host = await two_in(house, url, filmed)
    assert await host.sees_moving(1)
    await citizen.button("Asiakirjakamera").click()
    await expect(citizen.news).to_have_text("Asiakirjakamera näkyy muille.")
    assert await host.sees_moving(2)
    await expect(host.page.locator("#others figcaption b").last).to_have_text("Asiakas, asiakirjat")
    await citizen.button("Asiakirjakamera").click()
    await expect(host.page.locator("#others .tile")).to_have_count(1)

    await host.button("Jaa näyttö").click()
    await expect(host.news).to_have_text("Näyttösi näkyy muille.")
    await expect(citizen.page.locator("#others .wide video")).to_have_attribute(
        "aria-label", "Pysäköintineuvoja, näyttö"
    )
    await host.button("Jaa näyttö").click()
    await expect(citizen.page.locator("#others .wide")).to_have_count(0)

    await citizen.button("Vain ääni").click()
    for each in (citizen, host):
        await expect(each.page.locator("#others video")).to_be_hidden()
    await citizen.button("Vain ääni").click()
    for each in (citizen, host):
        assert await each.sees_moving(1)

    await host.button("Poista tapaamisesta: asiakas").click()
    await expect(citizen.page.locator("#ended-title")).to_have_text("Tapaaminen päättyi sinun osaltasi")
    await citizen.page.locator("#return").click()
    await citizen.join()
    await expect(citizen.waiting).to_be_visible()


# What the browser says of its lines, when the network is slow.
THIN = """
  const real = RTCPeerConnection.prototype.getStats;
  RTCPeerConnection.prototype.getStats = async function () {
    const stats = new Map(await real.call(this));
    for (const [id, each] of stats) {
      if (each.type === "candidate-pair") stats.set(id, { ...each, availableOutgoingBitrate: 90_000 });
    }
    return stats;
  };
"""


@pytest.mark.long
async def test_a_thin_line_carries_sound_only(house: House, url: str, filmed: People) -> None:
    citizen, host = await two_in(house, url, filmed, script=THIN)
    assert await host.sees_moving(1)
    await expect(citizen.news).to_contain_text("Verkko on hidas", timeout=30_000)
    await expect(citizen.button("Vain ääni")).to_have_attribute("aria-pressed", "true")
    await expect(host.page.locator("#others video")).to_be_hidden()
    await citizen.button("Vain ääni").click()  # who wants pictures has them
    await expect(citizen.page.locator("#mine video")).to_be_visible()


QUIET = """
  const real = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = async function () {
    if (this instanceof HTMLAudioElement && !window.clicked) throw new DOMException("", "NotAllowedError");
    return real.call(this);
  };
"""


@pytest.mark.long
async def test_a_browser_that_plays_no_sound_by_itself_is_asked_by_a_button(
    house: House, url: str, filmed: People
) -> None:
    citizen, _ = await two_in(house, url, filmed, script=QUIET)
    await expect(citizen.button("Kuuntele")).to_be_visible()
    await citizen.page.evaluate("window.clicked = true")
    await citizen.button("Kuuntele").click()
    await expect(citizen.button("Kuuntele")).to_be_hidden()


FAILING = """
  if (isSecureContext) navigator.mediaDevices.getUserMedia = async ({ audio, video }) => {
    throw new DOMException("", audio && video ? "BOTH" : audio ? "SOUND" : "PICTURE");
  };
"""


@pytest.mark.parametrize(
    ("both", "sound", "picture", "said", "inside"),
    [
        ("NotFoundError", "NotFoundError", "NotFoundError", "Kameraa ja mikrofonia ei löytynyt.", "ilman kameraa ja"),
        ("NotReadableError", "NotReadableError", "NotReadableError", "toisen ohjelman käytössä", "ilman kameraa ja"),
    ],
)
async def test_what_is_wrong_is_said_and_keeps_nobody_out(
    house: House, url: str, filmed: People, both: str, sound: str, picture: str, said: str, inside: str
) -> None:
    booked = await house.book(url)
    script = FAILING.replace("BOTH", both).replace("SOUND", sound).replace("PICTURE", picture)
    room = await filmed.come(url, f"/meet/{booked.token}?lang=fi", script=script)
    await room.button("Kokeile kameraa ja mikrofonia").click()
    await expect(room.page.get_by_role("alert")).to_contain_text(said)
    await room.page.get_by_role("button", name=inside).click()
    await expect(room.waiting).to_be_visible()


@pytest.mark.long
async def test_without_a_camera_there_is_still_the_voice(house: House, url: str, filmed: People) -> None:
    only_sound = """
      const real = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
      if (isSecureContext) navigator.mediaDevices.getUserMedia = async (asked) => {
        if (asked.video) throw new DOMException("", "NotFoundError");
        return real(asked);
      };
    """
    booked = await house.book(url)
    room = await filmed.come(url, f"/meet/{booked.token}?lang=fi", script=only_sound)
    await room.button("Kokeile kameraa ja mikrofonia").click()
    await expect(room.page.get_by_role("alert")).to_have_text("Kameraa ei löytynyt. Voit osallistua äänellä.")
    await expect(room.page.locator("#heard")).to_have_text("Mikrofoni kuulee sinut.")
    await room.button("Liity tapaamiseen").click()
    await expect(room.waiting).to_be_visible()


@pytest.mark.long
async def test_permission_denied_is_said_clearly(house: House, url: str) -> None:
    booked = await house.book(url)
    async with async_playwright() as playwright:
        flags = [FAKE, "--use-fake-ui-for-media-stream=deny", "--no-sandbox"]
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        filmed = People(browser)
        room = await filmed.come(url, f"/meet/{booked.token}?lang=fi")
        await room.button("Kokeile kameraa ja mikrofonia").click()
        await expect(room.page.get_by_role("alert")).to_contain_text("Selain ei saa käyttää kameraa ja mikrofonia.")
        await expect(room.button("Kokeile uudelleen")).to_be_visible()
        await room.button("Liity ilman kameraa ja mikrofonia").click()
        await expect(room.waiting).to_be_visible()
        await browser.close()
    assert filmed.wrong == []


@pytest.mark.long
async def test_devices_can_be_tried_before_the_day(house: House, url: str, filmed: People) -> None:
    booked = await house.book(url, timedelta(days=1))
    room = await filmed.come(url, f"/meet/{booked.token}?lang=fi")
    await expect(room.page.get_by_role("heading", level=1)).to_have_text("Tapaaminen ei ole vielä alkanut")
    await room.page.get_by_role("link", name="Kokeile laitteitasi").click()
    await room.page.locator("#allow").click()
    await expect(room.page.locator("#mirror")).to_be_visible()
    await expect(room.page.locator("#heard")).to_have_text("Mikrofoni kuulee sinut.")
    await expect(room.page.locator("#join")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "scheme"),
    [
        *((language, "light") for language in LANGUAGES),
        ("fi", "dark"),
    ],
)
@pytest.mark.long
async def test_axe_finds_nothing_and_nothing_sticks_out(
    house: House, url: str, filmed: People, axe: str, language: str, scheme: str
) -> None:
    """Check, waiting room, room and end; a host's and a citizen's; at 320 px and on a desk."""

    async def look(room: Room, where: str) -> None:
        await room.page.evaluate(axe)
        assert await room.page.get_attribute("html", "lang") == language
        assert await violations(room.page) == [], where
        if where.startswith("320"):
            assert await too_wide(room.page) == [], where
            assert int(await room.page.evaluate("document.scrollingElement.scrollWidth")) <= 320, where

    booked = await house.book(url)
    session = await house.session(Role.EXPERT, [booked.unit], **TITLE)
    path = f"/meet/{booked.token}?lang={language}"
    small = await filmed.come(url, path, width=320, height=568, color_scheme=scheme)
    await look(small, "320: check, untried")
    await small.page.locator("#allow").click()
    await expect(small.page.locator("#mirror")).to_be_visible()
    await look(small, "320: check, tried")
    await small.page.locator("#join").click()
    await expect(small.waiting).to_be_visible()
    await look(small, "320: waiting")

    wide = await filmed.come(url, f"/desk/meet/{booked.id}?lang={language}", session=session, color_scheme=scheme)
    await look(wide, "host: check")
    await wide.join()
    await expect(wide.page.locator("#waiting-ones button")).to_be_visible()
    await look(wide, "host: somebody waits")
    await wide.page.locator("#waiting-ones button").click()
    for room, where in ((small, "320: room"), (wide, "host: room")):
        assert await room.sees_moving(1)
        await room.write("Hei")
        await expect(room.said.first).to_be_visible()
        await look(room, where)
        targets = await room.page.locator("button:visible, a:visible, textarea:visible").evaluate_all(
            "each => each.filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML)"
        )
        assert targets == [], where
    for room, where in ((small, "320: end"), (wide, "host: end")):
        await room.page.locator("#inside [data-leave]").click()
        await expect(room.page.locator("#ended-title")).to_be_focused()
        await look(room, where)
    early = await house.book(url, timedelta(days=1))
    await small.page.goto(f"/meet/{early.token}?lang={language}")
    await look(small, "320: early")
    await small.page.goto(f"/meet/{early.token}?lang={language}&check=1")
    await look(small, "320: check alone")
    over = await house.book(url, timedelta(days=-2))
    await small.page.goto(f"/meet/{over.token}?lang={language}")
    await look(small, "320: over")


@pytest.mark.long
async def test_forced_colours_keep_every_edge(house: House, url: str, filmed: People) -> None:
    citizen, _ = await two_in(house, url, filmed, forced_colors="active")
    for edge in ("#use-camera", "#others .tile > :not([hidden])", "#mine .tile > :not([hidden])"):
        colours = await citizen.page.locator(edge).first.evaluate(
            "each => [getComputedStyle(each).borderTopColor, getComputedStyle(document.body).backgroundColor]"
        )
        assert colours[0] != colours[1], edge


@pytest.mark.long
async def test_pictures(house: House, url: str, filmed: People) -> None:
    booked = await house.book(url)
    session = await house.session(Role.EXPERT, [booked.unit], **TITLE)
    phone = await filmed.come(url, f"/meet/{booked.token}?lang=fi", width=390, height=844)
    await phone.page.evaluate("document.fonts.ready")
    await phone.page.locator("#allow").click()
    await expect(phone.page.locator("#heard")).to_have_text("Mikrofoni kuulee sinut.")
    await phone.page.screenshot(path=PICTURES / "meeting-check-phone.png")
    await phone.page.locator("#join").click()
    desk = await filmed.come(url, f"/desk/meet/{booked.id}?lang=fi", session=session)
    await desk.join()
    await desk.let_in()
    for room in (phone, desk):
        assert await room.sees_moving(1)
    await desk.write("Hei, kuulenko hyvin?")
    await expect(phone.page.locator("#unread")).not_to_be_empty()
    await phone.page.screenshot(path=PICTURES / "meeting-phone.png")
    await desk.page.screenshot(path=PICTURES / "meeting-desktop.png")


async def test_what_the_scripts_say_is_in_the_catalogue() -> None:
    """And nothing else is: each text is said by some script."""
    scripts = "".join(path.read_text("utf-8") for path in (ROOT / "bot/meet/static").glob("*.js"))
    known = {key.removeprefix("meet.room_") for key in catalogue("fi") if key.startswith("meet.room_")}
    said = set(re.findall(r'(?:say|sentence)\((?:[^()"]*\? )?"(\w+)"', scripts))
    assert said - known == set()
    words = set(re.findall(r'["`](\w+?)(?:["`]|_\$\{)', scripts))
    unsaid = {key for key in known if not any(key == word or key.startswith(f"{word}_") for word in words)}
    assert unsaid == set()
