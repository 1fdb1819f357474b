"""The rows API: what it answers, in which forms, to whom, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalogue.models import Organisation, TableVersion
from catalogue.tables.store import kept, put_away
from tests import factories
from tests.photographs import photographed

pytestmark = pytest.mark.django_db
TEXT = """nom;montant;jour;sort;latitude;longitude
Marché;1200,50;31/01/2024;3;43.891;-0.501
=école;12,50;01/02/2024;2;49.491;0.111
Zoo;;31/12/2025;1;;
"""


def made() -> dict[str, str]:
    """Addresses of a table that all may see, of one that its body alone may, and of one that waits for its decision."""
    town = factories.body("Ville d’essai")
    found = {"unknown": f"/api/tables/{uuid4()}"}
    for name in ("public", "private", "withheld"):
        dataset = factories.dataset(
            "Marchés de la ville", town, private=name == "private", license=factories.OPEN_LICENCE
        )
        table = factories.table(dataset, TEXT)
        found[name] = f"/api/tables/{table.pk}"
    TableVersion.objects.filter(table=table).update(withheld=True)
    return found


@pytest.fixture
def tables(home: Path) -> Iterator[dict[str, str]]:
    yield photographed(made)
    put_away()


@pytest.fixture
def ask(client: Client, tables: dict[str, str]) -> Any:
    def asked(rest: str, **headers: str) -> Any:
        return client.get(tables["public"] + rest, headers=headers)

    return asked


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_page_of_rows(ask: Any) -> None:
    response = ask("/rows?montant=gt:12,5&sort=-montant")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    said = response.json()
    assert said == {
        "version": 1, "total": 1, "next": None,
        "results": [{"nom": "Marché", "montant": 1200.5, "jour": "2024-01-31", "sort": 3, "latitude": 43.891, "longitude": -0.501}],
    }  # fmt: skip
    assert ask("/rows?nom=rien").json()["results"] == []


def test_pages_follow_each_other(ask: Any, client: Client) -> None:
    response = ask("/rows?sort=nom&limit=2&colonne.sort=in:1,2,3")
    seen = [row["nom"] for row in response.json()["results"]]
    following = response.json()["next"]
    assert response["Link"] == f'<{following}>; rel="next"'
    said = client.get(f"{urlsplit(following).path}?{urlsplit(following).query}").json()
    assert (said["next"], said["total"]) == (None, 3)
    assert [*seen, *(row["nom"] for row in said["results"])] == ["=école", "Marché", "Zoo"]


def test_groups(ask: Any) -> None:
    said = ask("/rows?group=jour:year&sum=montant&sort=-count").json()
    assert said["results"] == [
        {"jour_year": 2024, "count": 2, "sum_montant": 1213.0}, {"jour_year": 2025, "count": 1, "sum_montant": None},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rest", "status", "told"),
    [
        ("/rows?prix=1", 400, "prix"), ("/rows?montant=gt:x", 400, "un nombre"), ("/rows?cursor=abc", 400, "première page"),
        ("/rows?limit=5000", 400, "limit"), ("/rows.csv?sep=x", 400, "sep"), ("/rows.csv?bom=x", 400, "bom"),
        ("/rows.csv?limit=x", 400, "limit"), ("/rows.csv?prix=1", 400, "prix"), ("/rows.json?select=rien", 400, "rien"),
        ("/rows.exe", 404, ""), ("/rows?near=1,2", 400, "near"),
    ],
)  # fmt: skip
def test_what_is_badly_asked_is_told(ask: Any, rest: str, status: int, told: str) -> None:
    response = ask(rest, accept="application/json")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert told in response.json()["detail"]
    assert "ETag" not in response


def test_too_many_at_once_are_asked_to_come_back(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "PATIENCE", 0.01)
    turns = [kept._TURNS["page"].acquire() for _ in range(kept.AT_ONCE)]
    response = ask("/rows")
    for _ in turns:
        kept._TURNS["page"].release()
    assert (response.status_code, response["Retry-After"], response.json()["code"]) == (503, "5", "busy")
    assert ask("/rows").status_code == 200


@pytest.mark.parametrize(
    ("extension", "media", "start"),
    [
        ("csv", "text/csv; charset=utf-8", b"nom,montant,"), ("json", "application/json", b"[\n{"), ("ndjson", "application/x-ndjson", b"{"),
        ("geojson", "application/geo+json", b'{"type":"FeatureCollection"'), ("parquet", "application/vnd.apache.parquet", b"PAR1"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ],
)  # fmt: skip
def test_all_rows_in_each_form(ask: Any, extension: str, media: str, start: bytes) -> None:
    response = ask(f"/rows.{extension}?montant=filled:")
    assert response.status_code == 200
    assert response["Content-Type"] == media
    assert response["Content-Disposition"] == f'attachment; filename="marches-de-la-ville.{extension}"'
    assert body(response).startswith(start)


def test_csv_as_french_spreadsheets_want_it(ask: Any) -> None:
    text = body(ask("/rows.csv?sep=;&decimal=,&bom=1&select=nom,montant&limit=2")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows == [["nom", "montant"], ["Marché", "1200,50"], ["'=école", "12,50"]]


def test_the_same_question_is_not_answered_twice(ask: Any, client: Client, tables: dict[str, str]) -> None:
    for rest in ("", "/rows?limit=1", "/rows.csv", "/openapi.json"):
        first = ask(rest)
        tag, text = first["ETag"], body(first)
        assert text
        again = ask(rest, if_none_match=tag)
        assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "no-cache")
        head = client.head(tables["public"] + rest)
        assert (head.status_code, head["ETag"], head["Content-Type"], body(head)) == (
            200,
            tag,
            first["Content-Type"],
            b"",
        )
    assert ask("/rows?limit=1")["ETag"] != ask("/rows?limit=2")["ETag"]


def test_a_private_table_does_not_exist_for_strangers(client: Client, tables: dict[str, str]) -> None:
    town = Organisation.objects.get(name="Ville d’essai")
    for rest in ("", "/rows", "/rows.csv", "/openapi.json"):
        assert {client.get(tables[name] + rest).status_code for name in ("private", "withheld", "unknown")} == {404}
    client.force_login(factories.person())
    assert client.get(tables["private"] + "/rows").status_code == 404
    client.force_login(factories.person("reader", town))
    for rest in ("", "/rows", "/rows.csv", "/openapi.json"):
        response: Any = client.get(tables["private"] + rest)
        assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
        assert body(response)


def test_rows_cost_one_query(ask: Any, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert ask("/rows").status_code == 200
    for rest in ("/rows?sort=nom&limit=1", "/rows?group=nom", "/rows.csv"):
        with django_assert_num_queries(1):  # the right to see them; their columns are remembered
            assert body(ask(rest))


def test_what_a_table_is(ask: Any, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):  # the right to see it, then the file's own words
        said = ask("").json()
    assert (said["title"], said["rows"], said["version"]) == ("Marchés de la ville", 3, 1)
    assert [(column["name"], column["type"], column["parameter"]) for column in said["columns"]][3] == (
        "sort",
        "integer",
        "colonne.sort",
    )
    for link in said["links"].values():
        response = ask(urlsplit(link).path.removeprefix(urlsplit(said["links"]["self"]).path))
        assert (response.status_code, bool(body(response))) == (200, True)


def test_its_openapi_document_names_what_it_understands(ask: Any) -> None:
    said = ask("/openapi.json").json()
    assert said["openapi"] == "3.1.0"
    for path, methods in said["paths"].items():
        names = [each["name"] for each in methods["get"]["parameters"]]
        assert {"nom", "colonne.sort", "sort", "group", "limit"} <= set(names), path
        assert len(names) == len(set(names)), path
    row = json.loads(body(ask("/rows.ndjson")).splitlines()[0])
    assert set(said["components"]["schemas"]["Row"]["properties"]) == set(row)


def test_post_is_refused(client: Client, tables: dict[str, str]) -> None:
    assert client.post(tables["public"] + "/rows").status_code == 405
    assert client.options(tables["public"] + "/rows").status_code == 204
