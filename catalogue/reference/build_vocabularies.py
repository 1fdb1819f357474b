"""The vocabularies' part of `build`: the authority tables of the EU and ADMS, our French labels, French licences."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from catalogue.reference.files import FOLDER, Scheme, Term

EU: Final = "http://publications.europa.eu/resource/authority/"
ADMS: Final = "http://purl.org/adms/"
# code (and file) -> address of the scheme, our title
SCHEMES: Final = {
    "access-right": (f"{EU}access-right", "Droits d’accès"),
    "adms-licence-type": (f"{ADMS}licencetype/1.0", "Types de licence"),
    "adms-publisher-type": (f"{ADMS}publishertype/1.0", "Types de producteur"),
    "adms-status": (f"{ADMS}status/1.0", "États d’avancement"),
    "continent": (f"{EU}continent", "Continents"),
    "country": (f"{EU}country", "Pays"),
    "data-theme": (f"{EU}data-theme", "Thèmes"),
    "dataset-type": (f"{EU}dataset-type", "Types de jeu de données"),
    "distribution-status": (f"{EU}distribution-status", "États d’un fichier"),
    "file-type": (f"{EU}file-type", "Formats de fichier"),
    "frequency": (f"{EU}frequency", "Fréquences de mise à jour"),
    "hvd-category": ("http://data.europa.eu/bna/asd487ae75", "Données de forte valeur"),
    "language": (f"{EU}language", "Langues"),
    "licence": (f"{EU}licence", "Licences (liste européenne)"),
    "place": (f"{EU}place", "Lieux de France"),
    "planned-availability": (f"{EU}planned-availability", "Disponibilité prévue"),
}
FRENCH_LICENCES: Final = ("licence-fr", "", "Licences usuelles en France")
# Of the European list, only the licences made for content are judged: those for software stay "not judged".
OPEN: Final = re.compile(r"(CC0|CC_BY(SA)?(_\d.*)?|ODC_.*|ETALAB_2_0|DLDE_(BY|ZERO)_\d_0|OGL_\d_0|NLOD_\d_0|IODL_2_0)")
CLOSED: Final = re.compile(r"(CC_BY(NC|ND).*|DLDE_BYNC_1_0|OGL_NC.*|IODL_1_0)")


def schemes(folder: Path) -> tuple[Scheme, ...]:
    """`folder` holds a CSV (uri, code, label_en, label_fr, broader, deprecated) for each code of SCHEMES."""
    own, others = _json("own_labels.json"), _json("other_names.json")
    european = [
        _named(_scheme(folder, code, own.get(code, {}), own["en"].get(code, {})), others.get(code, {}))
        for code in SCHEMES
    ]
    return (*european, _french_licences())


def _named(scheme: Scheme, others: dict[str, list[str]]) -> Scheme:
    """With what people write for its terms. Raises KeyError for the names of a term that is none."""
    if unknown := set(others) - {term.code for term in scheme.terms}:
        raise KeyError(f"{scheme.code}: {sorted(unknown)}")
    return replace(scheme, terms=tuple(replace(t, alt=tuple(others.get(t.code, ()))) for t in scheme.terms))


def _json(name: str) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))


def _scheme(folder: Path, code: str, own: dict[str, str], english: dict[str, str]) -> Scheme:
    uri, title = SCHEMES[code]
    with (folder / f"{code}.csv").open(encoding="utf-8", newline="") as lines:
        terms = [_term(row, code, own, english) for row in csv.DictReader(lines) if _wanted(row, code)]
    return Scheme(code, uri, title, tuple(sorted(terms, key=lambda term: (term.code, term.uri))))


def _wanted(row: dict[str, str], scheme: str) -> bool:
    if scheme == "place":  # the cities of the world are not a local portal's business
        return row["code"].startswith("FRA_")
    if scheme == "licence":  # the table also quotes lists of other houses
        return row["uri"].startswith(EU)
    return True


def _term(row: dict[str, str], scheme: str, own: dict[str, str], own_english: dict[str, str]) -> Term:
    code = row["code"]
    french, english = " ".join(row["label_fr"].split()), " ".join(row["label_en"].split())
    if scheme.startswith("adms-"):  # its French labels are the English ones
        french = ""
    is_open = None
    if scheme == "licence":
        is_open = True if OPEN.fullmatch(code) else False if CLOSED.fullmatch(code) else None
    ours = code in own and french in ("", english)  # of many languages the French column repeats the English one
    return Term(
        code,
        row["uri"],
        own[code] if ours else french,
        english or own_english.get(code, ""),
        ours,
        (),
        row["broader"],
        bool(row["deprecated"]),
        is_open,
    )


def _french_licences() -> Scheme:
    rows: list[dict[str, Any]] = _json("licences_fr.json")
    terms = [
        Term(row["code"], row["uri"], row["fr"], row["en"], True, tuple(row["alt"]), "", row["deprecated"], row["open"])
        for row in rows
    ]
    return Scheme(*FRENCH_LICENCES, tuple(terms))
