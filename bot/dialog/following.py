# ruff: noqa: E501  (a phrase is a line)
"""Short questions that lean on the last answer: "paljonko se maksaa", "entä lauantaina", "what papers do I need".

A message leans on it where it says what is asked and not what about: all its words are pronouns, plain verbs and the
cues of a facet. "Paljonko uimahalli maksaa" has a word of its own and is a new question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

from bot.dialog.phrases import Phrases

Facet = Literal["price", "hours", "place", "phone", "email", "contact", "duration", "papers", "who", "online", "way"]

_MOST_WORDS = 12
_MOST_GOING_ON = 8

# In the order in which they count: "mihin soitan" asks for a number, "voiko maksaa netissä" not for the price.
_CUES: tuple[tuple[Facet, str], ...] = (
    ("email", """
        sahkopost*|sposti*|spostia|meili*|email*|emaili*|mail|epost*|mejl*
        e post|postadress*
        """),
    ("phone", """
        soit*|puhelin*|puhelim*|numero*|puhnro|puh|call|calling|phone*|telephone*|ring|ringa|ringer|telefon*|numret|nummer|number
        """),
    ("online", """
        netti*|netissa|netista|netitse|verkossa|verkosta|verkko*|sahkoi*|kannykalla|kotoa|etana|linkki|linkkia|linkin
        online|internet|web|website|webpage|link|electronically|digitally|natet|digitalt|elektroniskt|lank|lanken
        e tjanst
        """),
    ("price", """
        maksaa|maksaako|maksaaks|maksaakaan|maksa|maksan|makset*|maksu|maksua|maksut|maksuja|maksaakohan|hinta*|hinnat|hinnasta
        kustanta*|kallis|kallista|halpa|ilmai*|maksuton|maksutonta|maksullis*|taksa
        kosta*|pris|priset|priserna|avgift*|gratis|dyr|dyrt|betala|betalt|betalar
        cost|costs|price*|fee|fees|free|expensive|cheap|pay|paid|charge|charges
        """),
    ("hours", """
        auki|avoinna|kiinni|aukeaa|auetaan|aukio*|avataan|avautuu|suljet*|sulkeutuu|paikalla|DAY
        oppet|oppen|oppettid*|oppnar|oppnas|stangt|stangd|stanger|open|opens|opening|close|closes|closed|closing|hours
        """),
    ("duration", """
        kauan*|kauaks|pitkaan|kestaa|kestaako|kestaakaan|kesto|odott*|odotusaik*|pian|nopeasti|kasittelyai*|valmis|valmista
        valmistuu|paatos|paatoksen|vastaus|vastauksen|aikaa
        lange|drojer|vanta|vantar|vantetid*|snart|snabbt|handlaggningstid*|lang|beslut|beslutet|svar|svaret|tid
        montako|monta|many|manga paivaa|viikkoa|kuukautta|tuntia|dagar|veckor|manader|days|weeks|months|hours
        long|soon|quickly|fast|wait|waiting|processing|time|decision|ready
        """),
    ("papers", """
        paperi|paperit|papere*|papru*|dokument*|asiakirj*|todistuksia|todistukset|liite|liitteet|liitteita|liittaa
        lomake|lomakkeen|lomakkeita|lomaketta|lappu*|laput|henkkari*|mukaan|mukaani|mukana
        papper|papperet|handlingar|bilaga|bilagor|intyg|blankett*|bifoga|ta med
        papers|paper|paperwork|document|documents|documentation|attachment*|form|forms|certificate*|bring
        mita|mitas|mit|mitka|vad|vilka|what|which tarvi*|tartt*|behov*|kravs|need|needed|required
        """),
    ("contact", """
        yhteytta|yhteyden|yhteyksissa|yhteystie*|tavoitan|tavoittaa|kontakt*|contact*|reach
        """),
    ("who", """
        kuka|kukas|ketka|kenen|kenelta|kelta|keneen|kehen|kenelle|kelle|vem|vems|vilka|who|whom|whose
        """),
    ("price", """
        paljonk*|paljoko|paljo|paljon|mycket|much
        """),
    ("place", """
        osoit*|sijait*|sijainti|paase*|adress*|address|location|located|ligger|dit
        how|hur get|kommer there|dit
        """),
    ("way", """
        mista|mist|mistas|mistapain
        miten|mite|mites|kuinka|mitenka|mitenkas|kui|kuis|hur|how
        mita|mitas|mit|vad|what teen|tehda|tehdaan|gor|gora|do|steps
        where|var|vart get|apply|buy|order|collect|book|register|far|koper|kopa|ansoker|soker|bestaller|hamtar|bokar|anmaler
        """),
    ("place", """
        missa|mis|missas|missapain|minne|mihin|mihinka|var|vart|where
        """),
    ("hours", """
        milloin|millon|millo|koska|monelta|nar|when
        """),
)  # fmt: skip

_DAYS = (
    "tanaan|huomenna|ylihuomenna|maanantai*|tiistai*|keskiviik*|torstai*|perjantai*|lauantai*|sunnuntai*|viikonlop*"
    "|illalla|iltaisin|aamulla|pyhana|pyhina"
    "|idag|imorgon|mandag*|tisdag*|onsdag*|torsdag*|fredag*|lordag*|sondag*|helgen|helger"
    "|today|tomorrow|monday*|tuesday*|wednesday*|thursday*|friday*|saturday*|sunday*|weekend*|tonight"
)

_PLAIN = """
se sen ne niiden niita siita sita sille siihen siina silla siit siin sit tama taman taa tan tasta tassa tahan tata tuo
tuon tuota tota toi siella siel sielta sinne tonne taalla tanne te teilla teidan teille joku jotain jonkun mitaan ma maa
mina mun mulla minun mua mulle minulle sa saa sina sun ja enta entas entapa seka tai no nyt sitten kai kanssa kans myos
vaan viela niinku yleensa yleensakin siis ihan oikein edes muuten oikeastaan oikeesti ok okei kiitos mutta mut eli jos
mika mikas mita mitas mit mitka minka millainen onko onks oliko oisko olisko on oo ovat ollaan olla oli menee menen
mennaan menna meneeko kuluu vie vieda tulee tulen tulla tuoda voi voin voiko voiks voinko voisko voisin voidaan saako
saaks saan saanko saisko saisi saada saadaan saadakseen pystyyko pystyyks pystynko onnistuuko onnistuuks onnistuu
hoituuko hoituuks hoituu kayko kayks pitaa pitaako pitais pitaisi taytyy taytyyko tarvi* tartt* vaaditaan joutuu joudun
kuuluu kannattaa haetaan haen hakea hakee haeta hakemus hakemuksen tehda tehdaan teen tekee hoitaa hoitelee hoidan
hoidetaan varata varataan varaan tilata tilataan tilaan ostaa ostetaan ostan ilmoittaudutaan ilmoittaudun ilmoittaa
ilmoitan jattaa jatetaan lahettaa lahetan laittaa laitan kirjoittaa toimittaa toimii toimitaan ottaa otan otetaan nayttaa
vastaa vastuussa vastuulla paattaa kasittelee myontaa ratkaisee puoleen kaannyn kysya kysyn loytyy loytyyko loydan asti
saakka aikaan verran pain paikka palvelu asia asiaa asian
det den detta de dar da och sa men nu ni er jag man i dem for till tack om pa ar har vara vad vilken vilket vilka kan ska
maste far fa gar ga gor gora kostar behover behov* kravs finns finnas hittar tar ta med vi mig mitt min ens nagot nagon
nagra skickar skicka skriva lamna ansoka ansoker ansoks soka soker bestalla boka kopa betalas skota skoter hand tag
ansvarar ansvarig bestammer beslutar avgor handlagger hamta anmala fraga aka hem dags
it that this they there then and so but about its the a an please you i we me my for thanks them late to also is are was be
does do did can could should would must will have has had get getting take takes need needed want apply order buy book do
register go come what which whats any some anything something to of at in on if up handle handles decide decides
deals with responsible takes care approve approves charge ask find who done made possible send write email answer my
"""

_OPENERS = (
    "enta", "entas", "entapa", "entaks", "mites", "ja", "tai", "mutta", "och", "men", "vad om", "hur ar det med",
    "and", "but", "or", "what about", "how about", "what if",
)  # fmt: skip
_AND = frozenset({"ja", "seka", "och", "and"})


def follow_up(words: Sequence[str]) -> tuple[Facet, ...]:
    """What a short message asks of the answer before it, in its order; empty where it names a matter of its own."""
    if not 0 < len(words) <= _MOST_WORDS or new_words(words):
        return ()
    cues = (min(_cues().spot(clause), default=None) for clause in _clauses(words))
    return tuple(dict.fromkeys(_CUES[cue][0] for cue in cues if cue is not None))


def goes_on(words: Sequence[str]) -> bool:
    """Whether a message goes on with the last topic: "entä jos on kaksi autoa", "what about a motorcycle"."""
    said = " ".join(words)
    opened = any(said.startswith(f"{opener} ") for opener in _OPENERS)
    return opened and len(words) <= _MOST_GOING_ON and bool(new_words(words))


def new_words(words: Sequence[str]) -> list[str]:
    """The words of a message that are neither plain nor cues: what it is about, where it says so."""
    return [word for word in words if not next(_known().spot([word]), False)]


def _clauses(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """The parts between "ja", "och", "and": each may ask for something else."""
    start = 0
    for place, word in enumerate(words):
        if word in _AND:
            yield words[start:place]
            start = place + 1
    yield words[start:]


@cache
def _cues() -> Phrases[int]:
    return Phrases({place: table.replace("DAY", _DAYS) for place, (_, table) in enumerate(_CUES)})


@cache
def _known() -> Phrases[bool]:
    cues = " ".join(table.replace("DAY", _DAYS) for _, table in _CUES)
    return Phrases({True: "\n".join(f"{cues} {_PLAIN}".split())})
