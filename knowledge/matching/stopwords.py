"""Words that carry no topic: function words, politeness and chat filler of three languages, spoken forms included.

Folded forms (no ä, ö, å), because messages often lack the dots. Words with a topic in any of the three languages stay
out, even where they are function words in another ("bo", "barn", "kun" are kept or dropped with that in mind).
"""

from __future__ import annotations

_FINNISH = """
ja tai seka mutta vaan eli jos kun ko ku kuin niin nii etta ett vai myos mys viela jo nyt sitten sit siis eika ei en
et emme ette eivat ala on oon oo oot olen olet olemme olette ovat oli olin olit olivat olisi olis olisin ole olla
ollut ois oisin mina sina han me te he ma sa maa saa mie sie mun sun minun sinun hanen meidan teidan heidan mulla
sulla minulla sinulla meilla teilla heilla mulle sulle minulle sinulle meille teille heille mut sut minut sinut
multa minua mua meita mita mika mikka mitka mitako mista mist mihin missa mis mille milla milta minka minne kuka
kuinka kenelle kenen keneen kenelta ketka miten mite miksi milloin millon koska kauanko paljonko monta montako
millainen millaisia minkalainen tama taa tan taman tassa tas tasta tast tahan tanne taalla taal tuo ton tuon tuossa
tuolla siita siit siihen sinne siella sen se ne niita noita naita tata sita joka jota jonka jossa josta johon jotka
joita joku jotain jotakin johonkin jollekin jokin jonkun jonkin jossain jostain joskus kaikki aina ihan vain vaa
ehka kai kyl kylla nimittain ainakin esim esimerkiksi jne noin suunnilleen tosi aika hyvin paljon vahan liian
enemman taas usein heti pian voi voiko voin voinko voimme voitte voisi voisin voisinko voisko voisit voit voitko
voivat voida saan saanko saako saisi saisin saisinko saada saisiko pitaa pitaako pitais pitaisi pitaisko taytyy
taytyyko tarvii tarviiko tarvitsee tarvitseeko tarvitsen tarvin tarviin haluan haluaisin haluun haluaisi haluamme
kannattaa kannattaako onko oliko onks oisko olisiko olisko eiko eiks saaks voiks pitaaks enta entas no noh hei moi
moro terve tervehdys paivaa huomenta iltaa kiitos kiitti kiitoksia hyva pliis anteeksi sori apua autatko auttakaa
kertoa kertoisitko kerro kysya kysymys kysyisin osaatko osaatteko tietaa tiedan tiedatko tiedatteko tieda mistahan
mitenkahan kiinnostaa mul sul meil teil heil mihe tos siin sial kui kans ny viel eik ol niinko mimmone mimmonen
semmone semmonen tommone tommonen onk saak voik pitaak tammone tammonen sii saanks sais vois pitas tarttis tarvis
teilta meilta minulta mult sult
auttaa auttaisitko auttaisitteko avusta avustanne ystavallisesti etukateen terveisin terveiset voisitteko
"""

_SWEDISH = """
och eller men om att som i pa av for till fran med utan vid hos under over mellan efter fore innan sedan nar da dar
har var vart vad vem vilken vilket vilka vems hur varfor ar vara varit blir blev bli hade ha haft kan kunna kunde
ska skall skulle vill ville maste bor borde far fa fick behover behovs behova gar gor gora man jag du han hon den
det vi ni de dem mig dig oss er min mitt mina din ditt dina deras hans hennes sin sitt sina en ett denna detta dessa
inte ingen inget inga nagon nagot nagra nagonstans mycket mera mer lite bara ocksa sa nu redan an ju val kanske
alltid igen hej hejsan tack snalla vanligen vanliga halsningar ursakta god morgon dag kvall hjalp hjalpa hjalpen
forhand undrar veta vet fraga beratta galler
"""

_ENGLISH = """
the a an and or but if that which who whom whose this these those there here is are am was were be been being do
does did doing have has had having can could may might must shall should will would need needs needed want wants
wanted i you he she it we they me him her us them my your his its our their mine yours of to in on at by for from
with without about into onto over under after before between as than then so not no nor any some every each what
when where why how whats hows wheres im ive id dont doesnt didnt cant isnt arent please thanks thank hello hi hey
sorry excuse help tell know wondering wonder ask question let get got getting go going just also too very much many
still again yet only one ones somebody someone something anything anyone kindly regards bother appreciate
"""

# Every question is about Pori: the name tells nothing.
_HERE = "pori porissa porin poriin porista poris bjorneborg bjorneborgs"

BY_LANGUAGE: dict[str, frozenset[str]] = {
    "fi": frozenset(_FINNISH.split()),
    "sv": frozenset(_SWEDISH.split()),
    "en": frozenset(_ENGLISH.split()),
}
STOPWORDS: frozenset[str] = frozenset(_HERE.split()).union(*BY_LANGUAGE.values())
