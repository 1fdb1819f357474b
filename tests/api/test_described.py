"""Each operation of /api/openapi.json, asked by schemathesis: no fault of the server, no answer that the document does not have.

`FUZZ_EXAMPLES=2000 pytest tests/api/test_described.py` goes on for an hour or so; the suite tries a few. What it cannot do, bodies
of half right values, is in test_writing_fuzzed.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from catalogue.accounts import tokens
from portal.api.writing import access
from portal.api.writing.documented import specification
from portal.wsgi import application
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
# Records, one of each that is read; tests/api/test_writing_files.py and those of rows ask the others.
ASKED = (
    "/api/datasets",
    "/api/services",
    "/api/bulk",
    "/id/{id}.json",
    "/api/search",
    "/api/schemas",
    "/api/indicateurs",
)
OPERATIONS = [
    (path, method, mode)
    for path, asked in specification()["paths"].items()
    if path in ASKED or path.removesuffix("/{id}").removesuffix("/{id}/state") in ASKED[:2]
    for method, said in asked.items()
    for mode in GenerationMode
    # In some nothing can be wrong.
    if mode == GenerationMode.POSITIVE or said.get("parameters") or "requestBody" in said
]
# What is valid by its schema may still be refused for what it says: of what is accepted, tests/api/test_writing.py.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("application/x-ndjson")
def lines(context: SerializationContext, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@pytest.fixture
def kept_open() -> Iterator[None]:
    """The connection, that the end of a request would close under the test."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("who", ["nobody", "publisher", "administrator"])
@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_what_is_answered_is_what_the_document_says(
    path: str,
    method: str,
    mode: GenerationMode,
    who: str,
    home: Path,
    kept_open: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(access, "ROOM", 10**9)
    town = factories.body("Ville d’essai")
    made: dict[str, Any] = {"datasets": factories.dataset("Arbres", town), "services": factories.service("Carte", town)}
    made |= {"tables": factories.table(made["datasets"])}
    factories.bring_index_up_to_date()
    said = {"Accept-Encoding": "identity"}
    if who != "nobody":
        text = tokens.make(factories.person(who, town), "essai", 30, publishes=True)[1]
        said["Authorization"] = f"Bearer {text}"
    operation = schemathesis.openapi.from_wsgi("/api/openapi.json", application)[path][method]
    thing = made.get(path.split("/")[2], made["datasets"])
    known = {"path_parameters": {"id": str(thing.pk)}} if "{id}" in path and mode == GenerationMode.POSITIVE else {}

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode, **known))
    def asked(case: schemathesis.Case) -> None:
        if "If-Match" in case.headers and case.id < "8":
            case.headers["If-Match"] = "*"  # else nearly all would be of another version
        with transaction.atomic():
            answer = case.call(headers=said)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    asked()
