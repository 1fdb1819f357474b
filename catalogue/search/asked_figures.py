"""Which indicators a question asks for, and of which place: « déchets par habitant à Crac’h ».

Indicators are no lines among others: a question that seeks data must find data. One or two stand above the list, where every word
that was typed is in what an indicator is called, and where the question asks for a figure or says most of a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from catalogue.indicators.contract import Recipe
from catalogue.models import Audience, Indicator, Territory
from catalogue.observing import recipes
from catalogue.search import find, places, synonyms
from catalogue.search.french import NOTHING, Need, Thesaurus, parse, tokens
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
PLACE: Final = re.compile(r"\s+(?:(à|a|de|du|des|au|aux|en|dans|sur|pour)\s+|d['’]\s*|(?=\S))", re.IGNORECASE)
ARTICLES: Final = {"du": "Le ", "au": "Le ", "des": "Les ", "aux": "Les "}  # what a name loses after them
LONGEST_PLACE: Final = 7  # words of a name


@dataclass(frozen=True)
class Asked:
    """`rows`: the indicators, the best first. `place`: the one that was named, None when none was."""

    rows: tuple[tuple[Indicator, Recipe], ...] = ()
    place: Territory | None = None


NONE: Final = Asked()


def asked(text: str, audience: Audience, state: State) -> Asked:
    """At most MOST. A query to the index and one to the base where something answers; with a place, one more of each. Raises
    SearchError."""
    rules = synonyms.of_version(state.words)
    found = _named(text, audience, state, rules)
    if found:
        return Asked(found)
    rest, place = _with_place(text)
    found = _named(rest, audience, state, rules) if place else ()
    return Asked(found, place) if found else NONE


def _named(text: str, audience: Audience, state: State, rules: Thesaurus) -> tuple[tuple[Indicator, Recipe], ...]:
    page = find(text, audience=audience, kinds=(Indicators.name,), size=LOOKED, state=state)
    ids = [hit.id for hit in page.hits[: page.complete]]
    if not ids:
        return ()
    rows = Indicator.objects.in_use().visible_to(audience).filter(uuid__in=indicators.uuids(ids))
    by_id, known = {indicators.identifier(row.uuid): row for row in rows}, recipes.known().recipes
    pairs = [(by_id[each], known[by_id[each].key]) for each in ids if each in by_id and by_id[each].key in known]
    shares = {row.pk: share(text, recipe, rules) for row, recipe in pairs}
    kept = sorted((pair for pair in pairs if shares[pair[0].pk]), key=lambda pair: -shares[pair[0].pk])
    best = shares[kept[0][0].pk] if kept else 0.0
    if FIGURES & set(tokens(text)):
        return tuple(pair for pair in kept if shares[pair[0].pk] >= best * CLOSE)[:MOST]
    return tuple(kept[:1]) if best > SHARE or (best == SHARE and len(kept) == 1) else ()


def share(text: str, recipe: Recipe, rules: Thesaurus = NOTHING) -> float:
    """How much of one of its names the question says, from 0 to 1: 0 when a word of the question is in none of them. A single word
    that people use for it ("bibliothèque") is no name by itself: it seeks something else as often."""
    question, typed = parse(text, rules), tokens(text)
    said = [tokens(name) for name in indicators.names(recipe)]
    if typed in [name for name in said if len(name) > 1]:
        return 1.0
    every = frozenset(term for name in said for term in name)
    needs = [need for need in question.needs if need.required]
    if question.refused or set(typed) <= LITTLE | ASKING or not all(_in(need, every) for need in needs):
        return 0.0
    units = UNITS & set(typed)
    telling = [frozenset(name) - ((LITTLE | ASKING) - units) for name in said]
    names = (*telling[:2], *(name for name in telling[2:] if len(name) > 1))
    whole = max((sum(_worth(need, name) for need in question.needs) / len(name) for name in names if name), default=0.0)
    return whole if units <= every | set(tokens(recipe.unit.words.fr)) else whole / 2


def _worth(need: Need, name: frozenset[str]) -> float:
    """How many words of a name one need says: as typed, or in the best of its other ways, which are worth half."""
    whole = max(
        (len(way.terms) * (SYNONYM if way.kind else 1.0) for way in need.ways if name.issuperset(way.terms)),
        default=0.0,
    )
    return max(whole, sum(_worth(part, name) for part in need.parts))


def _in(need: Need, terms: Collection[str]) -> bool:
    """Whether these terms have what is needed, in any of its ways."""
    if need.field:
        return False
    whole = any(set(way.terms) <= set(terms) for way in need.ways)
    return whole or (bool(need.parts) and all(_in(part, terms) for part in need.parts))


def _with_place(text: str) -> tuple[str, Territory | None]:
    """The words without the place that they end with, and the place: « … à Crac’h », « … 56046 ». One query."""
    whole, ends = text.strip(" ?.!"), dict[str, str]()
    for cut in list(PLACE.finditer(whole))[-LONGEST_PLACE:]:
        for article in ("", ARTICLES.get((cut[1] or "").lower(), "")):
            ends.setdefault(article + whole[cut.end() :], whole[: cut.start()])
    place, said = places.named_one(ends)
    return (ends[said], place) if place else (text, None)
