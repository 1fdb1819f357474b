"""A local server and a hurried client: real sockets on 127.0.0.1, tiny delays."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from harvesters.engine import harvest
from harvesters.http import Client, Limits
from harvesters.models import HarvestRun, HarvestSource
from harvesters.registry import home_body
from tests.harvesting.servers import Server

csv.field_size_limit(2**31 - 1)  # as any library may for the whole process: no promise rests on it
HURRY = Limits(max_bytes=1_000_000, connect=2, read=0.3, total=2, delay=0, retries=1, backoff=0.01, longest_wait=0.05)
ROOMY = Limits(connect=2, read=5, total=20, delay=0, retries=0)  # for feeds


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def make_client(server: Server) -> Iterator[Callable[..., Client]]:
    """Clients that trust the server, and are closed at the end."""
    with ExitStack() as stack:

        def make(limits: Limits = HURRY, **options: object) -> Client:
            trusted = options.pop("trusted", server.trusted)
            return stack.enter_context(Client(trusted, limits, **options))  # type: ignore[arg-type]

        yield make


@pytest.fixture
def follow(server: Server, make_client: Callable[..., Client]) -> Callable[..., HarvestRun]:
    """Reads the feed that the server gives, once more each time."""

    def go(path: str = "/flux/", **options: Any) -> HarvestRun:
        source, _ = HarvestSource.objects.get_or_create(key=server.url(path), defaults={"owner": home_body()})
        return harvest(source, make_client(ROOMY), **options)

    return go


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody signed, for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    openssl = shutil.which("openssl")
    assert openssl, "the openssl command makes the certificate of this test: install it"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-subj", "/CN=test"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return folder
