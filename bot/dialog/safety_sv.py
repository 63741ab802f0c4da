# ruff: noqa: E501  (a phrase is a line)
"""Alarms as they are told in Swedish."""

from __future__ import annotations

_SOMEONE = (
    "nagon|barn|barnet|mitt|bebis|bebisen|pojke|pojken|flicka|flickan|man|mannen|kvinna|kvinnan|van|pappa|mamma|mormor|morfar|"
    "farmor|farfar|bror|syster|granne|grannen|han|hon|personen|folk"
)

_CLOSE = "man|mannen|make|maken|sambo|sambon|fru|frun|hustru|pojkvan|pojkvannen|flickvan|flickvannen|partner|partnern|ex|exet"

ANYWHERE = {
    "suicide": """
sjalvmord*|sjalvmord !statist* !forebygg* !forskn* !kurs*
ta|tar|tog|taga livet mig
ta|tar mitt liv
doda|dodar|hanga|hanger mig !telefon
vill|onskar|vilja|hellre do|doden
vill|orkar|orka|kan inte leva !buller* !lukt* !mogel* !katt* !hund*
inte leva langre|mer !katt* !hund*
skada|skadar|skar|skara mig sjalv
sjalvskad*
battre utan mig
avsluta|sluta mitt|liv livet
inget|ingen mening|anledning leva|livet
hoppa fran bron|taget
""",
    "danger": f"""
det|huset|hus|bilen|lagenheten|lagenhet|koket|kok|skogen|taket|bastun|grannen|skolan|kallaren brinner !lamp* !gatlamp* !lyser !ljus*
brinner hos|hemma|huset|nu|koket|kallaren !lamp* !gatlamp*
brand|eldsvada huset|koket|lagenheten|kallaren|hos|grannen|trapphuset|nu !forsakr* !ersattn* !syn !skydd
ring|ringa|ringer|skicka|skickar|behover|tillkalla ambulans*|brandkar*
ring|skicka|tillkalla polis|polisen|112
ambulans|polis hit|genast|nu|snabbt|snalla
vart ringer brinner
{_SOMEONE} drunknar|drunkna|drunkning
{_SOMEONE} foll|ramlat|ramlade|gick|gatt genom|isen|sjon|alven|balkongen|fonstret
genom isen
skjuter|skottlossning|skott|knivhugg*|knivskar* hors|oss|mig|nagon|folk|har !fyrverk*
{_SOMEONE} knivhugg*|knivskar*|skjuter
hotar|hotad|hotat kniv|vapen|pistol|doda|yxa
med|har kniv|pistol|yxa hotar|springer
bryter|bryta|forsoker sig|komma in !kod*
inbrottstjuv*|tjuv|tjuven hemma|huset|har|lagenheten
inbrott pagar|just !forsakr*
{_SOMEONE} misshandlas|ranas|ranad nu|just|har
olycka|krock|trafikolycka|kollision skadad*|skada|just|nu|hande|hant !ersattn* !forsakr* !statist*
{_SOMEONE} svart|allvarligt skadad*
bombhot*
gaslukt*|gaslacka
luktar gas
livsfara
i livsfara
hjalp dor|drunknar|dodar|mordar
""",
    "illness": f"""
medvetslos*|avsvimmad|svimmat|svimmade
andas inte|ej
inte|kan|svart andas|luft !katt*
kvavs|satt halsen
hjartattack*|hjartinfarkt*|hjartstillest*|stroke|slaganfall|hjarnblodn* !efter !rehab* !forebygg* !betalt !narstaendevard*
ont|smarta|smartor|tryck|trycker|varker brost*
brostsmart*
bloder mycket|kraftigt|ymnigt|slutar|inte|kraftig
blodning slutar|stannar
overdos*
{_SOMEONE} at|atit|svalt|svaljt|drack|druckit|fatt gift*|tvattmed*|rengor*|batteri*|tablett*|medicin*
tagit|tog|svalde for alla|manga|mycket tablett*|medicin*|piller
kramper|krampar|krampanfall
halsen|tungan svull*|svaller
allergisk chock
anafyla*
vattnet har gatt
forlossning*|fodseln borjat|startat
vaknar|reagerar inte !telefon*
{_SOMEONE} kollapsat|kollapsade|livlos
""",
    "youth": """
mamma|pappa|mor|far|foraldrar|foraldrarna|styvfar|styvpappa|styvmor slar|slog|super|dricker|hotar|misshandl*|sparkar !vatten !kaffe
blir|blivit|ar mobbad|mobbade
mobbar|mobbas mig|skolan|jag !statist* !plan
vagar inte ga hem|skolan
radd for mamma|pappa
""",
    "violence": f"""
min|mitt {_CLOSE} slar|slog|slagit|misshandl*|hotar|hotat|stryper|sparkar|valdtar|valdtog|forfoljer
misshandlas|misshandlad !djur* !hund*
jag|blir|blivit slagen|misshandlad|valdtagen|forfoljd hemma|av|i
vald hemma|hemmet|familjen|relation*|narstaende !statist* !forskn* !rapport* !utbildn*
familjevald|partnervald|kvinnomisshandel !statist* !rapport*
valdtagen|valdtog|valdtakt* !statist*
skyddshem*|kvinnojour* !djur*
radd for|att min|mitt|ga {_CLOSE}|hem
""",
}

ALONE = {
    "danger": """
ambulans
eldsvada
nodsituation
det ar en nodsituation
nodfall
""",
    "suicide": """
orkar inte mer|langre
jag orkar inte mer|langre
""",
}
