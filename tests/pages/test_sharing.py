"""`/partage/`: who may withhold what from other portals, and what the page says of it."""

from __future__ import annotations

import pytest
from django.test import Client

from catalogue.feeding.policy import Policy
from catalogue.models import Concept, Organisation, User, Vocabulary
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/partage/"


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


@pytest.fixture
def agent(town: Organisation, client: Client) -> User:
    user = factories.person("administrator", town)
    client.force_login(user)
    return user


@pytest.mark.parametrize("form", ["page", "address", "key"])
def test_a_record_is_withheld_and_shared_again(agent: User, town: Organisation, client: Client, form: str) -> None:
    row = factories.dataset("Fiche retenue", town)
    address = {"page": f"https://portail.example{row.get_absolute_url()}", "address": row.uri, "key": str(row.pk)}[form]
    assert client.post(PAGE, {"geste": "retenir-fiche", "adresse": f" {address} "}).status_code == 302
    assert Policy.now().records == {row.pk}
    page = client.get(PAGE).content.decode()
    assert "Fiche retenue" in page
    client.post(PAGE, {"geste": "partager-fiche", "adresse": str(row.pk)})
    assert Policy.now().records == frozenset()


def test_a_body_withholds_what_is_its_own(agent: User, town: Organisation, client: Client) -> None:
    other = factories.body("Ailleurs")
    assert other.name not in client.get(PAGE).content.decode()
    client.post(PAGE, {"geste": "retenir-organisme", "organisme": town.slug})
    assert Policy.now().bodies == {town.pk}
    assert "Retenu" in client.get(PAGE).content.decode()
    refused = client.post(PAGE, {"geste": "retenir-organisme", "organisme": other.slug})
    assert (refused.status_code, "n’est pas de la liste" in refused.content.decode()) == (422, True)
    client.post(PAGE, {"geste": "partager-organisme", "organisme": town.slug})
    assert Policy.now().bodies == frozenset()


def test_who_administers_a_body_touches_neither_themes_nor_records_of_others(agent: User, client: Client) -> None:
    elsewhere = factories.dataset("Jeu d’ailleurs", private=True)
    for gesture, values in (
        ("themes", {"theme": "x"}),
        ("retenir-fiche", {"adresse": str(elsewhere.pk)}),
        ("rien", {}),
    ):
        refused = client.post(PAGE, {"geste": gesture, **values})
        assert refused.status_code == 422
        assert "Jeu d’ailleurs" not in refused.content.decode()
    assert Policy.now() == Policy()


def test_what_was_typed_stays_when_it_is_refused(agent: User, client: Client) -> None:
    refused = client.post(PAGE, {"geste": "retenir-fiche", "adresse": "https://rien.example/<b>"}).content.decode()
    assert 'value="https://rien.example/&lt;b&gt;"' in refused
    assert "Aucune fiche que vous administrez" in refused


@pytest.mark.parametrize("typed", ["\0", "http://[::1", "é" * 5000, "../..", ""])
def test_whatever_is_typed_is_answered_in_words(agent: User, client: Client, typed: str) -> None:
    refused = client.post(PAGE, {"geste": "retenir-fiche", "adresse": typed})
    assert (refused.status_code, "Aucune fiche que vous administrez" in refused.content.decode()) == (422, True)


def test_who_runs_the_instance_withholds_themes(client: Client) -> None:
    vocabulary = Vocabulary.objects.create(code="data-theme", title="Thèmes")
    Concept.objects.create(
        vocabulary=vocabulary, code="ENVI", uri=f"{factories.EU}data-theme/ENVI", labels={"fr": "Environnement"}
    )
    client.force_login(factories.person(is_superuser=True))
    theme = f"{factories.EU}data-theme/ENVI"
    client.post(PAGE, {"geste": "themes", "theme": [theme, "https://autre.example/"]})
    assert Policy.now().themes == {theme}
    assert f'value="{theme}" checked' in client.get(PAGE).content.decode()
    client.post(PAGE, {"geste": "themes"})
    assert Policy.now() == Policy()


@pytest.mark.parametrize("role", ["", "reader", "contributor", "publisher"])
def test_who_administers_nothing_is_refused(town: Organisation, client: Client, role: str) -> None:
    client.force_login(factories.person(role, town))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"geste": "retenir-organisme", "organisme": town.slug}).status_code == 403
    assert Policy.now() == Policy()
