"""What people write instead of what a schema asks, and how it is read all the same.

A repair is data: for which types it may be tried, the SQL that gives the cell as the schema wants it, and what is then
said. It counts only where the repaired cell breaks no rule of its field; the first that does is taken. Nothing is
guessed: a year of two digits, a percentage, a code that lost three digits stay wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.spoken import gettext_noop as _
from catalogue.tables.schemas.bound import SPACE, Bound
from catalogue.tables.schemas.kinds import respected
from catalogue.tables.schemas.national import Field, folded
from catalogue.tables.store import folded as plain

# What people write for "not communicated", folded. « inconnu » is a value of several schemas' own.
NOTHING: Final = """nc nd ns nr na nan null none sansobjet so noncommunique noncommuniquee nonrenseigne nonrenseignee
    nondisponible neant""".split()
TRUE: Final = "oui o yes y vrai v true t 1 x".split()
FALSE: Final = "non n no faux f false 0".split()
MONTHS: Final = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
DATES: Final = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %m %Y")
HOURS: Final = ("", " %H:%M", " %H:%M:%S", " %Hh%M", "T%H:%M", "T%H:%M:%S")
CLOCKS: Final = ("%H:%M", "%Hh%M", "%H h %M", "%Hh", "%H:%M:%S")
# Values that the law has made since the schema was written: kept as they are. The compte financier unique takes the
# place of the compte administratif (loi 2018-1317, art. 242; general from 2026 on).
LATER: Final = {("BGT_NATDEC", "compte administratif"): ("compte financier unique",)}

Rewritten = Callable[[str, Field, Bound], str]


@dataclass(frozen=True)
class Repair:
    """`types`: of Table Schema; `sql`: the cell rewritten, NULL where there is nothing to try; `done`: of cells, for gettext."""

    code: str
    types: frozenset[str]
    sql: Rewritten
    done: str


def repairs(field: Field) -> tuple[Repair, ...]:
    """What may be tried on a cell of this field, in order."""
    return tuple(each for each in REPAIRS if field.type in each.types or "any" in each.types)


def repaired(cell: str, field: Field, bound: Bound) -> str:
    """SQL: [the code of the first repair after which the cell breaks no rule, the cell so repaired]; NULL where none does."""
    said = [(said_for_nothing(cell, bound), EMPTIED.code, "''")]
    if _newer(field):
        said.append((_later(field, cell, bound), KEPT.code, cell))
    for each in repairs(field):
        better = f"({each.sql(cell, field, bound)})"
        said.append((f"coalesce({respected(better, field, bound)}, false)", each.code, better))
    whens = " ".join(f"WHEN {holds} THEN ['{code}', {better}]" for holds, code, better in said)
    return f"CASE {whens} END"


def said_for_nothing(cell: str, bound: Bound) -> str:
    """Whether a cell says that there is nothing to say: « NC », « non renseigné », a dash."""
    marks = f"regexp_full_match({cell}, {bound(f'[{SPACE}—–?./*-]*')})"
    return f"({marks} OR list_contains({bound(NOTHING)}, {as_folded(cell)}))"


def may_be_empty(field: Field, primary: tuple[str, ...]) -> bool:
    """Whether a line can be used without it: what identifies, dates or measures a line cannot be missing, what describes it can."""
    identifies = field.name in primary or field.constraints.get("unique") or "pattern" in field.constraints
    return field.type == "string" and field.format == "default" and not identifies


def as_folded(cell: str) -> str:
    """`national.folded`, in SQL."""
    return f"regexp_replace({plain(cell)}, '[^\\p{{L}}\\p{{N}}]', '', 'g')"


def _newer(field: Field) -> tuple[str, ...]:
    allowed = field.constraints.get("enum", ())
    return next((values for (name, older), values in LATER.items() if field.name == name and older in allowed), ())


def _later(field: Field, cell: str, bound: Bound) -> str:
    return f"list_contains({bound([folded(each) for each in _newer(field)])}, {as_folded(cell)})"


def _bare(cell: str) -> str:
    """Without the spaces around, whatever they are."""
    return f"regexp_replace({cell}, '^[{SPACE}]+|[{SPACE}]+$', '', 'g')"


def _closed(cell: str) -> str:
    """Without any space."""
    return f"regexp_replace({cell}, '[{SPACE}]', '', 'g')"


def _figure(cell: str) -> str:
    """« 1 234,50 € » as 1234.50. Of a comma and a point, the last one is for the decimals."""
    plain = f"regexp_replace({cell}, '[{SPACE}€’'']|(?i:eur(os?)?)$', '', 'g')"
    return (
        f"CASE WHEN regexp_matches({plain}, ',[^.]*$') THEN replace(replace({plain}, '.', ''), ',', '.')"
        f" ELSE replace({plain}, ',', '') END"
    )


def _whole(cell: str) -> str:
    return f"regexp_replace({_figure(cell)}, '\\.0*$', '')"


def _choice(cell: str, field: Field, bound: Bound) -> str:
    """The value of the list that reads the same; of an array's items too."""
    allowed = [str(value) for value in field.constraints.get("enum", ())]
    position = f"list_position({bound([folded(value) for value in allowed])}, {as_folded(cell)})"
    return f"CASE WHEN {position} > 0 THEN {bound(allowed)}[{position}] END"


def _yes_or_no(cell: str, field: Field, bound: Bound) -> str:
    read = as_folded(cell)
    yes, no = (
        bound([*words, *map(folded, said)]) for words, said in ((TRUE, field.true_values), (FALSE, field.false_values))
    )
    return (
        f"CASE WHEN list_contains({yes}, {read}) THEN {bound(field.true_values[0])}"
        f" WHEN list_contains({no}, {read}) THEN {bound(field.false_values[0])} END"
    )


def _moment(cell: str) -> str:
    """A French date with or without its hour, as a timestamp: « 31/12/2025 », « 1er janvier 2024 », « 20251231 »."""
    plain = f"regexp_replace(lower({_bare(cell)}), '^1er ', '1 ')"
    for number, month in enumerate(MONTHS, 1):
        plain = f"replace({plain}, ' {month} ', ' {number:02} ')"
    formats = [day + hour for day in (*DATES, "%Y-%m-%d") for hour in HOURS]
    # strptime takes "25" for the year 25, and « 1/2/2025 10 » nowhere: a year has four digits.
    return f"CASE WHEN regexp_matches({plain}, '(?:^|\\D)\\d{{4}}(?:\\D|$)|^\\d{{8}}') THEN try_strptime({plain}, {_texts(formats)}) END"


def _date(cell: str, field: Field) -> str:
    said = "%Y-%m-%d" if field.format == "default" else field.format.replace("'", "''")
    return f"strftime({_moment(cell)}, '{said}')"


def _datetime(cell: str) -> str:
    return f"strftime({_moment(cell)}, '%Y-%m-%dT%H:%M:%S')"


def _time(cell: str) -> str:
    return f"strftime(try_strptime(lower({_bare(cell)}), {_texts(CLOCKS)}), '%H:%M:%S')"


def _listed(cell: str, field: Field, bound: Bound) -> str:
    """« lait; oeufs » as ["lait", "oeufs"]: each item in the words of the list where there is one."""
    items = f"regexp_split_to_array({_bare(cell)}, '[{SPACE}]*[;|,][{SPACE}]*')"
    allowed = [str(value) for value in field.item.get("constraints", {}).get("enum", ())]
    if allowed:
        keys, values = bound([folded(value) for value in allowed]), bound(allowed)
        position = f"list_position({keys}, {as_folded('x')})"
        items = f"list_transform({items}, lambda x: CASE WHEN {position} > 0 THEN {values}[{position}] ELSE x END)"
    return f"CAST(to_json({items}) AS VARCHAR)"


def _padded(size: int, lost: int) -> Rewritten:
    """With the zeros that a spreadsheet took off its head, no more than `lost`."""
    digits = f"regexp_full_match({{}}, '[0-9AB]{{{{{size - lost},{size - 1}}}}}')"
    return lambda cell, field, bound: (
        f"CASE WHEN {digits.format(_closed(cell))} THEN lpad({_closed(cell)}, {size}, '0') END"
    )


def _point(cell: str, field: Field) -> str:
    plain = f"regexp_replace({cell}, '[\\[\\]()]', '', 'g')"
    return f"'[' || {plain} || ']'" if field.format == "array" else plain


def _address(cell: str) -> str:
    host = r"[\w-]+(\.[\w-]+)+(/\S*)?"
    return f"CASE WHEN regexp_full_match({_bare(cell)}, '{host}') THEN 'https://' || {_bare(cell)} END"


def _texts(values: list[str] | tuple[str, ...]) -> str:
    """A list of constants of this module: strptime takes nothing bound."""
    return "[" + ", ".join(f"'{value}'" for value in values) + "]"


def _for(*types: str) -> frozenset[str]:
    return frozenset(types)


EMPTIED: Final = Repair(
    "nothing", _for("any"), lambda cell, field, bound: "NULL", _("mot qui dit qu’il n’y a rien, lu comme vide")
)
KEPT: Final = Repair(
    "later", _for("string"), lambda cell, field, bound: cell, _("valeur plus récente que la norme, gardée telle quelle")
)
EMPTY: Final = Repair(
    "empty",
    _for("string"),
    lambda cell, field, bound: "NULL",
    _("cellule vide là où la norme demande une valeur, laissée vide"),
)
DOUBTFUL: Final = Repair(
    "doubtful", _for("any"), lambda cell, field, bound: cell, _("valeur douteuse, gardée telle quelle")
)
CHOSEN: Final = _("valeur lue comme celle de la liste qui s’écrit de même, accents, majuscules et ponctuation à part")
LOST_ZERO: Final = _("code qui a perdu le zéro du début, remis")
REPAIRS: Final[tuple[Repair, ...]] = (
    Repair("spaces", _for("any"), lambda cell, field, bound: _bare(cell), _("valeur lue sans les espaces autour")),
    Repair("figure", _for("number"), lambda cell, field, bound: _figure(cell), _("nombre à la française, lu avec un point décimal")),
    Repair("whole", _for("integer", "year"), lambda cell, field, bound: _whole(cell), _("nombre entier, lu sans espaces ni décimales nulles")),
    Repair("choice", _for("string", "integer", "number"), _choice, CHOSEN),
    Repair("yes-no", _for("boolean"), _yes_or_no, _("oui ou non écrit autrement, lu comme tel")),
    Repair("date", _for("date"), lambda cell, field, bound: _date(cell, field), _("date à la française, lue année-mois-jour")),
    Repair("moment", _for("datetime"), lambda cell, field, bound: _datetime(cell), _("date et heure, lues année-mois-jour et heure")),
    Repair("hour", _for("time"), lambda cell, field, bound: _time(cell), _("heure, lue heures:minutes:secondes")),
    Repair("list", _for("array"), _listed, _("liste, lue valeur par valeur")),
    Repair("closed", _for("string"), lambda cell, field, bound: _closed(cell), _("code lu sans les espaces au milieu")),
    Repair("capitals", _for("string"), lambda cell, field, bound: f"upper({_closed(cell)})", _("code lu en majuscules")),
    Repair("zeros", _for("string"), _padded(5, 1), LOST_ZERO),
    Repair("zeros", _for("string"), _padded(9, 2), LOST_ZERO),
    Repair("zeros", _for("string"), _padded(14, 2), LOST_ZERO),
    Repair("address", _for("string"), lambda cell, field, bound: _address(cell), _("adresse du web, lue avec https:// devant")),
    Repair("point", _for("geopoint"), lambda cell, field, bound: _point(cell, field), _("coordonnées, lues avec ou sans crochets")),
)  # fmt: skip
DONE: Final[Mapping[str, str]] = {each.code: each.done for each in (EMPTIED, KEPT, EMPTY, DOUBTFUL, *REPAIRS)}


def codes() -> Iterator[str]:
    """All that may have been done to a cell, for the documentation and the tests."""
    yield from DONE
