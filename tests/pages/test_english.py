"""The same pages in English: their words, numbers and dates, and texts of records in the reader's language where they have one."""

from __future__ import annotations

from typing import Final

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.translation import override

from catalogue.models import Concept, Dataset, in_reading
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import Samples

ENGLISH: Final = {"accept-language": "en-GB,en;q=0.9"}
FRENCH_ALONE: Final = (
    "Aller au contenu",
    "Jeux de données",
    "Qui publie",
    "Mis à jour",
    "mis à jour",
    "Puis-je",
    "résultat ",
    "jeux de",
)


def page_of(client: Client, path: str) -> str:
    page = said(client.get(path, headers=ENGLISH))
    assert '<html lang="en">' in page
    assert [words for words in FRENCH_ALONE if words in page.partition("<main")[2]] == []
    return page


def test_the_front_page(samples: Samples, client: Client) -> None:
    page = page_of(client, "/")
    for words in (
        "Skip to content",
        "What is here",
        "What is new",
        "datasets published by",
        "Who publishes",
        "All themes",
    ):
        assert words in page


def test_the_page_of_a_dataset(samples: Samples, client: Client) -> None:
    found = samples.rich
    Dataset.objects.filter(pk=found.pk).update(modified="2026-11-01", title={**found.title, "en": "Drop-off points"})
    Concept.objects.filter(uri__endswith="/frequency/MONTHLY").update(labels={"fr": "mensuel", "en": "monthly"})
    page = page_of(client, found.get_absolute_url())
    for words in (
        "<bdi>Drop-off points</bdi>",
        "1 November 2026",
        "monthly",
        "May I use it?",
        "Who to ask",
        "Quality of the record",
    ):
        assert words in page
    for words in ("novembre", "mensuel", "1er"):
        assert words not in page


def test_results(samples: Samples, client: Client) -> None:
    page = page_of(client, "/jeux-de-donnees/?sujet=http://publications.europa.eu/resource/authority/data-theme/ENVI")
    for words in ("Sort by", "Remove all", ": remove this filter", "Relevance", "Who publishes"):
        assert words in page


def test_what_cannot_be_followed_is_told(samples: Samples, client: Client) -> None:
    page = page_of(client, "/jeux-de-donnees/?depuis=hier&tri=couleur")
    assert "“hier” is not a date: write 2024, 2024-05 or 2024-05-31. This date does not count." in page
    assert "There is no such order: the results are sorted by relevance." in page


def test_points_are_written_as_english_does(samples: Samples, client: Client) -> None:
    page = page_of(client, "/qualite/")
    for words in (
        "excellent from 5, good from 2.5, sufficient from 0",
        "goes from 0 to 7.5",
        "add at least one keyword",
        "Be found",
    ):
        assert words in page


def test_a_page_that_is_kept_is_kept_by_language(samples: Samples, client: Client) -> None:
    cache.clear()
    for _ in range(2):
        assert "What is new" in said(client.get("/", headers=ENGLISH))
        assert "Ce qui est nouveau" in said(client.get("/", headers={"accept-language": "fr"}))


@pytest.mark.parametrize(
    ("texts", "read"),
    [({"fr": "a", "en": "b"}, "b"), ({"fr": "a"}, "a"), ({"fr": "a", "en": ""}, "a"), ({"br": "c"}, "c"), ({}, "")],
)
def test_a_text_is_read_in_the_reader_s_language_else_in_french(texts: dict[str, str], read: str) -> None:

    with override("en"):
        assert in_reading(texts) == read


def test_what_a_record_says_in_another_language_is_said_to_be(db: None, client: Client) -> None:
    """WCAG 2.2, 3.1.2: a voice that reads the page aloud changes with the words."""
    row = factories.dataset("Bornes de recharge", description={"fr": "Où recharger.", "en": "Where to charge."})
    address = f"/jeux-de-donnees/{row.pk}/"
    page = page_of(client, address)
    assert '<bdi lang="fr">Bornes de recharge</bdi>' in page
    assert "<bdi>Where to charge.</bdi>" in page
    french = said(client.get(address))
    assert "<bdi>Bornes de recharge</bdi>" in french
    assert "<bdi>Où recharger.</bdi>" in french
    factories.bring_index_up_to_date()
    assert '<bdi lang="fr">Bornes de recharge</bdi>' in page_of(client, "/jeux-de-donnees/?q=bornes")
