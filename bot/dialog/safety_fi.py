# ruff: noqa: E501  (a phrase is a line)
"""Alarms as they are told in Finnish; phrases as `bot/dialog/phrases.py` reads them."""

from __future__ import annotations

_SOMEONE = (
    "joku|lapsi|lapseni|lapsemme|vauva|vauvani|taapero|poika|poikani|tytto|tyttareni|tytar|mies|mieheni|nainen|vaimo|vaimoni|"
    "kaveri|kaverini|ystava|ystavani|ihminen|isa|isani|aiti|aitini|mummo|vaari|ukki|pappa|veli|veljeni|sisko|siskoni|naapuri|"
    "vanhus|tyyppi|porukka|han|se|asukas|asiakas"
)

_CLOSE = (
    "mies|mieheni|miesystava|miesystavani|aviomies|aviomieheni|vaimo|vaimoni|puoliso|puolisoni|poikaystava|poikaystavani|"
    "tyttoystava|tyttoystavani|exa|exani|ex|eksa|eksani|kumppani|kumppanini|avopuoliso|avomies|avokki|kamppis|poikani|lapseni|ukko"
)

_HITS = "lyo|loi|lyonyt|hakkaa|hakkas|hakannut|pahoinpite*|potki*|kurist*|uhkaa|uhkas*|uhkai*|vakivalta*|vainoa|vainoo|raiska*|tappaa|toni*"

ANYWHERE = {
    "suicide": """
itsemurh*|itsemur|itsemurah*|itemurh*|itsarin !ehkais* !tilast* !tutkim* !kurssi* !koulut*
tapan|tapanko|tappaisin|tappaa|tapa|tappas|tappaisi|tappamassa|tappanut itse*|itten*|itteni*|itte
itseni|itsensa|itteni|itsensa tapp*|tapan|hengilta|hirteen
haluan|haluaisin|haluun|haluisin|tahdon|tahtoisin|mielummin|mieluummin|toivon|toivoisin|aion|taidan kuolla|kuolisin !vanhuute*
haluun|halluun|haluaa kuolla
en|emma|enka halua|haluu|jaksa|jaksais|tahdo|viitsi|pysty elaa|elella !melu* !haju* !home* !naapur*
en|emma|enka halua|haluu|jaksa|tahdo olla elossa|hengissa|olemassa
ei syyta|jarkea|mielta elaa !melu* !haju*
elamal*|elamas* ei merkitys*|tarkoitus*|jarkea|mielta
loppu*|lopetan|paatan|paattaa elamani|elaman|paivani|paivansa
hypp* sillalta|junan|parvekkeelta|katolta !hinta !kielto* !uima*
jos|etta olisin|olisinpa kuollut|kuolleena
parempi|paremmin ilman minua|mua
viillan|viiltelen|viiltelee|satutan|satuttaa|vahingoitan|vahingoittaa itse*|itten*|itteani
viiltelen|viiltely* !korvau*
itsetuho*
vedan|veda|hirttaa|hirtan itse*|itten*|itte jojoon|hirteen
hirttaydy*|hirttayty*
viillan|viiltaa|vedan ranteet|ranteeni
en nae|naa toivoa|ulospaasya
en nae|naa syyta|jarkea elaa
""",
    "danger": f"""
talo|talossa|koti|kotini|kotona|asunto|asuntoni|asunnossa|kerrostalo|rivitalo|mokki|keittio|auto|sauna|kellari|katto|katolla|roskis|rappukaytava|rappu|metsa|koulu palaa !valo* !lamp* !lomal* !takais* !korjaam* !huollo* !sauhu* !milloin !koska
palaa talo|asunto|keittio|kerrostalo|auto|metsa|katto !lamp* !valo*
tulipalo taalla|taal|meilla|nyt|heti|keittio*|kellari*|talossa|asunno*|naapuri*|rapussa|rappukayt*|katolla|koulu* !korvau* !vakuut* !ehkais* !sattuessa !jalkeen !varalta !varautu*
taalla|taal|meilla|naapuri*|keittio*|kellari*|rapussa|talossa|asunnossa tulipalo !korvau* !vakuut* !ehkais* !sattuessa !jalkeen !varalta
sytty*|syttyi palamaan|tuleen|tulipalo !laki !korvau* !vakuut*
ilmiliekeis*|liekeissa
naen|nakyy|tulee|nousee|lyo liekke*|liekit|lieskat !takka* !takasta
liekke*|liekit|lieskat katol*|katosta|ikkun*|asunn*|rapussa|kellari*|talosta|nous*|lyo|tulee
savua ja liekk*
kaasun haju|hajua|hajuu
kaasunhaju*|kaasuvuoto*
haisee kaasu|kaasulle|kaasulta
{_SOMEONE} puto*|tippu*|vajo*|tipahti jaihin|jaista|veteen|jokeen|mereen|avantoon|parvekkeelta|katolta|ikkunasta|kaivoon !avain* !avaim* !puhelin !lompak*
puto*|vajo*|tippu* jaihin|jaista|avantoon !avain* !avaim* !puhelin !lompak* !mopo
{_SOMEONE} hukkuu|hukkumassa|hukkumaisillaan|hukku !papere* !toihin !lomak*
apua|auttakaa hukun|hukumme|kuolen|kuolemme|tapetaan|tappaa|puukko*|hyokka*
{_SOMEONE} ampuu|ampui|ammuskelee|puukottaa|puukotti|puukotettu|hyokkasi|hyokkaa|riehuu|raivoaa !ilotul* !raket* !tilast* !koira !some*
puukottaa|puukotti|puukotettiin|puukotettu|puukotetaan !tilast*
ammuttiin|ammutaan|ammuskellaan !ilotul* !raket* !radal* !rata
kuuluu|kuului|kuulin laukau*|avunhuut*|avunhuud* !ilotul* !ampumarad* !radal*
uhka*|heiluu|heiluttaa|jahtaa aseel*|puukol*|puukon|veitsel*|veitsen|kirveel*|kirveen|pistool*|tappaa|tappavansa
aseella|puukolla|veitsella|kirveella uhka*
mua|minua|meita|miesta|naista hakataan|lyodaan|pahoinpidellaan|ryostetaan|raiskataan|kuristetaan
hakkaa|pahoinpitelee|ryostaa|kuristaa mua|minua|meita|miesta|naista|lasta|ihmista|jotakuta|toista
{_SOMEONE}|varas murtautuu|murtautumassa|tunkeutuu|tunkeutumassa
{_SOMEONE}|varas yrittaa|pyrkii sisaan|sisalle
murtovaras|murtovarkaat|varas|varkaat sisalla|asunnossa|talossa|taalla|kellarissa|kotona !ilmoit* !viime
{_SOMEONE} seuraa mua|minua !some* !kanav*
kolari|kolarin|onnettomuus|liikenneonnettomuus|ulosajo|rekka loukkaan*|ihmisia|tapahtui|sattui|juuri|nyt|taalla !korja* !korvau* !vakuut* !maksa* !tilast* !vuonna
{_SOMEONE}|ihmisia|pahasti|vakavasti loukkaantu* !korvau* !vakuut* !tilast*
olen|olemme|on hengenvaarassa
henki|henkeni vaarassa
pommi|rajahde taalla|koulussa|laukussa|kassissa|asemalla|loytyi
pommiuhka*
rajahti|rajahtaa juuri|talo|kaasu|taalla
meilla|taalla|minulla|mulla|nyt hatatilanne|hatatapaus
jai|jaanyt|jaivat puristuksiin|auton|junan|hissiin alle|valiin|jumiin !koira* !kissa* !kortti !avain*
soita|soittakaa|soittaa|lahettakaa|laheta|halyttakaa|halyta|tarvitsen|tarvitsemme|tarvitaan|tarttis|tilatkaa|tilaa ambulans*|palokun*|paloauto*
soita|soittakaa|lahettakaa|laheta|halyttakaa|halyta poliisi|poliisit|poliisin|112
ambulans*|palokunta|palokuntaa|poliisi|poliisit|poliisia tanne|heti|akkia|paikalle|nopeasti !lupa !maksu
mihin|minne|kenelle soit* jos|kun palaa !valo !lamp* !takais*
""",
    "illness": f"""
tajuton|tajuttomana|tajuttomaks*|tajunnan|tajuntansa !hinta !hinnat !hinnan !kallis !summa !maksu
ei|eika hengit* !kaniini* !koira* !kissa* !hevo* !kala* !vasik* !lehm* !lamma*
ei|en|eika saa henke*|happea
hengitys lakkas*|pysah*|salpaantu*
vaikea|vaikee|hankala hengittaa !katupol* !sisailma* !home* !savu*
tukehtuu|tukehtumassa|tukehtumaisillaan
sydankohtau*|sydaninfarkt*|aivoinfarkt*|aivohalvau*|aivoverenvuo*|sydanpysahd* !jalkeen !kuntoutu* !sairast* !vuosi !vuonna !viime !ehkais* !kurssi* !yhdistys* !liikunta* !omaishoi* !niskoille !palkkaa !palkkio*
rinta|rintaan|rintaa|rinnassa|rinnasta|rintakeha* sattuu|koskee|puristaa|pistaa|kipu|kipua|kivut|ahdistaa
sattuu|koskee|puristaa rintaan|rintaa|rinnasta|rinnassa
rintakipu*|rintakivu*
kouristaa|kouristelee|kouristuskohtau*|kouristuks*
vuotaa|vuodan|valuu verta
verta vuotaa|valuu|suihkuaa|tulee
verenvuoto ei lopu|lakkaa|tyrehdy|asetu
yliannos* !korvau*
{_SOMEONE} soi|nieli|joi|nielaisi|popsi|juonut|syonyt|niellyt myrk*|laakke*|laaket*|pesuai*|paristo*|pariston|patteri*|tabletti*|tablette*|siivousai*|lamppuolj*|tupakan|sienen|marjoja
soin|otin|nielin|join|vedin liikaa|kaikki|myrkky* !ruoka* laakke*|laakkei*|tabletti*|tablette*|pillere*|unilaak*|nappe*
otin|soin|join yliannok*|myrkky*
kurkku|kieli turpoaa|turposi|turvonnut
turpoaa kurkku|kieli
anafyla*
allerginen shokki|reaktio !ruokaval*
synnytys alkoi|kaynnisty*|alkaa nyt
lapsivesi|lapsivedet meni|menivat
vauva syntyy|syntymassa !tammi* !helmi* !maalis* !huhti* !touko* !kesakuu* !heinakuu* !elokuu* !syyskuu* !loka* !marras* !joulu* !keva* !kesalla !syksy* !talve*
{_SOMEONE} ei heraa|reagoi|liiku|vastaa !puhelim* !viest* !sahkop* !hakem*
eloton|elottomana
suupieli roikku*
puhe puurout*|sammalta*
kasi puutuu
sai|sain|saanut|saa sahkoisk*|sairauskohtau*|kohtauksen
tuupertu*|lyyhisty*|pyortyi|pyortynyt
""",
    "youth": """
isa|isani|aiti|aitini|isapuoli|aitipuoli|vanhemmat|vanhempani|faija|mutsi|iska|pappa lyo|lyovat|hakkaa|hakkas|potkii|juo|juovat|ryyppaa|uhkaa|pahoinpite* !tilast* !vesi* !maitoa !kahvi*
mua|minua|mut|minut kiusataan|kiusattiin|kiusaa|kiusaavat|syrjitaan
koulukiusa* !tilast* !raport* !ohjelma* !ohje*
kiusataan|kiusaavat koulussa|luokalla|netissa|joka paiva !tilast*
en uskalla menna kouluun|kotiin|koulun
haluan|karkasin|karkaan|karata pois|kotoa !koira* !muut*
""",
    "violence": f"""
{_CLOSE} {_HITS} !oikeudel* !halkoja !puita !tilast*
mua|minua|minut|mut lyodaan|lyotiin|hakataan|hakattiin|pahoinpide*|pahoinpitel*|kuriste*|vainotaan|raiskat*|raiskas*|raiskannut
lahisuhdevakival*|perhevakival*|parisuhdevakival*|kotivakival* !tilast* !raport* !koulut* !tutkim* !kurssi* !ohjelma*
vakivalta|vakivaltaa kotona|perheessa|parisuhteessa|suhteessa !tilast* !raport* !koulut* !tutkim*
pelkaan|pelottaa mieh*|miest*|miesyst*|puoliso*|exaa|exaani|eksaa|kumppani*|vaimoa|vaimoani|poikaystav* !koira*
pelkaan|pelottaa menna|olla kotiin|kotona !koira*
turvakoti*|turvakodin|turvakodis* !elain* !kissa* !koira* !lemmik*
raiskattiin|raiskattu|raiskasi
""",
}

# Alarms only when nothing else is said: "ambulanssi", but not "ambulanssin hinta".
ALONE = {
    "danger": """
ambulanssi
tulipalo
hatatilanne
hata
on hata
on hatatilanne
paloauto
poliisi apua
""",
    "suicide": """
en jaksa enaa
en ma|mina jaksa enaa
ma|mina en jaksa enaa
haluan pois taalta
""",
}
