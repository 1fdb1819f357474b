"""A new version of a published file: what it changes is shown before anybody else sees it, then it is put online or let go."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from catalogue.draining import keep_house
from catalogue.errors import Conflict
from catalogue.models import AuditEntry, Dataset, Organisation, Replacement, Table, TableVersion, User
from catalogue.tabling import deciding, keeping, replacing
from catalogue.tabling.depositing import deposit, deposit_again
from catalogue.tabling.following import GRACE, forget
from harvesters.tables import read_tables
from tests import factories
from tests.pages.conftest import said

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TREES = "id;nom;hauteur\n1;Tilleul;12\n2;Hêtre;8\n3;Chêne;20\n"
GROWN = "id;nom;hauteur;quartier\n1;Tilleul;12;Nord\n3;Chêne;21;Nord\n4;If;3;Sud\n"


@pytest.fixture
def table(town: Organisation, agent: User) -> Table:
    """A published file, read."""
    found = factories.dataset("Arbres", town, distribution=[])
    deposit(found, [TREES.encode()], "arbres.csv", "", agent)
    read_tables(large=False)
    return now(Table.objects.get())


def now(table: Table) -> Table:
    return Table.objects.select_related("current", "dataset__owner").get(pk=table.pk)


def deposits(client: Client, table: Table, content: str | bytes = GROWN, name: str = "arbres-2026.csv") -> HttpResponse:
    """From the page of the deposit, as a browser sends it."""
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    address = reverse("deposit_file", args=[table.dataset_id])
    return client.post(address, {"fichier": file, "remplace": str(table.pk), "titre": ""})


def address_of(table: Table) -> str:
    return reverse("replacement", args=[table.pk])


def presses(client: Client, table: Table, gesture: str) -> HttpResponse:
    """A button of the page as it is now."""
    page = BeautifulSoup(client.get(address_of(table)).content, "html.parser")
    key = page.select_one("input[name=depot]")
    assert key is not None
    assert page.select(f'button[name=geste][value="{gesture}"]')
    return client.post(address_of(table), {"depot": str(key["value"]), "geste": gesture})


def words_of(client: Client, table: Table) -> str:
    return (
        BeautifulSoup(said(client.get(address_of(table))), "html.parser").get_text(" ", strip=True).replace(" ,", ",")
    )


def kept(home: str) -> list[str]:
    return sorted(path.name for path in (Path(home) / "tables").rglob("*") if path.is_file())


def test_what_changes_is_shown_then_put_online_at_the_same_address(client: Client, table: Table) -> None:
    answer = deposits(client, table)
    assert (answer.status_code, answer["Location"]) == (302, address_of(table))
    assert client.get(address_of(table))["Refresh"] == "3"
    read_tables(large=False)
    page = words_of(client, table)
    assert "3 lignes en ligne, 3 dans votre fichier" in page
    for sentence in ("1 ligne ajoutée.", "1 ligne retirée.", "1 ligne modifiée.", "Colonne ajoutée : quartier."):
        assert sentence in page
    for row in ("id 3, hauteur 20 → 21", "id 4, nom If, hauteur 3, quartier Sud", "id 2, nom Hêtre, hauteur 8"):
        assert row in page
    # Nothing moved for the others yet: neither the name, nor the rows, nor the bytes.
    assert (now(table).name, now(table).current) == ("arbres.csv", table.current)
    assert b"".join(client.get(reverse("deposit", args=[table.deposit]))) == TREES.encode()
    answer = presses(client, table, "mettre-en-ligne")
    assert (answer.status_code, answer["Location"]) == (302, table.dataset.get_absolute_url())
    after = now(table)
    assert after.current is not None
    assert (after.name, after.deposit, after.current.number, after.current.rows) == (
        "arbres-2026.csv",
        table.deposit,
        2,
        3,
    )
    assert b"".join(client.get(reverse("deposit", args=[table.deposit]))) == GROWN.encode()
    # Rows may be of a version that is for its body alone: what says them goes once it is online.
    assert "examples" not in after.current.difference
    assert after.current.difference["changed"] == 1
    assert Replacement.objects.count() == 0
    assert AuditEntry.objects.filter(action="file.replace").count() == 1
    # There again, it leads to how the file was read.
    assert client.get(address_of(table))["Location"] == reverse("table_reading", args=[table.pk])


def test_it_is_let_go_and_nothing_is_left(client: Client, table: Table, settings: Settings) -> None:
    before = kept(settings.BOUTURE_HOME)
    deposits(client, table)
    read_tables(large=False)
    assert presses(client, table, "abandonner").status_code == 302
    assert kept(settings.BOUTURE_HOME) == before
    assert TableVersion.objects.count() == 1
    assert now(table).current == table.current
    # Before it was read too.
    deposits(client, table)
    key = str(Replacement.objects.get().pk)
    client.post(address_of(table), {"depot": key, "geste": "abandonner"})
    assert kept(settings.BOUTURE_HOME) == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (TREES, "octet pour octet"),
        ("id;nom;hauteur\n3;Chêne;20\n1;Tilleul;12\n2;Hêtre;8\n", "sont celles du fichier en ligne"),
    ],
)
def test_when_nothing_changes_it_says_so(client: Client, table: Table, content: str, told: str) -> None:
    deposits(client, table, content)
    read_tables(large=False)
    assert "Rien ne change" in words_of(client, table)
    assert told in words_of(client, table)


def test_what_the_schema_gains_and_whom_it_may_tell_of(client: Client, agent: User, town: Organisation) -> None:
    head = "siren;insee;nom;prenom;sexe;fonction;delegation;groupe_politique;date_debut_mandat;date_fin_mandat"
    rows = "{0};44114;DURAND;Anne;X;maire;;;2026-03-22;\n214401143;44114;PETIT;Line;{1};adjoint;;;2026-03-22;\n"
    found = factories.dataset("Élus", town, distribution=[])
    deposit(found, [f"{head}\n{rows.format('214401143', 'F')}".encode()], "elus.csv", "", agent)
    read_tables(large=False)
    table = now(Table.objects.get())
    better = rows.replace("Anne;X", "Anne;F").format("12", "F").replace("2026-03-22;\n", "2026-03-22;{}\n")
    text = f"{head};courriel\n" + better.replace("{}\n", ";anne.durand@orange.example\n")
    deposits(client, table, text, "elus.csv")
    read_tables(large=False)
    page = words_of(client, table)
    assert "Colonne « siren » : 1 écart de plus au schéma." in page
    assert "Colonne « sexe » : 1 écart de moins au schéma." in page
    assert "Ce que le fichier en ligne ne disait pas" in page
    assert "courriel : 2 lignes" in page
    answer = presses(client, table, "mettre-en-ligne")
    assert answer["Location"] == f"{reverse('table_reading', args=[table.pk])}#personnes"
    after = now(table)
    assert after.current is not None
    assert after.current.withheld
    client.logout()
    assert client.get(reverse("deposit", args=[table.deposit])).status_code == 403


def test_a_type_that_changes_is_told(client: Client, table: Table) -> None:
    deposits(client, table, TREES.replace("12", "haut").replace("8\n", "moyen\n").replace("20", "grand"))
    read_tables(large=False)
    assert "Colonne « hauteur » : nombre entier en ligne, texte dans votre fichier." in words_of(client, table)


def test_what_cannot_be_read_is_told_and_changes_nothing(client: Client, table: Table) -> None:
    deposits(client, table, b"%PDF-1.7\n\0", "arbres.pdf")
    read_tables(large=False)
    page = words_of(client, table)
    assert "un PDF, pas un tableau" in page
    assert "Mettre en ligne" not in page
    key = str(Replacement.objects.get().pk)
    assert client.post(address_of(table), {"depot": key, "geste": "mettre-en-ligne"}).status_code == 422
    after = now(table)
    assert (after.current, after.state, after.reason) == (table.current, Table.State.READY, "")
    deposits(client, table)
    read_tables(large=False)
    assert Replacement.objects.count() == 1
    assert "1 ligne ajoutée." in words_of(client, table)


@pytest.mark.parametrize("content", [b"", None])
def test_what_is_no_file_leaves_what_waited(client: Client, table: Table, content: bytes | None) -> None:
    deposits(client, table)
    waits = Replacement.objects.get()
    answer = (
        deposits(client, table, content)
        if content is not None
        else client.post(reverse("deposit_file", args=[table.dataset_id]), {"remplace": str(table.pk)})
    )
    assert answer.status_code == 422
    assert Replacement.objects.get() == waits


def test_the_last_of_two_that_were_deposited_waits(client: Client, table: Table, settings: Settings) -> None:
    deposits(client, table)
    first = str(Replacement.objects.get().pk)
    deposits(client, table, TREES + "5;Orme;9\n")
    assert kept(settings.BOUTURE_HOME).count("original") == 1
    answer = client.post(address_of(table), {"depot": first, "geste": "mettre-en-ligne"})
    assert answer.status_code == 409
    assert "n’attend plus" in said(answer)
    read_tables(large=False)
    assert "1 ligne ajoutée." in words_of(client, table)
    assert now(table).current == table.current


def test_what_it_was_compared_with_changed_meanwhile(client: Client, agent: User, table: Table) -> None:
    deposits(client, table)
    read_tables(large=False)
    deposit_again(table, [(TREES + "4;Charme;2\n").encode()], "arbres.csv", agent)
    read_tables(large=False)
    answer = presses(client, table, "mettre-en-ligne")
    assert answer.status_code == 409
    assert "a changé entre-temps" in said(answer)
    assert now(table).current.rows == 4  # type: ignore[union-attr]
    read_tables(large=False)
    assert "id 4, nom Charme → If" in words_of(client, table)
    assert presses(client, table, "mettre-en-ligne").status_code == 302
    assert now(table).current.rows == 3  # type: ignore[union-attr]


def test_what_is_decided_of_persons_meanwhile_holds(client: Client, agent: User, town: Organisation) -> None:
    text = "nom;prenom;date_naissance;service\nDurand;Anne;1980-02-01;Voirie\nPetit;Line;1990-05-02;Écoles\n"
    found = factories.dataset("Agents", town, distribution=[])
    deposit(found, [text.encode()], "agents.csv", "", agent)
    read_tables(large=False)
    table = now(Table.objects.get())
    deposits(client, table, text + "Roux;Paul;1991-05-02;Eau\n", "agents.csv")
    read_tables(large=False)
    assert table.current is not None
    one = table.current.suspicions[0]
    deciding.decide(table.current, one["code"], one["columns"], "drop", "Inutile.", agent)
    read_tables(large=False)
    held = Replacement.objects.select_related("version", "table__current").get()
    with pytest.raises(Conflict):
        replacing.confirm(held, agent)
    read_tables(large=False)
    assert "1 ligne ajoutée." in words_of(client, table)
    assert presses(client, table, "mettre-en-ligne").status_code == 302
    after = now(table)
    assert after.current is not None
    assert after.current.rows == 3
    assert not {column["name"] for column in after.current.columns} & set(one["columns"])
    older = after.versions.exclude(pk=after.current.pk)
    assert not any(
        keeping.rows_of(version).is_file() and version.columns
        for version in older
        if not version.reading.get("remedied")
    )


def test_while_another_is_being_read_it_waits(client: Client, agent: User, table: Table) -> None:
    deposits(client, table)
    read_tables(large=False)
    deposit_again(table, [TREES.encode()], "arbres.csv", agent)
    answer = presses(client, table, "mettre-en-ligne")
    assert answer.status_code == 409
    assert "en train d’être lue" in said(answer)
    assert now(table).current == table.current


def test_both_are_read_in_one_round(client: Client, agent: User, table: Table) -> None:
    deposits(client, table)
    deposit_again(table, [(TREES + "7;Pin;4\n").encode()], "arbres.csv", agent)
    read_tables(large=False)
    after = now(table)
    assert after.current is not None
    assert (after.current.rows, after.state, after.next_at) == (4, Table.State.READY, None)
    assert Replacement.objects.get().version is not None


def test_what_nobody_confirms_goes(client: Client, table: Table, settings: Settings) -> None:
    before = kept(settings.BOUTURE_HOME)
    deposits(client, table)
    read_tables(large=False)
    keep_house()
    assert Replacement.objects.count() == 1
    Replacement.objects.update(at=timezone.now() - replacing.KEPT - timedelta(minutes=1))
    keep_house()
    assert Replacement.objects.count() == 0
    assert kept(settings.BOUTURE_HOME) == before
    assert now(table).current == table.current


def test_it_takes_room_and_goes_with_its_table(client: Client, table: Table, settings: Settings) -> None:
    taken = keeping.room_of(table.dataset.owner).taken
    deposits(client, table)
    assert keeping.room_of(table.dataset.owner).taken == taken + len(GROWN.encode())
    read_tables(large=False)
    assert keeping.room_of(table.dataset.owner).taken > taken
    deposits(client, table)
    Table.objects.update(left_at=timezone.now() - GRACE - timedelta(minutes=1))
    assert forget(timezone.now()) == 1
    assert kept(settings.BOUTURE_HOME) == []


def test_a_body_that_filled_its_room_is_told(client: Client, table: Table) -> None:
    deposits(client, table)
    Organisation.objects.update(tables_quota=0)
    read_tables(large=False)
    assert "a rempli la place de ses fichiers" in words_of(client, table)


def test_the_versions_that_are_kept_are_those_that_were_online(client: Client, agent: User, table: Table) -> None:
    for height in (1, 2):
        deposit_again(table, [TREES.replace("12", str(height)).encode()], "arbres.csv", agent)
        read_tables(large=False)
    deposits(client, table)
    read_tables(large=False)
    assert table.versions.count() == 4
    page = said(client.get(reverse("table_reading", args=[table.pk])))
    assert "Une nouvelle version attend votre décision" in page
    assert "Version 4" not in page
    answer = client.post(reverse("table_reading", args=[table.pk]), {"geste": "revenir", "version": "4"})
    assert answer.status_code == 422


@pytest.mark.parametrize("role", ["", "reader", "contributor"])
def test_it_is_for_who_publishes_there(client: Client, table: Table, town: Organisation, role: str) -> None:
    deposits(client, table)
    read_tables(large=False)
    key = str(Replacement.objects.get().pk)
    client.force_login(factories.person(role, town if role else None))
    assert client.get(address_of(table)).status_code == 403
    assert client.post(address_of(table), {"depot": key, "geste": "mettre-en-ligne"}).status_code == 403
    assert "attend votre décision" not in said(client.get(reverse("table_reading", args=[table.pk])))
    client.logout()
    assert client.get(address_of(table))["Location"].startswith("/connexion/")
    assert now(table).current == table.current


@pytest.mark.parametrize("sent", [{}, {"geste": "x"}, {"geste": "mettre-en-ligne", "depot": "x"}])
def test_a_gesture_that_is_none_does_nothing(client: Client, table: Table, sent: dict[str, Any]) -> None:
    deposits(client, table)
    read_tables(large=False)
    asked = {"depot": str(Replacement.objects.get().pk), **sent}
    assert client.post(address_of(table), asked).status_code in (409, 422)
    assert now(table).current == table.current
    assert Replacement.objects.count() == 1


def test_a_draft_has_nothing_to_confirm(client: Client, agent: User, table: Table) -> None:
    Dataset.objects.update(status="draft")
    assert deposits(client, table)["Location"] == reverse("table_reading", args=[table.pk])
    assert Replacement.objects.count() == 0
