"""The history of a record, putting it back, and the trail: who reads what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalogue import additions, permissions, publishing, restoring
from catalogue.additions import Wish
from catalogue.auditing import chain
from catalogue.errors import Conflict, Refused
from catalogue.layering import ADD, CORRECT
from catalogue.models import Addition, AuditEntry, Dataset, Organisation, User
from catalogue.publishing import Draft
from tests import factories

pytestmark = pytest.mark.django_db
SCHOOLS = "Les écoles publiques de la ville, avec leurs horaires."


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


@pytest.fixture
def agent(town: Organisation) -> User:
    return factories.person("publisher", town, first_name="Anne", last_name="Le Goff")


@pytest.fixture
def row(town: Organisation) -> Dataset:
    return factories.dataset("Écoles", town, description={"fr": SCHOOLS}, keyword={"fr": ["école"]})


def edit(row: Dataset, actor: User, **values: Any) -> int:
    """Returns the number of the act."""
    row.refresh_from_db()
    given = {"title": row.title, "description": row.description, "keyword": row.keyword}
    given |= {"distribution": [factories.file()], **values}
    publishing.publish([Draft("dataset", given, row.owner_id, id=row.pk, version=row.version)], actor)
    row.refresh_from_db()
    return AuditEntry.objects.latest("number").number


def page(client: Client, reader: User, row: Dataset, rest: str = "") -> Any:
    client.force_login(reader)
    return client.get(f"{reverse('record_past', args=[row.pk])}{rest}")


def test_who_when_what_word_by_word(client: Client, agent: User, row: Dataset) -> None:
    edit(row, agent, description={"fr": SCHOOLS.replace("publiques", "primaires")}, keyword={"fr": ["école", "classe"]})
    text = page(client, agent, row).content.decode()
    assert "Anne Le Goff" in text
    assert '<del><span class="vh">enlevé\u00a0: </span>publiques</del>' in text
    assert '<ins><span class="vh">ajouté\u00a0: </span>primaires</ins>' in text
    assert "école ; classe" in text
    assert "Première publication" in text  # before the trail told anything: the change log did
    assert text.index("Modifié") < text.index("Première publication")


def test_a_reader_of_the_body_learns_no_name(client: Client, town: Organisation, agent: User, row: Dataset) -> None:
    edit(row, agent, title={"fr": "Écoles primaires"})
    text = page(client, factories.person("reader", town), row).content.decode()
    assert "primaires" in text
    assert "Le Goff" not in text
    assert "Remettre comme avant" not in text


def test_a_data_service_has_its_history_and_is_put_back(client: Client, town: Organisation, agent: User) -> None:
    found = factories.service("Cartes", town)
    given = {"title": {"fr": "Cartes en ligne"}, "endpoint_url": ["https://services.essai.example/ows"]}
    publishing.publish([Draft("service", given, town.pk, id=found.pk)], agent)
    client.force_login(agent)
    here = f"{found.get_absolute_url()}historique/"
    assert f'href="{here}"' in client.get(found.get_absolute_url()).content.decode()
    text = client.get(here).content.decode()
    assert "Anne Le Goff" in text
    assert "en ligne" in text
    number = AuditEntry.objects.latest("number").number
    assert f'href="{here}{number}/"' in text
    found.refresh_from_db()
    answer = client.post(f"{here}{number}/", {"version": found.version})
    assert (answer.status_code, answer.headers["Location"]) == (302, here)
    found.refresh_from_db()
    assert found.title == {"fr": "Cartes"}
    assert client.get(f"/jeux-de-donnees/{found.pk}/historique/").status_code == 404
    client.force_login(factories.person("publisher", factories.body()))
    assert client.get(here).status_code == 403


def test_a_grant_to_read_tells_no_history(client: Client, row: Dataset) -> None:
    neighbour = factories.person("publisher", factories.body())
    publishing.set_private(row, private=True)
    assert page(client, neighbour, row).status_code == 404
    publishing.grant(row, neighbour)
    assert page(client, neighbour, row).status_code == 403


@pytest.mark.parametrize("asked", ["?page=2", "?page=9999", "?page=zz", "?page=0"])
def test_it_goes_page_by_page(client: Client, agent: User, row: Dataset, asked: str) -> None:
    for number in range(51):
        edit(row, agent, title={"fr": f"Titre {number}"})
    answer = page(client, agent, row, asked)
    assert answer.status_code == 200
    assert ("Titre 0" in answer.content.decode()) == (asked == "?page=2")


def test_it_is_put_back_as_it_was(client: Client, agent: User, row: Dataset) -> None:
    number = edit(row, agent, title={"fr": "Une faute"}, keyword={})
    edit(row, agent, description={"fr": "Autre chose."})
    asked = reverse("record_before", args=[row.pk, number])
    client.force_login(agent)
    text = client.get(asked).content.decode()
    assert "Une faute" in text
    assert row.title == {"fr": "Une faute"}  # nothing is done by looking
    answer = client.post(asked, {"version": row.version})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.title, row.description, row.keyword) == ({"fr": "Écoles"}, {"fr": SCHOOLS}, {"fr": ["école"]})
    last = AuditEntry.objects.latest("number")
    assert last.action == "record.restore"
    assert f"trace {number}" in last.reason
    assert chain.verify() is None
    assert client.post(asked, {"version": row.version}).status_code == 422  # there already


def test_somebody_else_was_there_first(client: Client, agent: User, row: Dataset) -> None:
    number = edit(row, agent, title={"fr": "Une faute"})
    client.force_login(agent)
    for version in (row.version - 1, "x", ""):
        answer = client.post(reverse("record_before", args=[row.pk, number]), {"version": version})
        assert answer.status_code == 409
    row.refresh_from_db()
    assert row.title == {"fr": "Une faute"}


def test_an_act_of_another_record_is_none_of_this_one(
    client: Client, town: Organisation, agent: User, row: Dataset
) -> None:
    number = edit(factories.dataset("Autre", town), agent, title={"fr": "Secret"})
    client.force_login(agent)
    for asked in (number, 99_999):
        assert client.get(reverse("record_before", args=[row.pk, asked])).status_code == 404


def test_rights_are_not_put_back(agent: User, row: Dataset) -> None:
    number = edit(row, agent, title={"fr": "Autre"})
    publishing.set_private(row, private=True, actor=agent)
    row.refresh_from_db()
    restoring.restore(row, number, row.version, agent)
    row.refresh_from_db()
    assert row.private
    assert row.title == {"fr": "Écoles"}


def test_corrections_of_a_harvested_record_are_undone_and_done_again(agent: User, town: Organisation) -> None:
    given = {"title": {"fr": "Ecoles"}, "description": {"fr": SCHOOLS}, "keyword": {"fr": ["école"]}}
    [made] = publishing.publish([Draft("dataset", given, town.pk, harvested=True)])
    row = Dataset.objects.get(pk=made.id)
    additions.lay(row, [Wish(CORRECT, "title", "Écoles", "fr", "accent")], agent)
    first = AuditEntry.objects.latest("number").number
    row.refresh_from_db()
    additions.lay(row, [Wish(ADD, "keyword", "classe", "fr")], agent)
    row.refresh_from_db()
    restoring.restore(row, first, row.version, agent)
    row.refresh_from_db()
    assert (row.title, row.keyword) == ({"fr": "Ecoles"}, {"fr": ["école"]})
    assert not Addition.objects.of(row.pk).exists()
    undone = AuditEntry.objects.filter(action="record.restore").earliest("number").number
    restoring.restore(row, undone, row.version, agent)
    row.refresh_from_db()
    assert row.title == {"fr": "Écoles"}
    with pytest.raises(Conflict):
        restoring.restore(row, undone, row.version - 1, agent)
    publishing.withdraw([row], "Fin", agent)
    row.refresh_from_db()
    with pytest.raises(Refused):
        restoring.restore(row, first, row.version, agent)


def test_the_trail_of_a_body_is_for_its_administrator(
    client: Client, town: Organisation, agent: User, row: Dataset
) -> None:
    edit(row, agent, title={"fr": "Visible"})
    other = factories.dataset("Ailleurs", factories.body("Autre ville"))
    edit(other, factories.person("publisher", other.owner), title={"fr": "Invisible"})
    chief, instance = factories.person("administrator", town), factories.person(is_superuser=True)
    for reader, sees in ((chief, False), (instance, True)):
        client.force_login(reader)
        pages = [client.get("/traces/").content, b"".join(client.get("/traces/traces.csv"))]
        pages.append(b"".join(client.get("/traces/traces.jsonl?organisme=autre-ville")))
        for text in pages:
            assert ("Invisible" in text.decode()) == sees
        assert "Visible" in pages[0].decode()


def test_the_trail_is_filtered_and_leaves(client: Client, town: Organisation, agent: User, row: Dataset) -> None:
    chief = factories.person("administrator", town)
    edit(row, agent, title={"fr": "Un"})
    publishing.set_private(row, private=True, actor=chief)
    client.force_login(chief)

    def lines(asked: str) -> list[str]:
        body = b"".join(client.get(f"/traces/traces.jsonl?{asked}")).decode()
        return [json.loads(line)["action"] for line in body.splitlines()]

    assert lines("qui=le+goff") == ["record.update"]
    assert lines("action=record.close") == ["record.close"]
    assert lines("jusqua=2001-01-01") == []
    assert {"record.update", "record.close"} <= set(lines("depuis=2001-01-01&organisme=ville-dessai"))
    assert client.get("/traces/?depuis=hier").status_code == 400
    assert client.get("/traces/?avant=2").status_code == 200
    assert client.get("/traces/?avant=%C2%B2&qui=%00").status_code == 200


def test_the_trail_goes_by_numbers_in_few_queries(
    client: Client, town: Organisation, agent: User, row: Dataset, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        edit(row, agent, title={"fr": f"Titre {number}"}, description={"fr": "mot " * 2_000})
    client.force_login(factories.person(is_superuser=True))
    with django_assert_max_num_queries(10):
        text = client.get("/traces/").content.decode()
    numbers = list(AuditEntry.objects.order_by("-number").values_list("number", flat=True))
    assert f"avant={numbers[49]}" in text
    assert f"trace n° {numbers[50]}" in client.get(f"/traces/?avant={numbers[49]}").content.decode()
    assert permissions.runs_the_instance(User.objects.latest("pk"))
