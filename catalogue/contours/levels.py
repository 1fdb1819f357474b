"""Which level the outlines of a file are of, told from the names and the codes that their features bear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalogue.contours.reading import ContoursError
from catalogue.models import Territory
from catalogue.models.territories import Level, sort_key

# Names of properties that hold a code, lower case: "code" may be of any level, the others of that one alone.
ANY: Final = ("code", "code_insee", "insee")
OWN: Final = {
    Level.COMMUNE: ("codgeo", "insee_com", "com", "code_commune", "codeinsee"),
    Level.EPCI: ("epci", "code_epci", "siren_epci", "code_siren", "siren"),
    Level.DEPARTEMENT: ("dep", "insee_dep", "departement", "code_dept", "code_departement"),
    Level.REGION: ("reg", "insee_reg", "region", "code_region"),
}
NAMES: Final = ("nom", "name", "libelle", "nom_officiel", "nom_m")
# What stands in the same files: the établissements of Grand Paris, the collectivités d’outre-mer.
BESIDE: Final = {Level.EPCI: Level.EPT, Level.DEPARTEMENT: Level.COLLECTIVITE}
WIDTHS: Final = {Level.COMMUNE: 5, Level.DEPARTEMENT: 2, Level.REGION: 2}  # of codes that a tool took for numbers


@dataclass(frozen=True)
class Label:
    """What a feature says of itself. `id`: of the feature, as text."""

    properties: Mapping[str, Any]
    id: str = ""

    def code(self, level: Level) -> tuple[str, bool]:
        """At that level, and whether the property's name is of that level alone; "" when it says none."""
        plain = {name.lower(): value for name, value in self.properties.items()}
        for name in (*ANY, *OWN[level]):
            if isinstance(value := plain.get(name), (str, int)) and str(value).strip():
                return _written(str(value), level), name in OWN[level]
        return _written(self.id, level), False

    @property
    def name(self) -> str:
        plain = {name.lower(): value for name, value in self.properties.items()}
        return next((str(plain[name]) for name in NAMES if plain.get(name)), "")


def _written(code: str, level: Level) -> str:
    """The zeros that a number has lost come back."""
    code = code.strip().upper()
    return code.zfill(WIDTHS.get(level, 0)) if code.isdigit() else code


def known(level: Level) -> dict[str, Territory]:
    """All of one level and of what stands beside it, by code. One query."""
    levels = [level, BESIDE.get(level, level)]
    rows = Territory.objects.filter(level__in=levels).only("code", "name", "sort_name")
    return {row.code: row for row in rows}


def told(labels: list[Label], asked: Level | None) -> tuple[Level, dict[str, Territory]]:
    """The level whose territories the most of them name, and these by code. Raises ContoursError."""
    found = {level: known(level) for level in ([asked] if asked else OWN)}
    if not any(found.values()):
        raise ContoursError(
            "Cette instance ne connaît pas encore les territoires. Lancez d’abord « manage.py load_reference »."
        )
    scores = {level: _score(labels, level, territories) for level, territories in found.items()}
    best = max(scores.values())
    levels = [level for level, score in scores.items() if score == best]
    if not best[0]:
        said = ", ".join(list(dict.fromkeys(_shown(labels)))[:5]) or "aucun"
        raise ContoursError(
            f"Aucun de ces contours ne porte le code d’un territoire connu (codes lus : {said}). Il faut une propriété "
            "« code » avec le code INSEE, ou le SIREN d’une intercommunalité."
        )
    if len(levels) > 1:
        raise ContoursError(
            f"Ces codes peuvent être ceux de plusieurs niveaux : ajoutez {' ou '.join(f'--level {one}' for one in levels)}."
        )
    return levels[0], found[levels[0]]


def _score(labels: Iterable[Label], level: Level, territories: Mapping[str, Territory]) -> tuple[int, int, int]:
    """How many territories are named, how many by a property of that level alone, how many bear the same name."""
    met: set[str] = set()
    own = alike = 0
    for label in labels:
        code, mine = label.code(level)
        if code in territories and code not in met:
            met.add(code)
            own += mine
            alike += bool(label.name) and sort_key(label.name) == territories[code].sort_name
    return len(met), own, alike


def _shown(labels: Iterable[Label]) -> Iterable[str]:
    return (code for label in labels if (code := label.code(Level.COMMUNE)[0]))
