"""What is read without a token, in the OpenAPI document: each address of `/api/` with its parameters, from where they are read."""

from __future__ import annotations

from typing import Final

from catalogue.dcat.profile import CLASSES
from catalogue.indicators.exports import MESHES
from catalogue.indicators.themes import THEMES
from catalogue.models.territories import Level
from catalogue.tables.exports import FORMS
from catalogue.tables.query import MOST_ROWS
from portal import asking
from portal.api import described_tables, indicator_questions, indicators_described, search
from portal.api.http import JSON
from portal.api.writing.pieces import UUID, Json, ref

TEXT: Final[Json] = {"type": "string"}
ONE: Final = (
    "q",
    "depuis",
    "jusqua",
    "cadre",
    "tri",
    "page",
    "suite",
)  # the rest of a search are filters, that may come again
KEY: Final[Json] = {
    "name": "key",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[a-z0-9_-]+$", "maxLength": 100},
}
CLASS: Final[Json] = {
    "name": "name",
    "in": "path",
    "required": True,
    "schema": {"enum": [profile.name for profile in CLASSES]},
}
REFUSAL: Final[Json] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "ce qui ne va pas, et que faire"},
        "code": TEXT,
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
INDICATOR_VALUES: Final[dict[str, Json]] = {
    "taille": {"type": "integer", "minimum": 1, "maximum": indicator_questions.MOST},
    "theme": {"enum": sorted(THEMES)},
    "niveau": {"type": "string", "description": ", ".join(Level)},
    "maille": {"enum": sorted(MESHES)},
}
TABLE_VALUES: Final[dict[str, Json]] = {
    "limit": {"type": "integer", "minimum": 0, "maximum": MOST_ROWS},
    "total": {"enum": ["0", "1"]},
}
WRITTEN_VALUES: Final[dict[str, Json]] = {
    "limit": {"type": "integer", "minimum": 0},
    "sep": {"enum": [",", ";", "|", "tab"]},
    "decimal": {"enum": [".", ","]},
    "bom": {"enum": ["0", "1"]},
    "safe": {"enum": ["0", "1"]},
}


def read_paths() -> Json:
    found = {
        "/id/{id}.json": _get("read", [UUID]),
        "/api/search": _get("search", _search()),
        "/api/openapi.json": _get("openapi", []),
        "/api/schemas": _get("schemas", []),
        "/api/schemas/{name}.json": _get("schema", [CLASS], "application/schema+json"),
        **_tables(),
        **_indicators(),
    }
    return {path: {"get": operation} for path, operation in found.items()}


def _tables() -> Json:
    one = "/api/tables/{id}"
    question = _asked(described_tables.ASKED, TABLE_VALUES)
    page = [UUID, *question, *_asked(described_tables.PAGED, TABLE_VALUES)]
    whole = [UUID, *question, *_asked(described_tables.WRITTEN, WRITTEN_VALUES)]
    return {
        one: _get("table", [UUID]),
        f"{one}/openapi.json": _get("table-openapi", [UUID]),
        f"{one}/rows": _get("rows", page),
        **{
            f"{one}/rows.{form}": _get(f"rows-{form}", whole, known.media_type.partition(";")[0])
            for form, known in FORMS.items()
        },
    }


def _indicators() -> Json:
    base, one = "/api/indicateurs", "/api/indicateurs/{key}"
    described = indicators_described
    filters = [KEY, *_asked(described.FILTERS, INDICATOR_VALUES)]
    files = {f"{one}/observations.{form}": _get(f"observations-{form}", filters, "*/*") for form in described.FILES}
    return {
        base: _get("indicators", _asked(described.NARROWED, INDICATOR_VALUES)),
        f"{base}/openapi.json": _get("indicators-openapi", []),
        f"{base}/tableschema.json": _get("indicators-schema", []),
        f"{base}/unites": _get("units", []),
        one: _get("indicator", [KEY]),
        f"{one}/observations": _get("observations", [*filters, *_asked(described.PAGED, INDICATOR_VALUES)]),
        **files,
        f"{one}/ecolab.csv": _get("ecolab", [KEY, *_asked(described.NATIONAL, INDICATOR_VALUES)], "text/csv"),
    }


def _search() -> list[Json]:
    """Each under its French name; `portal.asking` takes the facets' own names, and a few in English, for the same."""
    values: dict[str, Json] = {
        "q": {"type": "string", "maxLength": asking.LONGEST},
        "depuis": {"type": "string", "format": "date"},
        "jusqua": {"type": "string", "format": "date"},
        "cadre": {"type": "string", "description": "ouest,sud,est,nord, en degrés"},
        "tri": {"enum": list(asking.SORTS)},
        "page": {"type": "integer", "minimum": 1, "maximum": asking.LAST_PAGE},
        "suite": {"type": "string", "maxLength": asking.CURSOR},
    }
    several = {"type": "array", "items": {"type": "string", "maxLength": asking.ALIKE}, "maxItems": asking.MOST}
    facets = {"type": "array", "items": {"enum": list(asking.FACETS)}, "uniqueItems": True}
    size = {"type": "integer", "minimum": 0, "maximum": search.MOST}
    return [
        *({"name": name, "in": "query", "schema": values[name]} for name in ONE),
        *(
            {"name": name, "in": "query", "schema": several, "description": words}
            for name, (_, words) in asking.FACETS.items()
        ),
        {"name": "facettes", "in": "query", "schema": facets, "style": "form", "explode": False},
        {"name": "taille", "in": "query", "schema": size},
    ]


def _asked(said: dict[str, str], values: dict[str, Json]) -> list[Json]:
    return [
        {"name": name, "in": "query", "description": words, "schema": values.get(name, TEXT)}
        for name, words in said.items()
    ]


def _get(name: str, parameters: list[Json], media: str = JSON) -> Json:
    content = {"application/problem+json": {"schema": ref("refusal")}}
    refusal = {"description": "Un refus : ce qui ne va pas, et que faire", "content": content}
    told = {"description": "docs/api.md", "content": {media: {}}}
    return {
        "operationId": name,
        "parameters": parameters,
        "responses": {"200": told, "304": {"description": "Rien n’a changé"}, "default": refusal},
    }
