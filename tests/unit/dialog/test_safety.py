"""Both sides of the table: what must raise the alarm, and what sounds like it and must not."""

from __future__ import annotations

import pytest

from bot.dialog.phrases import plain_words
from bot.dialog.safety import alarm
from bot.locale import say
from knowledge.files import SHIPPED, read_folder
from knowledge.model import LANGUAGES

DISTRESS = [
    ("talo palaa", "danger", "fi"),
    ("TALO PALAA AUTTAKAA", "danger", "fi"),
    ("meidän keittiö palaa!!", "danger", "fi"),
    ("naapurissa on tulipalo nyt", "danger", "fi"),
    ("kerrostalo liekeissä", "danger", "fi"),
    ("lähettäkää ambulanssi heti", "danger", "fi"),
    ("ambulanssi", "danger", "fi"),
    ("soittakaa poliisi tänne", "danger", "fi"),
    ("joku yrittää murtautua sisään", "danger", "fi"),
    ("varas on sisällä asunnossa", "danger", "fi"),
    ("mies heiluu puukon kanssa torilla", "danger", "fi"),
    ("se uhkaa mua veitsellä", "danger", "fi"),
    ("lapsi putos jäihin", "danger", "fi"),
    ("kaveri hukkuu", "danger", "fi"),
    ("rappukäytävässä kaasun hajua", "danger", "fi"),
    ("kolari tapahtui juuri kolmostiellä", "danger", "fi"),
    ("isä sai sydänkohtauksen", "illness", "fi"),
    ("mummo ei herää", "illness", "fi"),
    ("vauva ei hengita", "illness", "fi"),
    ("rintaan sattuu kovasti", "illness", "fi"),
    ("lapsi söi pesuainetta", "illness", "fi"),
    ("otin liikaa lääkkeitä", "illness", "fi"),
    ("mies makaa tajuttomana kadulla", "illness", "fi"),
    ("tapan itseni", "suicide", "fi"),
    ("tapan itteni", "suicide", "fi"),
    ("haluun kuolla", "suicide", "fi"),
    ("en jaksa enää elää", "suicide", "fi"),
    ("en halua elaa", "suicide", "fi"),
    ("mietin itsemurhaa", "suicide", "fi"),
    ("en jaksa enää", "suicide", "fi"),
    ("olisi parempi ilman minua", "suicide", "fi"),
    ("viiltelen itseäni", "suicide", "fi"),
    ("mieheni lyö minua", "violence", "fi"),
    ("exä uhkailee enkä uskalla kotiin", "violence", "fi"),
    ("mut raiskattiin", "violence", "fi"),
    ("pelkään miestäni", "violence", "fi"),
    ("missä on turvakoti", "violence", "fi"),
    ("isä hakkaa mua", "youth", "fi"),
    ("mua kiusataan koulussa", "youth", "fi"),
    ("en uskalla mennä kouluun", "youth", "fi"),
    ("det brinner i huset", "danger", "sv"),
    ("Ring polisen!", "danger", "sv"),
    ("skicka en ambulans", "danger", "sv"),
    ("någon bryter sig in hos oss", "danger", "sv"),
    ("pappa har fått en hjärtattack", "illness", "sv"),
    ("hon andas inte", "illness", "sv"),
    ("jag vill dö", "suicide", "sv"),
    ("jag vill inte leva", "suicide", "sv"),
    ("jag tänker ta livet av mig", "suicide", "sv"),
    ("min man slår mig", "violence", "sv"),
    ("jag blir mobbad i skolan", "youth", "sv"),
    ("my house is on fire", "danger", "en"),
    ("there is a fire in my kitchen", "danger", "en"),
    ("call an ambulance", "danger", "en"),
    ("someone is breaking into my flat", "danger", "en"),
    ("he has a knife", "danger", "en"),
    ("my dad is not breathing", "illness", "en"),
    ("chest pain since this morning", "illness", "en"),
    ("i want to kill myself", "suicide", "en"),
    ("I don't want to live anymore", "suicide", "en"),
    ("i wanna die", "suicide", "en"),
    ("my husband hits me", "violence", "en"),
    ("I was raped", "violence", "en"),
    ("I am being bullied at school", "youth", "en"),
    ("kiitos. " * 200 + "aion tappaa itseni", "suicide", "fi"),
]

ORDINARY = [
    "miten tilaan palotarkastuksen",
    "kuolinpesän perukirja",
    "missä on ampumarata",
    "tapan aikaa bussipysäkillä",
    "mitä tekemistä Porissa, pitää tappaa aikaa",
    "väkivaltatilastot raportti",
    "hätäkeskuksen sijainti",
    "hätäkeskuksen numero",
    "hammaslääkäripäivystys pori",
    "katuvalo ei pala meidän kadulla",
    "lamppu palaa päivälläkin",
    "milloin rehtori palaa lomalta",
    "auto palaa huollosta huomenna, mihin parkkiin",
    "naapurin takasta tulee savua",
    "saako pihalla polttaa risuja",
    "ambulanssikuljetuksen hinta",
    "tulipalovahingon korvaus",
    "tulipalon sattuessa toimintaohjeet taloyhtiölle",
    "pelastuslaitoksen nuohous",
    "tajuttoman kallis vesilasku",
    "ajoin kolarin, kuka maksaa kaiteen korjauksen",
    "lompakko putosi jokeen",
    "pyörä varastettiin eilen",
    "miten teen rikosilmoituksen",
    "aseluvan hakeminen",
    "ensiapukurssi",
    "naapuri hakkaa halkoja öisin",
    "naapuri uhkaa oikeudella aidasta",
    "koululaisten kiusaamisen ehkäisyohjelma",
    "koira purree ja haukkuu, melu",
    "en jaksa elää tässä melussa",
    "en halua elää homeessa",
    "sydänkohtauksen jälkeinen kuntoutus",
    "en jaksa enää odottaa päätöstä rakennusluvasta",
    "haluan kuolinilmoituksen lehteen",
    "eläinten turvakoti",
    "gatlampan brinner inte",
    "brandsyn på hösten",
    "brandskydd i lägenheten",
    "var gör jag en brottsanmälan",
    "statistik över våld i hemmet",
    "var slår man in koden",
    "fire inspection of my house",
    "fire safety permit",
    "where is the police station",
    "report a robbery",
    "dentist emergency",
    "I don't want to live in Tampere",
    "how do I kill weeds on my plot",
    "domestic violence statistics",
    "labour market training",
    "I need a police certificate",
    "the street light is dead",
]


@pytest.mark.parametrize(("text", "kind", "language"), DISTRESS)
def test_distress_is_heard(text: str, kind: str, language: str) -> None:
    assert alarm(plain_words(text)) == (kind, language)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_matters_raise_no_alarm(text: str) -> None:
    assert alarm(plain_words(text)) is None


def test_the_phrasings_of_city_services_raise_no_alarm() -> None:
    """All that the content itself expects people to say, save of the services for the distressed."""
    meant = {"hatanumero", "sosiaalipaivystys", "lastensuojelu", "mielenterveys", "paivystys", "rikosilmoitus"}
    false = [
        (entry.id, phrasing)
        for entry in read_folder(SHIPPED).entries
        if entry.id not in meant
        for language in LANGUAGES
        for phrasing in (entry.title.in_(language), *entry.phrasings.in_(language))
        if alarm(plain_words(phrasing))
    ]
    assert false == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["danger", "illness", "suicide", "violence", "youth"])
def test_the_number_comes_first_and_nothing_is_shouted(kind: str, language: str) -> None:
    text = say(language, f"safety.{kind}")
    assert text.startswith("**112**") and "!" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_helpline_has_its_number(language: str) -> None:
    assert "09 2525 0111" in say(language, "safety.suicide")
    assert "080 005 005" in say(language, "safety.violence")
    assert "116 111" in say(language, "safety.youth")
    assert "116 117" in say(language, "safety.illness")
