"""Whatever is written, by a citizen or by the bot, is text on the screen and nothing else."""

import pytest
from playwright.async_api import expect
from stage import OpenPage, Porina

VECTORS = (
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "<svg><script>window.hit=1</script></svg>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<body onload=window.hit=1>",
    "<details open ontoggle=window.hit=1>x</details>",
    "<video><source onerror=window.hit=1></video>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1>",
    "<a href='javascript:window.hit=1'>x</a>",
    "[x](javascript:window.hit=1)",
    "[x](JaVaScRiPt:window.hit=1)",
    "[x](\tjavascript:window.hit=1)",
    "[x](java\nscript:window.hit=1)",
    "[x](data:text/html,<script>parent.hit=1</script>)",
    "[x](vbscript:window.hit=1)",
    "[x](blob:http://127.0.0.1/x)",
    "[x](//evil.example/x)",
    "[x](https://pori.fi@evil.example/)",
    '[x](https://pori.fi" onclick="window.hit=1)',
    "**<img src=x onerror=window.hit=1>**",
    "- <img src=x onerror=window.hit=1>",
    "1. <script>window.hit=1</script>",
    '"><script>window.hit=1</script>',
    "'-window.hit=1-'",
    "{{constructor.constructor('window.hit=1')()}}",
    "${window.hit=1}",
    "<!--<img src=x onerror=window.hit=1>-->",
    "<style>*{display:none}</style>",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "\N{RIGHT-TO-LEFT OVERRIDE}tpircs<script>window.hit=1</script>",
    "__proto__ constructor {0} {name} %s",
)
ACTIVE = (
    ".log :is(script, style, img, svg, iframe, math, video, object, embed, form, input, [onclick], [onload], [style])"
)


@pytest.mark.long
async def test_what_a_citizen_types_stands_as_typed(open_page: OpenPage) -> None:
    chat = await open_page()
    for vector in VECTORS:
        await chat.ask(vector)
    typed = await chat.page.locator(".mine .typed").evaluate_all("all => all.map(each => each.textContent)")
    assert typed == [vector.strip() for vector in VECTORS]
    await chat.page.reload()
    await expect(chat.mine).to_have_count(len(VECTORS))
    again = await chat.page.locator(".mine .typed").evaluate_all("all => all.map(each => each.textContent)")
    assert again == typed
    assert await chat.page.evaluate("window.hit") is None
    assert await chat.page.locator(ACTIVE).count() == 0


async def test_what_the_bot_is_made_to_say_is_text_too(open_page: OpenPage, porina: Porina) -> None:
    chat = await open_page()
    hostile = [
        {
            "text": vector,
            "attachments": [
                {
                    "contentType": "application/vnd.microsoft.card.adaptive",
                    "content": {
                        "body": [
                            {"type": "TextBlock", "text": vector},
                            {"type": "FactSet", "facts": [{"title": vector, "value": vector}]},
                        ],
                        "actions": [{"type": "Action.OpenUrl", "title": vector, "url": vector}],
                    },
                },
                {"contentType": "text/html", "content": vector},
            ],
            "suggestedActions": {"actions": [{"type": "imBack", "title": vector, "value": vector}]},
            "locale": vector,
        }
        for vector in VECTORS
    ]
    await porina.speak(await chat.conversation(), *hostile)
    await expect(chat.answers).to_have_count(1 + len(VECTORS))
    assert await chat.page.evaluate("window.hit") is None
    assert await chat.page.locator(ACTIVE).count() == 0
    assert await chat.page.locator(".log a[href]").count() == 0
    dts = await chat.page.locator(".bot dt").evaluate_all("all => all.map(each => each.textContent)")
    assert dts == list(VECTORS)


@pytest.mark.parametrize(
    "odd",
    [
        {"text": None},
        {"text": "", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": {}}]},
        {"text": "x", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive"}]},
        {"text": "x", "suggestedActions": {}},
        {"text": "x", "suggestedActions": {"actions": [{"type": "imBack", "title": "vain otsikko"}]}},
        {"text": "x", "channelData": None},
        {"type": "event", "name": "unknown", "value": {"a": 1}},
        {"type": "endOfConversation"},
    ],
)
async def test_an_odd_activity_does_not_stop_the_talk(
    open_page: OpenPage, porina: Porina, odd: dict[str, object]
) -> None:
    chat = await open_page()
    await porina.speak(await chat.conversation(), odd)
    await porina.speak(await chat.conversation(), {"text": "ja sitten eteenpäin"})
    await expect(chat.answers.last).to_contain_text("ja sitten eteenpäin")
