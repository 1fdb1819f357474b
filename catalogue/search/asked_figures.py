"""Which indicators a question asks for, and of which place: « déchets par habitant à Crac’h ».

Indicators are no lines among others: a question that seeks data must find data. One or two stand above the list, where every word
that was typed is in what an indicator is called, and where the question asks for a figure or says most of a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from catalogue.indicators.contract import Recipe
from catalogue.models import Audience, Indicator, Territory
from catalogue.observing import recipes
from catalogue.observing.recipes import Known
from catalogue.search import find, places, synonyms
from catalogue.search.french import Need, Question, Thesaurus, parse, tokens
from catalogue.search.french.question import ASKING, LITTLE
from catalogue.search.kinds import indicators
from catalogue.search.kinds.indicators import Indicators
from catalogue.search.settled import State

MOST: Final = 2  # of a question that asks for a figure; of any other, one
LOOKED: Final = 8  # hits that are looked at
SHARE: Final = (
    0.5  # of the words of a name that a question must say more of, or just as much when no other has its words
)
SYNONYM: Final = 0.5  # of a word said otherwise
CLOSE: Final = 0.75  # of the share of the best one, for another to stand beside it
# Words by which one asks for a figure.
FIGURES: Final = frozenset(
    tokens(
        "habitant hab taux part nombre combien montant pourcentage proportion évolution moyen moyenne ratio indicateur densité coût "
        "comparer comparé comparaison classement rang chiffre"
    )
)
UNITS: Final = frozenset(
    tokens("habitant hab taux part pourcentage proportion densité coût moyenne")
)  # of those, in names too
LITTLE_OR_ASKING: Final = LITTLE | ASKING
PLACE: Final = re.compile(r"\s+(?:(à|a|de|du|des|au|aux|en|dans|sur|pour)\s+|d['’]\s*|(?=\S))", re.IGNORECASE)
ARTICLES: Final = {"du": "Le ", "au": "Le ", "des": "Les ", "aux": "Les "}  # what a name loses after them
LONGEST_PLACE: Final = 7  # words of a name

Rows = tuple[tuple[Indicator, Recipe], ...]


@dataclass(frozen=True)
class Asked:
    """`rows`: the indicators, the best first. `place`: the one that was named, None when none was."""

    rows: Rows = ()
    place: Territory | None = None


NONE: Final = Asked()


def asked(text: str, audience: Audience, state: State) -> Asked:
    """At most MOST. Nothing is asked where no indicator is called so; else a query to the index and one to the base where something
    answers; with a place, one more of each. Raises SearchError."""
    rules, known = synonyms.of_version(state.words), recipes.known()
    if found := _named(text, audience, state, known, _likely(text, known, rules)):
        return Asked(found)
    ends = _ends(text)
    likely = {rest: _likely(rest, known, rules) for rest in set(ends.values())}
    place, said = places.named_one(ends) if any(likely.values()) else (None, "")
    found = _named(ends[said], audience, state, known, likely[ends[said]]) if place else ()
    return Asked(found, place) if found else NONE


def _named(text: str, audience: Audience, state: State, known: Known, shares: Mapping[str, float]) -> Rows:
    if not shares:
        return ()
    page = find(text, audience=audience, kinds=(Indicators.name,), size=LOOKED, state=state)
    ids = [hit.id for hit in page.hits[: page.complete]]
    if not ids:
        return ()
    rows = Indicator.objects.in_use().visible_to(audience).filter(uuid__in=indicators.uuids(ids))
    by_id = {indicators.identifier(row.uuid): row for row in rows}
    pairs = [
        (by_id[each], known.recipes[by_id[each].key]) for each in ids if each in by_id and by_id[each].key in shares
    ]
    kept = sorted(pairs, key=lambda pair: -shares[pair[0].key])
    best = shares[kept[0][0].key] if kept else 0.0
    if _asks_a_figure(text):
        return tuple(pair for pair in kept if shares[pair[0].key] >= best * CLOSE)[:MOST]
    return tuple(kept[:1]) if best > SHARE or (best == SHARE and len(kept) == 1) else ()


class Names(NamedTuple):
    """What an indicator is called, as terms: name by name, the two titles first; what tells in the titles and in names of several
    words; all of them; those of its unit."""

    said: tuple[tuple[str, ...], ...]
    telling: tuple[frozenset[str], ...]
    every: frozenset[str]
    unit: frozenset[str]


class Called(NamedTuple):
    """What all of them are called: each by its key; whole names, and each term, with the keys of those that have it."""

    by_key: Mapping[str, Names]
    names: Mapping[tuple[str, ...], frozenset[str]]
    terms: Mapping[str, frozenset[str]]


@lru_cache(maxsize=2)
def _called(known: Known) -> Called:
    by_key, names, terms = {}, dict[tuple[str, ...], frozenset[str]](), dict[str, frozenset[str]]()
    for key, recipe in known.recipes.items():
        said = tuple(tuple(tokens(name)) for name in indicators.names(recipe))
        every = frozenset(term for name in said for term in name)
        by_key[key] = Names(said, _telling(said), every, frozenset(tokens(recipe.unit.words.fr)))
        names |= {name: names.get(name, frozenset()) | {key} for name in said}
        terms |= {term: terms.get(term, frozenset()) | {key} for term in every}
    return Called(by_key, names, terms)


def _likely(text: str, known: Known, rules: Thesaurus) -> dict[str, float]:
    """Of the indicators that may be kept, by key, how much of one of its names the question says. There is none for most questions,
    and the index need not be asked: whoever reads sees some of them at most."""
    question, typed, called = parse(text, rules), tuple(tokens(text)), _called(known)
    having = frozenset.intersection(*(_having(need, called) for need in question.required)) if question.required else ()
    keys = called.names.get(typed, frozenset()).union(having)
    shares = {key: share for key in keys if (share := _share(question, typed, called.by_key[key]))}
    return shares if shares and (_asks_a_figure(text) or max(shares.values()) >= SHARE) else {}


def _asks_a_figure(text: str) -> bool:
    return not FIGURES.isdisjoint(tokens(text))


def _share(question: Question, typed: tuple[str, ...], names: Names) -> float:
    """How much of one of its names the question says, from 0 to 1, where these have all that is needed. A single word that people use
    for it ("bibliothèque") is no name by itself: it seeks something else as often."""
    if len(typed) > 1 and typed in names.said:
        return 1.0
    if question.refused or LITTLE_OR_ASKING.issuperset(typed):
        return 0.0
    units = UNITS.intersection(typed)
    telling = _telling(names.said, units) if units else names.telling
    whole = max((sum(_worth(need, name) for need in question.needs) / len(name) for name in telling), default=0.0)
    return whole if units <= names.every | names.unit else whole / 2


def _telling(said: tuple[tuple[str, ...], ...], units: Collection[str] = ()) -> tuple[frozenset[str], ...]:
    """`units`: little words that tell for once."""
    telling = [frozenset(name).difference(LITTLE_OR_ASKING.difference(units)) for name in said]
    return tuple(filter(None, (*telling[:2], *(name for name in telling[2:] if len(name) > 1))))


def _worth(need: Need, name: frozenset[str]) -> float:
    """How many words of a name one need says: as typed, or in the best of its other ways, which are worth half."""
    whole = max(
        (len(way.terms) * (SYNONYM if way.kind else 1.0) for way in need.ways if name.issuperset(way.terms)),
        default=0.0,
    )
    return max(whole, sum(_worth(part, name) for part in need.parts))


def _having(need: Need, called: Called) -> frozenset[str]:
    """The keys of those whose names have what is needed, in any of its ways."""
    if need.field:
        return frozenset()
    found = frozenset[str]().union(*(_with_all(way.terms, called) for way in need.ways))
    return found | frozenset.intersection(*(_having(part, called) for part in need.parts)) if need.parts else found


def _with_all(terms: tuple[str, ...], called: Called) -> frozenset[str]:
    return frozenset.intersection(*(called.terms.get(term, frozenset()) for term in terms))


def _ends(text: str) -> dict[str, str]:
    """What the words may end with that is a place, « … à Crac’h », « … 56046 », each with the words before it."""
    whole, ends = text.strip(" ?.!"), dict[str, str]()
    for cut in list(PLACE.finditer(whole))[-LONGEST_PLACE:]:
        for article in ("", ARTICLES.get((cut[1] or "").lower(), "")):
            ends.setdefault(article + whole[cut.end() :], whole[: cut.start()])
    return ends
