"""Other populations than those that are shipped: a CSV (code, year, kind, value, source), all of it or nothing.

`year` is the one that the figure describes, as in `catalogue.models.Population`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from catalogue.batching import batches
from catalogue.listed import ColumnsMissing, listed
from catalogue.models import Population, Territory
from catalogue.models.territories import Level
from catalogue.observing.queue import ask_of_places
from catalogue.reference.classing import classify

COLUMNS: Final = ("code", "year", "kind", "value", "source")
YEARS: Final = range(1790, 2101)
MOST: Final = 100_000_000  # inhabitants
TOLD: Final = 50  # faults
CODES: Final = 500  # in one condition


class PopulationsRefused(ValueError):
    """What is wrong, line by line, in French. Nothing was written."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        more = len(self.faults) - TOLD
        end = [f"… et {more} autres lignes."] if more > 0 else []
        super().__init__("\n".join([*self.faults[:TOLD], *end]))


@dataclass(frozen=True)
class Line:
    number: int
    code: str
    year: int
    kind: str
    value: int
    source: str


def load(text: str) -> int:
    """Returns how many figures are new or differ; what was divided by them is asked for again. Raises PopulationsRefused."""
    faults: list[str] = []
    try:
        lines = list(_lines(text, faults))
    except csv.Error as error:
        raise PopulationsRefused(
            [f"Ce fichier ne se lit pas comme un CSV ({error}). Enregistrez-le de nouveau."]
        ) from error
    places = _places({line.code for line in lines})
    wanted: dict[tuple[int, int, str, str], Line] = {}
    for line in lines:
        place = places.get(line.code)
        if place is None:
            faults.append(
                f"Ligne {line.number} : le code « {line.code} » n’est celui d’aucun territoire d’aujourd’hui. "
                "Donnez le code INSEE d’une commune actuelle, un SIREN, un département, ou « R » et une région."
            )
            continue
        key = (place, line.year, line.kind, line.source)
        if wanted.setdefault(key, line).value != line.value:
            before = wanted[key].number
            faults.append(f"Ligne {line.number} : elle contredit la ligne {before}. Gardez l’une des deux.")
    if faults:
        raise PopulationsRefused(faults)
    return _write({key: line.value for key, line in wanted.items()})


def _lines(text: str, faults: list[str]) -> Iterator[Line]:
    try:
        for number, said in listed(text, COLUMNS):
            if wrong := _wrong(said):
                faults.append(f"Ligne {number} : {wrong}")
                continue
            code = said["code"].upper()
            yield Line(number, code, int(said["year"]), said["kind"], int(said["value"]), said["source"])
    except ColumnsMissing as missing:
        faults.append(f"Ligne 1 : il manque les colonnes {missing}. Il faut : {', '.join(COLUMNS)}.")


def _wrong(said: Mapping[str, str]) -> str:
    if not (_number(said["year"]) and int(said["year"]) in YEARS):
        return f"« {said['year']} » n’est pas une année. Écrivez-la en quatre chiffres."
    if said["kind"] not in Population.Kind.values:
        return f"« {said['kind']} » n’est pas une sorte de population. Écrivez {' ou '.join(Population.Kind.values)}."
    if not (_number(said["value"]) and 0 < int(said["value"]) <= MOST):
        return f"« {said['value']} » n’est pas un nombre d’habitants. Écrivez un entier, sans espace ni virgule."
    if not said["source"] or len(said["source"]) > 200:
        return "la source manque ou dépasse 200 signes. Dites d’où vient le chiffre."
    return ""


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _places(codes: set[str]) -> dict[str, int]:
    """Of today alone: a commune that became part of another has no population of its own any more."""
    found: dict[str, int] = {}
    bare = {code.removeprefix("R") if len(code) == 3 else code for code in codes}
    for some in batches(sorted(bare), CODES):
        rows = Territory.objects.filter(code__in=some, current=True).exclude(level=Level.COUNTRY)
        for pk, level, code in rows.order_by().values_list("pk", "level", "code"):
            found[f"R{code}" if level == Level.REGION else code] = pk
    return found


@transaction.atomic
def _write(wanted: Mapping[tuple[int, int, str, str], int]) -> int:
    changed: set[int] = set()
    for some in batches(wanted, CODES):
        rows = Population.objects.filter(territory__in={key[0] for key in some}).order_by()
        known = {tuple(key): value for *key, value in rows.values_list("territory", "year", "kind", "source", "value")}
        new = [key for key in some if known.get(key) != wanted[key]]
        Population.objects.bulk_create(
            [
                Population(
                    territory_id=place, year=year, kind=kind, source=source, value=wanted[place, year, kind, source]
                )
                for place, year, kind, source in new
            ],
            update_conflicts=True,
            unique_fields=["territory", "year", "kind", "source"],
            update_fields=["value"],
        )
        changed |= {key[0] for key in new}
    if changed:
        classify()
    ask_of_places(changed)
    return len(changed)
