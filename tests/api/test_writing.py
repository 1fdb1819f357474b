"""Records written by programs: the rights of pages, versions that are compared, questions sent twice, refusals that say what to do."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from catalogue import publishing
from catalogue.accounts import tokens
from catalogue.dcat.terms import Problem
from catalogue.models import AuditEntry, Change, DataService, Dataset, KeptAnswer, Organisation, Proposal, User
from catalogue.publishing import Draft
from portal.api.urls import urlpatterns
from portal.api.writing import access, problems
from portal.api.writing.documented import specification
from tests import factories
from tests.conftest import PROJECT

pytestmark = pytest.mark.django_db
VALUES: dict[str, Any] = {
    "title": {"fr": "Arbres"},
    "description": {"fr": "Un arbre par ligne."},
    "distribution": [{"access_url": ["https://ville.example/arbres.csv"]}],
}


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


class Program:
    """A program with the token of somebody."""

    def __init__(self, user: User, **more: Any) -> None:
        self._text = tokens.make(user, "essai", 30, **{"publishes": True, **more})[1]

    def __call__(self, method: str, address: str, said: Any = None, **headers: str) -> HttpResponse:
        given = {"authorization": f"Bearer {self._text}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        data = "" if said is None else said if isinstance(said, str | bytes) else json.dumps(said)
        kind = given.pop("content-type", "application/json")
        answer: Any = Client().generic(method, address, data, kind, headers=given)
        if answer.content and answer.status_code < 500:
            conforms(answer)
        return answer


def conforms(answer: Any) -> None:
    """What is answered is what the document says."""
    media = answer["Content-Type"].partition(";")[0]
    said = answer.json()
    if media == "application/problem+json":
        name = "problem"
    elif "dry_run" in said:
        name = "file-trial" if "file" in said else "trial"
    else:
        name = (
            f"{said['kind']}-record"
            if "kind" in said
            else next((one for one in ("files", "proposal") if one in said), "file")
        )
    schemas = {"components": {"schemas": specification()["components"]["schemas"]}}
    errors = list(Draft202012Validator({**schemas, "$ref": f"#/components/schemas/{name}"}).iter_errors(said))
    assert not errors, (errors[0].json_path, errors[0].message[:200])


@pytest.fixture
def publisher(town: Organisation) -> Program:
    return Program(factories.person("publisher", town))


@pytest.fixture
def contributor(town: Organisation) -> Program:
    return Program(factories.person("contributor", town))


def new(town: Organisation, **more: Any) -> dict[str, Any]:
    return {"owner": town.slug, **VALUES, **more}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def pointers(answer: Any) -> set[tuple[str, str]]:
    assert code(answer) == (422, "invalid"), answer.content
    return {(error["pointer"], error["code"]) for error in answer.json()["errors"]}


def test_a_draft_is_made_changed_published_withdrawn_and_put_back(town: Organisation, publisher: Program) -> None:
    made = publisher("POST", "/api/datasets", new(town))
    assert made.status_code == 201 and made.json()["state"] == "draft", made.content
    address = made["Location"]
    assert not Change.objects.exists() and Client().get(address).status_code == 404
    read = publisher("GET", address)
    assert read["ETag"] == made["ETag"] and read.json() == made.json()
    whole = publisher("PUT", address, {**read.json(), "keyword": {"fr": ["arbre"]}}, if_match=read["ETag"])
    assert whole.status_code == 200 and whole.json()["keyword"] == {"fr": ["arbre"]}
    assert whole.json()["distribution"] == read.json()["distribution"]
    out = publisher("POST", address + "/state", {"state": "published"}, if_match=whole["ETag"])
    assert out.status_code == 200 and out.json()["state"] == "published", out.content
    assert Client().get(address).status_code == 200
    merge = "application/merge-patch+json"
    patch = {"title": {"en": "Trees"}, "keyword": None}
    changed = publisher("PATCH", address, patch, if_match=out["ETag"], content_type=merge)
    assert changed.json()["title"] == {"fr": "Arbres", "en": "Trees"} and "keyword" not in changed.json()
    gone = publisher("DELETE", address + "?reason=Remplac%C3%A9.", if_match=changed["ETag"])
    assert gone.json()["state"] == "withdrawn" and code(Client().get(address)) == (410, "gone")
    assert code(publisher("PATCH", address, {}, if_match=gone["ETag"])) == (409, "withdrawn")
    back = publisher("POST", address + "/state", {"state": "published"}, if_match=gone["ETag"])
    assert back.json()["state"] == "published"
    told = list(AuditEntry.objects.filter(kind="dataset").values_list("through", flat=True))
    assert len(told) >= 5 and set(told) == {AuditEntry.Through.TOKEN}


def test_versions_are_asked_and_compared(town: Organisation, publisher: Program) -> None:
    address = f"/api/datasets/{factories.dataset('Arbres', town).pk}"
    for method, body in (("PUT", VALUES), ("PATCH", {}), ("DELETE", None)):
        answer = publisher(method, address, body)
        assert code(answer) == (428, "precondition-required") and answer["ETag"] == '"1"'
        answer = publisher(method, address + "?reason=r", body, if_match='"7"')
        assert code(answer) == (412, "moved") and answer.json()["version"] == 1
    assert publisher("PATCH", address, {"title": {"fr": "B"}}, if_match='W/"1"').status_code == 200
    assert code(publisher("PATCH", address, {"title": {"fr": "C"}}, if_match='"1"')) == (412, "moved")


def test_the_same_key_has_one_effect(town: Organisation, publisher: Program, contributor: Program) -> None:
    first = publisher("POST", "/api/datasets", new(town), idempotency_key="a")
    again = publisher("POST", "/api/datasets", new(town), idempotency_key="a")
    assert first.content == again.content and first["Location"] == again["Location"] and first["ETag"] == again["ETag"]
    assert again.status_code == 201 and again["Idempotency-Replayed"] == "true" and Dataset.objects.count() == 1
    other = publisher("POST", "/api/datasets", new(town, keyword={"fr": ["x"]}), idempotency_key="a")
    assert code(other) == (422, "key-reused")
    assert contributor("POST", "/api/datasets", new(town), idempotency_key="a").status_code == 201  # theirs is another
    held = KeptAnswer.objects.first()
    assert held is not None
    KeptAnswer.objects.filter(pk=held.pk).update(status=0)
    busy = publisher("POST", "/api/datasets", new(town), idempotency_key="a")
    assert code(busy) == (409, "key-busy") and busy["Retry-After"]
    # Whoever worked on it was killed: nothing stayed of what it did.
    KeptAnswer.objects.filter(pk=held.pk).update(taken_at=timezone.now() - timedelta(minutes=2))
    assert publisher("POST", "/api/datasets", new(town), idempotency_key="a").status_code == 201
    KeptAnswer.objects.update(taken_at=timezone.now() - timedelta(hours=25))
    assert publisher("POST", "/api/datasets", new(town), idempotency_key="b").status_code == 201
    assert KeptAnswer.objects.count() == 1


def test_a_refusal_frees_its_key(town: Organisation, publisher: Program) -> None:
    assert publisher("POST", "/api/datasets", {"owner": "rien"}, idempotency_key="a").status_code == 422
    assert publisher("POST", "/api/datasets", new(town), idempotency_key="a").status_code == 201
    assert code(publisher("POST", "/api/datasets", new(town), idempotency_key="é")) == (400, "key")


def test_a_dry_run_leaves_nothing(town: Organisation, publisher: Program) -> None:
    answer = publisher("POST", "/api/datasets?dry-run=1", new(town, state="published"), idempotency_key="a")
    assert answer.status_code == 200 and answer.json()["would"] == "created" and answer.json()["score"] > 0
    assert not Dataset.objects.exists() and not KeptAnswer.objects.exists()
    assert not AuditEntry.objects.filter(kind="dataset").exists() and not Change.objects.exists()
    found = factories.dataset("Arbres", town)
    address = f"/api/datasets/{found.pk}?dry-run=1"
    answer = publisher("PATCH", address, {"title": {"fr": "B"}}, if_match='"1"')
    assert answer.json()["fields"] == ["title"] and answer.json()["record"]["title"] == {"fr": "B"}
    assert publisher("DELETE", address + "&reason=r", if_match='"1"').json()["would"] == "withdrawn"
    found.refresh_from_db()
    assert (found.version, found.title, found.status) == (1, {"fr": "Arbres"}, "published")
    assert code(publisher("POST", "/api/datasets?dry-run=oui", new(town))) == (400, "query")


def test_rights_are_those_of_the_person_and_of_the_token(town: Organisation, contributor: Program) -> None:
    found = factories.dataset("Arbres", town)
    address = f"/api/datasets/{found.pk}"
    assert contributor("POST", "/api/datasets", new(town)).status_code == 201
    assert code(contributor("POST", "/api/datasets", new(town, state="published"))) == (403, "forbidden")
    assert code(contributor("PATCH", address, {}, if_match='"1"')) == (403, "forbidden")
    assert code(contributor("DELETE", address + "?reason=r", if_match='"1"')) == (403, "forbidden")
    reads = Program(factories.person("publisher", town), publishes=False)
    assert code(reads("POST", "/api/datasets", new(town))) == (403, "forbidden")
    elsewhere = Program(factories.person("publisher", town), body=factories.body("Ailleurs"))
    assert code(elsewhere("PATCH", address, {}, if_match='"1"')) == (403, "forbidden")
    answer = Client().post("/api/datasets", "{}", "application/json")
    assert code(answer) == (401, "unauthenticated") and answer["WWW-Authenticate"] == "Bearer"


def test_what_is_private_does_not_exist(town: Organisation) -> None:
    stranger = Program(factories.person())
    private = factories.dataset("Secret", town, private=True)
    draft = Program(factories.person("publisher", town))("POST", "/api/datasets", new(town)).json()["id"]
    for key in (private.pk, draft, "00000000-0000-4000-8000-000000000000"):
        for method, body in (("GET", None), ("PUT", VALUES), ("PATCH", {}), ("DELETE", None)):
            answer = stranger(method, f"/api/datasets/{key}", body, if_match='"1"')
            assert code(answer) == (404, "not-found"), (key, method)


def test_nothing_is_assigned_that_may_not_be(town: Organisation, publisher: Program) -> None:
    found = factories.dataset("Arbres", town)
    address = f"/api/datasets/{found.pk}"
    for name, value in (
        ("owner", factories.body("Ailleurs").slug),
        ("uri", "https://autre.example/1"),
        ("version", 9),
        ("private", True),
        ("state", "withdrawn"),
        ("id", "00000000-0000-4000-8000-000000000000"),
        ("kind", "service"),
    ):
        assert pointers(publisher("PATCH", address, {name: value}, if_match='"1"')) == {(f"/{name}", "read-only")}
    for name in ("harvested", "digest", "owner_id", "published_by", "a/b~c"):
        place = "/" + name.replace("~", "~0").replace("/", "~1")
        assert pointers(publisher("PATCH", address, {name: 1}, if_match='"1"')) == {(place, "unknown-field")}
    files = [{"access_url": ["https://a.example/"], "uri": "https://autre.example/f"}]
    answer = publisher("PATCH", address, {"distribution": files}, if_match='"1"')
    assert pointers(answer) == {("/distribution/0/uri", "file-address")}


WRONG: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"title": "Arbres"}, ("/title", "language")),
    ({"title": {"fr": 3}}, ("/title/fr", "type")),
    ({"title": {"fr": " "}}, ("/title/fr", "text")),
    ({"title": {"fr": "a\0"}}, ("/title/fr", "text")),
    ({"title": {"fr": "\ud800"}}, ("/title/fr", "text")),
    ({"title": {"FRANÇAIS": "a"}}, ("/title/FRANÇAIS", "language")),
    ({"keyword": {"fr": "arbre"}}, ("/keyword/fr", "type")),
    ({"theme": "http://a.example/"}, ("/theme", "type")),
    ({"theme": ["arbre"]}, ("/theme/0", "address")),
    ({"landing_page": ["javascript:alert(1)"]}, ("/landing_page/0", "address")),
    ({"landing_page": ["https://a.example/" + "a" * 2000]}, ("/landing_page/0", "too-long")),
    ({"issued": "demain"}, ("/issued", "form")),
    ({"issued": "2026-02-31"}, ("/issued", "form")),
    ({"license": 3}, ("/license", "type")),
    ({"num_series": 2**40}, ("/num_series", "too-long")),
    ({"num_series": True}, ("/num_series", "type")),
    ({"distribution": [{"title": {"fr": "a"}}]}, ("/distribution/0/access_url", "required")),
    ({"contact_point": [{"nom": "a"}]}, ("/contact_point/0/nom", "unknown-field")),
    ({"keyword": {}}, ("/keyword", "empty")),
]


@pytest.mark.parametrize(("values", "told"), WRONG, ids=[str(i) for i in range(len(WRONG))])
def test_each_wrong_value_is_pointed_at(
    town: Organisation, publisher: Program, values: dict[str, Any], told: tuple[str, str]
) -> None:
    assert told in pointers(publisher("POST", "/api/datasets", {**new(town), **values}))


def test_what_is_published_is_whole(town: Organisation, publisher: Program) -> None:
    answer = publisher("POST", "/api/datasets", {"owner": town.slug, "state": "published", "title": {"fr": "A"}})
    assert pointers(answer) == {("/description", "required")}
    draft = publisher("POST", "/api/datasets", {"owner": town.slug, "title": {"fr": "A"}})
    answer = publisher("POST", draft["Location"] + "/state", {"state": "published"}, if_match=draft["ETag"])
    assert code(answer) == (422, "refused") and "Complétez" in answer.json()["detail"]


def test_a_second_person_is_asked_here_too(town: Organisation, publisher: Program) -> None:
    Organisation.objects.filter(pk=town.pk).update(reviewed=True)
    assert code(publisher("POST", "/api/datasets", new(town, state="published"))) == (403, "second-person")
    made = publisher("POST", "/api/datasets", new(town))
    address = made["Location"] + "/state"
    assert code(publisher("POST", address, {"state": "published"}, if_match=made["ETag"])) == (422, "refused")
    assert publisher("POST", address, {"state": "submitted"}, if_match=made["ETag"]).status_code == 200
    other = Program(factories.person("publisher", town))
    hour = (timezone.now() + timedelta(days=1)).isoformat()
    assert other("POST", address, {"state": "scheduled", "at": hour}, if_match=made["ETag"]).status_code == 200
    assert other("POST", address, {"state": "writing"}, if_match=made["ETag"]).status_code == 200
    assert other("POST", address, {"state": "published"}, if_match=made["ETag"]).json()["state"] == "published"


def test_who_may_not_publish_proposes(town: Organisation, publisher: Program, contributor: Program) -> None:
    found = factories.dataset("Arbres", town)
    address = f"/api/datasets/{found.pk}"
    answer = contributor("PATCH", address, {"title": {"fr": "Nos arbres"}}, if_match='"1"', idempotency_key="a")
    assert answer.status_code == 202 and answer.json()["fields"] == ["title"], answer.content
    made = Proposal.objects.get()
    assert answer["Location"] == f"/propositions/{made.pk}/" and answer.json()["page"].endswith(answer["Location"])
    assert made.values == {"title": {"fr": "Nos arbres"}} and publisher("GET", address).json()["version"] == 1
    whole = {**publisher("GET", address).json(), "keyword": {"fr": ["arbre"]}}
    assert contributor("PUT", address, whole, if_match='"1"').json()["fields"] == ["keyword"]
    assert Proposal.objects.get().pk == made.pk  # in the place of what the same person had proposed
    assert code(contributor("PUT", address, whole, if_match='"9"')) == (412, "moved")
    assert code(contributor("PUT", address + "?dry-run=1", whole, if_match='"1"')) == (422, "no-dry-run")
    assert pointers(contributor("PATCH", address, {"title": 3}, if_match='"1"')) == {("/title", "language")}
    factories.body("Département")
    other = {"publisher": {"name": {"fr": "Département"}}}
    assert code(contributor("PATCH", address, other, if_match='"1"')) == (403, "name-of-another")
    Organisation.objects.filter(pk=town.pk).update(reviewed=True)
    assert publisher("PATCH", address, {"title": {"fr": "B"}}, if_match='"1"').status_code == 202
    assert code(publisher("PATCH", address, {}, if_match='"1"')) == (403, "second-person")
    service = factories.service("Carte", town)
    assert code(contributor("PATCH", f"/api/services/{service.pk}", {"title": {"fr": "B"}}, if_match='"1"')) == (
        403,
        "forbidden",
    )


def test_who_administers_closes_and_opens(town: Organisation) -> None:
    found = factories.dataset("Arbres", town)
    address = f"/api/datasets/{found.pk}"
    boss = factories.person("administrator", town)
    client = Client()
    client.force_login(boss)

    def patch(said: Any, version: int, query: str = "") -> Any:
        return client.patch(address + query, said, "application/json", headers={"if-match": f'"{version}"'})

    tried = patch({"private": True}, 1, "?dry-run=1")
    assert tried.json()["fields"] == ["private"] and tried.json()["record"]["private"] is True, tried.content
    assert Client().get(address).status_code == 200
    closed = patch({"private": True}, 1)
    assert closed.status_code == 200 and closed.json()["private"] is True and Client().get(address).status_code == 404
    opened = patch({"private": False, "title": {"fr": "B"}}, closed.json()["version"])
    assert opened.json()["private"] is False and opened.json()["title"] == {"fr": "B"}
    assert list(Change.objects.order_by("number").values_list("verb", flat=True))[-3:] == ["restrict", "update", "open"]
    assert pointers(patch({"private": "non"}, opened.json()["version"])) == {("/private", "read-only")}
    # A token administers nothing, whoever's it is.
    answer = Program(boss)("PATCH", address, {"private": True}, if_match="*")
    assert pointers(answer) == {("/private", "read-only")}


def test_what_was_repaired_stays_told(town: Organisation, publisher: Program) -> None:
    """As when a form saves it: what was read badly once is kept with the record, whoever writes it again."""
    told = Problem("license", "unknown", "Licence maison")
    said = {"title": {"fr": "Carte"}, "endpoint_url": ["https://a.example/ows"]}
    [made] = publishing.publish([Draft("service", said, town.pk, problems=(told,))])
    answer = publisher("PATCH", f"/api/services/{made.id}", {"title": {"fr": "Plan"}}, if_match='"1"')
    assert answer.status_code == 200
    assert [problem[2] for problem in DataService.objects.with_forms().get().problems] == ["Licence maison"]
    [made] = publishing.publish([Draft("dataset", VALUES, town.pk, problems=(told,))])
    answer = publisher("POST", f"/api/datasets/{made.id}/files?name=a.csv", b"a;b", content_type="text/csv")
    assert answer.status_code == 201
    assert [problem[2] for problem in Dataset.objects.with_forms().get().problems] == ["Licence maison"]


def test_nobody_publishes_in_the_name_of_another(town: Organisation, publisher: Program) -> None:
    factories.body("Département")
    said = new(town, state="published", publisher={"name": {"fr": "Département"}})
    answer = publisher("POST", "/api/datasets", said)
    assert code(answer) == (403, "name-of-another") and not Dataset.objects.exists()


def test_a_harvested_record_is_its_sources(town: Organisation, publisher: Program) -> None:
    found = factories.dataset("Arbres", town)
    Dataset.objects.update(harvested=True)
    assert code(publisher("PATCH", f"/api/datasets/{found.pk}", {}, if_match='"1"')) == (403, "harvested")


def test_a_service_is_written_the_same_way(town: Organisation, publisher: Program) -> None:
    said = {"owner": town.slug, "title": {"fr": "Carte"}, "endpoint_url": ["https://a.example/ows"]}
    made = publisher("POST", "/api/services", said)
    assert made.status_code == 201 and made.json()["kind"] == "service", made.content
    changed = publisher("PATCH", made["Location"], {"title": {"fr": "Plan"}}, if_match=made["ETag"])
    assert changed.json()["title"] == {"fr": "Plan"}
    assert pointers(publisher("POST", "/api/services", {**said, "state": "draft"})) == {("/state", "choice")}
    gone = publisher("DELETE", made["Location"] + "?reason=r", if_match=changed["ETag"])
    assert gone.json()["state"] == "withdrawn"


BODIES: list[tuple[Any, dict[str, str], tuple[int, str]]] = [
    ("[]", {}, (400, "json")),
    ('{"a": 1, "a": 2}', {}, (400, "json")),
    ('{"a": NaN}', {}, (400, "json")),
    (b"\xff", {}, (400, "json")),
    ('{"a": ' + "[" * 50 + "]" * 50 + "}", {}, (400, "json")),
    ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", {}, (400, "json")),
    ('{"a": ' + "9" * 5_000 + "}", {}, (400, "json")),
    (" " * 1_000_001, {}, (413, "too-large")),
    ("{}", {"content_type": "text/csv"}, (415, "media-type")),
    ("{}", {"content_type": "application/merge-patch+json"}, (415, "media-type")),
]


@pytest.mark.parametrize(("body", "headers", "told"), BODIES, ids=[str(i) for i in range(len(BODIES))])
def test_bodies_are_bounded(publisher: Program, body: Any, headers: dict[str, str], told: tuple[int, str]) -> None:
    assert code(publisher("POST", "/api/datasets", body, **headers)) == told


def test_too_many_are_told_when_to_come_back(
    town: Organisation, publisher: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "ROOM", 9)
    assert publisher("POST", "/api/datasets", new(town)).status_code == 201
    answer = publisher("POST", "/api/datasets", new(town))
    assert code(answer) == (429, "too-many") and 0 < int(answer["Retry-After"]) <= 60


def test_a_session_writes_with_its_form_token_alone(town: Organisation) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.person("publisher", town))
    answer: Any = client.post("/api/datasets", new(town), "application/json")
    assert code(answer) == (403, "csrf")
    client.get("/connexion/")
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else "a" * 32
    client.cookies["csrftoken"] = token
    answer = client.post("/api/datasets", new(town), "application/json", headers={"x-csrftoken": token})
    assert answer.status_code == 201, answer.content


def test_refusals_are_told_in_french_or_in_english(publisher: Program) -> None:
    french = publisher("POST", "/api/datasets", {"owner": "rien"})
    english = publisher("POST", "/api/datasets", {"owner": "rien"}, accept_language="en-GB, fr;q=0.5")
    assert french["Content-Language"] == "fr" and english["Content-Language"] == "en"
    assert french.json()["code"] == english.json()["code"] and french.json()["detail"] != english.json()["detail"]
    assert english.json()["errors"][0]["detail"].startswith("No such organisation")
    answer = publisher("PURGE", "/api/datasets", "{}")
    assert code(answer) == (405, "method") and answer["Allow"] == "POST"


def test_the_document_is_served_and_its_references_lead_somewhere() -> None:
    said: Any = Client().get("/api/openapi.json").json()
    text = json.dumps(said)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(said["components"]["schemas"]) and said["openapi"] == "3.1.0" and "$defs" not in text
    for name, schema in said["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert name


def test_the_document_has_every_address_of_programs() -> None:
    """As `portal.api.urls` has them: an address that is added and not described fails here."""
    said = specification()["paths"]
    shapes = {re.sub(r"\{\w+\}", "*", path.lstrip("/")) for path in said}
    last = {shape for path in said for shape in [re.sub(r"\{\w+\}", "*", path.lstrip("/")).rpartition(".")[0] + ".*"]}
    there = {
        re.sub(r"<\w+:\w+>", "*", str(each.pattern)) for each in urlpatterns if str(each.pattern).startswith("api/")
    }
    assert there - shapes - last == set()


def test_what_the_document_says_of_reads_is_answered(home: Path) -> None:
    """Those that need nothing: the media type that is said; of one that is not there, the refusal that is said."""
    schemas = {"components": {"schemas": specification()["components"]["schemas"]}}
    refusal = Draft202012Validator({**schemas, "$ref": "#/components/schemas/refusal"})
    for path, operations in specification()["paths"].items():
        if "get" not in operations:
            continue
        bare = re.sub(r"\{id\}", "00000000-0000-4000-8000-000000000000", path).replace("{key}", "rien")
        answer: Any = Client().get(bare.replace("{name}", "dataset"), headers={"accept": "application/json"})
        media = answer["Content-Type"].partition(";")[0]
        if answer.status_code == 200:
            assert media in operations["get"]["responses"]["200"]["content"], (path, media)
        else:
            assert (answer.status_code, media) in (
                (404, "application/problem+json"),
                (503, "application/problem+json"),
            ), path
            assert not list(refusal.iter_errors(answer.json())), path


def test_the_documentation_has_every_code() -> None:
    text = (PROJECT / "docs" / "api-writing.md").read_text("utf-8")
    assert [name for name in (*problems.CODES, *problems.FAULTS) if f"`{name}`" not in text] == []
