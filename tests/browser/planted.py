"""A portal on the day on which it is planted, served as in production; the national bases that it asks are played here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from catalogue.reference import loader
from catalogue.reference.files import read_territories
from harvesters.http import Client
from portal import settings as product
from tests.browser.conftest import served
from tests.plant import national, towns


@contextmanager
def planting(
    code: str, static_files: Path, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The address of the portal of this commune. `folder`: where its pack is written."""
    settings.STATIC_ROOT, settings.STORAGES = static_files, product.STORAGES
    settings.BOUTURE_TERRITORY, settings.BOUTURE_DEMO = code, True
    settings.BOUTURE_LINK_CHECKS, settings.BOUTURE_TABLES = 0, "all"
    loader.load_territories(towns.excerpt(read_territories()))
    loader.load_vocabularies()
    with national.nation() as server:
        monkeypatch.setattr(Client, "__init__", national.redirect(Client, server.port))
        call_command("plant", pack=towns.pack(folder, server.port), territory=code)
        call_command("work", once=True)
    with served() as address:
        yield address
