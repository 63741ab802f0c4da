"""Ten everyday questions in each language, typed into the page as a new citizen would."""

from typing import Any

import pytest
from playwright.async_api import expect
from stage import Chat, OpenPage, Porina

MOST_ASKED_BACK = 2

QUESTIONS = {
    "fi": [
        ("Moi, mist mä voin ostaa bussikortin?", "bussikortti"),
        ("Mun pitäis saada lapsi päiväkotiin, mitä mä teen?", "paivahoitohaku"),
        ("Jäin työttömäksi, miten ilmoittaudun työnhakijaksi?", "tyonhakijaksi"),
        ("Sain pysäköintisakon, miten siitä voi valittaa?", "virhemaksu_oikaisu"),
        ("Mist haetaan rakennuslupa omakotitaloon?", "rakennuslupa"),
        ("Roskis on täynnä eikä sitä oo tyhjennetty", "jateastian_tyhjennys"),
        ("Meijän tie on auraamatta", "auraus"),
        ("Mihin aikaan uimahalli aukeaa?", "uimahalli"),
        ("Hammasta särkee, mihin pitää soittaa?", "hammashoito"),
        ("Sain kaupungilta laskun jota en ymmärrä", "lasku_tiedustelu"),
    ],
    "sv": [
        ("Var kan jag köpa ett busskort?", "bussikortti"),
        ("Hur söker jag dagisplats till mitt barn?", "paivahoitohaku"),
        ("Jag har blivit arbetslös, hur anmäler jag mig som arbetssökande?", "tyonhakijaksi"),
        ("Jag fick en parkeringsbot, hur kan jag överklaga den?", "virhemaksu_oikaisu"),
        ("Hur ansöker man om bygglov för ett egnahemshus?", "rakennuslupa"),
        ("Gatan har inte plogats", "auraus"),
        ("När öppnar simhallen?", "uimahalli"),
        ("Hur anmäler jag mitt barn till skolan?", "kouluun_ilmoittautuminen"),
        ("Jag fick en faktura från staden som jag inte förstår", "lasku_tiedustelu"),
        ("Mitt pass har gått ut, var får jag ett nytt?", "passi"),
    ],
    "en": [
        ("Where can I buy a bus card?", "bussikortti"),
        ("How do I get my kid into daycare?", "paivahoitohaku"),
        ("I lost my job, how do I register as a job seeker?", "tyonhakijaksi"),
        ("I got a parking ticket and I think it is wrong", "virhemaksu_oikaisu"),
        ("How do I apply for a permit to build a house?", "rakennuslupa"),
        ("Nobody has ploughed the snow on our street", "auraus"),
        ("When does the swimming pool open?", "uimahalli"),
        ("I have a toothache, where can I see a dentist?", "hammashoito"),
        ("I got an invoice from the city that I don't understand", "lasku_tiedustelu"),
        ("I just moved to Finland, who helps me to settle in?", "kotoutuminen"),
    ],
}


@pytest.mark.parametrize(
    "language", [pytest.param(language, marks=pytest.mark.long if language != "fi" else ()) for language in QUESTIONS]
)
async def test_everyday_questions_are_answered(open_page: OpenPage, porina: Porina, language: str) -> None:
    chat = await open_page(f"/{language}")
    base = porina.parts.known.base
    asked_back, wrong = [], []
    for question, entry in QUESTIONS[language]:
        await chat.ask(question)
        said = await last_of_the_bot(chat, porina)
        if said["channelData"]["porina"]["kind"] == "clarify":
            asked_back.append(question)
            title = base.entry(entry).title.in_(language)
            if title not in (await chat.choices.all_inner_texts())[:3]:
                wrong.append(f"{question} → {await chat.choices.all_inner_texts()}, not {entry}")
                continue
            await chat.choose(title)
            said = await last_of_the_bot(chat, porina)
        marks = said["channelData"]["porina"]
        if (marks["kind"], marks.get("entry")) != ("answer", entry):
            wrong.append(f"{question} → {marks}, not {entry}")
            continue
        unit = base.unit(base.entry(entry).unit).name.in_(language)
        await expect(chat.answers.last.locator(".card .title")).to_have_text(unit)
    assert wrong == []
    assert len(asked_back) <= MOST_ASKED_BACK, asked_back


async def last_of_the_bot(chat: Chat, porina: Porina) -> dict[str, Any]:
    """What the bot said last; a turn's answers are stored before the first of them is shown."""
    stored = await porina.said(await chat.conversation())
    return [each for each in stored if each["type"] == "message" and each["from"]["role"] == "bot"][-1]
