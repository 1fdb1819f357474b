"""What is wrong and what to do, in the words of whoever keeps the table at the town hall."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from catalogue.tables.schemas.national import Field

SHOWN: Final = 60  # characters of a value
LISTED: Final = 8  # values of a list
TODAY: Final = {"%Y-%m-%d": "2025-12-31", "%Y": "2025", "default": "2025-12-31"}
# How to write what a type asks, with an example.
TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "integer": ("un nombre entier", "Écrivez le nombre en chiffres, sans espace ni décimale : 1250."),
    "number": (
        "un nombre",
        "Écrivez le nombre en chiffres, avec un point pour les décimales et rien d’autre : 1250.50.",
    ),
    "boolean": ("un oui ou un non comme la norme les écrit", ""),
    "date": ("une date écrite comme la norme le demande", ""),
    "datetime": ("une date avec son heure", "Écrivez année-mois-jour, T, puis l’heure : 2025-12-31T08:30:00."),
    "time": ("une heure", "Écrivez heures, minutes et secondes : 08:30:00."),
    "year": ("une année", "Écrivez les quatre chiffres de l’année : 2025."),
    "array": ("une liste", 'Écrivez les valeurs entre crochets, chacune entre guillemets : ["lait", "oeufs"].'),
    "geopoint": ("des coordonnées", "Écrivez la longitude, puis la latitude : 1.4523, 46.597."),
    "uri": ("une adresse du web", "Écrivez l’adresse entière, avec https:// devant."),
    "email": ("une adresse électronique", "Écrivez une seule adresse, comme mairie@exemple.fr."),
    "uuid": ("un identifiant UUID", "Écrivez ses trente-deux caractères, comme 2f1acc6c-5bf0-4b4b-8e1c-0a1b2c3d4e5f."),
}
PATTERNS: Final = {
    r"^\d{14}$": ("un SIRET", "Écrivez ses quatorze chiffres, sans espace."),
    r"^\d{9}$": ("un SIREN", "Écrivez ses neuf chiffres, sans espace."),
    r"^W\d{9}$": ("un numéro RNA", "Écrivez W et ses neuf chiffres, sans espace."),
    r"^([013-9]\d|2[AB1-9])\d{3}$": ("un code à cinq caractères", "Écrivez les cinq caractères, avec le zéro du début : 01004."),
    r"^\d{5}$": ("un code postal", "Écrivez ses cinq chiffres, avec le zéro du début : 01000."),
    r"^[0-9]{4}\-[0-9]{2}\-[0-9]{2}(\/[0-9]{4}\-[0-9]{2}\-[0-9]{2})?$": (
        "une date ni une période",
        "Écrivez 2025-12-31, ou 2025-01-01/2025-12-31 pour une période.",
    ),
    r"^[0-9]{4}(\/[0-9]{4})?$": ("une année ni deux", "Écrivez 2025, ou 2025/2026."),
    r"^\d\.\d{1,2}$": ("un code de matière", "Écrivez un chiffre, un point, puis un ou deux chiffres : 1.1."),
    r"^([013-9]\d|2[AB1-9])\d{3}-P-\d{3}$": ("un identifiant de parc", "Écrivez le code INSEE, -P- et trois chiffres : 75114-P-001."),
    r"^[A-Z]{2}[A-Z0-9]{4,33}$": ("un identifiant de recharge", "Écrivez FR, puis des lettres capitales et des chiffres : FRA68E680210015."),
}  # fmt: skip
# « Of these characters alone »: the one that is not of them can be named.
ALPHABET: Final = re.compile(r"\^(\[(?:[^\]\\]|\\.)+\])\+\$?")
POWERS: Final = re.compile(r"\d([.,]\d+)?E\+\d+")


def shown(value: str) -> str:
    """A value between quotation marks, cut where it is long; breaks of lines are shown as spaces."""
    plain = " ".join(value.split()) or value
    return f"« {plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + '…'} »"


def told(rule: str, field: Field, value: str) -> tuple[str, str]:
    """What is wrong with a cell (the end of a sentence whose subject is its value), and what to do."""
    return RULES[rule](field, value)


def listed(values: Sequence[Any]) -> str:
    said = ", ".join(f"« {value} »" for value in values[:LISTED])
    return said + (f" et {len(values) - LISTED} autres" if len(values) > LISTED else "")


def _required(value: str) -> tuple[str, str]:
    if value:
        return "ne dit rien, et la norme demande une valeur", "Remplissez-la."
    return "est vide, et la norme demande une valeur", "Remplissez-la."


def _type(field: Field) -> tuple[str, str]:
    kind, remedy = TYPES.get(field.format) or TYPES.get(field.type, ("ce que la norme demande", "Consultez la norme."))
    if field.type == "date":
        remedy = f"Écrivez {TODAY.get(field.format, TODAY['default'])}, par exemple."
    if field.type == "boolean":
        remedy = f"Écrivez {field.true_values[0]} pour oui, {field.false_values[0]} pour non."
    if field.format == "array" and field.type == "geopoint":
        remedy = "Écrivez la longitude, puis la latitude, entre crochets : [1.4523, 46.597]."
    return f"n’est pas {kind}", remedy


def _enum(field: Field) -> tuple[str, str]:
    values = field.constraints.get("enum") or field.item.get("constraints", {}).get("enum", ())
    return "n’est pas dans la liste de la norme", f"Écrivez l’une des valeurs : {listed(values)}."


def _pattern(field: Field, value: str) -> tuple[str, str]:
    pattern = field.constraints["pattern"]
    if POWERS.search(value):
        return "est un code dont un tableur a fait une puissance de dix", (
            "Mettez la colonne au format Texte dans le tableur, puis recopiez les codes depuis leur source."
        )
    kind, remedy = PATTERNS.get(pattern, ("", ""))
    if kind:
        return f"n’est pas {kind}", remedy
    if alphabet := ALPHABET.fullmatch(pattern):
        other = next((each for each in value if not re.fullmatch(alphabet[1], each)), "")
        return f"contient un signe que la norme ne permet pas, « {other} »", "Écrivez-le autrement, ou ôtez-le."
    return "n’a pas la forme que la norme demande", f"La norme décrit cette forme ainsi : {pattern}"


def _limit(said: str, do: str) -> Callable[[str], Callable[[Field, str], tuple[str, str]]]:
    def of(name: str) -> Callable[[Field, str], tuple[str, str]]:
        return lambda field, value: (said.format(field.constraints[name]), do.format(field.constraints[name]))

    return of


def _same(said: str, do: str) -> Callable[[Field, str], tuple[str, str]]:
    return lambda field, value: (said, do)


RULES: Final[Mapping[str, Callable[[Field, str], tuple[str, str]]]] = {
    "required": lambda field, value: _required(value),
    "type": lambda field, value: _type(field),
    "enum": lambda field, value: _enum(field),
    "pattern": _pattern,
    "minimum": _limit("n’atteint pas {}", "Vérifiez la valeur et son unité : {} au moins.")("minimum"),
    "maximum": _limit("dépasse {}", "Vérifiez la valeur et son unité : {} au plus.")("maximum"),
    "minLength": _limit("n’a pas assez de caractères", "Écrivez {} caractères au moins.")("minLength"),
    "maxLength": _limit("a trop de caractères", "Écrivez {} caractères au plus.")("maxLength"),
    "unique": _same("est déjà plus haut, et la norme demande des valeurs toutes différentes", "Gardez une seule des lignes, ou corrigez l’identifiant."),
    "primary-key": _same("désigne une ligne déjà donnée plus haut", "Gardez une seule des lignes, ou corrigez l’identifiant."),
}  # fmt: skip
