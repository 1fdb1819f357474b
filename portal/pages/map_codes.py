"""The territories that the rows name by a code, shaded by how many rows or by what a column is worth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import Territory
from catalogue.models.territories import Level
from catalogue.tables.contract import BadQuestion, Column, Type
from catalogue.tables.exports import export
from catalogue.tables.query import Filter, Function, Group, Measure, Op
from catalogue.tabling import OpenTable
from portal.charts.chart import Chart, Measured
from portal.charts.figures import Figure, figure
from portal.pages.chart_builder import COUNT, OFFERED, Choice, measure_of, unit, worth
from portal.pages.table_views import View
from portal.territory_maps import MOST_OUTLINES, Valued, territory_map

LEVELS: Final = {
    Type.COMMUNE: (Level.COMMUNE,),
    Type.DEPARTMENT: (Level.DEPARTEMENT, Level.COLLECTIVITE),
    Type.REGION: (Level.REGION,),
    Type.SIREN: (Level.EPCI, Level.EPT, Level.SYNDICAT),
}
# SIREN of groupings of communes (Insee: 24, then 20 when 24 was full); those of companies begin by 3 to 9.
GROUPINGS: Final = ("200000000", "249999999")
WORTHS: Final = (Function.MEAN, Function.SUM)
AT_ONCE: Final = 900  # codes in one question to the base
MOST: Final = 4 * AT_ONCE
Gone = Callable[[], bool] | None


@dataclass(frozen=True)
class _Sums:
    """Of the rows of one territory: how many, the sum of the column and how many cells it is of."""

    rows: int
    total: float | None = None
    filled: int = 0

    def __add__(self, other: _Sums) -> _Sums:
        totals = [one for one in (self.total, other.total) if one is not None]
        return _Sums(self.rows + other.rows, sum(totals) if totals else None, self.filled + other.filled)

    def value(self, function: Function | None) -> Figure | None:
        if function is None:
            return self.rows
        if self.total is None or not self.filled:
            return None
        return _rounded(self.total / self.filled) if function == Function.MEAN else float(self.total)


def _rounded(mean: float) -> float:
    """A mean has as many decimals as one asks for: five digits that count say all that a map shows."""
    return float(f"{mean:.5g}") if abs(mean) < 10_000 else round(mean, 1)


def coded(columns: Sequence[Column]) -> list[Column]:
    """Those whose values are codes of territories."""
    return [one for one in columns if one.type in LEVELS and (one.type != Type.SIREN or _grouping(one))]


def _grouping(column: Column) -> bool:
    low, high = GROUPINGS
    return column.least is not None and low <= str(column.least) and str(column.most) <= high


def worths(columns: Sequence[Column], said: str) -> list[Choice]:
    """What the form offers to measure."""
    found = [Choice(COUNT, worth(None, ""), said in ("", COUNT))]
    for column in columns[:OFFERED]:
        if column.type in (Type.INTEGER, Type.DECIMAL):
            named = [(f"{one}:{column.name}", worth(one, column.name)) for one in WORTHS]
            found += [Choice(value, label, value == said) for value, label in named]
    return found


def by_code(found: OpenTable, view: View, column: Column, key: str, gone: Gone = None) -> Chart:
    """Raises TableError. Queries to the base: the territories, 900 codes at a time, and their outlines."""
    those = {each.name: each for each in found.columns}
    function, name = measure_of(view.worth or COUNT, those)
    if function not in (None, *WORTHS):
        raise BadQuestion(
            _("Une carte montre un nombre de lignes, une moyenne ou une somme : choisissez dans la liste.")
        )
    sums = _asked(found, view, column, function, name, gone)
    levels, remarks, rolled = LEVELS[column.type], list[str](), False
    if len(sums) > MOST_OUTLINES and column.type == Type.COMMUNE:
        remarks.append(
            _("%(count)s communes : la carte les réunit par département. Filtrez pour les voir une à une.")
            % {"count": figure(len(sums))}
        )
        sums, levels, rolled = _rolled(sums), LEVELS[Type.DEPARTMENT], True
    if len(sums) > MOST:
        many = {"count": figure(MOST), "of": figure(len(sums))}
        remarks.append(_("Les %(count)s codes les plus fréquents sont sur la carte, sur %(of)s.") % many)
        sums = dict(sorted(sums.items(), key=lambda one: (-one[1].rows, one[0]))[:MOST])
    places = _places(list(sums), levels)
    remarks += _unknown(len(sums) - len(places))
    if not places:
        return Chart(
            _("Aucun de ces codes n’a pu être placé"),
            _("Colonne %(column)s") % {"column": column.name},
            remarks=tuple(remarks),
        )
    by_code = {one.code: one for one in places}
    measured = those.get(name)
    what = Valued(
        places,
        {one.pk: sums[code].value(function) for code, one in by_code.items()},
        Measured(worth(function, name), _("par %(column)s") % {"column": column.name}, unit(measured)),
        addresses={one.pk: _rows_of(view, column, code, rolled) for code, one in by_code.items()},
    )
    title = ngettext("%(count)s territoire sur la carte", "%(count)s territoires sur la carte", len(places)) % {
        "count": figure(len(places))
    }
    return territory_map(what, key, title, remarks)


def _rows_of(view: View, column: Column, code: str, rolled: bool) -> str:
    op = Op.STARTS if rolled else Op.EQ
    return view.with_filter(Filter(column.name, op, (code,))).address(anchor="lignes")


def _asked(
    found: OpenTable, view: View, column: Column, function: Function | None, name: str, gone: Gone
) -> dict[str, _Sums]:
    """All the codes, however many: one group a line, as it comes."""
    measures = (Measure(Function.SUM, name), Measure(Function.COUNT, name)) if function else ()
    filters = (*view.query.filters, Filter(column.name, Op.FILLED))
    query = replace(view.selection, filters=filters, group=(Group(column.name),), measures=measures)
    lines = b"".join(export(found, query, "ndjson", gone=gone)).splitlines()
    rows = [list(json.loads(line).values()) for line in lines if line.strip()]
    return {str(row[0]): _Sums(*row[1:]) for row in rows}


def _rolled(sums: Mapping[str, _Sums]) -> dict[str, _Sums]:
    """By département, which the code of a commune begins with: two signs, three overseas."""
    found: dict[str, _Sums] = {}
    for code, one in sums.items():
        wider = code[:3] if code.startswith(("97", "98")) else code[:2]
        found[wider] = found[wider] + one if wider in found else one
    return found


def _places(codes: Sequence[str], levels: Sequence[Level]) -> list[Territory]:
    """At most one a code, of the first of the levels that has it."""
    found: dict[str, Territory] = {}
    for start in range(0, len(codes), AT_ONCE):
        some = Territory.objects.filter(level__in=levels, code__in=codes[start : start + AT_ONCE])
        for one in some.only("code", "name", "level", "longitude", "latitude"):
            known = found.get(one.code)
            if known is None or levels.index(Level(one.level)) < levels.index(Level(known.level)):
                found[one.code] = one
    return list(found.values())


def _unknown(count: int) -> Iterator[str]:
    if count:
        said = ngettext(
            "%(count)s code n’est pas placé : nous ne connaissons pas leur territoire.",
            "%(count)s codes ne sont pas placés : nous ne connaissons pas leur territoire.",
            count,
        )
        yield said % {"count": figure(count)}
