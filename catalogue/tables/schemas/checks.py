"""What a schema asks of a line beyond its cells: the custom checks that Validata has, those that we know.

Table Schema knows none of them, and a line that fails one is still used: what it says is doubtful, not unreadable.
`nomenclature-actes-value` and `opening-hours-value` are left aside: their lists are no part of a schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalogue.tables.schemas.national import Schema
from catalogue.tables.typing.kinds import is_siren, is_siret


@dataclass(frozen=True)
class Check:
    """`wrong`: SQL that is true where the line is; `column`: the field that is named, with `said` and `remedy` in French."""

    rule: str
    column: str
    wrong: str
    said: str
    remedy: str

    def telling(self, value: str) -> tuple[str, str]:
        return self.said, self.remedy


# Of the check's parameters, the SQL of each field's cell, and whether a cell says nothing.
Make = Callable[[Mapping[str, Any], Mapping[str, str], Callable[[str], str]], Check]


def checks(of: Schema, cells: Mapping[str, str], missing: Callable[[str], str]) -> Iterator[Check]:
    """Those of a schema whose columns are all there. `cells`: SQL of each field; `missing`: whether a cell says nothing."""
    for name, parameters in of.checks:
        make = KNOWN.get(name)
        if make is not None and all(column in cells for column in _columns(parameters)):
            yield make(parameters, cells, missing)


def _columns(parameters: Mapping[str, Any]) -> Iterator[str]:
    for name in ("column", "column1", "column2"):
        if name in parameters:
            yield parameters[name]
    yield from parameters.get("othercolumns", ())
    yield from parameters.get("columns", ())


def wrong_siret(cell: str) -> str:
    """SQL: fourteen digits that are no SIRET, by their key."""
    return f"CASE WHEN regexp_full_match({cell}, '\\d{{14}}') THEN NOT {is_siret(cell)} ELSE false END"


def wrong_siren(cell: str) -> str:
    return f"CASE WHEN regexp_full_match({cell}, '\\d{{9}}') THEN NOT {is_siren(cell)} ELSE false END"


def _number(cell: str) -> str:
    return f"try_cast({cell} AS DOUBLE)"


def _keyed(rule: str, name: str, wrong: Callable[[str], str]) -> Make:
    said, remedy = (
        f"n’est pas un {name} (sa clé de contrôle est fausse)",
        "Recopiez-le depuis annuaire-entreprises.data.gouv.fr.",
    )
    return lambda parameters, cells, missing: Check(
        rule, parameters["column"], wrong(cells[parameters["column"]]), said, remedy
    )


def _one_of(parameters: Mapping[str, Any], cells: Mapping[str, str], missing: Callable[[str], str]) -> Check:
    first, second = parameters["column1"], parameters["column2"]
    wrong = f"({missing(cells[first])} AND {missing(cells[second])})"
    return Check("one-of", first, wrong, f"est vide, et « {second} » aussi", "Remplissez au moins l’une des deux.")


def _compared(parameters: Mapping[str, Any], cells: Mapping[str, str], missing: Callable[[str], str]) -> Check:
    """Numbers as numbers, the rest (dates as the standard writes them) as texts; an empty cell is not compared."""
    column, other, sign = parameters["column"], parameters["column2"], parameters["op"]
    if sign not in OPPOSITE:
        raise ValueError(f"compare-columns-value: {sign}")
    a, b = cells[column], cells[other]
    there = f"NOT ({missing(a)} OR {missing(b)})"
    numbers = f"{_number(a)} IS NOT NULL AND {_number(b)} IS NOT NULL"
    wrong = f"CASE WHEN {numbers} THEN {_number(a)} {OPPOSITE[sign]} {_number(b)} ELSE {a} {OPPOSITE[sign]} {b} END"
    return Check("compare", column, f"({there} AND {wrong})", f"devrait être {SIGNS[sign]} « {other} »", f"Corrigez « {column} » ou « {other} ».")  # fmt: skip


def _summed(parameters: Mapping[str, Any], cells: Mapping[str, str]) -> Check:
    column, parts = parameters["column"], parameters["columns"]
    total = " + ".join(_number(cells[part]) for part in parts)
    wrong = f"coalesce(abs({_number(cells[column])} - ({total})) > 1e-9, false)"
    return Check("sum", column, wrong, f"n’est pas la somme de {', '.join(f'« {part} »' for part in parts)}", "Refaites l’addition.")  # fmt: skip


def _together(parameters: Mapping[str, Any], cells: Mapping[str, str], missing: Callable[[str], str]) -> Check:
    column, others = parameters["column"], parameters["othercolumns"]
    empty = [f"CAST({missing(cells[each])} AS INTEGER)" for each in (column, *others)]
    wrong = f"({' + '.join(empty)}) NOT IN (0, {len(empty)})"
    said = f"va avec {', '.join(f'« {other} »' for other in others)} : l’une est vide, l’autre non"
    return Check("together", column, wrong, said, "Remplissez-les toutes, ou aucune.")


def _years(parameters: Mapping[str, Any], cells: Mapping[str, str]) -> Check:
    column = parameters["column"]
    cell = cells[column]
    wrong = f"CASE WHEN regexp_full_match({cell}, '\\d{{4}}/\\d{{4}}') THEN {cell}[:4] >= {cell}[6:] ELSE false END"
    return Check(
        "years", column, wrong, "n’est pas une suite d’années", "Écrivez la première avant la seconde : 2024/2025."
    )


OPPOSITE: Final = {">=": "<", "<=": ">", ">": "<=", "<": ">=", "==": "<>", "=": "<>"}
SIGNS: Final = {
    ">=": "au moins égale à",
    "<=": "au plus égale à",
    ">": "plus grande que",
    "<": "plus petite que",
    "==": "égale à",
    "=": "égale à",
}
KNOWN: Final[Mapping[str, Make]] = {
    "french-siret-value": _keyed("siret", "SIRET", wrong_siret),
    "french-siren-value": _keyed("siren", "SIREN", wrong_siren),
    "one-of-required": _one_of,
    "compare-columns-value": _compared,
    "sum-columns-value": lambda parameters, cells, missing: _summed(parameters, cells),
    "cohesive-columns-value": _together,
    "year-interval-value": lambda parameters, cells, missing: _years(parameters, cells),
}
