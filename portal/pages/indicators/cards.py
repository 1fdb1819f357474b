"""The figures of a board, read together: two questions for what they are, one for what is said of them, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q
from django.urls import reverse

from catalogue.indicators.contract import Recipe
from catalogue.models import Audience, Indicator, Observation, Territory
from catalogue.models.territories import Level
from portal import languages
from portal.charts import Chart
from portal.pages.indicators import asking, drawing, known, saying, values
from portal.pages.indicators.asking import Asked
from portal.pages.indicators.composing import Item
from portal.pages.indicators.seen import Seen


@dataclass(frozen=True)
class Card:
    """One figure. `reason`: why there is none."""

    number: int
    title: str
    place: str
    address: str
    note: str
    said: str = ""
    unit: str = ""
    period: str = ""
    state: str = ""
    changed: str = ""
    reason: str = ""
    chart: Chart | None = None
    source: str = ""
    internal: bool = False


def places_of(codes: Iterable[str]) -> dict[str, Territory]:
    """By code as addresses say it: régions have an R. One query; abolished ones are asked one by one."""
    wanted = set(codes)
    plain = {code for code in wanted if not _regional(code)}
    regions = {code[1:] for code in wanted - plain}
    rows = Territory.objects.filter(
        Q(code__in=plain) & ~Q(level=Level.REGION) | Q(level=Level.REGION, code__in=regions)
    )
    found = {asking.code_of(place): place for place in rows.filter(current=True)} if wanted else {}
    for code in wanted - found.keys():
        if place := Territory.objects.resolve(code):
            found[code] = place
    return found


def _regional(code: str) -> bool:
    return len(code) == 3 and code.startswith("R")


def cards(items: Sequence[Item], audience: Audience) -> list[Card]:
    """In the order given; an indicator or a territory that this reader may not know, or that is no more, is left out."""
    recipes = known.recipes()
    asked = {item.key for item in items}
    rows = Indicator.objects.visible_to(audience).in_use().filter(key__in=asked) if asked else []
    indicators = {row.key: row for row in rows if row.key in recipes}
    places = places_of(item.place for item in items)
    wanted = [item for item in items if item.key in indicators and item.place in places]
    figures = _figures([(indicators[item.key], places[item.place]) for item in wanted], audience)
    return [
        _card(number, item, recipes[item.key], Seen(
            indicators[item.key], recipes[item.key], Asked(place=item.place), places[item.place], audience,
            tuple(figures.get((indicators[item.key].pk, places[item.place].pk), ())), recipes[item.key],
        ))
        for number, item in enumerate(items)
        if item in wanted
    ]  # fmt: skip


def _figures(
    pairs: Sequence[tuple[Indicator, Territory]], audience: Audience
) -> dict[tuple[int, int], list[values.Value]]:
    if not pairs:
        return {}
    either = reduce(or_, (Q(indicator=indicator, territory=place) for indicator, place in pairs))
    rows = Observation.objects.shown_to(audience).totals().filter(either).order_by("period")
    given: dict[tuple[int, int], list[tuple[object, ...]]] = {}
    for indicator, territory, *row in rows.values_list("indicator", "territory", *values.COLUMNS):
        given.setdefault((indicator, territory), []).append(tuple(row))
    return {key: values.once(values.read(rows)) for key, rows in given.items()}


def _card(number: int, item: Item, recipe: Recipe, seen: Seen) -> Card:
    assert seen.place is not None
    address = seen.asked.address(reverse("indicator", args=[recipe.key]))
    plain = Card(number, languages.said(recipe.title), seen.place.name, address, item.note, internal=recipe.internal)
    value = seen.value
    if value is None or not value.said:
        return Card(**{**vars(plain), "reason": saying.why_none(value, recipe), "period": saying.long(seen.period)})
    changed = saying.change(seen.until, recipe)
    return Card(
        **{
            **vars(plain),
            "said": seen.scale.bare(value.value),
            "unit": languages.said(recipe.unit.words),
            "period": saying.long(value.period),
            "state": saying.state(value),
            "changed": changed.sentence if changed else "",
            "chart": drawing.evolution(seen, key=f"g{number}") if len(seen.values) > 1 else None,
            "source": f"{value.publisher[0]}, {value.title}",
        }
    )
