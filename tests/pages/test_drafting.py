"""Drafts on pages: who writes, who reads again, who publishes; changes that are proposed; what is withdrawn and comes back."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from catalogue import publishing
from catalogue.models import Change, Dataset, Organisation, Proposal, Record, Submission, User
from catalogue.publishing import Draft, drafts
from tests import factories
from tests.pages.conftest import said
from tests.pages.test_editing import errors, filled

pytestmark = pytest.mark.django_db
Status, States = Record.Status, Submission.State


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


@pytest.fixture
def writer(town: Organisation) -> User:
    return factories.person("contributor", town, first_name="Ada", last_name="Écrivant")


@pytest.fixture
def agent(town: Organisation) -> User:
    return factories.person("publisher", town, first_name="Bob", last_name="Publiant")


def logged(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def draft(town: Organisation, writer: User, **values: Any) -> Dataset:
    given = {"title": {"fr": "Arbres"}, "description": {"fr": "Un par un."}, "distribution": [factories.file()]}
    made = Draft("dataset", {**given, **values}, town.pk, id=uuid.uuid4(), version=0)
    return Dataset.objects.get(pk=drafts.keep_draft(made, writer).id)


def act(client: Client, row: Dataset, gesture: str, **more: str) -> HttpResponse:
    return client.post(f"{row.get_absolute_url()}brouillon/", {"geste": gesture, **more})


def write(client: Client, address: str, gesture: str = "", **more: str) -> HttpResponse:
    sent = filled(client.get(address)) | {name: [text] for name, text in more.items()}
    return client.post(address, sent | ({"geste": [gesture]} if gesture else {}))


def test_a_contributor_writes_and_who_publishes_publishes(town: Organisation, writer: User, agent: User) -> None:
    ada, bob = logged(writer), logged(agent)
    answer = write(ada, f"/organisations/{town.slug}/publier/", **{"title.fr": "Arbres"})
    row = Dataset.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())
    assert (row.status, row.label) == (Status.DRAFT, "Arbres")
    preview = said(ada.get(row.get_absolute_url()))
    assert "Il manque encore la description" in preview
    assert act(ada, row, "soumettre").status_code == 422
    assert write(ada, f"{row.get_absolute_url()}modifier/", **{"description.fr": "Un par un."}).status_code == 302
    assert act(ada, row, "publier").status_code == 422
    assert act(ada, row, "soumettre").status_code == 302
    assert "Arbres" in said(bob.get("/brouillons/"))
    row.refresh_from_db()
    assert act(bob, row, "publier", version=str(row.version - 1)).status_code == 422
    assert act(bob, row, "publier", version=str(row.version))["Location"] == row.get_absolute_url()
    assert Client().get(row.get_absolute_url()).status_code == 200
    assert Change.objects.get().actor == agent


def test_who_publishes_may_keep_a_draft_first(town: Organisation, agent: User) -> None:
    bob = logged(agent)
    address = f"/organisations/{town.slug}/publier/"
    write(bob, address, "garder")
    row = Dataset.objects.get()
    assert row.status == Status.DRAFT
    page = f"{row.get_absolute_url()}modifier/"
    refused = write(bob, page, "publier", **{"title.fr": "Arbres"})
    assert (refused.status_code, len(errors(refused))) == (422, 1)
    answer = write(bob, page, "publier", **{"title.fr": "Arbres", "description.fr": "Un par un."})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.status, row.label) == (Status.PUBLISHED, "Arbres")


def test_where_a_second_person_is_asked_for(town: Organisation, agent: User) -> None:
    town.reviewed = True
    town.save()
    bob, eve = logged(agent), logged(factories.person("publisher", town))
    fields = {"title.fr": "Arbres", "description.fr": "Un par un."}
    write(bob, f"/organisations/{town.slug}/publier/", "publier", **fields)
    row = Dataset.objects.get()
    assert row.status == Status.DRAFT
    assert "Soumettre à relecture" in said(bob.get(row.get_absolute_url()))
    assert "deuxième personne" in said(act(bob, row, "publier"))
    assert act(bob, row, "soumettre").status_code == 302
    assert act(eve, row, "refuser").status_code == 422
    assert act(eve, row, "refuser", motif="Le titre est trop court.").status_code == 302
    assert "Le titre est trop court." in said(bob.get(row.get_absolute_url()))
    act(bob, row, "soumettre")
    assert act(eve, row, "publier").status_code == 302
    row.refresh_from_db()
    assert row.status == Status.PUBLISHED


@pytest.mark.parametrize(
    ("day", "hour", "status"),
    [
        ("2020-01-01", "09:00", 422),
        ("demain", "09:00", 422),
        ("9999-99-99", "", 422),
        ("", "", 422),
        ("+1", "09:30", 302),
    ],
)
def test_an_hour_is_set_in_paris_time(
    town: Organisation, writer: User, agent: User, day: str, hour: str, status: int
) -> None:
    row, bob = draft(town, writer), logged(agent)
    wanted = timezone.localdate() + timedelta(days=1)
    answer = act(bob, row, "programmer", jour=wanted.isoformat() if day == "+1" else day, heure=hour)
    assert answer.status_code == status
    if status == 302:
        moment = Submission.objects.get().scheduled_for
        assert moment is not None
        there = timezone.localtime(moment)
        assert (there.date(), there.hour, there.minute) == (wanted, 9, 30)
        assert "programmée" in said(bob.get(f"{row.get_absolute_url()}brouillon/"))
        assert act(bob, row, "arreter").status_code == 302
        assert Submission.objects.get().state == States.WRITING


def test_a_draft_is_abandoned_by_who_wrote_it_once_they_are_sure(town: Organisation, writer: User) -> None:
    row, ada, other = draft(town, writer), logged(writer), logged(factories.person("contributor", town))
    assert act(other, row, "abandonner", sur="oui").status_code == 422
    assert act(ada, row, "abandonner").status_code == 422
    assert act(ada, row, "abandonner", sur="oui")["Location"] == "/brouillons/"
    assert not Dataset.objects.exists()


def test_two_people_write_one_draft(town: Organisation, writer: User, agent: User) -> None:
    row, ada, bob = draft(town, writer), logged(writer), logged(agent)
    page = f"{row.get_absolute_url()}modifier/"
    sent = filled(ada.get(page)) | {"title.fr": ["Les arbres"]}
    write(bob, page, **{"title.fr": "Arbres de rue"})
    answer = ada.post(page, sent)
    assert answer.status_code == 409
    assert "Arbres de rue" in said(answer)
    assert "Les arbres" in answer.content.decode()


def test_the_list_is_of_those_where_one_writes(town: Organisation, writer: User, agent: User) -> None:
    draft(town, writer, title={"fr": "Le nôtre"})
    elsewhere = factories.body()
    draft(elsewhere, writer, title={"fr": "Le leur"})
    for person in (writer, agent):
        text = said(logged(person).get("/brouillons/"))
        assert "Le nôtre" in text
        assert "Le leur" not in text
    assert "Le nôtre" not in said(logged(factories.person("reader", town)).get("/brouillons/"))


class TestProposals:
    @pytest.fixture
    def row(self, town: Organisation) -> Dataset:
        return factories.dataset("Arbres", town, license=factories.OPEN_LICENCE)

    def propose(self, client: Client, row: Dataset, **fields: str) -> Proposal:
        answer = write(client, f"{row.get_absolute_url()}modifier/", **fields)
        made = Proposal.objects.get()
        assert answer["Location"] == f"/propositions/{made.pk}/"
        return made

    def answer(self, client: Client, made: Proposal, gesture: str, **more: Any) -> HttpResponse:
        sent = filled(client.get(f"/propositions/{made.pk}/"))
        return client.post(f"/propositions/{made.pk}/", sent | {"geste": [gesture]} | more)

    def test_nothing_changes_until_it_is_accepted(self, row: Dataset, writer: User, agent: User) -> None:
        ada, bob = logged(writer), logged(agent)
        made = self.propose(ada, row, **{"title.fr": "Arbres de la ville"})
        row.refresh_from_db()
        assert (row.label, made.fields) == ("Arbres", ["title"])
        assert "Arbres" in said(bob.get("/brouillons/"))
        assert "<ins>" in bob.get(f"/propositions/{made.pk}/").content.decode()
        assert self.answer(bob, made, "accepter").status_code == 302
        row.refresh_from_db()
        made.refresh_from_db()
        assert (row.label, made.state, made.decided_by) == ("Arbres de la ville", Proposal.State.ACCEPTED, agent)

    def test_it_is_accepted_by_field(self, row: Dataset, writer: User, agent: User) -> None:
        made = self.propose(logged(writer), row, **{"title.fr": "Autre titre", "description.fr": "Autre texte."})
        self.answer(logged(agent), made, "accepter", champ=["description"])
        row.refresh_from_db()
        made.refresh_from_db()
        assert (row.label, row.summary) == ("Arbres", "Autre texte.")
        assert made.reason == "Repris : la description. Pas repris : le titre."

    def test_what_somebody_else_changed_meanwhile_is_told_and_not_undone(
        self, row: Dataset, writer: User, agent: User
    ) -> None:
        bob = logged(agent)
        made = self.propose(logged(writer), row, **{"title.fr": "Autre titre", "description.fr": "Autre texte."})
        write(bob, f"{row.get_absolute_url()}modifier/", **{"title.fr": "Les arbres"})
        assert "Changé entre-temps" in said(bob.get(f"/propositions/{made.pk}/"))
        self.answer(bob, made, "accepter")
        row.refresh_from_db()
        assert (row.label, row.summary) == ("Les arbres", "Autre texte.")

    def test_a_record_that_moves_between_reading_and_answering(self, row: Dataset, writer: User, agent: User) -> None:
        bob = logged(agent)
        made = self.propose(logged(writer), row, **{"title.fr": "Autre titre"})
        sent = filled(bob.get(f"/propositions/{made.pk}/"))
        write(bob, f"{row.get_absolute_url()}modifier/", **{"title.fr": "Les arbres"})
        assert bob.post(f"/propositions/{made.pk}/", sent | {"geste": ["accepter"]}).status_code == 422
        row.refresh_from_db()
        assert row.label == "Les arbres"

    def test_refused_with_a_reason_once(self, row: Dataset, writer: User, agent: User) -> None:
        bob = logged(agent)
        made = self.propose(logged(writer), row, **{"title.fr": "Autre titre"})
        assert self.answer(bob, made, "refuser").status_code == 422
        assert self.answer(bob, made, "refuser", motif=["Non."]).status_code == 302
        assert self.answer(bob, made, "accepter", champ=["title"]).status_code == 422
        assert "Non." in said(logged(writer).get(f"/propositions/{made.pk}/"))

    def test_one_goes_on_with_ones_own_and_takes_it_back(self, row: Dataset, writer: User) -> None:
        ada = logged(writer)
        self.propose(ada, row, **{"title.fr": "Autre titre"})
        made = self.propose(ada, row, **{"description.fr": "Autre texte."})
        assert sorted(made.fields) == ["description", "title"]
        assert self.answer(ada, made, "accepter", champ=["title"]).status_code == 422
        assert self.answer(ada, made, "retirer").status_code == 302
        assert not Proposal.objects.exists()

    def test_where_a_second_person_is_asked_for_who_publishes_proposes_too(
        self, town: Organisation, row: Dataset, agent: User
    ) -> None:
        town.reviewed = True
        town.save()
        bob, eve = logged(agent), logged(factories.person("publisher", town))
        made = self.propose(bob, row, **{"title.fr": "Autre titre"})
        assert self.answer(bob, made, "accepter", champ=["title"]).status_code == 422
        assert self.answer(eve, made, "accepter").status_code == 302
        row.refresh_from_db()
        assert row.label == "Autre titre"

    def test_nobody_else_knows_of_it(self, town: Organisation, row: Dataset, writer: User) -> None:
        made = self.propose(logged(writer), row, **{"title.fr": "Autre titre"})
        others = (factories.person("contributor", town), factories.person("reader", town), factories.person())
        for client in (Client(), *map(logged, others)):
            assert client.get(f"/propositions/{made.pk}/").status_code == 404


def test_a_dataset_is_withdrawn_with_a_reason_and_put_back(town: Organisation, agent: User) -> None:
    row, bob = factories.dataset("Arbres", town), logged(agent)
    address = f"{row.get_absolute_url()}retrait/"
    assert bob.post(address, {"motif": " "}).status_code == 422
    assert bob.post(address, {"motif": "Des noms y étaient."}).status_code == 302
    gone = Client().get(row.get_absolute_url())
    assert gone.status_code == 410
    assert "Des noms y étaient." in said(gone)
    assert "retrait" not in gone.content.decode()
    assert address in bob.get(row.get_absolute_url()).content.decode()
    assert bob.post(address).status_code == 302
    assert Client().get(row.get_absolute_url()).status_code == 200


def test_a_contributor_neither_withdraws_nor_puts_back(town: Organisation, writer: User) -> None:
    row, ada = factories.dataset("Arbres", town), logged(writer)
    address = f"{row.get_absolute_url()}retrait/"
    assert ada.post(address, {"motif": "Pour voir."}).status_code == 403
    publishing.withdraw([row], "Une erreur.")
    assert ada.post(address).status_code == 403
    row.refresh_from_db()
    assert row.status == Status.WITHDRAWN
