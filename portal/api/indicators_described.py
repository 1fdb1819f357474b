"""An indicator in words for programs: its recipe, the addresses of its files, and an OpenAPI document of them all."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from catalogue.indicators.contract import Mark, Recipe, Spread, Status, Unit, Words
from catalogue.indicators.exports import MESHES, Cube
from catalogue.indicators.exports.tabular import VALUE
from catalogue.indicators.themes import THEMES
from catalogue.models.territories import Level
from catalogue.releasing import BASE
from catalogue.tables.schemas.national import page_of

Json = dict[str, Any]
FILES: Final = ("csv", "sdmx.csv", "json", "ttl", "jsonld", "nt")
FILTERS: Final = {
    "territoire": "Codes INSEE ou SIREN, séparés par des virgules ; ou un niveau et un code (epci:200043123).",
    "dans": "Les territoires qui sont dans celui-ci : les communes d’un EPCI, d’un département.",
    "periode": "Une période, plusieurs (2019,2021), ou de l’une à l’autre (2019..2023).",
    "axe": "Le nom d’un axe ; total pour ce qui n’est pas détaillé.",
    "niveau": f"Niveau des territoires : {', '.join(Level)}.",
    "statut": f"OBS_STATUS de SDMX : {', '.join(status.value for status in Status)}.",
}
PAGED: Final = {
    "taille": "Observations d’une page, de 1 à 1 000 ; 100 sinon.",
    "suite": "La page qui suit : ce que donne « next ».",
}
NARROWED: Final = {
    "theme": f"Un thème : {', '.join(THEMES)}.",
    "schema": "La clé d’un schéma, telle que scdl/budget.",
    "territoire": "« has_values » dit alors s’il y a une valeur pour ce territoire.",
}
NATIONAL: Final = {"maille": f"L’une de : {', '.join(MESHES)}.", "axe": "Le nom d’un axe ; les totaux sinon."}


def brief(cube: Cube) -> Json:
    recipe = cube.recipe
    return {
        "key": recipe.key,
        "version": recipe.version,
        "title": _both(recipe.title),
        "theme": recipe.theme,
        "unit": unit(recipe.unit),
        "schema": recipe.schema,
        "sense": recipe.sense.value,
        "internal": recipe.internal,
        "links": _links(cube),
    }


def whole(cube: Cube) -> Json:
    recipe = cube.recipe
    return {
        **brief(cube),
        "theme_label": _both(THEMES[recipe.theme]) if recipe.theme in THEMES else None,
        "definition": _both(recipe.definition),
        "formula": _maybe(recipe.formula),
        "words": list(recipe.words),
        "schema_page": page_of(recipe.schema),
        "schema_versions": list(recipe.versions),
        "divisor": recipe.divisor.value,
        "population": {"kind": recipe.population.kind, "shift": recipe.population.shift} if recipe.population else None,
        "factor": recipe.factor,
        "together": recipe.spread.value,
        "axes": [{"name": axis.name, "label": _both(axis.words)} for axis in recipe.axes],
        "levels": list(recipe.levels),
        "plausible": list(recipe.plausible),
        "least_rows": recipe.least_rows,
        "target": _mark(recipe.target),
        "threshold": _mark(recipe.threshold),
        "reference": _maybe(recipe.reference),
        "caveats": [_both(each) for each in recipe.caveats],
        "breaks": {period: _both(why) for period, why in recipe.breaks.items()},
        "ecospheres-indicateurs": _national(recipe),
    }


def unit(found: Unit) -> Json:
    return {"code": found.code, "sign": found.sign, "label": _both(found.words), "decimals": found.decimals}


def _links(cube: Cube) -> Json:
    here = cube.address
    page = f"{settings.BOUTURE_URL}/indicateurs/{cube.recipe.key}/"
    files = {extension: f"{here}/observations.{extension}" for extension in FILES}
    return {"self": here, "page": page, "observations": f"{here}/observations", **files, "ecolab": f"{here}/ecolab.csv"}


def _national(recipe: Recipe) -> Json:
    """What the national hub of indicators wants beside the files, under the names that it uses."""
    return {
        "unite": recipe.unit.sign,
        "mailles_geographiques": [
            mesh for mesh, level in MESHES.items() if not recipe.levels or level in recipe.levels
        ],
        "axes": {axis.name: [] for axis in recipe.axes},
        "summable": recipe.spread == Spread.SUM,
        "value-column": VALUE,
        "calcul": {"methode": recipe.formula.fr if recipe.formula else recipe.definition.fr},
    }


def _both(words: Words) -> Json:
    return {"fr": words.fr, "en": words.en}


def _maybe(words: Words | None) -> Json | None:
    return _both(words) if words else None


def _mark(mark: Mark | None) -> Json | None:
    if mark is None:
        return None
    return {"value": mark.value, "legal": mark.legal, "levels": list(mark.levels), "source": _both(mark.source)}


def specification() -> Json:
    """OpenAPI 3.1.0."""
    key = {"name": "key", "in": "path", "required": True, "schema": {"type": "string"}}
    one = f"{BASE}/{{key}}"
    files = {
        f"{one}/observations.{extension}": _operation(
            f"observations_{extension.replace('.', '_')}", "Toutes ses observations", FILTERS, key
        )
        for extension in FILES
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Indicateurs", "version": "1"},
        "servers": [{"url": settings.BOUTURE_URL}],
        "paths": {
            BASE: _operation("indicators", "Les indicateurs", NARROWED),
            one: _operation("indicator", "La recette d’un indicateur", {}, key),
            f"{one}/observations": _operation("observations", "Une page de ses observations", FILTERS | PAGED, key),
            **files,
            f"{one}/ecolab.csv": _operation(
                "ecolab", "Ses valeurs au format national, une maille par fichier", NATIONAL, key
            ),
            reverse("indicators_schema"): _operation("schema", "Le Table Schema du CSV", {}),
            reverse("indicators_units"): _operation("units", "Les unités", {}),
        },
    }


def _operation(name: str, summary: str, parameters: dict[str, str], *more: Json) -> Json:
    asked = [
        {"name": each, "in": "query", "description": said, "schema": {"type": "string"}}
        for each, said in parameters.items()
    ]
    refusals = {"400": {"description": "Question mal écrite"}} if parameters else {}
    answers = {
        "200": {"description": "Ce qui est demandé"},
        **refusals,
        "404": {"description": "Rien ici, ou pas pour vous"},
    }
    return {"get": {"operationId": name, "summary": summary, "parameters": [*more, *asked], "responses": answers}}
