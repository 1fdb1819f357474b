"""Where the rows are: each at its place while they are few, else all of them, gathered by the cells of a grid."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Final

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import Territory
from catalogue.models.territories import Level
from catalogue.tables.contract import Type
from catalogue.tables.exports import Style, export
from catalogue.tables.query import Box, Extent, Spot, extent, spots
from catalogue.tabling import OpenTable
from portal import tiles
from portal.charts.atlas import HIGH, Disc, Ground, atlas
from portal.charts.chart import WIDTHS, Chart
from portal.charts.figures import figure
from portal.charts.frame import EDGE, Position, framed
from portal.charts.moves import CLOSEST, WORLD, moves, within
from portal.pages.table_views import View

MOST: Final = 2_000  # rows that are drawn one by one
HEAVY: Final = 8_000_000  # characters of shapes, about, for one map
NAMED: Final = 60  # names of places among which the map chooses
FINE: Final = 8  # pixels of a cell that is asked for
GATHERED: Final = 32  # and of one that is drawn, about
Gone = Callable[[], bool] | None


@dataclass(frozen=True)
class Move:
    """Another piece of the same map."""

    label: str
    address: str


def by_place(found: OpenTable, view: View, key: str, gone: Gone = None) -> tuple[Chart, list[Move]]:
    """Raises TableError. One query to the base: the names of places."""
    spread = extent(found, view.selection, gone)
    remarks = list(_nowhere(spread.rows - spread.located))
    if spread.box is None:
        nothing = Chart(_("Aucune de ces lignes ne dit où elle est"), "", remarks=tuple(remarks))
        return nothing, list(_moves(view, None))
    shown = view.query.box if _plain(view.query.box) else None
    ground = _ground(found, view, spread, gone)
    if ground is None:
        chart = _gathered(found, view, spread, shown, key, remarks, gone)
    else:
        ground = replace(ground, names=list(_around(shown or spread.box)), box=shown, tiles=tiles.address())
        chart = _chart(
            [(ground, kind, wide) for kind, wide in WIDTHS], _("Position de chaque ligne"), key, spread, remarks
        )
    return chart, list(_moves(view, shown or spread.box))


def _plain(box: Box | None) -> bool:
    """Whether a map can show it: it has a width, and does not go over the antimeridian."""
    return box is not None and box[0] < box[2] and box[1] < box[3]


def _nowhere(count: int) -> Iterator[str]:
    if count:
        said = ngettext(
            "%(count)s ligne ne dit pas où elle est.", "%(count)s lignes ne disent pas où elles sont.", count
        )
        yield said % {"count": figure(count)}


def _ground(found: OpenTable, view: View, spread: Extent, gone: Gone) -> Ground | None:
    """Every row at its place; None when they are too many, or too heavy."""
    weight = max((one.longest for one in found.columns if one.type == Type.GEOMETRY), default=1)
    if spread.rows > max(50, min(MOST, HEAVY // max(1, weight))):
        return None
    query = replace(view.selection, select=(found.columns[0].name,))
    whole = json.loads(b"".join(export(found, query, "geojson", Style(), gone)))
    points: list[Position] = []
    lines: list[list[Position]] = []
    rings: list[list[Position]] = []
    for feature in whole["features"]:
        for kind, positions in _parts(feature.get("geometry")):
            if kind == "point":
                points += positions
            elif positions:
                (lines if kind == "line" else rings).append(positions)
    return Ground(points, lines, rings)


def _gathered(
    found: OpenTable, view: View, spread: Extent, shown: Box | None, key: str, remarks: Sequence[str], gone: Gone
) -> Chart:
    """One question for both drawings: fine cells, that each gathers by its own width."""
    box = shown or spread.box or WORLD
    roomy = framed(box, WIDTHS[0][1], HIGH["roomy"], 0 if shown else EDGE)
    step = (FINE / roomy.across, FINE / roomy.down)
    cells = spots(found, view.selection, step, gone)
    names = list(_around(box))
    drawn = []
    for kind, wide in WIDTHS:
        frame = framed(box, wide, HIGH[kind], 0 if shown else EDGE)
        joined = max(1, ceil(GATHERED / (step[0] * frame.across)))
        points, discs = _joined(cells, joined, step, view)
        drawn.append((Ground(points, discs=discs, names=names, box=shown, tiles=tiles.address()), kind, wide))
    told = _("Chaque rond réunit des lignes voisines, et sa surface dit combien ; suivez-le pour les voir de plus près")
    return _chart(drawn, told, key, spread, remarks)


def _joined(
    cells: Sequence[Spot], joined: int, step: tuple[float, float], view: View
) -> tuple[list[Position], list[Disc]]:
    """So many cells by so many make one; a row that is alone in its own is a point."""
    groups: dict[tuple[int, int], list[Spot]] = {}
    for cell in cells:
        groups.setdefault((cell.across // joined, cell.up // joined), []).append(cell)
    points: list[Position] = []
    discs: list[Disc] = []
    for (across, up), those in groups.items():
        count = sum(one.count for one in those)
        at = (
            sum(one.longitude * one.count for one in those) / count,
            sum(one.latitude * one.count for one in those) / count,
        )
        if count == 1:
            points.append(at)
            continue
        west, south = across * joined * step[0], up * joined * step[1]
        inside = (west, south, west + joined * step[0], south + joined * step[1])
        address = _there(view, inside) if joined * step[1] > CLOSEST else ""
        discs.append(
            Disc(at, count, ngettext("%(count)s ligne", "%(count)s lignes", count) % {"count": figure(count)}, address)
        )
    return points, discs


def _there(view: View, box: Box) -> str:
    """The map of a box."""
    return view.asking(box=within(box)).address(anchor="carte")


def _moves(view: View, box: Box | None) -> Iterator[Move]:
    if box is not None:
        frame = framed(box, WIDTHS[0][1], HIGH["roomy"], 0 if view.query.box else EDGE)
        for label, there in moves(frame, narrowed=bool(view.query.box)):
            yield Move(label, _there(view, there))
    if view.query.box:
        yield Move(_("Toute la carte"), view.asking(box=None).address(anchor="carte"))


def _around(box: Box) -> Iterator[tuple[Position, str]]:
    """The most populated places inside of the map, of a level that suits its width. One query."""
    west, south, east, north = box
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


def _chart(
    drawn: Sequence[tuple[Ground, str, float]], subtitle: str, key: str, spread: Extent, remarks: Sequence[str]
) -> Chart:
    count = {"count": figure(spread.located)}
    title = ngettext("%(count)s ligne sur la carte", "%(count)s lignes sur la carte", spread.located) % count
    west, south, east, north = drawn[0][0].bounds or WORLD
    told = _(
        "Carte, de %(west)s à %(east)s degrés de longitude et de %(south)s à %(north)s de latitude. %(subtitle)s."
    ) % {
        "west": figure(west, 2),
        "east": figure(east, 2),
        "south": figure(south, 2),
        "north": figure(north, 2),
        "subtitle": subtitle,
    }
    remarks = (*remarks, tiles.credited()) if tiles.address() else remarks
    drawings = tuple(atlas(ground, kind, wide, (f"{key}-{kind}", title, told)) for ground, kind, wide in drawn)
    return Chart(title, subtitle, drawings, remarks=tuple(remarks))


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
