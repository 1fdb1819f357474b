"""A few communes of the reference, and the national bases on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from catalogue.reference import loader
from catalogue.reference.files import Atlas, read_territories
from harvesters.http import Client
from tests.harvesting.servers import Server
from tests.plant import national, towns


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    return read_territories()


@pytest.fixture(scope="session")
def excerpt(atlas: Atlas) -> Atlas:
    return towns.excerpt(atlas)


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
    return towns.pack(tmp_path, server.port)
