"""Access to one thing: given by address or to a group, listed, taken back, in every door at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue import granting, permissions, publishing
from catalogue.auditing import chain
from catalogue.errors import Refused
from catalogue.granting import Opened
from catalogue.models import (
    AuditEntry,
    BodyGroup,
    Change,
    Dataset,
    Grant,
    Indicator,
    Observation,
    Organisation,
    Population,
    Table,
    Territory,
    User,
)
from catalogue.search import find
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


@pytest.fixture
def chief(town: Organisation) -> User:
    return factories.person("administrator", town)


@pytest.fixture
def row(town: Organisation) -> Dataset:
    return factories.dataset("Effraies des clochers", town, private=True)


@pytest.fixture
def post(client: Client, chief: User, row: Dataset) -> Callable[..., Any]:
    client.force_login(chief)
    return lambda **given: client.post(reverse("dataset_access", args=[row.pk]), given)


def reads(user: User, row: Dataset) -> bool:
    again = User.objects.get(pk=user.pk)
    seen = Dataset.objects.visible_to(permissions.audience_of(again)).filter(pk=row.pk).exists()
    assert seen == permissions.may(again, "see", row)
    return bool(seen)


def test_a_neighbour_s_agent_reads_by_address(post: Callable[..., Any], row: Dataset, chief: User) -> None:
    neighbour = factories.person("publisher", factories.body(), first_name="Jean", last_name="Neveu")
    answer = post(geste="donner", adresse=f" {neighbour.email.upper()} ", motif="budget commun")
    assert answer.status_code == 302
    assert reads(neighbour, row)
    assert not permissions.may(neighbour, "edit", row)
    [grant] = Grant.objects.all()
    assert (grant.email, grant.reason, grant.given_by) == (neighbour.email, "budget commun", chief)
    entry = AuditEntry.objects.latest("number")
    assert (entry.action, entry.reason) == ("grant.give", "budget commun")
    assert "Neveu" not in entry.after
    assert post(geste="reprendre", acces=grant.pk).status_code == 302
    assert not reads(neighbour, row)
    assert Change.objects.filter(record=row.pk, restricts=True).exists()
    assert chain.verify() is None


def test_whether_an_account_exists_is_told_to_nobody(post: Callable[..., Any], client: Client, row: Dataset) -> None:
    known = factories.person(first_name="Secrète", last_name="Identité")
    seen = []
    for address in (known.email, "personne@nulle-part.example"):
        answer = post(geste="donner", adresse=address, motif="essai")
        page = client.get(answer.headers["Location"]).content.decode()
        entry = AuditEntry.objects.latest("number")
        told = [entry.action, entry.after, entry.change is None, page.count(address)]
        seen.append([str(one).replace(address, "X") for one in told])
        assert "Identité" not in page
        call = Grant.objects.get(email=address)
        page_without = page.replace(address, "X")
        assert f"{call.pk}" in page_without
    assert seen[0] == seen[1]


def test_it_waits_for_the_account(post: Callable[..., Any], client: Client, row: Dataset, town: Organisation) -> None:
    group = granting.make_group(town, "Conseil municipal")
    granting.add_member(group, "Nouvelle@elus.example")
    other = factories.dataset("Chouettes", town, private=True)
    granting.give(Opened(town, dataset=other), group.group, "séance")
    post(geste="donner", adresse="nouvelle@elus.example", motif="essai")
    person = User.objects.create_user("nouvelle@elus.example", "un mot de passe d’essai")
    assert not reads(person, row)
    client.logout()
    client.post(reverse("login"), {"username": person.email, "password": "un mot de passe d’essai"})
    assert reads(person, row)
    assert reads(person, other)
    assert granting.settle(person) == 0


@pytest.mark.parametrize(
    "given",
    [
        {"adresse": "a@b.example"},
        {"adresse": "a@b.example\0", "motif": "\0"},
        {"adresse": "pas une adresse", "motif": "x"},
        {"motif": "x"},
        {"groupe": "999", "motif": "x"},
        {"groupe": "²", "motif": "x"},
        {"adresse": "a@b.example", "motif": "x", "jusqua": "hier"},
        {"adresse": "a@b.example", "motif": "x", "jusqua": "2001-01-01"},
    ],
)
def test_what_is_lacking_is_told_and_nothing_given(post: Callable[..., Any], given: dict[str, str]) -> None:
    answer = post(geste="donner", **given)
    assert answer.status_code == 422
    assert "Rien n’a été changé" in answer.content.decode()
    assert not Grant.objects.exists()


def test_a_group_reads_and_a_member_who_leaves_does_not(
    post: Callable[..., Any], client: Client, row: Dataset, town: Organisation
) -> None:
    member, other = factories.person(), factories.person()
    here = reverse("body_groups", args=[town.slug])
    assert client.post(here, {"geste": "creer", "nom": " Conseil  municipal "}).status_code == 302
    group = BodyGroup.objects.get(name="Conseil municipal")
    for person in (member, other):
        assert client.post(here, {"geste": "ajouter", "groupe": group.pk, "adresse": person.email}).status_code == 302
    post(geste="donner", groupe=group.pk, motif="séances")
    assert reads(member, row)
    assert member.email in client.get(here).content.decode()
    client.post(here, {"geste": "enlever", "groupe": group.pk, "adresse": member.email})
    assert not reads(member, row)
    assert reads(other, row)
    client.post(here, {"geste": "supprimer", "groupe": group.pk})
    assert not reads(other, row)
    assert not Grant.objects.exists()
    for wrong in ({"geste": "creer", "nom": ""}, {"geste": "ajouter", "groupe": "1e3"}, {"geste": "x"}, {}):
        assert client.post(here, wrong).status_code == 422


def test_the_groups_of_another_body_are_nobody_s_here(post: Callable[..., Any], client: Client) -> None:
    theirs = granting.make_group(factories.body("Autre ville"), "Leur conseil")
    assert post(geste="donner", groupe=theirs.pk, motif="x").status_code == 422
    here = reverse("body_groups", args=[Organisation.objects.get(slug="ville-dessai").slug])
    assert client.post(here, {"geste": "supprimer", "groupe": theirs.pk}).status_code == 422
    assert BodyGroup.objects.filter(pk=theirs.pk).exists()
    with pytest.raises(Refused):
        granting.make_group(theirs.body, "Leur conseil")


def test_an_access_of_another_dataset_is_not_taken_back_here(
    post: Callable[..., Any], row: Dataset, town: Organisation
) -> None:
    other = factories.dataset("Autre", town, private=True)
    grant = granting.give(Opened(town, dataset=other), "a@b.example", "x")
    for number in (grant.pk, "", "²", 10**30):
        assert post(geste="reprendre", acces=number).status_code == 302
    assert Grant.objects.filter(pk=grant.pk).exists()


def test_it_ends_after_its_last_day(row: Dataset, town: Organisation) -> None:
    person, today = factories.person(), timezone.localdate()
    granting.give(Opened(town, dataset=row), person.email, "mission", today)
    assert granting.take_over(today) == 0
    assert reads(person, row)
    assert granting.take_over(today + timedelta(days=1)) == 1
    assert not reads(person, row)
    assert AuditEntry.objects.latest("number").reason == granting.OVER


def test_given_again_it_is_one_access(row: Dataset, town: Organisation) -> None:
    for reason in ("un", "deux"):
        granting.give(Opened(town, dataset=row), "a@b.example", reason)
    assert [grant.reason for grant in Grant.objects.all()] == ["deux"]


def test_the_command_gives_what_the_page_lists(post: Callable[..., Any], row: Dataset) -> None:
    person = factories.person()
    call_command("access", str(row.pk), "--grant", person.email)
    assert Grant.objects.get().email == person.email
    assert reads(person, row)
    call_command("access", str(row.pk), "--revoke", person.email)
    assert not reads(person, row)
    publishing.grant(row, person)  # as before there were rows
    call_command("access", str(row.pk), "--revoke", person.email)
    assert not reads(person, row)


def test_every_door_opens_and_shuts(searched: Path, client: Client, row: Dataset, town: Organisation) -> None:
    table = factories.table(row)
    person = factories.person()
    factories.bring_index_up_to_date()
    doors = [
        (row.get_absolute_url(), 200),
        (f"/id/{row.pk}.ttl", 200),
        (f"/tables/{table.pk}/", 200),
        (f"/tables/{table.pk}/fichier", 200),
        (reverse("rows_as", args=[table.pk, "csv"]), 200),
        (reverse("similar", args=[row.pk]), 200),
    ]
    client.force_login(person)

    def open_doors() -> list[bool]:
        found = []
        for address, status in doors:
            answer = client.get(address)
            b"".join(answer)  # a file that is sent is closed by whoever reads it
            found.append(answer.status_code == status)
        found.append("Effraies" in client.get("/api/search?q=effraies").content.decode())
        found.append(bool(find("effraies", audience=permissions.audience_of(User.objects.get(pk=person.pk))).total))
        found.append("Effraies" in b"".join(client.get("/catalogue.ttl?q=effraies")).decode())
        return found

    assert set(open_doors()) == {False}
    grant = granting.give(Opened(town, dataset=row), person.email, "essai")
    factories.bring_index_up_to_date()
    assert set(open_doors()) == {True}
    granting.take(grant)
    assert set(open_doors()) == {False}  # whatever the index still holds


def test_figures_of_an_internal_indicator_open_body_by_body(town: Organisation, client: Client) -> None:
    indicator = Indicator.objects.create(
        key="interne.essai", version=1, digest="0" * 64, title="Interne", theme="finances", schema="x", internal=True
    )
    place = Territory.objects.create(code="99001", level="commune", name="Essai", sort_name="essai")
    assert not Population.objects.exists()
    neighbour = factories.body("Autre ville")
    for body in (town, neighbour):
        row = factories.dataset(owner=body)
        table = Table.objects.create(pk=row.distributions.get().pk, dataset=row, address="https://x.example", name="x")
        Observation.objects.create(
            indicator=indicator,
            territory=place,
            table=table,
            dataset=row,
            period="2025",
            value=1,
            status="A",
            table_version=1,
            recipe_version=1,
            computed_at=timezone.now(),
        )
    member, alone = factories.person(), factories.person()
    group = granting.make_group(town, "Conseil")
    granting.add_member(group, member.email)
    grants = [
        granting.give(Opened(town, indicator=indicator), group.group, "séance"),
        granting.give(Opened(town, indicator=indicator), alone.email, "mission", timezone.localdate()),
    ]
    for person, grant in zip((member, alone), grants, strict=True):
        audience = permissions.audience_of(person)
        assert Indicator.objects.visible_to(audience).get() == indicator
        assert {one.dataset.owner for one in Observation.objects.visible_to(audience)} == {town}
        granting.take(grant)
        audience = permissions.audience_of(User.objects.get(pk=person.pk))
        assert not Indicator.objects.visible_to(audience).exists()
        assert not Observation.objects.visible_to(audience).exists()
    assert AuditEntry.objects.filter(kind="indicator", action="grant.take").count() == 2
    here = reverse("indicator_access", args=[indicator.key, town.slug])
    chief = factories.person("administrator", town)
    client.force_login(chief)
    assert client.get(here).status_code == 200
    assert client.post(here, {"adresse": alone.email, "motif": "encore"}).status_code == 302
    assert Grant.objects.get().body == town
    client.force_login(factories.person("administrator", neighbour))
    assert client.get(here).status_code == 403
    client.force_login(factories.person("administrator", factories.body()))
    assert client.get(here).status_code == 404
