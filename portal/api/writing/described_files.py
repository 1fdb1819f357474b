"""Files in the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from catalogue.models import Table
from catalogue.tabling import Wait
from portal.api.http import JSON
from portal.api.writing.pieces import DRY, KEY, MATCH, UUID, Json, answer, problem, ref, said

NAMED: Final[list[Json]] = [
    {
        "name": "name",
        "in": "query",
        "schema": {"type": "string", "maxLength": 200},
        "description": "le nom du fichier, si ni Content-Disposition ni le formulaire ne le disent",
    },
]
TITLED: Final[Json] = {
    "name": "title",
    "in": "query",
    "schema": {"type": "string", "maxLength": 200},
    "description": "son titre dans la fiche ; son nom sinon",
}
BYTES: Final[Json] = {"type": "string", "format": "binary"}
FORM: Final[Json] = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": BYTES, "title": {"type": "string"}},
    "additionalProperties": False,
}
BODY: Final[Json] = {
    "required": True,
    "content": {"application/octet-stream": {"schema": BYTES}, "multipart/form-data": {"schema": FORM}},
}
TEXT: Final[Json] = {"type": ["string", "null"]}
NUMBER: Final[Json] = {"type": ["integer", "null"]}
FILE: Final[dict[str, Any]] = {
    "id": {"type": "string", "format": "uuid"},
    "dataset": {"type": "string", "format": "uuid"},
    "name": TEXT,
    "size": {**NUMBER, "description": "octets"},
    "address": {"type": "string", "format": "iri"},
    "state": {"enum": [state.value for state in Table.State]},
    "reason": {"type": "string", "description": "pourquoi il n’a pas pu être lu"},
    "waits": {"enum": [None, *(wait.value for wait in Wait)], "description": "pourquoi il est pour son organisme seul"},
    "version": NUMBER,
    "rows": NUMBER,
    "checksum": {**TEXT, "description": "SHA-256 de la version en ligne"},
    "read_at": {**TEXT, "format": "date-time"},
    "changed": {"type": "array", "items": {"type": "string"}, "description": "ce qui diffère de la version d’avant"},
    "difference": {"type": ["object", "null"]},
    "links": {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}},
}
WHOLE: Final[Json] = {"type": "object", "required": list(FILE), "properties": FILE, "additionalProperties": False}
FILE_SCHEMAS: Final[Json] = {
    "file": WHOLE,
    "files": {
        "type": "object",
        "required": ["files"],
        "properties": {"files": {"type": "array", "items": WHOLE}},
    },
    "file-trial": {
        "type": "object",
        "required": ["dry_run", "would", "file"],
        "properties": {
            "dry_run": {"const": True},
            "would": {"enum": ["created", "replaced", "unchanged", "removed"]},
            "file": WHOLE,
        },
    },
}


def file_paths() -> Json:
    one, trial, refusal = answer("Le fichier", "file"), answer("L’essai", "file-trial"), {"default": problem()}
    either = {"schema": {"anyOf": [ref("file"), ref("file-trial")]}}
    same = {"description": "Le même est là déjà, ou l’essai", "content": {JSON: either}}
    gone = {"description": "Le fichier n’est plus dans la fiche"}
    every = [UUID, DRY, KEY, MATCH]
    added: Json = {"parameters": [UUID, DRY, KEY, *NAMED, TITLED], "requestBody": BODY}
    return {
        "/api/datasets/{id}/files": {
            "get": said(
                "list-files", {"parameters": [UUID], "responses": {"200": answer("Les fichiers", "files"), **refusal}}
            ),
            "post": said("add-file", {**added, "responses": {"201": one, "200": trial, **refusal}}),
        },
        "/api/files/{id}": {
            "get": said("get-file", {"parameters": [UUID], "responses": {"200": one, **refusal}}),
            "put": said(
                "replace-file",
                {
                    "parameters": [*every, *NAMED],
                    "requestBody": BODY,
                    "responses": {"202": one, "200": same, **refusal},
                },
            ),
            "delete": said("remove-file", {"parameters": every, "responses": {"204": gone, "200": trial, **refusal}}),
        },
    }
