"""How a cell is masked: what it says of a person goes, what is useful for a whole stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.tables.contract import Column, Type
from catalogue.tables.personal import columns as roles
from catalogue.tables.personal.signs import EMAIL, NAMED, closed
from catalogue.tables.schemas.national import folded

HIDDEN: Final = "…"
PERSON: Final = "Personne physique"
NOTHING: Final = {"small", "rare"}  # whose figures are left empty


@dataclass(frozen=True)
class Mask:
    """`sql`: the masked cell; `type`: what the column is then; `done`: what was done, in French."""

    sql: str
    type: Type
    done: str
    whole: bool = False  # of all rows, not only of those that the suspicion is about


def mask(code: str, cell: str, column: Column) -> Mask:
    """Of a column that a suspicion names. `cell`: SQL of its text."""
    if code in NOTHING and column.type.numeric:
        return Mask("NULL", column.type, "effectifs trop petits laissés vides")
    if code in OWN:
        return OWN[code](cell)
    name = folded(column.name)
    if column.type.moment or column.type == Type.YEAR or roles.BIRTH.search(name):
        return _decade(cell)
    if column.type in {Type.POSTCODE, Type.COMMUNE}:
        return Mask(f"left({cell}, 2) || '{HIDDEN}'", Type.TEXT, "les deux premiers caractères sont gardés")
    if roles.ADDRESS.search(name):
        return _street(cell)
    return _initials(cell)


def _decade(cell: str) -> Mask:
    """A date or a year as the ten years around it: « 1950-1959 »."""
    year = f"try_cast(regexp_extract({cell}, '(?:19|20)\\d{{2}}') AS INTEGER)"
    decade = f"({year} // 10 * 10) || '-' || ({year} // 10 * 10 + 9)"
    return Mask(decade, Type.TEXT, "dates remplacées par la dizaine d’années", whole=True)


def _street(cell: str) -> Mask:
    number = r"^\s*\d+\s*(?:bis|ter|quater|[A-Za-z]\b)?[\s,]*"
    return Mask(f"regexp_replace({cell}, '{number}', '')", Type.TEXT, "adresses sans leur numéro")


def _initials(cell: str) -> Mask:
    words = f"regexp_split_to_array(trim({cell}), '[\\s-]+')"
    initials = f"list_aggregate(list_transform({words}, lambda x: upper(left(x, 1)) || '.'), 'string_agg', ' ')"
    return Mask(initials, Type.TEXT, "noms remplacés par leurs initiales")


def _email(cell: str) -> Mask:
    # The same addresses as `signs.email` looks for, in whatever case they are written.
    pattern = f"(?i){EMAIL}".replace("'", "''").replace("@", "@(", 1) + ")"
    return Mask(
        f"regexp_replace({cell}, '{pattern}', '{HIDDEN}@\\1', 'g')", Type.TEXT, "adresses réduites à leur domaine"
    )


def _telephone(cell: str) -> Mask:
    number = f"regexp_replace({closed(cell)}, '^(\\+33|0033)', '0')"
    return Mask(f"left({number}, 2) || ' {HIDDEN}'", Type.TEXT, "numéros réduits à leurs deux premiers chiffres")


def _somebody(cell: str) -> Mask:
    pattern = NAMED.replace("'", "''")
    return Mask(f"regexp_replace({cell}, '{pattern}', '{HIDDEN} ', 'g')", Type.TEXT, "noms de personnes effacés")


def _hidden(cell: str) -> Mask:
    return Mask(f"CASE WHEN {cell} IS NOT NULL THEN '{HIDDEN}' END", Type.TEXT, "valeurs effacées")


OWN: Final[Mapping[str, Callable[[str], Mask]]] = {
    "nir": _hidden,
    "iban": _hidden,
    "rare": _hidden,
    "email": _email,
    "telephone": _telephone,
    "deliberation": _somebody,
    "subsidy": lambda cell: Mask(f"'{PERSON}'", Type.TEXT, f"noms de personnes remplacés par « {PERSON} »"),
}
