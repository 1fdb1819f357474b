"""By whom a record came: carried from feed to feed, loops cut, the home first, else the shortest way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pyoxigraph as ox
import pytest
from django.conf import settings
from django.test import Client as Browser
from django.test import override_settings

from catalogue.dcat.writers import ntriples_of
from catalogue.models import Dataset
from harvesters.engine import harvest
from harvesters.models import HarvestRun, HarvestSource, PeerObject
from harvesters.nearness import Route, nearer
from harvesters.peers.trust import provenance
from harvesters.peers.trust.chains import chains
from harvesters.registry import client_for, home_body
from tests.feeding.test_feed import follow as announce
from tests.feeding.walked import walk
from tests.harvesting.feeds import Home, dataset
from tests.harvesting.servers import Server

pytestmark = pytest.mark.django_db
HUB, TOWN = "https://hub.example/", "https://ville.example/"
Follow = Callable[..., HarvestRun]


@pytest.fixture
def home(server: Server) -> Home:
    return Home(server)


@pytest.fixture
def other() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def follow(server: Server) -> Follow:
    def go(at: Server = server) -> HarvestRun:
        trusted = [at.url("").partition("://")[2]]
        source, _ = HarvestSource.objects.get_or_create(
            key=at.url("/flux/"), defaults={"owner": home_body(), "trusted": trusted}
        )
        with client_for(source) as client:
            return harvest(source, client)

    return go


def by(home: Home, name: str | int, *chain: str, title: str = "", verb: str = "Create") -> None:
    """A record that went through these instances."""
    uri = home.uri(name)
    way = provenance.written("https://x.example", uuid4(), uri, chain)
    home.tell(name, verb, dataset(uri, title or f"Jeu {name}") + way)


def test_a_chain_is_read_as_it_was_written() -> None:
    key, uri = uuid4(), "https://ville.example/id/1"
    for chain in ((), (HUB,), (HUB, TOWN, "https://c.example/")):
        said = provenance.written("https://ici.example", key, uri, chain)
        assert provenance.read(said, uri) == chain
        assert provenance.read(said, "https://ville.example/id/2") == ()


def test_a_chain_that_turns_in_circles_ends() -> None:
    node = "<https://x.example/n>"
    said = (
        f"{node} <http://xmlns.com/foaf/0.1/primaryTopic> <https://v.example/1> .\n"
        f"{node} <http://www.w3.org/ns/prov#wasAttributedTo> <https://x.example/> .\n"
        f"{node} <http://www.w3.org/ns/prov#wasDerivedFrom> {node} .\n"
    )
    assert len(provenance.read(said, "https://v.example/1")) == provenance.LONGEST + 1


def test_what_is_told_again_says_by_whom_it_came(home: Home, follow: Follow, client: Browser) -> None:
    by(home, 1)
    by(home, 2, HUB, TOWN)
    home.publish()
    assert follow().created == 2
    announce()
    here = home.server.url("/")
    rows = {row.uri: row for row in Dataset.objects.all()}
    assert chains([row.pk for row in rows.values()]) == {
        rows[home.uri(1)].pk: (here,),
        rows[home.uri(2)].pk: (here, HUB, TOWN),
    }
    found = walk(client)
    for quads in found.pages.values():
        for uri, chain in ((home.uri(1), (here,)), (home.uri(2), (here, HUB, TOWN))):
            if any(quad.subject == ox.NamedNode(uri) for quad in quads):
                assert provenance.read(ntriples_of(quad.triple for quad in quads), uri) == chain
    # What it says of itself is as it was: its digest is of that alone.
    assert "prov#wasDerivedFrom" not in Dataset.objects.get(uri=home.uri(2)).repaired


def test_a_record_that_went_out_from_here_and_comes_back_is_cut(home: Home, follow: Follow) -> None:
    by(home, 1)
    home.publish()
    follow()
    assert Dataset.objects.published().count() == 1
    by(home, 1, HUB, settings.BOUTURE_URL + "/", verb="Update")  # it has it from us only, now
    by(home, 2, settings.BOUTURE_URL)
    home.publish()
    run = follow()
    assert (run.status, run.withdrawn, run.created) == ("done", 1, 0)
    assert Dataset.objects.published().count() == 0
    assert PeerObject.objects.filter(gone=True).count() == 2


def test_one_that_went_through_too_many_is_set_aside(home: Home, follow: Follow) -> None:
    by(home, 1, *(f"https://i{at}.example/" for at in range(17)))
    by(home, 2)
    home.publish()
    run = follow()
    assert (run.created, run.quarantined) == (1, 1)
    assert any("tourne sans doute en rond" in said for said in run.messages)


@pytest.mark.parametrize("shorter_first", [True, False])
def test_of_two_peers_the_shorter_chain_speaks(home: Home, other: Server, follow: Follow, shorter_first: bool) -> None:
    home.space = second_space = "https://tierce.example"  # the home of neither
    second = Home(other, space=second_space)
    by(home, 1, title="Par un seul")
    by(second, 1, HUB, TOWN, title="Par trois")
    home.publish()
    second.publish()
    for at in (home.server, other) if shorter_first else (other, home.server):
        follow(at)
    row = Dataset.objects.get()
    assert row.title["fr"] == "Par un seul"


def test_the_home_wins_whatever_the_chain() -> None:
    home = Route("ville.example", frozenset({"ville.example"}), hops=1)
    hub = Route("hub.example", frozenset({"ville.example"}), hops=0)
    assert nearer(home, hub) and not nearer(hub, home)
    far, near = (
        Route("a.example", frozenset({"v.example"}), hops=3),
        Route("b.example", frozenset({"v.example"}), hops=1),
    )
    assert nearer(near, far) and not nearer(far, near)
    assert not nearer(near, Route("c.example", frozenset({"v.example"}), hops=1))


@override_settings(BOUTURE_URL="https://autre-ici.example")
def test_our_address_is_that_of_now(home: Home, follow: Follow) -> None:
    by(home, 1, "https://autre-ici.example.mechant.example/")
    home.publish()
    assert follow().created == 1
