"""What a page, a frame or a file of an indicator is about: read once, from what the address asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import Http404, HttpRequest

from catalogue.comparing.peers import total_in
from catalogue.comparing.trending import UNITED
from catalogue.indicators.contract import Mark, Recipe
from catalogue.indicators.course import Point
from catalogue.indicators.totals import total_of
from catalogue.models import Audience, Indicator, Territory
from catalogue.models.territories import Level
from catalogue.permissions import audience_of
from portal.charts.scales import Scale
from portal.pages.indicators import asking, known, saying, values
from portal.pages.indicators.asking import Asked
from portal.pages.indicators.values import Value


@dataclass(frozen=True)
class Seen:
    """`place` is None when no territory is meant. `values`: one a period, in the order of time.

    `recipe`: of what is shown; of a figure by inhabitant whose total is asked, that of the total. `computed`: the indicator's own.
    """

    indicator: Indicator
    recipe: Recipe
    asked: Asked
    place: Territory | None
    audience: Audience
    values: tuple[Value, ...]
    computed: Recipe

    @property
    def total(self) -> bool:
        return self.recipe is not self.computed

    def figure(self, one: Value) -> float | None:
        """What is shown of a value that the base gave."""
        return total_in(self.recipe, one.numerator) if self.total else one.value

    @property
    def scale(self) -> Scale:
        return saying.scale_of(self.recipe.unit)

    @cached_property
    def value(self) -> Value | None:
        """The figure of the period that is asked, else the last one that says something, else the last one."""
        if self.asked.period:
            return next((one for one in self.values if one.period == self.asked.period), None)
        return next((one for one in reversed(self.values) if one.said), self.values[-1] if self.values else None)

    @property
    def period(self) -> str:
        return self.value.period if self.value else self.asked.period

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The series with its breaks."""
        former = self.place.former_communes if self.place and self.place.level == Level.COMMUNE else []
        united = any(each.get("kind") in UNITED for each in former)
        return saying.points(self.values, self.computed, united=united)

    @property
    def until(self) -> tuple[Point, ...]:
        """Up to the period of the figure."""
        return tuple(one for one in self.points if one.period <= self.period)

    @property
    def title(self) -> str:
        return saying.headline(self.recipe, self.place, self.period)

    @property
    def concerned(self) -> bool:
        """Whether it can be said of such a territory at all."""
        return self.place is None or not self.recipe.levels or self.place.level in self.recipe.levels

    def marks(self) -> list[Mark]:
        """The target and the threshold that count for this territory."""
        found = [one for one in (self.recipe.target, self.recipe.threshold) if one]
        level = self.place.level if self.place else ""
        return [one for one in found if not one.levels or level in one.levels]


def look(request: HttpRequest, key: str) -> Seen:
    """Raises Http404 for an indicator or a territory that is not there, for this reader."""
    audience = audience_of(request.user)
    indicator = known.visible(key, audience)
    if indicator is None:
        raise Http404
    asked = asking.read(request.GET)
    place = asking.place_of(asked.place)
    if asked.place and place is None:
        raise Http404
    found = values.series(indicator, place, audience) if place else []
    computed = known.recipes()[key]
    recipe = _shown(computed, asked, found)
    if recipe is not computed:
        found = [replace(one, value=total_in(recipe, one.numerator)) for one in found]
    return Seen(indicator, recipe, asked, place, audience, tuple(found), computed)


def _shown(computed: Recipe, asked: Asked, found: Sequence[Value]) -> Recipe:
    """That of the total when it is asked and can be said."""
    if asked.measure != asking.TOTAL or all(one.numerator is None for one in found):
        return computed
    return total_of(computed) or computed
