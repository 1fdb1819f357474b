"""What a person typed, read into plain values that any backend turns into its own query.

A question is needs; a need is ways to say one thing, as typed first, then the synonyms, worth less. A result has every
required need, in any of its ways. Words that say little ("nombre de", "de la ville", a year) weigh but are not required.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from catalogue.search.french.analysis import fold, joined, tidy, tokens
from catalogue.search.french.spelling import edits_for, within
from catalogue.search.french.thesaurus import NOTHING, Thesaurus

LONGEST_QUESTION: Final = 1_000  # characters
MOST_TERMS: Final = 40  # of one question, all kinds together
MOST_WAYS: Final = 120  # of one question: what synonyms may add to it
LONGEST_BEGINNING: Final = 24  # letters of a word being typed: longer ones are finished, or noise
SYNONYM: Final = "synonym"

# As typed before a colon, folded -> the field of `Document.said`.
FIELDS: Final = {
    "titre": "titre", "title": "titre",
    "mot": "mot", "motcle": "mot", "mots": "mot", "motscles": "mot", "mot-cle": "mot", "mots-cles": "mot",
    "producteur": "producteur", "organisme": "producteur", "organisation": "producteur", "editeur": "producteur",
    "theme": "theme", "sujet": "theme",
    "format": "format", "licence": "licence",
    "colonne": "colonne", "colonnes": "colonne", "column": "colonne", "variable": "colonne",
    "commune": "commune", "ville": "commune", "insee": "commune", "codepostal": "commune", "code-postal": "commune",
    "territoire": "territoire", "epci": "territoire", "departement": "territoire", "region": "territoire",
}  # fmt: skip

_PART = re.compile(r'(-?)(?:([^\W\d_][\w-]{1,20}):(?=[^\s/:]))?(?:"([^"]*)"?|([^\s"]+))')
_QUOTES = str.maketrans("«»“”„‟", '""""""')
_NEAR = re.compile(r"\b(?:pr[eè]s|autour|[aà]\s+proximit[eé])\s+(?:(de|du|des)\s+|d['’])(.+)$", re.IGNORECASE)
_ARTICLES = {"du": "Le ", "des": "Les "}
_HERE = re.compile(
    r"\b(?:pr[eè]s\s+de\s+(?:chez\s+)?(?:moi|nous)|autour\s+de\s+(?:chez\s+)?(?:moi|nous)|[aà]\s+proximit[eé](?=\s*[?.!]*$))",
    re.IGNORECASE,
)


def _terms(text: str) -> frozenset[str]:
    return frozenset(tokens(text))


# Words of questions, not of answers: left out when others remain.
ASKING = _terms(
    "combien comment quand quel quelle quels pourquoi lequel chez moi est-ce trouver cherche chercher voir savoir connaître "
    "faut peut puis-je veux voudrais aller vais vont va ici aujourd'hui y-a-t-il bonjour merci svp qu'est-ce ça cela"
)
# Words of many titles, or of no consequence for what is sought.
LITTLE = _terms(
    "ville commune collectivité mairie municipalité habitant nombre liste taux montant total part pourcentage évolution données "
    "jeu fichier statistique chiffre information publie publié pour par gratuit gratuite proche près disponible comparé "
    "comparaison compte-rendu local locale public publique territoire"
) - _terms("compte rendu")


@dataclass(frozen=True)
class Way:
    """Terms that say a thing: side by side and in this order when `together`, else anywhere in the record."""

    terms: tuple[str, ...]
    kind: str = ""  # "" as typed, or a name of WEIGHTS
    together: bool = False
    acronym: bool = False  # found only where it is written as one


@dataclass(frozen=True)
class Need:
    """One thing that is asked for."""

    ways: tuple[Way, ...]  # the first as typed
    required: bool = True
    field: str = ""  # one of FIELDS' values: only there
    edits: int = 0  # letters that may be wrong, if the index has none of the ways
    parts: tuple[Need, ...] = ()  # its words one by one: unless together, all of them say it too
    unfinished: str = ""  # folded: also what begins so, for the word being typed

    @property
    def typed(self) -> tuple[str, ...]:
        return self.ways[0].terms


@dataclass(frozen=True)
class Question:
    needs: tuple[Need, ...] = ()
    refused: tuple[Need, ...] = ()
    blank: bool = False  # nothing was typed: everything is wanted
    shortened: bool = False

    @property
    def sayings(self) -> tuple[tuple[str, ...], ...]:
        """Synonyms of several words: shown as found only side by side."""
        return tuple(way.terms for need in self.needs for way in need.ways if way.kind and way.together)

    @property
    def required(self) -> tuple[Need, ...]:
        return tuple(need for need in self.needs if need.required)


def answering(question: Question, misspelt: Collection[Need] = ()) -> Callable[[str], bool]:
    """Whether a term of a record is shown as found. Of the misspelt, what is close to them is."""
    ways = [way for need in question.needs for way in need.ways if not (way.kind and way.together)]
    said = {term for way in ways for term in way.terms}
    beginnings = tuple(need.unfinished for need in question.needs if need.unfinished)
    if not beginnings and not misspelt:
        return said.__contains__

    @cache  # records repeat their words
    def answers(term: str) -> bool:
        return (
            term in said
            or bool(beginnings and term.startswith(beginnings))
            or any(within(term, need.typed[0], need.edits) for need in misspelt)
        )

    return answers


def nearness(text: str) -> tuple[str, str] | None:
    """The rest and the place of "… près de Dax"; the place is "" for "près de chez moi"; None without any."""
    read = tidy(text[:LONGEST_QUESTION])
    if here := _HERE.search(read):
        return f"{read[: here.start()]} {read[here.end() :]}".strip(), ""
    if near := _NEAR.search(read):
        article = _ARTICLES.get((near[1] or "").lower(), "")
        return read[: near.start()].strip(), article + near[2].strip(' ?.!"')
    return None


@lru_cache(maxsize=50)
def parse(text: str, thesaurus: Thesaurus = NOTHING, typing: bool = False) -> Question:
    """Never raises. Only stop words or punctuation: neither needs nor blank, hence nothing can be found. One request asks it of one
    text several times.

    `typing`: the last word may be unfinished.
    """
    reader = _Reader(thesaurus)
    for minus, name, phrase, word in _PART.findall(tidy(text[:LONGEST_QUESTION]).translate(_QUOTES)):
        reader.take(bool(minus), name, phrase, word)
    reader.flush()
    unfinished = typing and bool(text) and (text[-1].isalnum() or text[-1] == "-")
    needs = _finished(reader.needs, text if unfinished else "")
    return Question(needs, tuple(reader.refused), not text.strip(), reader.shortened or len(text) > LONGEST_QUESTION)


def _finished(needs: list[Need], last: str) -> tuple[Need, ...]:
    """Each need once; a question of nothing but little words requires them; the last word may go on."""
    kept = [need for need in needs if not (set(need.typed) <= ASKING and len(need.ways) == 1)] or needs
    if not any(need.required for need in kept):
        kept = [replace(need, required=True) for need in kept]
    if last and kept:
        beginning = "".join(each for each in fold(re.split(r"[\W_]+", tidy(last))[-1]) if each.isalnum())
        final = next((n for n in reversed(needs) if not n.field), None)
        if 1 < len(beginning) <= LONGEST_BEGINNING and final in kept:
            kept[kept.index(final)] = replace(final, unfinished=beginning, required=True)
    return tuple(dict.fromkeys(_apart(kept)))


def _apart(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Words typed side by side, none of them standing for another: a record on risks alone is not one on "risque inondation"."""
    needs = list(needs)
    typed = {need.typed for need in needs}
    return tuple(
        replace(need, ways=tuple(way for way in need.ways if not way.kind or way.terms not in typed)) for need in needs
    )


class _Reader:
    """Plain words wait in a run, so that a synonym of several words is seen whole."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        self.thesaurus = thesaurus
        self.needs: list[Need] = []
        self.refused: list[Need] = []
        self.shortened = False
        self._left = MOST_TERMS
        self._ways = MOST_WAYS
        self._run: list[tuple[str, ...]] = []  # the terms of each word as written
        self._joined: list[str] = []

    def take(self, minus: bool, name: str, phrase: str, word: str) -> None:
        known = FIELDS.get(fold(name), "")
        if name and not known:
            phrase, word = "", f"{name}:{phrase or word}"
        found = self._cut(tokens(phrase or word))
        if not found:
            return
        if minus or known or (phrase and len(found) > 1):
            self.flush()
            parts = tuple(Need((Way((each,)),)) for each in found) if len(found) > 1 and not known else ()
            need = Need((Way(found, together=True),), field=known, parts=parts)
            (self.refused if minus else self.needs).append(need)
        else:
            self._run.append(found)
            self._joined.append("" if phrase else joined(word.strip("?!.,;:()")))

    def flush(self) -> None:
        terms = [each for word in self._run for each in word]
        owner = [index for index, word in enumerate(self._run) for _ in word]
        at = 0
        while at < len(terms):
            taken = self.thesaurus.longest(terms, at)
            compound = self._joined[owner[at]] if at == 0 or owner[at - 1] != owner[at] else ""
            whole = len(self._run[owner[at]])
            if compound and taken < whole:
                self._add(tuple(terms[at : at + whole]), compound)
                at += whole
            else:
                self._add(tuple(terms[at : at + max(1, taken)]), compound if taken == whole else "")
                at += max(1, taken)
        self._run, self._joined = [], []

    def _add(self, typed: tuple[str, ...], compound: str) -> None:
        need = self._need(typed, compound)
        if len(typed) > 1 and not compound:
            parts = _apart([self._need((each,), "") for each in typed])
            need = replace(need, parts=parts)
        self.needs.append(need)

    def _need(self, typed: tuple[str, ...], compound: str) -> Need:
        others = [(compound,)] if compound else []
        synonyms = self.thesaurus.others(typed)[: self._ways]
        self._ways -= len(synonyms)
        ways = [Way(typed), *(Way(each) for each in others), *map(self._synonym, synonyms)]
        little = set(typed) <= LITTLE | ASKING or all(each.isdigit() and len(each) < 5 for each in typed)
        edits = edits_for(typed[0]) if len(typed) == 1 else 0
        return Need(tuple(ways), required=not little, edits=edits)

    def _synonym(self, saying: tuple[str, ...]) -> Way:
        return Way(saying, SYNONYM, len(saying) > 1, saying in self.thesaurus.acronyms)

    def _cut(self, found: list[str]) -> tuple[str, ...]:
        self.shortened = self.shortened or len(found) > self._left
        kept = tuple(found[: self._left])
        self._left -= len(kept)
        return kept
