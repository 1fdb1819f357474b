"""A few communes of the reference, and the national bases on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from catalogue.reference import loader
from catalogue.reference.files import Atlas, read_territories
from harvesters.http import Client
from portal.planting.making import SHIPPED
from tests.harvesting.servers import Server
from tests.plant import national

# Towns of every sort: see test_plant.SORTS.
CODES = {
    *("40192", "69123", "76351", "75056", "13055", "97411", "97502", "98611", "29083", "01015", "94038", "95527"),
    *("05048", "40001", "55039", "51513"),
}


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    return read_territories()


@pytest.fixture(scope="session")
def excerpt(atlas: Atlas) -> Atlas:
    communes = [place for place in atlas.places if place.level == "commune" and place.code in CODES]
    kept = {place.key for place in communes} | {parent for place in communes for parent in place.parents}
    places = [
        replace(place, parents=tuple(parent for parent in place.parents if parent in kept))
        for place in atlas.places
        if place.key in kept or place.level == "country"
    ]
    series = [
        replace(each, values={key: value for key, value in each.values.items() if key in kept})
        for each in atlas.populations
    ]
    return Atlas(tuple(places), tuple(series))


@pytest.fixture
def places(excerpt: Atlas, db: None, home: Path, settings: Settings) -> None:
    """An empty base that knows these communes."""
    settings.BOUTURE_TERRITORY = ""
    settings.BOUTURE_LINK_CHECKS = 0
    settings.BOUTURE_TABLES = "all"
    loader.load_territories(excerpt)


@pytest.fixture
def server() -> Iterator[Server]:
    with national.nation() as running:
        yield running


@pytest.fixture
def pack(places: None, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The shipped pack, asking the national bases of this machine."""
    loader.load_vocabularies()
    monkeypatch.setattr(Client, "__init__", national.redirect(Client, server.port))
    asking = national.rewritten(SHIPPED / "commune", tmp_path / "commune", server.port)
    return str(national.signed(asking, tmp_path / "signed"))
