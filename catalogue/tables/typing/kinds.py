"""Each way in which a column may be read: what its values look like, what they become, which names it goes by.

Declared once, in the order in which they are tried; `typing` asks them of every row. The first that all values of a
column follow is its type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from catalogue.tables import figures
from catalogue.tables.contract import Type
from catalogue.tables.figures import matches
from catalogue.tables.typing import moments, places

Expression = Callable[[str], str]
SAFE = 2**53  # beyond, a program that reads JSON rounds integers


def as_is(text: str) -> str:
    return text


@dataclass(frozen=True)
class Kind:
    """`fits` and `value` take the expression of a trimmed text. `said`: the note when the values had to be changed.

    `named`: the name of the column must match it, words in lower case without accents between underscores.
    `hinted`: tried only where a schema asks for this type. `least`: how many different values it takes to believe it.
    """

    type: Type
    fits: Expression
    value: Expression = as_is
    said: str = ""
    named: re.Pattern[str] | None = None
    hinted: bool = False
    least: int = 1
    some: bool = False  # not all of the values are changed
    quick: Expression | None = None  # `value`, where all are known to fit

    def holds(self, text: str) -> str:
        """`fits`, never NULL."""
        return f"coalesce({self.fits(text)}, false)"


def _name(words: str) -> re.Pattern[str]:
    return re.compile(f"_(?:{words})s?_")


def _like(*patterns: str) -> Expression:
    return lambda text: matches(text, *patterns)


def _given(value: Expression) -> Expression:
    """What fits is what can be read."""
    return lambda text: f"({value(text)} IS NOT NULL)"


def _date(value: Expression, said: str = "", **more: Any) -> Kind:
    return Kind(Type.DATE, _given(value), value, said, **more)


def bare(text: str) -> str:
    """Without the spaces that group digits."""
    return f"translate({text}, '{figures.SPACES}', '')"


def luhn(number: str, first: int, last: int) -> str:
    """The sum of the digits `first` to `last` (0: the one at the right), every second one doubled (ISO/IEC 7812-1).

    The digit is doubled at odd places; above 4, the two digits that come of it make 9 less.
    """
    terms = []
    for place in range(first, last):
        digit = f"({number} // {10**place}) % 10"
        doubled = (place - first) % 2
        terms.append(f"2 * ({digit}) - 9 * (({number} // {5 * 10**place}) % 2)" if doubled else digit)
    return f"({' + '.join(terms)})"


def _keyed(text: str, length: int, key: str) -> str:
    """`key`: an expression of `n`, the number. It is written once: in a CASE, DuckDB would compute it for each digit."""
    number = f"try_cast(CASE WHEN {matches(text, f'[0-9]{{{length}}}')} THEN {text} END AS BIGINT)"
    return f"coalesce(list_transform([{number}], lambda n: {key})[1], false)"


def is_siren(text: str) -> str:
    return _keyed(text, 9, f"{luhn('n', 0, 9)} % 10 = 0")


def is_siret(text: str) -> str:
    """La Poste's establishments (SIREN 356000000) have a sum of digits that 5 divides instead (INSEE)."""
    total = " + ".join(f"(n // {10**place}) % 10" for place in range(14))
    good = f"{luhn('n', 0, 14)} % 10 = 0 OR (n // 100000 = 356000000 AND ({total}) % 5 = 0)"
    return _keyed(text, 14, f"{luhn('n', 5, 14)} % 10 = 0 AND ({good})")


def _numbered(type_: Type, key: Expression, length: int, named: re.Pattern[str], least: int = 1) -> Iterator[Kind]:
    """With its key, or in a column of its name; spaces between its digits or none, which is asked first for its speed."""
    digits = f"[0-9]{{{length}}}"
    yield Kind(type_, key, least=least)
    yield Kind(type_, lambda text: key(bare(text)), bare, SPACED, least=least)
    yield Kind(type_, _like(digits), named=named)
    yield Kind(type_, lambda text: matches(bare(text), digits), bare, SPACED, named=named)


def between(text: str, low: int, high: int) -> str:
    return f"CASE WHEN {matches(text, figures.PLAIN)} THEN {degrees(text)} BETWEEN {low} AND {high} ELSE false END"


def degrees(text: str) -> str:
    return f"try_cast(replace({text}, ',', '.') AS DOUBLE)"


def point_number(text: str) -> str:
    return f"replace({text}, ',', '.')"


def whole(text: str) -> str:
    return f"try_cast(CASE WHEN {matches(text, r'[+-]?[0-9]+')} THEN {text} ELSE {figures.plain(text)} END AS BIGINT)"


def padded(length: int) -> Expression:
    return lambda text: f"lpad({text}, {length}, '0')"


def is_true(text: str) -> str:
    return f"(lower({text}) IN ('oui', 'vrai', 'true', 'yes', '1', 'o', 'y', 't'))"


COMMUNE = r"(?:\d{2}|2[AB])\d{3}"
DEPARTMENT = r"0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-8]|98[4-8]"
REGION = r"0[1-6]|11|24|27|28|32|44|52|53|75|76|84|93|94"
TELEPHONE = r"(?:(?:\+|00)\d{2,3}[ .-]?(?:\(0\)[ .-]?)?|0)[1-9](?:[ .-]?\d{2}){4}"
INSEE = _name("insee|cog|codgeo|depcom|codecom|codeinsee|code_com|com|commune|codecommune|code_commune|geocode")
POSTAL = _name("cp|postal|codepostal|postcode|zip|code_post")
LATITUDE = _name("lat|latitude|ylat")
LONGITUDE = _name("lon|long|lng|longitude|xlong|xlon")
ZERO = "le zéro de tête, perdu, a été rétabli"
SPACED = "les espaces ont été retirés"
NUMBERS = "les séparateurs de milliers, unités et virgules sont retirés"

KINDS: tuple[Kind, ...] = (
    Kind(Type.GEOMETRY, places.is_geojson),
    Kind(Type.GEOMETRY, places.is_wkt, places.geojson, "les formes écrites en WKT sont gardées en GeoJSON"),
    Kind(Type.POINT, places.is_point),
    Kind(Type.LIST, lambda text: f"(regexp_matches({text}, '^[\\[{{]') AND json_valid({text}))"),
    Kind(
        Type.BOOLEAN,
        lambda text: f"(lower({text}) IN ('oui', 'non', 'vrai', 'faux', 'true', 'false', 'yes', 'no'))",
        is_true,
    ),
    Kind(Type.BOOLEAN, lambda text: f"(lower({text}) IN ('0', '1'))", is_true, hinted=True),
    Kind(
        Type.BOOLEAN,
        lambda text: (
            f"(lower({text}) IN ('oui', 'non', 'vrai', 'faux', 'true', 'false', 'yes', 'no', '0', '1', 'o', 'n', 'y', 't', 'f'))"
        ),
        is_true,
        hinted=True,
    ),
    Kind(Type.EMAIL, _like(r"[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z]{2,}")),
    Kind(Type.URL, _like(r"(?i:https?|ftp)://\S+", r"www\.\S+\.\S+")),
    Kind(Type.TELEPHONE, _like(TELEPHONE), least=3),
    Kind(
        Type.TELEPHONE,
        _like(TELEPHONE, r"[+(]?\d[\d .()/-]{2,20}"),
        named=_name("tel|telephone|phone|mobile|portable|fax|appel"),
    ),
    *_numbered(Type.SIRET, is_siret, 14, _name("siret|siren|nsiret")),
    *_numbered(Type.SIREN, is_siren, 9, _name("siren|siret|nsiren|code_epci|epci_code"), least=3),
    Kind(Type.POSTCODE, _like(r"\d{5}"), named=POSTAL),
    Kind(Type.POSTCODE, _like(r"\d{4,5}"), padded(5), ZERO, named=POSTAL),
    Kind(Type.COMMUNE, _like(COMMUNE), named=INSEE),
    Kind(Type.COMMUNE, _like(COMMUNE, r"[1-9]\d{3}"), padded(5), ZERO, named=INSEE),
    Kind(Type.DEPARTMENT, _like(DEPARTMENT), named=_name("dep|dept|departement|departements")),
    Kind(
        Type.DEPARTMENT, _like(DEPARTMENT, "[1-9]"), padded(2), ZERO, named=_name("dep|dept|departement|departements")
    ),
    Kind(Type.REGION, _like(REGION), named=_name("reg|region|regions")),
    Kind(
        Type.YEAR, _like(r"(?:1[5-9]|20|21)\d{2}"), whole, named=_name("annee|an|year|exercice|millesime|date|service")
    ),
    Kind(Type.LATITUDE, partial(between, low=-90, high=90), degrees, named=LATITUDE),
    Kind(Type.LONGITUDE, partial(between, low=-180, high=180), degrees, named=LONGITUDE),
    _date(moments.iso, quick=as_is),
    _date(moments.day_first, "jour, mois, année", quick=moments.day_first_quick),
    _date(moments.slashed, "année, mois, jour"),
    _date(moments.day_first_short, "jour, mois, année sur deux chiffres"),
    _date(moments.words, "mois en lettres"),
    _date(moments.any_date, "plusieurs écritures dans la même colonne", some=True),
    _date(moments.midnight, "l’heure, toujours minuit, est retirée"),
    _date(moments.month_first, "mois, jour, année : le jour en premier n’était pas possible"),
    _date(moments.compact, "année, mois et jour d’un seul tenant", named=_name("date|jour")),
    Kind(Type.DATETIME, _given(moments.iso_moment), moments.iso_moment),
    Kind(Type.DATETIME, _given(moments.moment), moments.moment, "jour, mois, année, heure"),
    Kind(
        Type.DATETIME,
        _given(moments.any_moment),
        moments.any_moment,
        "plusieurs écritures dans la même colonne",
        some=True,
    ),
    Kind(Type.TIME, _given(moments.clock), moments.clock),
    Kind(Type.INTEGER, _like(r"[+-]?(?:0|[1-9]\d{0,14})"), whole, quick=lambda text: f"ltrim({text}, '+')"),
    Kind(
        Type.INTEGER,
        lambda text: (
            f"CASE WHEN {matches(text, figures.INTEGER, figures.MILLIONS)} THEN abs({whole(text)}) <= {SAFE} ELSE false END"
        ),
        whole,
        NUMBERS,
    ),
    Kind(
        Type.INTEGER,
        _like(rf"[+-]?{figures.DIGITS}[.,]0+", r"[+-]?\d{1,15}"),
        lambda text: f"try_cast({point_number(text)} AS BIGINT)",
        hinted=True,
    ),
    Kind(Type.DECIMAL, _like(figures.PLAIN), point_number),
    Kind(Type.DECIMAL, lambda text: matches(text, *figures.ANY), figures.plain, NUMBERS),
)

# What a column's types keep as text, as written: a cell that does not fit a schema's type stays.
TEXTS = {
    Type.TEXT, Type.LIST, Type.SIREN, Type.SIRET, Type.COMMUNE, Type.DEPARTMENT, Type.REGION, Type.POSTCODE, Type.POINT,
    Type.GEOMETRY, Type.EMAIL, Type.TELEPHONE, Type.URL,
}  # fmt: skip
