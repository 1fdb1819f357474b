"""French as people write it: the one analysis, of documents and of questions, that every backend uses.

Accents go before the stem is taken, because people leave them out: "dechets", "Déchet" and "DÉCHETS" are one term.
The stem is light: plurals and feminines meet, families of words do not ("départ" and "département" stay apart).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

LONGEST_TERM = 64  # characters; longer words are codes or noise, told apart well enough by their beginning

_APOSTROPHES = "['’ʼ`´]"
# A run of letters and digits, but not what is elided before another. Each letter is looked at once: an optional beginning in
# the pattern takes twice the time, of every word of every document and of every hit.
WORD = re.compile(
    rf"([^\W_]++)(?!(?={_APOSTROPHES}[^\W_])(?:(?<=\b[cdjlmnst])|(?<=\bqu)|(?<=\bjusqu)|(?<=\b(?:lors|puis|quoi)qu)))",
    re.IGNORECASE,
)
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\ufeff\ud800-\udfff]+")  # the last ones: halves of characters, from JSON

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a à au aux avec ce ces cet cette dans de des du elle en entre est et etc eux il ils je la le les leur leurs lui ma
        mais me mes mon ne nos notre nous on ont ou où par pas pour qu que qui sa sans se ses si son sont sous sur ta te
        tes ton tu un une vers vos votre vous y
        """,
    )
)
_IRREGULAR = {
    "travaux": "travail", "vitraux": "vitrail", "baux": "bail", "yeux": "oeil",
    "st": "saint", "ste": "saint",  # names of communes are written both ways
    "plus": "plus",  # else one term with "PLU"
    "gares": "gare", "gare": "gare",  # else one term with "garer"
}  # fmt: skip
_HYPHENS = "-‐‑"
_COMPOUND = re.compile(rf"[^\W\d_]+(?:[{_HYPHENS}][^\W\d_]+)+")


def tidy(text: str) -> str:
    """Composed, without the characters that no reader sees: what is stored, shown and analysed."""
    if text.isascii():
        return text
    composed = text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
    return _INVISIBLE.sub("", composed)


def fold(text: str) -> str:
    """Lower case, without accents: "Œuvre Été" gives "oeuvre ete". Also the key that sorts titles."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(each for each in letters if not unicodedata.combining(each))


def stem(word: str) -> str:
    """The light stem of a folded word; words with a digit and words of three letters or fewer stay as they are."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.isalpha():
        return word
    word = _common_form(_singular(word))
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def _singular(word: str) -> str:
    if word.endswith("aux") and not word.endswith(("eaux", "yaux")) and len(word) > 4:
        return word[:-2] + "l"
    if word.endswith(("aux", "eux", "oux")) or (word.endswith("s") and not word.endswith("ss")):
        return word[:-1]
    return word


def _common_form(word: str) -> str:
    """What masculine, feminine, participle and infinitive share: trier, trié, triée; premier, première."""
    while word.endswith("e") and len(word) > 3:
        word = word[:-1]
    if word.endswith("er") and len(word) > 4:
        return word[:-2]
    if word.endswith("eus"):
        return word[:-1]
    return word[:-1] + "f" if word.endswith("iv") else word


@lru_cache(maxsize=1 << 16)
def term(word: str) -> str:
    """The term of one word as written; "" for a stop word."""
    folded = "".join(each for each in fold(word) if each.isalnum())[:LONGEST_TERM]
    # As written: "né" is a word, "ne" is not.
    return "" if word.casefold() in STOP_WORDS or folded in ("a", "ou") else stem(folded)


def tokens(text: str) -> list[str]:
    """The terms of a text, in order, without elided articles and stop words; none contains a space."""
    return [found for word in WORD.findall(tidy(text)) if (found := term(word))]


def replaced(text: str, words: Mapping[str, str]) -> str:
    """The text with each word whose term is a key written otherwise."""
    done, parts = 0, []
    read = tidy(text)
    for each in WORD.finditer(read):
        other = words.get(term(each[1]))
        if other is not None:
            parts += [read[done : each.start(1)], other]
            done = each.end(1)
    return "".join([*parts, read[done:]])


def joined(word: str) -> str:
    """The term of a compound written in one word: "co-voiturage" gives that of "covoiturage"; "" for a simple word."""
    return term("".join(re.split(f"[{_HYPHENS}]", word))) if _COMPOUND.fullmatch(word) else ""


def indexed(text: str) -> list[str]:
    """What an index keeps of a passage: its terms, then those of its compounds in one word, which break no phrase."""
    found = tokens(text)
    if any(sign in text for sign in _HYPHENS):
        found += [joined(each) for each in _COMPOUND.findall(tidy(text))]
    return found


LONGEST_ACRONYM = 6  # letters
_CAPITALS = re.compile(rf"(?<![^\W_])[^\W\d_a-zß-öø-ÿ][^\W_a-zß-öø-ÿ]{{1,{LONGEST_ACRONYM - 1}}}(?![^\W_])")


def acronyms(text: str) -> list[str]:
    """The terms of what may be one: short words in capitals; in a text without blanks, as keywords, names of files and columns are,
    short words however they are written."""
    if any(each.isspace() for each in text):
        return [found for word in _CAPITALS.findall(text) if (found := term(word))]
    return [each for each in tokens(text) if len(each) <= LONGEST_ACRONYM]
