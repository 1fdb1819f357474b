"""The indicators and their observations, for programs: what is given, to whom, and what is refused in which words."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import frictionless
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalogue import publishing
from catalogue.models import Dataset, Indicator, Organisation, Territory, User
from tests import factories, observed
from tests.indicators.test_exports import RECIPE

pytestmark = pytest.mark.django_db
KEY, DRAFT = "budget.depenses-hab", "budget.a-venir"
HERE = f"/api/indicateurs/{KEY}"


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’Essai")


@pytest.fixture
def budget(town: Organisation) -> Dataset:
    return factories.dataset("Budget", town)


@pytest.fixture
def figures(town: Organisation, budget: Dataset, monkeypatch: pytest.MonkeyPatch) -> Indicator:
    """Two communes of an EPCI, three years, an axis; one internal indicator; one figure of a private dataset."""
    from catalogue.observing import recipes

    two = {KEY: RECIPE, DRAFT: replace(RECIPE, key=DRAFT, internal=True)}
    monkeypatch.setattr(recipes, "known", lambda: recipes.Known(two, {}, ()))
    group = observed.place("200099999", "CC d’Essai", "epci")
    here, there = (observed.place(code, parent=group) for code in ("99001", "99002"))
    made, draft = observed.indicator(KEY), observed.indicator(DRAFT, internal=True)
    for year in ("2019", "2020", "2021"):
        observed.figure(made, here, year, float(year), budget)
        observed.figure(made, there, year, 100.5, budget)
    observed.figure(made, here, "2021", 7.0, budget, axis="nature", member="60")
    observed.figure(made, there, "2022", None, budget, reason="Aucune ligne")
    observed.figure(made, group, "2021", 3.0, budget, shown=False)
    observed.figure(draft, here, "2021", 5.0, budget)
    observed.figure(made, group, "2021", 9.0, factories.dataset("Budget à venir", town, private=True))
    return made


@pytest.fixture
def people(town: Organisation) -> dict[str, User | None]:
    return {
        "member": factories.person("reader", town),
        "colleague": factories.person("administrator", factories.body()),
        "stranger": None,
    }


def got(client: Client, address: str, status: int = 200) -> Any:
    answer = client.get(address)
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def rows(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_list_says_which_indicators_there_are_and_which_have_a_value(client: Client, figures: Indicator) -> None:
    said = got(client, "/api/indicateurs")
    assert said["total"] == 1
    [one] = said["results"]
    assert (one["key"], one["title"]["en"], one["unit"]["sign"], one["has_values"]) == (
        KEY,
        "Spending per inhabitant",
        "€/hab.",
        True,
    )
    assert got(client, "/api/indicateurs?territoire=99001")["results"][0]["has_values"] is True
    assert got(client, "/api/indicateurs?territoire=epci:200099999")["results"][0]["has_values"] is False
    assert got(client, "/api/indicateurs?theme=dechets")["total"] == 0
    for address in one["links"].values():
        if "ecolab" not in address and "/api/" in address:
            assert client.get(urlsplit(address).path).status_code == 200, address


def test_a_recipe_is_given_in_full(client: Client, figures: Indicator) -> None:
    said = got(client, HERE)
    assert said["definition"]["fr"] == RECIPE.definition.fr
    assert [axis["name"] for axis in said["axes"]] == ["nature", "fonction"]
    assert said["ecospheres-indicateurs"]["unite"] == "€/hab."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("", 8),
        ("territoire=99001", 4),
        ("territoire=commune:99002", 4),
        ("territoire=99001,99002", 8),
        ("dans=200099999", 8),
        ("periode=2021", 3),
        ("periode=2019,2021", 5),
        ("periode=2020..2021", 5),
        ("periode=..2020", 4),
        ("period=2022..", 1),
        ("axe=total", 7),
        ("axe=nature", 1),
        ("axis=_T&territory=99001", 3),
        ("niveau=commune", 8),
        ("niveau=epci", 0),
        ("statut=N", 1),
    ],
)
def test_observations_are_filtered(client: Client, figures: Indicator, question: str, expected: int) -> None:
    said = got(client, f"{HERE}/observations?{question}")
    assert len(said["results"]) == expected
    assert said["next"] is None
    assert len(rows(client, f"{HERE}/observations.csv?{question}")) == expected


def test_an_observation_says_where_it_comes_from(client: Client, figures: Indicator, budget: Dataset) -> None:
    [first] = got(client, f"{HERE}/observations?territoire=99001&periode=2021&axe=total")["results"]
    assert (first["value"], first["numerator"], first["denominator"], first["status"]) == (2021.0, 2021.0, 1.0, "A")
    assert (first["dataset"], first["table"]["id"]) == (budget.uri, str(budget.tables.get().pk))
    assert first["territory"]["uri"] == "http://id.insee.fr/geo/commune/99001"
    [none] = got(client, f"{HERE}/observations?periode=2022")["results"]
    assert (none["value"], none["status"], none["reason"]) == (None, "N", "Aucune ligne")


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_pages_give_each_observation_once(client: Client, figures: Indicator, size: int) -> None:
    every = got(client, f"{HERE}/observations?taille=1000")["results"]
    found: list[Any] = []
    address = f"{HERE}/observations?taille={size}"
    while address:
        answer = client.get(address)
        said = json.loads(answer.content)
        assert len(said["results"]) == size or not said["next"]
        assert ("Link" in answer.headers) == bool(said["next"])
        found += said["results"]
        parts = urlsplit(said["next"] or "")
        address = f"{parts.path}?{parts.query}" if said["next"] else ""
    assert found == every


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"{HERE}/observations?annee=2021", "« annee » n’est pas un paramètre : écrivez territoire"),
        (f"{HERE}/observations?territoire=nulle-part", "n’est le code d’aucun territoire"),
        (f"{HERE}/observations?dans=epci:1", "n’est le code d’aucun territoire"),
        (f"{HERE}/observations?periode=l’an dernier", "n’est pas une période : écrivez 2021"),
        (f"{HERE}/observations?axe=couleur", "écrivez _T, total, nature, fonction"),
        (f"{HERE}/observations?niveau=canton", "écrivez commune"),
        (f"{HERE}/observations?statut=Z", "écrivez A"),
        (f"{HERE}/observations?taille=0", "de 1 à 1000"),
        (f"{HERE}/observations?suite=abc", "recommencez sans elle"),
        (f"{HERE}/observations?suite=%00", "recommencez sans elle"),
        (f"{HERE}/observations.csv?taille=3", "« taille » n’est pas un paramètre"),
        (f"{HERE}/ecolab.csv", "Dites de quelle maille : commune"),
        (f"{HERE}/ecolab.csv?maille=canton", "Dites de quelle maille : commune"),
        (f"{HERE}/ecolab.csv?maille=commune&axe=couleur", "écrivez nature, fonction"),
        ("/api/indicateurs?theme=chats", "n’est pas un thème"),
        ("/api/indicateurs?couleur=bleu", "n’est pas un paramètre"),
        ("/api/indicateurs?territoire=99999999", "n’est le code d’aucun territoire"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_refused_with_what_to_write(
    client: Client, figures: Indicator, address: str, words: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "ETag" not in answer.headers
    said = json.loads(answer.content)
    assert words in said["detail"]
    assert said["errors"][0]["parameter"]


def test_a_cursor_is_good_for_its_question_alone(client: Client, figures: Indicator) -> None:
    following = urlsplit(got(client, f"{HERE}/observations?taille=1&niveau=commune")["next"]).query
    cursor = following.rpartition("suite=")[2]
    assert got(client, f"{HERE}/observations?niveau=commune&taille=2&suite={cursor}")["results"]
    got(client, f"{HERE}/observations?taille=1&suite={cursor}", 400)


SEEN = {"member": 9, "colleague": 8, "stranger": 8}
FORMS = ("csv", "sdmx.csv", "json", "ttl", "jsonld", "nt")


@pytest.mark.parametrize("who", SEEN)
def test_each_reader_has_the_figures_of_what_they_may_see(
    client: Client, figures: Indicator, people: dict[str, User | None], who: str
) -> None:
    if user := people[who]:
        client.force_login(user)
    said = got(client, f"{HERE}/observations")
    assert len(said["results"]) == SEEN[who]
    assert len(rows(client, f"{HERE}/observations.csv")) == SEEN[who]
    secret = [one for one in said["results"] if one["territory"]["level"] == "epci"]
    assert [one["value"] for one in secret] == ([9.0] if who == "member" else [])
    assert len(rows(client, f"{HERE}/ecolab.csv?maille=epci")) == len(secret)
    keys = {one["key"] for one in got(client, "/api/indicateurs")["results"]}
    assert keys == ({KEY, DRAFT} if who == "member" else {KEY})
    for rest in ("", "/observations", *(f"/observations.{form}" for form in FORMS), "/ecolab.csv?maille=commune"):
        answer = client.get(f"/api/indicateurs/{DRAFT}{rest}")
        assert answer.status_code == (200 if who == "member" else 404), rest
        expected = "no-cache" if who == "stranger" else "private, no-store"
        if answer.status_code == 200:
            assert answer["Cache-Control"] == expected
        b"".join(answer) if not answer.streaming else b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_a_record_made_private_takes_its_figures_with_it_at_once(
    client: Client, figures: Indicator, budget: Dataset
) -> None:
    tag = client.get(f"{HERE}/observations")["ETag"]
    assert client.get(f"{HERE}/observations", headers={"If-None-Match": tag}).status_code == 304
    publishing.set_private(budget, True)
    answer = client.get(f"{HERE}/observations", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert json.loads(answer.content)["results"] == []


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_file_is_given_to_any_site(client: Client, figures: Indicator, form: str) -> None:
    answer = client.get(f"{HERE}/observations.{form}")
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Content-Disposition"] == f'attachment; filename="{KEY}.{form}"'
    text = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert b"99001" in text
    head = client.head(f"{HERE}/observations.{form}")
    assert (head.status_code, head["Content-Type"]) == (200, answer["Content-Type"])
    assert b"".join(head.streaming_content) == b""  # type: ignore[attr-defined]
    options = client.options(f"{HERE}/observations.{form}")
    assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert client.post(f"{HERE}/observations.{form}").status_code == 405
    again = client.get(f"{HERE}/observations.{form}", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_the_csv_is_valid_by_the_schema_that_is_published(client: Client, figures: Indicator, tmp_path: Path) -> None:
    schema = frictionless.Schema.from_descriptor(got(client, "/api/indicateurs/tableschema.json"))
    path = tmp_path / "observations.csv"
    path.write_bytes(b"".join(client.get(f"{HERE}/observations.csv").streaming_content))  # type: ignore[attr-defined]
    with frictionless.system.use_context(trusted=True):
        report = frictionless.validate(frictionless.Resource(path=str(path), schema=schema))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])


def test_what_nobody_has_or_uses_is_not_there(client: Client, figures: Indicator) -> None:
    for address in (
        "/api/indicateurs/rien",
        "/api/indicateurs/rien/observations",
        f"{HERE}/observations.xml",
        f"{HERE}/observations.rdf",
        "/api/indicateurs/rien/ecolab.csv",
    ):
        assert client.get(address).status_code == 404, address
    Indicator.objects.filter(key=KEY).update(problem="Recette fautive")
    assert client.get(HERE).status_code == 404
    assert got(client, "/api/indicateurs")["total"] == 0


def test_the_description_of_the_api_names_every_address(client: Client, figures: Indicator) -> None:
    said = got(client, "/api/indicateurs/openapi.json")
    assert said["openapi"] == "3.1.0"
    for path in said["paths"]:
        address = path.replace("{key}", KEY) + ("?maille=commune" if path.endswith("ecolab.csv") else "")
        assert client.get(address).status_code == 200, path
    assert len({each["get"]["operationId"] for each in said["paths"].values()}) == len(said["paths"])
    names = {each["name"] for each in said["paths"]["/api/indicateurs/{key}/observations"]["get"]["parameters"]}
    assert {"territoire", "periode", "axe", "niveau", "suite"} <= names


@pytest.mark.parametrize("form", FORMS)
def test_a_file_costs_a_few_queries_whatever_its_size(
    client: Client,
    figures: Indicator,
    budget: Dataset,
    form: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    place = Territory.objects.get(code="99001")
    for year in range(1900, 2000):
        observed.figure(figures, place, str(year), 1.0, budget)
    with django_assert_max_num_queries(4):
        b"".join(client.get(f"{HERE}/observations.{form}").streaming_content)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Files are read by batches: of three here, so that each test crosses several."""
    if "queries" not in request.node.name:
        monkeypatch.setattr("catalogue.releasing.reading.BATCH", 3)


def test_addresses_in_records_are_those_of_the_api() -> None:
    from django.urls import reverse

    from catalogue.releasing import BASE

    assert reverse("api_indicators") == BASE
    assert reverse("api_indicator", args=[KEY]) == f"{BASE}/{KEY}"
