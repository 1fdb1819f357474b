"""Rebuild the shipped files from their sources: `python -m catalogue.reference.build --help`.

The same sources give the same bytes. LICENCES.md says where each source is found and under which licence.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from catalogue.reference.build_vocabularies import schemes
from catalogue.reference.files import (
    TERRITORIES,
    VOCABULARIES,
    Atlas,
    Key,
    Place,
    Series,
    write_territories,
    write_vocabularies,
)

FRANCE: Final = Place("country", "FRA", "France", 3, "", (), (), (), None, None, None)
VOWELS: Final = tuple("AEIOUYÀÂÉÈÊËÎÏÔÛ")
# Where the COG gives 0 to a name that French says with its article.
LIAISONS: Final = {"984": 4, "987": 3, "988": 3, "989": 5}
LIAISON_OF_FIRST_WORD: Final = {"CC": 3, "CA": 3, "CU": 3, "Métropole": 3, "Eurométropole": 5}
FORMER_KINDS: Final = {"commune-deleguee": "deleguee", "commune-associee": "associee"}

INSEE: Final = "Insee, populations de référence 2023, en vigueur au 1er janvier 2026"
DGCL: Final = "DGCL d'après Insee, populations de référence 2022, en vigueur au 1er janvier 2025"
# Overseas, the census has its own years (insee.fr/fr/statistiques/8680702 for the three of the Pacific).
CENSUSES: Final = {
    "976": (2017, "Insee, recensement de Mayotte 2017"),
    "986": (2023, "Insee, recensement de Wallis-et-Futuna 2023"),
    "987": (2022, "Insee et ISPF, recensement de la Polynésie française 2022"),
    "988": (2025, "Insee et Isee, recensement de la Nouvelle-Calédonie 2025"),
}
Figures = dict[tuple[int, str, str], dict[Key, int]]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="folder of @etalab/decoupage-administratif (holds data/)")
    parser.add_argument("measures", type=Path, help="CSV: code_insee, lon, lat, superficie_km2, pmun/ptot of the DGCL")
    parser.add_argument("vocabularies", type=Path, help="folder of the vocabularies' CSV files")
    parser.add_argument("--to", type=Path, default=TERRITORIES.parent, help="folder to write (default: this one)")
    options = parser.parse_args(arguments)
    atlas = build_atlas(options.package / "data", options.measures)
    write_territories(atlas, options.to / TERRITORIES.name)
    write_vocabularies(schemes(options.vocabularies), options.to / VOCABULARIES.name)
    for name in (TERRITORIES.name, VOCABULARIES.name):
        sys.stdout.write(f"{name}: {(options.to / name).stat().st_size} bytes\n")


def build_atlas(package: Path, measures: Path) -> Atlas:
    with measures.open(encoding="utf-8", newline="") as lines:
        measured = {row["code_insee"]: row for row in csv.DictReader(lines)}
    rows = _json(package, "communes")
    communes = list(_communes(rows, _groupings(package), measured))
    groups = [FRANCE, *_regions(package), *_departements(package), *_groups(package, communes)]
    measured_groups = [_measure(group, communes) for group in groups]
    return Atlas((*measured_groups, *communes), tuple(_populations(rows, measured, communes)))


def _json(package: Path, name: str) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = json.loads((package / f"{name}.json").read_text("utf-8"))
    return content


def _regions(package: Path) -> Iterator[Place]:
    for row in _json(package, "regions"):
        if row["zone"] != "com":
            yield _bare("region", row["code"], row["nom"], row["typeLiaison"], ())


def _departements(package: Path) -> Iterator[Place]:
    """And the collectivités d'outre-mer, which the package lists with them."""
    for row in _json(package, "departements"):
        code = row["code"]
        if row["zone"] == "com":
            yield _bare("collectivite", code, row["nom"], LIAISONS.get(code, row["typeLiaison"]), ())
        else:
            yield _bare("departement", code, row["nom"], row["typeLiaison"], (("region", row["region"]),))


def _groups(package: Path, communes: list[Place]) -> Iterator[Place]:
    above: dict[Key, set[Key]] = defaultdict(set)
    for commune in communes:
        for key in commune.parents:
            above[key].update(parent for parent in commune.parents if parent[0] in ("departement", "region"))
    for level in ("epci", "ept"):
        for row in _json(package, level):
            name, siren = row["nom"], row["code"]
            liaison = LIAISON_OF_FIRST_WORD.get(name.split()[0], int(name.startswith(VOWELS)))
            group = _bare(level, siren, name, liaison, tuple(sorted(above[level, siren])))
            yield replace(group, siren=siren)


def _bare(level: str, code: str, name: str, liaison: int, parents: tuple[Key, ...]) -> Place:
    return Place(level, code, name, liaison, "", parents, (), (), None, None, None)


def _groupings(package: Path) -> dict[str, list[Key]]:
    groups: dict[str, list[Key]] = defaultdict(list)
    for level in ("epci", "ept"):
        for row in _json(package, level):
            for member in row["membres"]:
                groups[member["code"]].append((level, row["code"]))
    return groups


def _communes(
    rows: list[dict[str, Any]], groups: dict[str, list[Key]], measured: dict[str, dict[str, str]]
) -> Iterator[Place]:
    former = _former(rows)
    for row in rows:
        if row["type"] != "commune-actuelle":
            continue
        code, place = row["code"], measured[row["code"]]
        if row["zone"] == "com":
            above = [("collectivite", row["departement"])]
        else:
            above = [("departement", row["departement"]), ("region", row["region"])]
        yield Place(
            "commune",
            code,
            row["nom"],
            row.get("typeLiaison"),
            row.get("siren", ""),
            (*groups.get(code, ()), *above),
            tuple(row.get("codesPostaux", ())),
            tuple(sorted(former[code])),
            _rounded(place["lon"], 4),  # 11 m
            _rounded(place["lat"], 4),
            _rounded(place["superficie_km2"], 3),
        )


def _former(rows: list[dict[str, Any]]) -> dict[str, set[tuple[str, str, str]]]:
    """Of each commune: what it absorbed, and its arrondissements. The package has no name for a code that is gone."""
    former: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    named: set[str] = set()
    for row in rows:
        if row["type"] in FORMER_KINDS:
            former[row["chefLieu"]].add((row["code"], row["nom"], FORMER_KINDS[row["type"]]))
            named.add(row["code"])
        elif row["type"] == "arrondissement-municipal":
            former[row["commune"]].add((row["code"], row["nom"], "arrondissement"))
    for row in rows:
        if row["type"] == "commune-actuelle":
            gone = set(row.get("anciensCodes", ())) - named
            former[row["code"]].update((code, "", "ancienne") for code in gone)
    return former


def _rounded(text: str, digits: int) -> float | None:
    return round(float(text), digits) if text else None


def _measure(group: Place, communes: list[Place]) -> Place:
    """Centre (of its communes, each weighing its area) and area; no area when that of one commune is unknown."""
    members = [commune for commune in communes if group.key in commune.parents]
    known = [
        (place.longitude, place.latitude, place.area_km2)
        for place in members
        if place.longitude is not None and place.latitude is not None and place.area_km2 is not None
    ]
    if not known:
        return group
    area = sum(surface for _, _, surface in known)
    longitude = round(sum(x * surface for x, _, surface in known) / area, 4)
    latitude = round(sum(y * surface for _, y, surface in known) / area, 4)
    whole = round(area, 3) if len(known) == len(members) else None
    return replace(group, longitude=longitude, latitude=latitude, area_km2=whole)


def _populations(
    rows: list[dict[str, Any]], measured: dict[str, dict[str, str]], communes: list[Place]
) -> Iterator[Series]:
    """Two publications, and three kinds of figure. An empty commune has no figure: a rate cannot be computed there."""
    insee: Figures = defaultdict(dict)
    dgcl: Figures = defaultdict(dict)
    for row in rows:
        if row["type"] != "commune-actuelle" or not row.get("population"):
            continue
        code, key = row["code"], ("commune", row["code"])
        year, source = CENSUSES.get(row["departement"], (2023, INSEE))
        insee[year, "municipale", source][key] = row["population"]
        year, source = (2017, f"DGCL d'après {source}") if row["departement"] == "976" else (2022, DGCL)
        for kind, column in (("municipale", "pmun_2025_dgcl"), ("totale", "ptot_2025_dgcl")):
            if value := int(measured[code][column] or 0):
                dgcl[year, kind, source][key] = value
    peopled = {key for values in insee.values() for key in values}
    for (year, kind, source), values in sorted((insee | dgcl).items()):
        yield Series(year, kind, source, {**dict(_sums(values, peopled, communes)), **values})


def _sums(values: dict[Key, int], peopled: set[Key], communes: Iterable[Place]) -> Iterator[tuple[Key, int]]:
    """Of each group of which every peopled commune is in this very series; the others have no sum."""
    members: dict[Key, list[Key]] = defaultdict(list)
    for commune in communes:
        if commune.key in peopled:
            for parent in commune.parents:
                members[parent].append(commune.key)
    for group, keys in sorted(members.items()):
        if all(key in values for key in keys):
            yield group, sum(values[key] for key in keys)


if __name__ == "__main__":
    main()
