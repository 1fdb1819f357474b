"""Which files become tables, and what becomes of them when their records change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from catalogue import publishing
from catalogue.log import drain, holder_name, release
from catalogue.models import Dataset, Distribution, Table
from catalogue.publishing import Draft
from catalogue.tabling import keeping
from catalogue.tabling.following import GRACE, TableReader, forget
from catalogue.tabling.tabular import address_of, name_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def all_tables(settings: Settings) -> None:
    settings.BOUTURE_TABLES = "all"


def follow() -> None:
    holder = holder_name()
    drain(TableReader(), holder)
    release("tables", holder)


def direct(name: str = "arbres.csv", **values: Any) -> dict[str, Any]:
    address = f"https://fichiers.essai.example/{name}"
    return {"access_url": [address], "download_url": [address], **values}


def again(found: Dataset, *files: dict[str, Any], **values: Any) -> None:
    given = {"title": found.title, "description": found.description, "distribution": list(files), **values}
    publishing.publish([Draft("dataset", given, found.owner_id, id=found.pk)])


XML = f"{factories.EU}file-type/XML"
BUDGET, SUBSIDIES = (f"https://schema.data.gouv.fr/scdl/{name}/" for name in ("budget", "subventions"))


def zipped(title: str, *schemas: str) -> dict[str, Any]:
    """What says that it is an archive, and of what."""
    kind = "https://www.iana.org/assignments/media-types/application/zip"
    return {"media_type": kind, "title": {"fr": title}, "conforms_to": list(schemas)}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"download_url": ["https://a.example/x"], "format": f"{factories.EU}file-type/CSV"}, "https://a.example/x"),
        ({"download_url": ["https://a.example/x.ODS?v=2"]}, "https://a.example/x.ODS?v=2"),
        ({"download_url": ["https://a.example/x.csv.gz"]}, "https://a.example/x.csv.gz"),
        ({"download_url": ["https://a.example/x"], "media_type": "text/csv"}, "https://a.example/x"),
        ({"access_url": ["https://a.example/x.xlsx"]}, "https://a.example/x.xlsx"),
        ({"access_url": ["https://a.example/x"], "format": f"{factories.EU}file-type/CSV"}, ""),
        ({"download_url": ["https://a.example/x.pdf"]}, ""),
        ({"download_url": ["https://a.example/arbres_csv.zip"]}, "https://a.example/arbres_csv.zip"),
        ({"download_url": ["https://a.example/x"], **zipped("Communes (shapefile)")}, "https://a.example/x"),
        ({"download_url": ["https://a.example/x"], **zipped("Arbres", SUBSIDIES)}, "https://a.example/x"),
        ({"download_url": ["https://a.example/x.zip"], **zipped("Photographies")}, ""),
        ({"download_url": ["https://a.example/mcsv.zip"]}, ""),
        ({"download_url": ["https://a.example/photos.pdf"], "title": {"fr": "CSV"}}, ""),
        (
            {"download_url": ["https://a.example/x.xml"], "title": {"fr": "Budget primitif (TOTEM)"}},
            "https://a.example/x.xml",
        ),
        ({"download_url": ["https://a.example/x"], "format": XML, "conforms_to": [BUDGET]}, "https://a.example/x"),
        ({"download_url": ["https://a.example/x"], "format": XML, "conforms_to": [SUBSIDIES]}, ""),
        ({"download_url": ["https://a.example/x.xml"], "title": {"fr": "Flux"}}, ""),
        ({"download_url": ["ftp://a.example/x.csv"]}, ""),
        ({"download_url": ["https://[a.example/x.csv"]}, ""),
    ],
)
def test_which_files_may_be_tables(values: dict[str, Any], expected: str) -> None:
    assert address_of(Distribution(**values)) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/b/March%C3%A9s%202025.csv?x=1", "Marchés 2025.csv"),
        ("https://a.example/", "Titre"),
        ("https://a.example/a%2F..%2Fetc%00.csv", "etc .csv"),
        (f"https://a.example/{'x' * 900}.csv", "x" * 200),
    ],
)
def test_a_file_has_a_name_that_a_disk_can_take(address: str, expected: str) -> None:
    assert name_of(address, "Titre") == expected


def test_a_table_has_the_key_of_its_file_and_is_due() -> None:
    found = factories.dataset(distribution=[direct(), factories.file("page.html", format="")])
    follow()
    [table] = Table.objects.due()
    assert (table.pk, table.dataset, table.name) == (found.distributions.all()[0].pk, found, "arbres.csv")


def test_whatever_changes_in_the_record_it_is_looked_at_again() -> None:
    found = factories.dataset(distribution=[direct(title={"fr": "Arbres"})])
    follow()
    Table.objects.update(next_at=None, etag="abc")
    again(found, direct(title={"fr": "Arbres"}), keyword={"fr": ["arbre"]})
    follow()
    assert (Table.objects.due().get().etag) == "abc"
    again(found, {**direct("autres.csv", title={"fr": "Arbres"}), "uri": found.distributions.get().uri})
    follow()
    table = Table.objects.get(left_at=None)
    assert (table.etag, table.address) == ("", "https://fichiers.essai.example/autres.csv")


@pytest.mark.parametrize(("whose", "own", "theirs"), [("all", 1, 1), ("own", 1, 0), ("none", 0, 0)])
def test_an_instance_chooses_whose_files_it_reads(settings: Settings, whose: str, own: int, theirs: int) -> None:
    settings.BOUTURE_TABLES = whose
    mine = factories.dataset(distribution=[direct()])
    [outcome] = publishing.publish(
        [
            Draft(
                "dataset",
                {"title": {"fr": "Moissonné"}, "distribution": [direct("b.csv")]},
                mine.owner_id,
                harvested=True,
            )
        ]
    )
    follow()
    assert Table.objects.filter(dataset=mine).count() == own
    assert Table.objects.filter(dataset=outcome.id).count() == theirs


def test_what_no_record_gives_any_more_goes_after_a_while_and_returns_as_itself() -> None:
    found = factories.dataset(distribution=[direct()])
    follow()
    key = Table.objects.get().pk
    place = keeping.home_of(key) / "1"
    place.mkdir(parents=True)
    (place / keeping.ORIGINAL).write_bytes(b"a")
    again(found, factories.file("page.html", format=""))
    follow()
    left = Table.objects.get(pk=key).left_at
    assert left is not None
    assert not Table.objects.due().exists()
    assert forget(timezone.now()) == 0
    assert forget(timezone.now() + GRACE + timedelta(days=1)) == 1
    assert not keeping.home_of(key).exists()


def test_a_withdrawn_record_keeps_its_files_and_shows_none() -> None:
    found = factories.dataset(distribution=[direct()])
    follow()
    publishing.withdraw([found], "Essai")
    follow()
    table = Table.objects.get()
    assert (table.left_at, table.next_at) == (None, None)
    assert not Table.objects.visible_to(publishing.permissions.PUBLIC).exists()
    again(found, direct())
    follow()
    assert Table.objects.due().get().pk == table.pk
