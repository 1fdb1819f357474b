"""Publishing for another body: publisher, producer and territory are three things; nothing of the other becomes visible."""

from __future__ import annotations

import pytest
from django.test import Client

from catalogue import mandates
from catalogue.errors import Refused
from catalogue.models import AuditEntry, Dataset, Mandate, Organisation, User
from tests import factories
from tests.pages.test_drafting import logged
from tests.pages.test_editing import errors, filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def union() -> Organisation:
    return factories.body("Communauté de communes d’essai")


@pytest.fixture
def town() -> Organisation:
    return factories.body("Commune d’essai")


@pytest.fixture
def agent(union: Organisation) -> User:
    return factories.person("publisher", union)


def publish(client: Client, union: Organisation, name: str) -> object:
    address = f"/organisations/{union.slug}/publier/"
    sent = filled(client.get(address))
    more = {"title.fr": ["Arbres"], "description.fr": ["Un par un."], "publisher.0.name.fr": [name]}
    more["creator.0.name.fr"] = ["Bureau d’études d’essai"]
    return client.post(address, sent | more)


def test_an_inter_municipality_publishes_for_a_commune(union: Organisation, town: Organisation, agent: User) -> None:
    client = logged(agent)
    refused = publish(client, union, town.name)
    assert "Vous ne publiez pas au nom de" in errors(refused)[0]  # type: ignore[arg-type]
    assert mandates.give(union, town, factories.person("administrator", town))
    assert not mandates.give(union, town, factories.person("administrator", town))
    publish(client, union, town.name)
    row = Dataset.objects.get()
    assert (row.owner, row.published_by) == (union, town)
    assert row.creator[0]["name"]["fr"] == "Bureau d’études d’essai"
    assert [entry.action for entry in AuditEntry.objects.filter(action="mandate.give")] == ["mandate.give"]


def test_a_mandate_opens_nothing_of_the_other(union: Organisation, town: Organisation, agent: User) -> None:
    secret = factories.dataset("Secret", town, private=True)
    public = factories.dataset("Public", town)
    mandates.give(union, town, factories.person("administrator", town))
    client = logged(agent)
    assert client.get(secret.get_absolute_url()).status_code == 404
    assert client.get(f"{public.get_absolute_url()}modifier/").status_code == 403


def test_taken_back_it_publishes_no_more(union: Organisation, town: Organisation, agent: User) -> None:
    who = factories.person("administrator", town)
    mandates.give(union, town, who)
    assert mandates.take_back(union, town, who)
    assert not mandates.take_back(union, town, who)
    assert errors(publish(logged(agent), union, town.name))  # type: ignore[arg-type]


def test_a_draft_written_under_a_mandate_needs_it_when_it_comes_out(
    union: Organisation, town: Organisation, agent: User
) -> None:
    who = factories.person("administrator", town)
    mandates.give(union, town, who)
    client = logged(agent)
    address = f"/organisations/{union.slug}/publier/"
    sent = filled(client.get(address)) | {
        "title.fr": ["Arbres"],
        "description.fr": ["Un par un."],
        "publisher.0.name.fr": [town.name],
        "geste": ["garder"],
    }
    client.post(address, sent)
    row = Dataset.objects.get()
    mandates.take_back(union, town, who)
    answer = client.post(f"{row.get_absolute_url()}brouillon/", {"geste": "publier"})
    assert answer.status_code == 422


def test_nobody_has_a_mandate_for_themselves(town: Organisation) -> None:
    with pytest.raises(Refused):
        mandates.give(town, town, factories.person())
    with pytest.raises(Refused):
        mandates.give(factories.body("Un nom", tenant=False), town, factories.person())


def test_who_administers_a_body_gives_and_takes_on_its_page(union: Organisation, town: Organisation) -> None:
    address = f"/organisations/{town.slug}/mandats/"
    client = logged(factories.person("administrator", town))
    assert client.post(address, {"geste": "donner", "par": union.slug}).status_code == 302
    assert Mandate.objects.get().by == union
    assert client.post(address, {"geste": "donner", "par": "personne"}).status_code == 422
    assert client.post(address, {"geste": "reprendre", "par": union.slug}).status_code == 302
    assert not Mandate.objects.exists()
    client.post(address, {"geste": "relecture", "relire": "oui"})
    town.refresh_from_db()
    assert town.reviewed
    for person in (factories.person("publisher", town), factories.person("administrator", union)):
        assert logged(person).get(address).status_code == 403


def test_the_form_offers_the_names_of_those_who_gave_a_mandate(
    union: Organisation, town: Organisation, agent: User
) -> None:
    client, address = logged(agent), f"/organisations/{union.slug}/publier/"
    assert "nom" not in filled(client.get(address))
    mandates.give(union, town, factories.person("administrator", town))
    sent = filled(client.get(address)) | {"title.fr": ["Arbres"], "description.fr": ["Un par un."]}
    assert sent["nom"] == [union.slug]
    refused = client.post(address, sent | {"nom": [town.slug], "title.fr": [""]})
    assert refused.status_code == 422
    assert filled(refused)["nom"] == [town.slug]
    client.post(address, sent | {"nom": [town.slug]})
    row = Dataset.objects.get()
    assert (row.owner, row.published_by) == (union, town)
    client.post(address, filled(client.get(address)) | {**sent, "fiche": [""], "nom": ["personne"]})
    assert Dataset.objects.exclude(pk=row.pk).get().published_by == union
