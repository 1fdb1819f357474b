"""Records in JSON and the schemas that they hold to: one shape by address and in the dump, for whoever may read."""

from __future__ import annotations

import copy
import json
from itertools import count
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import settings as bounds
from jsonschema import Draft202012Validator

from catalogue import publishing
from catalogue.dcat.classes import Inside, Level, Profile, Term
from catalogue.dcat.profile import BY_KIND, CLASSES, DATASET
from catalogue.dcat.terms import Kind
from catalogue.models import DataService
from catalogue.publishing import Draft
from portal import outlets
from portal.api.dumps import dump
from portal.api.rest import ENVELOPE, NAMES, schema
from tests import factories
from tests.dcat.test_profile import numbered, records

Object = dict[str, Any]


def validator(said: Object) -> Draft202012Validator:
    Draft202012Validator.check_schema(said)
    return Draft202012Validator(said)


def of_class(profile: Profile) -> Draft202012Validator:
    inner = outlets.definitions(outlets.reached(profile))
    return validator({"$schema": outlets.DRAFT, **outlets.schema_of_class(profile), "$defs": inner})


@pytest.mark.parametrize("profile", CLASSES, ids=lambda profile: profile.name)
def test_what_the_profile_can_say_the_schema_takes(profile: Profile) -> None:
    judge = of_class(profile)

    @given(records(profile).map(lambda values: numbered(values, count())))
    @bounds(max_examples=20, deadline=None)
    def check(values: Object) -> None:
        assert list(judge.iter_errors(values)) == []

    check()


@pytest.mark.parametrize(
    ("broken", "path"),
    [
        ({"title": "sans langue"}, ["title"]),
        ({"title": {"FR?": "x"}}, ["title"]),
        ({"title": {}}, ["title"]),
        ({"title": {"fr": ""}}, ["title", "fr"]),
        ({"keyword": {"fr": "eau"}}, ["keyword", "fr"]),
        ({"theme": "https://essai.example/t"}, ["theme"]),
        ({"theme": ["un thème"]}, ["theme", 0]),
        ({"issued": "le 3 mars"}, ["issued"]),
        ({"issued": "2024-13"}, ["issued"]),
        ({"spatial_resolution": "dix"}, ["spatial_resolution"]),
        ({"temporal_resolution": "P"}, ["temporal_resolution"]),
        ({"spatial": [{"bbox": "POINT(0 0)"}]}, ["spatial", 0, "bbox"]),
        ({"distribution": [{"title": {"fr": "x"}}]}, ["distribution", 0]),
        ({"distribution": [{"access_url": ["https://a.example"], "byte_size": -1}]}, ["distribution", 0, "byte_size"]),
        (
            {"distribution": [{"access_url": ["https://a.example"], "byte_size": 2**63}]},
            ["distribution", 0, "byte_size"],
        ),
        ({"inconnu": 1}, []),
        ({"description": None}, ["description"]),
    ],
)
def test_what_the_profile_cannot_say_the_schema_refuses(broken: Object, path: list[Any]) -> None:
    judge = of_class(DATASET)
    good = {"title": {"fr": "x"}, "description": {"fr": "y"}}
    assert judge.is_valid(good)
    assert [list(error.absolute_path) for error in judge.iter_errors({**good, **broken})] == [path]


def test_each_mandatory_property_is_required() -> None:
    said = outlets.schema_of_class(DATASET)
    assert said["required"] == [term.name for term in DATASET.terms if term.level == Level.MANDATORY]


def test_a_kind_without_an_outlet_is_noticed() -> None:
    with pytest.raises(KeyError):
        outlets.schema_of_term(Term("x", "https://essai.example/x", Kind()), "dataset")


def json_of(client: Client, record: Any) -> Object:
    response = client.get(f"/id/{record.pk}.json")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    found: Object = json.loads(response.content)
    return found


@pytest.mark.django_db
def test_a_record_in_json_is_what_its_schema_says(client: Client) -> None:
    row = factories.dataset(
        "Arbres",
        keyword={"fr": ["arbre"], "en": ["tree"]},
        spatial=[{"uri": "https://essai.example/lieu", "name": {"fr": ["Ici"]}}],
        license={"uri": "https://essai.example/licence", "title": {"fr": ["Maison"]}},
    )
    found = json_of(client, row)
    assert validator(schema("dataset")).is_valid(found)
    assert (found["id"], found["uri"], found["kind"]) == (str(row.pk), row.uri, "dataset")
    assert found["keyword"] == {"fr": ["arbre"], "en": ["tree"]}
    assert found["license"]["title"] == {"fr": ["Maison"]}
    assert client.get(f"/id/{row.pk}.json")["Link"].startswith(f"<{settings.BOUTURE_URL}/api/schemas/dataset.json>")
    negotiated = client.get(f"/id/{row.pk}", headers={"accept": "application/json"})
    assert json.loads(negotiated.content) == found
    assert "Accept" in negotiated["Vary"]
    assert client.get(f"/id/{row.pk}", headers={"accept": "application/ld+json"})["Content-Type"].startswith(
        "application/ld+json"
    )
    file = row.distributions.get()
    assert client.get(f"/id/{file.pk}.json").content == client.get(f"/id/{row.pk}.json").content
    assert client.get(f"/id/{row.pk}.json?profile=source").status_code == 404


@pytest.mark.django_db
def test_a_record_without_what_is_mandatory_says_so_and_is_refused(client: Client) -> None:
    found = json_of(client, factories.dataset(description={}))
    assert found["missing"] == ["description"]
    [error] = validator(schema("dataset")).iter_errors(found)
    assert "'description' is a required property" in error.message


@pytest.mark.django_db
def test_it_is_asked_again_and_hidden_like_the_other_forms(client: Client) -> None:
    row = factories.dataset("Arbres")
    first = client.get(f"/id/{row.pk}.json")
    assert client.get(f"/id/{row.pk}.json", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert first["ETag"] != client.get(f"/id/{row.pk}.jsonld")["ETag"]
    publishing.set_private(row, True)
    assert client.get(f"/id/{row.pk}.json").status_code == 404
    publishing.set_private(row, False)
    publishing.withdraw([row], "Remplacé.")
    assert client.get(f"/id/{row.pk}.json").status_code == 410


@pytest.mark.django_db
def test_a_former_address_leads_to_the_json_too(client: Client) -> None:
    row, former = factories.dataset(), "11111111-1111-4111-8111-111111111111"
    factories.leave(row, f"{settings.BOUTURE_URL}/id/{former}")
    response = client.get(f"/id/{former}.json")
    assert (response.status_code, response["Location"]) == (301, f"/id/{row.pk}.json")
    found = json_of(client, row)
    assert found["other_identifier"] == [{"notation": f"{settings.BOUTURE_URL}/id/{former}"}]


@pytest.mark.django_db
def test_a_service_has_its_json_and_its_schema(client: Client) -> None:
    values = {
        "title": {"fr": "API"},
        "endpoint_url": ["https://api.essai.example/"],
        "rights": [{"label": {"fr": ["x"]}}],
    }
    [outcome] = publishing.publish([Draft("service", values, factories.body().pk)])
    found = json_of(client, DataService.objects.get(pk=outcome.id))
    assert validator(schema("service")).is_valid(found)
    assert (found["kind"], found["portal_page"]) == ("service", f"{settings.BOUTURE_URL}/services/{outcome.id}/")


@pytest.mark.django_db
def test_a_line_of_the_dump_is_the_object_at_its_address(client: Client) -> None:
    rows = [factories.dataset(), factories.dataset(private=True)]
    publishing.publish(
        [Draft("service", {"title": {"fr": "API"}, "endpoint_url": ["https://api.essai.example/"]}, rows[0].owner_id)]
    )
    lines = [json.loads(line) for line in b"".join(dump("jsonl")).splitlines()]
    assert [line["kind"] for line in lines] == ["dataset", "service"]
    for line in lines:
        assert line == json.loads(client.get(f"/id/{line['id']}.json").content)


def test_what_we_say_of_a_record_hides_nothing_that_it_says() -> None:
    assert {term.name for profile in BY_KIND.values() for term in profile.terms}.isdisjoint(ENVELOPE)


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_served_and_whole(client: Client, name: str) -> None:
    response = client.get(f"/api/schemas/{name}.json")
    assert response["Content-Type"].startswith("application/schema+json")
    assert response["Access-Control-Allow-Origin"] == "*"
    said = json.loads(response.content)
    validator(said)
    assert said["$id"] == f"{settings.BOUTURE_URL}/api/schemas/{name}.json"
    used = {part.split('"')[0] for part in json.dumps(said).split("#/$defs/")[1:]}
    assert used == set(said["$defs"])
    assert client.get(f"/api/schemas/{name}.json", headers={"if-none-match": response["ETag"]}).status_code == 304


@pytest.mark.django_db  # a 404 looks for a record of that address
def test_the_list_of_schemas(client: Client) -> None:
    found = json.loads(client.get("/api/schemas").content)
    assert set(found) == {profile.name for profile in CLASSES}
    assert client.get("/api/schemas/exe.json").status_code == 404
    assert client.post("/api/schemas").status_code == 405


def test_a_node_inside_knows_its_own_words() -> None:
    contact = next(t for t in DATASET.terms if t.name == "contact_point")
    assert isinstance(contact.kind, Inside)
    page = copy.deepcopy(outlets.schema_of_class(contact.kind.profile)["properties"]["page"])
    assert page["title"] == "Page de contact"
