# ruff: noqa: E501  (a phrase is a line)
"""Small talk and abuse in everyday words; phrases as `bot/dialog/phrases.py` reads them."""

from __future__ import annotations

from typing import Literal

from knowledge.model import Language

Smalltalk = Literal[
    "abuse",
    "bot",
    "how",
    "joke",
    "likes",
    "bored",
    "sorry",
    "praise",
    "unsure",
    "thanks",
    "bye",
    "greeting",
    "laugh",
    "ok",
]

FILLERS = (
    "no nyt ja se sa sina saa te ihan kaikki kovasti todella tosi oikein tasta avusta vastauksesta vaan siis kans taas porina "
    "du sa och det for den har verkligen dig er alla bot botti "
    "the you so very much all your this that and there a for it was my friend dear"
)

# Words that belong to abuse only beside a word that is abuse.
BESIDE = "kaupunki kaupungin pori porin olet oot koko robotti kone palvelu city stupid pori town i"

TABLES: dict[Smalltalk, dict[Language, str]] = {
    "greeting": {
        "fi": """
            moi|moikka|moikkelis|moro|morjens|morjes|terve|tervehdys|heipa|hei|huhuu
            hyvaa huomenta|paivaa|iltaa
            huomenta|paivaa|iltaa|huomenia
            hauska tavata
            """,
        "sv": """
            hej|hejsan|halla|hallo|tjena|mojn|tja
            god morgon|dag|kvall|middag
            goddag|godmorgon
            """,
        "en": """
            hi|hello|hey|hiya|greetings
            good morning|afternoon|evening|day
            nice to meet
            """,
    },
    "thanks": {
        "fi": """
            kiitos|kiitoksia|kiitti|kiitokset|kiits|kiitoksii|tattis|kiitan
            paljon|suuret|iso|tuhannet kiitos|kiitoksia|kiitokset
            kiitos|kiitoksia|kiitti paljon|hirveasti|avusta|tiedosta
            siita oli apua
            """,
        "sv": """
            tack|tackar
            tusen tack
            stort tack
            hjalpen|mycket
            """,
        "en": """
            thanks|thank|thx|ty|cheers
            thanks for help|helping
            help|helping|helpful
            a lot
            lot
            """,
    },
    "bye": {
        "fi": """
            heippa|heihei|hejdo|moimoi|moikka|nakemiin|nakemisiin|hyvasti|moido
            hei hei
            moi moi
            hyvaa yota|viikonloppua|jatkoa|loppuviikkoa|paivanjatkoa
            hyvaa paivan|illan jatkoa
            kuulemiin
            nahdaan
            oita|yota
            """,
        "sv": """
            hejda|adjo
            hej da
            hej hej
            god natt
            trevlig kvall|helg|dag
            vi ses
            """,
        "en": """
            bye|byebye|goodbye|goodnight
            good night|bye
            bye bye
            see later|soon
            have nice|good|great day|evening|weekend|one
            have nice|good|great
            day|evening|weekend
            take care
            """,
    },
    "how": {
        "fi": """
            mita kuuluu
            mitas kuuluu
            kuinka|miten voit|menee|sujuu|hurisee
            mita teet
            mitas mies|nainen|siella|muuta
            onko ollut kiire
            """,
        "sv": """
            hur mar|star|gar|ar
            hur ar laget
            hur star till
            till
            laget
            hur mar idag
            """,
        "en": """
            how are
            how are doing|today
            how is going
            hows it|life
            going|doing|today
            whats up
            what is up
            """,
    },
    "bot": {
        "fi": """
            oletko|ootko|ooksa|ooks|olet robotti|botti|kone|tekoaly|ihminen|elossa|oikea|aito|tietokone
            oletko|ootko oikea|aito ihminen|robotti
            kuka|mika|mikas|kukas olet|oot
            mika|mika on nimesi|nimes
            mika on nimesi|nimes
            mika sun|sinun nimi on
            mika on sun|sinun nimi
            onko|onks siella|siel|taalla ketaan|joku|kukaan
            kenen kanssa puhun|juttelen
            kuka loi|teki|rakensi sinut|sut
            montako|kuinka vuotta vanha|olet
            kuinka vanha olet|oot
            """,
        "sv": """
            ar en robot|bot|manniska|maskin|dator
            ar robot|bot|manniska|maskin|ai
            ar en ai
            vem|vad ar
            vad heter
            vem gjorde|skapade
            hur gammal ar
            """,
        "en": """
            are robot|bot|human|machine|real|ai|alive|person
            are an ai
            who|what are
            whats name
            what is name
            who made|built|created
            how old are
            """,
    },
    "joke": {
        "fi": """
            kerro|kerrotko|sano|osaatko|tiedatko vitsi|vitsin|vitseja|tarina|tarinan|satu|juttu
            kerro|kerrotko|sano|osaatko|tiedatko joku|jokin|hyva|hauska|kertoa vitsi|vitsin|vitseja|tarina|juttu|satu
            kerro|kerrotko mulle|minulle vitsi|joku|hyva|tarina|satu
            kerro|kerrotko|sano joku|jokin hyva|hauska vitsi|juttu|tarina
            vitsi|vitsin|hauska|hyva
            laula|laulatko|lausu|runoile
            laulu|laulun|runo|runon|jotain
            laula|laulatko|lausu|rappaa mulle|minulle|jotain
            """,
        "sv": """
            beratta en vits|skamt|saga|historia
            beratta nagot|ett roligt|skamt
            beratta vits
            sjung en|nagot|lite sang|for
            sjung
            sang|mig
            """,
        "en": """
            tell me joke|story
            tell joke|story
            tell me something|some funny|jokes
            sing me|something
            sing
            song
            write|recite me poem|story|song
            write|recite poem|story|song
            about autumn|winter|spring|summer|love
            """,
    },
    "likes": {
        "fi": """
            mika|mik on lempi*
            mika lempi*
            lempi*
            tykkaatko|pidatko|tykkaatsa|rakastatko|syotko|juotko|harrastatko kahvi*|kahvist|musiik*|urheil*|minusta|musta|jaatelo*|ruoka*|kissoista|koirista|mita|jotain|lunta|kesa*|porista|porista|tyostasi
            tykkaatko|pidatko|rakastatko
            onko sulla|sinulla tyttoystava|poikaystava|perhetta|ystavia|kavereita|tunteita|lapsia|lemmikki|lemmikkia
            nukutko
            rakastan sinua|sua
            ma|mina rakastan sinua|sua
            """,
        "sv": """
            vad|vilken ar din|ditt favorit*
            gillar|tycker kaffe|musik|mig|om
            alskar dig
            jag alskar dig
            """,
        "en": """
            what is|are favourite|favorite *
            whats favourite|favorite colour|color|food|music|song|movie|film|animal
            what is favourite|favorite colour|color|food|music|song|movie|film|animal
            do like|love coffee|music|me|food|cats|dogs
            do like|love
            i love
            do sleep|dream
            """,
    },
    "bored": {
        "fi": """
            mul|mulla|minulla|mullon on|onpa tylsaa
            onpa tylsaa
            on tylsaa
            tylsaa
            """,
        "sv": """
            jag trakigt
            jag ar uttrakad
            """,
        "en": """
            im|i bored
            i am bored
            """,
    },
    "praise": {
        "fi": """
            hyva|hieno|loistava|mahtava|mainio|upea|kiva|huippu homma|juttu|palvelu|vastaus|robotti
            hienoa|mahtavaa|loistavaa|hyva|huippua|kivaa|upeaa|mahtista|jees|super
            olet|oot hyva|paras|ihana|kiva|mukava|fiksu|viisas
            hyvin tehty
            """,
        "sv": """
            bra|toppen|jattebra|super|utmarkt|perfekt
            bra jobbat
            ar bra|bast|snall|smart
            """,
        "en": """
            good|great|well|nice|excellent job|work|done
            great|nice|awesome|perfect|excellent|good|cool|wonderful
            are great|best|nice|smart|awesome
            """,
    },
    "sorry": {
        "fi": "anteeksi\nsori\npahoittelut\nolen pahoillani",
        "sv": "forlat\nursakta\nursakta mig",
        "en": "sorry\nim sorry\ni am sorry",
    },
    "unsure": {
        "fi": """
            en tieda|tia|tiia|osaa
            en ma|mina tieda|tia|tiia
            en osaa sanoa
            hmm|hm|mm|ooh|ai
            mita|hah|taa
            """,
        "sv": """
            vet inte|ej
            jag vet inte|ej
            hmm|hm
            """,
        "en": """
            i dont know
            dont know
            i do not know
            idk|hmm|hm
            not sure
            """,
    },
    "laugh": {
        "fi": "haha*|hehe*|hihi*|heh|hah|xd|lol|d",
        "sv": "haha*|hehe*|hihi*|xd|lol|d",
        "en": "haha*|hehe*|hihi*|xd|lol|d",
    },
    "ok": {
        "fi": "ok|okei|okey|oke|okk|joo|juu|jep|jees|kylla|ei|selva|selvis|selvaa|ymmarran|aivan\nasia selva\nei muuta|mitaan\nei kiitos",
        "sv": "ok|okej|ja|jo|nej|visst|klart|forstar\njag forstar\nnej tack\ninget annat",
        "en": "ok|okay|yes|yeah|yep|no|nope|sure|right|alright|understood\ni see|understand\nno thanks\nnothing else\ngot it",
    },
    "abuse": {
        "fi": """
            vittu*|vitun|vitut|paska*|paskan|saatana*|perkele*|helvet*|jumalaut*|idioot*|typera*|huora*|homo|runkk*|kusipa*|mulkku*|mulkvist*|aasi|pelle|saatanan|hemmetin|tollo|urpo|dorka|persereika|paskiainen
            haista paska|vittu|itse
            painu|suksi|mene|vedapas helvettiin|vittuun|hiiteen|kuuseen|pois
            turpa kiinni|umpeen
            pida turpasi|turpas kiinni
            tyhma|hullu|surkea|hyodyton|huono|kelvoton robotti|kone|palvelu|ohjelma
            olet|oot tyhma|surkea|hyodyton|huono|hullu|kelvoton|idiootti|paska|ruma|ihan
            tyhma|surkea|hyodyton|kelvoton
            """,
        "sv": """
            javla*|javel|fan|fans|skit|skitstovel|idiot*|helvete|helvetes|hora|rovhal|kuk|fitta|dumskalle
            dra|far at|till helvete|skogen
            hall kaften|kaft|tyst
            ar dum|korkad|varde*|usel|vardelos|dalig
            dum|korkad|vardelos|usel
            """,
        "en": """
            fuck*|shit*|bullshit|bitch*|asshole*|bastard*|cunt|dick|dickhead|moron*|idiot*|stupid|dumb|damn|crap|wanker|sucks
            go to hell
            hell
            shut up
            piss off
            screw|hate
            are useless|stupid|dumb|bad|terrible|worthless
            useless|worthless|terrible
            piece of
            """,
    },
}
