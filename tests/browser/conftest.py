"""One instance, served as in production (compressed, hashed files), with the invented catalogue."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.test.testcases import LiveServerThread
from django.test.utils import override_settings
from pytest_django import Settings

from catalogue.models import User
from portal import settings as product
from tests.browser import looks
from tests.browser.album import Album
from tests.browser.chromium import Chromium, chromium, installed
from tests.conftest import missing
from tests.pages.samples import Samples, everything, remember
from tests.photographs import photographed

SESSION = "sessionid"
COUNT = "tests.browser.counting.QueryCount"


@dataclass
class Site:
    """A running instance. `cookie_of` gives the session of somebody who is logged in."""

    address: str
    samples: Samples

    def cookie_of(self, user: User) -> dict[str, Any]:
        client = Client()
        client.force_login(user)
        return session_of(client, self.address)


def session_of(client: Client, address: str) -> dict[str, Any]:
    """The cookie of somebody who is logged in."""
    return {"name": SESSION, "value": client.cookies[SESSION].value, "url": address}


def _as_it_is(application: Callable[..., Any]) -> Callable[..., Any]:
    """In the place of Django's own server of static files: whitenoise serves them, as in production."""
    return application


@pytest.fixture(scope="session")
def static_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hashed and compressed beforehand, as « make run » does."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder, STORAGES=product.STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@contextmanager
def served() -> Iterator[str]:
    """The address at which this process serves the instance."""
    server = LiveServerThread("127.0.0.1", static_handler=_as_it_is)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    try:
        if server.error:
            raise server.error
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.terminate()


@pytest.fixture
def site(transactional_db: None, home: Path, static_files: Path, settings: Settings) -> Iterator[Site]:
    settings.STATIC_ROOT, settings.STORAGES = static_files, product.STORAGES
    settings.MIDDLEWARE = [COUNT, *settings.MIDDLEWARE]
    settings.BOUTURE_TERRITORY = "99001"
    samples = photographed(everything)
    remember()
    with served() as address:
        yield Site(address, samples)


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    if not installed():
        missing("Chromium (apt-get install chromium)")
    if looks.missing():
        missing(looks.missing())
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where the pictures of the pages go, when PICTURES names a folder."""
    folder = os.environ.get("PICTURES")
    return Path(folder) if folder else None


def host_of(address: str) -> str:
    return urlsplit(address).netloc


@pytest.fixture(scope="session")
def album() -> Album:
    """Of the journeys, when SCREENS names a folder."""
    folder = os.environ.get("SCREENS")
    return Album(Path(folder) if folder else None)
