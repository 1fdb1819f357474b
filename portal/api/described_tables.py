"""A table in words for programs: what its columns are, and an OpenAPI document in which each is a parameter."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from catalogue.models import Distribution, in_french
from catalogue.tables.contract import Column, Type
from catalogue.tables.exports import FORMS
from catalogue.tables.query import MOST_ROWS, Function, Op, Part
from catalogue.tabling import OpenTable
from portal.tabular import parameter

Json = dict[str, Any]
INTEGERS: Final = frozenset({Type.INTEGER, Type.YEAR})
# JSON Schema of a value, where it is not a text.
SCHEMAS: Final[dict[Type, Json]] = {
    **{type_: {"type": ["integer", "null"]} for type_ in INTEGERS},
    **{type_: {"type": ["number", "null"]} for type_ in Type if type_.numeric and type_ not in INTEGERS},
    Type.BOOLEAN: {"type": ["boolean", "null"]},
    Type.DATE: {"type": ["string", "null"], "format": "date"},
    Type.DATETIME: {"type": ["string", "null"], "format": "date-time"},
    Type.TIME: {"type": ["string", "null"], "format": "time"},
    Type.URL: {"type": ["string", "null"], "format": "uri"},
    Type.LIST: {},
    Type.GEOMETRY: {"type": ["object", "string", "null"]},
}
TEXT: Final[Json] = {"type": ["string", "null"]}
ASKED: Final = {
    "select": "Colonnes des lignes, séparées par des virgules ; toutes sinon.",
    "sort": "Colonnes du tri, séparées par des virgules ; un signe moins devant pour décroître. Les cases vides sont à la fin.",
    "group": f"Colonnes par lesquelles grouper ; d’une date, une partie : jour:month ({', '.join(Part)}).",
    **{each.value: f"Calcul de chaque groupe, « {each.value} » de ces colonnes." for each in Function},
    "quantile": "Quantile de chaque groupe : montant:0.9.",
    "near": "Lignes proches d’un point : latitude,longitude,mètres.",
    "box": "Lignes dans un cadre : ouest,sud,est,nord, en degrés.",
    "total": "0 pour ne pas compter tout ce que la question trouve.",
}
PAGED: Final = {
    "limit": f"Lignes de la page, de 0 à {MOST_ROWS} ; 100 sinon.",
    "cursor": "Suite d’une page : ce que donne « next ».",
}
WRITTEN: Final = {
    "limit": "Nombre de lignes ; toutes sinon.",
    "sep": "CSV : séparateur , ; | ou tab.",
    "decimal": "CSV : signe des décimales, . ou une virgule.",
    "bom": "CSV : 1 pour la marque que les tableurs attendent.",
    "safe": "CSV et XLSX : 0 pour laisser tels quels les textes qu’un tableur prendrait pour des formules.",
}


def description(table: OpenTable) -> Json:
    file = Distribution.objects.filter(pk=table.key).values("title", "license").first() or {"title": {}, "license": ""}
    title = in_french(table.dataset.title)
    return {
        "id": str(table.key),
        "title": in_french(file["title"]) or title,
        "dataset": {"id": str(table.dataset.pk), "title": title, "page": _whole(table.dataset.get_absolute_url())},
        "licence": file["license"] or None,
        "version": table.said.number,
        "rows": table.rows,
        "columns": [_column(column) for column in table.columns],
        "links": _links(table.key),
    }


def _links(key: UUID) -> Json:
    files = {form: _whole(reverse("rows_as", args=[key, form])) for form in FORMS}
    openapi = _whole(reverse("table_openapi", args=[key]))
    return {
        "self": _whole(reverse("table_api", args=[key])),
        "rows": _whole(reverse("rows", args=[key])),
        **files,
        "openapi": openapi,
    }


def _column(column: Column) -> Json:
    return {
        "name": column.name,
        "type": column.type.value,
        "parameter": parameter(column.name),
        "missing": column.missing,
        "distinct": column.distinct,
        "least": column.least,
        "most": column.most,
        "mean": column.mean,
        "longest": column.longest,
        "bins": [{"low": each.low, "high": each.high, "count": each.count} for each in column.bins],
    }


def specification(table: OpenTable) -> Json:
    """OpenAPI 3.1.0."""
    base = reverse("table_api", args=[table.key])
    title = in_french(table.dataset.title)
    question = [_parameter(name, said) for name, said in ASKED.items()] + [_filter(column) for column in table.columns]
    paths: Json = {
        f"{base}/rows": {
            "get": {
                "operationId": "rows",
                "summary": "Une page de lignes, ou de groupes",
                "parameters": question + [_parameter(name, said) for name, said in PAGED.items()],
                "responses": {"200": _answer("Une page", JSON_PAGE), **REFUSALS},
            }
        }
    }
    written = question + [_parameter(name, said) for name, said in WRITTEN.items()]
    for form, known in FORMS.items():
        content: Json = {known.media_type.partition(";")[0]: {}}
        paths[f"{base}/rows.{form}"] = {
            "get": {
                "operationId": f"rows_{form}",
                "summary": f"Toutes les lignes : {known.label}",
                "parameters": written,
                "responses": {"200": {"description": "Un fichier", "content": content}, **REFUSALS},
            }
        }
    rows = {column.name: SCHEMAS.get(column.type, TEXT) for column in table.columns}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": table.version},
        "servers": [{"url": settings.BOUTURE_URL}],
        "paths": paths,
        "components": {"schemas": {"Row": {"type": "object", "properties": rows}, "Problem": PROBLEM}},
    }


JSON_PAGE: Final[Json] = {
    "type": "object",
    "required": ["version", "total", "next", "results"],
    "properties": {
        "version": {"type": "integer"},
        "total": {"type": ["integer", "null"]},
        "next": {"type": ["string", "null"], "format": "uri"},
        "results": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
    },
}
PROBLEM: Final[Json] = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "ce qui ne va pas, et que faire"},
        "code": {"type": "string"},
    },
}


def _answer(said: str, schema: Json, media: str = "application/json") -> Json:
    return {"description": said, "content": {media: {"schema": schema}}}


REFUSALS: Final[Json] = {
    status: _answer(said, {"$ref": "#/components/schemas/Problem"}, "application/problem+json")
    for status, said in {
        "400": "Question mal posée",
        "404": "Pas de table ici, ou pas pour vous",
        "422": "Question trop lourde",
        "503": "À redemander dans un moment",
    }.items()
}


def _parameter(name: str, said: str) -> Json:
    return {"name": name, "in": "query", "description": said, "schema": {"type": "string"}}


def _filter(column: Column) -> Json:
    said = f"Filtre : une valeur de « {column.name} » ({column.type.value}), ou un opérateur et deux points devant : {', '.join(Op)}."
    return _parameter(parameter(column.name), said)


def _whole(path: str) -> str:
    return settings.BOUTURE_URL + path
