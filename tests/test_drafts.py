"""Drafts: nobody but their writers knows of them, then they are records like others."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from catalogue import permissions, posting, publishing, reviewing
from catalogue.errors import Conflict, Refused
from catalogue.models import Change, Dataset, Organisation, Record, Submission, Table, User
from catalogue.permissions import audience_of
from catalogue.publishing import Draft, drafts
from catalogue.search import find
from catalogue.tabling import keeping, table_for
from catalogue.tabling.depositing import deposit, deposit_again
from tests import factories

pytestmark = pytest.mark.django_db
PEOPLE = ("anonymous", "stranger", "reader", "contributor", "publisher", "administrator")
WRITERS = PEOPLE[3:]


def draft(body: Organisation | None = None, actor: User | None = None, **values: Any) -> Dataset:
    body = body or factories.body()
    said = {"title": {"fr": "Arbres secrets"}, "description": {"fr": "Un par un."}, "distribution": [factories.file()]}
    made = Draft("dataset", {**said, **values}, body.pk, id=uuid.uuid4(), version=0)
    return Dataset.objects.get(pk=drafts.keep_draft(made, actor).id)


def again(row: Dataset, **values: Any) -> Draft:
    said = {"title": row.title, "description": row.description, "distribution": [factories.file()], **values}
    return Draft("dataset", said, row.owner_id, id=row.pk, version=row.version)


def people(body: Organisation) -> dict[str, User | None]:
    return {"anonymous": None, "stranger": factories.person()} | {
        role: factories.person(role, body) for role in PEOPLE[2:]
    }


def test_the_log_says_nothing_of_a_draft_until_it_comes_out() -> None:
    row = draft()
    drafts.keep_draft(again(row, title={"fr": "Arbres"}))
    row.refresh_from_db()
    publishing.set_private(row, True)
    publishing.set_private(row, False)
    publishing.grant(row, factories.person())
    publishing.recheck()
    assert publishing.withdraw([row], "Essai.") == 0
    assert not Change.objects.exists()
    row.refresh_from_db()
    assert row.status == Record.Status.DRAFT
    drafts.bring_out(row, version=row.version)
    [line] = Change.objects.all()
    assert (line.verb, line.record, row.status) == (Change.Verb.CREATE, row.pk, Record.Status.PUBLISHED)
    assert not Submission.objects.exists()


def test_a_draft_may_lack_what_a_published_record_may_not() -> None:
    row = draft(title={}, description={})
    with pytest.raises(Refused, match="Il manque le titre et la description"):
        drafts.bring_out(row)
    with pytest.raises(Refused, match="Il manque"):
        reviewing.submit(row, factories.person("contributor", row.owner))


def test_a_draft_and_a_published_record_are_not_mistaken_for_each_other() -> None:
    row = draft()
    with pytest.raises(Refused, match="brouillon"):
        publishing.publish([again(row)])
    read = again(row)
    drafts.bring_out(row)
    with pytest.raises(Refused, match="déjà publiée"):
        drafts.keep_draft(read)
    with pytest.raises(Conflict):
        drafts.bring_out(row)
    with pytest.raises(Conflict):
        drafts.abandon(row)


def test_two_people_who_write_the_same_draft_do_not_overwrite_each_other() -> None:
    row = draft()
    drafts.keep_draft(again(row, title={"fr": "La première"}))
    with pytest.raises(Conflict):
        drafts.keep_draft(again(row, title={"fr": "La seconde"}))
    with pytest.raises(Conflict):
        drafts.bring_out(row, version=row.version)


ADDRESSES = ("/jeux-de-donnees/{}/", "/jeux-de-donnees/{}/deposer/")
NEVER = ("/id/{}", "/id/{}.ttl", "/id/{}.json", "/id/{}/quality", "/jeux-de-donnees/{}/proches/")


@pytest.mark.parametrize("who", PEOPLE)
def test_only_its_writers_know_that_it_exists(who: str, client: Client, searched: Path) -> None:
    row = draft()
    published = factories.dataset("Arbres de la ville", row.owner)
    user = people(row.owner)[who]
    publishing.grant(row, user) if user else None
    if user:
        client.force_login(user)
    factories.bring_index_up_to_date()
    wanted = 200 if who in WRITERS else 404
    for address in ADDRESSES:
        assert client.get(address.format(row.pk)).status_code == wanted, address
    for address in NEVER:
        assert client.get(address.format(row.pk)).status_code == 404, address
    for address in (
        "/catalogue.ttl",
        "/jeux-de-donnees.atom",
        "/api/search?q=arbres",
        "/catalogue/tout.csv",
        "/jeux-de-donnees/?q=arbres",
    ):
        assert "secrets" not in b"".join(client.get(address)).decode(), address
    found = find("arbres", audience=audience_of(user or permissions.AnonymousUser()))
    assert [hit.id for hit in found.hits] == [str(published.pk)]


@pytest.mark.parametrize("who", PEOPLE)
def test_its_files_are_for_its_writers_too(who: str, client: Client) -> None:
    row = draft()
    user = people(row.owner)[who]
    if user:
        client.force_login(user)
    key = deposit(row, [b"num;espece\n1;Tilleul\n"], "arbres.csv")
    table = Table.objects.get(pk=key)
    row.refresh_from_db()
    read = factories.table(row)
    assert not Change.objects.exists()
    wanted = 200 if who in WRITERS else 404
    for address in (
        f"/tables/{read.pk}/",
        f"/api/tables/{read.pk}",
        f"/tables/{read.pk}/fichier",
        f"/tables/{key}/lecture/",
    ):
        answer = client.get(address)
        b"".join(answer)
        assert answer.status_code == wanted, address
    kept = client.get(f"/fichiers/{table.deposit}")
    assert kept.status_code == wanted
    if wanted == 200:
        b"".join(kept)
        assert "public" not in kept["Cache-Control"]
        assert table_for(read.pk, audience_of(user or permissions.AnonymousUser()))


def test_what_is_deposited_in_a_draft_comes_out_with_it(
    searched: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    writer = factories.person()
    row = draft(distribution=[])
    deposit(row, [b"num;espece\n1;Tilleul\n"], "arbres.csv", actor=writer)
    row.refresh_from_db()
    table = factories.table(row, name="arbres.csv")
    assert Submission.objects.get().writer == writer
    drafts.bring_out(row)
    factories.bring_index_up_to_date()
    assert table_for(table.pk, audience_of(permissions.AnonymousUser()))


def test_an_abandoned_draft_takes_its_files_with_it(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    row = draft(distribution=[])
    key = deposit(row, [b"num;espece\n1;Tilleul\n"], "arbres.csv")
    path = keeping.deposit_of(Table.objects.get(pk=key).deposit or uuid.uuid4())
    assert path.is_file()
    with django_capture_on_commit_callbacks(execute=True):
        drafts.abandon(row)
    assert not path.is_file()
    assert not Dataset.objects.exists()
    assert not Change.objects.exists()


def test_a_withdrawn_record_comes_back_as_itself() -> None:
    row = factories.dataset("Arbres")
    publishing.withdraw([row], "Une erreur.")
    assert drafts.bring_back(row)
    assert not drafts.bring_back(row)
    row.refresh_from_db()
    assert (row.status, row.withdrawn_reason) == (Record.Status.PUBLISHED, "")
    assert Change.objects.order_by("-number")[0].fields == ["status"]


class TestReview:
    @pytest.fixture
    def town(self) -> Organisation:
        town = factories.body()
        town.reviewed = True
        town.save()
        return town

    def test_who_wrote_cannot_publish_alone(self, town: Organisation) -> None:
        ada, bob = (factories.person("publisher", town) for _ in range(2))
        row = draft(town, ada)
        with pytest.raises(Refused, match="deuxième personne"):
            drafts.bring_out(row, ada)
        with pytest.raises(Refused, match="deuxième personne"):
            reviewing.schedule(row, timezone.now() + timedelta(hours=1), ada)
        drafts.keep_draft(again(row, title={"fr": "Par Bob"}), bob)
        row.refresh_from_db()
        with pytest.raises(Refused, match="deuxième personne"):
            drafts.bring_out(row, bob)
        drafts.bring_out(row, ada)

    def test_by_no_door_does_anybody_publish_alone(self, town: Organisation) -> None:
        ada = factories.person("publisher", town)
        row = factories.dataset("Arbres", town)
        new = Draft("dataset", {"title": {"fr": "Bancs"}}, town.pk)
        for wanted in (again(row, title={"fr": "Autrement"}), new):
            with pytest.raises(Refused, match="deuxième personne"):
                publishing.publish([wanted], ada)
        publishing.publish([replace(new, harvested=True)], ada)
        deposit(row, [b"a;b\n1;2\n"], "a.csv", actor=ada)

    def test_a_new_version_of_a_file_counts_as_writing(self, town: Organisation) -> None:
        ada, bob = (factories.person("publisher", town) for _ in range(2))
        row = draft(town, ada, distribution=[])
        key = deposit(row, [b"a;b\n1;2\n"], "a.csv", actor=ada)
        deposit_again(Table.objects.get(pk=key), [b"a;b\n3;4\n"], "a.csv", bob)
        with pytest.raises(Refused, match="deuxième personne"):
            drafts.bring_out(row, bob)

    def test_elsewhere_one_person_is_enough(self) -> None:
        ada = factories.person()
        row = draft(actor=ada)
        drafts.bring_out(row, ada)

    def test_refused_with_a_reason_then_submitted_again(self, town: Organisation, settings: Any) -> None:
        settings.BOUTURE_MAIL = True
        ada, bob = factories.person("contributor", town), factories.person("publisher", town)
        row = draft(town, ada)
        reviewing.submit(row, ada)
        assert posting.deliver() == 1
        assert [message.to for message in mail.outbox] == [[bob.email]]
        with pytest.raises(Refused, match="pourquoi"):
            reviewing.refuse(row, "  ", bob)
        reviewing.refuse(row, "Le titre dit « secrets ».", bob)
        posting.deliver()
        assert mail.outbox[-1].to == [ada.email]
        drafts.keep_draft(again(row, title={"fr": "Arbres"}), ada)
        said = Submission.objects.get()
        assert (said.state, said.reason) == (Submission.State.REFUSED, "Le titre dit « secrets ».")
        with pytest.raises(Conflict):
            reviewing.refuse(row, "Encore.", bob)
        reviewing.submit(row, ada)
        said.refresh_from_db()
        assert (said.state, said.reason) == (Submission.State.SUBMITTED, "")

    def test_what_is_submitted_and_changed_is_to_be_submitted_again(self, town: Organisation) -> None:
        ada = factories.person("contributor", town)
        row = draft(town, ada)
        reviewing.submit(row, ada)
        drafts.keep_draft(again(row), ada)  # the same words: nothing changed
        assert Submission.objects.get().state == Submission.State.SUBMITTED
        drafts.keep_draft(again(row, title={"fr": "Autrement"}), ada)
        assert Submission.objects.get().state == Submission.State.WRITING


class TestSchedule:
    def planned(self, **values: Any) -> tuple[Dataset, User]:
        town = factories.body()
        who = factories.person("publisher", town)
        row = draft(town, who, **values)
        reviewing.schedule(row, timezone.now() + timedelta(hours=1), who)
        return row, who

    def test_it_is_published_at_its_hour_and_once(self) -> None:
        _, who = self.planned()
        assert reviewing.bring_out_due() == 0
        later = timezone.now() + timedelta(hours=1, minutes=1)
        assert reviewing.bring_out_due(later) == 1
        assert reviewing.bring_out_due(later) == 0
        [line] = Change.objects.all()
        assert line.actor == who

    def test_one_that_is_late_is_told(self, settings: Any) -> None:
        settings.BOUTURE_MAIL = True
        _, who = self.planned()
        reviewing.bring_out_due(timezone.now() + timedelta(hours=5))
        posting.deliver()
        [message] = mail.outbox
        assert message.to == [who.email]
        assert "devaient être publiées" in message.body

    def test_one_whose_person_may_no_longer_publish_is_not(self, settings: Any) -> None:
        settings.BOUTURE_MAIL = True
        row, who = self.planned()
        permissions.assign_role(who, row.owner, "contributor")
        assert reviewing.bring_out_due(timezone.now() + timedelta(hours=2)) == 0
        said = Submission.objects.get()
        assert (said.state, said.scheduled_for) == (Submission.State.REFUSED, None)
        assert "ne peut plus publier" in said.reason
        posting.deliver()
        assert "Pas publié" in mail.outbox[0].subject
        assert not Change.objects.exists()

    def test_one_that_is_changed_or_stopped_waits_again(self) -> None:
        row, who = self.planned()
        drafts.keep_draft(again(row, title={"fr": "Autrement"}), who)
        assert Submission.objects.get().state == Submission.State.WRITING
        row.refresh_from_db()
        reviewing.schedule(row, timezone.now() + timedelta(hours=1), who)
        reviewing.unschedule(row)
        assert Submission.objects.get().state == Submission.State.WRITING
        assert reviewing.bring_out_due(timezone.now() + timedelta(hours=2)) == 0

    @pytest.mark.parametrize(("days", "told"), [(-1, "passée"), (400, "moins d’un an")])
    def test_an_hour_that_cannot_be(self, days: int, told: str) -> None:
        row = draft()
        with pytest.raises(Refused, match=told):
            reviewing.schedule(row, timezone.now() + timedelta(days=days), factories.person())
