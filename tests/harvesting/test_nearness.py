"""Which route is nearer: hosts and what the other one names, nothing that a source says of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.nearness import Distance, Route, distance, domain_of, host_of, nearer
from harvesters.routes import alike


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://WWW.Ville.fr/a", "ville.fr"),
        ("http://moi:secret@ville.fr:8080/", "ville.fr:8080"),
        ("/srv/catalogue.ttl", ""),
        ("urn:uuid:7e1c", ""),
        ("https://[::1", ""),
    ],
)
def test_hosts(address: str, host: str) -> None:
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("donnees.ville.fr", "ville.fr"),
        ("ville.fr", "ville.fr"),
        ("www.data.gouv.fr", "data.gouv.fr"),
        ("data.gouv.fr", "data.gouv.fr"),
        ("ville.opendatasoft.com", "ville.opendatasoft.com"),
        ("ville.hub.arcgis.com", "ville.hub.arcgis.com"),
        ("a.ville.co.uk:8443", "ville.co.uk"),
        ("opendatasoft.com", "opendatasoft.com"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("localhost", "localhost"),
    ],
)
def test_domains(host: str, domain: str) -> None:
    assert domain_of(host) == domain


def test_neighbours_on_a_shared_platform_are_strangers() -> None:
    assert distance("a.opendatasoft.com", ["b.opendatasoft.com"]) is Distance.ELSEWHERE
    assert distance("sig.ville.fr", ["donnees.ville.fr"]) is Distance.SAME_DOMAIN
    assert distance("", ["", "ville.fr"]) is Distance.ELSEWHERE


def route(host: str, *names: str, owner: int = 1, own: bool = False) -> Route:
    return Route(host, frozenset(names), owner, own)


TOWN, HUB = route("ville.fr", "ville.fr"), route("hub.fr", "hub.fr", "ville.fr")


def test_the_home_is_nearer_than_who_copies_it() -> None:
    assert nearer(TOWN, HUB) and not nearer(HUB, TOWN)


def test_who_names_nobody_else_gains_nothing() -> None:
    stranger = route("faux.fr", "faux.fr")
    assert not nearer(stranger, TOWN) and not nearer(stranger, HUB)
    assert not nearer(route("faux.fr", "ville.fr"), HUB)


def test_another_body_needs_to_be_at_home_or_the_publisher() -> None:
    near = route("sig.ville.fr", "ville.fr", owner=2)
    assert not nearer(near, HUB)
    assert nearer(route("sig.ville.fr", "ville.fr"), HUB)
    assert nearer(route("ville.fr", "ville.fr", owner=2), HUB)
    assert nearer(route("loin.fr", owner=2, own=True), route("hub.fr"))


hosts = st.sampled_from(["ville.fr", "sig.ville.fr", "hub.fr", "a.gouv.fr", "b.gouv.fr", ""])
routes = st.builds(Route, hosts, st.frozensets(hosts, max_size=3), st.integers(1, 2), st.booleans())


@given(routes, routes)
def test_never_both_ways(one: Route, other: Route) -> None:
    """Else each run would take the word from the other."""
    assert not (nearer(one, other) and nearer(other, one))


@given(routes, routes)
def test_what_a_route_adds_to_its_own_words_brings_it_no_nearer(one: Route, other: Route) -> None:
    boasting = Route(one.host, one.names | {one.host}, one.owner, one.own)
    if one.host != other.host:
        assert nearer(boasting, other) <= nearer(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Arbres de la ville", "arbres de la Ville", True),
        ("Arbres", "Les arbres de la ville du Havre", False),
        ("Budget 2024", "Budget 2025", False),
        ("Budget primitif 2024", "Budget primitif", False),
        ("Écoles élémentaires", "Ecoles elementaires publiques", True),
        ("", "", False),
    ],
)
def test_titles_that_may_be_of_one_dataset(one: str, other: str, same: bool) -> None:
    assert alike([one], [other]) is same
