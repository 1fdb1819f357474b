"""The figures that answer a question, with their territory, year and source: above what it finds, or as its lines.

The index proposes, the base decides: figures are read with the reader's rights, for all of a page in one query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString

from catalogue.indicators.contract import Recipe, Status
from catalogue.models import Audience, Indicator, Observation, Territory
from catalogue.models.territories import Level
from catalogue.search import asked_figures, places
from catalogue.search.settled import State
from portal.asking import Asked
from portal.charts.sparks import spark_line
from portal.languages import said
from portal.pages.indicators import asking, known, saying, values
from portal.pages.indicators.values import Value

# What may answer for a place: itself, then what does its work for it.
WIDER: Final = (Level.EPCI, Level.EPT, Level.DEPARTEMENT)
MOST: Final = 3_000  # figures of one page
ALONE: Final = frozenset({"territoire"})  # filters under which a figure still answers


@dataclass(frozen=True)
class Answer:
    """An indicator for one territory. `missing`: the schema that is to be published to have it, when nothing gives it."""

    title: str
    address: str
    definition: str
    internal: bool = False
    value: str = ""
    period: str = ""
    place: str = ""
    state: str = ""
    reason: str = ""
    changed: str = ""
    spark: SafeString | str = ""
    source: tuple[str, str] = ("", "")  # title of the dataset, and its page
    private: bool = False
    missing: str = ""


Pairs = Sequence[tuple[Indicator, Recipe]]


def above(asked: Asked, audience: Audience, state: State) -> tuple[Answer, ...]:
    """Of a question in words, on its first page; none when something else than a territory narrows it. Raises SearchError."""
    narrowed = {name for name, _ in asked.filters} - ALONE or asked.since or asked.until or asked.box
    if not asked.text or narrowed or asked.page > 1 or asked.after or asked.sort != "pertinence":
        return ()
    found = asked_figures.asked(asked.text, audience, state)
    chosen = asked.chosen("territoire")
    if found.place is None and len(chosen) == 1:
        return of(found.rows, audience, chosen)
    return of(found.rows, audience, places.lineage(found.place) if found.place else places.of_the_reader())


def of(pairs: Pairs, audience: Audience, tokens: Sequence[str]) -> tuple[Answer, ...]:
    """Of these indicators for the first of these territories that has a figure, in their order; none is named when there is
    none of them. One query."""
    wanted = [*tokens[:1], *(each for each in tokens[1:] if each.partition(":")[0] in WIDER)]
    figures = _figures([row for row, _ in pairs], audience, wanted) if pairs and wanted else {}
    return tuple(_answer(row, recipe, wanted, figures) for row, recipe in pairs)


Figures = dict[tuple[int, str], tuple[str, list[Value]]]  # by indicator and token: the territory's name, its figures


def _figures(rows: Iterable[Indicator], audience: Audience, tokens: Sequence[str]) -> Figures:
    where = Q(pk__in=[])
    for token in tokens:
        level, _, code = token.partition(":")
        where |= Q(territory__level=level, territory__code=code)
    told = Observation.objects.visible_to(audience).totals().filter(where, indicator__in=list(rows), shown=True)
    given: dict[tuple[int, str], tuple[str, list[tuple[object, ...]]]] = {}
    named = ("indicator", "territory__level", "territory__code", "territory__name")
    for key, level, code, name, *row in told.order_by("-period").values_list(*named, *values.COLUMNS)[:MOST]:
        given.setdefault((key, f"{level}:{code}"), (name, []))[1].append(tuple(row))
    return {key: (name, values.once(values.read(some))) for key, (name, some) in given.items()}


def _answer(row: Indicator, recipe: Recipe, tokens: Sequence[str], figures: Figures) -> Answer:
    there = [token for token in tokens if (row.pk, token) in figures]
    # A place that has a value comes before one nearer that has but a reason why it has none.
    best = next((token for token in there if any(one.said for one in figures[row.pk, token][1])), next(iter(there), ""))
    token = best or next(iter(tokens), "")
    level, _, code = token.partition(":")
    named = asking.code_of(Territory(level=level, code=code)) if code else ""
    address = asking.Asked(place=named).address(reverse("indicator", args=[recipe.key]))
    plain = Answer(said(recipe.title), address, said(recipe.definition), internal=recipe.internal)
    if not best:
        return replace(plain, missing=known.schema_title(recipe.schema) if tokens else "")
    name, given = figures[row.pk, best]
    last = next((one for one in reversed(given) if one.said), given[-1])
    series = saying.points([one for one in given if one.period <= last.period], recipe, united=False)
    changed = saying.change(series, recipe)
    return replace(
        plain,
        value=saying.scale_of(recipe.unit).said(last.value) if last.said else "",
        period=saying.when(last.period),
        place=name,
        state=saying.state(last) if last.status is not Status.NORMAL else "",
        reason="" if last.said else saying.why_none(last, recipe),
        changed=changed.sentence if changed else "",
        spark=spark_line([one.value if one.said else None for one in given]),
        source=(last.title, reverse("dataset", args=[last.dataset])),
        private=last.private,
    )
