"""Dropping a file to publish it: the draft, the one page, what it proposes, what is corrected on it, what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from catalogue.models import AuditEntry, Change, Dataset, Organisation, Table, User
from catalogue.proposing.subjects import LICENCE, THEME
from catalogue.tabling import keeping
from catalogue.tabling.depositing import deposit_again
from harvesters.tables import read_tables
from tests import factories
from tests.pages.conftest import said
from tests.pages.drops.hands import ELUS, drop, read, sent

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_file_is_dropped_read_and_published(client: Client, agent: User, town: Organisation) -> None:
    where = drop(client)
    draft = Dataset.objects.get()
    assert (draft.status, draft.owner, Change.objects.filter(record=draft.pk).count()) == ("draft", town, 0)
    page = read(client, where)
    assert "3 lignes, 10 colonnes" in page
    assert "Reconnu à ses colonnes" in page
    assert "Proposé : d’après le schéma reconnu." in page
    answer = client.post(where["Location"], sent(page, "publier"))
    assert (answer.status_code, answer["Location"]) == (302, draft.get_absolute_url())
    draft.refresh_from_db()
    assert draft.status == "published"
    assert draft.title == {"fr": "Élus"}
    assert "Chaque ligne décrit un mandat" in draft.description["fr"]
    assert (draft.theme, draft.license) == ([THEME + "GOVE"], LICENCE)
    file = draft.distributions.get()
    assert file.format.endswith("/CSV")
    assert file.license == LICENCE
    assert [change.verb for change in Change.objects.filter(record=draft.pk, kind="record")] == [Change.Verb.CREATE]
    # There again, it leads to what is published.
    assert client.get(where["Location"])["Location"] == draft.get_absolute_url()


def test_what_is_typed_is_kept_and_no_longer_proposed(client: Client, agent: User) -> None:
    where = drop(client)
    page = read(client, where)
    client.post(where["Location"], {**sent(page, "garder"), "title.fr": "Le conseil", "keyword.fr": ""})
    draft = Dataset.objects.get()
    assert (draft.status, draft.title, draft.keyword) == ("draft", {"fr": "Le conseil"}, {})
    page = said(client.get(where["Location"]))
    assert "Le conseil" in page
    assert "Proposé :" not in page


def test_a_field_that_cannot_be_read_loses_nothing(client: Client, agent: User) -> None:
    where = drop(client)
    page = read(client, where)
    answer = client.post(
        where["Location"], {**sent(page, "publier"), "title.fr": "", "description.fr": "Ma description."}
    )
    assert answer.status_code == 422
    assert "Ma description." in said(answer)
    assert "Ce champ est obligatoire" in said(answer)
    assert Dataset.objects.get().status == "draft"


def cells(client: Client) -> list[tuple[Any, ...]]:
    [table] = Table.objects.select_related("current").all()
    assert table.current is not None
    text = keeping.original_of(table.current).read_text("utf-8")
    return [tuple(line.split(";")) for line in text.splitlines()[1:]]


def test_wrong_cells_are_corrected_on_the_page_and_the_original_stays(client: Client, agent: User) -> None:
    where = drop(client)
    page = read(client, where)
    wrong = BeautifulSoup(page, "html.parser").select("input[name^=cellule-]")
    assert [one["value"] for one in wrong] == ["X", "X"]
    client.post(where["Location"], {**sent(page, "corriger"), "cellule-0": "M", "title.fr": "Le conseil municipal"})
    # What was typed in the record meanwhile is kept too.
    assert Dataset.objects.get().title == {"fr": "Le conseil municipal"}
    read_tables(large=False)
    assert [row[4] for row in cells(client)] == ["F", "M", "X"]
    table = Table.objects.get()
    assert table.corrections == {}
    assert [(one.number, one.corrected) for one in table.versions.order_by("number")] == [(1, 0), (2, 1)]
    assert keeping.original_of(table.versions.get(number=1)).read_bytes() == ELUS.encode()
    assert table.current is not None
    assert table.current.difference["changed"] + table.current.difference["added"] == 1
    assert AuditEntry.objects.filter(action="file.correct").count() == 1


def test_all_the_same_and_all_that_we_know_how_to_write(client: Client, agent: User) -> None:
    where = drop(client)
    page = read(client, where)
    client.post(where["Location"], sent(page, "corriger", cellule__0="M", memes__0="1"))
    read_tables(large=False)
    assert [row[4] for row in cells(client)] == ["F", "M", "M"]
    page = said(client.get(where["Location"]))
    client.post(where["Location"], sent(page, "remettre"))
    read_tables(large=False)
    assert [row[8] for row in cells(client)] == ["2026-03-22", "2026-03-22", "2026-04-01"]
    page = said(client.get(where["Location"]))
    assert "À corriger" not in page
    assert "Conforme au schéma" in page
    assert Table.objects.get().versions.filter(number=1).exists()


def test_what_was_kept_as_it_is_is_told_with_what_to_do(client: Client, agent: User, shared_data: Path) -> None:
    file = shared_data / "samples" / "synthetique" / "deliberations.csv"
    page = read(client, drop(client, file.read_bytes(), file.name))
    assert "Conforme au schéma, une fois remis en forme" in page
    kept = BeautifulSoup(page, "html.parser").select_one("#corriger")
    assert kept is not None
    told = kept.get_text(" ", strip=True).replace("\u00a0", " ").replace("\u202f", " ")
    assert "Ce que nous avons gardé tel quel" in told
    assert "Colonne « COLL_SIRET » : valeur douteuse, gardée telle quelle (120 cellules)." in told
    assert "Par exemple « 21990001900018 »." in told
    assert "Recopiez-le depuis annuaire-entreprises.data.gouv.fr." in told


def test_corrections_of_a_version_that_is_gone_are_refused(client: Client, agent: User) -> None:
    where = drop(client)
    page = read(client, where)
    answer = client.post(where["Location"], {**sent(page, "corriger", cellule__0="M"), "version": "7"})
    assert answer.status_code == 422
    assert "relu entre-temps" in said(answer)
    answer = client.post(where["Location"], sent(page, "corriger"))
    assert "Aucune cellule n’a été changée" in said(answer)


def test_personal_data_are_decided_on_the_page(client: Client, agent: User) -> None:
    where = drop(
        client,
        "nom;prenom;date_naissance;service\nDurand;Anne;1980-02-01;Voirie\nPetit;Line;1990-05-02;Écoles\n",
        "agents.csv",
    )
    page = read(client, where)
    assert "Données personnelles" in page
    [drops] = [one for one in re.findall(r'value="(decider:[^"]+)"', page) if one.endswith("-drop")][:1]
    client.post(where["Location"], {**sent(page, drops), "pourquoi-1": "Inutile."})
    read_tables(large=False)
    page = said(client.get(where["Location"]))
    assert "Décidé : retirer les colonnes" in page
    table = Table.objects.select_related("current").get()
    assert table.current is not None
    assert not table.current.withheld


def test_another_schema_can_be_chosen(client: Client, agent: User) -> None:
    where = drop(client, "id;nom;montant\n1;a;2\n", "t.csv")
    page = read(client, where)
    assert "ne suit aucun schéma national" in page
    answer = client.post(where["Location"], {"geste": "schema", "schema": "scdl/subventions", "version": "1"})
    assert answer.status_code == 302
    read_tables(large=False)
    page = said(client.get(where["Location"]))
    assert "Vous l’avez choisi" in page
    assert "Subventions" in page
    assert client.post(where["Location"], {"geste": "schema", "schema": "nimporte"}).status_code == 422


def test_the_page_waits_and_says_so(client: Client, agent: User) -> None:
    answer = client.get(drop(client)["Location"])
    assert answer["Refresh"] == "3"
    assert "Nous lisons le fichier" in said(answer)


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"%PDF-1.7\n\0", "budget.csv", "un PDF, pas un tableau"),
        (b"\x89PNG\r\n\x1a\n\0\0", "carte.xlsx", "une image, pas un tableau"),
        (b"<!doctype html><title>x</title>", "export.xls", "une page HTML"),
        (b"PK\x03\x04" + b"\0" * 40, "t.zip", "n’a pas pu être lu"),
        (b"MZ\x90\0", "budget.csv", "un programme"),
    ],
)
def test_what_is_no_table_is_told_and_can_be_replaced(
    client: Client, agent: User, content: bytes, name: str, told: str
) -> None:
    where = drop(client, content, name)
    page = read(client, where)
    assert told in page
    assert "Publier sans lire" in page
    client.post(
        where["Location"], {**sent(page, "remplacer"), "fichier": SimpleUploadedFile("elus.csv", ELUS.encode())}
    )
    read_tables(large=False)
    assert "3 lignes, 10 colonnes" in said(client.get(where["Location"]))
    assert Dataset.objects.count() == 1


def test_nothing_is_kept_of_a_file_that_is_refused(client: Client, agent: User, settings: Settings) -> None:
    answer = drop(client, b"", "vide.csv", fichier=SimpleUploadedFile("vide.csv", b""))
    assert (answer.status_code, Dataset.objects.count()) == (422, 0)
    settings.BOUTURE_TABLE_SIZE = 0
    answer = drop(client)
    assert "dépasse 0 Mio" in said(answer)
    assert (answer.status_code, Dataset.objects.count(), Table.objects.count()) == (422, 0, 0)
    assert "Aucun fichier n’est arrivé" in said(drop(client, b""))


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\r\nX-Evil: 1.csv", "C:\\dossier\\elus.csv", "…\u202evsc.csv"])
def test_the_name_of_a_file_is_made_harmless(client: Client, agent: User, name: str) -> None:
    read(client, drop(client, ELUS, name))
    table = Table.objects.get()
    assert not re.search(r"[\x00-\x1f/\\\u202e]", table.name)
    client.force_login(agent)
    answer = client.get(reverse("original", args=[table.pk]))
    b"".join(answer)
    assert "\n" not in answer["Content-Disposition"]


def test_sent_twice_it_is_one_draft(client: Client, agent: User) -> None:
    page = BeautifulSoup(client.get(reverse("drop")).content, "html.parser")
    key = str(page.select_one("input[name=cle]")["value"])  # type: ignore[index]
    slug = str(page.select_one("input[name=organisme]")["value"])  # type: ignore[index]
    answers = [
        client.post(
            reverse("drop"), {"cle": key, "organisme": slug, "fichier": SimpleUploadedFile("e.csv", ELUS.encode())}
        )
        for _ in range(2)
    ]
    assert {answer["Location"] for answer in answers} == {reverse("dropped", args=[Dataset.objects.get().pk])}
    assert Table.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://192.168.1.4/x.csv", "réseau privé"),
        ("http://localhost/x.csv", "réseau privé"),
        ("javascript:alert(1)", "n’en est pas une"),
        ("file:///etc/passwd", "n’en est pas une"),
        ("n’importe quoi", "n’en est pas une"),
        ("https://a.example/" + "x" * 3000, "n’en est pas une"),
    ],
)
def test_an_address_that_nobody_can_follow_is_refused(client: Client, agent: User, address: str, told: str) -> None:
    answer = drop(client, b"", adresse=address)
    assert answer.status_code == 422
    assert told in said(answer)
    assert Dataset.objects.count() == 0


def test_a_file_that_is_already_somewhere_stays_there(client: Client, agent: User) -> None:
    where = drop(client, b"", adresse="https://fichiers.essai.example/elus.csv")
    table = Table.objects.get()
    assert (table.address, table.deposit, table.name) == ("https://fichiers.essai.example/elus.csv", None, "elus.csv")
    Table.objects.update(state=Table.State.REFUSED, reason="Cette adresse répond par une erreur 404.")
    assert "erreur 404" in said(client.get(where["Location"]))


def test_a_body_is_chosen_when_there_are_several(client: Client, agent: User, town: Organisation) -> None:
    other = factories.body("Communauté d’Erdre")
    from catalogue.permissions import assign_role

    assign_role(agent, other, "contributor")
    assert "Pour quel organisme" in said(client.get(reverse("drop")))
    assert "Dites pour quel organisme" in said(drop(client))
    drop(client, organisme=other.slug)
    assert Dataset.objects.get().owner == other


def test_a_contributor_submits(client: Client, town: Organisation) -> None:
    client.force_login(factories.person("contributor", town))
    where = drop(client)
    page = read(client, where)
    assert 'value="publier"' not in page
    assert client.post(where["Location"], {**sent(page, "soumettre"), "geste": "publier"}).status_code == 422
    assert Dataset.objects.get().status == "draft"
    page = said(client.get(where["Location"]))
    assert client.post(where["Location"], sent(page, "soumettre")).status_code == 302
    assert Dataset.objects.get().submission.state == "submitted"


@pytest.mark.parametrize("role", ["", "reader"])
def test_it_is_nobody_elses(client: Client, agent: User, town: Organisation, role: str) -> None:
    where = drop(client)["Location"]
    client.force_login(factories.person(role, town if role else None))
    assert client.get(where).status_code == 404
    assert client.post(where, {"geste": "publier"}).status_code == 404
    assert client.get(reverse("drop")).status_code == 403
    client.logout()
    assert client.get(where)["Location"].startswith("/connexion/")
    assert Dataset.objects.get().status == "draft"


def test_an_unknown_gesture_does_nothing(client: Client, agent: User) -> None:
    where = drop(client)["Location"]
    for gesture in ("", "x", "decider:9-drop", "remettre:nom"):
        assert client.post(where, {"geste": gesture, "version": "1"}).status_code == 422


def test_a_new_version_says_what_changed_on_the_page_of_the_dataset(client: Client, agent: User) -> None:
    where = drop(client, "id;nom\n1;Tilleul\n2;Hêtre\n", "arbres.csv")
    client.post(where["Location"], sent(read(client, where), "publier"))
    table = Table.objects.get()
    deposit_again(table, [b"id;nom;haut\n1;Tilleul;3\n3;If;2\n4;Orme;1\n"], "arbres.csv", agent)
    read_tables(large=False)
    page = said(client.get(table.dataset.get_absolute_url()))
    assert "2 lignes ajoutées. 1 ligne retirée. Colonne ajoutée : haut." in page
    page = said(client.get(reverse("table_reading", args=[table.pk])))
    assert "Version 2" in page
    assert "2 lignes ajoutées." in page
    client.post(reverse("table_reading", args=[table.pk]), {"geste": "revenir", "version": "1"})
    read_tables(large=False)
    table.refresh_from_db()
    assert table.current is not None
    assert (table.current.number, table.current.rows) == (3, 2)
    assert keeping.original_of(table.current).read_bytes() == b"id;nom\n1;Tilleul\n2;H\xc3\xaatre\n"
    assert (
        client.post(reverse("table_reading", args=[table.pk]), {"geste": "revenir", "version": "9"}).status_code == 422
    )
    client.logout()
    assert "1 ligne ajoutée." in said(client.get(table.dataset.get_absolute_url()))
