"""The list of the main documents: what the law asks of each, of public records of those who work here, and nothing else."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalogue.models import Dataset, Organisation
from portal.pages import main_documents
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import Samples, remember

pytestmark = pytest.mark.django_db
PAGE, FILE = "/documents-principaux/", "/documents-principaux.csv"


def titles(client: Client, address: str = PAGE) -> list[str]:
    return [one.text for one in BeautifulSoup(client.get(address).content, "html.parser").select("main h3")]


def lines(client: Client, asked: str = "") -> list[dict[str, str]]:
    answer = client.get(FILE + asked)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))  # type: ignore[attr-defined]


def test_each_document_says_what_the_law_asks(samples: Samples, client: Client) -> None:
    Dataset.objects.filter(pk=samples.rich.pk).update(version_notes={"fr": "Trois bornes ajoutées."})
    page = said(client.get(f"{PAGE}?organisme={samples.town.slug}&annee=2026"))
    found = BeautifulSoup(page, "html.parser").find("a", string=samples.rich.label)
    assert found is not None
    one = found.find_parent("li")
    assert one is not None
    text = " ".join(one.text.split())
    assert "Où déposer le verre" in text and "Ville de Port-Lanvern" in text
    assert "créé : mars 2019" in text
    assert "24 novembre 2026" in text and "Trois bornes ajoutées" in text and "Licence Ouverte" in text


def test_only_public_records_of_who_works_here_are_there(samples: Samples, client: Client) -> None:
    elsewhere = Organisation.objects.create(slug="ailleurs", name="Ailleurs", folded="ailleurs")
    Dataset.objects.filter(pk=samples.many_files.pk).update(published_by=elsewhere)
    Dataset.objects.filter(pk=samples.odd_licence.pk).update(replicated=True)
    client.force_login(samples.member)  # who may read the private one: it is no matter of who asks
    there = {line["titre"] for line in lines(client)}
    assert samples.rich.label in there
    out = (samples.private, samples.withdrawn, samples.many_files, samples.odd_licence)
    assert there.isdisjoint(one.label for one in out)
    every = [title for number in (1, 2, 3) for title in titles(client, f"{PAGE}?page={number}")]
    assert set(every) >= there and set(every).isdisjoint(one.label for one in out)


def test_it_is_read_page_after_page_and_whole_in_its_file(samples: Samples, client: Client) -> None:
    first, second = titles(client), titles(client, f"{PAGE}?page=2")
    assert len(first) == 20 and second and len(first) + len(second) == len(lines(client))
    assert titles(client, f"{PAGE}?page=999") == titles(client, f"{PAGE}?page=zz") == first
    assert titles(client, f"{PAGE}?page=2&organisme={samples.town.slug}") != second


def test_filters_narrow_the_page_and_its_file(samples: Samples, client: Client) -> None:
    asked = f"?organisme={samples.neighbour.slug}&annee=2003"
    assert (
        titles(client, PAGE + asked) == [one["titre"] for one in lines(client, asked)] == ["Arbres d’alignement, 2003"]
    )
    page = BeautifulSoup(client.get(PAGE + asked).content, "html.parser")
    assert page.select_one(f'main a[href="{FILE}{asked}"]') is not None


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("annee=0000", "quatre chiffres"),
        ("annee=9999", "quatre chiffres"),
        ("annee=20", "quatre chiffres"),
        ("annee=%D9%A2%D9%A0%D9%A2%D9%A6", "quatre chiffres"),
        ("annee=20%0026", "quatre chiffres"),
        ("annee=' OR 1=1", "quatre chiffres"),
        ("organisme=inconnue", "pas de celles"),
        ("organisme=%00", "pas de celles"),
    ],
)
def test_a_filter_that_means_nothing_is_told_and_left_out(
    samples: Samples, client: Client, asked: str, words: str
) -> None:
    answer = client.get(f"{PAGE}?{asked}")
    assert answer.status_code == 200 and words in said(answer)
    assert titles(client, f"{PAGE}?{asked}") == titles(client)
    assert len(lines(client, f"?{asked}")) == len(lines(client))


def test_years_at_the_edges_are_no_fault(samples: Samples, client: Client) -> None:
    for year in ("1000", "1789", "2999"):
        assert titles(client, f"{PAGE}?annee={year}") == []
        assert "Aucun document ne répond" in said(client.get(f"{PAGE}?annee={year}"))


def test_hostile_texts_stay_texts(samples: Samples, client: Client) -> None:
    factories.dataset("=HYPERLINK(1)", samples.town)
    assert "'=HYPERLINK(1)" in {line["titre"] for line in lines(client)}
    for number in (1, 2):
        assert "<script>alert" not in client.get(f"{PAGE}?page={number}").content.decode()


def test_what_bears_no_licence_has_the_conditions_of_the_law(home: Path, client: Client) -> None:
    factories.dataset("Arbres", factories.body("Ville"), license="", distribution=[])
    assert lines(client)[0]["conditions_reutilisation"] == main_documents.LAW
    assert main_documents.LAW in said(client.get(PAGE))


def test_a_portal_without_records_says_so(client: Client) -> None:
    assert "Aucun document n’est encore publié" in said(client.get(PAGE))
    assert lines(client) == []
    assert client.head(FILE).status_code == 200


def test_thirty_lines_ask_no_more_than_three(
    samples: Samples, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(PAGE)
    remember()
    with django_assert_max_num_queries(4):
        client.get(PAGE)
