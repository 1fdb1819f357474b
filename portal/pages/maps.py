"""The rows of a table on a map: by their points or shapes, else by the territories that they name by a code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import Max

from catalogue.models import Territory
from catalogue.models.territories import Level
from catalogue.tables.contract import Type
from catalogue.tables.exports import Style, export
from catalogue.tables.query import MOST_ROWS, Filter, Group, Op, Sort, answer
from catalogue.tabling import OpenTable
from portal.charts.atlas import Disc, Ground, atlas
from portal.charts.chart import WIDTHS, Chart
from portal.charts.figures import figure
from portal.charts.frame import Position
from portal.pages.table_links import placed
from portal.pages.table_views import View

MOST: Final = 5_000  # rows on a map
HEAVY: Final = 8_000_000  # characters of shapes, about, for one map
LEVELS: Final = {Type.COMMUNE: Level.COMMUNE, Type.DEPARTMENT: Level.DEPARTEMENT, Type.REGION: Level.REGION}
NAMED: Final = 60  # names of places among which the map chooses
AT_ONCE: Final = 900  # codes in one question to the base
Gone = Callable[[], bool] | None


@dataclass(frozen=True)
class _Seen:
    ground: Ground
    counted: str  # what is drawn, in words
    remarks: tuple[str, ...] = ()


def mappable(found: OpenTable) -> bool:
    return placed(found) or any(column.type in LEVELS for column in found.columns)


def mapped(found: OpenTable, view: View, key: str, gone: Gone = None) -> Chart:
    """Raises TableError. Two queries to the base at most: the names of places, or where the codes are."""
    return _by_place(found, view, key, gone) if placed(found) else _by_code(found, view, key, gone)


def _by_place(found: OpenTable, view: View, key: str, gone: Gone) -> Chart:
    weight = max((one.longest for one in found.columns if one.type == Type.GEOMETRY), default=1)
    most = max(50, min(MOST, HEAVY // max(1, weight)))
    query = replace(view.selection, select=(found.columns[0].name,))
    whole = json.loads(b"".join(export(found, query, "geojson", Style(limit=most), gone)))
    seen = _seen(whole["features"], most)
    if seen.ground.bounds is None:
        return Chart("Aucune de ces lignes ne dit où elle est", "", remarks=seen.remarks)
    ground = replace(seen.ground, names=list(_around(seen.ground)))
    return _chart(ground, f"{seen.counted} sur la carte", "Position de chaque ligne", key, seen.remarks)


def _seen(features: list[dict[str, Any]], most: int) -> _Seen:
    points: list[Position] = []
    lines: list[list[Position]] = []
    rings: list[list[Position]] = []
    nowhere = 0
    for feature in features:
        before = len(points) + len(lines) + len(rings)
        for kind, positions in _parts(feature.get("geometry")):
            if kind == "point":
                points += positions
            elif positions:
                (lines if kind == "line" else rings).append(positions)
        nowhere += before == len(points) + len(lines) + len(rings)
    remarks = []
    if len(features) >= most:
        remarks.append(f"Les {figure(most)} premières lignes sont dessinées : filtrez pour voir les autres.")
    if nowhere:
        remarks.append(
            f"{figure(nowhere)} {'lignes ne disent pas où elles sont' if nowhere > 1 else 'ligne ne dit pas où elle est'}."
        )
    count = len(features) - nowhere
    return _Seen(Ground(points, lines, rings), f"{figure(count)} {'lignes' if count > 1 else 'ligne'}", tuple(remarks))


def _parts(geometry: Any) -> Iterator[tuple[str, list[Position]]]:
    """A geometry (RFC 7946 §3.1) as points, lines and rings; what is no such thing gives nothing."""
    if not isinstance(geometry, dict):
        return
    kind, inside = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection":
        for one in geometry.get("geometries") or []:
            yield from _parts(one)
    elif kind in ("Point", "MultiPoint"):
        yield "point", _positions([inside] if kind == "Point" else inside)
    elif kind in ("LineString", "MultiLineString"):
        for line in [inside] if kind == "LineString" else inside or []:
            yield "line", _positions(line)
    elif kind in ("Polygon", "MultiPolygon"):
        for polygon in [inside] if kind == "Polygon" else inside or []:
            for ring in polygon if isinstance(polygon, list) else []:
                yield "ring", _positions(ring)


def _positions(said: Any) -> list[Position]:
    """Those that are on the Earth."""
    return [
        (float(one[0]), float(one[1]))
        for one in (said if isinstance(said, list) else [])
        if isinstance(one, list) and len(one) > 1 and all(isinstance(each, (int, float)) for each in one[:2])
        and abs(one[0]) <= 180 and abs(one[1]) <= 90
    ]  # fmt: skip


def _around(ground: Ground) -> Iterator[tuple[Position, str]]:
    """The most populated places inside of the map, of a level that suits its width. One query."""
    west, south, east, north = ground.bounds or (0, 0, 0, 0)
    span = max(east - west, north - south)
    level = Level.COMMUNE if span < 1.5 else Level.DEPARTEMENT if span < 6 else Level.REGION
    margin = max(0.02, span / 10)
    inside = Territory.objects.filter(
        level=level,
        current=True,
        longitude__range=(west - margin, east + margin),
        latitude__range=(south - margin, north + margin),
    )
    people = inside.annotate(people=Max("populations__value")).order_by("-people", "code")
    for name, longitude, latitude in people.values_list("name", "longitude", "latitude")[:NAMED]:
        if longitude is not None and latitude is not None:
            yield (longitude, latitude), name


def _by_code(found: OpenTable, view: View, key: str, gone: Gone) -> Chart:
    column = next(one for one in found.columns if one.type in LEVELS)
    filters = (*view.query.filters, Filter(column.name, Op.FILLED))
    asked = replace(view.selection, filters=filters, group=(Group(column.name),), limit=MOST_ROWS)
    count = "count" if column.name != "count" else "count_2"
    page = answer(found, replace(asked, sort=(Sort(count, descending=True),)), gone)
    counts = {str(code): int(rows) for code, rows in (json.loads(row).values() for row in page.rows)}
    discs = list(_discs(counts, LEVELS[column.type]))
    remarks = []
    if lost := len(counts) - len(discs):
        remarks.append(
            f"{figure(lost)} {'codes ne sont pas placés' if lost > 1 else 'code n’est pas placé'} : nous ne connaissons pas leur territoire."
        )
    if (page.total or 0) > len(counts):
        remarks.append(
            f"Les {figure(len(counts))} codes les plus fréquents sont dessinés, sur {figure(page.total or 0)}."
        )
    if not discs:
        return Chart("Aucun de ces codes n’a pu être placé", f"Colonne {column.name}", remarks=tuple(remarks))
    rows = tuple((disc.name, figure(disc.count)) for disc in discs)
    title = f"{figure(len(discs))} {'territoires' if len(discs) > 1 else 'territoire'} sur la carte"
    drawn = _chart(
        Ground(discs=discs), title, f"Nombre de lignes par {column.name} ; la surface dit combien", key, tuple(remarks)
    )
    return replace(drawn, heads=(column.name, "Lignes"), rows=rows)


def _discs(counts: dict[str, int], level: str) -> Iterator[Disc]:
    codes = list(counts)
    for start in range(0, len(codes), AT_ONCE):
        some = Territory.objects.filter(level=level, code__in=codes[start : start + AT_ONCE], longitude__isnull=False)
        places = {code: (name, x, y) for code, name, x, y in some.values_list("code", "name", "longitude", "latitude")}
        for code in codes[start : start + AT_ONCE]:
            name, longitude, latitude = places.get(code, ("", None, None))
            if longitude is not None and latitude is not None:
                yield Disc((longitude, latitude), counts[code], name)


def _chart(ground: Ground, title: str, subtitle: str, key: str, remarks: tuple[str, ...]) -> Chart:
    west, south, east, north = ground.bounds or (0, 0, 0, 0)
    told = f"Carte, de {figure(west, 2)} à {figure(east, 2)} degrés de longitude et de {figure(south, 2)} à {figure(north, 2)} de latitude. {subtitle}."
    drawings = tuple(atlas(ground, kind, wide, (f"{key}-{kind}", title, told)) for kind, wide in WIDTHS)
    return Chart(title, subtitle, drawings, remarks=remarks)
