"""The pages of the feed: the official shape, the tree, and HTTP."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from django.conf import settings
from django.test import Client

from catalogue import keys, publishing
from catalogue.dcat.plain import graphs_apart
from catalogue.feeding import tree
from catalogue.feeding.sealing import seal_of
from catalogue.models import FeedMember
from portal.api.feeding import whole
from tests import factories
from tests.feeding.test_feed import follow, renamed
from tests.feeding.walked import AS, FORMATS, TREE, activity_in, values, walk

pytestmark = pytest.mark.django_db
LDES = "https://w3id.org/ldes#"


def test_the_pages_keep_the_official_shape(client: Client, shared_data: Path) -> None:
    """On every page that a follower reads; the members and what they announce in one graph, as the shape looks at both."""
    import pyshacl

    shape = rdflib.Graph().parse(shared_data / "feeds" / "shape.ttl")
    [factories.dataset(publisher={"uri": "https://mairie.example/", "name": {"fr": "Mairie"}}) for _ in range(3)]
    factories.service(contact_point=[{"uri": "https://mairie.example/eau", "name": {"fr": "Service de l’eau"}}])
    factories.dataset(license={"uri": "https://mairie.example/licence", "title": {"fr": ["Licence de la mairie"]}})
    publishing.withdraw([factories.dataset()], "Non.")
    gone = factories.dataset()
    follow()
    publishing.withdraw([gone], "Non plus.")
    follow()
    found = walk(client)
    assert {one.verb for one in found.activities} == {"Create", "Delete"}
    assert set(FeedMember.objects.values_list("kind", flat=True)) == set(FeedMember.Kind.values)
    for address, quads in found.pages.items():
        data = rdflib.Graph()
        triples = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
        data.parse(data=triples, format="nt")
        conforms, _, text = pyshacl.validate(data, shacl_graph=shape, inference="none")
        assert conforms, (address, text)
        data.add((rdflib.URIRef(found.activities[0].name), rdflib.RDFS.label, rdflib.Literal("de trop")))
        if values(quads, TREE + "member"):
            assert not pyshacl.validate(data, shacl_graph=shape, inference="none")[0], "the shape sees nothing"


def test_the_root_says_what_the_stream_is(client: Client) -> None:
    factories.dataset()
    follow()
    [stream] = [quad.subject.value for quad in walk(client).pages[root()] if quad.object.value == LDES + "EventStream"]
    said = walk(client).pages[root()]
    assert values(said, TREE + "view", stream) == [root()]
    assert values(said, LDES + "timestampPath", stream) == [AS + "published"]
    assert values(said, LDES + "versionOfPath", stream) == [AS + "object"]
    [retention] = values(said, LDES + "retentionPolicy", root())
    assert values(said, LDES + "amount", retention) == ["1"]


def test_what_is_announced_needs_no_parser(client: Client) -> None:
    """Written in plain lines, and read so: what a follower of ours takes from the page is what stands there."""
    factories.dataset(contact_point=[{"name": {"fr": "Service de l’eau"}, "email": ["mailto:eau@mairie.example"]}])
    factories.dataset(keyword={"fr": ['tiret . " et } accolade']}, description={"fr": "Deux\nlignes."})
    follow()
    found = walk(client)
    names = {one.name for one in found.everything if one.verb != "Delete"}
    apart: dict[str, str] = {}
    for address in found.pages:
        apart |= graphs_apart(client.get(address, headers={"accept": "application/trig"}).content.decode())[0]
    assert set(apart) == names
    for one in found.everything:
        assert len(one.payload) == apart[one.name].count("\n")


def root() -> str:
    return f"{settings.BOUTURE_URL}/flux/"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "LEAF", 3)
    monkeypatch.setattr(tree, "FAN", 2)


def test_a_tree_of_many_leaves_says_where_everything_is(client: Client, small: None) -> None:
    rows = [factories.dataset() for _ in range(20)]
    follow()
    rows = sorted(rows, key=lambda row: FeedMember.objects.get(object=row.uri).position)
    for row in rows[:7]:
        renamed(row, f"{row.label}, revu")
    publishing.withdraw(rows[9:10], "Non.")
    follow()
    found = walk(client)
    assert set(found.now) == {row.uri for row in rows} - {rows[9].uri}
    assert len(found.activities) == len(rows)
    assert any("/flux/n/2/" in address for address in found.pages)
    # Seven positions were left by what was announced again: to an empty leaf, nothing leads any more.
    assert f"{root()}4-6" not in found.pages
    assert client.get("/flux/4-6").status_code == 200
    for address, said in found.pages.items():
        _bounds_hold(found.pages, address, said)


def _bounds_hold(pages: dict[str, list[ox.Quad]], address: str, said: list[ox.Quad]) -> None:
    """What is under each link lies between the moments that it names."""
    for relation in values(said, TREE + "relation", address):
        [there] = values(said, TREE + "node", relation)
        [kind] = values(said, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", relation)
        [bound] = values(said, TREE + "value", relation)
        for moment in _under(pages, there):
            assert moment >= bound if kind.endswith("GreaterThanOrEqualToRelation") else moment < bound


def _under(pages: dict[str, list[ox.Quad]], address: str) -> list[str]:
    quads = pages[address]
    own = values(quads, AS + "published")
    return own + [moment for child in set(values(quads, TREE + "node")) for moment in _under(pages, child)]


def test_a_sealed_page_only_shrinks(client: Client, small: None) -> None:
    rows = [factories.dataset() for _ in range(3)]
    follow()
    before = walk(client)
    sealed = f"{root()}1-3"
    renamed(next(row for row in rows if row.uri == before.activities[1].object), "Revu")
    follow()
    after = walk(client)
    assert set(after.pages[sealed]) < set(before.pages[sealed])
    assert client.get("/flux/1-3")["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert client.get("/flux/4-6")["Cache-Control"] == "public, max-age=1, must-revalidate"


def test_json_ld_says_the_same(client: Client, small: None) -> None:
    [factories.dataset(f'Jeu « {number} » \\ " .') for number in range(5)]
    follow()
    trig, json = walk(client), walk(client, "application/ld+json")
    assert trig.activities == json.activities
    assert {page: set(said) for page, said in trig.pages.items()} == {
        page: set(said) for page, said in json.pages.items()
    }


@pytest.mark.parametrize("path", ["/flux/", "/flux/1-250"])
def test_asked_again_a_page_that_did_not_change_is_not_sent_again(client: Client, path: str) -> None:
    row = factories.dataset()
    follow()
    first = client.get(path)
    assert "Accept" in first["Vary"].split(", ")
    assert "Cookie" not in first["Vary"]  # the same for everybody
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(path)["ETag"] == first["ETag"]
    assert client.get(path, headers={"accept": "application/ld+json"})["ETag"] != first["ETag"]
    renamed(row, "Revu")
    follow()
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_page_is_asked_by_its_extension_too(client: Client) -> None:
    factories.dataset()
    follow()
    for path in ("/flux", "/flux/1-250"):
        assert client.get(f"{path}.trig")["Content-Type"] == "application/trig; charset=utf-8"
        assert client.get(f"{path}.jsonld")["Content-Type"] == "application/ld+json; charset=utf-8"
        assert client.get(f"{path}.pdf").status_code == 404


@pytest.mark.parametrize(
    "path", ["/flux/0-249", "/flux/2-251", "/flux/1-100", "/flux/251-500", "/flux/n/0/0", "/flux/n/1/9", "/flux/n/9/0"]
)
def test_a_page_that_is_not_ours_is_not_there(client: Client, path: str) -> None:
    factories.dataset()
    follow()
    assert client.get(path).status_code == 404


def test_who_reads_neither_form_is_told_which_there_are(client: Client) -> None:
    refused = client.get("/flux/", headers={"accept": "application/pdf"})
    assert refused.status_code == 406
    assert "application/trig" in refused.json()["detail"]


def test_who_opens_it_in_a_browser_is_told_what_it_is(client: Client) -> None:
    sent = client.get("/flux/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (sent.status_code, sent["Location"]) == (303, "/aide/reutiliser/")
    assert "/flux.trig" in client.get(sent["Location"]).content.decode()


def test_an_empty_feed_is_a_feed(client: Client) -> None:
    assert walk(client).activities == []


def test_a_page_takes_few_queries_whatever_is_on_it(client: Client, django_assert_num_queries: object) -> None:
    [factories.dataset() for _ in range(8)]
    [factories.service() for _ in range(3)]
    follow()
    # Two of them for the name that somebody gave the portal: the description of the catalogue is on this page.
    with django_assert_num_queries(11):  # type: ignore[operator]
        assert client.get("/flux/1-250").status_code == 200


def test_a_dump_holds_all_of_it_and_says_where_to_go_on(
    client: Client, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "BATCH", 2)
    rows = [factories.dataset() for _ in range(5)]
    follow()
    publishing.withdraw(rows[:1], "Non.")
    follow()
    hidden = rows[1]
    publishing.set_private(hidden, True)
    found = walk(client)
    for extension, media in (("trig", "application/trig"), ("jsonld", "application/ld+json")):
        answer = client.get(f"/flux/dump.{extension}")
        assert answer["Content-Type"] == f"{media}; charset=utf-8"
        said = list(ox.parse(b"".join(answer), FORMATS[media]))
        assert hidden.uri not in {quad.subject.value for quad in said}
        assert [activity_in(said, name) for name in values(said, TREE + "member")] == found.everything
        [until] = values(said, "http://purl.org/dc/terms/modified", f"{root()}dump.{extension}")
        assert "Feed-Published" in answer["Access-Control-Expose-Headers"]
        assert until == answer["Feed-Published"] == found.activities[-1].published
        again = client.get(f"/flux/dump.{extension}", headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304
    assert b"".join(client.head("/flux/dump.trig")) == b""


def test_a_dump_ends_with_a_line_that_proves_it_whole_and_ours(client: Client, tmp_path: Path) -> None:
    for _ in range(3):
        factories.dataset()
    follow()
    answer = client.get("/flux/dump.trig")
    path = tmp_path / "dump.trig"
    path.write_bytes(b"".join(answer))
    seal = seal_of(path)
    assert seal
    assert (seal.position, seal.keyid) == (answer["Feed-Published"], keys.current().kid)
    assert seal.by(keys.current().public)
    assert values(walk(client).pages[root()], "http://rdfs.org/ns/void#dataDump") == [f"{root()}dump.trig"]


def test_what_is_announced_again_while_a_dump_is_read_is_further_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "BATCH", 2)
    rows = [factories.dataset() for _ in range(6)]
    follow()
    answer = client.get("/flux/dump.trig")
    parts = whole.graphs("trig", FeedMember.objects.latest("position"))
    next(parts)
    for row in rows:
        renamed(row, "Revu")
    follow()
    said = "".join(graph.text.said for graph in parts)
    assert not any(row.uri in said for row in rows)
    assert {one.object for one in walk(client).activities if one.published > answer["Feed-Published"]} == {
        row.uri for row in rows
    }


def test_an_empty_feed_has_an_empty_dump(client: Client) -> None:
    answer = client.get("/flux/dump.trig")
    assert "Feed-Published" not in answer
    assert values(list(ox.parse(b"".join(answer), ox.RdfFormat.TRIG)), TREE + "member") == []
