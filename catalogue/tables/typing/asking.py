"""The questions that decide of a type, asked of DuckDB: first on a sample, then on every row.

A sample proves that a column is *not* of a type, never that it is: what it leaves standing is counted over all rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalogue.tables.contract import Raw, Type
from catalogue.tables.looked import Looked
from catalogue.tables.store import quoted
from catalogue.tables.typing.kinds import KINDS, LATITUDE, LONGITUDE, TEXTS, Kind
from catalogue.tables.typing.marks import is_mark

SAMPLE_ROWS, SAMPLE_CELLS = 2_000, 200_000
AT_ONCE = 40  # columns a query
BLANKS = "' \u00a0\t\r\n'"
CODE = re.compile("_(?:code|codes|codecpv|cpv|iris)_")
NEARLY = 0.8  # of a sample: what others prevent is worth a word
NEAR = {Type.INTEGER, Type.DECIMAL, Type.DATE, Type.DATETIME}


@dataclass(frozen=True)
class Seen:
    """Of a column's sample: different values, those that mark something missing, and how many fit each kind."""

    values: int
    marks: int
    padded: int  # values with blanks around them
    fitting: tuple[int, ...]


EMPTY = Seen(0, 0, 0, (0,) * len(KINDS))


@dataclass(frozen=True)
class Figures:
    """Of the numbers of a column as they would be read: what decides how they are stored."""

    whole: int = 0  # digits before the point, at most
    decimals: int = 0
    exponent: bool = False
    percent: int = 0  # values with a % sign


@dataclass(frozen=True)
class Counted:
    """Of all rows. `fitting`, `figures`: by the place of each candidate that was asked, in `KINDS`."""

    longest: int = 0
    filled: int = 0
    marks: int = 0
    fitting: Mapping[int, int] = field(default_factory=dict)
    figures: Mapping[int, Figures] = field(default_factory=dict)
    text: str = ""  # the expression that was asked

    @property
    def settled(self) -> bool:
        """Whether all values fit the last kind that was asked."""
        return any(self.misfits(kind) == 0 for kind in self.fitting)

    def misfits(self, kind: int) -> int:
        """Cells that say something else. A mark of something missing fits no kind."""
        return self.filled - self.marks - self.fitting[kind]


def spelled(name: str) -> str:
    """`codeInsee`, `CODE_INSEE` and « Code INSEE » are `_code_insee_`."""
    words = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+", "".join(_letters(name)))
    return f"_{'_'.join(words).lower()}_"


def _letters(name: str) -> Iterator[str]:
    return (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def trimmed(name: str) -> str:
    return f"nullif(trim({quoted(name)}, {BLANKS}), '')"


def sampled(given: Looked, raw: Raw) -> dict[str, Seen]:
    """Every kind, on some of the rows: the first ones and others spread over the file."""
    rows = max(100, min(SAMPLE_ROWS, SAMPLE_CELLS // len(raw.names)))
    columns = ", ".join(f"{quoted(name)} AS {quoted(str(index))}" for index, name in enumerate(raw.names))
    counts = ", ".join(f"count(*) FILTER (NOT mark AND {kind.holds('t')})" for kind in KINDS)
    found = given.all(
        f"""WITH sample_rows AS (SELECT {columns} FROM {given.rows}
                                 WHERE file_row_number < $rows OR file_row_number % $step = 0),
            cells AS (SELECT DISTINCT c, r, {trimmed("r")} AS t FROM (UNPIVOT sample_rows ON COLUMNS(*) INTO NAME c VALUE r)),
            marked AS (SELECT c, r, t, {is_mark("t")} AS mark FROM cells WHERE t IS NOT NULL)
            SELECT c, count(*), count(*) FILTER (mark), count(*) FILTER (r <> t), {counts} FROM marked GROUP BY c""",
        rows=rows // 2,
        step=max(1, 2 * raw.rows // rows),
    )
    return {
        raw.names[int(column)]: Seen(values, marks, padded, tuple(fitting))
        for column, values, marks, padded, *fitting in found
    }


def candidates(raw: Raw, seen: Mapping[str, Seen], wanted: Mapping[str, Type]) -> dict[str, list[int]]:
    """For each column, the kinds that may still be its own, in order; those that it nearly is, last."""
    located = (
        any(LATITUDE.search(spelled(name)) for name in raw.names),
        any(LONGITUDE.search(spelled(name)) for name in raw.names),
    )
    found: dict[str, list[int]] = {}
    for name in raw.names:
        of = seen.get(name, EMPTY)
        asked = wanted.get(name)
        if asked is Type.TEXT:
            found[name] = []
            continue
        filled = of.values - of.marks
        free = [
            i
            for i, kind in enumerate(KINDS)
            if _may_be(kind, spelled(name), filled, all(located))
            and filled
            and of.fitting[i] == filled
            # What a schema calls an identifier stays the text that it is, whatever its key.
            and (asked not in TEXTS or kind.type in TEXTS)
        ]
        hinted = [i for i, kind in enumerate(KINDS) if kind.type is asked and of.fitting[i] * 2 >= filled]
        near = [
            i
            for i, kind in enumerate(KINDS)
            if kind.type in NEAR and filled >= 5 and NEARLY * filled <= of.fitting[i] < filled
        ]
        found[name] = list(
            dict.fromkeys([*hinted, *free, *(i for i in near if not KINDS[i].hinted and KINDS[i].named is None)])
        )
    return found


def _may_be(kind: Kind, name: str, values: int, located: bool) -> bool:
    if kind.hinted or values < kind.least:
        return False
    # `long` alone may be a length: a place has both coordinates.
    if kind.type in {Type.LATITUDE, Type.LONGITUDE} and not located:
        return False
    # A code is a name made of digits: nobody adds two of them.
    if kind.type in {Type.INTEGER, Type.DECIMAL} and CODE.search(name):
        return False
    return kind.named is None or kind.named.search(name) is not None


def counted(given: Looked, raw: Raw, of: Mapping[str, Sequence[int]], seen: Mapping[str, Seen]) -> dict[str, Counted]:
    """Every row, asked for the candidates of each column until one fits.

    Taking blanks off costs more than all the rest: it is done where the sample has some, or else where nothing fits.
    """
    clean = [name for name in raw.names if not seen.get(name, EMPTY).padded]
    found = _rounds(given, {name: of[name] for name in clean}, quoted)
    again = [name for name in raw.names if name not in found or (found[name].fitting and not found[name].settled)]
    return found | _rounds(given, {name: of[name] for name in again}, trimmed)


def _rounds(given: Looked, of: Mapping[str, Sequence[int]], text: Callable[[str], str]) -> dict[str, Counted]:
    """The first candidate of each column, then the next one of those that it does not fit."""
    found = {name: Counted() for name in of}
    left, rounds = list(of), 0
    while left:
        for start in range(0, len(left), AT_ONCE):
            names = left[start : start + AT_ONCE]
            kinds = {name: of[name][rounds : rounds + 1] for name in names}
            for name, more in _asked(given, kinds, text):
                found[name] = _together(found[name], more)
        if not rounds:
            found |= _marked(given, found)
        rounds += 1
        left = [name for name in left if len(of[name]) > rounds and not found[name].settled]
    return found


def _marked(given: Looked, found: Mapping[str, Counted]) -> dict[str, Counted]:
    """How many cells say that the value is missing: where all cells fit a kind, none does."""
    names = [name for name, each in found.items() if not each.settled and each.fitting]
    if not names:
        return {}
    asked = ", ".join(f"count(*) FILTER ({is_mark(found[name].text)})" for name in names)
    row = given.one(f"SELECT {asked} FROM {given.rows}")
    return {name: replace(found[name], marks=marks) for name, marks in zip(names, row, strict=True)}


def _together(before: Counted, more: Counted) -> Counted:
    fitting, figures = {**before.fitting, **more.fitting}, {**before.figures, **more.figures}
    return replace(more, marks=before.marks, fitting=fitting, figures=figures)


def _asked(given: Looked, of: Mapping[str, Sequence[int]], text: Callable[[str], str]) -> Iterator[tuple[str, Counted]]:
    columns = ", ".join(f"{quoted(name)} AS r{i}, {text(name)} AS t{i}" for i, name in enumerate(of))
    questions = [question for i, kinds in enumerate(of.values()) for question in _questions(i, kinds)]
    row = given.one(f"SELECT {', '.join(questions)} FROM (SELECT {columns} FROM {given.rows})")
    answers = iter(row)
    for name, kinds in of.items():
        yield name, replace(_answered(answers, kinds), text=text(name))


def _questions(i: int, kinds: Sequence[int]) -> Iterator[str]:
    t = f"t{i}"
    yield f"coalesce(max(length(r{i})), 0)"
    if kinds:
        yield f"count({t})"
    for kind in kinds:
        fits = KINDS[kind].holds(t)
        yield f"count(*) FILTER ({fits})"
        if KINDS[kind].type is Type.DECIMAL:
            number = KINDS[kind].value(t)
            yield f"coalesce(max(abs(try_cast({number} AS DOUBLE))), 0)"
            yield f"coalesce(max(length(split_part({number}, '.', 2))) FILTER ({fits}), 0)"
            # A number written plainly has neither.
            yield f"count(*) FILTER (contains(lower({number}), 'e') AND {fits})" if KINDS[kind].said else "0"
            yield f"count(*) FILTER (ends_with({t}, '%') AND {fits})" if KINDS[kind].said else "0"


def _digits(largest: float) -> int:
    """Before the point."""
    return len(str(int(min(largest, 1e40))))


def _answered(answers: Iterator[Any], kinds: Sequence[int]) -> Counted:
    longest = next(answers)
    if not kinds:
        return Counted(longest)
    filled = next(answers)
    fitting, figures = {}, {}
    for kind in kinds:
        fitting[kind] = next(answers)
        if KINDS[kind].type is Type.DECIMAL:
            figures[kind] = Figures(_digits(next(answers)), int(next(answers)), next(answers) > 0, int(next(answers)))
    return Counted(longest, filled, fitting=fitting, figures=figures)
