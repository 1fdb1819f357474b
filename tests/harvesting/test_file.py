"""One file as one dataset: what its options say of it, and what is no file at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalogue.models import Dataset
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestRun
from harvesters.registry import find_or_make
from tests.harvesting.servers import Server, reply

pytestmark = pytest.mark.django_db
CSV = b"insee,nom\n40192,Parking du Midou\n"
PATH = "/api/data/csv/"
SCHEMA = "https://schema.data.gouv.fr/etalab/schema-lieux-covoiturage"
Run = Callable[..., HarvestRun]


@pytest.fixture
def run(server: Server, make_client: Callable[..., Client]) -> Run:
    def go(body: bytes = CSV, content_type: str = "text/csv", status: int = 200, **options: object) -> HarvestRun:
        server.replies[PATH] = reply(body, status, content_type, Last_Modified="Mon, 05 Oct 2026 08:00:00 GMT")
        source = find_or_make(server.url(f"{PATH}?insee__exact=40192"), kind="file", options=options)
        return harvest(source, make_client())

    return go


def test_the_options_describe_the_dataset(run: Run, server: Server) -> None:
    said = {
        "title": "Aires de covoiturage (données d’essai)",
        "description": "Les aires de la commune.",
        "publisher": "Point d’accès national",
        "licence": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        "format": "CSV",
        "schema": SCHEMA,
        "themes": ["TRAN"],
        "keywords": "covoiturage, mobilité",
        "frequency": "mensuelle",
        "page": "https://www.data.gouv.fr/datasets/aires",
    }
    first = run(**said)
    assert (first.status, first.created) == ("done", 1), first.messages
    dataset = Dataset.objects.get()
    assert dataset.title == {"": said["title"]}
    assert dataset.keyword == {"": ["covoiturage", "mobilité"]}
    file = dataset.distributions.get()
    # No public link: this server is of a private network.
    assert file.title == {"": said["title"]}
    assert server.url(f"{PATH}?insee__exact=40192") in dataset.said
    assert file.conforms_to == [SCHEMA]
    assert "2026-10-05T08:00:00" in dataset.said
    assert "Point d’accès national" in dataset.repaired
    assert run(**said).unchanged == 1


def test_without_a_title_it_has_its_name(run: Run) -> None:
    assert run().status == "done"
    assert Dataset.objects.get().title == {"": "csv"}


@pytest.mark.parametrize("body", [b"", b"insee,nom\n", b"insee,nom", b"\xef\xbb\xbfinsee,nom\r\n"])
def test_a_national_base_that_has_nothing_gives_nothing(run: Run, body: bytes) -> None:
    first = run(body, rows_needed=True)
    assert (first.status, first.found, first.complete) == ("done", 0, True), first.messages
    assert not Dataset.objects.exists()
    assert run(CSV, rows_needed=True).created == 1
    gone = run(body, rows_needed=True)
    # All that it had at once: somebody is asked, as for every source.
    assert (gone.status, gone.withdrawn) == ("stopped", 0)


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"", "fichier vide"), (b"  \r\n", "fichier vide"), (b"<!DOCTYPE html><title>Panne</title>", "page web")],
)
def test_what_is_no_file_is_refused(run: Run, body: bytes, said: str) -> None:
    failed = run(body, "text/csv")
    assert failed.status == "failed"
    assert said in failed.messages[0]
    assert not Dataset.objects.exists()


def test_an_archive_is_a_file_too(run: Run) -> None:
    assert run(b"PK\x03\x04" + b"\0" * 40, "application/zip", format="SHP").created == 1
