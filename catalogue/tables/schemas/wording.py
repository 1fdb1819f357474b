"""What is wrong and what to do, in the words of whoever keeps the table at the town hall."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from catalogue.spoken import gettext as _
from catalogue.spoken import gettext_noop
from catalogue.tables.schemas.national import Field

SHOWN: Final = 60  # characters of a value
LISTED: Final = 8  # values of a list
TODAY: Final = {"%Y-%m-%d": "2025-12-31", "%Y": "2025", "default": "2025-12-31"}
# How to write what a type asks, with an example.
TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "integer": (
        gettext_noop("un nombre entier"),
        gettext_noop("Écrivez le nombre en chiffres, sans espace ni décimale : 1250."),
    ),
    "number": (
        gettext_noop("un nombre"),
        gettext_noop("Écrivez le nombre en chiffres, avec un point pour les décimales et rien d’autre : 1250.50."),
    ),
    "boolean": (gettext_noop("un oui ou un non comme la norme les écrit"), ""),
    "date": (gettext_noop("une date écrite comme la norme le demande"), ""),
    "datetime": (
        gettext_noop("une date avec son heure"),
        gettext_noop("Écrivez année-mois-jour, T, puis l’heure : 2025-12-31T08:30:00."),
    ),
    "time": (gettext_noop("une heure"), gettext_noop("Écrivez heures, minutes et secondes : 08:30:00.")),
    "year": (gettext_noop("une année"), gettext_noop("Écrivez les quatre chiffres de l’année : 2025.")),
    "array": (
        gettext_noop("une liste"),
        gettext_noop('Écrivez les valeurs entre crochets, chacune entre guillemets : ["lait", "oeufs"].'),
    ),
    "geopoint": (
        gettext_noop("des coordonnées"),
        gettext_noop("Écrivez la longitude, puis la latitude : 1.4523, 46.597."),
    ),
    "uri": (gettext_noop("une adresse du web"), gettext_noop("Écrivez l’adresse entière, avec https:// devant.")),
    "email": (
        gettext_noop("une adresse électronique"),
        gettext_noop("Écrivez une seule adresse, comme mairie@exemple.fr."),
    ),
    "uuid": (
        gettext_noop("un identifiant UUID"),
        gettext_noop("Écrivez ses trente-deux caractères, comme 2f1acc6c-5bf0-4b4b-8e1c-0a1b2c3d4e5f."),
    ),
}
PATTERNS: Final = {
    r"^\d{14}$": (gettext_noop("un SIRET"), gettext_noop("Écrivez ses quatorze chiffres, sans espace.")),
    r"^\d{9}$": (gettext_noop("un SIREN"), gettext_noop("Écrivez ses neuf chiffres, sans espace.")),
    r"^W\d{9}$": (gettext_noop("un numéro RNA"), gettext_noop("Écrivez W et ses neuf chiffres, sans espace.")),
    r"^([013-9]\d|2[AB1-9])\d{3}$": (gettext_noop("un code à cinq caractères"), gettext_noop("Écrivez les cinq caractères, avec le zéro du début : 01004.")),
    r"^\d{5}$": (gettext_noop("un code postal"), gettext_noop("Écrivez ses cinq chiffres, avec le zéro du début : 01000.")),
    r"^[0-9]{4}\-[0-9]{2}\-[0-9]{2}(\/[0-9]{4}\-[0-9]{2}\-[0-9]{2})?$": (
        gettext_noop("une date ni une période"),
        gettext_noop("Écrivez 2025-12-31, ou 2025-01-01/2025-12-31 pour une période."),
    ),
    r"^[0-9]{4}(\/[0-9]{4})?$": (gettext_noop("une année ni deux"), gettext_noop("Écrivez 2025, ou 2025/2026.")),
    r"^\d\.\d{1,2}$": (gettext_noop("un code de matière"), gettext_noop("Écrivez un chiffre, un point, puis un ou deux chiffres : 1.1.")),
    r"^([013-9]\d|2[AB1-9])\d{3}-P-\d{3}$": (
        gettext_noop("un identifiant de parc"),
        gettext_noop("Écrivez le code INSEE, -P- et trois chiffres : 75114-P-001.")),
    r"^[A-Z]{2}[A-Z0-9]{4,33}$": (
        gettext_noop("un identifiant de recharge"),
        gettext_noop("Écrivez FR, puis des lettres capitales et des chiffres : FRA68E680210015.")),
}  # fmt: skip
# « Of these characters alone »: the one that is not of them can be named.
ALPHABET: Final = re.compile(r"\^(\[(?:[^\]\\]|\\.)+\])\+\$?")
POWERS: Final = re.compile(r"\d([.,]\d+)?E\+\d+")


def shown(value: str) -> str:
    """A value between quotation marks, cut where it is long; breaks of lines are shown as spaces."""
    plain = " ".join(value.split()) or value
    return _("« %(text)s »") % {"text": plain if len(plain) <= SHOWN else f"{plain[: SHOWN - 1]}…"}


def said_of(texts: tuple[str, str]) -> tuple[str, str]:
    """A line of these tables, in the reader's language."""
    return _(texts[0]) if texts[0] else "", _(texts[1]) if texts[1] else ""


def told(rule: str, field: Field, value: str) -> tuple[str, str]:
    """What is wrong with a cell (the end of a sentence whose subject is its value), and what to do."""
    return RULES[rule](field, value)


def listed(values: Sequence[Any]) -> str:
    said = ", ".join(_("« %(text)s »") % {"text": value} for value in values[:LISTED])
    more = len(values) - LISTED
    return _("%(names)s et %(more)s autres") % {"names": said, "more": more} if more > 0 else said


def _required(value: str) -> tuple[str, str]:
    if value:
        return _("ne dit rien, et la norme demande une valeur"), _("Remplissez-la.")
    return _("est vide, et la norme demande une valeur"), _("Remplissez-la.")


def _type(field: Field) -> tuple[str, str]:
    kind, remedy = said_of(
        TYPES.get(field.format) or TYPES.get(field.type) or (_("ce que la norme demande"), _("Consultez la norme."))
    )
    if field.type == "date":
        remedy = _("Écrivez %(today)s, par exemple.") % {"today": TODAY.get(field.format, TODAY["default"])}
    if field.type == "boolean":
        remedy = _("Écrivez %(true_values)s pour oui, %(false_values)s pour non.") % {
            "true_values": field.true_values[0],
            "false_values": field.false_values[0],
        }
    if field.format == "array" and field.type == "geopoint":
        remedy = _("Écrivez la longitude, puis la latitude, entre crochets : [1.4523, 46.597].")
    return _("n’est pas %(kind)s") % {"kind": kind}, remedy


def _enum(field: Field) -> tuple[str, str]:
    values = field.constraints.get("enum") or field.item.get("constraints", {}).get("enum", ())
    return _("n’est pas dans la liste de la norme"), _("Écrivez l’une des valeurs : %(values)s.") % {
        "values": listed(values)
    }


def _pattern(field: Field, value: str) -> tuple[str, str]:
    pattern = field.constraints["pattern"]
    if POWERS.search(value):
        return _("est un code dont un tableur a fait une puissance de dix"), (
            _("Mettez la colonne au format Texte dans le tableur, puis recopiez les codes depuis leur source.")
        )
    kind, remedy = said_of(PATTERNS.get(pattern, ("", "")))
    if kind:
        return _("n’est pas %(kind)s") % {"kind": kind}, remedy
    if alphabet := ALPHABET.fullmatch(pattern):
        other = next((each for each in value if not re.fullmatch(alphabet[1], each)), "")
        return _("contient un signe que la norme ne permet pas, « %(other)s »") % {"other": other}, _(
            "Écrivez-le autrement, ou ôtez-le."
        )
    return _("n’a pas la forme que la norme demande"), _("La norme décrit cette forme ainsi : %(pattern)s") % {
        "pattern": pattern
    }


def _limit(said: str, do: str) -> Callable[[str], Callable[[Field, str], tuple[str, str]]]:
    def of(name: str) -> Callable[[Field, str], tuple[str, str]]:
        return lambda field, value: (_(said).format(field.constraints[name]), _(do).format(field.constraints[name]))

    return of


def _same(said: str, do: str) -> Callable[[Field, str], tuple[str, str]]:
    return lambda field, value: (_(said), _(do))


RULES: Final[Mapping[str, Callable[[Field, str], tuple[str, str]]]] = {
    "required": lambda field, value: _required(value),
    "type": lambda field, value: _type(field),
    "enum": lambda field, value: _enum(field),
    "pattern": _pattern,
    "minimum": _limit(gettext_noop("n’atteint pas {}"), gettext_noop("Vérifiez la valeur et son unité : {} au moins."))("minimum"),
    "maximum": _limit(gettext_noop("dépasse {}"), gettext_noop("Vérifiez la valeur et son unité : {} au plus."))("maximum"),
    "minLength": _limit(gettext_noop("n’a pas assez de caractères"), gettext_noop("Écrivez {} caractères au moins."))("minLength"),
    "maxLength": _limit(gettext_noop("a trop de caractères"), gettext_noop("Écrivez {} caractères au plus."))("maxLength"),
    "unique": _same(
        gettext_noop("est déjà plus haut, et la norme demande des valeurs toutes différentes"),
        gettext_noop("Gardez une seule des lignes, ou corrigez l’identifiant.")),
    "primary-key": _same(gettext_noop("désigne une ligne déjà donnée plus haut"), gettext_noop("Gardez une seule des lignes, ou corrigez l’identifiant.")),
}  # fmt: skip
