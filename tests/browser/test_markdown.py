"""The Markdown subset, as the page shows it."""

import json

import pytest_asyncio
from stage import OpenPage

CASES = {
    "Yksi.\n\nKaksi.": "<p>Yksi.</p><p>Kaksi.</p>",
    "Rivi\nja toinen": "<p>Rivi<br>ja toinen</p>",
    "- a\n- **b**": "<ul><li>a</li><li><strong>b</strong></li></ul>",
    "Näin:\n1. a\n2. b\nja c": "<p>Näin:</p><ol><li>a</li><li>b</li></ol><p>ja c</p>",
    "3. a\n4. b": '<ol start="3"><li>a</li><li>b</li></ol>',
    "- a\n  jatkuu\n- b": "<ul><li>a jatkuu</li><li>b</li></ul>",
    "**a** ja **b**": "<p><strong>a</strong> ja <strong>b</strong></p>",
    "2 ** 3 ** 4": "<p>2 ** 3 ** 4</p>",
    r"\*\*ei\*\* \[x\](y)": "<p>**ei** [x](y)</p>",
    "[kirje](mailto:a@pori.fi)": '<p><a href="mailto:a@pori.fi">kirje</a></p>',
    "[soita](tel:+35826211100)": '<p><a href="tel:+35826211100">soita</a></p>',
    "Soita 02 621 1100.": '<p>Soita <a href="tel:026211100" class="phone">02 621 1100</a>.</p>',
    "Soita 112 heti": '<p>Soita <a href="tel:112" class="phone">112</a> heti</p>',
    "116 117 neuvoo": '<p><a href="tel:116117" class="phone">116 117</a> neuvoo</p>',
    "+358 2 621 1100": '<p><a href="tel:+35826211100" class="phone">+358 2 621 1100</a></p>',
    "Laskun viite 2026-11-30, 112 €, klo 09.00": "<p>Laskun viite 2026-11-30, 112 €, klo 09.00</p>",
    "Yrjönkatu 6, 28100 Pori": "<p>Yrjönkatu 6, 28100 Pori</p>",
    "1.12.2026 klo 10": "<p>1.12.2026 klo 10</p>",
    "https://x.fi/0261234567": "<p>https://x.fi/0261234567</p>",
    "Kirjoita: kirjaamo@pori.fi.": '<p>Kirjoita: <a href="mailto:kirjaamo@pori.fi">kirjaamo@<wbr>pori.fi</a>.</p>',
    "": "",
}
AWAY = (
    '<p><a href="https://www.pori.fi/a_(b)" target="_blank" rel="noopener" class="away">'
    'sivu<span class="unseen"> (avautuu uuteen välilehteen)</span></a></p>'
)


@pytest_asyncio.fixture(loop_scope="session")
async def shown(open_page: OpenPage):
    chat = await open_page()
    module = await chat.page.locator("link[rel=modulepreload][href*=markdown]").get_attribute("href")

    async def shown(text: str) -> str:
        return await chat.page.evaluate(
            """async ([module, text]) => {
                 const box = document.createElement("div");
                 box.append((await import(module)).markdown(text, "fi"));
                 return box.innerHTML;
               }""",
            [module, text],
        )

    return shown


async def test_the_subset(shown) -> None:
    for text, html in CASES.items():
        assert await shown(text) == html, json.dumps(text)


async def test_a_link_that_leaves_says_so(shown) -> None:
    assert await shown("[sivu](https://www.pori.fi/a_(b))") == AWAY


async def test_long_and_nasty_texts_are_quick(shown) -> None:
    for text in ("**" * 5000, "[" * 10_000, "\\*" * 5000, "0" * 10_000, "0 12 " * 2000, "a." * 5000, "- " * 5000):
        assert await shown(text)
