"""The Table Schema of our own CSV (Frictionless, Table Schema 1.0): the same for every indicator."""

from __future__ import annotations

from typing import Any, Final

from catalogue.indicators.contract import Status
from catalogue.indicators.exports.line import SHAPES, UNSAID
from catalogue.indicators.exports.tabular import COLUMNS

Json = dict[str, Any]
VERSION: Final = "1.0.0"
NEEDED: Final[Json] = {"required": True}
STATUSES: Final = {
    Status.NORMAL: "valeur normale",
    Status.BREAK: "première valeur d’une série qui ne se compare pas à ce qui précède",
    Status.ESTIMATED: "divisée par la population d’une autre année",
    Status.PROVISIONAL: "provisoire",
    Status.MISSING: "rien n’a été publié",
    Status.SUPPRESSED: "trop peu d’unités ou de personnes",
    Status.NOT_SIGNIFICANT: "non calculable : COMMENT_OBS dit pourquoi",
}
FREQUENCIES: Final[Json] = {**NEEDED, "enum": [*(code for code, _ in SHAPES), UNSAID]}
TOGETHER: Final = (
    "Plusieurs territoires se réunissent par la somme des deux parties, jamais par la moyenne des valeurs."
)
FIELDS: Final[dict[str, Json]] = {
    "INDICATOR": {"title": "Indicateur", "description": "Identifiant de l’indicateur.", "constraints": {**NEEDED, "pattern": r"[a-zA-Z0-9.\-]+"}},
    "REF_AREA": {"title": "Territoire", "description": "Code INSEE, ou SIREN d’un groupement.", "constraints": NEEDED},
    "REF_AREA_LEVEL": {"title": "Niveau", "description": "commune, epci, ept, syndicat, departement, region, collectivite ou country.", "constraints": NEEDED},
    "REF_AREA_LABEL": {"title": "Nom du territoire"},
    "FREQ": {"title": "Périodicité", "description": "A : annuelle ; Q : trimestrielle ; M : mensuelle ; D : un jour.", "constraints": FREQUENCIES},
    "TIME_PERIOD": {"title": "Période", "description": "Telle que 2021.", "constraints": NEEDED},
    "AXIS": {"title": "Axe", "description": "Ce selon quoi la valeur est détaillée ; _T pour le total.", "constraints": NEEDED},
    "MEMBER": {"title": "Valeur de l’axe", "description": "_T pour le total."},
    "OBS_VALUE": {"title": "Valeur", "type": "number", "description": "Vide quand il n’y en a pas : OBS_STATUS et COMMENT_OBS disent pourquoi."},
    "UNIT_MEASURE": {"title": "Unité", "constraints": NEEDED},
    "OBS_STATUS": {
        "title": "Statut",
        "description": " ; ".join(f"{status.value} : {said}" for status, said in STATUSES.items()) + ".",
        "constraints": {**NEEDED, "enum": [status.value for status in Status]},
    },
    "NUMERATOR": {"title": "Numérateur", "type": "number"},
    "DENOMINATOR": {"title": "Dénominateur", "type": "number", "description": TOGETHER},
    "OBS_ROWS": {"title": "Lignes", "type": "integer", "description": "Nombre de lignes du fichier dont la valeur vient.", "constraints": {"minimum": 0}},
    "POPULATION_YEAR": {"title": "Année de la population", "type": "integer"},
    "POPULATION_SOURCE": {"title": "Source de la population"},
    "RECIPE_VERSION": {"title": "Version de la recette", "type": "integer", "constraints": NEEDED},
    "SOURCE": {"title": "Jeu de données", "description": "Adresse du jeu dont la valeur vient.", "format": "uri"},
    "SOURCE_FILE": {"title": "Fichier", "description": "Identifiant du fichier dans ce portail.", "constraints": NEEDED},
    "SOURCE_VERSION": {"title": "Version du fichier", "type": "integer"},
    "COMMENT_OBS": {"title": "Remarque", "description": "Pourquoi il n’y a pas de valeur, ou ce qu’il faut en savoir."},
}  # fmt: skip
KEY: Final = ("INDICATOR", "REF_AREA", "REF_AREA_LEVEL", "TIME_PERIOD", "AXIS", "MEMBER", "SOURCE_FILE")


def table_schema(address: str) -> Json:
    """`address`: where it is published."""
    return {
        "$schema": "https://frictionlessdata.io/schemas/table-schema.json",
        "name": "bouture-indicateurs",
        "title": "Observations d’un indicateur territorial",
        "description": "Une ligne par observation ; les colonnes portent les noms des concepts de SDMX.",
        "path": address,
        "version": VERSION,
        "fields": [{"name": name, "type": "string", **FIELDS[name]} for name in COLUMNS],
        "primaryKey": list(KEY),
        "missingValues": [""],
    }
