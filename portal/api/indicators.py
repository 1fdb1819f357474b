"""`/api/indicateurs`: the indicators, the recipe of one, its observations page by page. docs/indicators-api.md says how to ask.

An indicator is there for who may know of it, an observation for who may see the dataset that it comes from.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse

from catalogue.indicators.contract import Recipe
from catalogue.indicators.exports import Cube, observation, table_schema
from catalogue.indicators.themes import THEMES
from catalogue.log import last_number
from catalogue.models import PUBLIC, Audience, Indicator, Observation
from catalogue.observing import recipes
from catalogue.permissions import audience_of
from catalogue.releasing import cube_of, page, told
from portal.api import indicator_questions, indicators_described
from portal.api.http import JSON, conditional, etag, open_to_all, problem
from portal.api.http import told as kept
from portal.asking import Remark

LISTED: Final = ("theme", "schema", "territoire", "territory")  # what the list can be narrowed by


@dataclass(frozen=True)
class Asked:
    """An indicator that this reader may know of."""

    row: Indicator
    cube: Cube
    audience: Audience

    @property
    def recipe(self) -> Recipe:
        return self.cube.recipe


def find(request: HttpRequest, key: str) -> Asked:
    """Raises Http404: for what there is not, for what nobody uses, and for what this reader may not know of."""
    audience = audience_of(request.user)
    recipe = recipes.known().recipes.get(key)
    row = Indicator.objects.in_use().visible_to(audience).filter(key=key).first()
    if recipe is None or row is None:
        raise Http404
    return Asked(row, cube_of(recipe), audience)


def answered(request: HttpRequest, audience: Audience, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Every change of a figure, a right or a recipe is a line of the log: its number and the question are the tag."""
    reader = (
        audience.everything,
        sorted(audience.organisations),
        sorted(map(str, audience.datasets)),
        sorted(audience.figures),
    )
    tag = etag("indicators", last_number(), settings.BOUTURE_URL, reader, request.get_full_path())
    response = conditional(request, tag, None, make)
    if response.status_code >= 400:
        del response["ETag"]
    answer: HttpResponseBase = kept(response, audience)
    return answer


@open_to_all
def listed(request: HttpRequest) -> HttpResponseBase:
    """All that this reader may know of, and whether each has a value, here or in one territory."""
    audience = audience_of(request.user)
    return answered(request, audience, lambda: _listed(request.GET, audience))


def _listed(data: QueryDict, audience: Audience) -> HttpResponse:
    remarks = [
        Remark(name[:40], f"« {name[:40]} » n’est pas un paramètre : écrivez theme, schema, territoire", "")
        for name in data
        if name not in LISTED
    ]
    theme, code = data.get("theme", ""), data.get("territoire") or data.get("territory") or ""
    if theme and theme not in THEMES:
        remarks.append(Remark("theme", f"« {theme[:40]} » n’est pas un thème : écrivez {', '.join(THEMES)}", ""))
    place = indicator_questions.place_of(code) if code else None
    if code and place is None:
        remarks.append(Remark("territoire", f"« {code[:40]} » n’est le code d’aucun territoire", ""))
    if remarks:
        return refused(remarks)
    figures = Observation.objects.visible_to(audience).filter(indicator=OuterRef("pk"), shown=True, value__isnull=False)
    figures = figures.filter(territory=place) if place else figures
    rows = Indicator.objects.in_use().visible_to(audience).annotate(valued=Exists(figures))
    rows = rows.filter(theme=theme) if theme else rows
    rows = rows.filter(schema=data["schema"]) if data.get("schema") else rows
    known = recipes.known().recipes
    results = [
        {**indicators_described.brief(cube_of(known[row.key])), "has_values": row.valued}
        for row in rows
        if row.key in known
    ]
    return _json({"total": len(results), "results": results})


@open_to_all
def one(request: HttpRequest, key: str) -> HttpResponseBase:
    """Its recipe in full, and where its observations are."""
    found = find(request, key)
    return answered(request, found.audience, lambda: _json(indicators_described.whole(found.cube)))


@open_to_all
def observations(request: HttpRequest, key: str) -> HttpResponseBase:
    """A page of them."""
    found = find(request, key)
    return answered(request, found.audience, lambda: _page(request, found))


def _page(request: HttpRequest, found: Asked) -> HttpResponse:
    wanted = indicator_questions.read(request.GET, found.recipe, paged=True)
    if wanted.remarks:
        return refused(wanted.remarks)
    some, following = page(wanted.of(told(found.row, found.audience)), wanted.after, wanted.size)
    address = _following(request, wanted.cursor(following)) if following else ""
    said = {
        "indicator": found.recipe.key,
        "next": address or None,
        "results": [observation(found.cube, line) for line in some],
    }
    response = _json(said)
    if address:
        response["Link"] = f'<{address}>; rel="next"'
    return response


def _following(request: HttpRequest, cursor: str) -> str:
    pairs = [
        (name, value)
        for name, values in request.GET.lists()
        if indicator_questions.NAMES.get(name) != "suite"
        for value in values
    ]
    return f"{settings.BOUTURE_URL}{request.path}?{urlencode([*pairs, ('suite', cursor)])}"


def refused(remarks: Sequence[Remark]) -> HttpResponse:
    """400, each parameter with what to write instead."""
    errors = [{"parameter": remark.name, "detail": f"{remark.fault}."} for remark in remarks]
    return problem(400, "Question mal écrite", " ".join(f"{remark.fault}." for remark in remarks), errors=errors)


@open_to_all
def schema(request: HttpRequest) -> HttpResponseBase:
    """The Table Schema of the CSV of observations."""
    return answered(request, PUBLIC, lambda: _json(table_schema(settings.BOUTURE_URL + reverse("indicators_schema"))))


@open_to_all
def openapi(request: HttpRequest) -> HttpResponseBase:
    """OpenAPI 3.1 of these addresses."""
    return answered(request, PUBLIC, lambda: _json(indicators_described.specification()))


@open_to_all
def units(request: HttpRequest) -> HttpResponseBase:
    """The units of the indicators that everybody may know of; each has an address here, that the records name."""
    found = {recipe.unit.code: recipe.unit for recipe in recipes.known().recipes.values() if not recipe.internal}
    results = [indicators_described.unit(found[code]) for code in sorted(found)]
    return answered(request, PUBLIC, lambda: _json({"results": results}))


def _json(said: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8", "replace"), content_type=JSON)
