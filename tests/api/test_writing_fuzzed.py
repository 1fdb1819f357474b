"""Hostile bodies at every address that writes: never a fault of the server, and every answer is what the document says.

`FUZZ_EXAMPLES=20000 pytest tests/api/test_writing_fuzzed.py` goes on for an hour or so; the suite tries a few.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.api.writing import access
from portal.api.writing.documented import specification
from tests import factories
from tests.api.test_writing import Program

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "20"))
SCHEMAS = specification()["components"]["schemas"]
ADDRESSES = (
    "https://ville.example/a",
    "mailto:a@b.example",
    "urn:x:1",
    "http://",
    "https://[::1",
    "javascript:1",
    "https://é.example/%zz",
)
DATES = (
    "2026",
    "2026-02",
    "2026-02-30",
    "-0001-01-01T00:00:00Z",
    "99999-12-31T24:00:00Z",
    "٢٠٢٦",
    "2026-01-01T00:00:00+14:00",
)
LANGUAGES = ("fr", "", "en", "x-y", "de-1996", "FR", "__proto__")
HOSTILE: list[Any] = [
    None, True, [], {}, "", " ", "\0", "\ud800", "\u202e", "é" * 3000, "<script>", "'; DROP TABLE x; --", "{{7*7}}",
    2**31, 2**63, -1, 1e308, 0.1, [[[]]], [None], {"": ""}, {"uri": "x"}, {"fr": None}, "https://a.example/" + "a" * 2100,
]  # fmt: skip
ANYTHING = st.recursive(
    st.sampled_from(HOSTILE) | st.text(max_size=20) | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def like(draw: st.DrawFn, schema: dict[str, Any], depth: int = 0) -> Any:
    """A value of this schema, or here and there one that is not."""
    if draw(st.integers(0, 19)) == 0:
        return draw(ANYTHING)
    if "$ref" in schema:
        return draw(like(SCHEMAS[schema["$ref"].rpartition("/")[2]], depth + 1)) if depth < 8 else {}
    if "anyOf" in schema:
        return draw(like(draw(st.sampled_from(schema["anyOf"])), depth))
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    return draw(_typed(schema, depth))


@st.composite
def _typed(draw: st.DrawFn, schema: dict[str, Any], depth: int) -> Any:
    if schema.get("type") == "array":
        return [draw(like(schema["items"], depth)) for _ in range(draw(st.integers(1, 2)))]
    if schema.get("type") == "object":
        names = list(schema.get("properties", {}))
        chosen = set(schema.get("required", [])) | set(
            draw(st.lists(st.sampled_from(names), max_size=5)) if names else ()
        )
        said = {name: draw(like(schema["properties"][name], depth)) for name in sorted(chosen) if name in names}
        if isinstance(inner := schema.get("additionalProperties"), dict):
            said |= {draw(st.sampled_from(LANGUAGES)): draw(like(inner, depth)) for _ in range(draw(st.integers(1, 2)))}
        return said
    if schema.get("type") == "integer":
        return draw(st.integers(0, 2**63 - 1))
    if schema.get("type") == "boolean":
        return draw(st.booleans())
    if schema.get("format") in ("iri", "uri"):
        return draw(st.sampled_from(ADDRESSES))
    return draw(st.sampled_from(DATES)) if "[0-9]" in schema.get("pattern", "") else draw(st.text(max_size=30))


def body(name: str) -> st.SearchStrategy[Any]:
    return (
        like(SCHEMAS[name])
        | st.dictionaries(st.sampled_from(list(SCHEMAS[name]["properties"])), ANYTHING, max_size=4)
        | ANYTHING
    )


@pytest.mark.parametrize("kind", ["dataset", "service"])
@pytest.mark.parametrize("door", ["POST", "PUT", "PATCH", "DELETE", "state"])
def test_no_body_is_a_fault_of_the_server(kind: str, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "ROOM", 10**9)
    town = factories.body("Ville d’essai")
    program = Program(factories.person("publisher", town))
    made = factories.dataset("Arbres", town) if kind == "dataset" else factories.service("Carte", town)
    one = f"/api/{kind}s/{made.pk}"
    statuses: set[int] = set()
    schema = {"POST": f"{kind}-new", "state": "state"}.get(door, f"{kind}-change")
    headers = st.fixed_dictionaries(
        {},
        optional={
            "idempotency_key": st.sampled_from(["a", "b" * 300, "é", " ", ""]),
            "accept_language": st.sampled_from(["en", "*", "fr;q=x"]),
        },
    )
    queries = st.sampled_from(["", "?dry-run=1", "?dry-run=2", "?reason=%00", "?reason=Vide", "?reason=%ED%A0%80"])

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(said=body(schema), headers=headers, query=queries, own=st.booleans())
    def tried(said: Any, headers: dict[str, str], query: str, own: bool) -> None:
        if own and isinstance(said, dict) and door == "POST":
            said = {**said, "owner": town.slug}
        method, address = (
            ("POST", f"{one}/state") if door == "state" else (door, one if door != "POST" else f"/api/{kind}s")
        )
        answer = program(method, address + query, json.dumps(said), if_match="*", **headers)
        statuses.add(answer.status_code)
        assert answer.status_code < 500

    tried()
    assert statuses
