# ruff: noqa: E501  (a phrase is a line)
"""Questions that need more than an entry: those that ask for a decision, and those that lean on the last answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

from bot.dialog.phrases import Phrases

FollowUp = Literal["price", "hours", "place", "phone"]

_VERDICTS = """
saanko|saammeko|saisinko|saisimmeko|saanks|saanksma|saankohan !puhua !jutella !ihmis* !miten !mista
saako|saisiko lapseni|lapsemme|poikani|tyttareni|aitini|isani|mieheni|vaimoni|puolisoni
myonnetaanko|myonnatteko|myonnettaisiinko|hyvaksytaanko|hyvaksytteko|hylataanko|hyvaksyyko|myontaako
olenko|onko oikeutettu|velvollinen
onko|onks|olisiko minulla|mulla|meilla|hanella|lapsellani oikeus|oikeutta
pitaako|pitaaks|taytyyko|joudunko|joudummeko|tarvitseeko|tarviiko minun|mun|meidan|multa|itse maksaa|maksamaan
joudunko|joudummeko maksamaan|maksaa
kuuluuko minulle|mulle|meille
saadaanko|tuleeko|saanko minulle|mulle|paatos|hylkays
voidaanko minulta|multa evata|kieltaa|peria
far jag|vi|min|mitt|mina !var !hur !vad !nar !vart !tala !prata
har jag|vi|mitt|min ratt till|att
ar jag|vi berattigad|berattigade|skyldig|skyldiga
maste|behover jag|vi betala
beviljas|beviljar|godkanns|godkanner|avslas
am|are|is i|we eligible|entitled|allowed|qualified !where
will|would|do|can i|we be granted|approved|accepted|eligible
will|would i|we|my get|receive|qualify|accepted|approved !where
do i|we qualify|get !where !how
must|should i|we pay
do|does i|we|my have|need to pay
may i|we|my
approve|grant|accept my|our|me application|permit|request !where !how
"""

_FOLLOW_UPS: dict[FollowUp, str] = {
    "price": """
        paljonko|paljoko|mita|mitas|kuinka maksaa
        paljonko|paljoko|mita|mitas maksaa
        kuinka paljon maksaa
        maksaako|maksaaks mitaan|jotain
        maksaako|maksaaks
        onko|onks maksullinen|maksullista|ilmainen|ilmaista|maksuton
        mika on hinta
        hinta
        paljonko|mita hinta on
        vad kostar
        hur mycket kostar
        kostar nagot
        kostar
        ar gratis|avgiftsbelagt
        pris|priset
        how much is|does|cost|costs
        how much does cost
        how much is
        is free
        does cost anything|something
        what does cost
        price
        """,
    "hours": """
        milloin|koska|monelta|mihin|millon on|ovat|ollaan auki|aukeaa|avoinna
        milloin|koska|monelta|millon aukeaa|avataan|suljetaan|menee|paasee kiinni|sinne
        milloin|koska|monelta|millon aukeaa|avataan|suljetaan
        mihin aikaan|asti on|ovat auki
        onko|onks|ovatko auki|kiinni|avoinna
        onko|onks|ovatko auki|kiinni|avoinna DAY
        DAY
        nar ar|har oppet|oppen|stangt
        ar|har oppet|oppen|stangt
        ar|har oppet|oppen|stangt DAY
        oppet DAY
        pa DAY
        when is open
        when does open|close
        is|are open|closed
        is|are open|closed DAY
        open DAY
        on DAY
        """,
    "place": """
        missa on|sijaitsee|ovat
        mika on osoite
        osoite
        mihin|minne menen|mennaan|tulen
        missapain on
        var ligger|finns|ar
        vad ar adressen
        adress|adressen
        where is|are
        what is address
        address
        where do go
        """,
    "phone": """
        mihin|kenelle soitan|soittaa|voin
        mika on puhelinnumero|numero|puhelin
        puhelinnumero|puhelin|numero
        mihin|minne voin|voi soittaa
        vilket|vad ar numret|telefonnumret|nummer
        telefonnummer|telefonnumret|numret
        vart ringer
        vart kan ringa
        what is phone|number|telephone
        what is phone number
        phone number
        phone
        who do call
        """,
}

_DAYS = (
    "tanaan|huomenna|ylihuomenna|maanantai*|tiistai*|keskiviik*|torstai*|perjantai*|lauantai*|sunnuntai*|viikonlop*|illalla|iltaisin|aamulla|"
    "idag|imorgon|mandag*|tisdag*|onsdag*|torsdag*|fredag*|lordag*|sondag*|helgen|"
    "today|tomorrow|monday*|tuesday*|wednesday*|thursday*|friday*|saturday*|sunday*|weekend*|tonight"
)

_FILLERS = (
    "se sen ne niiden siita sita tama taman taa tan tasta ja enta entas entapa siella siella sielta sinne no nyt sitten sit kai "
    "yleensa siis te teilla teidan joku "
    "det den de dar da och sa men nu ni er jag man i kl "
    "it that this they there then and so but about its the a please"
)


def asks_for_a_verdict(words: Sequence[str]) -> bool:
    """Whether the message asks what only an authority may decide (Act 306/2019, 6 a § 1: a bot gives no decision)."""
    return next(_verdicts().spot(words, gap=2), None) is not None


def follow_up(words: Sequence[str]) -> FollowUp | None:
    """What a short message asks of the answer before it: "paljonko se maksaa", "entä lauantaina"."""
    if len(words) > 8:
        return None
    asked = _follow_ups().cover(words)
    return asked[0] if asked and len(set(asked)) == 1 else None


@cache
def _verdicts() -> Phrases[bool]:
    return Phrases({True: _VERDICTS})


@cache
def _follow_ups() -> Phrases[FollowUp]:
    return Phrases({kind: table.replace("DAY", _DAYS) for kind, table in _FOLLOW_UPS.items()}, _FILLERS)
