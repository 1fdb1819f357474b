"""What is asked of a table, read from the query string, for its page and its API alike; and written back.

    ?montant=gt:1000&commune=in:76351,76540&sort=-montant&limit=50
    ?group=jour:month&sum=montant&sort=-sum_montant

A parameter that is the name of a column filters by it. One that is a word of ours (WORDS) asks something else; a column
called like one is written `colonne.sort`. French words are understood beside the English ones, unless a column has that name.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.http import QueryDict

from catalogue.tables.contract import BadQuestion, Column
from catalogue.tables.query import MOST_ROWS, Filter, Function, Group, Measure, Near, Op, Part, Sort, TableQuery

MARK: Final = "colonne."
WORDS: Final = (
    "select", "sort", "group", "count", "sum", "mean", "median", "min", "max", "quantile", "distinct",
    "near", "box", "limit", "cursor", "total",
)  # fmt: skip
FRENCH_WORDS: Final = {
    "colonnes": "select", "tri": "sort", "groupe": "group", "nombre": "count", "somme": "sum", "moyenne": "mean",
    "mediane": "median", "distincts": "distinct", "pres": "near", "cadre": "box", "bbox": "box", "taille": "limit",
    "suite": "cursor",
}  # fmt: skip
OPERATORS: Final[Mapping[str, Op]] = {op.value: op for op in Op} | {
    "sauf": Op.NE, "avant": Op.LT, "apres": Op.GT, "jusqua": Op.LE, "depuis": Op.GE, "parmi": Op.IN, "hors": Op.OUT,
    "contient": Op.CONTAINS, "commence": Op.STARTS, "vide": Op.EMPTY, "rempli": Op.FILLED,
}  # fmt: skip
PARTS: Final[Mapping[str, Part]] = {part.value: part for part in Part} | {
    "annee": Part.YEAR, "trimestre": Part.QUARTER, "mois": Part.MONTH, "semaine": Part.WEEK, "jour": Part.DAY,
    "jour-semaine": Part.WEEKDAY, "heure": Part.HOUR,
}  # fmt: skip
FUNCTIONS: Final[Mapping[str, Function]] = {function.value: function for function in Function}
YES: Final = frozenset({"1", "oui", "true"})
NO: Final = frozenset({"0", "non", "false"})


def read(data: QueryDict, columns: Sequence[Column], own: Collection[str] = ()) -> TableQuery:
    """The question of this query string; `own` are the parameters that the caller reads itself.

    Raises BadQuestion. Empty parameters ask nothing: a form sends them all.
    """
    names = {column.name for column in columns}
    asked: dict[str, Any] = {}
    filters: list[Filter] = []
    measures: list[Measure] = []
    for name, values in data.lists():
        given = [value for value in values if value]
        if name in own:
            continue
        kind, word = _meaning(name, names)
        if kind == "column":
            filters += _filters(word, given)
        elif word in FUNCTIONS:
            measures += (measure for value in given for measure in _measures(FUNCTIONS[word], value))
        elif given:
            asked[word] = READERS[word](given[-1], names)
    return TableQuery(filters=tuple(filters), measures=tuple(measures), **asked)


def _meaning(name: str, columns: Collection[str]) -> tuple[str, str]:
    """What a parameter speaks of: a column, or a word of ours."""
    if name.startswith(MARK) and name.removeprefix(MARK) in columns:
        return "column", name.removeprefix(MARK)
    if name in WORDS:
        return "word", name
    if name in columns:
        return "column", name
    if name in FRENCH_WORDS:
        return "word", FRENCH_WORDS[name]
    those = ", ".join(sorted(each[:60] for each in columns)[:20])
    raise BadQuestion(
        f"« {name[:60]} » n’est ni une colonne de cette table ni un mot connu. Ses colonnes : {those}. "
        f"Les mots : {', '.join(WORDS)}.",
        "parameter",
    )


def _filters(column: str, given: Iterable[str]) -> Iterator[Filter]:
    """All of them hold; but values alone, without an operator, are one list: a form with boxes to tick sends them so."""
    plain = []
    for value in given:
        head, colon, rest = value.partition(":")
        op = OPERATORS.get(head.casefold()) if colon else None
        if op is None:
            plain.append(value)
        elif op in (Op.EMPTY, Op.FILLED):
            yield Filter(column, op)
        else:
            yield Filter(column, op, tuple(listed(rest)) if op in (Op.IN, Op.OUT) else (rest,))
    if plain:
        yield Filter(column, Op.EQ if len(plain) == 1 else Op.IN, tuple(plain))


def listed(text: str) -> list[str]:
    """Between semicolons when there is one, else between commas; quoted as in CSV where a value holds one."""
    if len(text) > 100_000:
        raise BadQuestion("Cette liste est trop longue : raccourcissez-la.")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in text else ","))
    except csv.Error as error:
        raise BadQuestion(
            f"Cette liste ne se lit pas : « {text[:60]} ». Séparez ses valeurs par des virgules."
        ) from error
    return [cell for row in rows for cell in row if cell]


def _sorts(text: str, _: Collection[str]) -> tuple[Sort, ...]:
    """A sign before the name says which way; a "+" of an address is a space."""
    sorts = tuple(Sort(each[1:] if each[0] in "-+ " else each, each[0] == "-") for each in listed(text))
    if not all(each.column for each in sorts):
        raise BadQuestion(
            "Un tri dit le nom d’une colonne : « sort=montant », ou « sort=-montant » du plus grand au plus petit."
        )
    return sorts


def _groups(text: str, columns: Collection[str]) -> tuple[Group, ...]:
    return tuple(_group(each, columns) for each in listed(text))


def _group(text: str, columns: Collection[str]) -> Group:
    column, colon, part = text.rpartition(":")
    if text in columns or not colon:
        return Group(text)
    if part not in PARTS:
        raise BadQuestion(f"« {part[:60]} » n’est pas une partie de date : {', '.join(Part)}.")
    return Group(column, PARTS[part])


def _measures(function: Function, text: str) -> Iterator[Measure]:
    for each in listed(text):
        column, colon, at = each.rpartition(":")
        if function != Function.QUANTILE:
            yield Measure(function, each)
        elif colon:
            yield Measure(function, column, _numbers(at, 1, "quantile=montant:0.9")[0])
        else:
            yield Measure(function, each)


def _numbers(text: str, count: int, example: str) -> tuple[float, ...]:
    parts = text[:200].split(";") if ";" in text else text[:200].split(",")
    try:
        numbers = tuple(float(part.replace(",", ".").replace("\N{MINUS SIGN}", "-")) for part in parts)
    except ValueError:
        numbers = ()
    if len(numbers) != count or not all(map(math.isfinite, numbers)):
        raise BadQuestion(f"« {text[:60]} » ne se lit pas ici : écrivez par exemple {example}.")
    return numbers


def whole_number(text: str, most: int, name: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else -1
    if not 0 <= number <= most:
        raise BadQuestion(f"« {name} » va de 0 à {most}, et non « {text[:30]} ».")
    return number


def yes(text: str, name: str) -> bool:
    if text.casefold() not in YES | NO:
        raise BadQuestion(f"« {name} » s’écrit 1 ou 0, oui ou non, et non « {text[:30]} ».")
    return text.casefold() in YES


READERS: Final[Mapping[str, Callable[[str, Collection[str]], Any]]] = {
    "select": lambda text, _: tuple(listed(text)),
    "sort": _sorts,
    "group": _groups,
    "near": lambda text, _: Near(*_numbers(text, 3, "near=44.89,-0.58,500 (latitude, longitude, mètres)")),
    "box": lambda text, _: _numbers(text, 4, "box=-1.5,44.2,-0.4,45.1 (ouest, sud, est, nord)"),
    "limit": lambda text, _: whole_number(text, MOST_ROWS, "limit"),
    "cursor": lambda text, _: text,
    "total": lambda text, _: yes(text, "total"),
}


def parameter(column: str) -> str:
    """The parameter that filters by this column."""
    return f"{MARK}{column}" if column in WORDS or column.startswith(MARK) else column


def written(query: TableQuery) -> list[tuple[str, str]]:
    """The parameters of a question, in an order of their own; what `read` makes the same question of."""
    pairs = [("select", _list(query.select))] if query.select else []
    pairs += [(parameter(each.column), _said(each)) for each in query.filters]
    if query.near:
        pairs.append(("near", f"{query.near.latitude!r},{query.near.longitude!r},{query.near.metres!r}"))
    pairs += [("box", ",".join(map(repr, query.box)))] if query.box else []
    pairs += [("group", _list(_grouped(each) for each in query.group))] if query.group else []
    for each in query.measures:
        at = f":{each.at!r}" if each.function == Function.QUANTILE else ""
        pairs.append((each.function.value, _list([each.column + at])))
    if query.sort:
        pairs.append(
            ("sort", _list(("-" if each.descending else _sign(each.column)) + each.column for each in query.sort))
        )
    pairs += [("limit", str(query.limit))] if query.limit != TableQuery.limit else []
    pairs += [("total", "0")] if not query.total else []
    return pairs + ([("cursor", query.cursor)] if query.cursor else [])


def _said(each: Filter) -> str:
    if each.op in (Op.EMPTY, Op.FILLED):
        return f"{each.op}:"
    if each.op in (Op.IN, Op.OUT):
        return f"{each.op}:{_list(each.values)}"
    value = each.values[0] if each.values else ""
    plain = each.op == Op.EQ and value and value.partition(":")[0].casefold() not in OPERATORS
    return value if plain else f"{each.op}:{value}"


def _grouped(each: Group) -> str:
    return f"{each.column}:{each.part}" if each.part else each.column


def _sign(name: str) -> str:
    return "+" if name[:1] in ("-", "+", " ") else ""


def _list(values: Iterable[str]) -> str:
    """As `listed` reads it."""
    cells = ['"' + each.replace('"', '""') + '"' if set(each) & set(',;"\r\n') else each for each in values]
    return (";" if any(";" in cell for cell in cells) else ",").join(cells)
