# ruff: noqa: E501  (a phrase is a line)
"""Commands that work at any time, in the words people use for them; the bot's own buttons are among them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

from bot.dialog.phrases import Phrases
from knowledge.model import Language

Command = Literal["help", "cancel", "stop_booking", "over", "person", "save", "back", "book", "to_fi", "to_sv", "to_en"]

_FILLERS = (  # "en" is a Swedish article: Finnish phrases do without their "en" (I do not)
    "kiitos kiitti pliis hei moi no ole hyva nyt voisitko voitko jookos mielummin "
    "tack snalla hej jag vill skulle vilja kan du nu en ett att med "
    "please thanks hi hello i want to would like can could you a an me let the just lets "
    "oikean oikealle elavan elavalle jonkun kanssa kans kaa riktig riktigt nagon real actual"
)

_TABLES: dict[Command, dict[Language, str]] = {
    "help": {
        "fi": """
            apua
            ohje|ohjeet|ohjeita
            auta
            mita osaat|teet
            mita osaat tehda
            mita sa|sina|saa osaat|teet
            mita sa|sina osaat tehda
            miten tama|taa|tata toimii|kaytetaan
            mita voin|voi kysya
            """,
        "sv": """
            hjalp
            hjalp mig
            instruktioner
            vad
            vad gor
            hur fungerar det har|detta
            vad fragar|fraga man|jag
            """,
        "en": """
            help
            instructions
            what do
            what can do
            how does this work
            what ask
            """,
    },
    "cancel": {
        "fi": """
            keskeyta
            peruuta|peru|perutaan
            lopeta|lopetetaan
            stop|seis
            halua jatkaa
            unohda koko juttu
            """,
        "sv": """
            avbryt
            avsluta
            stopp|stop
            sluta
            glom det
            """,
        "en": """
            cancel
            stop
            quit|abort
            never mind
            nevermind
            forget it
            """,
    },
    "stop_booking": {
        "fi": """
            keskeyta|lopeta|peruuta|peru varaus|varaaminen|varauksen
            halua varata
            halua varata aikaa
            halua aikaa
            """,
        "sv": """
            avbryt|avsluta bokning|bokningen
            """,
        "en": """
            stop|cancel|end booking
            """,
    },
    "over": {
        "fi": """
            aloita|aloitetaan|aloitan|alota alusta|uudestaan|uudelleen
            alusta
            alkuun
            takaisin alkuun
            uusi keskustelu
            """,
        "sv": """
            borja|starta om
            borja fran borjan
            fran borjan
            ny konversation
            nytt samtal
            """,
        "en": """
            start over|again
            restart
            begin again
            from beginning
            new conversation
            """,
    },
    "person": {
        "fi": """
            ihminen|ihmiselle|ihmista|ihmiseen
            asiakaspalvelija|asiakaspalvelijalle|asiakaspalvelijaa|virkailija|virkailijalle
            haluan|haluaisin|haluun|tahdon|tahron|voinko|voiko|saanko|saisinko|paasenko|voisinko puhua|jutella|keskustella|chatata|asioida ihmis*|asiakaspalvel*|virkailij*|henkilon
            ma|mina|maa haluan|haluaisin|haluun|tahdon|tahron puhua|jutella|keskustella ihmis*|asiakaspalvel*|virkailij*
            puhu|puhua|jutella ihmis*|asiakaspalvel*|virkailij*
            haluan|haluaisin|tarvitsen|anna|vaihda|yhdista|saanko ihmis*|asiakaspalvel*|virkailij*
            """,
        "sv": """
            manniska
            kundradgivare|kundbetjanare|kundtjanst
            prata|tala|chatta|diskutera manniska|person|kundradgivare|kundtjanst|kundservice
            koppla|koppla mig manniska|person|kundradgivare
            """,
        "en": """
            human
            person
            agent
            human agent|person
            talk|speak|chat|talking|speaking human|person|someone|somebody|agent|adviser|advisor
            talk|speak|chat with human|person|someone|somebody|agent|adviser|advisor
            customer service agent|adviser
            connect human|person|agent
            """,
    },
    "save": {
        "fi": """
            tallenna|tallentaa|talleta
            tallenna|tallentaa|talleta keskustelu|keskustelun|chat|juttelu|tama
            haluan|miten|haluaisin|voinko|voiko tallentaa|tallennan|tallentaisin|tallentaa keskustelu|keskustelun|taman
            lataa keskustelu|keskustelun
            """,
        "sv": """
            spara
            spara samtal|samtalet|chatt|chatten|diskussionen|konversationen
            hur sparar samtalet|chatten
            ladda ner samtalet|chatten
            """,
        "en": """
            save
            save this
            save conversation|chat|talk|transcript
            save this conversation|chat|talk
            how do save conversation|chat|this
            download conversation|chat|transcript
            """,
    },
    "back": {
        "fi": """
            takaisin
            palaa|mene takaisin
            palaa
            edellinen
            edelliseen
            edellinen kysymys
            """,
        "sv": """
            tillbaka
            ga tillbaka
            foregaende
            """,
        "en": """
            back
            go back
            previous
            previous question
            """,
    },
    "book": {
        "fi": """
            varaa|varata|varaisin|varaus aika|ajan|aikaa|tapaaminen|tapaamisen|etatapaaminen|etatapaamisen|videotapaaminen|videotapaamisen|etaaika
            haluan|haluaisin|haluun|voinko|voisinko|saanko varata|varaan aika|ajan|aikaa|tapaamisen|etatapaamisen|videotapaamisen
            """,
        "sv": """
            boka|bokar|reservera|bestalla tid|distansmote|videomote|mote|distanstid
            """,
        "en": """
            book|make|reserve|schedule time|appointment|meeting
            book|make|reserve|schedule remote|video appointment|meeting
            """,
    },
    "to_fi": {
        "fi": """
            suomeksi
            suomi
            puhu|puhutaan|vastaa suomea|suomeksi
            vaihda|kieli suomeksi|suomi
            """,
        "sv": """
            pa finska
            finska
            """,
        "en": """
            in finnish
            finnish
            """,
    },
    "to_sv": {
        "fi": """
            ruotsiksi
            ruotsi
            vaihda|kieli ruotsiksi|ruotsi
            puhu|vastaa ruotsia|ruotsiksi
            """,
        "sv": """
            pa svenska
            svenska
            prata|tala|svara svenska
            prata|tala|svara pa svenska
            """,
        "en": """
            in swedish
            swedish
            """,
    },
    "to_en": {
        "fi": """
            englanniksi
            englanti
            vaihda|kieli englanniksi|englanti
            puhu|vastaa englantia|englanniksi
            """,
        "sv": """
            pa engelska
            engelska
            """,
        "en": """
            in english
            english
            speak|switch english
            speak in english
            do speak english
            """,
    },
}

ALSO_ENTRIES: frozenset[Command] = frozenset({"person", "book"})
"""Commands that the knowledge base has an answer for, too: in a bare reading the matcher speaks."""

_WISHES = """
varata|varaisin|varaa aika|ajan|aikaa|tapaaminen|tapaamisen|etatapaaminen|etatapaamisen !miten !mista !kuinka !missa
boka|reservera tid|mote|distansmote !hur !var
book|make|need|schedule|want appointment|meeting !how !where
"""

SWITCHES: dict[Command, Language] = {"to_fi": "fi", "to_sv": "sv", "to_en": "en"}


def command(words: Sequence[str]) -> tuple[Command, frozenset[Language]] | None:
    """The command that a message (`plain_words`) is as a whole, and the languages in which it is said so."""
    heard = _commands().cover(words)
    if not heard or len({name for name, _ in heard}) > 1:
        return None
    return heard[0][0], frozenset(language for _, language in heard)


def wishes_to_book(words: Sequence[str]) -> bool:
    """Whether a message wishes for an appointment, whatever else it says: "haluan varata ajan rakennusvalvontaan"."""
    return next(_wishes().spot(words), False)


@cache
def _wishes() -> Phrases[bool]:
    return Phrases({True: _WISHES})


@cache
def _commands() -> Phrases[tuple[Command, Language]]:
    return Phrases(
        {(name, language): table for name, tables in _TABLES.items() for language, table in tables.items()}, _FILLERS
    )
