"""`value → two parts → rows`: how a figure came about, and what it was before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue import spoken
from catalogue.indicators.contract import Divisor, Recipe, Status
from catalogue.models import FormerObservation
from portal.charts.figures import decimals_of, figure
from portal.pages import words
from portal.pages.indicators import saying
from portal.pages.indicators.seen import Seen
from portal.pages.indicators.values import Value
from portal.pages.licences import terms_of

FORMER: Final = 12
KINDS: Final = {"municipale": gettext_lazy("population municipale"), "totale": gettext_lazy("population totale")}


@dataclass(frozen=True)
class Part:
    said: str
    about: str


@dataclass(frozen=True)
class Fraction:
    """`below` is None when nothing divides."""

    above: Part
    below: Part | None
    result: Part
    factor: str = ""


@dataclass(frozen=True)
class Source:
    title: str
    address: str
    publisher: str
    body: str
    table: str
    rows: int
    file: str
    version: int
    arrived: str
    licence: str
    private: bool
    schema: str


@dataclass(frozen=True)
class Former:
    period: str
    said: str
    until: str
    cause: str


def fraction(seen: Seen) -> Fraction | None:
    value = seen.value
    if value is None or value.numerator is None:
        return None
    recipe = seen.recipe
    above = Part(
        _amount(value.numerator),
        ngettext(
            "numérateur, sur %(count)s ligne du fichier", "numérateur, sur %(count)s lignes du fichier", value.rows
        )
        % {"count": figure(value.rows)},
    )
    below = None if recipe.divisor is Divisor.NOTHING or value.denominator is None else _below(recipe, value)
    said = seen.scale.said(value.value) if value.said else saying.state_of(value.status) or _("sans valeur")
    factor = "" if recipe.factor == 1 else f"× {_amount(recipe.factor)}"
    decimals = recipe.unit.decimals
    rounded = (
        ngettext("arrondi à %(count)s décimale", "arrondi à %(count)s décimales", decimals) % {"count": decimals}
        if decimals
        else _("arrondi à l’unité")
    )
    return Fraction(above, below, Part(said, rounded if value.said else ""), factor)


def _below(recipe: Recipe, value: Value) -> Part:
    said = _amount(value.denominator or 0)
    if recipe.divisor is Divisor.POPULATION:
        kind = KINDS.get(recipe.population.kind if recipe.population else "") or _("population")
        year = f" {value.population_year}" if value.population_year else ""
        about = f"{kind}{year}" + (f", {value.population_source}" if value.population_source else "")
        people = ngettext("%(count)s habitant", "%(count)s habitants", spoken.whole(value.denominator or 0)) % {
            "count": said
        }
        return Part(people, about)
    if recipe.divisor is Divisor.AREA:
        return Part(f"{said} km²", _("superficie de la commune"))
    if recipe.divisor is Divisor.ROWS:
        return Part(said, _("dénominateur, sur les mêmes lignes"))
    return Part(said, _("constante de la recette"))


def _amount(value: float) -> str:
    return figure(value, min(2, decimals_of(float(value))))


def source(seen: Seen) -> Source | None:
    """Where the figure comes from. Of a file that has another version by now, its number alone is told."""
    value = seen.value
    if value is None:
        return None
    file = value.current if value.current.number == value.table_version else None
    return Source(
        title=value.title,
        address=reverse("dataset", args=[value.dataset]),
        publisher=value.publisher[0],
        body=reverse("organisation", args=[value.publisher[1]]) if value.publisher[1] else "",
        table=reverse("table", args=[value.table]),
        rows=value.rows,
        file=file.name or "" if file else "",
        version=value.table_version,
        arrived=words.day(file.arrived) if file and file.arrived else "",
        licence=terms_of(value.licence, "").name if value.licence else "",
        private=value.private,
        schema=file.schema_version or "" if file else "",
    )


def former(seen: Seen) -> list[Former]:
    """What was said of the territory before, by inhabitant: for those who see the dataset that it came from. One query."""
    if seen.place is None or seen.total:
        return []
    allowed = {one.dataset for one in seen.values}
    rows = FormerObservation.objects.filter(
        indicator=seen.indicator, territory=seen.place, axis="", dataset__in=allowed
    ).values("period", "value", "status", "ended_at", "ending")[:FORMER]
    return [_former(row, seen) for row in rows]


def _former(row: Mapping[str, Any], seen: Seen) -> Former:
    status = Status(row["status"]) if row["status"] in set(Status) else Status.NOT_SIGNIFICANT
    said = (
        seen.scale.said(row["value"])
        if row["value"] is not None and status.valued
        else saying.state_of(status) or _("sans valeur")
    )
    return Former(saying.long(row["period"]), said, words.day(row["ended_at"]), row["ending"])
