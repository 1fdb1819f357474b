"""The search API: what it answers, pages, facets, refusals, and each reader's rights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue import publishing
from catalogue.models import Concept, Dataset, Territory, User, Vocabulary
from catalogue.search import synonyms
from tests import factories
from tests.pages.samples import remember
from tests.photographs import photographed

pytestmark = pytest.mark.django_db
ENVI, TRAN = factories.EU + "data-theme/ENVI", factories.EU + "data-theme/TRAN"
API = "/api/search"


def planted() -> list[Dataset]:
    """Twenty-five datasets on trees of two themes, and a private one."""
    shelf, _ = Vocabulary.objects.get_or_create(code="data-theme", defaults={"title": "Thèmes"})
    Concept.objects.get_or_create(vocabulary=shelf, code="ENVI", uri=ENVI, defaults={"labels": {"fr": "Environnement"}})
    town = factories.body("Ville d’essai")
    rows = [
        factories.dataset(
            f"Arbres {number:02}", town, theme=[TRAN if number % 5 else ENVI], license=factories.OPEN_LICENCE
        )
        for number in range(25)
    ]
    factories.dataset(
        "Arbres secrets", factories.body("Bureau caché"), private=True, theme=[factories.EU + "data-theme/HEAL"]
    )
    factories.bring_index_up_to_date()
    return rows


@pytest.fixture
def trees(searched: Path) -> list[Dataset]:
    return photographed(planted)


def asked(client: Client, query: str = "", status: int = 200) -> Any:
    answer = client.get(f"{API}?{query}" if query else API)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == ("application/json" if status == 200 else "application/problem+json")
    return json.loads(answer.content)


def test_a_result_says_what_it_is_and_where(trees: list[Dataset], client: Client, settings: Settings) -> None:
    said = asked(client, "q=arbres+07")
    first, row = said["results"][0], trees[7]
    assert first["id"] == str(row.pk)
    assert first["uri"] == row.uri
    assert first["title"] == "Arbres 07"
    assert first["publisher"] == {"slug": "ville-dessai", "name": "Ville d’essai"}
    assert first["page"] == settings.BOUTURE_URL + row.get_absolute_url()
    assert first["theme"] == [TRAN]
    assert first["licence"] == factories.OPEN_LICENCE
    assert said["query"] == "arbres 07"
    assert "facets" not in said


def test_facets_are_counted_and_named(trees: list[Dataset], client: Client) -> None:
    said = asked(client, "q=arbres&facettes=sujet,organisme&taille=0")
    assert said["results"] == []
    assert said["facets"]["sujet"] == [
        {"value": TRAN, "label": TRAN, "count": 20},
        {"value": ENVI, "label": "Environnement", "count": 5},
    ]
    assert said["facets"]["organisme"] == [{"value": "ville-dessai", "label": "Ville d’essai", "count": 25}]


def test_filters_bear_the_page_s_names_or_their_own(trees: list[Dataset], client: Client) -> None:
    assert asked(client, f"sujet={ENVI}")["total"] == asked(client, f"theme={ENVI}")["total"] == 5
    assert asked(client, f"theme={ENVI}&sujet={TRAN}")["total"] == 25
    assert asked(client, f"sujet={ENVI}&organisme=ailleurs")["total"] == 0
    titles = [row["title"] for row in asked(client, "sort=title&size=3")["results"]]
    assert titles == ["Arbres 00", "Arbres 01", "Arbres 02"]


def test_pages_follow_each_other_to_the_end(trees: list[Dataset], client: Client, settings: Settings) -> None:
    address, seen = f"{API}?q=arbres&taille=10&facettes=format", []
    while address:
        answer = client.get(address)
        said = json.loads(answer.content)
        seen += [row["id"] for row in said["results"]]
        assert said["facets"]["format"][0]["count"] == 25
        assert (f'<{said["next"]}>; rel="next"' in answer["Link"]) is bool(said["next"])
        address = (said["next"] or "").removeprefix(settings.BOUTURE_URL)
    assert sorted(seen) == sorted(str(row.pk) for row in trees)


def test_rights_are_those_of_who_asks(trees: list[Dataset], client: Client) -> None:
    query = "q=arbres&facettes=organisme,sujet"
    secret = Dataset.objects.get(private=True)
    said = asked(client, query)
    assert said["total"] == 25
    assert not {"bureau-cache", "HEAL"} & set(json.dumps(said).replace('"', " ").replace("/", " ").split())
    publishing.set_private(trees[3], private=True)  # the worker is stopped
    said = asked(client, query)
    assert said["total"] == said["facets"]["organisme"][0]["count"] == 24
    assert str(trees[3].pk) not in {row["id"] for row in said["results"]}
    factories.bring_index_up_to_date()
    client.force_login(factories.person("reader", secret.owner))
    answer = client.get(f"{API}?q=arbres+secrets")
    assert json.loads(answer.content)["results"][0]["private"] is True
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("q=" + "x" * 10_000, "q"),
        ("page=0", "page"),
        ("page=1000000", "page"),
        ("tri=hasard", "tri"),
        ("taille=101", "taille"),
        ("taille=-1", "taille"),
        ("size=dix", "taille"),
        ("facettes=couleur", "facettes"),
        ("facets=audience", "facettes"),
        ("audience=org:1", "audience"),
        ("taille=100&page=101", "page"),
        ("since=demain", "depuis"),
        ("bbox=3,2,1,0", "cadre"),
        ("query[match_all]=1", "query[match_all]"),
        ("sujet=" + "&sujet=".join(map(str, range(30))), "sujet"),
    ],
)
def test_what_cannot_be_followed_is_refused_in_words(
    client: Client, db: None, home: Path, query: str, parameter: str
) -> None:
    said = asked(client, query, 400)
    assert [each["parameter"] for each in said["errors"]] == [parameter]
    assert said["detail"].endswith(".")


@pytest.mark.parametrize(
    "text", ['"', "((((", '{"match_all":{}}', "a" * 290, "\x00\x07", "*:*", "'; DROP TABLE x--", "_id:1 OR *"]
)
def test_whatever_is_typed_is_a_question(trees: list[Dataset], client: Client, text: str) -> None:
    answer = client.get(API, {"q": text})
    assert answer.status_code == 200
    assert json.loads(answer.content)["total"] <= 25 + 2  # and the two bodies


def test_asking_again_and_from_any_site(trees: list[Dataset], client: Client) -> None:
    first = client.get(f"{API}?q=arbres")
    assert first["Access-Control-Allow-Origin"] == "*"
    assert first["Cache-Control"] == "no-cache"
    assert client.get(f"{API}?q=arbres", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.options(API).status_code == 204
    assert client.post(API).status_code == 405


def test_without_an_index_it_says_so(db: None, home: Path, client: Client) -> None:
    answer = client.get(API)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


def test_two_queries_for_a_stranger_and_one_when_it_was_just_asked(
    trees: list[Dataset], client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for query, first in (("q=arbres&taille=100", 2), ("q=arbres&facettes=sujet,licence,organisme,format", 4)):
        client.get(f"{API}?q=charger")  # what a process asks once
        remember()
        with django_assert_num_queries(first):
            made = client.get(f"{API}?{query}")
        with django_assert_num_queries(1):
            again = client.get(f"{API}?{query}")
        assert (again.content, again["ETag"], again["Link"]) == (made.content, made["ETag"], made["Link"])


def test_what_is_kept_is_of_strangers_and_of_this_moment(trees: list[Dataset], client: Client) -> None:
    def titles(user: User | None = None) -> set[str]:
        browser = Client()
        if user:
            browser.force_login(user)
        return {row["title"] for row in asked(browser, "q=arbres&taille=100")["results"]}

    member = factories.person("reader", Dataset.objects.get(private=True).owner)
    assert "Arbres secrets" in titles(member)
    strangers = titles()
    assert len(strangers) == 25
    assert "Arbres secrets" in titles(member)
    publishing.set_private(trees[0], private=True)  # the worker is stopped
    assert titles() == strangers - {"Arbres 00"}
    factories.bring_index_up_to_date()
    assert titles() == strangers - {"Arbres 00"}
    factories.dataset("Arbres nouveaux", trees[0].owner)
    titles()
    factories.bring_index_up_to_date()
    assert "Arbres nouveaux" in titles()
    assert asked(client, "q=feuillus")["total"] == 0
    synonyms.replace("feuillus, arbres")
    assert asked(client, "q=feuillus")["total"] == 25


def test_dates_and_outlines_bound_what_is_found(searched: Path, client: Client) -> None:
    def at(west: float, south: float, east: float, north: float) -> dict[str, Any]:
        ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
        return {"bbox": {"value": f"POLYGON(({ring}))", "datatype": "http://www.opengis.net/ont/geosparql#wktLiteral"}}

    factories.dataset("Arbres de Dax", modified="2024-05-31", spatial=[at(-1.2, 43.6, -0.9, 43.8)])
    factories.dataset("Arbres de Nancy", modified="2021", spatial=[at(6.1, 48.6, 6.3, 48.7)])
    factories.bring_index_up_to_date()

    def titles(query: str) -> set[str]:
        return {row["title"] for row in asked(client, f"q=arbres&{query}")["results"]}

    assert titles("since=2024") == titles("depuis=2024-05-31") == {"Arbres de Dax"}
    assert titles("until=2023-12") == {"Arbres de Nancy"}
    assert titles("bbox=-1,43.7,0,44") == {"Arbres de Dax"}
    assert titles("ouest=5&sud=48&est=7&nord=49") == {"Arbres de Nancy"}
    assert titles("bbox=2,48,3,49") == set()


def test_a_cursor_is_good_for_its_question_alone(trees: list[Dataset], client: Client, settings: Settings) -> None:
    first = asked(client, "q=arbres&taille=10&tri=titre")
    following = parse_qs(urlsplit(first["next"]).query)["suite"][0]
    assert asked(client, f"q=arbres&taille=10&tri=titre&suite={following}")["results"]
    assert asked(client, "q=arbres&suite=abc", 400)["detail"]
    assert asked(client, "q=arbres&after=" + "%00" * 50 + "x", 400)["errors"][0]["parameter"] == "suite"
    assert asked(client, f"q=autre&taille=10&tri=titre&suite={following}", 400)["errors"][0]["parameter"] == "suite"


def test_territories_say_what_contains_them(searched: Path, client: Client, db: None) -> None:
    region = Territory.objects.create(
        level="region", code="75", name="Nouvelle-Aquitaine", sort_name="nouvelle-aquitaine"
    )
    place = Territory.objects.create(level="commune", code="40088", name="Dax", sort_name="dax")
    place.parents.add(region)
    row = factories.dataset("Arbres de Dax")
    Dataset.objects.filter(pk=row.pk).update(territory=place)
    factories.dataset("Arbres d’ailleurs")
    factories.bring_index_up_to_date()
    said = asked(client, "q=arbres&facets=territory&size=0")["facets"]["territoire"]
    assert said == [
        {"value": "commune:40088", "label": "Dax", "count": 1, "within": ["region:75"]},
        {"value": "region:75", "label": "Nouvelle-Aquitaine", "count": 1, "within": []},
    ]


def test_each_kind_of_result_is_found_and_can_be_asked_for_alone(trees: list[Dataset], client: Client) -> None:
    said = asked(client, "q=ville+essai")
    body = next(row for row in said["results"] if row["kind"] == "organisation")
    assert (body["title"], body["publisher"], body["licence"]) == ("Ville d’essai", None, None)
    assert body["page"].endswith("/organisations/ville-dessai/")
    assert {row["kind"] for row in asked(client, "q=ville+essai&genre=organisation")["results"]} == {"organisation"}
    assert asked(client, "q=arbres&kind=dataset&facettes=kind")["facets"]["genre"] == [
        {"value": "dataset", "label": "jeux de données", "count": 25}
    ]
