"""Who runs the portal in English is told in English what is wrong, with the numbers and plurals of English; the trail stays French."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from catalogue import themes
from catalogue.models import AuditEntry, Concept, Vocabulary
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(factories.person(is_superuser=True))
    return client


def refused(admin: Client, path: str, **given: str) -> str:
    answer = admin.post(path, given)
    assert answer.status_code == 422
    return answer.content.decode()


def test_a_colour(admin: Client) -> None:
    page = refused(admin, "/identite/", geste="enregistrer", couleur="#eeeeee", avant="0")
    assert "1 field to correct; nothing is saved yet" in page
    assert "#eeeeee is hard to read on" in page
    assert "(light background): the contrast is 1." in page
    assert "4.5 is needed" in page
    assert "se lit mal" not in page


def test_synonyms(admin: Client, searched: Path) -> None:
    page = refused(admin, "/synonymes/", geste="comparer", regles="seul\nbenne", avant="")
    assert "2 lines to correct; nothing is saved" in page
    assert "At least two ways of saying are needed" in page


def test_notices(admin: Client) -> None:
    page = refused(
        admin, "/mentions/", geste="enregistrer", siren="12", state="total", audited_on="2026-10-04", rate="98"
    )
    assert "2 fields to correct; nothing is saved yet" in page
    assert "“fully compliant” is said of a rate of 100." in page
    assert "chiffres" not in page


def test_what_is_kept_of_a_theme_is_said_in_french(admin: Client) -> None:
    vocabulary, _ = Vocabulary.objects.get_or_create(code="data-theme", defaults={"uri": f"{factories.EU}data-theme"})
    labels = {"fr": "Environnement", "en": "Environment"}
    Concept.objects.get_or_create(
        vocabulary=vocabulary, code="ENVI", defaults={"uri": f"{factories.EU}data-theme/ENVI", "labels": labels}
    )
    given = {"geste": "enregistrer", "rang.ENVI": "3", "nom.ENVI": "", "avant": themes.mark({})}
    page = admin.post("/themes/", given, follow=True).content.decode()
    assert "The themes are saved" in page
    assert "Environment</h2>" in page
    entry = AuditEntry.objects.latest("number")
    assert json.loads(str(entry.after)) == {"ENVI": "rang 3, sous son nom européen, caché"}
