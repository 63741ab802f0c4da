"""Questions that ask for a decision, which only an authority may give."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from bot.dialog.phrases import Phrases

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


def asks_for_a_verdict(words: Sequence[str]) -> bool:
    """Whether the message asks what only an authority may decide (Act 306/2019, 6 a § 1: a bot gives no decision)."""
    return next(_verdicts().spot(words, gap=2), None) is not None


@cache
def _verdicts() -> Phrases[bool]:
    return Phrases({True: _VERDICTS})
