"""Adding a source from a page: what is typed, the rehearsal, the decision. Nothing is fetched in a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue import publishing
from catalogue.models import Dataset, Organisation
from catalogue.publishing import Draft
from harvesters import schedule
from harvesters.models import HarvestRun, HarvestSource
from harvesters.registry import client_for
from harvesters.sources import KINDS
from portal.pages.gestures import GESTURES
from tests import factories
from tests.harvesting.servers import Server, reply
from tests.harvesting.test_engine import catalogue
from tests.pages.conftest import filled, said
from tests.pages.test_harvests import make, ran, taken

As = Callable[[Any], Client]
NEW = "/moissons/nouvelle/"
ADDRESS = "https://donnees.essai.example/catalogue.ttl"


@pytest.fixture
def town(db: None) -> Organisation:
    return factories.body("Ville d’essai")


def add(client: Client, **typed: Any) -> Any:
    page = client.get(NEW).content.decode()
    given = {"ajouter__address": ADDRESS, **typed}
    return client.post(NEW, filled(page, "ajouter", **given), follow=True)


def test_a_source_is_kept_on_trial(
    town: Organisation, as_: As, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(factories.person("publisher", town))
    page = said(client.get("/moissons/"))
    assert "Suivre une nouvelle source" in page and "Aucune source n’est encore suivie" in page
    with django_assert_max_num_queries(6):
        form = said(client.get(NEW))
    assert "aria-invalid" not in form
    for kind in KINDS.values():
        assert f"{kind.label} : {kind.address_help}" in form
    answer = add(client, ajouter__title="La ville", ajouter__contact="agent@ville.example")
    assert "une répétition est demandée" in said(answer).lower() and "À l’essai" in said(answer)
    source = HarvestSource.objects.get()
    assert (source.key, source.owner, source.title, source.contact) == (
        ADDRESS,
        town,
        "La ville",
        "agent@ville.example",
    )
    assert (source.schedule, source.kind, source.trial, source.rehearsal) == ("0 3 * * *", "", True, True)
    assert source.next_at is not None and not source.runs.exists() and source.trusted == []


def test_the_whole_way(town: Organisation, as_: As, settings: Settings) -> None:
    client = as_(factories.person("publisher", town))
    with Server({"/catalogue.ttl": reply(catalogue(range(4)))}) as server:
        settings.BOUTURE_PRIVATE_HOSTS = sorted(server.trusted)
        answer = add(client, ajouter__address=server.url("/catalogue.ttl"), ajouter__rhythm="main")
        address = answer.redirect_chain[-1][0]
        early = client.post(address, {"geste": "lancer"})
        assert early.status_code == 400 and "Voyez d’abord ce qui viendrait" in said(early)
        schedule.run_due(client_for)
        page = said(client.get(address))
        assert "4 fiches lues : 4 nouvelles" in page and "Lancer pour de bon" in page
        assert not Dataset.objects.exists()
        link = BeautifulSoup(page, "html.parser").find("a", string="Voir ce qui viendrait")
        assert "4 à créer" in said(client.get(link["href"]))  # type: ignore[index]
        client.post(address, {"geste": "lancer"})
        schedule.run_due(client_for)
    assert Dataset.objects.published().count() == 4
    page = said(client.get(address))
    assert "À l’essai" not in page and "Moissonner maintenant" in page


def test_a_rehearsal_that_fails_says_why_and_can_be_asked_again(town: Organisation, as_: As) -> None:
    client = as_(factories.person("publisher", town))
    source = make(town, trial=True, next_at=None, schedule="")
    ran(source, HarvestRun.Status.FAILED, dry=True, messages=["Le serveur ne répond pas."])
    page = said(client.get(f"/moissons/{source.pk}/"))
    assert "n’a pas abouti" in page and "Le serveur ne répond pas." in page and "Lancer pour de bon" not in page
    assert client.post(f"/moissons/{source.pk}/", {"geste": "repeter"}).status_code == 302
    source.refresh_from_db()
    assert source.rehearsal and source.trial and source.next_at is not None


def test_a_trial_that_was_paused_says_that_nothing_was_asked(town: Organisation, as_: As) -> None:
    client = as_(factories.person("publisher", town))
    address = add(client).redirect_chain[-1][0]
    client.post(address, {"geste": "pause"})
    page = said(client.post(address, {"geste": "reprendre"}, follow=True))
    assert "Aucune répétition n’est demandée" in page and "Personne n’est prévenu" in page
    assert schedule.run_due(client_for) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("address", "", "Écrivez l’adresse"),
        ("address", "x" * 10_000, "trop long"),
        ("address", "https://exemple.fr/" + "x" * 10_000, "trop long"),
        ("address", "https://exemple.fr/\0x", "texte"),
        ("address", "javascript:alert(1)", "commence par http"),
        ("address", "file:///etc/passwd", "commence par http"),
        ("address", "/etc/passwd", "depuis le serveur"),
        ("address", "http://127.0.0.1/", "réseau privé"),
        ("address", "http://2130706433/", "réseau privé"),
        ("sorte", "ftp", "n’est pas un choix"),
        ("rhythm", "autre", "Écrivez l’autre rythme"),
        ("cron", "bientôt", "n’est pas un rythme"),
        ("contact", "x@y.example\nBcc: z@z.example", "électronique"),
        ("title", "a\0b", "texte"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(
    town: Organisation, as_: As, name: str, value: str, told: str
) -> None:
    answer = add(as_(factories.person("publisher", town)), **{f"ajouter__{name}": value})
    assert answer.status_code == 400 and told in said(answer)
    assert not HarvestSource.objects.exists()
    control = BeautifulSoup(answer.content, "html.parser").find(id=f"c-ajouter.{name}")
    if control and control.name == "input" and "\0" not in value and "\n" not in value:
        assert control["value"] == value


def test_a_password_is_shown_on_no_page(town: Organisation, as_: As) -> None:
    answer = add(as_(factories.person("publisher", town)), ajouter__address="https://moi:secret@exemple.fr/x?y=z")
    assert answer.status_code == 400 and "compte" in said(answer)
    assert "secret" not in said(answer) and "https://exemple.fr/x?y=z" in said(answer)


def test_an_address_that_is_followed_is_shown_to_who_may_see_it_alone(town: Organisation, as_: As) -> None:
    other = factories.body("Ailleurs")
    source = make(other, "catalogue.ttl", title="La capitainerie")
    HarvestSource.objects.filter(pk=source.pk).update(key=ADDRESS)
    answer = add(as_(factories.person("publisher", town)), ajouter__address=ADDRESS + "/")
    page = said(answer)
    assert answer.status_code == 400 and "déjà suivie" in page and "demandez-lui" in page
    assert "La capitainerie" not in page and "Ailleurs" not in page and f"/moissons/{source.pk}/" not in page
    both = factories.person("publisher", town)
    factories.permissions.assign_role(both, other, "publisher")
    answer = add(as_(both))
    assert "Voir la source « La capitainerie »" in said(answer) and f"/moissons/{source.pk}/" in said(answer)


def test_a_body_where_one_does_not_publish_is_no_choice(town: Organisation, as_: As) -> None:
    second, other = factories.body("Seconde"), factories.body("Ailleurs")
    person = factories.person("publisher", town)
    factories.permissions.assign_role(person, second, "publisher")
    factories.permissions.assign_role(person, other, "contributor")
    client = as_(person)
    assert "Seconde" in said(client.get(NEW)) and "Ailleurs" not in said(client.get(NEW))
    refused = add(client, ajouter__organisation=str(other.pk))
    assert refused.status_code == 400 and "n’est pas un choix" in said(refused)
    add(client, ajouter__organisation=str(second.pk))
    assert HarvestSource.objects.get().owner == second


@pytest.mark.parametrize("role", ["reader", "contributor", ""])
def test_who_publishes_nowhere_adds_nothing(town: Organisation, as_: As, role: str) -> None:
    client = as_(factories.person(role, town))
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, {"geste": "ajouter", "ajouter.address": ADDRESS}).status_code == 403
    assert not HarvestSource.objects.exists()
    assert "Suivre une nouvelle source" not in said(client.get("/moissons/"))


def test_an_instance_that_is_new_has_a_body_for_its_administrator(db: None, as_: As) -> None:
    client = as_(factories.person(is_superuser=True))
    assert "Suivre une nouvelle source" in said(client.get("/moissons/"))
    add(client)
    assert HarvestSource.objects.get().owner == Organisation.objects.get(tenant=True)


def test_who_publishes_elsewhere_sees_and_does_nothing(town: Organisation, as_: As) -> None:
    source = make(town, trial=True)
    ran(source, dry=True)
    client = as_(factories.person("publisher", factories.body("Ailleurs")))
    assert client.get(f"/moissons/{source.pk}/").status_code == 404
    assert client.get(f"/moissons/{source.pk}/repetitions/{source.runs.get().pk}/").status_code == 404
    before = HarvestSource.objects.filter(pk=source.pk).values().get()
    for gesture in GESTURES:
        assert client.post(f"/moissons/{source.pk}/", {"geste": gesture}).status_code == 404
    assert HarvestSource.objects.filter(pk=source.pk).values().get() == before


def test_a_stranger_is_asked_to_log_in(db: None, client: Client) -> None:
    assert client.get(NEW)["Location"].startswith("/connexion/")


def test_a_form_needs_its_page(town: Organisation) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.person("publisher", town))
    assert client.post(NEW, {"geste": "ajouter", "ajouter.address": ADDRESS}).status_code == 403


def test_a_form_sent_twice_makes_one_source(town: Organisation, as_: As) -> None:
    client = as_(factories.person("publisher", town))
    given = filled(client.get(NEW).content.decode(), "ajouter", ajouter__address=ADDRESS)
    assert client.post(NEW, given).status_code == 302
    again = client.post(NEW, given)
    assert again.status_code == 400 and "Voir la source" in said(again)
    assert HarvestSource.objects.count() == 1


def test_a_source_is_left_and_followed_again(town: Organisation, as_: As) -> None:
    source, person = make(town), factories.person("publisher", town)
    taken(source, factories.dataset("Arbres", town))
    client, address = as_(person), f"/moissons/{source.pk}/"
    page = client.get(address).content.decode()
    refused = client.post(address, filled(page, "quitter"))
    assert refused.status_code == 400 and "2 champs à corriger" in said(refused)
    assert "Choisissez ce que deviennent ses fiches." in said(refused) and '<details class="fold" open>' in said(
        refused
    )
    refused = client.post(address, filled(page, "quitter", quitter__fiches="brûler", quitter__sur="oui"))
    assert refused.status_code == 400 and HarvestSource.objects.get().left_at is None
    page = said(
        client.post(address, filled(page, "quitter", quitter__fiches="garder", quitter__sur="oui"), follow=True)
    )
    assert "restent en ligne, telles quelles" in page and "N’est plus suivie" in page
    source.refresh_from_db()
    assert (source.left_by, source.leaving) == (person, False) and Dataset.objects.published().count() == 1
    for gesture in ("lancer", "reprendre", "quitter", "regler"):
        assert client.post(address, {"geste": gesture}).status_code == 400
    page = said(client.get(address))
    assert "Fiches restées en ligne, telles quelles : 1" in page and "Moissonner maintenant" not in page
    assert "N’est plus suivie" in said(client.get("/moissons/"))
    page = said(client.post(address, {"geste": "suivre"}, follow=True))
    assert "suivie de nouveau" in page and "Moissonner maintenant" in page
    assert client.post(address, {"geste": "suivre"}).status_code == 400


def test_the_records_of_a_source_that_is_left_are_withdrawn_by_the_worker(town: Organisation, as_: As) -> None:
    source = make(town)
    taken(source, harvested(town))
    client, address = as_(factories.person("publisher", town)), f"/moissons/{source.pk}/"
    given = filled(client.get(address).content.decode(), "quitter", quitter__fiches="retirer", quitter__sur="oui")
    assert "dans la minute" in said(client.post(address, given, follow=True))
    assert Dataset.objects.published().count() == 1
    schedule.run_due(client_for)
    page = said(client.get(address))
    assert not Dataset.objects.published().exists()
    assert "Aucune de ses fiches n’est en ligne" in page and "1 retirée" in page


def harvested(town: Organisation) -> Dataset:
    values = {"title": {"fr": "Marées"}, "description": {"fr": "Heures."}}
    [outcome] = publishing.publish([Draft("dataset", values, town.pk, harvested=True)])
    return Dataset.objects.get(pk=outcome.id)


def test_a_source_on_trial_is_deleted(town: Organisation, as_: As) -> None:
    source = make(town, trial=True, next_at=None)
    client = as_(factories.person("publisher", town))
    answer = client.post(f"/moissons/{source.pk}/", {"geste": "quitter"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/moissons/" and "est effacée" in said(answer)
    assert not HarvestSource.objects.exists()


@pytest.mark.parametrize("role", ["reader", "contributor", ""])
def test_who_may_not_publish_leaves_nothing(town: Organisation, as_: As, role: str) -> None:
    source = make(town)
    client = as_(factories.person(role, town))
    given = {"geste": "quitter", "quitter.fiches": "retirer", "quitter.sur": "oui"}
    assert client.post(f"/moissons/{source.pk}/", given).status_code == 404
    assert HarvestSource.objects.get().left_at is None
