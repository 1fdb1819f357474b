"""Which schema a table follows, told from the names of its columns.

A name that few schemas have says more than one that many have, and words of any table say next to nothing. The
confidence is made of three shares of these weights: of what the schema requires, how much is there; of all that the
schema has; of what the table has, how much the schema knows. `benchmarks/schemas.py` measures it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from catalogue.tables.contract import Match
from catalogue.tables.schemas.national import Schema, fields_of, folded, named, schemas

# What any town's table has: it says nothing of a schema. Folded.
ORDINARY: Final = frozenset(
    """id identifiant nom name nomcommune prenom titre libelle description commentaire commentaires observations remarque type categorie adresse
    numero voie complement codepostal postalcode cp insee commune ville codeinsee insee codecommune latitude longitude lat lon long x y
    coordonnees geom geometry geopoint geoshape date datemaj datedebut datefin annee mois heure horaires telephone tel
    email courriel mail site siteweb url web contact source statut etat service quartier surface population montant
    total nombre quantite valeur code siret siren theme age sexe photo longueur largeur hauteur sens objet nature fonction""".split()
)
ORDINARY_WEIGHT: Final = 0.15
REQUIRED, KNOWN, WHOLE = (
    0.5,
    0.3,
    0.2,
)  # the three shares, as the docstring has them (WHOLE: of all that the schema has)
ENOUGH: Final = 2.0  # weight of telling names found together from which a likeness is no chance any more
LEAST: Final = 0.3  # what is less is not told at all
MOST: Final = 5  # matches


def recognise(names: Sequence[str], declared: Sequence[str] = ()) -> tuple[Match, ...]:
    """The schemas that these columns may follow, best first; a declared one (`dct:conformsTo`) leads whatever its confidence.

    Of each schema one version: the declared one, else the one that fits best, the newest on a tie.
    """
    said = dict(filter(None, map(named, declared)))
    best: dict[str, tuple[Match, tuple[int, ...]]] = {}
    for each in schemas():
        version = said.get(each.key)
        if version and version != each.version and any(s.version == version for s in schemas() if s.key == each.key):
            continue
        match = Match(each.key, each.version, confidence(names, each), declared=version is not None)
        known = best.get(each.key)
        if known is None or (match.confidence, each.age) > (known[0].confidence, known[1]):
            best[each.key] = match, each.age
    likely = [match for match, _ in best.values() if match.declared or match.confidence >= LEAST]
    return tuple(sorted(likely, key=lambda match: (not match.declared, -match.confidence, match.schema))[:MOST])


def confidence(names: Sequence[str], of: Schema) -> float:
    """From 0 to 1, two decimals."""
    found = {folded(field.name) for field in fields_of(names, of).values()}
    if not found:
        return 0.0
    weights = _weights()
    required = [folded(field.name) for field in of.fields if field.required]
    shares = (
        REQUIRED * _share(found, required or of.by_folded, weights)
        + WHOLE * _share(found, of.by_folded, weights)
        + KNOWN * _share(found, {folded(name) for name in names}, weights)
    )
    evidence = sum(weights.get(name, 1.0) for name in found - ORDINARY) / ENOUGH
    return round(shares * min(1.0, evidence), 2)


def _share(found: set[str], of: Iterable[str], weights: dict[str, float]) -> float:
    total = sum(weights.get(name, 1.0) for name in of)
    return sum(weights.get(name, 1.0) for name in of if name in found) / total if total else 0.0


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    """Of each name that a schema has: 1 in one schema alone, less in several, next to nothing for an ordinary one."""
    keys = {(each.key, name) for each in schemas() for name in each.by_folded}
    counts = Counter(name for _, name in keys)
    return {name: ORDINARY_WEIGHT if name in ORDINARY else 1 / (1 + math.log2(count)) for name, count in counts.items()}
