"""Languages that the content does not have, told by script or by their commonest words.

Enough to say "we cannot read this, here is an interpreter"; not a general detector.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from knowledge.matching.normalise import fold

# (first, last code point, language): the script decides, save for Cyrillic and Arabic, which several share.
_SCRIPTS = (
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x052F, "ru"),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x06FF, "ar"),
    (0x0750, 0x077F, "ar"),
    (0x0900, 0x097F, "hi"),
    (0x0980, 0x09FF, "bn"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0E00, 0x0E7F, "th"),
    (0x10A0, 0x10FF, "ka"),
    (0x1100, 0x11FF, "ko"),
    (0x1200, 0x137F, "am"),
    (0x3040, 0x30FF, "ja"),
    (0x4E00, 0x9FFF, "zh"),
    (0xAC00, 0xD7AF, "ko"),
)
# Letters that only one of the languages of a script uses.
_LETTERS = {"ru": (("uk", "іїєґ"), ("bg", "ѝ")), "ar": (("ckb", "ەێۆڵڕ"), ("ur", "ٹڈڑے"), ("fa", "پچژگ"))}
# (most likely by script, another language of that script, its commonest words)
_SAME_SCRIPT = (
    ("ru", "uk", "як де чи що та це мені можна треба потрібно дитину скільки коли"),
    ("ar", "fa", "است را از می این برای چه کجا چگونه چطور من دارم کنم باید آیا"),
)

# The commonest words of questions, folded, without those that are Finnish of Pori as well ("mis", "mul").
_COMMONEST = {
    "et": (
        "kuidas millal kas mida miks kui palju maksab saan saab minu meie teie see ning ka kuhu "
        "pean vaja soovin tahan tere palun aitah lapse lapsele kes ole ei oma voi olen"
    ),
    "de": (
        "wie wo wann warum ich kann muss mein meine meinen mir mich der die das und oder nicht ist sind ein eine "
        "einen einem fur mit wer viel kostet bekomme brauche gibt es zu auf im dem guten danke bitte von"
    ),
    "es": (
        "como donde cuando cuanto cuesta puedo necesito quiero hay una uno los las el la de que para por mi mis "
        "con esta hola gracias tengo hacer del es se soy"
    ),
    "fr": (
        "comment ou quand combien je peux puis dois mon ma mes le la les un une des du de est sont pour avec dans "
        "bonjour merci besoin faire coute et que qui quel quelle"
    ),
    "pl": (
        "jak gdzie kiedy ile czy moge mozna jest sa dla na nie moje moj moja chce potrzebuje dziecko dziecka "
        "kosztuje prosze dziekuje dzien dobry co sie do mam"
    ),
    "so": (
        "sidee xaggee halkee goorma maxaa waa waxaan ayaan iyo oo aan ku ka u ma miyaa mahadsanid fadlan ilmaha "
        "ilmahayga kuma caawimaad rabaa doonayaa"
    ),
    "tr": (
        "nasil nerede nereye ne zaman kac icin bir bu ve mi var yok istiyorum gerekiyor merhaba tesekkurler nedir "
        "benim cocugum yapabilirim alabilirim"
    ),
    "vi": "toi lam cach nao o dau khi bao nhieu co khong cho cua la va duoc the muon can xin",
    "ro": "cum unde cand cat costa pot trebuie sunt este pentru copil meu mea buna multumesc vreau si",
    "it": "come dove quando quanto costa posso devo sono per il lo della mio mia ciao grazie vorrei che",
    "pt": "como onde quando quanto custa posso preciso quero para meu minha uma nao obrigado ola fazer",
    "lt": "kaip kur kada kiek kainuoja galiu ar reikia mano yra vaikui labas aciu prasau",
    "lv": "ka kur kad cik maksa varu vai vajag mans ir bernam sveiki paldies ludzu",
    "nl": "hoe waar wanneer hoeveel ik kan moet mijn het een van voor niet zijn dank wat naar",
    "ku": "cawa li ku kengi cend ez dikarim min ji bo heye zarok spas silav divet",
    "sq": "si ku kur sa kushton mund dua per une nje femije faleminderit pershendetje eshte",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMONEST.items()}


def by_script(words: Sequence[str]) -> str | None:
    """The language of a message written in another script than Latin (most of its letters), else None."""
    letters = [letter for word in words for letter in word if letter.isalpha()]
    found: Counter[str] = Counter()
    for letter in letters:
        code = ord(letter)
        if code >= 0x0370:
            found.update(language for first, last, language in _SCRIPTS if first <= code <= last)
    if not found or 2 * sum(found.values()) <= len(letters):
        return None
    # Japanese mixes kana with Chinese characters
    language = "ja" if found["ja"] else found.most_common(1)[0][0]
    for other, own in _LETTERS.get(language, ()):
        if any(letter in own for letter in letters):
            return other
    likely = (other for script, other, known in _SAME_SCRIPT if script == language and set(known.split()) & set(words))
    return next(likely, language)


def by_words(words: Sequence[str], own: int) -> str | None:
    """The language of a Latin-script message by its function words, else None.

    It must have at least two of them, a third of all words, and more than `own`, what the best of the content's
    languages has.
    """
    folded = [fold(word) for word in words]
    counts = {language: sum(word in known for word in folded) for language, known in _WORDS.items()}
    best = max(counts, key=counts.__getitem__)
    if counts[best] >= 2 and counts[best] > own and 3 * counts[best] >= len(folded):
        return best
    return None
