"""A map of territories by value, with its figures: outlines when this instance has them, else discs at their centres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue.models import Contour, Territory
from portal.charts.chart import WIDTHS, Chart, Measured
from portal.charts.choropleth import ABSENT, Choropleth, Shape, choropleth
from portal.charts.figures import Figure

MOST_OUTLINES: Final = 900  # of one map, which one question brings; beyond, outlines are smaller than discs
NOWHERE: Final = gettext_lazy("Aucun de ces territoires n’a de place connue sur la carte.")


@dataclass(frozen=True)
class Valued:
    """What is drawn. `values`, `addresses` (where one reads more): by the keys of the territories; None: not known.

    `chosen`: the key of the one that is outlined. `breaks`: where classes begin, for maps that are compared.
    """

    territories: Sequence[Territory]
    values: Mapping[int, Figure | None]
    measured: Measured
    chosen: int | None = None
    addresses: Mapping[int, str] = field(default_factory=dict)
    breaks: Sequence[Figure] | None = None


def territory_map(what: Valued, key: str, title: str, remarks: Sequence[str] = ()) -> Chart:
    """`key`: an id that is unique in the page; `title` says what is seen. One query to the base.

    The lines of the table go from the largest value down, territories without value at the end.
    """
    territories, values, measured, addresses = what.territories, what.values, what.measured, what.addresses
    keys = [one.pk for one in territories]
    outlines = Contour.objects.rings_of(keys) if len(keys) <= MOST_OUTLINES else {}
    shapes = [_shape(one, outlines, addresses) for one in territories]
    placed = [one for one in shapes if one.rings or one.at]
    ranked = sorted(territories, key=lambda one: _rank(values.get(one.pk)))
    rows = tuple(
        (one.name, str(ABSENT) if (value := values.get(one.pk)) is None else measured.exact(value)) for one in ranked
    )
    told = (*remarks, *_told(len(shapes) - len(placed)))
    chart = Chart(
        title if placed else str(NOWHERE),
        measured.subtitle,
        heads=(_("Territoire"), measured.subtitle),
        rows=rows,
        remarks=told,
        addresses=tuple(addresses.get(one.pk, "") for one in ranked),
    )
    if not placed:
        return chart
    known = {str(one.pk): values.get(one.pk) for one in territories}
    chosen = str(what.chosen) if what.chosen is not None else ""
    seen = Choropleth(placed, known, measured, chosen, what.breaks)
    drawings = tuple(
        choropleth(seen, kind, wide, (f"{key}-{kind}", title, _description(seen))) for kind, wide in WIDTHS
    )
    return Chart(title, chart.subtitle, drawings, chart.heads, chart.rows, chart.remarks, chart.addresses)


def _description(what: Choropleth) -> str:
    """What who does not see the map is told; the figures are in the table."""
    known = sum(1 for one in what.shapes if what.values.get(one.key) is not None)
    found = what.classes
    said = what.measured.subtitle
    if found:
        ends = {"low": what.measured.exact(found.low), "high": what.measured.exact(found.high)}
        said += ", " + _("de %(low)s à %(high)s") % ends
    if lacking := len(what.shapes) - known:
        said = _("%(values)s ; %(count)s sans donnée") % {"values": said, "count": lacking}
    return _("Carte de %(count)s territoires. %(values)s. Les chiffres sont dans la table.") % {
        "count": len(what.shapes),
        "values": said,
    }


def _shape(
    one: Territory, outlines: Mapping[int, Sequence[Sequence[tuple[float, float]]]], addresses: Mapping[int, str]
) -> Shape:
    at = (one.longitude, one.latitude) if one.longitude is not None and one.latitude is not None else None
    return Shape(str(one.pk), one.name, outlines.get(one.pk, ()), at, addresses.get(one.pk, ""))


def _rank(value: Figure | None) -> tuple[bool, float]:
    return value is None, -float(value or 0)


def _told(count: int) -> Sequence[str]:
    if not count:
        return []
    said = ngettext(
        "%(count)s territoire n’est pas placé sur la carte.",
        "%(count)s territoires ne sont pas placés sur la carte.",
        count,
    )
    return [said % {"count": count}]
