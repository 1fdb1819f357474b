"""In English: what a portal must say of itself, errors, help. Numbers and dates are written as the reader's language does."""

from __future__ import annotations

import pytest
from django.test import Client

from catalogue import publishing
from catalogue.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def said(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path, headers=ENGLISH)
    assert answer.status_code == status
    page = answer.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def test_what_is_kept_of_whom_is_told_with_the_cookie_of_the_language(client: Client) -> None:
    page = said(client, "/confidentialite/")
    for words in ("<h1>Personal data</h1>", "<dt>django_language</dt>", "365 days at most", "Your rights"):
        assert words in page
    for words in ("jours", "Données", "Vos droits", "cookies de"):
        assert words not in page


def test_an_audit_is_dated_as_english_does(client: Client) -> None:
    Notice.objects.create(state="partiel", audited_on="2026-10-04", rate=72, audited_by="Cabinet Ouest")
    page = said(client, "/accessibilite/")
    assert "4 October 2026" in page
    assert "found that 72% of the criteria were met" in page
    assert "octobre" not in page
    assert "critères" not in page


@pytest.mark.parametrize("path", ["/nulle-part/", "/jeux-de-donnees/00000000-0000-4000-8000-000000000000/"])
def test_what_there_is_not(client: Client, path: str) -> None:
    page = said(client, path, 404)
    assert "This page does not exist" in page
    assert '<a href="/connexion/">sign in</a> if you have an account' in page


def test_nothing_is_read_yet(client: Client) -> None:
    """Zero is plural in English."""
    assert "0 documents" in said(client, "/documents-principaux/")


def test_what_was_withdrawn_is_dated_as_english_does(client: Client) -> None:
    dataset = factories.dataset("Bancs")
    publishing.withdraw([dataset], "Doublon.")
    page = said(client, dataset.get_absolute_url(), 410)
    assert "<span>Dataset</span>" in page
    assert "These data were withdrawn on <time" in page
    assert "Doublon." in page  # as it was written
    assert "Ces données" not in page
