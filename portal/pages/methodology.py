"""How the quality of the records is counted: the metrics of each version, and the averages of who publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue import questioning
from catalogue.models import Dataset, Organisation, Score
from catalogue.models.datasets import RecordQuerySet
from catalogue.permissions import audience_of
from catalogue.quality.averages import averages
from catalogue.quality.metrics import NAMES, V2, VERSIONS, Methodology, Metric, anchor
from catalogue.quality.scoring import figure
from portal.kept_pages import kept
from portal.pages.quality import field_name, of_average

BODIES: Final = 30


@dataclass(frozen=True)
class Row:
    """One metric. `anchor` ends its address in the export."""

    anchor: str
    name: str
    field: str
    advice: str
    dimension: str
    worth: str


@dataclass(frozen=True)
class Table:
    version: Methodology
    most: str
    bands: str
    dimensions: tuple[tuple[str, str], ...]  # anchor, name
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Body:
    organisation: Organisation
    scored: int
    points: str
    band: str
    overdue: int  # questions on its datasets that have waited too long


@require_safe
@kept
def quality(request: HttpRequest) -> HttpResponse:
    audience = audience_of(request.user)
    bodies = _bodies(Dataset.objects.visible_to(audience))
    context = {
        "averages": of_average(averages(audience)),
        "bodies": bodies[:BODIES],
        "more_bodies": bodies[BODIES:],
        "dimensions": [(key, _(name)) for key, name in NAMES.items()],
        "overdue": sum(body.overdue for body in bodies),
        "overdue_days": questioning.OVERDUE.days,
        "tables": [_table(version) for version in VERSIONS.values()],
    }
    return render(request, "quality.html", context)


def _bodies(visible: RecordQuerySet) -> list[Body]:
    means = Score.objects.by_body(visible)
    bodies: dict[int, Any] = questioning.with_overdue(Organisation.objects.all()).in_bulk([key for key, _, _ in means])
    return [
        Body(bodies[key], count, figure(mean), _(V2.band(mean)), bodies[key].overdue)
        for key, mean, count in means
        if key in bodies
    ]


def _table(version: Methodology) -> Table:
    bands = ", ".join(
        _("%(band)s à partir de %(points)s") % {"band": _(name), "points": figure(least)}
        for least, name in version.bands
    )
    dimensions = tuple((anchor(version, code), _(name)) for code, name in version.dimensions.items())
    return Table(
        version, figure(version.most), bands, dimensions, tuple(_row(version, metric) for metric in version.metrics)
    )


def _row(version: Methodology, metric: Metric) -> Row:
    return Row(
        anchor=anchor(version, metric.key),
        name=metric.name,
        field=field_name(metric),
        advice=_(metric.advice),
        dimension=_(version.dimensions[metric.dimension]),
        worth=figure(metric.most),
    )
