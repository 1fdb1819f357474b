"""French as people write it: the one analysis, of documents and of questions, that every backend uses.

Accents go before the stem is taken, because people leave them out: "dechets", "Déchet" and "DÉCHETS" are one term.
The stem is light: plurals and feminines meet, families of words do not ("départ" and "département" stay apart).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from catalogue.search.contract import Fragment

LONGEST_QUESTION = 1_000  # characters
MOST_TERMS = 40  # of one question, all kinds together
LONGEST_TERM = 64  # characters; longer words are codes or noise, told apart well enough by their beginning

_WORD = re.compile(r"(?:\b(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)['’ʼ`´])?([^\W_]+)", re.IGNORECASE)
_PART = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_QUOTES = str.maketrans("«»“”„‟", '""""""')
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\ufeff\ud800-\udfff]+")  # the last ones: halves of characters, from JSON

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a au aux avec ce ces cet cette dans de des du elle en entre est et etc eux il ils je la le les leur leurs lui ma
        mais me mes mon ne nos notre nous on ont ou par pas pour qu que qui sa sans se ses si son sont sous sur ta te
        tes ton tu un une vers vos votre vous y
        """,
    )
)
_IRREGULAR = {"travaux": "travail", "vitraux": "vitrail", "baux": "bail", "yeux": "oeil"}


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
    if len(word) <= 3 or not word.isalpha():
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
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
    return "" if folded in STOP_WORDS else stem(folded)


def tokens(text: str) -> list[str]:
    """The terms of a text, in order, without elided articles and stop words; none contains a space."""
    return [found for word in _WORD.findall(tidy(text)) if (found := term(word))]


@dataclass(frozen=True)
class Question:
    """What a person typed, as terms. A phrase has two terms or more; a refusal has one or more."""

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    refused: tuple[tuple[str, ...], ...] = ()
    blank: bool = False  # nothing was typed: everything is wanted
    shortened: bool = False

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every term that a result may show as found, once each."""
        return tuple(dict.fromkeys([*self.words, *(each for phrase in self.phrases for each in phrase)]))


def parse(text: str) -> Question:
    """Never raises. Only stop words or punctuation: neither words nor blank, hence nothing can be found."""
    read = tidy(text[:LONGEST_QUESTION]).translate(_QUOTES)
    words: list[str] = []
    phrases: list[tuple[str, ...]] = []
    refused: list[tuple[str, ...]] = []
    shortened, left = len(text) > LONGEST_QUESTION, MOST_TERMS
    for minus, phrase, word in _PART.findall(read):
        found = tuple(tokens(phrase or word))
        shortened = shortened or len(found) > left
        found = found[:left]
        left -= len(found)
        if not found:
            continue
        if minus:
            refused.append(found)
        elif phrase and len(found) > 1:
            phrases.append(found)
        else:
            words.extend(found)
    return Question(tuple(dict.fromkeys(words)), tuple(phrases), tuple(refused), not text.strip(), shortened)


def mark(text: str, terms: frozenset[str]) -> tuple[Fragment, ...]:
    """The whole text in pieces, those that answer one of the terms told apart."""
    return tuple(_pieces(text, 0, len(text), terms))


def extract(text: str, terms: frozenset[str], width: int = 200) -> tuple[Fragment, ...]:
    """About `width` characters around the first answer, else the beginning; cut between words, with "…"."""
    first = next((each.start(1) for each in _WORD.finditer(text) if term(each[1]) in terms), 0)
    start = _after_space(text, first - width // 3) if first > width * 2 // 3 else 0
    end = _before_space(text, start + width, first)
    pieces = list(_pieces(text, start, end, terms))
    before = [("… ", False)] if start else []
    after = [(" …", False)] if end < len(text) else []
    return tuple(before + pieces + after)


def _pieces(text: str, start: int, end: int, terms: frozenset[str]) -> Iterator[Fragment]:
    done = start
    for each in _WORD.finditer(text, start, end):
        if term(each[1]) in terms:
            if each.start(1) > done:
                yield text[done : each.start(1)], False
            yield each[1], True
            done = each.end(1)
    if done < end:
        yield text[done:end], False


def _after_space(text: str, position: int) -> int:
    space = text.find(" ", position, position + 40)
    return position if space < 0 else space + 1


def _before_space(text: str, position: int, least: int) -> int:
    if position >= len(text):
        return len(text)
    space = text.rfind(" ", max(least, position - 40), position + 1)
    return position if space < 0 else space
