"""Every screen, every eye: 320 px, 400 %, dark, forced colours, reduced motion, text spacing, axe; and the pictures."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from stage import QUESTION, Chat, OpenPage

PICTURES = Path(__file__).parents[1] / "pictures"

BOOK = {"fi": "Haluan varata ajan", "sv": "Jag vill boka tid", "en": "I want to book an appointment"}
LANGUAGES = tuple(QUESTION)
SCHEMES = ("light", "dark")


async def answer_and_booking(chat: Chat, language: str) -> None:
    """An answer with its card in view, and a booking begun."""
    await chat.get_answer(QUESTION[language])
    await chat.ask(BOOK[language])
    await chat.take_first_choice()


async def too_wide(page: Page) -> list[str]:
    """What sticks out of the window, or is cut off by its own box."""
    found: list[str] = await page.evaluate(
        """[...document.body.querySelectorAll("*")].filter((each) => {
             if (each.closest(".unseen, .skip, [hidden], dialog, noscript")) return false;
             const { right } = each.getBoundingClientRect();
             const cut = each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible";
             return right > innerWidth + 1 || cut;
           }).map((each) => each.outerHTML.slice(0, 80))"""
    )
    return found


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_sticks_out_at_320_px(open_page: OpenPage, language: str) -> None:
    chat = await open_page(f"/{language}", width=320, height=568)
    await answer_and_booking(chat, language)
    assert await chat.width() <= 320
    assert await too_wide(chat.page) == []


async def test_at_400_percent_the_desk_gives_its_room_to_the_talk(open_page: OpenPage) -> None:
    chat = await open_page(width=320, height=256)
    assert await chat.page.locator("#desk").evaluate("each => getComputedStyle(each).position") == "static"
    await chat.get_answer(QUESTION["fi"])
    box = await chat.answers.last.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 100  # an answer is read from its beginning
    await chat.ask(BOOK["fi"])
    await chat.take_first_choice()
    assert await chat.width() <= 320


@pytest.mark.long
async def test_wider_text_spacing_cuts_nothing_off(open_page: OpenPage) -> None:
    chat = await open_page(width=320, height=568)
    await answer_and_booking(chat, "fi")
    await chat.page.evaluate(
        """() => {
             const wide = new CSSStyleSheet();
             wide.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
                                   word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
             document.adoptedStyleSheets.push(wide);
           }"""
    )
    assert await chat.width() <= 320
    assert await too_wide(chat.page) == []


async def test_the_measure_stays_readable(open_page: OpenPage) -> None:
    chat = await open_page(width=1920, height=1000)
    await chat.get_answer(QUESTION["fi"])
    box = await chat.answers.last.locator(".body").bounding_box()
    column = await chat.page.locator(".chat").bounding_box()
    assert box is not None and column is not None
    assert box["width"] <= 36 * 18 + 1
    assert column["width"] <= 44 * 18 + 1


@pytest.mark.long
async def test_the_dark_scheme_is_dark(open_page: OpenPage) -> None:
    light, dark = [
        await (await open_page(color_scheme=scheme)).page.evaluate(
            """getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)
                 .reduce((sum, each) => sum + each)"""
        )
        for scheme in ("light", "dark")
    ]
    assert light > 700
    assert dark < 150


@pytest.mark.long
async def test_forced_colours_keep_every_edge(open_page: OpenPage) -> None:
    chat = await open_page(forced_colors="active")
    await chat.get_answer(QUESTION["fi"])
    for edge in (".mine .body", ".card", "#text", ".button"):
        colours = await chat.page.locator(edge).first.evaluate(
            "each => [getComputedStyle(each).borderTopColor, getComputedStyle(document.body).backgroundColor]"
        )
        assert colours[0] != colours[1], edge


@pytest.mark.long
async def test_reduced_motion_has_none(open_page: OpenPage) -> None:
    seconds = [
        await (await open_page(reduced_motion=motion))
        .page.locator("#say .button")
        .evaluate("each => getComputedStyle(each).transitionDuration")
        for motion in ("no-preference", "reduce")
    ]
    assert seconds[0].startswith("0.12s")
    assert seconds[1] == "0s"


async def test_the_talk_is_a_log_of_articles_read_once(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.get_answer(QUESTION["fi"])
    shape: dict[str, Any] = await chat.page.evaluate(
        """({ log: document.getElementById("log").tagName, role: document.getElementById("log").role,
             children: [...new Set([...document.getElementById("log").children].map((each) => each.tagName))],
             live: document.querySelectorAll("#log [aria-live], #log [role=status], #log [role=alert]").length })"""
    )
    assert shape == {"log": "DIV", "role": "log", "children": ["ARTICLE"], "live": 0}
    label = chat.page.get_by_label("Kirjoita asiasi")
    await expect(label).to_be_visible()


@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [
        *((language, "light", 320) for language in LANGUAGES),
        *(pytest.param(language, "dark", 320, marks=pytest.mark.long) for language in LANGUAGES),
        *(pytest.param("fi", scheme, 1280, marks=pytest.mark.long) for scheme in SCHEMES),
    ],
)
async def test_axe_finds_nothing(open_page: OpenPage, axe: str, language: str, scheme: str, width: int) -> None:
    chat = await open_page(f"/{language}", width=width, height=720, color_scheme=scheme)
    await answer_and_booking(chat, language)
    await chat.page.evaluate(axe)
    assert await violations(chat.page) == []
    await chat.page.locator("#again").click()
    assert await violations(chat.page) == []
    await chat.page.goto(f"/{language}/ei-ole")
    await chat.page.evaluate(axe)
    assert await violations(chat.page) == []


@pytest.mark.long
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_axe_finds_nothing_on_the_pages_of_an_appointment(
    open_page: OpenPage, axe: str, language: str, scheme: str
) -> None:
    page = (await open_page(width=320, height=720, color_scheme=scheme)).page
    free = await (await page.request.get("/api/v1/availability")).json()
    slot = free["slots"][0]
    wish = {key: slot[key] for key in ("topic", "place")} | {
        "slot": slot["id"],
        "language": slot["languages"][0],
        "name": "Testi",
        "email": "testi@porina.example",
    }
    headers = {"Idempotency-Key": f"axe-{language}-{scheme}"}
    booked = await page.request.post("/api/v1/appointments", data=wish, headers=headers)
    assert booked.status == 201, await booked.text()
    token = (await booked.json())["token"]
    for path in (
        f"/appointments/{token}",
        f"/appointments/{token}/move",
        f"/appointments/{token}/cancel",
        f"/meet/{token}",
    ):
        await page.goto(f"{path}?lang={language}")
        assert await page.get_attribute("html", "lang") == language, path
        await page.evaluate(axe)
        assert await violations(page) == [], path
        assert await too_wide(page) == [], path


async def violations(page: Page) -> list[Any]:
    found: list[Any] = await page.evaluate(
        """axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
             violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 120))]))"""
    )
    return found


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "width", "height", "scheme"),
    [("phone", 390, 844, "light"), ("desktop", 1280, 1410, "light"), ("phone-dark", 390, 844, "dark")],
)
async def test_pictures(open_page: OpenPage, name: str, width: int, height: int, scheme: str) -> None:
    chat = await open_page(width=width, height=height, color_scheme=scheme)
    await chat.page.evaluate("document.fonts.ready")
    assert await chat.page.evaluate("document.fonts.check('18px \\'Source Sans 3\\'')")
    await chat.get_answer(QUESTION["fi"])
    await chat.page.mouse.move(0, 0)
    await chat.page.screenshot(path=PICTURES / f"answer-{name}.png")
    await chat.ask(BOOK["fi"])
    for _ in ("place", "language", "needs", "day"):  # the topic is known from the answer
        await chat.take_first_choice()
    await chat.page.mouse.move(0, 0)
    await chat.page.screenshot(path=PICTURES / f"booking-{name}.png")
