"""Records in JSON-LD and Turtle: read, sent back unchanged, changed, made, refused by name."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings

from catalogue import publishing
from catalogue.accounts import tokens
from catalogue.dcat.profile import BY_KIND
from catalogue.dcat.terms import RDF_TYPE
from catalogue.models import AuditEntry, DataService, Dataset, Distribution, Organisation, Proposal, User
from catalogue.publishing import Draft
from portal.api.writing import access, bodies
from tests import factories
from tests.dcat.test_profile import numbered, records
from tests.harvesting.test_as_said import run as harvest

pytestmark = pytest.mark.django_db
LINKED, TURTLE = "application/ld+json", "text/turtle"
DCT, DCAT, VCARD = "http://purl.org/dc/terms/", "http://www.w3.org/ns/dcat#", "http://www.w3.org/2006/vcard/ns#"
HEAD = f"@prefix dcat: <{DCAT}> . @prefix dct: <{DCT}> . @prefix vcard: <{VCARD}> . @prefix x: <https://x.example/> .\n"
MADE = """<> a dcat:Dataset ; dct:title "Arbres"@fr ; dct:description "Un arbre par ligne."@fr ; dcat:keyword "b"@fr, "a"@fr ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://ville.example/arbres.csv> ] ."""
CONTEXT = {"dcat": DCAT, "dct": DCT}
TEXTS: dict[str, Any] = {"title": {"fr": "Arbres"}, "description": {"fr": "Un arbre par ligne."}}
FILLED: dict[str, Any] = {
    "keyword": {"fr": ["tilleul", "arbre", "parc"]},
    "contact_point": [{"name": {"fr": "Voirie"}, "email": ["mailto:voirie@ville.example"]}],
    "language": [f"{factories.EU}language/FRA", f"{factories.EU}language/BRE", f"{factories.EU}language/ENG"],
    "theme": [f"{factories.EU}data-theme/TRAN", "https://ville.example/themes/7", f"{factories.EU}data-theme/ENVI"],
    "publisher": {"uri": "https://ville.example/", "name": {"fr": "Ville"}},
    "creator": [{"uri": "https://ville.example/", "homepage": ["https://ville.example/accueil"]}],
    "temporal": [{"start": "2024-01-01", "end": "2024-12-31"}, {"start": "2020"}],
    "distribution": [factories.file("b.csv", title={"fr": "B"}), factories.file("a.csv", byte_size=12)],
    "issued": "2024-05-01T10:00:00+02:00",
    "provenance": [{"label": {"fr": ["Relevé"]}}],
}


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


class Program:
    """A program with the token of somebody, that speaks RDF."""

    def __init__(self, user: User) -> None:
        self._text = tokens.make(user, "essai", 30, publishes=True)[1]

    def __call__(self, method: str, address: str, said: Any = "", media: str = LINKED, **headers: str) -> Any:
        given = {"authorization": f"Bearer {self._text}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        data = said if isinstance(said, str | bytes) else json.dumps(said)
        return Client().generic(method, address, data, media, headers=given)

    def read(self, address: str, media: str = LINKED) -> Any:
        answer = self("GET", address, accept=media)
        assert answer.status_code == 200 and answer["Content-Type"].startswith(media), answer.content
        return answer

    def send(self, address: str, answer: HttpResponse, said: str = "", query: str = "") -> Any:
        """What was read, or `said` in its place, over the version that was read."""
        media = answer["Content-Type"].partition(";")[0]
        return self("PUT", address + query, said or answer.content, media, if_match=answer["ETag"])


@pytest.fixture
def publisher(town: Organisation) -> Program:
    return Program(factories.person("publisher", town))


def row(address: str) -> Dataset:
    found: Dataset = Dataset.objects.with_forms().get(pk=address.rpartition("/")[2])
    return found


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def pointers(answer: Any) -> set[tuple[str, str]]:
    assert code(answer) == (422, "invalid"), answer.content
    return {(error["pointer"], error["code"]) for error in answer.json()["errors"]}


def triples(answer: Any) -> set[ox.Triple]:
    kind = {LINKED: ox.RdfFormat.JSON_LD, TURTLE: ox.RdfFormat.TURTLE}[answer["Content-Type"].partition(";")[0]]
    return {quad.triple for quad in ox.parse(answer.content, kind)}


@pytest.mark.parametrize("media", [LINKED, TURTLE])
@pytest.mark.parametrize("values", [{}, FILLED], ids=["short", "filled"])
def test_what_was_read_and_sent_back_changes_nothing(
    town: Organisation, publisher: Program, media: str, values: dict[str, Any]
) -> None:
    address = f"/api/datasets/{factories.dataset(' Arbres ', town, **values).pk}"
    before, plain = row(address), publisher("GET", address).json()
    read = publisher.read(address, media)
    assert read["ETag"] == f'"{before.version}"' and "Accept" in read["Vary"]
    assert b"CatalogRecord" not in read.content and b"isReferencedBy" not in read.content
    trial = publisher.send(address, read, query="?dry-run=1")
    assert trial.json()["would"] == "unchanged" and trial.json()["fields"] == []
    back = publisher.send(address, read)
    after = row(address)
    assert back.status_code == 200 and back.json() == plain, back.content
    assert (after.version, after.digest, after.said) == (before.version, before.digest, before.said)


def test_one_change_changes_one_thing(town: Organisation, publisher: Program) -> None:
    address = f"/api/datasets/{factories.dataset(' Arbres ', town, **FILLED).pk}"
    plain, read = publisher("GET", address).json(), publisher.read(address, TURTLE)
    said = read.content.decode().replace('" Arbres "@fr', '"Les arbres"@fr')
    trial = publisher.send(address, read, said, "?dry-run=1").json()
    assert (trial["would"], trial["fields"]) == ("updated", ["title"])
    changed = publisher.send(address, read, said).json()
    assert changed.pop("title") == {"fr": "Les arbres"} and plain.pop("title") == {"fr": " Arbres "}
    moving = ("version", "updated_at")
    assert {k: v for k, v in changed.items() if k not in moving} == {k: v for k, v in plain.items() if k not in moving}
    more = (
        read.content.decode().replace('"parc"@fr', '"parc"@fr , "allée"@fr').replace('" Arbres "@fr', '"Les arbres"@fr')
    )
    last = publisher.send(address, publisher.read(address, TURTLE), more).json()
    assert last["keyword"] == {"fr": ["tilleul", "arbre", "parc", "allée"]}
    assert code(publisher.send(address, read)) == (412, "moved")
    assert code(publisher("PUT", address, more, TURTLE)) == (428, "precondition-required")


def test_a_record_is_made_from_a_document(town: Organisation, publisher: Program) -> None:
    made = publisher("POST", f"/api/datasets?owner={town.slug}", HEAD + MADE, TURTLE, idempotency_key="a")
    assert made.status_code == 201 and made.json()["state"] == "draft", made.content
    again = publisher("POST", f"/api/datasets?owner={town.slug}", HEAD + MADE, TURTLE, idempotency_key="a")
    assert again.content == made.content and again["Idempotency-Replayed"] == "true" and Dataset.objects.count() == 1
    found = row(made["Location"])
    assert found.title == {"fr": "Arbres"} and found.uri.endswith(f"/id/{found.pk}") and found.said == ""
    assert AuditEntry.objects.filter(through=AuditEntry.Through.TOKEN, kind="dataset").exists()
    document = {
        "@context": CONTEXT,
        "@id": "https://ville.example/jeux/1",
        "@type": "dcat:Dataset",
        "dct:title": {"@value": "Bancs", "@language": "fr"},
        "dct:description": {"@value": "Où s’asseoir.", "@language": "fr"},
        "dcat:distribution": {
            "@id": "https://ville.example/jeux/1#csv",
            "@type": "dcat:Distribution",
            "dcat:accessURL": {"@id": "https://ville.example/bancs.csv"},
        },
    }
    query = f"?owner={town.slug}&state=published&private=1"
    other = publisher("POST", f"/api/datasets{query}", document)
    assert other.status_code == 201 and other.json()["private"] and other.json()["state"] == "published", other.content
    found = row(other["Location"])
    assert found.uri == "https://ville.example/jeux/1"
    assert Distribution.objects.get(dataset=found.pk).uri == "https://ville.example/jeux/1#csv"
    assert code(publisher("POST", f"/api/datasets{query}", document)) == (422, "subject")
    document["@id"] = "https://ville.example/jeux/2"
    assert pointers(publisher("POST", f"/api/datasets{query}", document)) == {("/distribution/0/uri", "file-address")}
    service = HEAD + '<> a dcat:DataService ; dct:title "WFS"@fr ; dcat:endpointURL <https://ville.example/wfs> .'
    made = publisher("POST", f"/api/services?owner={town.slug}", service, TURTLE)
    assert made.status_code == 201 and DataService.objects.get().title == {"fr": "WFS"}, made.content
    read = publisher.read(made["Location"])
    assert publisher.send(made["Location"], read).json()["version"] == 1


MORE = (
    MADE[:-1]
    + """; x:note "Gardez-moi" ; x:tree [ x:depth 2 ; x:leaf <https://x.example/feuille> ] ;
  dcat:contactPoint [ a vcard:Kind, vcard:Organization ; vcard:fn "Voirie"@fr ; vcard:note "le matin" ],
    [ a vcard:Kind ; vcard:fn "Parcs"@fr ; vcard:note "le soir" ] ."""
)


def test_what_the_profile_has_no_place_for_is_kept(town: Organisation, publisher: Program) -> None:
    made = publisher("POST", f"/api/datasets?owner={town.slug}&state=published", HEAD + MORE, TURTLE)
    assert made.status_code == 201, made.content
    address = made["Location"]
    read = publisher.read(address, TURTLE)
    said = {(each.predicate.value, getattr(each.object, "value", "")) for each in triples(read)}
    assert {(VCARD + "note", "le matin"), (VCARD + "note", "le soir"), ("https://x.example/depth", "2")} <= said
    assert ("https://x.example/note", "Gardez-moi") in said and f"{VCARD}Organization" in {o for _, o in said}
    before = row(address)
    for media in (TURTLE, LINKED):
        assert publisher.send(address, publisher.read(address, media)).json()["version"] == before.version
    assert row(address).said == before.said and row(address).digest == before.digest
    # The JSON way leaves it there.
    patch = "application/merge-patch+json"
    changed = publisher("PATCH", address, {"title": {"fr": "B"}}, patch, if_match=read["ETag"])
    assert changed.status_code == 200
    now = publisher.read(address, TURTLE)
    assert {each for each in triples(now) if each.predicate.value == VCARD + "note"} == {
        each for each in triples(read) if each.predicate.value == VCARD + "note"
    }
    text = now.content.decode()
    other = publisher.send(address, now, text.replace("Gardez-moi", "Changé"))
    assert other.json()["version"] == 3 and "Changé" in row(address).said
    gone = publisher.send(address, publisher.read(address, TURTLE), MADE.join([HEAD, ""]))
    assert gone.status_code == 200 and row(address).said == "" and b"note" not in publisher.read(address).content


def test_who_may_not_publish_proposes(town: Organisation, publisher: Program) -> None:
    contributor = Program(factories.person("contributor", town))
    made = publisher("POST", f"/api/datasets?owner={town.slug}&state=published", HEAD + MORE, TURTLE)
    address = made["Location"]
    read = contributor.read(address, TURTLE)
    assert code(contributor.send(address, read)) == (403, "forbidden")
    text = read.content.decode()
    assert pointers(contributor.send(address, read, text.replace("Gardez-moi", "Non"))) == {("", "not-proposed")}
    answer = contributor.send(address, read, text.replace('"Arbres"', '"Tous les arbres"'))
    assert answer.status_code == 202 and answer.json()["fields"] == ["title"], answer.content
    assert Proposal.objects.get().values == {"title": {"fr": "Tous les arbres"}} and row(address).version == 1


def test_rights_and_what_cannot_be_written(town: Organisation, publisher: Program) -> None:
    stranger = Program(factories.person("publisher", factories.body("Autre")))
    address = f"/api/datasets/{factories.dataset('Arbres', town).pk}"
    read = stranger.read(address)
    assert code(stranger.send(address, read)) == (403, "forbidden")
    assert Client().put(address, read.content, LINKED).status_code == 401
    hidden = f"/api/datasets/{factories.dataset('Secret', town, private=True).pk}"
    assert stranger("GET", hidden, accept=LINKED).status_code == 404
    [outcome] = publishing.publish(
        [Draft("dataset", {**FILLED, **TEXTS}, town.pk, uri="https://source.example/1", harvested=True)]
    )
    theirs = f"/api/datasets/{outcome.id}"
    assert code(publisher.send(theirs, publisher.read(theirs))) == (403, "harvested")
    assert code(publisher("PATCH", address, "{}", LINKED, if_match="*")) == (415, "media-type")


def test_a_record_that_came_from_a_source_keeps_what_it_said(town: Organisation, publisher: Program) -> None:
    uri = "https://source.example/1"
    said = (
        f'<{uri}> <https://x.example/note> "la source" .\n<{uri}> <{DCT}issued> "avant-hier" .\n'
        f'<{uri}> <{DCAT}contactPoint> _:c .\n_:c <{VCARD}note> "le matin" .\n'
        f"<{uri}> <https://x.example/fiche> <{uri}#f> .\n<{uri}#f> <{RDF_TYPE.value}> <{DCAT}CatalogRecord> .\n"
    )
    [outcome] = publishing.publish([Draft("dataset", {**FILLED, **TEXTS}, town.pk, uri=uri, said=said, harvested=True)])
    publishing.adopt([Dataset.objects.get(pk=outcome.id)])
    address = f"/api/datasets/{outcome.id}"
    read, before = publisher.read(address), row(address)
    assert b"la source" in read.content and b"avant-hier" not in read.content
    assert publisher.send(address, read).json()["version"] == before.version and row(address).said == said


BODIES: list[tuple[str, Any, str, tuple[int, str]]] = [
    ("nothing", "# rien", TURTLE, (422, "one-record")),
    ("no-record", HEAD + "<> a dcat:Distribution .", TURTLE, (422, "one-record")),
    ("two", HEAD + MADE + MADE.replace("<>", "<#b>", 1), TURTLE, (422, "one-record")),
    ("a-service", HEAD + '<> a dcat:DataService ; dct:title "x" .', TURTLE, (422, "one-record")),
    ("a-catalogue", HEAD + MADE + " <https://ville.example/> dcat:dataset <> .", TURTLE, (422, "one-record")),
    ("broken", HEAD + MADE[:-9], TURTLE, (400, "rdf")),
    ("broken-json", '{"@id": ', LINKED, (400, "rdf")),
    ("no-object", "3", LINKED, (422, "one-record")),
    ("deep", "[" * 200 + "]" * 200, LINKED, (400, "rdf")),
    ("no-utf8", HEAD.encode() + MADE.encode().replace(b"Arbres", b"Arbr\xe9s"), TURTLE, (400, "rdf")),
    ("bad-address", HEAD + MADE.replace("arbres.csv>", "arbres csv>"), TURTLE, (400, "rdf")),
    ("remote", {"@context": "https://ailleurs.example/c.jsonld", "@id": ""}, LINKED, (400, "context")),
    ("long", "#" * (bodies.LONGEST + 1), TURTLE, (413, "too-large")),
    ("triples", HEAD + MADE[:-1] + f" ; x:p {', '.join(map(str, range(20_000)))} .", TURTLE, (413, "too-large")),
    ("ten-megabytes", "#" * 10_000_000, LINKED, (413, "too-large")),
    ("blank", HEAD + MADE.replace("<>", "[]", 1), TURTLE, (422, "subject")),
    ("local", HEAD + MADE.replace("<>", "<http://127.0.0.1/a>", 1), TURTLE, (422, "subject")),
    ("no-web", HEAD + MADE.replace("<>", "<urn:x:1>", 1), TURTLE, (422, "subject")),
    ("ours", HEAD + MADE.replace("<>", "</jeux-de-donnees/1>", 1), TURTLE, (422, "subject")),
]


@pytest.mark.parametrize(("said", "media", "told"), [one[1:] for one in BODIES], ids=[one[0] for one in BODIES])
def test_documents_are_refused_by_name(
    town: Organisation, publisher: Program, said: Any, media: str, told: tuple[int, str]
) -> None:
    assert code(publisher("POST", f"/api/datasets?owner={town.slug}", said, media)) == told
    address = f"/api/datasets/{factories.dataset('Arbres', town).pk}"
    answer = publisher("PUT", address, said, media, if_match='"1"', accept_language="en")
    assert code(answer) == told and answer["Content-Language"] == "en"
    assert Dataset.objects.get().version == 1


def test_a_document_about_another_record_is_refused(town: Organisation, publisher: Program) -> None:
    one, other = (factories.dataset(title, town) for title in ("Arbres", "Bancs"))
    read = publisher.read(f"/api/datasets/{other.pk}")
    answer = publisher.send(f"/api/datasets/{one.pk}", read)
    assert code(answer) == (422, "subject") and answer.json()["uri"] == one.uri


VALUES: list[tuple[str, str, tuple[str, str]]] = [
    ('dct:issued "hier"', "", ("/issued", "form")),
    ('dct:title "Bis"@fr', "", ("/title", "several")),
    ('dct:license "Libre"', "", ("/license", "form")),
    ("dcat:landingPage <javascript:alert(1)>", "", ("/landing_page/0", "address")),
    ('dct:identifier "a\\u0007b"', "", ("/identifier/0", "text")),
    ("dcat:distribution <https://ville.example/vide>", "", ("/distribution/1/access_url", "required")),
    ('dct:title "Bis"@en', "&owner=personne", ("/owner", "unknown-owner")),
    ('dct:title "Bis"@en', "&state=loin", ("/state", "choice")),
    ('dct:title "Bis"@en', "&private=oui", ("/private", "type")),
]


@pytest.mark.parametrize(("more", "query", "told"), VALUES)
def test_wrong_values_are_pointed_at(
    town: Organisation, publisher: Program, more: str, query: str, told: tuple[str, str]
) -> None:
    said = f"{HEAD}{MADE[:-1]} ; {more} ."
    answer = publisher("POST", f"/api/datasets?owner={town.slug}{query}", said, TURTLE)
    assert told in pointers(answer) and not Dataset.objects.exists()


@pytest.mark.parametrize("media", [LINKED, TURTLE])
@pytest.mark.parametrize("kind", sorted(BY_KIND))
def test_any_record_read_and_sent_back_stays_as_it_was(
    town: Organisation, publisher: Program, kind: str, media: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "ROOM", 10**9)

    @given(records(BY_KIND[kind]).map(lambda values: numbered(values, count())))
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    def run(values: dict[str, Any]) -> None:
        values.pop("uri", None)
        files = [{k: v for k, v in file.items() if k != "uri"} for file in values.get("distribution", [])]
        values |= {"distribution": files} if files else {}
        [outcome] = publishing.publish([Draft(kind, values, town.pk)])
        address = f"/api/{kind}s/{outcome.id}"
        plain = publisher("GET", address).json()
        back = publisher.send(address, publisher.read(address, media))
        assert back.status_code == 200 and back.json() == plain, back.content

    run()


@pytest.mark.parametrize(
    "name", ["udata/harvest/tests/dcat/series.xml", "ckanext-dcat/examples/dcat/dataset_multilingual.ttl"]
)
def test_a_real_record_that_became_ours_stays_as_it_was(shared_data: Path, name: str) -> None:
    """Each with what its source says beyond DCAT-AP, its CatalogRecord apart."""
    harvest(shared_data / "catalogues" / name)
    keeper = Program(factories.person(is_superuser=True))
    publishing.adopt(list(Dataset.objects.all()))
    for found in Dataset.objects.with_forms():
        address = f"/api/datasets/{found.pk}"
        back = keeper.send(address, keeper.read(address))
        after = row(address)
        assert back.status_code == 200, back.content
        assert (after.version, after.digest, after.said) == (found.version, found.digest, found.said)
