"""The functions of a row: what each takes, gives, and is in SQL. A recipe can call these and no other.

In `sql`, {0} {1}… are what was given, already written; {rest}: what follows the first, between commas; {all}: their sum,
unknown when one of them is (DuckDB's least and greatest skip what is unknown).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.indicators.language.kinds import Kind

TEXTS: Final = frozenset({Kind.TEXT, Kind.PLAIN})
NUMBERS: Final = frozenset({Kind.NUMBER})
DATES: Final = frozenset({Kind.DATE})
ANY: Final = frozenset({Kind.TEXT, Kind.PLAIN, Kind.NUMBER, Kind.BOOLEAN, Kind.DATE})

# « Équipement d’accès » and « EQUIPEMENT D'ACCES » are one; NFC first, else a decomposed accent is another letter.
PLAINLY: Final = "trim(replace(strip_accents(lower(nfc_normalize({0}))), '’', ''''))"
ELEMENTS: Final = (
    "CASE WHEN starts_with(trim({0}), '[') THEN try_cast({0} AS JSON)->>'$[*]' "
    "ELSE list_transform(string_split({0}, ','), lambda e: trim(e)) END"
)


@dataclass(frozen=True)
class Function:
    """`takes`: kinds that each argument may be; the last may come again when `more`. `gives`: None, that of the first `like`.

    `said`: places of arguments that must be written out, not computed. `usage`: as messages show it.
    """

    usage: str
    takes: tuple[frozenset[Kind], ...]
    gives: Kind | None
    sql: str
    more: bool = False
    said: frozenset[int] = frozenset()
    like: int = 0
    least: int = 0  # arguments; 0: as many as `takes`


FUNCTIONS: Final[Mapping[str, Function]] = {
    "lower": Function("lower(texte)", (TEXTS,), Kind.TEXT, "lower({0})"),
    "upper": Function("upper(texte)", (TEXTS,), Kind.TEXT, "upper({0})"),
    "trim": Function("trim(texte)", (TEXTS,), Kind.TEXT, "trim({0})"),
    "plain": Function("plain(texte)", (TEXTS,), Kind.PLAIN, PLAINLY),
    "first": Function("first(texte, 2)", (TEXTS, NUMBERS), None, "substr({0}, 1, {1})", said=frozenset({1})),
    "last": Function("last(texte, 2)", (TEXTS, NUMBERS), None, "right({0}, {1})", said=frozenset({1})),
    "starts": Function(
        'starts(texte, "20", "21")', (TEXTS, TEXTS), Kind.BOOLEAN, "starts_with({0}, {1})", True, frozenset({1})
    ),
    "contains": Function(
        'contains(texte, "bio")',
        (TEXTS | {Kind.LIST}, TEXTS),
        Kind.BOOLEAN,
        "contains({0}, {1})",
        True,
        frozenset({1}),
    ),
    "size": Function("size(liste)", (frozenset({Kind.LIST}),), Kind.NUMBER, f"len({ELEMENTS})"),
    "year": Function("year(date)", (DATES,), Kind.NUMBER, "year({0})"),
    "month": Function("month(date)", (DATES,), Kind.NUMBER, "month({0})"),
    "days": Function("days(date de début, date de fin)", (DATES, DATES), Kind.NUMBER, "date_diff('day', {0}, {1})"),
    "date": Function(
        'date("2024-01-31")', (frozenset({Kind.TEXT}),), Kind.DATE, "CAST({0} AS DATE)", said=frozenset({0})
    ),
    "number": Function(
        "number(texte)",
        (TEXTS,),
        Kind.NUMBER,
        "try_cast(replace(regexp_replace({0}, '[\\s\\x{{A0}}\\x{{202F}}]', '', 'g'), ',', '.') AS DOUBLE)",
    ),
    "text": Function(
        "text(nombre)",
        (NUMBERS,),
        Kind.TEXT,
        "coalesce(CASE WHEN {0} = floor({0}) THEN CAST(try_cast({0} AS HUGEINT) AS VARCHAR) END, CAST({0} AS VARCHAR))",
    ),
    "abs": Function("abs(nombre)", (NUMBERS,), Kind.NUMBER, "abs({0})"),
    "if": Function(
        "if(condition, valeur, autre valeur)",
        (frozenset({Kind.BOOLEAN}), ANY, ANY),
        None,
        "CASE WHEN {0} THEN {1} ELSE {2} END",
        like=1,
    ),
    "coalesce": Function("coalesce(valeur, autre valeur)", (ANY, ANY), None, "coalesce({0}, {rest})", more=True),
    "least": Function(
        "least(nombre, nombre)",
        (NUMBERS, NUMBERS),
        Kind.NUMBER,
        "CASE WHEN {all} IS NOT NULL THEN least({0}, {rest}) END",
        more=True,
    ),
    "greatest": Function(
        "greatest(nombre, nombre)",
        (NUMBERS, NUMBERS),
        Kind.NUMBER,
        "CASE WHEN {all} IS NOT NULL THEN greatest({0}, {rest}) END",
        more=True,
    ),
    "length_km": Function("length_km(geometry)", (frozenset({Kind.LINE}),), Kind.NUMBER, ""),  # `lines` writes it
}


@dataclass(frozen=True)
class Over:
    """An aggregate. {0}: its subject, {f}: the filter of its rows. `sums`: those of two territories make that of both."""

    usage: str
    takes: frozenset[Kind]
    sql: str
    sums: bool = False


# The sum of no row is 0; the sum of rows whose cells are all missing is unknown.
OVER: Final[Mapping[str, Over]] = {
    "sum": Over("sum(nombre)", NUMBERS, "CASE WHEN count(*){f} = 0 THEN 0 ELSE sum({0}){f} END", True),
    "count": Over("count() ou count(distinct valeur)", ANY | {Kind.LIST}, "count({0}){f}", True),
    "mean": Over("mean(nombre)", NUMBERS, "avg({0}){f}"),
    "median": Over("median(nombre)", NUMBERS, "median({0}){f}"),
    "min": Over("min(nombre)", NUMBERS, "min({0}){f}"),
    "max": Over("max(nombre)", NUMBERS, "max({0}){f}"),
    "largest": Over("largest(10, nombre)", NUMBERS, "list_sum(max({0}, {most}){f})"),
    "most_frequent": Over("most_frequent(valeur)", ANY, "list_max(map_values(histogram({0}){f}))"),
    "only": Over("only(nombre)", NUMBERS, "CASE WHEN min({0}){f} = max({0}){f} THEN min({0}){f} END", True),
}
