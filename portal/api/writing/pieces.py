"""Pieces of the OpenAPI document: parameters that many operations take, answers that many give."""

from __future__ import annotations

from typing import Any, Final

from portal.api.http import JSON

Json = dict[str, Any]
PLACE: Final = "#/components/schemas/"
UUID: Final[Json] = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
DRY: Final[Json] = {
    "name": "dry-run",
    "in": "query",
    "schema": {"enum": ["0", "1"]},
    "description": "1 : tout est fait sauf l’enregistrement, et la réponse dit ce qui changerait",
}
KEY: Final[Json] = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "description": "la même demande, avec la même clé, n’a qu’un effet (24 heures)",
}
MATCH: Final[Json] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "l’ETag de la version lue",
}


def said(name: str, operation: Json) -> Json:
    return {"operationId": name, "security": [{"token": []}], **operation}


def ref(name: str) -> Json:
    return {"$ref": PLACE + name}


def answer(words: str, name: str) -> Json:
    return {"description": words, "content": {JSON: {"schema": ref(name)}}}


def either(*answers: Json) -> Json:
    schemas = [answer["content"][JSON]["schema"] for answer in answers]
    return {"description": "La fiche, ou l’essai", "content": {JSON: {"schema": {"anyOf": schemas}}}}


def problem() -> Json:
    return {"description": "Un refus", "content": {"application/problem+json": {"schema": ref("problem")}}}


def body(content: Json) -> Json:
    return {"required": True, "content": content}
