"""`/api/openapi.json`: OpenAPI 3.1 of what programs read and write here. The schemas of records come from the profile."""

from __future__ import annotations

import json
from functools import cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from catalogue.dcat.classes import Profile
from catalogue.dcat.profile import BY_KIND
from portal import outlets
from portal.api.http import JSON, conditional, etag, open_to_all
from portal.api.writing.described_files import FILE_SCHEMAS, file_paths
from portal.api.writing.described_reads import REFUSAL, read_paths
from portal.api.writing.pieces import DRY, KEY, MATCH, PLACE, UUID, Json, answer, body, either, problem, ref, said
from portal.api.writing.problems import CODES, FAULTS
from portal.api.writing.shown import BESIDE, KINDS
from portal.api.writing.verbs import LONGEST_REASON, STATES

REASON: Final[Json] = {
    "name": "reason",
    "in": "query",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_REASON},
    "description": "pourquoi ; d’un brouillon, rien",
}
PROBLEM: Final[Json] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "ce qui ne va pas, et que faire"},
        "code": {"enum": sorted(CODES)},
        "version": {"type": "integer", "description": "celle qui est là"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                # Of a body what is wrong has a place, of an address a name.
                "anyOf": [{"required": ["pointer", "code"]}, {"required": ["parameter"]}],
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "RFC 6901"},
                    "parameter": {"type": "string", "description": "de l’adresse"},
                    "code": {"enum": sorted(FAULTS)},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
STATE: Final[Json] = {
    "type": "object",
    "required": ["state"],
    "properties": {
        "state": {"enum": list(STATES)},
        "reason": {"type": "string", "minLength": 1, "maxLength": LONGEST_REASON},
        "at": {"type": "string", "format": "date-time"},
    },
    "additionalProperties": False,
}
PROPOSAL: Final[Json] = {
    "type": "object",
    "required": ["proposal", "dataset", "fields", "page"],
    "properties": {
        "proposal": {"type": "string", "format": "uuid"},
        "dataset": {"type": "string", "format": "uuid"},
        "fields": {"type": "array", "items": {"type": "string"}},
        "page": {"type": "string", "format": "uri"},
    },
}
LINKED: Final[Json] = {
    "application/ld+json": {"schema": {"type": ["object", "array"]}},
    "text/turtle": {"schema": {"type": "string"}},
}
LINES: Final[Json] = {"application/x-ndjson": {"schema": {"type": "string"}}}
BULK: Final[Json] = {
    "parameters": [DRY],
    "requestBody": {"required": True, "content": LINES},
    "responses": {
        "200": {"description": "Une ligne de rapport pour chaque ligne", "content": LINES},
        "default": {"description": "Un refus", "content": {"application/problem+json": {"schema": PROBLEM}}},
    },
}


@open_to_all
def document(request: HttpRequest) -> HttpResponseBase:
    text = json.dumps(specification(), ensure_ascii=False)
    response: HttpResponseBase = conditional(
        request, etag(text), None, lambda: HttpResponse(text, content_type=f"{JSON}; charset=utf-8")
    )
    response["Cache-Control"] = "public, max-age=3600"
    return response


@cache
def specification() -> Json:
    paths: Json = {}
    for what, kind in KINDS.items():
        paths |= _written(what, kind)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Écrire et lire le catalogue", "version": "1"},
        "servers": [{"url": settings.BOUTURE_URL}],
        "paths": {**paths, **file_paths(), "/api/bulk": {"post": said("bulk", BULK)}, **read_paths()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _written(what: str, kind: str) -> Json:
    one, every = f"/api/{what}/{{id}}", [UUID, DRY, KEY, MATCH]
    record, trial, refusal = answer("La fiche", f"{kind}-record"), answer("L’essai", "trial"), problem()
    told = {"200": either(record, trial), "default": refusal}
    proposed = {"202": answer("Une proposition, à qui publie", "proposal")} if kind == "dataset" else {}
    media = {"application/json": {"schema": ref(f"{kind}-change")}}
    merge = {"application/merge-patch+json": {"schema": {"type": "object"}}, **media}
    merge["application/json"] = {"schema": {"type": "object"}}
    new = {"application/json": {"schema": ref(f"{kind}-new")}}
    read = {**record, "content": {**record["content"], **LINKED}}
    changes = {
        "get": {"parameters": [UUID], "responses": {"200": read, "default": refusal}},
        "put": {"parameters": every, "requestBody": body({**media, **LINKED}), "responses": {**told, **proposed}},
        "patch": {"parameters": every, "requestBody": body(merge), "responses": {**told, **proposed}},
        "delete": {
            "parameters": [*every, REASON],
            "responses": {**told, "204": {"description": "Le brouillon est effacé"}},
        },
    }
    state = {"application/json": {"schema": ref("state")}}
    made = {"201": record, "200": trial, "default": refusal}
    return {
        f"/api/{what}": {
            "post": said(
                f"create-{kind}",
                {"parameters": [DRY, KEY, *_of_graph(kind)], "requestBody": body({**new, **LINKED}), "responses": made},
            )
        },
        one: {method: said(f"{method}-{kind}", change) for method, change in changes.items()},
        f"{one}/state": {
            "post": said(f"move-{kind}", {"parameters": every, "requestBody": body(state), "responses": told})
        },
    }


def _of_graph(kind: str) -> list[Json]:
    """What a body in JSON says beside the values of the record, and one in RDF has no place for."""
    states = ["draft", "published"] if kind == "dataset" else ["published"]
    schemas: Json = {"owner": {"type": "string"}, "state": {"enum": states}, "private": {"enum": ["0", "1"]}}
    return [
        {"name": name, "in": "query", "schema": schema, "description": f"{name} du corps, pour une fiche en RDF"}
        for name, schema in schemas.items()
    ]


def _schemas() -> Json:
    found: Json = {"problem": PROBLEM, "state": STATE, "proposal": PROPOSAL, "refusal": REFUSAL, **FILE_SCHEMAS}
    for kind, profile in BY_KIND.items():
        values = _moved(outlets.schema_of_class(profile))
        properties = {name: schema for name, schema in values["properties"].items() if name != "uri"}
        base = {"type": "object", "properties": properties, "additionalProperties": False}
        new: Json = {
            "owner": {"type": "string", "description": "dernière partie de l’adresse de l’organisation"},
            "state": {"enum": ["draft", "published"] if kind == "dataset" else ["published"]},
            "private": {"type": "boolean"},
        }
        found[f"{kind}-new"] = {**base, "properties": {**new, **properties}, "required": ["owner"]}
        found[f"{kind}-change"] = {**base, "properties": {**BESIDE, **properties}}
        found[f"{kind}-record"] = {**base, "properties": {**BESIDE, **properties}, "required": list(BESIDE)}
        inner: list[Profile] = list(outlets.reached(profile))
        found |= _moved(outlets.definitions(inner))
    said = {"type": "string"}
    finding = {"type": "object", "properties": {"severity": said, "code": said, "path": said}}
    found["trial"] = {
        "type": "object",
        "required": ["dry_run", "would", "fields", "findings", "record"],
        "properties": {
            "dry_run": {"const": True},
            "would": said,
            "fields": {"type": "array", "items": said},
            "findings": {"type": "array", "items": finding},
            "score": {"type": "number"},
            "record": {"type": "object"},
        },
    }
    return found


def _moved(schema: Json) -> Json:
    """JSON Schema keeps its definitions in `$defs`, OpenAPI among its components."""
    found: Json = json.loads(json.dumps(schema).replace("#/$defs/", PLACE))
    return found
